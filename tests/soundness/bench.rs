//! The bench of the soundness table: a small pack around one clause, rows in every combination, and what a person says
//! the clause must come to on each, held against every answerer.

pub(crate) use super::outcome::{Outcome, Row, decimal, deduct, nothing, undetermined, veto};
use crate::chance::Chance;
use chrono::NaiveDate;
use renze::clause::{Clause, Record, Rulebook, Stop};
use renze::decision::{Evaluator, Tree};
use renze::diagnostic::Faults;
use renze::fact::{Columns, Fact, FactType, Facts as _, Schema, Value};
use renze::inspection::Inspection;
use renze::policy::{Pack, Terms};
use std::fs;
use std::sync::Arc;

/// Rows looked at for one clause at most; of more combinations so many are drawn.
const ROWS: usize = 1_200;
/// Ways to complete a row with missing facts that are run at most.
const COMPLETIONS: usize = 120;

const POLICY: &str = include_str!("policy.toml");
const PARAMETERS: &str = include_str!("parameters.toml");

/// What must become of a clause.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expect {
    /// It has a tree.
    Traced,
    /// It is run row by row, and `check` says why in words that hold these.
    Interpreted(&'static str),
    /// The pack is refused with this code.
    Refused(&'static str),
}

pub(crate) use Expect::{Interpreted, Refused, Traced};

/// A clause written to fool the tracer, what must become of it, and what it comes to on a row without gaps.
pub(crate) struct Case(pub(crate) &'static str, pub(crate) Expect, pub(crate) fn(&Row) -> Outcome);

/// The pack around one clause. What stands before `||| ` in the text of a case are functions of its own.
struct Bench {
    pack: Pack,
    rules: Rulebook,
    terms: Arc<Terms>,
    schema: Arc<Schema>,
}

impl Bench {
    /// Compiles the pack, or says with which codes it is refused.
    fn open(clause: &str) -> Result<Self, Vec<&'static str>> {
        let (functions, body) = clause.split_once("|||").unwrap_or(("", clause));
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("clauses")).unwrap();
        fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
        fs::write(folder.path().join("parameters.toml"), PARAMETERS).unwrap();
        let script = format!("{functions}\n/// basis: 1\nfn judged(complaint, terms) {{\n{body}\n}}\n");
        fs::write(folder.path().join("clauses/all.rhai"), script).unwrap();
        let faults = Faults::default();
        let pack = Pack::read(folder.path(), &faults);
        let rules = pack.as_ref().map(|pack| Rulebook::compile(pack, &faults));
        let said = faults.into_sorted();
        if !said.is_empty() {
            assert!(said.iter().all(|fault| fault.place.is_some()), "a fault without a place: {said:#?}");
            return Err(said.iter().map(|fault| fault.code).collect());
        }
        let (pack, rules) = (pack.unwrap(), rules.unwrap());
        let schema = Arc::clone(&pack.policy.kind("complaint").unwrap().1.schema);
        let terms = pack.terms(NaiveDate::MAX);
        Ok(Self { pack, rules, terms, schema })
    }

    fn clause(&self) -> &Clause {
        self.rules.clause("judged").unwrap()
    }

    fn tree(&self) -> Option<&Arc<Tree>> {
        self.rules.tree(self.clause(), &self.terms)
    }

    /// Why `check` says the clause is run row by row.
    fn interpreted(&self) -> Option<String> {
        let found = Inspection::of(&self.pack, &self.rules).findings;
        let note = found.into_iter().find(|(_, found)| found.code == "I040")?.1;
        assert!(note.message.en.contains("`judged`"), "{}", note.message.en);
        Some(note.message.en)
    }

    fn recorded(&self, row: &Arc<Record>) -> Vec<Outcome> {
        match self.rules.run(self.clause(), row, &self.terms) {
            Ok(paths) => distinct(paths.iter().map(|path| Outcome::of(path, row))),
            Err(Stop::Untraceable(_)) => vec![undetermined()],
            Err(stop) => panic!("{stop:?}"),
        }
    }

    fn bare(&self, row: &Arc<Record>) -> Outcome {
        match self.rules.run_bare(self.clause(), row, &self.terms) {
            Ok(path) => Outcome::of(&path, row),
            Err(stop) => panic!("{stop:?}"),
        }
    }

    fn decided(&self, row: &Arc<Record>) -> Vec<Outcome> {
        let taken = self.rules.decide(self.clause(), row, &self.terms).unwrap();
        distinct(taken.iter().map(|taken| Outcome::of(&taken.path, row)))
    }

    /// The tree itself; a row on which a question cannot be worked out has no path in it.
    fn enumerated(&self, tree: &Tree, row: &Arc<Record>) -> Vec<Outcome> {
        match tree.reached(row.as_ref()) {
            Ok(reached) => distinct(reached.into_iter().map(|path| Outcome::of(&tree.paths()[path], row))),
            Err(_) => vec![undetermined()],
        }
    }

    /// The path over typed columns, where they say it plainly.
    fn in_columns(&self, tree: &Tree, row: &Arc<Record>) -> Option<Outcome> {
        let mut columns = Columns::new(Arc::clone(&self.schema), 0);
        columns.push(row.values.clone());
        let path = Evaluator::new(tree, &columns).path(0)?;
        Some(Outcome::of(&tree.paths()[path], row))
    }

    /// The facts the clause names, in the order of the schema.
    fn named(&self, clause: &str) -> Vec<&Fact> {
        let mut words: Vec<&str> = clause.split(|one: char| !one.is_alphanumeric() && one != '_').collect();
        words.dedup();
        self.schema.facts().iter().filter(|fact| words.contains(&fact.name.as_str())).collect()
    }
}

