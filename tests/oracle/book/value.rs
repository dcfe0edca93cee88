//! Values of the plain evaluator: one value, and whether it depends on how something unknown was filled in.

use super::model::Type;
use crate::chance::Chance;
use chrono::{Days, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Datum {
    Flag(bool),
    Number(Decimal),
    Text(String),
    Moment(NaiveDateTime),
}

/// What a value rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    /// On what the rows say: the product must come to the same.
    Exact,
    /// On something that was filled in: what the product says must allow it.
    Filled,
    /// On a calculation that failed: nothing can be said of it.
    Void,
}

/// A fact of a row.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Its value; none where it is missing.
    pub(super) datum: Option<Datum>,
    pub(super) grade: Grade,
}

/// Why something has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Whatever the unknown facts turn out to be.
    Certain,
    /// Perhaps only as they were filled in.
    Perhaps,
}

impl Known {
    pub(super) fn exact(datum: Option<Datum>) -> Self {
        Self { datum, grade: Grade::Exact }
    }

    pub(super) fn of(datum: Option<Datum>, grade: Grade) -> Self {
        Self { datum, grade }
    }

    pub(super) fn fault(fault: Fault) -> Self {
        let grade = if fault == Fault::Certain { Grade::Exact } else { Grade::Void };
        Self { datum: None, grade }
    }
}

/// One way to fill in whatever is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill(pub(super) u64);

impl Fill {
    /// The same for the same thing.
    fn chance(self, what: &str) -> Chance {
        let mut sum = 0xcbf2_9ce4_8422_2325_u64 ^ self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in what.bytes() {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Chance(sum)
    }

    pub(super) fn flag(self, what: &str) -> bool {
        self.chance(what).happens(1, 2)
    }

    pub(super) fn datum(self, what: &str, of: &Type) -> Datum {
        let mut chance = self.chance(what);
        match of {
            Type::Flag => Datum::Flag(chance.happens(1, 2)),
            Type::Words(words) => Datum::Text((*chance.one(words)).to_owned()),
            Type::Text => Datum::Text((*chance.one(&["C1", "C2", "C3", "E1", "E2"])).to_owned()),
            Type::Moment => {
                let day = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
                let day = day.checked_add_days(Days::new(chance.next() % 800)).unwrap();
                Datum::Moment(day.and_hms_opt(9, 0, 0).unwrap())
            }
            Type::Number(places, least, most) => {
                let hundredths = i64::try_from(chance.below(4_000)).unwrap() - 400;
                let number = match chance.below(3) {
                    0 => Decimal::new(hundredths, 2),
                    1 => Decimal::from(chance.below(8)),
                    _ => Decimal::from(*chance.one(&[0_i64, 1, 2, 3, 5, 10, 100, -1, -3])),
                };
                let number = places.map_or(number, |places| number.round_dp(places));
                let number = least.map_or(number, |least| number.max(least.into()));
                Datum::Number(most.map_or(number, |most| number.min(most.into())))
            }
        }
    }
}
