//! What the findings come to in all, added up in one pass.

use super::Assessment;
use super::finding::{Deduction, Magnitude};
use crate::policy::Account;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

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

impl Assessment {
    /// What the findings come to.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        let mut vetoed = BTreeSet::new();
        for entry in &self.entries {
            let Some(card) = entry.card().and_then(|card| self.roster.key(card)) else { continue };
            let stands = !entry.found().least.is_zero();
            tally.standing = tally.standing.saturating_add(usize::from(stands));
            let Some(account) = entry.account() else {
                if stands {
                    vetoed.insert((self.clauses.get(entry.clause()).map(|c| c.position), entry.row()));
                }
                continue;
            };
            let nothing = Sum { taken: Magnitude::NOTHING, added: Magnitude::NOTHING };
            let sum = tally.sums.entry((card.kind, account)).or_insert(nothing);
            match entry.sign {
                Deduction::Takes => sum.taken = sum.taken.plus(entry.counted()),
                Deduction::Adds => sum.added = sum.added.plus(entry.counted()),
            }
        }
        tally.vetoed = vetoed.len();
        tally
    }

    /// The sums of a tally with the kind of the card and the account.
    pub fn sums<'a>(&'a self, tally: &'a Tally) -> impl Iterator<Item = (usize, &'a Account, Sum)> {
        tally.sums.iter().filter_map(|((kind, account), sum)| {
            let account = self.policy.kinds.get(*kind)?.accounts.get(*account)?;
            Some((*kind, account, *sum))
        })
    }
}