fn distinct(outcomes: impl Iterator<Item = Outcome>) -> Vec<Outcome> {
    let mut distinct: Vec<Outcome> = Vec::new();
    for outcome in outcomes {
        if !distinct.contains(&outcome) {
            distinct.push(outcome);
        }
    }
    distinct
}

/// The values a fact is tried with; `densely` between all limits of the table, to stand for every value there is.
fn values(fact: &Fact, densely: bool) -> Vec<Value> {
    let moment = |day: u32| {
        Value::Moment(NaiveDate::from_ymd_opt(2026, 7, day).unwrap().and_hms_opt(9, 0, 0).unwrap())
    };
    match &fact.kind {
        FactType::Number { places, .. } => {
            let few = ["-1", "0", "1", "2", "2.5", "3", "3.5", "5", "7", "7.5", "24"];
            let more = ["-100", "-2.5", "-0.5", "0.5", "1.5", "2.25", "2.75", "4", "6", "7.25", "8", "100"];
            let all = few.iter().chain(more.iter().filter(|_| densely));
            let all = all.map(|text| decimal(text)).filter(|number| {
                *places != Some(0) || (number.fract().is_zero() && !number.is_sign_negative())
            });
            all.map(Value::Number).collect()
        }
        FactType::Moment if densely => [1, 2, 3, 4, 5, 6].map(moment).to_vec(),
        FactType::Moment => [2, 3, 5].map(moment).to_vec(),
        FactType::Text => {
            ["red", "red tape", "7", "blue", "A"].map(|text| Value::Text(Arc::from(text))).to_vec()
        }
        kind => {
            let mut all = kind.finite().unwrap();
            if !densely && all.len() > 5 {
                all = [0, 1, all.len() - 1].map(|at| all[at].clone()).to_vec();
            }
            all
        }
    }
}

/// Every combination of values, or so many of them drawn at random.
fn combinations(choices: &[(&Fact, Vec<Value>)], most: usize, seed: u64) -> Vec<Vec<(String, Value)>> {
    let all = choices.iter().try_fold(1_usize, |all, (_, values)| all.checked_mul(values.len()));
    let name = |at: usize, value: &Value| (choices[at].0.name.clone(), value.clone());
    if let Some(all) = all.filter(|all| *all <= most) {
        let of = |mut number: usize| {
            let mut row = Vec::new();
            for (at, (_, values)) in choices.iter().enumerate() {
                row.push(name(at, &values[number % values.len()]));
                number /= values.len();
            }
            row
        };
        return (0..all).map(of).collect();
    }
    let mut chance = Chance(seed);
    let mut draw =
        || choices.iter().enumerate().map(|(at, (_, values))| name(at, chance.one(values))).collect();
    (0..most).map(|_| draw()).collect()
}

