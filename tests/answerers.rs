//! Three answerers, one finding: the recorded run, the bare run and the traced tree agree on random rows.
//!
//! The rows are drawn straight from the schema, so they hold combinations no book would: values missing, aggregates of
//! which only bounds are known, derived facts that contradict their sources. A clause must not care.

#![cfg(test)]

use super::shared::telecom;
use chrono::{Days, NaiveDate, TimeDelta};
use renze::clause::{Clause, Record, Rulebook, Stop};
use renze::decision::{Deed, Effect, End, Expression, Path, Returned, Tree};
use renze::fact::{Fact, FactType, Facts as _, Origin, Schema, Value};
use renze::interval::Interval;
use renze::policy::{Kind, Terms};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rows drawn for each kind.
const ROWS: u64 = 3_000;
/// The row of number `n` is drawn from `SEED + n`, which a failure prints.
const SEED: u64 = 20_261_005;

/// Small, fast, and the same on every machine (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)).checked_rem(sides).unwrap()
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

fn moment(half_days: u64) -> Value {
    let day =
        NaiveDate::from_ymd_opt(2026, 10, 5).unwrap().checked_add_days(Days::new(half_days / 2)).unwrap();
    let hours = TimeDelta::hours(if half_days.is_multiple_of(2) { 9 } else { 15 });
    Value::Moment(day.and_hms_opt(0, 0, 0).unwrap().checked_add_signed(hours).unwrap())
}

fn text(number: u64) -> Value {
    Value::Text(Arc::from(format!("T-{number}").as_str()))
}

/// What a clause did to one role, with the amount as a number: two workings of one amount are one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Done {
    role: String,
    deed: String,
    amount: Option<Bounds>,
    line: usize,
}

/// A number, as far as it is known.
type Bounds = (Option<Decimal>, Option<Decimal>);

/// How a clause can end for a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    done: Vec<Done>,
    end: String,
    number: Option<Bounds>,
}

type Outcomes = BTreeSet<Outcome>;

fn bounds(expression: &Expression, row: &Record) -> Option<Bounds> {
    expression
        .evaluate(row)
        .ok()
        .map(|found| (found.low.map(|low| low.normalize()), found.high.map(|high| high.normalize())))
}

/// What was done, up to the first amount that cannot be worked out for the row.
fn outcome(effects: &[Effect], end: &End, row: &Record) -> Outcome {
    let mut done = Vec::new();
    let undetermined = |done| Outcome { done, end: "undetermined".to_owned(), number: None };
    for effect in effects {
        let (deed, expression) = match &effect.deed {
            Deed::Enter { account, amount } => (format!("enter {account}"), Some(amount)),
            Deed::Veto => ("veto".to_owned(), None),
            Deed::Exempt { clause } => (format!("exempt {clause}"), None),
            Deed::Mitigate { clause, factor } => (format!("mitigate {clause}"), Some(factor)),
        };
        let amount = expression.map(|expression| bounds(expression, row));
        if amount == Some(None) {
            return undetermined(done);
        }
        let amount = amount.flatten();
        // an amount of exactly nothing is no finding, whoever finds out that it is nothing
        if amount == Some((Some(Decimal::ZERO), Some(Decimal::ZERO))) {
            continue;
        }
        done.push(Done { role: effect.role.clone(), deed, amount, line: effect.line });
    }
    match end {
        End::Done => Outcome { done, end: "done".to_owned(), number: None },
        End::Undetermined(_) => undetermined(done),
        End::Returned(Returned::Value(value)) => Outcome { done, end: FactType::plain(value), number: None },
        End::Returned(Returned::Number(number)) => match bounds(number, row) {
            Some(number) => Outcome { done, end: "a number".to_owned(), number: Some(number) },
            None => undetermined(done),
        },
    }
}

fn of_paths(paths: &[Path], row: &Record) -> Outcomes {
    paths.iter().map(|path| outcome(&path.effects, &path.end, row)).collect()
}

fn of_tree(tree: &Tree, row: &Record) -> Outcomes {
    let reached = tree.reached(row).unwrap().into_iter();
    reached.map(|path| outcome(&tree.paths()[path].effects, &tree.paths()[path].end, row)).collect()
}

/// All that the bare run can come to. It takes only rows it has every value of, so the missing ones are filled in.
#[derive(Default)]
struct Bare {
    outcomes: Outcomes,
    /// Some fact has more values than could be tried: there may be outcomes that were not seen.
    sampled: bool,
}

