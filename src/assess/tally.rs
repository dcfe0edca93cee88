//! What the findings come to in all, added up in one pass.

use super::Assessment;
use super::entry::Entry;
use super::finding::{Deduction, Finding, Magnitude};
use super::roster::Roster;
use super::row::JudgedRows;
use crate::clause::Clause;
use crate::policy::{Account, Policy, Role};
use rayon::prelude::*;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Findings that are added up in one go. They are the same for any number of threads, and so is the sum.
const PART: usize = 65_536;

/// What is taken from one account of all cards of a kind, and what is added.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// What is taken.
    pub taken: Magnitude,
    /// What is added.
    pub added: Magnitude,
}

/// What the findings against cards come to; what nobody bears is not in it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many findings stand.
    pub standing: usize,
    /// In how many rows a veto stands.
    pub vetoed: usize,
    sums: BTreeMap<(usize, usize), Sum>,
    vetoes: Vec<usize>,
    unborne: Vec<usize>,
    outside: Vec<usize>,
    workings: Vec<usize>,
}

/// What findings have in common that were worked out alike: by the same effect of the same path under the same
/// parameters, on the same account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    kind: usize,
    account: usize,
    clause: usize,
    path: usize,
    effect: Option<usize>,
    edition: usize,
}

/// What some of the findings come to.
#[derive(Default)]
struct Part {
    standing: usize,
    vetoed: BTreeSet<(usize, usize)>,
    /// With the position of the first.
    alike: BTreeMap<Alike, (usize, Sum)>,
    /// Findings with a path of their own.
    apart: Vec<(usize, (usize, usize), Sum)>,
    vetoes: Vec<usize>,
    unborne: Vec<usize>,
    outside: Vec<usize>,
}

impl Magnitude {
    const NOTHING: Self = Self { least: Decimal::ZERO, most: Some(Decimal::ZERO) };

    fn plus(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_add(other.least),
            most: self.most.zip(other.most).map(|(a, b)| a.saturating_add(b)),
        }
    }
}

impl Sum {
    const NOTHING: Self = Self { taken: Magnitude::NOTHING, added: Magnitude::NOTHING };

    fn plus(self, other: Self) -> Self {
        Self { taken: self.taken.plus(other.taken), added: self.added.plus(other.added) }
    }

    fn enter(&mut self, entry: &Entry) {
        match entry.sign {
            Deduction::Takes => self.taken = self.taken.plus(entry.counted()),
            Deduction::Adds => self.added = self.added.plus(entry.counted()),
        }
    }
}

impl Tally {
    /// What these findings come to.
    pub(super) fn of(
        entries: &[Entry],
        (policy, roster): (&Policy, &Roster),
        clauses: &[Clause],
        rows: &BTreeMap<usize, JudgedRows>,
    ) -> Self {
        let parts = entries.par_chunks(PART).enumerate().map(|(place, entries)| {
            let first = place.saturating_mul(PART);
            Part::of((first, entries), (policy, roster), clauses, rows)
        });
        let parts: Vec<Part> = parts.collect();
        let mut tally = Self::default();
        let (mut vetoed, mut alike) = (BTreeSet::new(), BTreeSet::new());
        for part in parts {
            tally.standing = tally.standing.saturating_add(part.standing);
            vetoed.extend(part.vetoed);
            tally.vetoes.extend(part.vetoes);
            tally.unborne.extend(part.unborne);
            tally.outside.extend(part.outside);
            for (like, (position, sum)) in part.alike {
                tally.add((like.kind, like.account), sum);
                if alike.insert(like) {
                    tally.workings.push(position);
                }
            }
            for (position, account, sum) in part.apart {
                tally.add(account, sum);
                tally.workings.push(position);
            }
        }
        tally.workings.sort_unstable();
        tally.vetoed = vetoed.len();
        tally
    }

    fn add(&mut self, account: (usize, usize), more: Sum) {
        let sum = self.sums.entry(account).or_insert(Sum::NOTHING);
        *sum = sum.plus(more);
    }
}

impl Part {
    fn of(
        (first, entries): (usize, &[Entry]),
        (policy, roster): (&Policy, &Roster),
        clauses: &[Clause],
        rows: &BTreeMap<usize, JudgedRows>,
    ) -> Self {
        let mut part = Self::default();
        let judged: Vec<(usize, Option<&JudgedRows>)> =
            clauses.iter().map(|clause| (clause.position, rows.get(&clause.position))).collect();
        for (place, entry) in entries.iter().enumerate() {
            let position = first.saturating_add(place);
            if entry.is_veto() {
                part.vetoes.push(position);
            }
            let Some(card) = entry.card().and_then(|card| roster.key(card)) else {
                let kind = clauses.get(entry.clause()).and_then(|clause| policy.kinds.get(clause.position));
                let role = kind.and_then(|kind| kind.roles.get(entry.role()));
                let outside = role.is_some_and(Role::is_outside);
                if outside {
                    part.outside.push(position);
                } else if !entry.is_relieved() {
                    // what relief took away needs nobody to bear it
                    part.unborne.push(position);
                }
                continue;
            };
            let stands = entry.stands();
            part.standing = part.standing.saturating_add(usize::from(stands));
            let (kind, rows) = judged.get(entry.clause()).copied().unwrap_or_default();
            match (entry.account(), entry.path()) {
                (None, _) if stands && entry.is_veto() => drop(part.vetoed.insert((kind, entry.row()))),
                (None, _) => {}
                (Some(account), None) => {
                    let mut sum = Sum::NOTHING;
                    sum.enter(entry);
                    part.apart.push((position, (card.kind, account), sum));
                }
                (Some(account), Some(path)) => {
                    let edition = rows.map_or(usize::MAX, |rows| rows.edition(entry.row()));
                    let (kind, clause, effect) = (card.kind, entry.clause(), entry.effect());
                    let alike = Alike { kind, account, clause, path, effect, edition };
                    part.alike.entry(alike).or_insert((position, Sum::NOTHING)).1.enter(entry);
                }
            }
        }
        part
    }
}

impl Assessment {
    /// The sums of the tally with the kind of the card and the account.
    pub fn sums(&self) -> impl Iterator<Item = (usize, &Account, Sum)> {
        self.tally.sums.iter().filter_map(|((kind, account), sum)| {
            let account = self.policy.kinds.get(*kind)?.accounts.get(*account)?;
            Some((*kind, account, *sum))
        })
    }

    /// Findings whose role nobody holds, and which relief has left something of.
    pub fn unborne(&self) -> impl Iterator<Item = Finding<'_>> {
        self.at_positions(&self.tally.unborne)
    }

    /// Findings borne by somebody outside: in no card's sum, and not open.
    pub fn outside(&self) -> impl Iterator<Item = Finding<'_>> {
        self.at_positions(&self.tally.outside)
    }

    /// Vetoes, certain or possible.
    pub fn vetoes(&self) -> impl Iterator<Item = Finding<'_>> {
        self.at_positions(&self.tally.vetoes)
    }

    /// Findings on accounts of cards, of those that were worked out alike only the first.
    pub fn workings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.at_positions(&self.tally.workings)
    }
}