/// Holds every clause of a table against what is said of it.
pub(crate) fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for Case(clause, expect, rule) in cases {
        let found = match Bench::open(clause) {
            Ok(bench) => examine(&bench, clause, *expect, *rule),
            Err(codes) => match expect {
                Refused(code) if codes.contains(code) => None,
                _ => Some(format!("refused with {codes:?}")),
            },
        };
        wrong.extend(found.map(|found| format!("{clause}\n    must be {expect:?}; {found}")));
    }
    assert!(wrong.is_empty(), "{} of {} clauses:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// What is wrong with a clause that is not refused.
fn examine(bench: &Bench, clause: &str, expect: Expect, rule: fn(&Row) -> Outcome) -> Option<String> {
    let why = bench.interpreted();
    match (expect, &why, bench.tree()) {
        (Traced, None, Some(_)) => {}
        (Interpreted(words), Some(why), None) if why.contains(words) => {}
        (_, why, tree) => return Some(format!("interpreted: {why:?}, traced: {}", tree.is_some())),
    }
    let named = bench.named(clause);
    let with_gap =
        |fact: &&Fact| values(fact, false).into_iter().chain([Value::Missing]).collect::<Vec<Value>>();
    let choices: Vec<(&Fact, Vec<Value>)> = named.iter().map(|fact| (*fact, with_gap(fact))).collect();
    let blank = Record::blank("complaint", &bench.schema);
    for (number, combination) in combinations(&choices, ROWS, 20_261_005).into_iter().enumerate() {
        let given =
            combination.iter().fold(blank.clone(), |row, (fact, value)| row.with(fact, value.clone()));
        let rule = (rule, clause.contains("known("));
        let found = examine_row(bench, &Arc::new(given), &named, rule, u64::try_from(number).unwrap());
        if let Some(found) = found {
            return Some(format!("{found}\n    on {combination:?}"));
        }
    }
    None
}

/// What is wrong on a row: the rule is asked about every way its gaps may be filled.
fn examine_row(
    bench: &Bench,
    row: &Arc<Record>,
    named: &[&Fact],
    (rule, asks_known): (fn(&Row) -> Outcome, bool),
    seed: u64,
) -> Option<String> {
    let has_gap = !asks_known && named.iter().any(|fact| row.value(&fact.name) == Value::Missing);
    // what asks `known` is itself told of gaps
    let fill = |fact: &&Fact| match row.value(&fact.name) {
        Value::Missing if !asks_known => values(fact, true),
        known => vec![known],
    };
    let choices: Vec<(&Fact, Vec<Value>)> = named.iter().map(|fact| (*fact, fill(fact))).collect();
    let filled = combinations(&choices, if has_gap { 40_000 } else { 1 }, seed);
    let recorded = bench.recorded(row);
    let mut expected: Vec<Outcome> = Vec::new();
    let every = filled.len().div_ceil(COMPLETIONS);
    for (number, filled) in filled.into_iter().enumerate() {
        let outcome = rule(&Row(filled.iter().cloned().collect()));
        if number % every == 0 {
            let full =
                filled.iter().fold((**row).clone(), |row, (fact, value)| row.with(fact, value.clone()));
            let bare = bench.bare(&Arc::new(full));
            if bare != outcome {
                return Some(format!("bare gives {bare:?}, not {outcome:?}, on {filled:?}"));
            }
        }
        if !expected.contains(&outcome) {
            expected.push(outcome);
        }
    }
    let mut answers = vec![("recorded", recorded.clone()), ("decide", bench.decided(row))];
    if let Some(tree) = bench.tree() {
        answers.push(("the tree", bench.enumerated(tree, row)));
        let path = bench.in_columns(tree, row).filter(|_| !has_gap);
        answers.extend(path.map(|path| ("the columns", vec![path])));
    }
    for (who, found) in answers {
        let open_all = has_gap && bench.tree().is_none() && found.contains(&undetermined());
        // what is worked out for nothing may turn out to divide by zero: no answerer says so beforehand
        let may_fail = |known: &Outcome| known.undetermined && recorded.iter().any(|open| open.may_fail);
        let lost = expected
            .iter()
            .find(|known| !open_all && !may_fail(known) && !found.iter().any(|open| open.stands_for(known)));
        let invented = found.iter().find(|open| {
            let undetermined_gap = has_gap && bench.tree().is_none() && **open == undetermined();
            !undetermined_gap && !expected.iter().any(|known| open.stands_for(known))
        });
        if lost.is_some() || invented.is_some() || (!has_gap && found != expected) {
            return Some(format!("{who} gives {found:?}, not {expected:?}"));
        }
        if found.len() != recorded.len() || found.iter().any(|one| !recorded.contains(one)) {
            return Some(format!("{who} gives {found:?}, recorded {recorded:?}"));
        }
    }
    None
}