impl Bare {
    fn follow(&mut self, rules: &Rulebook, clause: &Clause, row: &Record, terms: &Arc<Terms>) {
        match rules.run_bare(clause, &Arc::new(row.clone()), terms) {
            Ok(path) => {
                self.outcomes.insert(outcome(&path.effects, &path.end, row));
            }
            Err(Stop::Missing(facts)) => {
                let fact = row.schema.get(facts.first().unwrap()).unwrap();
                let values = fact.kind.finite().unwrap_or_else(|| {
                    self.sampled = true;
                    samples(&fact.kind, row.value(&fact.name).interval())
                });
                for value in values {
                    self.follow(rules, clause, &row.with(&fact.name, value), terms);
                }
            }
            Err(stop) => panic!("`{}` stopped: {stop:?}", clause.name),
        }
    }
}

/// Some values of a fact that has too many to try them all.
fn samples(kind: &FactType, between: Interval) -> Vec<Value> {
    match kind {
        FactType::Moment => [0, 3, 6, 11].map(moment).to_vec(),
        FactType::Text => [0, 1].map(text).to_vec(),
        _ => {
            let low = between.low.unwrap_or(Decimal::ZERO);
            let high = between.high.unwrap_or(Decimal::ONE_HUNDRED);
            let middle = low.checked_add(high).unwrap().checked_div(Decimal::TWO).unwrap();
            [low, middle, high].map(Value::Number).to_vec()
        }
    }
}

/// Whether every number of `found` lies within that of `allowed`, all else being the same.
fn lies_within(found: &Outcome, allowed: &Outcome) -> bool {
    let inside = |found: &Option<Bounds>, allowed: &Option<Bounds>| match (found, allowed) {
        (Some((low, high)), Some(allowed)) => {
            let allowed = Interval { low: allowed.0, high: allowed.1 };
            low.is_some_and(|low| allowed.contains(low)) && high.is_some_and(|high| allowed.contains(high))
        }
        (None, None) => true,
        _ => false,
    };
    // nothing is within "undetermined" except itself; a zero amount leaves no trace, so an unsure one may be absent
    let mut done = found.done.iter().peekable();
    let all_done = allowed.done.iter().all(|allowed| {
        let same = |found: &&Done| {
            (&found.role, &found.deed, found.line) == (&allowed.role, &allowed.deed, allowed.line)
                && inside(&found.amount, &allowed.amount)
        };
        let zero = Some((Some(Decimal::ZERO), Some(Decimal::ZERO)));
        done.next_if(same).is_some() || inside(&zero, &allowed.amount)
    });
    let same_end = found.end == allowed.end && inside(&found.number, &allowed.number);
    // a division by a number that may be zero is open until the number is known
    let may_fail = found.end == "undetermined" && allowed.number.is_some();
    all_done && done.next().is_none() && (same_end || may_fail)
}

fn bare_fits(bare: &Bare, recorded: &Outcomes) -> bool {
    if !bare.sampled {
        return bare.outcomes == *recorded;
    }
    bare.outcomes.iter().all(|found| recorded.iter().any(|allowed| lies_within(found, allowed)))
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
        let row = Arc::new(Dice(seed).row(kind));
        for (clause, tree) in &traced {
            let recorded = of_paths(&rules.run(clause, &row, &terms).unwrap(), &row);
            let enumerated = of_tree(tree, &row);
            let mut bare = Bare::default();
            bare.follow(&rules, clause, &row, &terms);
            let name = &clause.name;
            assert!(
                recorded == enumerated,
                "seed {seed}, `{name}`: recorded {recorded:#?}, enumerated {enumerated:#?}, on {:#?}",
                named(&row)
            );
            assert!(
                bare_fits(&bare, &recorded),
                "seed {seed}, `{name}`: recorded {recorded:#?}, bare {:#?} (sampled: {}), on {:#?}",
                bare.outcomes,
                bare.sampled,
                named(&row)
            );
            tally.compared = tally.compared.saturating_add(2);
            tally.exact = tally.exact.saturating_add(usize::from(!bare.sampled));
            tally.open = tally.open.saturating_add(usize::from(recorded.len() > 1));
            let found = recorded.iter().any(|outcome| !outcome.done.is_empty());
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
