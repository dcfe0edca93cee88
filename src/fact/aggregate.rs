//! Counts and sums over the rows of an earlier kind that lead to a card.

use crate::fact::Value;
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
}

/// A fact of a card made out of rows.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// What is measured.
    pub measure: Measure,
    /// The kind whose rows are looked at.
    pub over: String,
    /// The number fact measured; none for a count.
    pub fact: Option<String>,
    /// The role of the rows that leads to the card.
    pub role: Option<String>,
    /// A true-or-false fact the rows must have.
    pub condition: Option<String>,
}

impl Aggregate {
    /// The measure over rows given as (condition, value). A row whose condition is not known counts both ways.
    ///
    /// # Errors
    /// A sum too large to be exact.
    pub fn over(&self, rows: impl Iterator<Item = (Option<bool>, Value)>) -> Result<Value, ArithmeticFault> {
        let zero = Interval::exactly(Decimal::ZERO);
        let mut total = zero;
        let mut extreme: Option<Interval> = None;
        for (counted, value) in rows {
            let amount = match (self.measure, counted) {
                (_, Some(false)) => continue,
                (Measure::Count, Some(true)) => Interval::exactly(Decimal::ONE),
                (Measure::Count, None) => Interval::between(Decimal::ZERO, Decimal::ONE),
                (_, Some(true)) => value.interval(),
                (Measure::Sum, None) => value.interval().hull(zero),
                (Measure::Max | Measure::Min, None) => Interval::UNKNOWN,
            };
            match self.measure {
                Measure::Count | Measure::Sum => total = total.plus(amount)?,
                Measure::Max => extreme = Some(extreme.map_or(amount, |so_far| so_far.max(amount))),
                Measure::Min => extreme = Some(extreme.map_or(amount, |so_far| so_far.min(amount))),
            }
        }
        let result = match self.measure {
            Measure::Count | Measure::Sum => total,
            Measure::Max | Measure::Min => match extreme {
                Some(extreme) => extreme,
                None => return Ok(Value::Missing),
            },
        };
        Ok(result.exact().map_or(Value::Between(result), Value::Number))
    }
}
