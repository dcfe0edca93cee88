//! The values of a fact worth trying: those at which some question is answered otherwise, the nearest first.

use super::{Case, Change};
use crate::calendar::end_of;
use crate::clause::Record;
use crate::decision::{Answer, Question};
use crate::fact::{Fact, FactType, Facts as _, Value};
use chrono::{NaiveDateTime, TimeDelta, Timelike as _};
use rust_decimal::Decimal;
use std::sync::Arc;

/// How often an answer may change on the way to a bound before the search stops looking.
const CROSSINGS: usize = 4;
/// How many steps of its grain a number is followed on either side.
const REACH: i64 = 1_000_000;

/// A fact of a row as it stands with the changes made so far.
pub(super) struct Lever<'c, 'a> {
    pub(super) case: &'c Case<'a>,
    pub(super) fact: &'c Fact,
    pub(super) made: &'c [Change],
    /// The questions the fact has a part in.
    pub(super) questions: &'c [&'c Question],
    /// Whether an act that was done may be taken back: a known fact made missing.
    pub(super) undoing: bool,
}

impl Lever<'_, '_> {
    /// Every value worth trying.
    pub(super) fn values(&self) -> Vec<Value> {
        let Some(record) = self.case.with(self.made) else { return Vec::new() };
        let current = record.value(&self.fact.name);
        let mut values = match &self.fact.kind {
            FactType::Bool { .. } | FactType::OneOf(_) | FactType::Few { .. } => {
                self.fact.kind.finite().unwrap_or_default()
            }
            FactType::Moment => self.moments(&record, &current),
            FactType::Number { places, .. } => self.numbers(&record, &current, *places),
            FactType::Text => self.texts(&record, &current),
        };
        let asks_whether_known = self
            .questions
            .iter()
            .any(|question| matches!(question, Question::Known(name) if *name == self.fact.name));
        // a blank cell that stands for a word is never missing
        if self.undoing && asks_whether_known && self.fact.blank.is_none() {
            values.push(Value::Missing);
        }
        let mut kept: Vec<Value> = Vec::new();
        for value in values {
            if value != current && !kept.contains(&value) {
                kept.push(value);
            }
        }
        kept
    }

    fn answer(&self, question: &Question, value: Value) -> Option<Answer> {
        let mut changes = self.made.to_vec();
        changes.push(Change { fact: self.fact.name.clone(), before: Value::Missing, after: value });
        question.answer(self.case.with(&changes)?.as_ref()).ok()?
    }

    /// Moments by whole minutes, from the row's own moment to the assessment date.
    fn moments(&self, record: &Arc<Record>, current: &Value) -> Vec<Value> {
        let last =
            end_of(self.case.as_of).checked_sub_signed(TimeDelta::minutes(1)).unwrap_or(NaiveDateTime::MAX);
        let mut values = Vec::new();
        let start = match current {
            Value::Moment(moment) => *moment,
            // nothing was done: the latest there is, then what has to be earlier
            _ => {
                values.push(Value::Moment(last));
                last
            }
        };
        let minute = start.with_second(0).and_then(|minute| minute.with_nanosecond(0)).unwrap_or(start);
        let first = self.case.row.at.min(start);
        let steps = |from: NaiveDateTime, to: NaiveDateTime| to.signed_duration_since(from).num_minutes();
        let at =
            |step: i64| Value::Moment(minute.checked_add_signed(TimeDelta::minutes(step)).unwrap_or(minute));
        for question in self.questions {
            let known = question.answer(record.as_ref()).ok().flatten();
            let known =
                if *current == Value::Missing { self.answer(question, Value::Moment(start)) } else { known };
            let earlier = |step: i64| self.answer(question, at(step.saturating_neg()));
            let later = |step: i64| self.answer(question, at(step.saturating_add(1)));
            let back = crossings(steps(first, minute), &earlier, known.clone());
            values.extend(back.into_iter().map(|step| at(step.saturating_neg())));
            let forth = crossings(steps(minute, last).saturating_sub(1), &later, known);
            values.extend(forth.into_iter().map(|step| at(step.saturating_add(1))));
            if let Question::Moments(_, left, right) = question {
                let other = if *left == self.fact.name { right } else { left };
                values.push(record.value(other));
            }
        }
        values.retain(|value| matches!(value, Value::Moment(moment) if (first..=last).contains(moment)));
        values
    }

