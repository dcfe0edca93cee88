//! Due moments: the last moment of a limit, in hours or days, worked or not.

use super::clock::{By, Clock, ClockUnit, LONGEST_DAYS, Open, WEEK, lacking};
use super::lacking::root_of;
use super::{Facts, Value};
use crate::calendar::{NotAnnounced, Timetable};
use chrono::{Days, NaiveDateTime, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// Seconds of the longest limit.
const LONGEST_SECONDS: i64 = 36_600 * 86_400;

/// The last moment of a limit that begins at another.
#[derive(Clone, Debug)]
pub struct Due {
    /// The moment fact at which the limit begins.
    pub after: String,
    /// The number fact or parameter that says how long it is.
    pub plus: String,
    /// What that is counted in.
    pub unit: ClockUnit,
    /// Whether the day on which it begins is the first of its days.
    pub day_zero: bool,
    /// What is worked.
    pub by: By,
    /// Whether a last day that is not worked moves to the next one that is (Civil Code of the PRC, art. 203).
    pub roll: bool,
}

impl Due {
    /// The facts of the row that it is worked out from, and the length, which may be a parameter.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        [self.after.as_str(), self.plus.as_str()].into_iter().chain(self.by.fact())
    }

    /// The clock that runs from where the limit begins to its last moment, which is the fact of that name.
    pub fn clock(&self, name: &str) -> Clock {
        let plain = Clock::plain(&self.after, name);
        Clock { unit: self.unit, day_zero: self.day_zero, open: Open::Exclude, by: self.by.clone(), ..plain }
    }

    /// The last moment of the limit for a row, whose parameters are `parameter`.
    pub fn run(&self, facts: &dyn Facts, parameter: impl Fn(&str) -> Option<Decimal>) -> Value {
        let Value::Moment(start) = facts.value(&self.after) else { return lacking(&self.after) };
        let length = match facts.value(&self.plus) {
            Value::Number(length) => Some(length),
            _ => parameter(&self.plus),
        };
        let Some(length) = length else { return lacking(&self.plus) };
        let timetable = match self.by.of(facts) {
            Ok(timetable) => timetable,
            Err(fact) => return lacking(&fact),
        };
        match self.moment(start, length, timetable) {
            Ok(Some(moment)) => Value::Moment(moment),
            Ok(None) => lacking(&self.plus),
            Err(year) => lacking(&root_of(&year.reason())),
        }
    }

    fn moment(
        &self,
        start: NaiveDateTime,
        length: Decimal,
        timetable: Option<&Timetable>,
    ) -> Result<Option<NaiveDateTime>, NotAnnounced> {
        let worked = timetable.filter(|_| self.unit.is_worked());
        if self.unit.is_by_date() {
            let days = if self.unit == ClockUnit::Weeks { WEEK } else { Decimal::ONE };
            let days =
                length.checked_mul(days).filter(|days| days.fract().is_zero() && !days.is_sign_negative());
            let days = days.and_then(|days| days.to_u64()).filter(|days| *days <= LONGEST_DAYS);
            let Some(days) = days else { return Ok(None) };
            // the day it begins on is the first of them where it counts, else the day after
            let before = if self.day_zero && days > 0 { start.date().pred_opt() } else { Some(start.date()) };
            let Some(before) = before else { return Ok(None) };
            let day = match worked {
                Some(timetable) => Some(timetable.after_days(before, days)?),
                None => before.checked_add_days(Days::new(days)),
            };
            let Some(mut day) = day else { return Ok(None) };
            if let (true, Some(timetable)) = (self.roll, timetable) {
                day = timetable.next_worked(day)?;
            }
            return Ok(day.and_hms_opt(23, 59, 59));
        }
        let seconds = length.checked_mul(self.unit.seconds()).and_then(|seconds| seconds.to_i64());
        let Some(seconds) = seconds.filter(|seconds| (0..=LONGEST_SECONDS).contains(seconds)) else {
            return Ok(None);
        };
        match worked {
            Some(timetable) => timetable.after_seconds(start, seconds).map(Some),
            None => Ok(start.checked_add_signed(TimeDelta::seconds(seconds))),
        }
    }
}
