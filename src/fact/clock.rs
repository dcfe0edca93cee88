//! Clocks: how long something took, in hours or days, worked or not, without the time it stood still.

use super::lacking::root_of;
use super::{Facts, Value};
use crate::amount::Unit;
use crate::calendar::{Day, NotAnnounced, Stretch, Timetable, end_of};
use crate::language::Text;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use rust_decimal::Decimal;
use std::sync::Arc;

/// What a clock counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockUnit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days by date.
    Days,
    /// Weeks by date.
    Weeks,
    /// Minutes within business hours.
    WorkingMinutes,
    /// Hours within business hours.
    WorkingHours,
    /// Days worked, by date.
    WorkingDays,
}

/// How a clock counts that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Up to the assessment date, and on.
    Count,
    /// Not at all: it has no value yet.
    Exclude,
}

/// The timetable a clock goes by.
#[derive(Clone, Debug)]
pub enum By {
    /// None: time as it passes.
    Time,
    /// Always this one.
    Timetable(Arc<Timetable>),
    /// That of the word a fact has.
    Fact(String, Vec<(String, Arc<Timetable>)>),
}

/// The time between two moments.
#[derive(Clone, Debug)]
pub struct Clock {
    /// The moment fact that starts it.
    pub from: String,
    /// The moment fact that stops it.
    pub to: String,
    /// What it counts in.
    pub unit: ClockUnit,
    /// Whether the day on which it starts counts.
    pub day_zero: bool,
    /// How it counts where it has not ended.
    pub open: Open,
    /// Whether it may end before it starts, and is then zero: it starts at a deadline.
    pub early: bool,
    /// What is worked.
    pub by: By,
    /// Pairs of moment facts between which it stands still.
    pub pauses: Vec<(String, String)>,
}

/// A clock that runs for longer than a century, or a limit as long, is a slip of the pen and not a time.
pub(super) const LONGEST_DAYS: u64 = 36_600;
/// Seconds of an hour.
const HOUR: i64 = 3_600;
/// Days of a week.
pub(super) const WEEK: Decimal = Decimal::from_parts(7, 0, 0, false, 0);
/// Seconds of a minute.
const MINUTE: i64 = 60;

impl ClockUnit {
    /// The unit of that name.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("minutes", Self::Minutes),
        ("hours", Self::Hours),
        ("days", Self::Days),
        ("weeks", Self::Weeks),
        ("working minutes", Self::WorkingMinutes),
        ("working hours", Self::WorkingHours),
        ("working days", Self::WorkingDays),
    ];

    /// Whether it goes by what is worked.
    pub fn is_worked(self) -> bool {
        matches!(self, Self::WorkingMinutes | Self::WorkingHours | Self::WorkingDays)
    }

    /// What a number of it is counted in.
    pub fn counted_in(self) -> Unit {
        match self {
            Self::Hours | Self::WorkingHours => Unit::Hours,
            Self::Minutes | Self::WorkingMinutes => Unit::Minutes,
            Self::Days | Self::WorkingDays => Unit::Days,
            Self::Weeks => Unit::None,
        }
    }

    /// Whether it counts days by their dates.
    pub fn is_by_date(self) -> bool {
        matches!(self, Self::Days | Self::Weeks | Self::WorkingDays)
    }

    pub(super) fn seconds(self) -> Decimal {
        Decimal::from(match self {
            Self::Minutes | Self::WorkingMinutes => MINUTE,
            _ => HOUR,
        })
    }
}

impl By {
    /// The fact whose word says which timetable it is.
    pub(super) fn fact(&self) -> Option<&str> {
        if let Self::Fact(fact, _) = self { Some(fact) } else { None }
    }

    /// Whether there is a timetable at all.
    pub fn is_time(&self) -> bool {
        matches!(self, Self::Time)
    }

