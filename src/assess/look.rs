//! An aggregate with the rows it looks at: what each row counts, and what they come to.

use super::field::{Field, Spot};
use crate::clause::Rulebook;
use crate::diagnostic::Diagnostic;
use crate::fact::{Aggregate, Measure, Measured, Value, Window, root_of};
use crate::interval::Interval;
use chrono::NaiveDate;
use std::sync::Arc;

/// An aggregate and its field.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) rules: &'a Rulebook,
    pub(super) field: Field<'a>,
    pub(super) aggregate: &'a Aggregate,
}

/// A row, and whether it certainly belongs to what is counted.
pub(super) type Seen = (Spot, bool);

impl Look<'_> {
    /// A row as the aggregate measures it.
    pub(super) fn measured(&self, (spot, certain): Seen) -> Measured {
        let counted = match &self.aggregate.condition {
            None => Some(true),
            Some(condition) => match self.field.value(spot, condition) {
                Value::Bool(flag) => Some(flag),
                _ => None,
            },
        };
        // a row that may be another card's counts both ways, unless it counts nowhere
        let counted =
            if certain && self.field.is_certain(spot) { counted } else { counted.filter(|counted| !counted) };
        let fact = self.aggregate.fact.as_ref();
        Measured { counted, value: fact.map_or(Value::Missing, |fact| self.field.value(spot, fact)) }
    }

    /// Why what the rows come to is not known, where the table begins after the first day that counts, seen from a day.
    pub(super) fn uncovered(&self, first: Option<NaiveDate>, day: NaiveDate) -> Option<Value> {
        let covers = self.field.covers().filter(|_| !self.aggregate.leave_out)?;
        let first = match &self.aggregate.window {
            // all there is on record is all that is asked for
            Window::Ever => return None,
            Window::Valid => self.field.kind.lasts.as_ref().and_then(|lasts| lasts.earliest(day)),
            _ => first,
        };
        covers.lacks(first).then(|| Value::Undetermined(Arc::from([root_of(&covers.reason())])))
    }

    /// What rows in the order of their dates come to.
    ///
    /// # Errors
    /// The function of a fold can never work, or took too long.
    pub(super) fn over(&self, seen: impl Iterator<Item = Seen>) -> Result<Value, Box<Diagnostic>> {
        if self.aggregate.measure == Measure::Fold {
            return Ok(self.carried(seen)?.last().map_or(Value::Missing, |step| step.after.clone()));
        }
        let measured = seen.map(|seen| self.measured(seen));
        Ok(self.aggregate.over(measured).unwrap_or(Value::Between(Interval::UNKNOWN)))
    }

    /// A fold, step by step: the value it begins with, and what it is after every row that counts.
    ///
    /// # Errors
    /// The function can never work, or took too long.
    pub(super) fn carried(&self, seen: impl Iterator<Item = Seen>) -> Result<Vec<Carried>, Box<Diagnostic>> {
        let start = self.aggregate.start.clone().unwrap_or(Value::Missing);
        let mut steps = vec![Carried { spot: None, after: start }];
        let Some(function) =
            self.aggregate.by.as_ref().and_then(|by| self.rules.fold(&self.field.kind.name, by))
        else {
            return Ok(steps);
        };
        for seen in seen {
            let counted = self.measured(seen).counted;
            if counted == Some(false) || (counted.is_none() && self.aggregate.leave_out) {
                continue;
            }
            let (Some(record), Some(terms)) = (self.field.record(seen.0), self.field.terms(seen.0)) else {
                continue;
            };
            let before = steps.last().map_or(Value::Missing, |step| step.after.clone());
            let next = self.rules.carry(function, &before, &record, terms)?;
            let after = match counted {
                Some(_) => next,
                None if before == next => next,
                None => between(&before, &next),
            };
            steps.push(Carried { spot: Some(seen.0), after });
        }
        Ok(steps)
    }
}

/// A step of a fold.
pub(super) struct Carried {
    /// The row; none where it begins.
    pub(super) spot: Option<Spot>,
    /// The value after it.
    pub(super) after: Value,
}

/// What is known where it is not known whether a row counts.
fn between(before: &Value, after: &Value) -> Value {
    let is_number = |value: &Value| matches!(value, Value::Number(_) | Value::Between(_));
    if is_number(before) && is_number(after) {
        Value::Between(before.interval().hull(after.interval()))
    } else {
        Value::Undetermined(Arc::from([]))
    }
}
