//! How Excel counts days: from 1900 with a 29 February that never was, or from 1904. Exact decimals, no floats.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::borrow::Cow;

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Excel's 29 February 1900.
const NEVER: i64 = 60;
/// The day behind the last that Excel knows, 31 December 9999.
const END: i64 = 2_958_466;

/// The day from which a workbook counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Epoch {
    /// The system of Windows: 1 is 1 January 1900.
    Of1900,
    /// That of old Macintoshes: 0 is 1 January 1904.
    Of1904,
}

/// What a number of days says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Moment(NaiveDateTime),
    /// A time without a day, in milliseconds.
    Time(i64),
    /// 29 February 1900, maybe with a time.
    Never,
    /// A number that is no day.
    Nothing,
}

/// What a number of days says, to the millisecond: Excel knows no more.
pub(super) fn said(number: &str, epoch: Epoch) -> Said {
    let parts = Decimal::from_str_exact(number).ok().and_then(|number| {
        let days = number.floor();
        let rest = number.checked_sub(days)?.checked_mul(Decimal::from(DAY))?.round();
        Some((days.to_i64()?, rest.to_i64()?))
    });
    let Some((days, rest)) = parts else { return Said::Nothing };
    let start = match (epoch, days) {
        (Epoch::Of1900, 0) => return Said::Time(rest),
        (Epoch::Of1900, NEVER) => return Said::Never,
        (Epoch::Of1900, 1..NEVER) => NaiveDate::from_ymd_opt(1899, 12, 31),
        (Epoch::Of1900, NEVER..END) => NaiveDate::from_ymd_opt(1899, 12, 30),
        (Epoch::Of1904, 0..END) => NaiveDate::from_ymd_opt(1904, 1, 1),
        _ => None,
    };
    let moment = start.and_then(|start| {
        let passed = days.checked_mul(DAY)?.checked_add(rest)?;
        start.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::try_milliseconds(passed)?)
    });
    moment.map_or(Said::Nothing, Said::Moment)
}

/// A number of days as a cell of text would say it; a number that is no day stays one.
pub(super) fn shown(number: &str, epoch: Epoch) -> Cow<'_, str> {
    match said(number, epoch) {
        Said::Moment(moment) => Cow::Owned(written(moment)),
        Said::Time(rest) => Cow::Owned(clock(rest)),
        // the reader of moments refuses it, and says why
        Said::Never => Cow::Borrowed("1900-02-29"),
        Said::Nothing => Cow::Borrowed(number),
    }
}

/// A length of time as hours, minutes and seconds; 25 hours are `25:00:00`.
pub(super) fn duration(number: &str) -> Cow<'_, str> {
    let passed = Decimal::from_str_exact(number).ok().and_then(|number| {
        number.checked_mul(Decimal::from(DAY))?.round().to_i64().filter(|passed| *passed >= 0)
    });
    passed.map_or(Cow::Borrowed(number), |passed| Cow::Owned(clock(passed)))
}

fn written(moment: NaiveDateTime) -> String {
    let form = match (moment.time() == chrono::NaiveTime::MIN, moment.and_utc().timestamp_subsec_millis()) {
        (true, _) => "%Y-%m-%d",
        (_, 0) => "%Y-%m-%d %H:%M:%S",
        _ => "%Y-%m-%d %H:%M:%S%.3f",
    };
    moment.format(form).to_string()
}

fn clock(milliseconds: i64) -> String {
    let seconds = milliseconds / 1_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_excel_shows_them() {
        for (number, expected) in [
            ("1", "1900-01-01"),
            ("59", "1900-02-28"),
            ("60", "1900-02-29"),
            ("60.5", "1900-02-29"),
            ("61", "1900-03-01"),
            ("46300", "2026-10-05"),
            ("46300.604166666664", "2026-10-05 14:30:00"),
            ("46300.9999999999", "2026-10-06"),
            ("0.604166666666667", "14:30:00"),
            ("2958465", "9999-12-31"),
            ("2958466", "2958466"),
            ("-1", "-1"),
        ] {
            assert_eq!(shown(number, Epoch::Of1900), expected, "{number}");
        }
        assert_eq!(shown("44838", Epoch::Of1904), "2026-10-05");
        assert_eq!(shown("0", Epoch::Of1904), "1904-01-01");
        assert_eq!(duration("1.0625"), "25:30:00");
    }
}
