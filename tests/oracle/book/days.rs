//! Days, windows and who was where: counted by hand, without the product's calendar.

use super::model::{Length, Window};
use chrono::{Datelike as _, Days, NaiveDate};

/// A stretch of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
}

pub(super) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The day of that number in a month that may have fewer.
fn clamped(year: i32, month: u32, day: u32) -> NaiveDate {
    (1..=day).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap()
}

/// So many months later, or earlier where negative.
pub(super) fn moved(day: NaiveDate, months: i32) -> NaiveDate {
    let (mut year, mut month) = (day.year(), day.month());
    for _ in 0..months.abs() {
        if months > 0 {
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        } else {
            (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
        }
    }
    clamped(year, month, day.day())
}

pub(super) fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap()
}

pub(super) fn earlier(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap()
}

/// The stretch of so many calendar months, counted from January, that holds a day.
pub(super) fn around(day: NaiveDate, months: u32) -> Stretch {
    let first = date(day.year(), day.month0() / months * months + 1, 1);
    Stretch { first, last: earlier(moved(first, i32::try_from(months).unwrap()), 1) }
}

/// The days a window covers that ends on a day, without beginning where none is said; what has a period of so many months
/// looks back.
pub(super) fn window(
    window: &Window,
    day: NaiveDate,
    months: u32,
    anniversary: Option<NaiveDate>,
) -> (Option<NaiveDate>, NaiveDate) {
    let own = around(day, months);
    match window {
        Window::Period => (Some(own.first), day),
        Window::Previous => {
            let before = around(earlier(own.first, 1), months);
            (Some(before.first), before.last)
        }
        Window::Calendar(months) => (Some(around(day, *months).first), day),
        Window::Days(days) => (Some(later(earlier(day, u64::from(*days)), 1)), day),
        Window::Months(months) => (Some(later(moved(day, -i32::try_from(*months).unwrap()), 1)), day),
        Window::Years(years) => (Some(later(moved(day, -12 * i32::try_from(*years).unwrap()), 1)), day),
        Window::Anniversary(_) => {
            let begun = anniversary.unwrap();
            let years = (day.year() - 1..=day.year()).rev();
            let days = years.map(|year| clamped(year, begun.month(), begun.day()));
            (days.into_iter().find(|found| *found <= day), day)
        }
        Window::Valid | Window::Since(_) | Window::Ever => (None, day),
    }
}

/// The last day of what lasts so long from a day on.
pub(super) fn last_day(begins: NaiveDate, length: Length) -> Option<NaiveDate> {
    match length {
        Length::Days(days) => Some(earlier(later(begins, u64::from(days)), 1)),
        Length::Months(months) => {
            let after = moved(begins, i32::try_from(months).unwrap());
            // a month too short for the day ends it with its own last day
            Some(if after.day() < begins.day() { after } else { earlier(after, 1) })
        }
        Length::Endless => None,
    }
}

/// Somebody or something for some days, under a parent or of a unit.
#[derive(Clone, Debug)]
pub(super) struct Spell {
    pub(super) who: &'static str,
    pub(super) under: &'static str,
    pub(super) from: Option<NaiveDate>,
    pub(super) until: Option<NaiveDate>,
}

impl Spell {
    pub(super) fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    pub(super) fn touches(&self, stretch: Stretch) -> bool {
        self.from.is_none_or(|from| from <= stretch.last)
            && self.until.is_none_or(|until| stretch.first <= until)
    }
}

/// Who belongs to which unit, and who heads which.
#[derive(Clone, Debug, Default)]
pub(super) struct Staff {
    pub(super) people: Vec<Spell>,
    pub(super) heads: Vec<Spell>,
}

pub(super) const UNITS: [&str; 2] = ["U1", "U2"];

impl Staff {
    pub(super) fn unit_of(&self, person: &str, day: NaiveDate) -> Option<&'static str> {
        self.people.iter().find(|spell| spell.who == person && spell.holds(day)).map(|spell| spell.under)
    }

    pub(super) fn head_of(&self, unit: &str, day: NaiveDate) -> Option<&'static str> {
        self.heads.iter().find(|spell| spell.under == unit && spell.holds(day)).map(|spell| spell.who)
    }

    pub(super) fn in_force(&self, day: NaiveDate) -> Vec<&'static str> {
        self.people.iter().filter(|spell| spell.holds(day)).map(|spell| spell.who).collect()
    }
}
