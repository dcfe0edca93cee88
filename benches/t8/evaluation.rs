//! Evaluation alone: cases in memory become findings in memory. Reading, settlement and writing are not in it.

use crate::Fault;
use crate::baseline::{Case, Cases, evaluate};
use renze::calendar::Period;
use renze::clause::{Clause, Record, Rulebook};
use renze::decision::{Deed, Evaluator, Path as Found, Tree};
use renze::diagnostic::Faults;
use renze::intake::{Rows, read_rows};
use renze::interval::Interval;
use renze::organisation::Organisation;
use renze::policy::{Pack, Terms};
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Cases are evaluated up to this one: what a case takes does not depend on how many there are.
const CASES: usize = 20_000;

/// What one way of evaluating took.
pub(crate) struct Evaluation {
    /// Which way.
    pub(crate) by: &'static str,
    /// The best run, in nanoseconds a case.
    pub(crate) nanoseconds: u128,
}

/// How long all cases took, and how many findings there are.
type Timed = Result<(Duration, usize), Fault>;

/// The cases as both programs hold them before anything is judged.
struct Prepared {
    cases: Vec<Case>,
    rules: Rulebook,
    rows: Rows,
    records: Vec<Arc<Record>>,
    terms: Arc<Terms>,
}

/// Measures every way of evaluating in turn; the hand-written one comes first.
///
/// A further way is one more closure over `prepared` and one more entry of `ways`: each evaluates all cases, keeps what
/// it finds until the clock has stopped, and says how many findings there are.
pub(crate) fn evaluation(complaints: &Path, runs: usize) -> Result<Vec<Evaluation>, Fault> {
    let prepared = prepare(complaints)?;
    let by_hand = || by_hand(&prepared);
    let by_interpreter = || by_interpreter(&prepared);
    let by_trees = || by_trees(&prepared);
    let ways: [(&'static str, &dyn Fn() -> Timed); 3] =
        [("written by hand", &by_hand), ("trees", &by_trees), ("interpreter", &by_interpreter)];

    let mut best = vec![Duration::MAX; ways.len()];
    for _ in 0..runs.max(1) {
        let mut found = None;
        for ((by, way), best) in ways.iter().zip(&mut best) {
            let (time, findings) = way()?;
            let expected = *found.get_or_insert(findings);
            if findings != expected {
                return Err(format!("{by}: {findings} findings where there are {expected}").into());
            }
            *best = time.min(*best);
        }
    }
    let cases = u128::try_from(prepared.cases.len().max(1))?;
    let evaluations = ways.iter().zip(best);
    Ok(evaluations.map(|((by, _), time)| Evaluation { by, nanoseconds: time.as_nanos() / cases }).collect())
}

/// The hand-written clauses.
fn by_hand(prepared: &Prepared) -> Timed {
    let started = Instant::now();
    let mut findings = Vec::new();
    for (row, case) in (0..).zip(&prepared.cases) {
        evaluate(case, row, &mut findings);
    }
    let time = started.elapsed();
    Ok((time, findings.len()))
}

/// The trees over typed columns: which path every case takes through every clause, and what its amounts are.
fn by_trees(prepared: &Prepared) -> Timed {
    let clauses = prepared.rules.clauses().iter();
    let trees: Vec<&Tree> = clauses
        .map(|clause| {
            prepared.rules.tree(clause, &prepared.terms).map(AsRef::as_ref).ok_or("a clause without a tree")
        })
        .collect::<Result<_, _>>()?;
    let facts = prepared.rows.facts();
    let bound: Vec<(&Tree, Evaluator<'_>)> =
        trees.into_iter().map(|tree| (tree, Evaluator::new(tree, facts))).collect();
    let started = Instant::now();
    let mut found = Vec::new();
    for row in 0..facts.len() {
        for (clause, (tree, evaluator)) in bound.iter().enumerate() {
            let path = evaluator.path(row).ok_or("a case that its facts do not decide")?;
            for effect in tree.paths().get(path).iter().flat_map(|path| &path.effects) {
                let amount = match &effect.deed {
                    Deed::Enter { amount, .. } => {
                        amount.evaluate(&facts.row(row)).map_err(|fault| format!("{fault:?}"))?
                    }
                    _ => Interval::exactly(rust_decimal::Decimal::ONE),
                };
                if amount.exact().is_some_and(|amount| !amount.is_zero()) {
                    found.push((row, clause, path, amount.exact()));
                }
            }
        }
    }
    let time = started.elapsed();
    Ok((time, found.len()))
}

/// The interpreter, once for every case and clause, over plain values with nothing recorded.
fn by_interpreter(prepared: &Prepared) -> Timed {
    let clauses: Vec<&Clause> = prepared.rules.clauses().iter().collect();
    let started = Instant::now();
    let mut paths: Vec<Found> = Vec::new();
    for record in &prepared.records {
        for clause in &clauses {
            let found = prepared.rules.run_bare(clause, record, &prepared.terms);
            paths.push(found.map_err(|stop| format!("{}: {stop:?}", clause.name))?);
        }
    }
    let time = started.elapsed();
    Ok((time, paths.iter().map(|path| path.effects.len()).sum()))
}

fn prepare(complaints: &Path) -> Result<Prepared, Fault> {
    let sample = sample(complaints)?;
    let mut cases = Cases::open(&sample)?;
    let mut read = Vec::new();
    while let Some(case) = cases.next()? {
        read.push(case);
    }
    let faults = Faults::default();
    let pack = Pack::read(&crate::pack(), &faults).ok_or("the pack cannot be read")?;
    let rules = Rulebook::compile(&pack, &faults);
    let (_, kind) = pack.policy.kind("complaint").ok_or("the pack judges no complaints")?;
    let period = Period::parse(crate::PERIOD).ok_or("the period is no month")?;
    let organisation = Organisation::default();
    let intake =
        read_rows((&[sample], None), kind, &pack.policy, &organisation, (period, period.last), &faults);
    if faults.has_errors() || intake.rows.len() != read.len() {
        return Err("the pack does not read every case".into());
    }
    let rows = intake.rows;
    let records = (0..rows.len()).map(|row| {
        let values = rows.facts().values(row);
        Arc::new(Record { kind: kind.name.clone(), schema: Arc::clone(&kind.schema), values })
    });
    let records = records.collect();
    Ok(Prepared { cases: read, rows, records, terms: pack.terms(period.first), rules })
}

/// The first cases of a file, in a file of their own.
fn sample(complaints: &Path) -> Result<PathBuf, Fault> {
    let file = crate::folder().join("t8-sample.csv");
    let mut out = BufWriter::new(File::create(&file)?);
    for line in BufReader::new(File::open(complaints)?).lines().take(CASES + 1) {
        writeln!(out, "{}", line?)?;
    }
    out.flush()?;
    Ok(file)
}
