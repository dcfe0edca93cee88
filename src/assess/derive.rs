//! Facts that are not read but worked out: clocks, definitions, aggregates.

use super::row::JudgedRows;
use crate::amount::is_countable;
use crate::calendar::end_of;
use crate::clause::{Clause, Record, Rulebook, Taken};
use crate::decision::{End, Evaluator, Returned};
use crate::diagnostic::Diagnostic;
use crate::fact::{Aggregate, Fact, FactType, Facts, Origin, Value};
use crate::policy::{Kind, Terms};
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How the facts of some rows that are not read are worked out.
pub(super) struct Derivation<'d> {
    pub(super) rules: &'d Rulebook,
    pub(super) kind: &'d Kind,
    pub(super) as_of: NaiveDate,
    /// Facts typed by hand, by row, which are not worked out.
    pub(super) given: Option<&'d BTreeMap<String, BTreeSet<String>>>,
    /// The values of an aggregate for all rows, of which the facts declared before it are known.
    pub(super) aggregate: &'d Counting<'d>,
}

/// How the values of an aggregate are found.
pub(super) type Counting<'d> =
    dyn Fn(&Aggregate, &JudgedRows) -> Result<Vec<Value>, Box<Diagnostic>> + Sync + 'd;

impl Derivation<'_> {
    /// Fills in every fact that is worked out, in declared order.
    pub(super) fn fill(&self, rows: &mut JudgedRows) -> Result<(), Box<Diagnostic>> {
        for (position, fact) in self.kind.schema.facts().iter().enumerate() {
            let found: Vec<Result<Value, Box<Diagnostic>>> = match &fact.origin {
                Origin::Column(_) | Origin::Carried(_) => continue,
                Origin::Clock(clock) => {
                    let run = |row| Ok(clock.run(&rows.facts().row(row), end_of(self.as_of)));
                    (0..rows.len()).into_par_iter().map(run).collect()
                }
                Origin::Due(due) => {
                    let run = |row| {
                        let parameter = |name: &str| rows.terms(row).and_then(|terms| terms.number(name));
                        Ok(due.run(&rows.facts().row(row), parameter))
                    };
                    (0..rows.len()).into_par_iter().map(run).collect()
                }
                Origin::Aggregate(declared) => {
                    (self.aggregate)(declared, rows)?.into_iter().map(Ok).collect()
                }
                Origin::Definition(by) => {
                    let Some(definition) = self.rules.definition(&self.kind.name, by) else { continue };
                    self.define(fact, definition, rows)
                }
            };
            // of several faults the first row's, whichever thread came first
            let found: Vec<Value> = found.into_iter().collect::<Result<_, _>>()?;
            for (row, value) in found.into_iter().enumerate() {
                if self.is_given(rows.id(row), &fact.name) {
                    continue;
                }
                // where there is no row to take it from the pack may say what that means, as for a blank cell
                let value = match (&value, &fact.blank) {
                    (Value::Missing, Some(blank)) => blank.clone(),
                    _ => value,
                };
                rows.facts_mut().set(position, row, value);
            }
        }
        Ok(())
    }

    fn is_given(&self, row: &str, fact: &str) -> bool {
        self.given.is_some_and(|given| given.get(row).is_some_and(|facts| facts.contains(fact)))
    }

    fn define(
        &self,
        fact: &Fact,
        definition: &Clause,
        rows: &JudgedRows,
    ) -> Vec<Result<Value, Box<Diagnostic>>> {
        let trees: Vec<_> = rows
            .editions()
            .iter()
            .map(|terms| self.rules.tree(definition, terms))
            .map(|tree| tree.map(|tree| (tree, Evaluator::new(tree, rows.facts()))))
            .collect();
        let plain = |row: usize| {
            let (tree, evaluator) = trees.get(rows.edition(row))?.as_ref()?;
            let path = tree.paths().get(evaluator.path(row)?)?;
            match &path.end {
                End::Returned(Returned::Value(value)) if path.calculations.is_empty() => Some(value.clone()),
                _ => None,
            }
        };
        let value = |row: usize| {
            if let Some(value) = plain(row) {
                return Ok(value);
            }
            let (Some(record), Some(terms)) = (rows.record(row), rows.terms(row)) else {
                return Ok(Value::Missing);
            };
            Ok(settle_value(fact, &record, &self.rules.decide(definition, &record, terms)?))
        };
        (0..rows.len()).into_par_iter().map(value).collect()
    }
}

/// Works out the facts of one row that are not read, in declared order; what is `given` stands as it is.
///
/// # Errors
/// A definition can never work, or took too long.
pub fn derive(
    rules: &Rulebook,
    record: Record,
    terms: &Arc<Terms>,
    as_of: NaiveDate,
    given: &BTreeSet<String>,
) -> Result<Record, Box<Diagnostic>> {
    let mut record = record;
    let schema = Arc::clone(&record.schema);
    for fact in schema.facts().iter().filter(|fact| !given.contains(&fact.name)) {
        let value = match &fact.origin {
            Origin::Column(_) | Origin::Carried(_) | Origin::Aggregate(_) => continue,
            Origin::Clock(clock) => clock.run(&record, end_of(as_of)),
            Origin::Due(due) => due.run(&record, |name| terms.number(name)),
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

/// The one value all paths agree on, or what is known where they do not.
pub(super) fn settle_value(fact: &Fact, row: &Record, paths: &[Taken]) -> Value {
    let mut value: Option<Value> = None;
    for Taken { path, .. } in paths {
        let returned = match &path.end {
            End::Returned(Returned::Value(value)) => value.clone(),
            End::Returned(Returned::Number(number)) => match number.value.exact() {
                Some(exact) if is_countable(exact) => Value::Number(exact),
                _ => Value::Between(number.value.countable()),
            },
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
        // of two that are compared one may be known
        for fact in step.question.facts().iter().filter(|fact| !row.value(fact).is_exact()) {
            lacking.extend(roots(row, fact));
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