    fn numbers(&self, record: &Arc<Record>, current: &Value, places: Option<u32>) -> Vec<Value> {
        let FactType::Number { bounds, .. } = &self.fact.kind else { return Vec::new() };
        let start = current.interval().exact().or(bounds.low).unwrap_or_default();
        let places = places.unwrap_or_else(|| start.normalize().scale());
        let grain = Decimal::try_new(1, places).unwrap_or(Decimal::ONE);
        let at = |step: i64| start.saturating_add(grain.saturating_mul(Decimal::from(step)));
        let mut values = vec![Value::Number(start)];
        for question in self.questions {
            let known = question.answer(record.as_ref()).ok().flatten();
            for sign in [-1_i64, 1] {
                let signed = |step: i64| at(step.saturating_add(1).saturating_mul(sign));
                let answer = |step: i64| {
                    let value = signed(step);
                    if bounds.contains(value) {
                        self.answer(question, Value::Number(value))
                    } else {
                        known.clone()
                    }
                };
                let found = crossings(REACH, &answer, known.clone());
                values.extend(found.into_iter().map(|step| Value::Number(signed(step))));
            }
            if let Question::Compare(_, left, right) = question {
                // an equality holds at one number only, which a search by steps may miss
                let fixed = [left, right].into_iter().filter(|side| side.is_constant());
                values.extend(fixed.filter_map(|side| side.value.exact()).map(Value::Number));
            }
        }
        values.retain(|value| match value {
            Value::Number(number) => bounds.contains(*number) && number.normalize().scale() <= places,
            _ => false,
        });
        values
    }

    fn texts(&self, record: &Arc<Record>, current: &Value) -> Vec<Value> {
        let mut values = Vec::new();
        for question in self.questions {
            match question {
                Question::Matches(_, word) | Question::Contains(_, word) => {
                    values.push(Value::Text(Arc::from(word.as_str())));
                    if let Value::Text(text) = current {
                        let without = text.replace(word.as_str(), "");
                        if !without.is_empty() {
                            values.push(Value::Text(Arc::from(without)));
                        }
                    }
                }
                Question::Same(left, right) => {
                    let other = if *left == self.fact.name { right } else { left };
                    values.push(record.value(other));
                }
                _ => {}
            }
        }
        values.retain(|value| matches!(value, Value::Text(_)));
        values
    }
}

/// The first step, counted from 0, at which the answer is another one than before, and the next such steps.
/// Between two steps that are looked at the answer is taken to change once.
fn crossings(last: i64, answer: &dyn Fn(i64) -> Option<Answer>, first: Option<Answer>) -> Vec<i64> {
    let mut found = Vec::new();
    let (mut from, mut known) = (-1_i64, first);
    while found.len() < CROSSINGS && from < last {
        let (mut same, mut width) = (from, 1_i64);
        let beyond = loop {
            let step = from.saturating_add(width).min(last);
            if answer(step) != known {
                break Some(step);
            }
            if step >= last {
                break None;
            }
            same = step;
            width = width.saturating_mul(2);
        };
        let Some(mut other) = beyond else { break };
        while other.saturating_sub(same) > 1 {
            let middle = same.midpoint(other);
            if answer(middle) == known { same = middle } else { other = middle }
        }
        found.push(other);
        known = answer(other);
        from = other;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crossing_is_found_at_its_exact_step() {
        let answer = |step: i64| {
            Some(Answer::Band(if step < 7 {
                0
            } else if step < 300 {
                1
            } else {
                2
            }))
        };
        assert_eq!(crossings(1_000, &answer, answer(0)), [7, 300]);
        assert_eq!(crossings(299, &answer, answer(0)), [7]);
        assert_eq!(crossings(6, &answer, answer(0)), Vec::<i64>::new());
        assert_eq!(crossings(5, &answer, Some(Answer::Gap)), [0]);
        assert_eq!(crossings(-1, &answer, Some(Answer::Gap)), Vec::<i64>::new());
    }
}
