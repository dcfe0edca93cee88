//! Numbers and moments written the plain way, read without a detour.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime};

/// A number of no more digits than this is an integer of 64 bits.
const DIGITS: usize = 18;

/// A number of digits, at most one point among them and a minus before them: its digits and decimal places.
pub(super) fn plain_number(cell: &[u8]) -> Option<(i64, u32)> {
    let (negative, digits) = match cell {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    if digits.len() > DIGITS || !is_digit(digits.first()) || !is_digit(digits.last()) {
        return None;
    }
    let (mut number, mut places) = (0_i64, None);
    for byte in digits {
        match (byte, places) {
            (b'0'..=b'9', _) => {
                number = number.wrapping_mul(10).wrapping_add(i64::from(byte & 15));
                places = places.map(|places: u32| places.saturating_add(1));
            }
            (b'.', None) => places = Some(0),
            _ => return None,
        }
    }
    Some((if negative { number.wrapping_neg() } else { number }, places.unwrap_or_default()))
}

/// `2026-10-05 14:30`, also with `T` and seconds; with an offset only where it is the pack's own.
pub(super) fn plain_moment(cell: &[u8], offset: FixedOffset) -> Option<NaiveDateTime> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b' ' | b'T', h1, h2, b':', n1, n2, rest @ ..] = cell
    else {
        return None;
    };
    let year = two(*y1, *y2)?.checked_mul(100)?.checked_add(two(*y3, *y4)?)?;
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two(*m1, *m2)?, two(*d1, *d2)?)?;
    let (hour, minute) = (two(*h1, *h2)?, two(*n1, *n2)?);
    match (rest, cell.get(10)) {
        ([], _) => day.and_hms_opt(hour, minute, 0),
        ([b':', s1, s2], _) => day.and_hms_opt(hour, minute, two(*s1, *s2)?),
        ([b':', s1, s2, sign @ (b'+' | b'-'), z1, z2, b':', z3, z4], Some(b'T')) => {
            let minutes = two(*z3, *z4).filter(|minutes| *minutes < 60)?;
            let seconds = two(*z1, *z2)?.checked_mul(60)?.checked_add(minutes)?.checked_mul(60)?;
            let east = i32::try_from(seconds).ok()?;
            let east = if *sign == b'-' { east.checked_neg()? } else { east };
            (east == offset.local_minus_utc()).then(|| day.and_hms_opt(hour, minute, two(*s1, *s2)?))?
        }
        _ => None,
    }
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte & 15));
    digit(tens)?.checked_mul(10)?.checked_add(digit(ones)?)
}
