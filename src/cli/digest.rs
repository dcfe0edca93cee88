//! The fingerprint of what was read.

use super::line::Lines;
use crate::intake::{Book, Earlier, Intake, card_fact_lines, pay_lines};
use crate::interval::Interval;
use crate::ordered;
use crate::organisation::{Organisation, Post};
use crate::policy::Pack;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;

/// Rows written at a time by one thread.
const PART: usize = 1_024;

/// What stands in the digest between two lines of other text.
enum Block<'a> {
    Line,
    Rows(Lines<'a>),
}

/// SHA-256 over what was read, independent of the order of rows, columns and files.
///
/// It is that of all lines in the order of their bytes, a line a row and a line for everything else that was read.
pub(super) fn digest_of(
    (book, earlier): (&Book, &[Earlier]),
    pack: &Pack,
    organisation: &Organisation,
    tables: &BTreeMap<String, Intake>,
) -> String {
    let mut blocks: Vec<(String, Block<'_>)> = Vec::new();
    let mut line = |line: String| blocks.push((line, Block::Line));
    for kind in &pack.policy.kinds {
        let Some(intake) = tables.get(&kind.name) else { continue };
        line(format!("{} {} {}", intake.read, intake.outside, intake.set_aside.len()));
        if intake.open > 0 || !intake.unpicked.is_empty() {
            let unpicked = intake.unpicked.iter().fold(0_usize, |sum, (_, rows)| sum.saturating_add(*rows));
            line(format!("open {} of no kind {unpicked}", intake.open));
        }
        intake.set_aside.iter().for_each(|aside| line(format!("set aside {}", aside.id)));
    }
    for Earlier { period, cards, raised, carried_on } in earlier {
        line(format!("Earlier {{ period: {period:?}, cards: {cards:?}, raised: {raised:?} }}"));
        let carried = |(person, amount): (&String, &Interval)| {
            format!("carried on {} {person} {amount:?}", period.code())
        };
        carried_on.iter().map(carried).for_each(&mut line);
    }
    organisation.members().for_each(|member| line(format!("{member:?}")));
    card_fact_lines(organisation, &pack.policy).into_iter().for_each(&mut line);
    pay_lines(organisation, &pack.policy).into_iter().for_each(&mut line);
    // who holds which post, wherever that stands
    organisation.posts().iter().for_each(|Post { person, post, of, days, place: _ }| {
        line(format!("Post {{ person: {person:?}, post: {post:?}, of: {of:?}, days: {days:?} }}"));
    });
    for kind in &pack.policy.kinds {
        let Some(intake) = tables.get(&kind.name) else { continue };
        let lines = Lines::new(&kind.name, &intake.rows);
        blocks.push((lines.start().to_owned(), Block::Rows(lines)));
    }
    blocks.par_sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut digest = Sha256::new();
    digest.update(format!("{}\n{}\n", book.period.code(), book.as_of));
    for (line, block) in blocks {
        match block {
            Block::Line => {
                digest.update(line);
                digest.update(b"\n");
            }
            Block::Rows(lines) => hash_rows(&lines, &mut digest),
        }
    }
    crate::fingerprint::hex(&digest.finalize())
}

/// Hashes rows in the order of their lines; the next ones are written meanwhile.
fn hash_rows(lines: &Lines<'_>, digest: &mut Sha256) {
    let packed = lines.packed();
    let order = packed.order();
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut start = 0_usize;
    while start < order.len() {
        // rows of one key are put in order together
        let mut end = start.saturating_add(PART).min(order.len());
        let key = |place: usize| order.get(place).map(|(key, ..)| key);
        while end < order.len() && key(end) == key(end.saturating_sub(1)) {
            end = end.saturating_add(1);
        }
        parts.push(start..end);
        start = end;
    }
    let write = |part: Range<usize>, out: &mut Vec<u8>| {
        lines.write(&packed, order.get(part).unwrap_or_default(), out);
    };
    let hash = |part: &[u8]| {
        digest.update(part);
        Ok::<(), Infallible>(())
    };
    // nothing that is taken here can fail
    let _ = ordered::in_order(&parts, write, hash);
}
