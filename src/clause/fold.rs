//! Functions that are carried from row to row: `fn next(previous, complaint, terms)`.

use super::function::Clause;
use super::record::Record;
use super::rulebook::Rulebook;
use super::run::{Run, Trouble};
use crate::decision::{End, Returned};
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::fact::{Fact, Measure, Origin, Schema, Value};
use crate::language::Text;
use crate::policy::{Kind, Policy, Terms};
use rhai::Dynamic;
use std::sync::Arc;

/// The first parameter of such a function, and the name under which reports show what it holds.
pub(super) const PREVIOUS: &str = "previous";

impl Rulebook {
    /// The function of that name which is carried over rows of a kind.
    pub fn fold(&self, kind: &str, name: &str) -> Option<&Clause> {
        self.folds.get(&(kind.to_owned(), name.to_owned()))
    }

    /// What a fold is after one more row, as far as the row says.
    ///
    /// # Errors
    /// The function can never work, or took too long.
    pub fn carry(
        &self,
        function: &Clause,
        previous: &Value,
        record: &Record,
        terms: &Arc<Terms>,
    ) -> Result<Value, Box<Diagnostic>> {
        let Some(schema) = &function.carries else { return Ok(Value::Missing) };
        let mut values = record.values.clone();
        values.push(previous.clone());
        let row = Arc::new(Record { kind: record.kind.clone(), schema: Arc::clone(schema), values });
        let mut found: Option<Value> = None;
        for taken in self.decide(function, &row, terms)? {
            let returned = match &taken.path.end {
                End::Returned(Returned::Value(value)) => value.clone(),
                End::Returned(Returned::Number(number)) => {
                    number.value.exact().map_or(Value::Between(number.value), Value::Number)
                }
                End::Done | End::Undetermined(_) => return Ok(lacking(&row)),
            };
            found = Some(match found {
                None => returned,
                Some(known) if known == returned => known,
                Some(known @ (Value::Number(_) | Value::Between(_))) => {
                    Value::Between(known.interval().hull(returned.interval()))
                }
                Some(_) => return Ok(lacking(&row)),
            });
        }
        Ok(found.unwrap_or(Value::Missing))
    }

    /// The facts of a fold's rows with what it carries, or a fault where no fact is folded by it.
    pub(super) fn carried_by(policy: &Policy, kind: &Kind, name: &str) -> Option<Arc<Schema>> {
        let facts = policy.kinds.iter().flat_map(|kind| kind.schema.facts());
        let folded = facts.filter(|fact| match &fact.origin {
            Origin::Aggregate(aggregate) => {
                aggregate.measure == Measure::Fold
                    && aggregate.over == kind.name
                    && aggregate.by.as_deref() == Some(name)
            }
            _ => false,
        });
        let carried = folded.map(|fact| fact.kind.clone()).next()?;
        let mut facts = kind.schema.facts().to_vec();
        facts.push(Fact {
            name: PREVIOUS.to_owned(),
            title: Text::new("前值", "the value before"),
            kind: carried,
            origin: Origin::Column(Vec::new()),
            ordinary: None,
            blank: None,
            format: None,
            changeable: false,
            future: false,
            known_at: None,
            before: None,
            fork: false,
        });
        Some(Arc::new(Schema::new(facts)))
    }

    /// Reports a function that carries a value nobody asks for.
    pub(super) fn is_carried_for_nobody(clause: &Clause, place: Place, faults: &Faults) {
        let name = &clause.name;
        let message = Text::new(
            format!("没有事实以 `fold = \"{name}\"` 逐行累算"),
            format!("no fact is worked out row by row with `fold = \"{name}\"`"),
        );
        faults.push(Diagnostic::error("C038", message).at(place));
    }
}

fn lacking(row: &Record) -> Value {
    let unknown = row.schema.facts().iter().zip(&row.values);
    let unknown = unknown.filter(|(_, value)| value.known() != Some(true));
    let roots = unknown.filter(|(fact, _)| matches!(fact.origin, Origin::Column(_)) && fact.name != PREVIOUS);
    Value::Undetermined(roots.map(|(fact, _)| fact.name.clone()).collect())
}

/// What a fold's function is handed first.
pub(super) fn previous(run: &mut Run) -> Result<Dynamic, Trouble> {
    super::facts::read(run, PREVIOUS)
}
