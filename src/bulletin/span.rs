//! The days a bulletin is of, and those before them to compare with.

use crate::calendar::{Grid, Period};
use crate::language::Text;
use crate::policy::Cadence;
use chrono::{Datelike as _, Days, NaiveDate, Weekday};

/// A day, a week or an assessed period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// How often there is one.
    pub cadence: Cadence,
    /// From when to when.
    pub days: Period,
}

/// The days of a week.
const WEEK: u64 = 7;

/// Reads `2026-W42`, a week of ISO 8601.
pub fn read_week(text: &str) -> Option<Period> {
    let (year, week) = text.split_once("-W")?;
    let is_written = year.len() == 4 && week.len() == 2;
    let first = NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)?;
    let last = first.checked_add_days(Days::new(WEEK.saturating_sub(1)))?;
    is_written.then_some(Period { first, last })
}

impl Span {
    /// What data files call it: `2026-10-14`, `2026-W42`, `2026-10`.
    pub fn code(&self) -> String {
        let week = self.days.first.iso_week();
        match self.cadence {
            Cadence::Daily | Cadence::Monthly => self.days.code(),
            Cadence::Weekly => format!("{}-W{:02}", week.year(), week.week()),
        }
    }

    /// What a reader calls it.
    pub fn title(&self) -> Text {
        let (first, last) = (self.days.first, self.days.last);
        let week = first.iso_week();
        match self.cadence {
            Cadence::Daily | Cadence::Monthly => self.days.title(),
            Cadence::Weekly => Text::new(
                format!("{}年第{}周（{first} 至 {last}）", week.year(), week.week()),
                format!("week {} of {} ({first} to {last})", week.week(), week.year()),
            ),
        }
    }

    /// A heading short enough for a column.
    pub(super) fn heading(&self) -> Text {
        match self.cadence {
            Cadence::Daily => Text::same(self.days.first.format("%m-%d").to_string()),
            Cadence::Weekly => {
                let week = self.days.first.iso_week().week();
                Text::new(format!("第{week}周"), format!("W{week:02}"))
            }
            Cadence::Monthly => Text::same(self.days.code()),
        }
    }

    /// The span before it; periods are those of the grid.
    pub(super) fn before(&self, grid: Grid) -> Option<Self> {
        let back = |days: u64| {
            let first = self.days.first.checked_sub_days(Days::new(days))?;
            Some(Period { first, last: self.days.last.checked_sub_days(Days::new(days))? })
        };
        let days = match self.cadence {
            Cadence::Daily => back(1),
            Cadence::Weekly => back(WEEK),
            Cadence::Monthly => grid.before(&self.days),
        };
        Some(Self { cadence: self.cadence, days: days? })
    }

    /// What it is called beside others of its sort: today, this week, this period.
    pub(super) fn own(&self) -> Text {
        match self.cadence {
            Cadence::Daily => Text::new("当日", "the day"),
            Cadence::Weekly => Text::new("本周", "this week"),
            Cadence::Monthly => Text::new("本期", "this period"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::read_day;

    #[test]
    fn a_week_begins_on_monday_and_may_belong_to_the_year_of_its_thursday() {
        let days = |text: &str| read_week(text).map(|week| (week.first.to_string(), week.last.to_string()));
        let week = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        assert_eq!(days("2026-W42"), week("2026-10-12", "2026-10-18"));
        assert_eq!(days("2026-W53"), week("2026-12-28", "2027-01-03"));
        for wrong in ["2026-W54", "2026-42", "2026-W4", "26-W42", "2026-W00", "周"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
        let span = Span { cadence: Cadence::Weekly, days: read_week("2027-W01").unwrap() };
        assert_eq!(span.before(Grid::Months(1)).unwrap().code(), "2026-W53");
        assert_eq!(span.days.first, read_day("2027-01-04").unwrap());
    }
}
