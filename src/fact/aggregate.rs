//! Facts made out of several rows: counts, sums, the last value, folds and shares.

use crate::fact::{Value, Window};
use crate::interval::{ArithmeticFault, Interval};
use rust_decimal::Decimal;

/// What is measured over the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How many there are.
    Count,
    /// The sum of a number fact.
    Sum,
    /// The largest value of a number fact.
    Max,
    /// The smallest value of a number fact.
    Min,
    /// The value of the latest of them.
    Last,
    /// A function of the pack, carried from row to row.
    Fold,
    /// The row's share of an amount that belongs to all of them together.
    Apportion,
}

/// A fact of a card or row made out of rows.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// What is measured.
    pub measure: Measure,
    /// The kind whose rows are looked at.
    pub over: String,
    /// The fact measured; none for a count and a fold.
    pub fact: Option<String>,
    /// The role of the rows that leads to the card.
    pub role: Option<String>,
    /// What both must have in common, each the fact or role here and the one of the rows looked at.
    pub same: Vec<(String, String)>,
    /// A true-or-false fact the rows must have.
    pub condition: Option<String>,
    /// How far back it looks.
    pub window: Window,
    /// Whether rows of which it is not known whether they count are left out.
    pub leave_out: bool,
    /// The most a count says: at and above it the number is the same.
    pub top: Option<u32>,
    /// The function of a fold.
    pub by: Option<String>,
    /// What a fold begins with.
    pub start: Option<Value>,
    /// The fact that says how much weight a row has where an amount is apportioned.
    pub weight: Option<String>,
}

/// One row as an aggregate sees it.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Whether it counts; `None` where that is not known.
    pub counted: Option<bool>,
    /// The value of the fact measured.
    pub value: Value,
}

/// A sum over rows that come and go as a window moves on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Running {
    low: Decimal,
    high: Decimal,
    /// How many rows have no lower bound, and how many no upper one.
    endless: (usize, usize),
}

impl Aggregate {
    /// Whether it looks at rows of its own kind, or at rows that have something in common with the row.
    pub fn is_between_rows(&self) -> bool {
        !self.same.is_empty()
    }

    /// Whether it may need rows from before the assessed period.
    pub fn looks_back(&self) -> bool {
        self.window.looks_back()
    }

    /// What it is where there are no other rows: a card's without any, a row's of itself alone as far as that can be told
    /// without its facts.
    pub fn alone(&self, is_card: bool) -> Value {
        let itself = !is_card && self.condition.is_none() && self.measure == Measure::Count;
        let itself = itself.then_some(Measured { counted: Some(true), value: Value::Missing });
        match self.measure {
            Measure::Fold => self.start.clone().unwrap_or(Value::Missing),
            _ if !is_card && self.measure != Measure::Count => Value::Missing,
            _ => self.over(itself.into_iter()).unwrap_or(Value::Missing),
        }
    }

    /// How much a row adds to a count or a sum.
    pub fn amount(&self, row: &Measured) -> Interval {
        let zero = Interval::exactly(Decimal::ZERO);
        let whole = match self.measure {
            Measure::Count => Interval::exactly(Decimal::ONE),
            _ => row.value.interval(),
        };
        match row.counted {
            Some(true) if self.leave_out && self.is_unknown(row) => zero,
            Some(true) => whole,
            Some(false) => zero,
            None if self.leave_out => zero,
            None => whole.hull(zero),
        }
    }

    /// Whether a row does not say what is measured.
    fn is_unknown(&self, row: &Measured) -> bool {
        row.value.known() != Some(true) && self.fact.is_some()
    }

