//! Stretches of days that are assessed, and the grids they are cut from.

use crate::language::Text;
use chrono::{Datelike, Days, Months, NaiveDate};

/// A stretch of days: a month, quarter, half, year, a day, or one of a grid of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

/// How days are cut into periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    /// Every so many calendar months, counted from January: 1, 3, 6 or 12.
    Months(u32),
    /// Every day is a period: a card as of a day.
    Day,
    /// Every so many months, counted from a day: an assessment year that begins in December.
    From {
        /// The first day of some period.
        first: NaiveDate,
        /// How long each is.
        months: u32,
    },
}

impl Period {
    /// Reads `2026-10`, `2026-Q4`, `2026-H2`, `2026`, `2026-10-05` or `2025-12-16..2026-12-15`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (day(first)?, day(last)?);
            return (first <= last).then_some(Self { first, last });
        }
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let year = digits(year, 4).filter(|year| *year > 0)?;
        let year = i32::try_from(year).ok()?;
        let (months, nth) = match rest {
            "" => (12, 1),
            "Q1" | "Q2" | "Q3" | "Q4" => (3, digits(rest.get(1..)?, 1)?),
            "H1" | "H2" => (6, digits(rest.get(1..)?, 1)?),
            month if month.len() == 2 => (1, digits(month, 2)?),
            _ => return day(text).map(|day| Self { first: day, last: day }),
        };
        let month = nth.checked_sub(1)?.checked_mul(months)?.checked_add(1)?;
        Self::of_months(NaiveDate::from_ymd_opt(year, month, 1)?, months)
    }

    fn of_months(first: NaiveDate, months: u32) -> Option<Self> {
        let last = first.checked_add_months(Months::new(months))?.pred_opt()?;
        Some(Self { first, last })
    }

    /// Whether a day falls into the period.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// The number of whole calendar months, from January on: 10 months from 1, a quarter from 1, 4, 7 or 10.
    fn months(&self) -> Option<u32> {
        let fits = |months: u32| Grid::Months(months).containing(self.first) == *self;
        [1, 3, 6, 12].into_iter().find(|months| fits(*months))
    }

    /// The period as data files carry it: `2026-10`, `2026-Q4`, `2026`, `2026-10-05`.
    pub fn code(&self) -> String {
        let year = self.first.format("%Y");
        match self.months() {
            Some(1) => self.first.format("%Y-%m").to_string(),
            Some(3) => format!("{year}-Q{}", self.first.month0().saturating_div(3).saturating_add(1)),
            Some(6) => format!("{year}-H{}", self.first.month0().saturating_div(6).saturating_add(1)),
            Some(_) => year.to_string(),
            None if self.first == self.last => self.first.to_string(),
            None => format!("{}..{}", self.first, self.last),
        }
    }

    /// The period as a heading: `2026年10月`, `October 2026`.
    pub fn title(&self) -> Text {
        let year = self.first.year();
        match self.months() {
            Some(1) => {
                Text::new(format!("{year}年{}月", self.first.month()), self.first.format("%B %Y").to_string())
            }
            Some(3) => {
                let quarter = self.first.month0().saturating_div(3).saturating_add(1);
                Text::new(format!("{year}年第{quarter}季度"), format!("quarter {quarter} of {year}"))
            }
            Some(6) if self.first.month() == 1 => {
                Text::new(format!("{year}年上半年"), format!("first half of {year}"))
            }
            Some(6) => Text::new(format!("{year}年下半年"), format!("second half of {year}")),
            Some(_) => Text::new(format!("{year}年"), year.to_string()),
            None if self.first == self.last => Text::same(self.first.to_string()),
            None => Text::new(
                format!("{} 至 {}", self.first, self.last),
                format!("{} to {}", self.first, self.last),
            ),
        }
    }
}

