//! Random rows of a kind, drawn straight from its schema: derived facts contradict their sources, aggregates are known
//! only within bounds, clocks still run, and anything that may be missing is.

use super::policy::{HUGE, TURNS};
use crate::chance::Chance;
use crate::completion::{fitted, moment};
use renze::clause::Record;
use renze::fact::{Fact, FactType, Origin, Value};
use renze::interval::Interval;
use renze::policy::Kind;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A random row; `gaps` of a hundred facts are not known.
pub(crate) fn row(chance: &mut Chance, kind: &Kind, gaps: usize) -> Record {
    let values = kind.schema.facts().iter().map(|fact| value(chance, fact, gaps)).collect();
    Record { kind: kind.name.clone(), schema: Arc::clone(&kind.schema), values }
}

pub(crate) fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn number(chance: &mut Chance) -> Decimal {
    match chance.below(40) {
        0 => decimal(HUGE[chance.below(HUGE.len())]),
        1..=25 => decimal(TURNS[chance.below(TURNS.len())]),
        26..=32 => Decimal::from(chance.below(20)),
        _ => Decimal::new(i64::try_from(chance.below(20_000)).unwrap() - 1_000, 2),
    }
}

/// Hours as a clock tells them: whole seconds.
fn hours(chance: &mut Chance) -> Decimal {
    let turn = chance.happens(1, 2);
    let seconds = if turn { 1_800 * chance.below(200) } else { chance.below(400_000) };
    Decimal::from(seconds) / Decimal::from(3_600)
}

fn value(chance: &mut Chance, fact: &Fact, gaps: usize) -> Value {
    let unknown = chance.happens(gaps, 100);
    match &fact.origin {
        Origin::Column(_) if unknown => fact.blank.clone().unwrap_or(Value::Missing),
        Origin::Definition(_) | Origin::Clock(_) if unknown => Value::Undetermined(Arc::from([])),
        Origin::Clock(_) if chance.happens(1, 4) => Value::Running(hours(chance)),
        Origin::Clock(_) => Value::Number(hours(chance)),
        Origin::Aggregate(_) => aggregate(chance, fact, unknown),
        _ => known(chance, &fact.kind),
    }
}

fn aggregate(chance: &mut Chance, fact: &Fact, unknown: bool) -> Value {
    let whole = matches!(fact.kind, FactType::Number { places: Some(0), .. });
    let draw = |chance: &mut Chance| {
        if whole { Decimal::from(chance.below(7)) } else { fitted(number(chance), &fact.kind) }
    };
    if !unknown {
        return Value::Number(draw(chance));
    }
    let low = draw(chance);
    match chance.below(6) {
        0 if !whole => Value::Between(Interval { low: Some(low), high: None }),
        1 if !whole => Value::Between(Interval { low: None, high: Some(low) }),
        2 if !whole => Value::Missing,
        3 => Value::Undetermined(Arc::from([])),
        _ => Value::Between(Interval::between(low, low + Decimal::from(chance.between(1, 4)))),
    }
}

fn known(chance: &mut Chance, kind: &FactType) -> Value {
    if let Some(values) = kind.finite() {
        return chance.one(&values).clone();
    }
    match kind {
        FactType::Moment => moment(u64::try_from(chance.below(8)).unwrap()),
        FactType::Text => {
            Value::Text(Arc::from(*chance.one(&["red", "tape", "red tape", "退款", "要求退款", ""])))
        }
        _ => Value::Number(fitted(number(chance), kind)),
    }
}
