//! Facts that are worked out in their own row, as formulas: what a definition of the pack decides, and plain clocks.

use super::facts::FactSheets;
use super::formula::{Formulas, is_steady, quoted};
use super::guard::{Guards, Leaf, UNKNOWN, used};
use super::parameters::Parameters;
use crate::decision::{End, Returned};
use crate::fact::{Clock, ClockUnit, Fact, Facts as _, Origin, RowFacts, Value};
use crate::policy::{Kind, Terms};

/// The facts of one row.
pub(super) struct Derived<'d> {
    pub(super) facts: &'d FactSheets<'d>,
    pub(super) parameters: &'d Parameters,
    pub(super) kind: &'d Kind,
    /// The kind of the row and its position among the judged rows.
    pub(super) row: (usize, usize),
    pub(super) terms: &'d Terms,
}

impl Derived<'_> {
    fn of_row(&self) -> Option<RowFacts<'_>> {
        Some(self.facts.subject.assessment.rows.get(&self.row.0)?.facts().row(self.row.1))
    }

    /// The value of a fact.
    pub(super) fn value(&self, name: &str) -> Value {
        self.of_row().map_or(Value::Missing, |facts| facts.value(name))
    }

    /// How a fact is worked out in its row; none where it is read, or where a formula would not say the same.
    pub(super) fn formula(&self, fact: &Fact, value: &Value) -> Option<String> {
        if !matches!(value, Value::Number(_) | Value::Bool(_) | Value::Word(_)) {
            return None;
        }
        match &fact.origin {
            Origin::Clock(clock) => self.clock(clock),
            Origin::Definition(by) => self.definition(fact, by, value),
            _ => None,
        }
    }

    /// A clock of time as it passes, or of days by date, that has ended.
    fn clock(&self, clock: &Clock) -> Option<String> {
        let plain = clock.by.is_time() && clock.pauses.is_empty() && !clock.unit.is_worked();
        let ended = matches!(self.value(&clock.to), Value::Moment(_));
        let formulas = self.formulas();
        let (from, to) = (formulas.fact(&clock.from)?, formulas.fact(&clock.to)?);
        if !plain || !ended {
            return None;
        }
        let (before, ran) = if clock.unit.is_by_date() {
            let week = if clock.unit == ClockUnit::Weeks { "/7" } else { "" };
            let zero = if clock.day_zero { "+1" } else { "" };
            let days = format!("INT({to})-INT({from})");
            (format!("{days}<0"), format!("({days}{zero}){week}"))
        } else {
            let seconds = format!("ROUND(({to}-{from})*86400,0)");
            let unit = if clock.unit == ClockUnit::Minutes { 60 } else { 3_600 };
            (format!("{seconds}<0"), format!("{seconds}/{unit}"))
        };
        let early = if clock.early { "0" } else { UNKNOWN };
        Some(format!("IF(COUNT({from},{to})=2,IF({before},{early},{ran}),{UNKNOWN})"))
    }

    fn formulas(&self) -> Formulas<'_> {
        Formulas {
            facts: self.facts,
            parameters: self.parameters,
            row: self.row,
            at_home: true,
            terms: self.terms,
        }
    }

    fn definition(&self, fact: &Fact, by: &str, value: &Value) -> Option<String> {
        let rules = self.facts.subject.rules;
        let tree = rules.tree(rules.definition(&self.kind.name, by)?, self.terms)?;
        let row = self.of_row()?;
        // what the tree returns for the row is what the fact is, and no step on the way is a matter of noise
        let reached = tree.reached(&row).ok()?;
        let [own] = reached.as_slice() else { return None };
        let same = match &tree.paths().get(*own)?.end {
            End::Returned(Returned::Value(returned)) => returned == value,
            End::Returned(Returned::Number(number)) => {
                let exact = number.evaluate(&row).ok()?.exact();
                exact.is_some_and(|exact| *value == Value::Number(exact)) && is_steady(number, &row)
            }
            End::Done | End::Undetermined(_) => false,
        };
        if !same {
            return None;
        }
        let formulas = self.formulas();
        let leaf = |path: usize| {
            let nothing = Leaf { formula: UNKNOWN.to_owned(), uses: Vec::new() };
            Some(match &tree.paths().get(path)?.end {
                End::Returned(Returned::Value(Value::Number(number))) => {
                    Leaf { formula: super::formula::literal(*number), uses: Vec::new() }
                }
                End::Returned(Returned::Value(value)) => {
                    let word = self.facts.word(self.row.0, &fact.name, value)?;
                    Leaf { formula: quoted(&word)?, uses: Vec::new() }
                }
                End::Returned(Returned::Number(number)) => {
                    Leaf { formula: formulas.number(number)?, uses: used([&**number]) }
                }
                End::Done | End::Undetermined(_) => nothing,
            })
        };
        Guards { formulas: &formulas, leaf: &leaf }.tree(tree.root())
    }
}