impl Grid {
    /// The grid of that name: `month`, `quarter`, `half`, `year`, `day`.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "month" => Self::Months(1),
            "quarter" => Self::Months(3),
            "half" => Self::Months(6),
            "year" => Self::Months(12),
            "day" => Self::Day,
            _ => return None,
        })
    }

    /// What one of its periods is called.
    pub fn title(&self) -> Text {
        match self {
            Self::Months(1) => Text::new("月", "a month"),
            Self::Months(3) => Text::new("季度", "a quarter"),
            Self::Months(6) => Text::new("半年", "a half year"),
            Self::Months(12) => Text::new("年", "a year"),
            Self::Day => Text::new("日", "a day"),
            Self::Months(months) | Self::From { months, .. } => {
                Text::new(format!("自定的 {months} 个月"), format!("{months} months of its own"))
            }
        }
    }

    /// The period that holds a day. At the very ends of the calendar it may be the day alone.
    pub fn containing(&self, day: NaiveDate) -> Period {
        self.around(day).unwrap_or(Period { first: day, last: day })
    }

    fn around(&self, day: NaiveDate) -> Option<Period> {
        match self {
            Self::Day => None,
            Self::Months(months) => {
                let into = day.month0().checked_rem(*months)?;
                let first = day.with_day(1)?.checked_sub_months(Months::new(into))?;
                Period::of_months(first, *months)
            }
            Self::From { first, months } => {
                let whole = |date: NaiveDate| {
                    i64::from(date.year()).saturating_mul(12).saturating_add(i64::from(date.month0()))
                };
                let length = i64::from(*months);
                // from the month of the day, at most one period too late
                let passed = whole(day).checked_sub(whole(*first))?.div_euclid(length);
                [passed, passed.saturating_sub(1)].into_iter().find_map(|index| {
                    let begin = shifted(*first, index.checked_mul(length)?)?;
                    let next = shifted(*first, index.checked_add(1)?.checked_mul(length)?)?;
                    let period = Period { first: begin, last: next.pred_opt()? };
                    period.contains(day).then_some(period)
                })
            }
        }
    }

    /// The period before another of the same grid; `None` before the first day of the calendar.
    pub fn before(&self, period: &Period) -> Option<Period> {
        period.first.checked_sub_days(Days::new(1)).map(|day| self.containing(day))
    }

    /// Every period of the grid that lies whole in a stretch of days, in order.
    pub fn within(&self, stretch: &Period) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut next = Some(self.containing(stretch.first));
        while let Some(period) = next.filter(|period| period.first <= stretch.last) {
            if stretch.first <= period.first && period.last <= stretch.last {
                periods.push(period);
            }
            next = period.last.succ_opt().map(|day| self.containing(day));
        }
        periods
    }
}

/// A day so many months later or earlier; the end of a month is clamped.
pub fn shifted(day: NaiveDate, months: i64) -> Option<NaiveDate> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 { day.checked_sub_months(count) } else { day.checked_add_months(count) }
}

fn digits(text: &str, length: usize) -> Option<u32> {
    let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

fn day(text: &str) -> Option<NaiveDate> {
    crate::calendar::read_day(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_is_read_as_it_is_written() {
        for code in ["2026-10", "2026-Q4", "2026-H2", "2026", "2026-10-05", "2025-12-16..2026-12-15"] {
            assert_eq!(Period::parse(code).unwrap().code(), code);
        }
        for wrong in ["2026-13", "2026-1", "2026-Q5", "26-10", "0000-01", "2026-02-30", "2026-2..2026-3"] {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_grid_from_a_day_cuts_years_that_begin_in_december() {
        let day = |text: &str| crate::calendar::read_day(text).unwrap();
        let grid = Grid::From { first: day("2020-12-16"), months: 12 };
        let period = |text: &str| grid.containing(day(text)).code();
        assert_eq!(period("2026-12-15"), "2025-12-16..2026-12-15");
        assert_eq!(period("2026-12-16"), "2026-12-16..2027-12-15");
        assert_eq!(period("2019-01-01"), "2018-12-16..2019-12-15");
        let quarter = Period::parse("2026-Q4").unwrap();
        let months: Vec<String> = Grid::Months(1).within(&quarter).iter().map(Period::code).collect();
        assert_eq!(months, ["2026-10", "2026-11", "2026-12"]);
    }
}
