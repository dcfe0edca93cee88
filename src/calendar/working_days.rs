//! Which days are worked: the week, public holidays, and the weekend days worked instead of them (调休).

use super::read_day;
use crate::language::Text;
use chrono::{Datelike as _, NaiveDate, Weekday};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The announced days of China: see `data/working_days_cn.md` for its sources.
static CHINA: LazyLock<WorkingDays> = LazyLock::new(|| WorkingDays::parse(ANNOUNCED));
const ANNOUNCED: &str = include_str!("../../data/working_days_cn.csv");

/// What kind of day a day is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// A day of the week that is worked.
    Weekday,
    /// A day of the weekend.
    Weekend,
    /// A day off, with the name of the holiday.
    Off(Text),
    /// A day of the weekend that is worked, with the name of the holiday it makes up for.
    Worked(Text),
}

/// A year whose working days are not announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnnounced(pub i32);

/// Which days are worked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingDays {
    exceptions: BTreeMap<NaiveDate, Day>,
    /// The years that are covered; `None` for the week alone, which covers every year.
    years: Option<BTreeSet<i32>>,
}

impl Day {
    /// Whether it is worked.
    pub fn is_worked(&self) -> bool {
        matches!(self, Self::Weekday | Self::Worked(_))
    }

    /// What reports call it.
    pub fn title(&self) -> Text {
        match self {
            Self::Weekday => Text::new("工作日", "weekday"),
            Self::Weekend => Text::new("周末", "weekend"),
            Self::Off(name) => Text::new(format!("{}放假", name.zh), format!("off: {}", name.en)),
            Self::Worked(name) => {
                Text::new(format!("{}调休上班", name.zh), format!("worked for {}", name.en))
            }
        }
    }
}

impl NotAnnounced {
    /// Why a clock cannot be run.
    pub fn reason(self) -> Text {
        let Self(year) = self;
        Text::new(format!("{year} 年工作日尚未公布"), format!("calendar {year} not announced"))
    }
}

impl WorkingDays {
    /// Monday to Friday, in every year.
    pub fn weekdays() -> Self {
        Self::default()
    }

    /// The text from which the working days of China are read: its fingerprint tells which announcements are known.
    pub fn announced() -> &'static str {
        ANNOUNCED
    }

    /// The working days of China as the State Council announced them.
    pub fn china() -> Self {
        CHINA.clone()
    }

    /// Reads spans `from,until,kind,name,name_en`; a year is covered where its 1 January is named.
    fn parse(text: &str) -> Self {
        let mut days = Self { exceptions: BTreeMap::new(), years: Some(BTreeSet::new()) };
        for line in text.lines().skip(1) {
            let [from, until, kind, zh, en] = line.split(',').collect::<Vec<_>>()[..] else { continue };
            let (Some(from), Some(until)) = (read_day(from), read_day(until)) else { continue };
            let name = Text::new(zh, en);
            days.mark(from, until, if kind == "off" { Day::Off(name) } else { Day::Worked(name) });
            if let (1, 1, Some(years)) = (from.month(), from.day(), &mut days.years) {
                years.insert(from.year());
            }
        }
        days
    }

    /// Makes the days of a span another kind of day.
    pub fn mark(&mut self, from: NaiveDate, until: NaiveDate, day: Day) {
        let span = from.iter_days().take_while(|date| *date <= until);
        self.exceptions.extend(span.map(|date| (date, day.clone())));
    }

    /// What kind of day a day is.
    ///
    /// # Errors
    /// The working days of its year are not announced.
    pub fn day(&self, date: NaiveDate) -> Result<Day, NotAnnounced> {
        if let Some(day) = self.exceptions.get(&date) {
            return Ok(day.clone());
        }
        let year = date.year();
        if self.years.as_ref().is_some_and(|years| !years.contains(&year)) {
            return Err(NotAnnounced(year));
        }
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        Ok(if weekend { Day::Weekend } else { Day::Weekday })
    }

    /// Whether a day is worked.
    ///
    /// # Errors
    /// The working days of its year are not announced.
    pub fn is_worked(&self, date: NaiveDate) -> Result<bool, NotAnnounced> {
        match self.exceptions.get(&date) {
            Some(day) => Ok(day.is_worked()),
            None => self.day(date).map(|day| day.is_worked()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_worked(text: &str) -> Result<bool, NotAnnounced> {
        CHINA.is_worked(read_day(text).unwrap())
    }

    #[test]
    fn the_days_that_catch_weak_calendars() {
        for (day, worked) in [
            ("2025-09-28", true),
            ("2025-10-11", true),
            ("2026-02-14", true),
            ("2026-02-28", true),
            ("2026-09-20", true),
            ("2026-09-25", false),
            ("2026-12-31", true),
            ("2024-02-09", true),
            ("2024-02-18", true),
            ("2025-06-02", false),
        ] {
            assert_eq!(is_worked(day), Ok(worked), "{day}");
        }
        assert_eq!(is_worked("2027-01-04"), Err(NotAnnounced(2027)));
        assert_eq!(is_worked("2023-12-29"), Err(NotAnnounced(2023)));
        assert_eq!(WorkingDays::weekdays().is_worked(read_day("2027-01-04").unwrap()), Ok(true));
    }

    #[test]
    fn every_announced_year_has_its_number_of_working_days() {
        for (year, worked) in [(2024, 251), (2025, 248), (2026, 248)] {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let days = first.iter_days().take_while(|day| day.year() == year);
            assert_eq!(days.filter(|day| CHINA.is_worked(*day) == Ok(true)).count(), worked, "{year}");
        }
        assert_eq!(CHINA.years, Some([2024, 2025, 2026].into()));
    }
}
