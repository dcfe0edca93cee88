//! All that the bare run can come to on a row with gaps: it takes only rows it has every value of, so they are filled.

#![allow(clippy::arithmetic_side_effects, reason = "an overflow fails the test that asked for it")]

use super::chance::Chance;
use super::outcome::{Outcomes, lies_within, outcome};
use chrono::{Days, NaiveDate, TimeDelta};
use renze::clause::{Clause, Record, Rulebook, Stop};
use renze::fact::{FactType, Facts as _, Value};
use renze::interval::Interval;
use renze::policy::Terms;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Ways to fill a row that are run at most.
const RUNS: usize = 60;

/// What the bare run comes to, whatever the gaps of a row turn out to be.
#[derive(Default)]
pub(crate) struct Bare {
    pub(crate) outcomes: Outcomes,
    /// Some fact has more values than could be tried: there may be outcomes that were not seen.
    pub(crate) sampled: bool,
    /// The gaps that were filled.
    pub(crate) filled: Vec<String>,
    /// The clause can never work on some way to fill the row.
    pub(crate) fault: bool,
    runs: usize,
}

impl Bare {
    /// Runs a clause on every way to fill the gaps it meets, or on some of them.
    pub(crate) fn of(rules: &Rulebook, clause: &Clause, row: &Record, terms: &Arc<Terms>) -> Self {
        let mut bare = Self::default();
        bare.follow(rules, clause, row, terms);
        bare
    }

    fn follow(&mut self, rules: &Rulebook, clause: &Clause, row: &Record, terms: &Arc<Terms>) {
        if self.runs >= RUNS {
            self.sampled = true;
            return;
        }
        self.runs += 1;
        match rules.run_bare(clause, &Arc::new(row.clone()), terms) {
            Ok(path) => self.outcomes.add(outcome(&path, row)),
            Err(Stop::Missing(facts)) => {
                let fact = row.schema.get(facts.first().unwrap()).unwrap();
                if !self.filled.contains(&fact.name) {
                    self.filled.push(fact.name.clone());
                }
                let values = fact.kind.finite().unwrap_or_else(|| {
                    self.sampled = true;
                    samples(&fact.kind, row.value(&fact.name).interval())
                });
                for value in values {
                    self.follow(rules, clause, &row.with(&fact.name, value), terms);
                }
            }
            Err(Stop::Fault(_)) => self.fault = true,
            Err(stop) => panic!("`{}` stopped: {stop:?}", clause.name),
        }
    }

    /// Whether the recorded run comes to the same: exactly, where everything was tried.
    pub(crate) fn fits(&self, recorded: &Outcomes) -> bool {
        if !self.sampled {
            return self.outcomes == *recorded;
        }
        let mut found = self.outcomes.0.iter();
        found.all(|found| recorded.0.iter().any(|allowed| lies_within(found, allowed)))
    }
}

pub(crate) fn moment(half_days: u64) -> Value {
    let day =
        NaiveDate::from_ymd_opt(2026, 10, 5).unwrap().checked_add_days(Days::new(half_days / 2)).unwrap();
    let hours = TimeDelta::hours(if half_days.is_multiple_of(2) { 9 } else { 15 });
    Value::Moment(day.and_hms_opt(0, 0, 0).unwrap().checked_add_signed(hours).unwrap())
}

/// A number as a fact of that type can have it.
pub(crate) fn fitted(number: Decimal, kind: &FactType) -> Decimal {
    let FactType::Number { places, bounds, .. } = kind else { return number };
    let number = places.map_or(number, |places| number.round_dp(places));
    let number = bounds.low.map_or(number, |low| number.max(low));
    bounds.high.map_or(number, |high| number.min(high))
}

/// Some values of a fact that has too many to try them all.
fn samples(kind: &FactType, between: Interval) -> Vec<Value> {
    match kind {
        FactType::Moment => [0, 3, 6, 11].map(moment).to_vec(),
        FactType::Text => ["T-0", "T-1", "red tape"].map(|text| Value::Text(Arc::from(text))).to_vec(),
        _ => {
            let hundred = Decimal::ONE_HUNDRED;
            let low =
                between.low.unwrap_or(between.high.unwrap_or_default().min(Decimal::ZERO) - Decimal::ONE);
            let high = between.high.unwrap_or(low.max(Decimal::ZERO) + hundred);
            // not always the same one inside
            let mut chance = Chance(u64::from(low.mantissa().unsigned_abs().count_ones()));
            let part = Decimal::new(i64::try_from(chance.below(100)).unwrap(), 2);
            let inside = low + (high - low) * part;
            let zero = Decimal::ZERO.clamp(low, high);
            let mut numbers = [low, inside, zero, high].map(|number| fitted(number, kind)).to_vec();
            numbers.dedup();
            numbers.into_iter().map(Value::Number).collect()
        }
    }
}
