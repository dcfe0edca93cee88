//! Three answerers, one finding: the recorded run, the bare run and the traced tree agree on random rows.
//!
//! The rows are drawn straight from the schema, so they hold combinations no book would: values missing, aggregates of
//! which only bounds are known, derived facts that contradict their sources. A clause must not care.

#![cfg(test)]

use super::chance::Chance;
use super::completion::{Bare, moment};
use super::outcome::{of_paths, of_tree};
use super::shared::telecom;
use chrono::NaiveDate;
use renze::clause::{Clause, Record, Rulebook};
use renze::decision::Tree;
use renze::fact::{Fact, FactType, Origin, Schema, Value};
use renze::interval::Interval;
use renze::policy::Kind;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Rows drawn for each kind.
const ROWS: u64 = 3_000;
/// The row of number `n` is drawn from `SEED + n`, which a failure prints.
const SEED: u64 = 20_261_005;

/// Draws rows.
struct Dice(Chance);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0.next().checked_rem(sides).unwrap()
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.roll(100) < chance
    }

    /// Often one of the numbers on which the clauses turn, so that both sides of a limit and the limit itself occur.
    fn number(&mut self) -> Decimal {
        match self.roll(4) {
            0 => Decimal::from([0, 1, 47, 48, 49, 100][usize::try_from(self.roll(6)).unwrap()]),
            1 => Decimal::from(self.roll(20)),
            _ => Decimal::new(i64::try_from(self.roll(8_000)).unwrap(), 2),
        }
    }

    /// One of few moments, so that two are often the same.
    fn moment(&mut self) -> Value {
        moment(self.roll(12))
    }

    fn value(&mut self, kind: &FactType) -> Value {
        if let Some(values) = kind.finite() {
            let count = u64::try_from(values.len()).unwrap();
            return values[usize::try_from(self.roll(count)).unwrap()].clone();
        }
        match kind {
            FactType::Moment => self.moment(),
            FactType::Text => text(self.roll(4)),
            _ => Value::Number(self.number()),
        }
    }

    /// A value for a fact, or one of the ways in which facts of its origin are not known.
    fn fact(&mut self, fact: &Fact) -> Value {
        let unknown = self.percent(15);
        match &fact.origin {
            Origin::Column(_) if unknown => Value::Missing,
            Origin::Definition(_) | Origin::Clock(_) if unknown => Value::Undetermined(Arc::from([])),
            Origin::Clock(_) if self.percent(30) => Value::Running(self.number()),
            Origin::Aggregate(_) if unknown => {
                let low = self.roll(6);
                let high = low.saturating_add(self.roll(5));
                Value::Between(Interval::between(low.into(), high.into()))
            }
            Origin::Aggregate(_) => Value::Number(self.roll(13).into()),
            _ => self.value(&fact.kind),
        }
    }

    fn row(&mut self, kind: &Kind) -> Record {
        let schema: &Arc<Schema> = &kind.schema;
        let values = schema.facts().iter().map(|fact| self.fact(fact)).collect();
        Record { kind: kind.name.clone(), schema: Arc::clone(schema), values }
    }
}

fn text(number: u64) -> Value {
    Value::Text(Arc::from(format!("T-{number}").as_str()))
}

/// Every clause and every definition of a kind.
fn functions<'r>(rules: &'r Rulebook, kind: &Kind) -> Vec<&'r Clause> {
    let by = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
        Origin::Definition(by) => Some(by.as_str()),
        _ => None,
    });
    let by = by.chain(kind.consistency.iter().map(|rule| rule.by.as_str()));
    let definitions = by.map(|name| rules.definition(&kind.name, name).unwrap());
    rules.clauses().iter().filter(|clause| clause.kind == kind.name).chain(definitions).collect()
}

/// How often the answerers were compared, and how often the row left more than one way open.
#[derive(Default)]
struct Tally {
    compared: usize,
    exact: usize,
    open: usize,
    with_findings: usize,
}

fn compare_all(kind: &str) -> Tally {
    let (pack, rules) = telecom();
    let terms = pack.terms(NaiveDate::MAX);
    let (_, kind) = pack.policy.kind(kind).unwrap();
    let blank = Arc::new(Record::blank(&kind.name, &kind.schema));
    let traced: Vec<(&Clause, Tree)> = functions(&rules, kind)
        .into_iter()
        .map(|clause| (clause, Tree::of(rules.run(clause, &blank, &terms).unwrap())))
        .collect();
    let mut tally = Tally::default();
    for number in 0..ROWS {
        let seed = SEED.wrapping_add(number);
        let row = Arc::new(Dice(Chance(seed)).row(kind));
        for (clause, tree) in &traced {
            let recorded = of_paths(&rules.run(clause, &row, &terms).unwrap(), &row);
            let enumerated = of_tree(tree, &row);
            let bare = Bare::of(&rules, clause, &row, &terms);
            let name = &clause.name;
            assert!(
                recorded == enumerated,
                "seed {seed}, `{name}`: recorded {recorded:?}, enumerated {enumerated:?}, on {:#?}",
                named(&row)
            );
            assert!(
                !bare.fault && bare.fits(&recorded),
                "seed {seed}, `{name}`: recorded {recorded:?}, bare {:?} (sampled: {}), on {:#?}",
                bare.outcomes,
                bare.sampled,
                named(&row)
            );
            tally.compared = tally.compared.saturating_add(2);
            tally.exact = tally.exact.saturating_add(usize::from(!bare.sampled));
            tally.open = tally.open.saturating_add(usize::from(recorded.0.len() > 1));
            let found = recorded.0.iter().any(|outcome| !outcome.done.is_empty());
            tally.with_findings = tally.with_findings.saturating_add(usize::from(found));
        }
    }
    tally
}

fn named(row: &Record) -> Vec<(&str, &Value)> {
    row.schema.names().zip(&row.values).collect()
}

#[test]
fn recorded_bare_and_enumerated_agree_on_random_complaints() {
    let tally = compare_all("complaint");
    // a comparison of nothing with nothing would prove nothing
    assert!(tally.compared > 100_000, "{} comparisons", tally.compared);
    assert!(tally.exact > 50_000, "{} bare runs without sampling", tally.exact);
    assert!(tally.open > 5_000, "{} rows left open", tally.open);
    assert!(tally.with_findings > 5_000, "{} rows with findings", tally.with_findings);
}

#[test]
fn recorded_bare_and_enumerated_agree_on_random_unit_cards() {
    let tally = compare_all("unit");
    assert!(tally.compared > 20_000, "{} comparisons", tally.compared);
    assert!(tally.exact > 10_000, "{} bare runs without sampling", tally.exact);
    assert!(tally.open > 100, "{} rows left open", tally.open);
    assert!(tally.with_findings > 5_000, "{} rows with findings", tally.with_findings);
}
