//! The oracle: random packs, random rows, and three answerers that must agree on every one of them.
//!
//! A pack is written as text, as a person would write it, and compiled as a user's folder is. The recorded run, the bare
//! run, the tree and the tree over columns then answer the same clause on the same row. They must agree on what is found
//! (role, account, amount with its bounds, line), on the evidence (questions, answers, reasons) and on what is
//! undetermined; where nothing is missing, a host that shares only the script language must find the same. `RENZE_PAIRS`
//! says how many pairs, `RENZE_SEED` where to begin; a failure says how to repeat it.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "an overflow or a wrong index fails the test that made it"
)]

mod book;
mod condition;
mod construct;
mod judge;
mod number;
mod pack;
mod plain;
mod policy;
mod regression;
mod row;
mod shown;
mod statement;
mod tally;
mod writer;

use crate::chance::Chance;
use judge::Pair;
use pack::RandomPack;
use plain::Plain;
use rayon::prelude::*;
use renze::clause::Record;
use renze::decision::Evaluator;
use renze::fact::Columns;
use renze::policy::{Kind, Terms};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tally::Tally;

/// Pairs compared where nobody asks for more.
const PAIRS: usize = 20_000;
const SEED: u64 = 20_261_005;
/// Rows drawn for each kind of a pack.
const ROWS: usize = 24;
/// Packs judged side by side.
const WAVE: u64 = 16;
/// The rows of one kind, and the same rows in columns.
struct Rows {
    kind: String,
    rows: Vec<Arc<Record>>,
    columns: Columns,
}

impl Rows {
    fn of(chance: &mut Chance, kind: &Kind) -> Self {
        let mut columns = Columns::new(Arc::clone(&kind.schema), 0);
        let mut rows = Vec::new();
        for number in 0..ROWS {
            // a third of the rows are whole
            let gaps = [0, 5, 0, 15, 30, 50][number % 6];
            let row = row::row(chance, kind, gaps);
            columns.push(row.values.clone());
            rows.push(Arc::new(row));
        }
        Self { kind: kind.name.clone(), rows, columns }
    }
}

/// Judges every pair of one pack.
fn judge_pack(seed: u64) -> Result<Tally, (String, Tally)> {
    let random = RandomPack::of(seed);
    let mut chance = Chance(seed.rotate_left(32));
    let kinds: Vec<Rows> = random.pack.policy.kinds.iter().map(|kind| Rows::of(&mut chance, kind)).collect();
    let editions: Vec<&Arc<Terms>> = random.pack.editions().collect();
    let plain = Plain::of(&random);
    let mut tally = Tally { packs: 1, ..Tally::default() };
    for written in &random.functions {
        if written.refused {
            tally.refused += 1;
            continue;
        }
        let clause = random.clause(written).unwrap();
        let rows = kinds.iter().find(|rows| rows.kind == clause.kind).unwrap();
        let trees: Vec<_> = editions.iter().map(|terms| random.rules.tree(clause, terms)).collect();
        if trees.iter().all(Option::is_some) {
            tally.traced += 1;
            for (construct, count) in &written.uses {
                *tally.uses.entry(*construct).or_default() += usize::from(*count > 0);
            }
        } else {
            tally.interpreted += 1;
        }
        let evaluators: Vec<_> =
            trees.iter().map(|tree| tree.map(|tree| Evaluator::new(tree, &rows.columns))).collect();
        for (number, row) in rows.rows.iter().enumerate() {
            let edition = number % editions.len();
            let in_columns = evaluators[edition].as_ref().and_then(|evaluator| evaluator.path(number));
            let (rules, terms) = (&random.rules, editions[edition]);
            let pair = Pair { rules, clause, terms, row, plain: Some(&plain), in_columns };
            if let Err(said) = pair.judge(&mut tally) {
                let (source, row) = (&written.source, pair.shown());
                let name = &written.name;
                return Err((
                    format!("seed {seed}, `{name}`, row {number}:\n{source}\n{row}\n{said}"),
                    tally,
                ));
            }
        }
    }
    Ok(tally)
}

/// The same; a panic of the product says of which seed it is.
fn judged(seed: u64) -> Result<Tally, (String, Tally)> {
    catch_unwind(AssertUnwindSafe(|| judge_pack(seed)))
        .unwrap_or_else(|_| Err((format!("seed {seed}: a panic"), Tally::default())))
}

/// Judges packs from a seed on until so many pairs were compared.
fn judge_pairs(first: u64, pairs: usize) -> Tally {
    let mut tally = Tally::default();
    let mut seed = first;
    while tally.pairs < pairs {
        let wave: Vec<u64> = (seed..seed + WAVE).collect();
        seed += WAVE;
        let judged: Vec<_> = wave.into_par_iter().map(judged).collect();
        for one in judged {
            match one {
                Ok(one) => tally.add(&one),
                Err((said, own)) => panic!(
                    "after {} pairs the answerers differ; RENZE_SEED=(the seed) RENZE_PAIRS=1 repeats it\n{said}",
                    tally.pairs + own.pairs
                ),
            }
        }
    }
    tally
}

fn asked_for<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().map_or(otherwise, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number, not `{text}`"))
    })
}

#[test]
fn the_oracle_finds_no_difference_on_random_packs() {
    let (seed, pairs) = (asked_for("RENZE_SEED", SEED), asked_for("RENZE_PAIRS", PAIRS));
    let tally = judge_pairs(seed, pairs);
    println!("{}", tally.summary(seed));
    // a single pack, asked for to repeat a failure, cannot hold everything
    if pairs >= PAIRS {
        tally.assert_broad();
    }
}
