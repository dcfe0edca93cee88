//! Days and moments.

mod period;
mod timetable;
mod working_days;
mod written;

pub use period::{Grid, Period, shifted};
pub use timetable::{Stretch, Timetable};
pub use working_days::{Day, NotAnnounced, WorkingDays};
pub use written::{Unwritable, Written};

use crate::language::narrow;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime};

/// Reads a day: `2026-10-05`.
pub fn read_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    has_whole_year(text).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?
}

/// A year is written with four digits: `26-10-01` is not the year 26.
fn has_whole_year(text: &str) -> bool {
    let year = text.split('-').next().unwrap_or_default();
    year.len() == 4 && year.chars().all(|c| c.is_ascii_digit())
}

/// Reads a moment: an ISO date with an optional time. A written offset from UTC is converted to `offset`.
pub fn read_moment(text: &str, offset: FixedOffset) -> Option<NaiveDateTime> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.with_timezone(&offset).naive_local());
    }
    let text = &plainly_written(text);
    if !has_whole_year(text) {
        return None;
    }
    // a second may have decimals: 03:03:15.000
    for shape in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(text, shape) {
            return Some(moment);
        }
    }
    read_day(text)?.and_hms_opt(0, 0, 0)
}

/// What a spreadsheet makes of a date, as ISO writes it: `2026/11/6 9:00`, `2026.11.6`, `2026年11月6日9时05分`.
fn plainly_written(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars().map(narrow) {
        match letter {
            '/' | '年' | '月' => plain.push('-'),
            '日' => plain.push(' '),
            '时' | '点' | '分' => plain.push(':'),
            '秒' => {}
            other => plain.push(other),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut plain = words.join(" ");
    let (day, behind) = plain.split_once(' ').unwrap_or((&plain, ""));
    if day.matches('.').count() == 2 && !day.contains('-') {
        plain = format!("{} {behind}", day.replace('.', "-")).trim_end().to_owned();
    }
    // 9时05分 ends with a sign for nothing more; 9时 is the whole hour
    if let Some(time) = plain.strip_suffix(':') {
        let is_hour = !time.contains(':');
        plain = if is_hour { format!("{time}:00") } else { time.to_owned() };
    }
    plain
}

/// A moment as reports and data show it; midnight is a day alone.
pub fn show_moment(moment: NaiveDateTime) -> String {
    let midnight = moment.date().and_hms_opt(0, 0, 0);
    if midnight == Some(moment) {
        moment.format("%Y-%m-%d").to_string()
    } else if moment.format("%S").to_string() == "00" {
        moment.format("%Y-%m-%d %H:%M").to_string()
    } else {
        moment.format("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// The first moment after a day: what "as of the day" runs up to.
pub fn end_of(day: NaiveDate) -> NaiveDateTime {
    day.checked_add_days(Days::new(1))
        .and_then(|next| next.and_hms_opt(0, 0, 0))
        .unwrap_or(NaiveDateTime::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_strictly() {
        let east = FixedOffset::east_opt(8 * 3600).unwrap();
        assert_eq!(
            read_moment("2026-10-05T20:00:00Z", east).map(show_moment).as_deref(),
            Some("2026-10-06 04:00")
        );
        assert_eq!(read_moment("2026/11/6 9:00", east).map(show_moment).as_deref(), Some("2026-11-06 09:00"));
        assert_eq!(
            read_moment("2026-10-05T03:03:15.000", east).map(show_moment).as_deref(),
            Some("2026-10-05 03:03:15")
        );
        for (text, expected) in [
            ("2026/1/5", "2026-01-05"),
            ("2026.1.5 8:30", "2026-01-05 08:30"),
            ("2026年1月5日", "2026-01-05"),
            ("2026年1月5日 14:30", "2026-01-05 14:30"),
            ("2026年1月5日14时", "2026-01-05 14:00"),
            ("2026年1月5日14时05分", "2026-01-05 14:05"),
            ("2026年1月5日14点05分09秒", "2026-01-05 14:05:09"),
            ("２０２６－０１－０５　１４：３０", "2026-01-05 14:30"),
        ] {
            assert_eq!(read_moment(text, east).map(show_moment).as_deref(), Some(expected), "{text}");
        }
        for text in ["2026-02-30", "2026-01-05 24:30", "2026年13月5日", "26年1月5日", "2026年1月", "14:30"]
        {
            assert_eq!(read_moment(text, east), None, "{text}");
        }
    }
}
