//! Days, moments and the period an assessment is for.

use crate::language::Text;
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveDateTime};

/// The month that is assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

impl Period {
    /// Reads `2026-10`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.trim().split_once('-')?;
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) || year == "0000" {
            return None;
        }
        let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
        let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
        Some(Self { first, last })
    }

    /// Whether a day falls into the period.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// The period as data files carry it: `2026-10`.
    pub fn code(&self) -> String {
        self.first.format("%Y-%m").to_string()
    }

    /// The period as a heading: `2026年10月`, `October 2026`.
    pub fn title(&self) -> Text {
        Text::new(
            format!("{}年{}月", self.first.year(), self.first.month()),
            self.first.format("%B %Y").to_string(),
        )
    }
}

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
    // a spreadsheet that saves a CSV again writes 2026/11/6 9:00
    let text = &text.replace('/', "-");
    if !has_whole_year(text) {
        return None;
    }
    for shape in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(text, shape) {
            return Some(moment);
        }
    }
    read_day(text)?.and_hms_opt(0, 0, 0)
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
    fn months_and_moments_are_read_strictly() {
        let october = Period::parse("2026-10").unwrap();
        assert_eq!(october.last, read_day("2026-10-31").unwrap());
        assert_eq!(Period::parse("2026-13"), None);
        assert_eq!(Period::parse("2026-1"), None);
        let east = FixedOffset::east_opt(8 * 3600).unwrap();
        assert_eq!(
            read_moment("2026-10-05T20:00:00Z", east).map(show_moment).as_deref(),
            Some("2026-10-06 04:00")
        );
        assert_eq!(read_moment("2026/11/6 9:00", east).map(show_moment).as_deref(), Some("2026-11-06 09:00"));
        assert_eq!(read_moment("2026-02-30", east), None);
    }
}
