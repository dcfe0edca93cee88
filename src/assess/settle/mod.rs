//! Settlement, in its fixed order. Each step takes the type the step before gives, so the order cannot be mistaken:
//! findings → relief → rounding at the finding → highest → caps → balance → veto → rounding at the card → grade; when all
//! cards of a kind are there: rank → quotas; when those of all kinds are: what the wage guard lets be withheld, over all the
//! cards of a person.

mod balance;
mod cap;
mod grade;
mod group;
mod guard;
mod highest;
mod peers;
mod quota;
mod rank;
mod relief;
mod rounding;
mod veto;

pub(super) use guard::Guard;
pub use rank::places;
pub(super) use relief::Relief;

use super::entry::Entry;
use super::row::JudgedRows;
use super::scorecard::{Balance, Scorecard, Veto};
use crate::clause::{Clause, Record};
use crate::policy::{Kind, Policy, Terms};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The findings of one kind's cards: their positions among all findings, which stay where they are.
pub(super) struct Batch<'e> {
    pub(super) entries: &'e mut [Entry],
    pub(super) positions: Vec<usize>,
}

/// Findings as the clauses made them.
pub(super) struct Found<'e>(pub(super) Batch<'e>);
/// Findings after exemption and mitigation.
pub(super) struct Relieved<'e>(Batch<'e>);
/// Findings in the grain of the policy.
pub(super) struct Rounded<'e>(Batch<'e>);
/// Findings of which only the highest of each group counts.
pub(super) struct Competed<'e>(Batch<'e>);
/// Findings within their caps: what enters the balances.
pub(super) struct Capped<'e>(Batch<'e>);

/// What the steps look things up in.
pub(super) struct Settlement<'a> {
    pub(super) policy: &'a Policy,
    pub(super) clauses: &'a [Clause],
    pub(super) rows: &'a BTreeMap<usize, JudgedRows>,
    pub(super) relief: &'a BTreeMap<usize, Vec<Relief>>,
    pub(super) terms: Arc<Terms>,
}

/// A settled card, without its name.
pub(super) struct Settled {
    pub(super) balances: Vec<Balance>,
    pub(super) veto: Veto,
    pub(super) grades: Vec<String>,
    /// The grades that the table leaves possible.
    pub(super) by_table: Vec<String>,
}

/// A card on its way to being settled.
struct Card<'c> {
    kind: &'c Kind,
    record: &'c Record,
    terms: &'c Terms,
}

impl Batch<'_> {
    /// The findings of the batch, to be changed.
    fn each(&mut self) -> impl Iterator<Item = &mut Entry> {
        let mut rest: &mut [Entry] = self.entries;
        let mut before = 0_usize;
        self.positions.iter().filter_map(move |position| {
            let skipped = position.checked_sub(before)?;
            let (_, from_here) = std::mem::take(&mut rest).split_at_mut_checked(skipped)?;
            let (entry, after) = from_here.split_first_mut()?;
            (rest, before) = (after, position.saturating_add(1));
            Some(entry)
        })
    }

    fn get(&self, position: usize) -> Option<&Entry> {
        self.entries.get(position)
    }

    fn get_mut(&mut self, position: usize) -> Option<&mut Entry> {
        self.entries.get_mut(position)
    }
}

/// The findings of one card that count.
#[derive(Default)]
pub(super) struct OfCard<'e> {
    entries: Vec<&'e Entry>,
    vetoes: Vec<&'e Entry>,
    grades: Vec<&'e Entry>,
    /// How many stand already.
    pub(super) standing: usize,
}

impl Capped<'_> {
    /// The findings at these positions.
    pub(super) fn of_card(&self, positions: &[usize]) -> OfCard<'_> {
        let mut of_card = OfCard { entries: Vec::with_capacity(positions.len()), ..OfCard::default() };
        for entry in positions.iter().filter_map(|position| self.0.get(*position)) {
            of_card.standing = of_card.standing.saturating_add(usize::from(entry.stands()));
            match entry.account() {
                Some(_) => of_card.entries.push(entry),
                None if entry.is_lifted() => {}
                None if entry.is_veto() => of_card.vetoes.push(entry),
                None => of_card.grades.push(entry),
            }
        }
        of_card
    }
}

impl Settlement<'_> {
    /// The findings as they enter the balances: every step up to the caps.
    pub(super) fn settle_findings<'e>(&self, found: Batch<'e>) -> Capped<'e> {
        let relieved = relief::relieve(self, Found(found));
        let rounded = rounding::round(self, relieved);
        let competed = highest::compete(self, rounded);
        cap::limit(self, competed)
    }

    /// Findings that nobody bears: the steps up to the rounding. Groups and caps count by card, and there is none.
    pub(super) fn settle_unborne(&self, found: Batch<'_>) {
        rounding::round(self, relief::relieve(self, Found(found)));
    }

    /// One card, from the findings that lead to it.
    pub(super) fn settle_card(&self, kind: &Kind, record: &Record, findings: &OfCard<'_>) -> Settled {
        let card = Card { kind, record, terms: &self.terms };
        let veto = veto::of(&findings.vetoes);
        let balances = balance::settle(&card, &findings.entries, veto);
        let balances = rounding::round_card(self.policy, balances);
        let (grades, by_table) = grade::grade(&card, &balances, veto, &findings.grades);
        Settled { balances, veto, grades, by_table }
    }

    /// What the cards of a kind come to together, when all of them are settled.
    pub(super) fn settle_together(&self, kind: &Kind, rows: &JudgedRows, cards: &mut [Scorecard]) {
        if let Some(ranking) = &kind.ranking {
            let groups = rank::groups(kind, ranking, rows, cards);
            rank::rank(ranking, &groups, cards);
            let ranked = quota::Ranked { kind, ranking, terms: &self.terms, groups: &groups };
            quota::apply(&ranked, cards);
        }
        for card in cards {
            card.coefficient = grade::coefficient(kind, &self.terms, &card.grades);
        }
    }

    fn clause(&self, entry: &Entry) -> Option<&Clause> {
        self.clauses.get(entry.clause())
    }

    /// The rows among which the finding was made, and its place there.
    fn row(&self, entry: &Entry) -> Option<(&JudgedRows, usize)> {
        let rows = self.rows.get(&self.clause(entry)?.position)?;
        Some((rows, entry.row()))
    }
}
