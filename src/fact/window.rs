//! Which rows an aggregate looks back on: those whose day lies in a window that ends with its own.

use crate::calendar::{Grid, Period, shifted};
use crate::language::Text;
use chrono::{Datelike, Days, Months, NaiveDate};

/// How far back an aggregate looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window {
    /// The card's period; for a row the period that is assessed.
    Period,
    /// The period before the card's.
    Previous,
    /// The calendar month, quarter, half or year: so many months.
    Calendar(u32),
    /// The last so many days, from the day after the same day so many days back.
    Days(u32),
    /// The last so many months, from the day after the same day so many months back; the end of a month is clamped.
    Months(u32),
    /// The year that began at the last anniversary of a time fact of the card or row.
    Anniversary(String),
    /// Rows whose life covers the day.
    Valid,
    /// What came after the last row of another kind.
    Since(String),
    /// As far back as the table is complete.
    Ever,
}

/// The days a window covers. `None` is without beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub first: Option<NaiveDate>,
    /// The last day.
    pub last: NaiveDate,
}

impl Span {
    /// Whether a day lies in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first.is_none_or(|first| first <= day) && day <= self.last
    }
}

impl Window {
    /// The window of that name: `period`, `previous period`, `calendar year`, `30 days`, `12 months`, `2 years`,
    /// `anniversary of hired`, `valid`, `since reward`, `ever`.
    pub fn named(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Some(match words.as_slice() {
            ["period"] => Self::Period,
            ["previous", "period"] => Self::Previous,
            ["calendar", "month"] => Self::Calendar(1),
            ["calendar", "quarter"] => Self::Calendar(3),
            ["calendar", "half"] => Self::Calendar(6),
            ["calendar", "year"] => Self::Calendar(12),
            ["anniversary", "of", fact] => Self::Anniversary((*fact).to_owned()),
            ["since", kind] => Self::Since((*kind).to_owned()),
            ["valid"] => Self::Valid,
            ["ever"] => Self::Ever,
            [count, unit] => {
                let count: u32 = count.parse().ok().filter(|count| (1..=36_500).contains(count))?;
                match *unit {
                    "day" | "days" => Self::Days(count),
                    "month" | "months" => Self::Months(count),
                    "year" | "years" => Self::Months(count.checked_mul(12)?),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// What can be written, for messages.
    pub const FORMS: &str = "period, previous period, calendar month/quarter/half/year, 30 days, 12 months, 2 years, anniversary of <fact>, valid, since <kind>, ever";

    /// Whether it may reach back before the period that is assessed.
    pub fn looks_back(&self) -> bool {
        *self != Self::Period
    }

    /// The days it covers, seen from a day in a period; `None` where the anniversary is not known.
    pub fn span(
        &self,
        day: NaiveDate,
        (grid, period): (Grid, Period),
        anniversary: Option<NaiveDate>,
    ) -> Option<Span> {
        let from = |first: Option<NaiveDate>| Span { first, last: day };
        Some(match self {
            Self::Period => Span { first: Some(period.first), last: day.min(period.last) },
            Self::Previous => {
                let before = grid.before(&period)?;
                Span { first: Some(before.first), last: before.last }
            }
            Self::Calendar(months) => from(Some(Grid::Months(*months).containing(day).first)),
            Self::Days(days) => from(day.checked_sub_days(Days::new(u64::from(days.saturating_sub(1))))),
            Self::Months(months) => {
                from(day.checked_sub_months(Months::new(*months)).and_then(|back| back.succ_opt()))
            }
            Self::Anniversary(_) => from(Some(last_anniversary(anniversary?, day)?)),
            Self::Valid | Self::Since(_) | Self::Ever => from(None),
        })
    }

    /// The window as reports name it.
    pub fn title(&self) -> Text {
        match self {
            Self::Period => Text::new("本期", "in the period"),
            Self::Previous => Text::new("上期", "in the period before"),
            Self::Calendar(1) => Text::new("当月", "in the calendar month"),
            Self::Calendar(3) => Text::new("当季度", "in the calendar quarter"),
            Self::Calendar(6) => Text::new("当半年", "in the calendar half-year"),
            Self::Calendar(_) => Text::new("当年", "in the calendar year"),
            Self::Days(days) => Text::new(format!("近{days}天"), format!("in the last {days} days")),
            Self::Months(months) => {
                Text::new(format!("近{months}个月"), format!("in the last {months} months"))
            }
            Self::Anniversary(fact) => {
                Text::new(format!("自{fact}周年日起"), format!("since the last anniversary of {fact}"))
            }
            Self::Valid => Text::new("有效期内", "still in force"),
            Self::Since(kind) => Text::new(format!("自上次{kind}以来"), format!("since the last {kind}")),
            Self::Ever => Text::new("有记录以来", "on record"),
        }
    }
}

/// The last day on or before `day` on which years since `date` were whole; 29 February falls on the 28th in other years.
fn last_anniversary(date: NaiveDate, day: NaiveDate) -> Option<NaiveDate> {
    let years = i64::from(day.year()).checked_sub(i64::from(date.year()))?;
    [years, years.checked_sub(1)?]
        .into_iter()
        .filter_map(|years| shifted(date, years.checked_mul(12)?))
        .find(|anniversary| *anniversary <= day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(window: &str, on: &str) -> String {
        let day = |text: &str| crate::calendar::read_day(text).unwrap();
        let grid = Grid::Months(1);
        let span = Window::named(window).unwrap().span(
            day(on),
            (grid, grid.containing(day(on))),
            Some(day("2024-02-29")),
        );
        let span = span.unwrap();
        format!("{} {}", span.first.map_or_else(|| "…".to_owned(), |first| first.to_string()), span.last)
    }

    #[test]
    fn every_window_begins_where_its_words_say() {
        for (window, on, expected) in [
            ("period", "2026-10-31", "2026-10-01 2026-10-31"),
            ("previous period", "2026-03-31", "2026-02-01 2026-02-28"),
            ("calendar quarter", "2026-11-05", "2026-10-01 2026-11-05"),
            ("calendar year", "2026-11-05", "2026-01-01 2026-11-05"),
            ("1 day", "2026-11-05", "2026-11-05 2026-11-05"),
            ("30 days", "2026-10-30", "2026-10-01 2026-10-30"),
            ("1 month", "2026-03-31", "2026-03-01 2026-03-31"),
            ("12 months", "2026-10-30", "2025-10-31 2026-10-30"),
            ("2 years", "2026-02-28", "2024-02-29 2026-02-28"),
            ("anniversary of hired", "2026-02-27", "2025-02-28 2026-02-27"),
            ("anniversary of hired", "2026-02-28", "2026-02-28 2026-02-28"),
            ("ever", "2026-02-28", "… 2026-02-28"),
        ] {
            assert_eq!(first(window, on), expected, "{window} on {on}");
        }
        for wrong in ["0 days", "30", "calendar week", "30 weeks", "since"] {
            assert_eq!(Window::named(wrong), None, "{wrong}");
        }
    }
}
