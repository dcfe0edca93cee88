//! Facts that are not read but worked out: clocks, definitions, aggregates.

use super::row::JudgedRows;
use crate::calendar::end_of;
use crate::clause::{Record, Rulebook, Taken};
use crate::decision::{End, Returned};
use crate::diagnostic::Diagnostic;
use crate::fact::{Aggregate, Clock, Fact, FactType, Facts as _, Origin, Value};
use crate::interval::Interval;
use crate::policy::{Kind, Terms, Vacant};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// Fills in every fact of a row that is worked out, in declared order. Aggregates come from `aggregate`.
///
/// # Errors
/// A definition can never work, or took too long.
pub fn derive(
    rules: &Rulebook,
    record: Record,
    terms: &Arc<Terms>,
    as_of: NaiveDate,
    given: &BTreeSet<String>,
    aggregate: &dyn Fn(&Aggregate) -> Value,
) -> Result<Record, Box<Diagnostic>> {
    let mut record = record;
    let schema = Arc::clone(&record.schema);
    for fact in schema.facts() {
        if given.contains(&fact.name) {
            continue;
        }
        let value = match &fact.origin {
            Origin::Column(_) => continue,
            Origin::Clock(clock) => run_clock(&record, clock, end_of(as_of)),
            Origin::Aggregate(declared) => aggregate(declared),
            Origin::Definition(by) => {
                let Some(definition) = rules.definition(&record.kind, by) else { continue };
                let row = Arc::new(record.clone());
                settle_value(fact, &row, &rules.decide(definition, &row, terms)?)
            }
        };
        record = record.with(&fact.name, value);
    }
    Ok(record)
}

fn run_clock(record: &Record, clock: &Clock, now: NaiveDateTime) -> Value {
    let Value::Moment(start) = record.value(&clock.from) else {
        return Value::Undetermined(Arc::from([clock.from.clone()]));
    };
    let hours = |end: NaiveDateTime| {
        let seconds = end.signed_duration_since(start).num_seconds();
        Decimal::from(seconds).checked_div(Decimal::from(HOUR)).unwrap_or_default()
    };
    match record.value(&clock.to) {
        Value::Moment(end) => Value::Number(hours(end)),
        _ => Value::Running(hours(now)),
    }
}

/// The one value all paths agree on, or what is known where they do not.
fn settle_value(fact: &Fact, row: &Record, paths: &[Taken]) -> Value {
    let mut value: Option<Value> = None;
    for Taken { path, .. } in paths {
        let returned = match &path.end {
            End::Returned(Returned::Value(value)) => value.clone(),
            End::Returned(Returned::Number(number)) => {
                number.value.exact().map_or(Value::Between(number.value), Value::Number)
            }
            End::Done | End::Undetermined(_) => return undetermined(row, paths),
        };
        value = match value {
            None => Some(returned),
            Some(known) if known == returned => Some(known),
            Some(known) if matches!(fact.kind, FactType::Number { .. }) => {
                Some(Value::Between(known.interval().hull(returned.interval())))
            }
            Some(_) => return undetermined(row, paths),
        };
    }
    value.unwrap_or_else(|| undetermined(row, paths))
}

/// Undetermined for want of the facts that the paths had to assume.
fn undetermined(row: &Record, paths: &[Taken]) -> Value {
    let mut lacking = BTreeSet::new();
    for step in paths.iter().flat_map(|taken| taken.path.assumptions()) {
        for fact in step.question.facts() {
            lacking.extend(roots(row, &fact));
        }
    }
    Value::Undetermined(lacking.into_iter().collect())
}

/// The facts read from columns that a fact without a value lacks.
pub(super) fn roots(row: &Record, fact: &str) -> Vec<String> {
    match row.value(fact) {
        Value::Undetermined(roots) if !roots.is_empty() => roots.to_vec(),
        _ => vec![fact.to_owned()],
    }
}

/// The rows of an earlier kind that lead to the cards of a later one, by card; `false` where nobody held the role
/// that would say.
pub(super) struct Leads {
    of_card: BTreeMap<u32, Vec<usize>>,
    of_any: BTreeSet<usize>,
}

impl Leads {
    /// By the roles an aggregate goes by.
    pub(super) fn new(rows: &JudgedRows, role: Option<&str>, (kind, to): (&Kind, &str)) -> Self {
        let mut leads = Self { of_card: BTreeMap::new(), of_any: BTreeSet::new() };
        for (position, way) in kind.roles.iter().enumerate() {
            if !role.map_or(way.is == to, |role| role == way.name) {
                continue;
            }
            for row in 0..rows.len() {
                let cards = rows.cards(position, row);
                for card in cards {
                    leads.of_card.entry(*card).or_default().push(row);
                }
                if cards.is_empty() && way.vacant == Vacant::Undetermined {
                    leads.of_any.insert(row);
                }
            }
        }
        leads
    }

    /// The rows that lead to a card, and whether each certainly does.
    fn to(&self, card: u32) -> impl Iterator<Item = (usize, bool)> {
        let mut rows: BTreeMap<usize, bool> = self.of_any.iter().map(|row| (*row, false)).collect();
        rows.extend(self.of_card.get(&card).into_iter().flatten().map(|row| (*row, true)));
        rows.into_iter()
    }
}

/// An aggregate over judged rows of an earlier kind that lead to a card.
pub(super) fn aggregate_over(aggregate: &Aggregate, rows: &JudgedRows, leads: &Leads, card: u32) -> Value {
    let led = leads.to(card).filter_map(|(row, certain)| Some((rows.record(row)?, certain)));
    let measured = led.map(|(record, certain)| {
        let counted = match &aggregate.condition {
            None => Some(true),
            Some(condition) => match record.value(condition) {
                Value::Bool(flag) => Some(flag),
                _ => None,
            },
        };
        // a row that may be another card's counts both ways, unless it counts nowhere
        let counted = if certain { counted } else { counted.filter(|counted| !counted) };
        let value = aggregate.fact.as_ref().map_or(Value::Missing, |fact| record.value(fact));
        (counted, value)
    });
    aggregate.over(measured).unwrap_or(Value::Between(Interval::UNKNOWN))
}
