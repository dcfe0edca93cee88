//! Exact numbers as scaled integers.

use super::Value;
use super::column::gather;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A blank cell.
pub const MISSING_NUMBER: i64 = i64::MIN;
/// A value that is no plain number, or none that fits.
pub const OTHER_NUMBER: i64 = i64::MIN + 1;

/// A column keeps no more decimal places than this; longer numbers are kept beside it.
const PLACES: u32 = 9;
/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// What the integers of a column count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Units of the last decimal place: 1250 with two places is 12.50.
    Places(u32),
    /// Seconds of a clock that is told in hours.
    Seconds,
}

/// The numbers of one fact.
#[derive(Clone, Debug)]
pub struct Numbers {
    grain: Grain,
    values: Vec<i64>,
}

impl Numbers {
    /// Numbers with as many places as they turn out to need.
    pub(super) fn decimal() -> Self {
        Self { grain: Grain::Places(0), values: Vec::new() }
    }

    /// Hours, counted in seconds: a third of an hour is exact.
    pub(super) fn hours() -> Self {
        Self { grain: Grain::Seconds, values: Vec::new() }
    }

    /// What the integers count.
    pub fn grain(&self) -> Grain {
        self.grain
    }

    /// An integer a row, [`MISSING_NUMBER`] or [`OTHER_NUMBER`].
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// What an integer of this column stands for.
    pub fn decode(&self, integer: i64) -> Decimal {
        match self.grain {
            Grain::Places(scale) => Decimal::new(integer, scale),
            Grain::Seconds => Decimal::from(integer).checked_div(Decimal::from(HOUR)).unwrap_or_default(),
        }
    }

    /// The number of a row, where it is plain.
    pub(super) fn get(&self, row: usize) -> Option<Decimal> {
        let integer = *self.values.get(row)?;
        (integer > OTHER_NUMBER).then(|| self.decode(integer))
    }

    /// The integer for a number with `scale` places. More places than any before make the column finer.
    pub(super) fn fit(
        &mut self,
        digits: i64,
        scale: u32,
        others: &mut BTreeMap<usize, Value>,
    ) -> Option<i64> {
        let Grain::Places(own) = self.grain else { return None };
        if scale == own {
            return Some(digits).filter(|integer| *integer > OTHER_NUMBER);
        }
        if scale > own {
            if scale > PLACES {
                return None;
            }
            self.refine(scale, others);
            return Some(digits).filter(|integer| *integer > OTHER_NUMBER);
        }
        scaled(digits, own.checked_sub(scale)?)
    }

    /// Counts in a finer grain; what grows too large is kept beside.
    fn refine(&mut self, scale: u32, others: &mut BTreeMap<usize, Value>) {
        let Grain::Places(own) = self.grain else { return };
        let finer = scale.saturating_sub(own);
        for (row, value) in self.values.iter_mut().enumerate() {
            if *value <= OTHER_NUMBER {
                continue;
            }
            match scaled(*value, finer) {
                Some(integer) => *value = integer,
                None => {
                    others.insert(row, Value::Number(Decimal::new(*value, own)));
                    *value = OTHER_NUMBER;
                }
            }
        }
        self.grain = Grain::Places(scale);
    }

    /// Adds a row, where there is a number for it.
    pub(super) fn extend(&mut self, integer: Option<i64>) {
        self.values.extend(integer);
    }

    /// Sets a row; whether the value fitted.
    pub(super) fn set(&mut self, row: usize, value: &Value, others: &mut BTreeMap<usize, Value>) -> bool {
        let integer = match value {
            Value::Missing => Some(MISSING_NUMBER),
            Value::Number(number) => self.encode(*number, others),
            _ => None,
        };
        if let Some(slot) = self.values.get_mut(row) {
            *slot = integer.unwrap_or(OTHER_NUMBER);
        }
        integer.is_some()
    }

    fn encode(&mut self, number: Decimal, others: &mut BTreeMap<usize, Value>) -> Option<i64> {
        match self.grain {
            Grain::Places(_) => {
                let short = if number.scale() > PLACES { number.normalize() } else { number };
                self.fit(i64::try_from(short.mantissa()).ok()?, short.scale(), others)
            }
            Grain::Seconds => {
                let seconds = number.checked_mul(Decimal::from(HOUR))?.round();
                let seconds = i64::try_from(seconds.normalize().mantissa())
                    .ok()
                    .filter(|_| seconds.normalize().scale() == 0)?;
                (seconds > OTHER_NUMBER && self.decode(seconds) == number).then_some(seconds)
            }
        }
    }

    pub(super) fn resize(&mut self, rows: usize) {
        self.values.resize(rows, MISSING_NUMBER);
    }

    pub(super) fn reserve(&mut self, rows: usize) {
        self.values.reserve_exact(rows);
    }

    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self { grain: self.grain, values: gather(&self.values, rows, MISSING_NUMBER) }
    }

    /// Adds the rows of another column of the fact; whether they could be brought to one grain.
    pub(super) fn append(
        &mut self,
        later: &mut Self,
        others: &mut BTreeMap<usize, Value>,
        later_others: &mut BTreeMap<usize, Value>,
    ) -> bool {
        match (self.grain, later.grain) {
            (Grain::Places(own), Grain::Places(other)) if own < other => self.refine(other, others),
            (Grain::Places(own), Grain::Places(other)) if own > other => later.refine(own, later_others),
            (Grain::Places(_), Grain::Places(_)) | (Grain::Seconds, Grain::Seconds) => {}
            _ => return false,
        }
        self.values.append(&mut later.values);
        true
    }
}

/// The integer with more decimal places behind it.
fn scaled(integer: i64, places: u32) -> Option<i64> {
    let scaled = integer.checked_mul(10_i64.checked_pow(places)?)?;
    (scaled > OTHER_NUMBER).then_some(scaled)
}
