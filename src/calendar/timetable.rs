//! When is worked: on which days, and in which hours of a day.

use super::working_days::{NotAnnounced, WorkingDays};
use crate::language::Text;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// Working days with their business hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timetable {
    /// The name the pack gives it.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// Whether its days are those the State Council announces; else Monday to Friday.
    pub is_announced: bool,
    /// Its own days off, and its own days that are worked.
    pub own: Vec<(NaiveDate, bool)>,
    /// Which days are worked.
    pub days: WorkingDays,
    /// The hours of a day that is worked, in order, breaks left out, in seconds after midnight.
    pub hours: Vec<(u32, u32)>,
}

/// A stretch of time.
pub type Stretch = (NaiveDateTime, NaiveDateTime);

impl Timetable {
    /// The parts of a stretch of time that are worked on one day.
    ///
    /// # Errors
    /// The working days of the year are not announced.
    pub fn worked_on(&self, date: NaiveDate, (from, to): Stretch) -> Result<Vec<Stretch>, NotAnnounced> {
        if !self.days.is_worked(date)? {
            return Ok(Vec::new());
        }
        let parts = self
            .hours
            .iter()
            .map(|(opens, closes)| (moment(date, *opens).max(from), moment(date, *closes).min(to)));
        Ok(parts.filter(|(from, to)| from < to).collect())
    }

    /// The first day worked on or after a day.
    ///
    /// # Errors
    /// The working days of a year are not announced.
    pub fn next_worked(&self, from: NaiveDate) -> Result<NaiveDate, NotAnnounced> {
        for date in from.iter_days() {
            if self.days.is_worked(date)? {
                return Ok(date);
            }
        }
        Ok(from)
    }

    /// The day on which so many days are worked after a day, which is none of them.
    ///
    /// # Errors
    /// The working days of a year are not announced.
    pub fn after_days(&self, from: NaiveDate, count: u64) -> Result<NaiveDate, NotAnnounced> {
        let (mut left, mut day) = (count, from);
        for date in from.iter_days().skip(1) {
            if left == 0 {
                break;
            }
            day = date;
            left = left.saturating_sub(u64::from(self.days.is_worked(date)?));
        }
        Ok(day)
    }

    /// The moment at which so many seconds are worked after another.
    ///
    /// # Errors
    /// The working days of a year are not announced.
    pub fn after_seconds(&self, from: NaiveDateTime, count: i64) -> Result<NaiveDateTime, NotAnnounced> {
        let mut left = TimeDelta::seconds(count);
        if self.hours.is_empty() {
            return Ok(from);
        }
        for date in from.date().iter_days() {
            for (opens, closes) in self.worked_on(date, (from, NaiveDateTime::MAX))? {
                let here = closes.signed_duration_since(opens);
                if here >= left {
                    return Ok(opens.checked_add_signed(left).unwrap_or(closes));
                }
                left = left.checked_sub(&here).unwrap_or_default();
            }
        }
        Ok(from)
    }
}

/// So many seconds after the midnight a day begins with.
fn moment(date: NaiveDate, seconds: u32) -> NaiveDateTime {
    let midnight = date.and_time(NaiveTime::MIN);
    midnight.checked_add_signed(TimeDelta::seconds(i64::from(seconds))).unwrap_or(midnight)
}