    /// The timetable for a row; `Err` names the fact that would say.
    pub(super) fn of(&self, facts: &dyn Facts) -> Result<Option<&Timetable>, String> {
        match self {
            Self::Time => Ok(None),
            Self::Timetable(timetable) => Ok(Some(timetable)),
            Self::Fact(fact, timetables) => {
                let word = match facts.value(fact) {
                    Value::Word(word) => word.to_string(),
                    Value::Bool(flag) => flag.to_string(),
                    _ => return Err(fact.clone()),
                };
                let found = timetables.iter().find(|(name, _)| *name == word);
                found.map(|(_, timetable)| Some(timetable.as_ref())).ok_or_else(|| fact.clone())
            }
        }
    }
}

/// One day of a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOfClock {
    /// The day.
    pub date: NaiveDate,
    /// What kind of day it is; none for a clock that goes by no timetable, or where its year is not announced.
    pub day: Result<Option<Day>, NotAnnounced>,
    /// The stretches of it within which the clock runs, where it goes by hours.
    pub running: Vec<Stretch>,
    /// Whether the clock stands still for some of it.
    pub stands: bool,
    /// What it adds: days, or the unit of the clock.
    pub counted: Decimal,
    /// What there is up to its end.
    pub total: Decimal,
}

/// How a clock runs for a row.
struct Course<'c> {
    stretch: Stretch,
    has_ended: bool,
    timetable: Option<&'c Timetable>,
    /// In order and apart.
    pauses: Vec<Stretch>,
}

impl Clock {
    /// Hours as they pass, up to the assessment date where it has not ended.
    pub fn plain(from: &str, to: &str) -> Self {
        let (from, to) = (from.to_owned(), to.to_owned());
        let (unit, open, by) = (ClockUnit::Hours, Open::Count, By::Time);
        Self { from, to, unit, day_zero: false, open, early: false, by, pauses: Vec::new() }
    }

    /// Whether it is the plain one: hours as they pass, up to the assessment date.
    pub fn is_plain(&self) -> bool {
        self.unit == ClockUnit::Hours && self.pauses.is_empty() && self.open == Open::Count
    }