    /// The measure over rows in the order of their dates. A row of which it is not known whether it counts, counts both
    /// ways unless such rows are left out.
    ///
    /// # Errors
    /// A sum too large to be exact.
    pub fn over(&self, rows: impl Iterator<Item = Measured>) -> Result<Value, ArithmeticFault> {
        let rows = rows.filter(|row| row.counted != Some(false));
        let rows = rows.filter(|row| !self.leave_out || (row.counted == Some(true) && !self.is_unknown(row)));
        match self.measure {
            Measure::Count | Measure::Sum => {
                let mut total = Interval::exactly(Decimal::ZERO);
                for row in rows {
                    total = total.plus(self.amount(&row))?;
                }
                Ok(self.shown(total))
            }
            Measure::Max => Ok(extreme(rows, Interval::max)),
            Measure::Min => Ok(extreme(rows, Interval::min)),
            Measure::Last => Ok(last(&rows.collect::<Vec<_>>())),
            // both are worked out where the rows are
            Measure::Fold | Measure::Apportion => Ok(Value::Missing),
        }
    }

    /// A count or sum as the value of its fact: no more than the top it is cut off at.
    pub fn shown(&self, total: Interval) -> Value {
        let total = match self.top {
            Some(top) => total.min(Interval::exactly(Decimal::from(top))),
            None => total,
        };
        total.exact().map_or(Value::Between(total), Value::Number)
    }
}

fn extreme(rows: impl Iterator<Item = Measured>, further: fn(Interval, Interval) -> Interval) -> Value {
    let mut extreme: Option<Interval> = None;
    for row in rows {
        let amount = if row.counted.is_some() { row.value.interval() } else { Interval::UNKNOWN };
        extreme = Some(extreme.map_or(amount, |so_far| further(so_far, amount)));
    }
    extreme.map_or(Value::Missing, |found| found.exact().map_or(Value::Between(found), Value::Number))
}

/// The value of the latest row that counts; several, where it is not known which that is.
fn last(rows: &[Measured]) -> Value {
    let mut found: Option<Value> = None;
    for row in rows.iter().rev() {
        found = Some(match found {
            None => row.value.clone(),
            Some(known) => either(known, &row.value),
        });
        if row.counted == Some(true) {
            return found.unwrap_or(Value::Missing);
        }
    }
    // perhaps none of them counts, and there is no last one
    found.map_or(Value::Missing, |_| Value::Undetermined(std::sync::Arc::from([])))
}

/// One of two values.
fn either(first: Value, second: &Value) -> Value {
    let is_number = |value: &Value| matches!(value, Value::Number(_) | Value::Between(_) | Value::Running(_));
    if first == *second {
        first
    } else if is_number(&first) && is_number(second) {
        Value::Between(first.interval().hull(second.interval()))
    } else {
        Value::Undetermined(std::sync::Arc::from([]))
    }
}

impl Running {
    /// Takes a row in.
    ///
    /// # Errors
    /// A sum too large to be exact.
    pub fn add(&mut self, amount: Interval) -> Result<(), ArithmeticFault> {
        self.change(amount, Decimal::checked_add, usize::saturating_add)
    }

    /// Lets a row go that was taken in.
    ///
    /// # Errors
    /// A sum too large to be exact.
    pub fn remove(&mut self, amount: Interval) -> Result<(), ArithmeticFault> {
        self.change(amount, Decimal::checked_sub, usize::saturating_sub)
    }

    fn change(
        &mut self,
        amount: Interval,
        apply: fn(Decimal, Decimal) -> Option<Decimal>,
        count: fn(usize, usize) -> usize,
    ) -> Result<(), ArithmeticFault> {
        match amount.low {
            Some(low) => self.low = apply(self.low, low).ok_or(ArithmeticFault::Overflow)?,
            None => self.endless.0 = count(self.endless.0, 1),
        }
        match amount.high {
            Some(high) => self.high = apply(self.high, high).ok_or(ArithmeticFault::Overflow)?,
            None => self.endless.1 = count(self.endless.1, 1),
        }
        Ok(())
    }

    /// The sum of the rows that are in.
    pub fn total(&self) -> Interval {
        Interval {
            low: (self.endless.0 == 0).then_some(self.low),
            high: (self.endless.1 == 0).then_some(self.high),
        }
    }
}
