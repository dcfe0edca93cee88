//! `[appeal]`: until when, to whom and how somebody may appeal against what was found.

use super::Calendars;
use super::role::word;
use crate::calendar::{NotAnnounced, Timetable};
use crate::document::{Entry, Section};
use crate::language::Text;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use std::sync::Arc;

/// No pack gives more days than this.
const LONGEST: u64 = 366;

/// The way to appeal.
#[derive(Clone, Debug)]
pub struct Appeal {
    /// How many days there are, the day of the assessment not counted.
    pub days: u64,
    /// The calendar by which they are working days; calendar days where there is none.
    pub calendar: Option<Arc<Timetable>>,
    /// To whom an appeal goes, and how.
    pub to: Text,
    /// What an appeal that was upheld does to whatever it changes on the cards of others.
    pub others: Others,
}

/// What becomes of others' cards (their places, their share) when an appeal changes what they rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// They are adjusted as well.
    #[default]
    Follow,
    /// They stay as they were sealed.
    Stay,
}

impl Appeal {
    /// Reads `[appeal]`: `days = 5`, `calendar = "office"`, `to = { zh = "…", en = "…" }`, `others = "stay"`.
    pub(super) fn read(section: &Section<'_>, calendars: &Calendars) -> Option<Self> {
        let days = section.required("days").and_then(|entry| whole_days(&entry));
        let calendar = section.get("calendar").and_then(|entry| {
            let name = entry.text()?;
            let found = calendars.get(&name).cloned();
            if found.is_none() {
                entry.unknown(Text::new("日历", "calendar"), &name, calendars.names());
            }
            found
        });
        let to = section.required("to").and_then(|entry| entry.title());
        let others = word(section, "others", &[("follow", Others::Follow), ("stay", Others::Stay)]);
        section.finish();
        Some(Self { days: days?, calendar, to: to?, others: others.unwrap_or_default() })
    }

    /// The last day on which one may appeal against an assessment of that day.
    ///
    /// # Errors
    /// The working days of a year are not announced.
    pub fn deadline(&self, assessed: NaiveDate) -> Result<NaiveDate, NotAnnounced> {
        match &self.calendar {
            Some(calendar) => calendar.after_days(assessed, self.days),
            None => Ok(assessed.checked_add_days(Days::new(self.days)).unwrap_or(NaiveDate::MAX)),
        }
    }
}

fn whole_days(entry: &Entry<'_>) -> Option<u64> {
    let (number, _) = entry.number()?;
    let days = u64::try_from(number)
        .ok()
        .filter(|days| (1..=LONGEST).contains(days) && number == Decimal::from(*days));
    if days.is_none() {
        entry.fault(
            "P083",
            Text::new(
                format!("申诉期限应为 1 至 {LONGEST} 天的整数"),
                format!("the days to appeal are a whole number from 1 to {LONGEST}"),
            ),
        );
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{WorkingDays, read_day};

    fn deadline(days: u64, working: Option<WorkingDays>, assessed: &str) -> Result<String, NotAnnounced> {
        let calendar = working.map(|days| {
            Arc::new(Timetable {
                name: "office".into(),
                title: Text::default(),
                is_announced: true,
                own: Vec::new(),
                days,
                hours: Vec::new(),
            })
        });
        let appeal = Appeal { days, calendar, to: Text::default(), others: Others::Follow };
        appeal.deadline(read_day(assessed).unwrap()).map(|day| day.to_string())
    }

    #[test]
    fn calendar_days_are_counted_from_the_day_after() {
        assert_eq!(deadline(5, None, "2026-11-03").as_deref(), Ok("2026-11-08"));
    }

    #[test]
    fn working_days_leave_out_weekends_and_holidays_and_count_the_days_worked_for_them() {
        let china = || Some(WorkingDays::china());
        assert_eq!(deadline(5, china(), "2026-11-03").as_deref(), Ok("2026-11-10"));
        // 1 to 7 October are off, and Saturday the 10th is worked for them
        assert_eq!(deadline(3, china(), "2026-09-30").as_deref(), Ok("2026-10-10"));
    }

    #[test]
    fn a_year_that_is_not_announced_gives_no_day() {
        assert_eq!(deadline(5, Some(WorkingDays::china()), "2026-12-28"), Err(NotAnnounced(2027)));
        assert_eq!(deadline(5, Some(WorkingDays::weekdays()), "2026-12-28").as_deref(), Ok("2027-01-04"));
    }
}