    /// The facts of the row that it is worked out from.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.from.as_str()).chain(self.ends()).chain(self.by.fact())
    }

    /// What it shows for a row, running up to `now` where it has not ended.
    pub fn run(&self, facts: &dyn Facts, now: NaiveDateTime) -> Value {
        let course = match self.course(facts, now) {
            Ok(course) => course,
            Err(shown) => return shown,
        };
        match self.counted(&course) {
            Ok(counted) if course.has_ended => Value::Number(counted),
            Ok(counted) => Value::Running(counted),
            Err(year) => lacking(&root_of(&year.reason())),
        }
    }

    /// From when to when it runs for a row; `Err` is what it shows where it does not run.
    fn course(&self, facts: &dyn Facts, now: NaiveDateTime) -> Result<Course<'_>, Value> {
        let Value::Moment(start) = facts.value(&self.from) else { return Err(lacking(&self.from)) };
        // only a blank says that it has not ended; a moment that could not be worked out says nothing
        for moment in self.ends() {
            if matches!(facts.value(moment), Value::Undetermined(_)) {
                return Err(lacking(moment));
            }
        }
        let (end, has_ended) = match facts.value(&self.to) {
            Value::Moment(end) => (end, true),
            _ if self.open == Open::Exclude => return Err(Value::Missing),
            _ => (self.latest(now), false),
        };
        let timetable = self.by.of(facts).map_err(|fact| lacking(&fact))?.filter(|_| self.unit.is_worked());
        if end.signed_duration_since(start).num_days().unsigned_abs() > LONGEST_DAYS {
            return Err(lacking(&self.from));
        }
        if self.is_before(end, start) {
            return Err(match (has_ended, self.early) {
                // what starts after the assessment date has not run yet
                (false, _) => Value::Running(Decimal::ZERO),
                (true, true) => Value::Number(Decimal::ZERO),
                (true, false) => backwards(facts, &self.from, &self.to),
            });
        }
        let pauses = self.stood_still(facts, end)?;
        Ok(Course { stretch: (start, end), has_ended, timetable, pauses })
    }

    /// Whether one moment lies before another as far as it counts: a clock of days knows only their dates.
    fn is_before(&self, one: NaiveDateTime, other: NaiveDateTime) -> bool {
        if self.unit.is_by_date() { one.date() < other.date() } else { one < other }
    }

    /// The moments at which it may end, or begins or ceases to stand still.
    fn ends(&self) -> impl Iterator<Item = &str> {
        let pauses = self.pauses.iter().flat_map(|(from, until)| [from.as_str(), until.as_str()]);
        std::iter::once(self.to.as_str()).chain(pauses)
    }

    /// Up to when a clock has run that has not ended: days are counted up to the day before the moment after it.
    fn latest(&self, now: NaiveDateTime) -> NaiveDateTime {
        let second = if self.unit.is_by_date() { TimeDelta::seconds(1) } else { TimeDelta::zero() };
        now.checked_sub_signed(second).unwrap_or(now)
    }

    /// The stretches in which it stands still, in order and apart; one that has not ended lasts to the end. `Err` is what
    /// it shows where one ends before it begins.
    fn stood_still(&self, facts: &dyn Facts, end: NaiveDateTime) -> Result<Vec<Stretch>, Value> {
        let mut stretches: Vec<Stretch> = Vec::new();
        for (from, until) in &self.pauses {
            let stretch = match (facts.value(from), facts.value(until)) {
                (Value::Moment(begun), Value::Moment(over)) if self.is_before(over, begun) => {
                    return Err(backwards(facts, from, until));
                }
                (Value::Moment(begun), Value::Moment(over)) => (begun, over),
                (Value::Moment(begun), _) => (begun, end),
                (_, Value::Moment(_)) => return Err(lacking(from)),
                _ => continue,
            };
            if stretch.0 < stretch.1 {
                stretches.push(stretch);
            }
        }
        stretches.sort_unstable();
        let mut apart: Vec<Stretch> = Vec::new();
        for (from, until) in stretches {
            match apart.last_mut().filter(|last| from <= last.1) {
                Some(last) => last.1 = last.1.max(until),
                None => apart.push((from, until)),
            }
        }
        Ok(apart)
    }

    fn counted(&self, course: &Course<'_>) -> Result<Decimal, NotAnnounced> {
        let (start, end) = course.stretch;
        if course.timetable.is_none() && !self.unit.is_by_date() {
            let still = still(course.stretch, &course.pauses);
            return Ok(self.shown(seconds_of(course.stretch).saturating_sub(still)));
        }
        if course.timetable.is_none() && course.pauses.is_empty() {
            let days = end.date().signed_duration_since(start.date()).num_days();
            return Ok(self.in_unit(Decimal::from(days.saturating_add(i64::from(self.day_zero)))));
        }
        let mut total = Decimal::ZERO;
        for date in start.date().iter_days().take_while(|date| *date <= end.date()) {
            total = total.saturating_add(self.counted_on(date, course)?);
        }
        Ok(self.in_unit(total))
    }

    /// What one day adds: days, or the unit of the clock.
    fn counted_on(&self, date: NaiveDate, course: &Course<'_>) -> Result<Decimal, NotAnnounced> {
        let (start, end) = course.stretch;
        if self.unit.is_by_date() {
            let is_first = date == start.date() && !self.day_zero;
            let worked = match course.timetable {
                Some(timetable) => timetable.days.is_worked(date)?,
                None => true,
            };
            let counts = worked && !is_first && !stands_at_the_end(date, end, &course.pauses);
            return Ok(if counts { Decimal::ONE } else { Decimal::ZERO });
        }
        let running = running_on(date, course.stretch, course.timetable)?;
        let seconds =
            running.iter().map(|part| seconds_of(*part).saturating_sub(still(*part, &course.pauses)));
        Ok(self.shown(seconds.fold(0, i64::saturating_add)))
    }

    /// The clock day by day; none of one that counts hours as they pass, or does not run.
    pub fn day_by_day(&self, facts: &dyn Facts, now: NaiveDateTime) -> Vec<DayOfClock> {
        let Ok(course) = self.course(facts, now) else { return Vec::new() };
        if course.timetable.is_none() && !self.unit.is_by_date() {
            return Vec::new();
        }
        let (start, end) = course.stretch;
        let mut days = Vec::new();
        let mut total = Decimal::ZERO;
        for date in start.date().iter_days().take_while(|date| *date <= end.date()) {
            let counted = self.counted_on(date, &course);
            let broken = counted.is_err();
            let counted = counted.unwrap_or_default();
            total = total.saturating_add(counted);
            let running = if self.unit.is_by_date() {
                Ok(Vec::new())
            } else {
                running_on(date, course.stretch, course.timetable)
            };
            let running = running.unwrap_or_default();
            let stands = if self.unit.is_by_date() {
                stands_at_the_end(date, end, &course.pauses)
            } else {
                running.iter().any(|part| still(*part, &course.pauses) > 0)
            };
            let day = course.timetable.map(|timetable| timetable.days.day(date)).transpose();
            days.push(DayOfClock { date, day, running, stands, counted, total });
            if broken {
                break;
            }
        }
        days
    }

    fn shown(&self, seconds: i64) -> Decimal {
        Decimal::from(seconds).checked_div(self.unit.seconds()).unwrap_or_default()
    }

    fn in_unit(&self, days: Decimal) -> Decimal {
        let length = if self.unit == ClockUnit::Weeks { WEEK } else { Decimal::ONE };
        if self.unit.is_by_date() { days.checked_div(length).unwrap_or_default() } else { days }
    }
}

/// The parts of a stretch within one day in which a clock runs.
fn running_on(
    date: NaiveDate,
    stretch: Stretch,
    timetable: Option<&Timetable>,
) -> Result<Vec<Stretch>, NotAnnounced> {
    match timetable {
        Some(timetable) => timetable.worked_on(date, stretch),
        None => Ok(vec![stretch]),
    }
}

/// Whether a clock of days stands still at the end of a day, or of its last day when it ends: then the day does not count.
fn stands_at_the_end(date: NaiveDate, end: NaiveDateTime, pauses: &[Stretch]) -> bool {
    let last = end_of(date).checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(end).min(end);
    pauses.iter().any(|(from, until)| *from <= last && last < *until)
}

fn seconds_of((from, until): Stretch) -> i64 {
    until.signed_duration_since(from).num_seconds()
}

/// How many seconds of a stretch are pauses.
fn still(stretch: Stretch, pauses: &[Stretch]) -> i64 {
    pauses.iter().map(|pause| overlap(*pause, stretch)).fold(0, i64::saturating_add)
}

/// How many seconds two stretches share.
fn overlap(one: Stretch, other: Stretch) -> i64 {
    let (from, to) = (one.0.max(other.0), one.1.min(other.1));
    to.signed_duration_since(from).num_seconds().max(0)
}

/// Not known for want of a fact, or of a calendar.
pub(super) fn lacking(what: &str) -> Value {
    Value::Undetermined(Arc::from([what.to_owned()]))
}

/// Not known, because one moment lies before another that it should follow.
fn backwards(facts: &dyn Facts, from: &str, to: &str) -> Value {
    let (from, to) = (facts.title(from), facts.title(to));
    let reason = Text::new(
        format!("「{}」早于「{}」", to.zh, from.zh),
        format!("'{}' is before '{}'", to.en, from.en),
    );
    lacking(&root_of(&reason))
}
