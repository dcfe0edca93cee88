//! A scorecard: one subject in one period.

use super::CardKey;
use crate::amount::Unit;
use crate::clause::Record;
use crate::language::Text;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A settled figure with its bounds; all three are equal unless something is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least it can turn out to be; `None` where nothing bounds it.
    pub low: Option<Decimal>,
    /// What stands already.
    pub so_far: Decimal,
    /// The most it can turn out to be.
    pub high: Option<Decimal>,
}

/// One account of a card.
#[derive(Clone, Debug)]
pub struct Balance {
    /// The account.
    pub account: String,
    /// What it is counted in.
    pub unit: Unit,
    /// What it opened with.
    pub opening: Bounds,
    /// The sum of what was entered, as far as it is certain.
    pub entered: Decimal,
    /// The balance before any veto.
    pub before_veto: Bounds,
    /// The balance it settles at.
    pub settled: Bounds,
}

/// A veto on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Veto {
    /// None.
    None,
    /// An open fact could still bring one.
    Possible,
    /// It stands.
    Stands,
}

/// The place of a card among its peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The place, from 1; a range while something is open.
    pub place: Bounds,
    /// How many peers are ranked, the card among them.
    pub peers: Bounds,
    /// Which of the kind's groups of peers it belongs to; none where that is open.
    pub group: Option<usize>,
    /// Whether it is ranked whatever the open facts turn out to be.
    pub is_certain: bool,
}

/// A grade that a card has not, because a quota ends before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demotion {
    /// The grade.
    pub from: String,
    /// The next lower one.
    pub to: String,
    /// How many may have the grade.
    pub places: Decimal,
}

/// One subject in one period.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// Kind and subject.
    pub key: CardKey,
    /// The subject's name.
    pub name: Text,
    /// For a post: of which units or lines.
    pub of: Vec<Text>,
    /// The facts of the card.
    pub record: Arc<Record>,
    /// Its accounts, in the order of the pack.
    pub balances: Vec<Balance>,
    /// Whether it is vetoed.
    pub veto: Veto,
    /// The grade, then every other grade that is still possible; empty where the kind has none.
    pub grades: Vec<String>,
    /// The same as the table or the fact says, before clauses, quotas and a veto do anything to it.
    pub by_table: Vec<String>,
    /// Its place among its peers; none where it is not ranked.
    pub rank: Option<Rank>,
    /// The grades it lost to quotas so far.
    pub demoted: Vec<Demotion>,
    /// What the card weighs in the larger review.
    pub weight: Option<Decimal>,
    /// The coefficient of the grade, where the grade is settled.
    pub coefficient: Option<Decimal>,
    /// Its findings, by their position in the assessment.
    pub findings: Vec<usize>,
    /// How many of them stand already.
    pub standing: usize,
}

impl Bounds {
    /// A figure that is settled.
    pub fn settled(value: Decimal) -> Self {
        Self { low: Some(value), so_far: value, high: Some(value) }
    }

    /// Whether it is one figure.
    pub fn is_settled(&self) -> bool {
        self.low == Some(self.so_far) && self.high == Some(self.so_far)
    }
}

impl Scorecard {
    /// Whether anything of it is still open.
    pub fn is_provisional(&self) -> bool {
        self.veto == Veto::Possible
            || self.grades.len() > 1
            || self
                .rank
                .is_some_and(|rank| !rank.is_certain || !rank.place.is_settled() || !rank.peers.is_settled())
            || self.balances.iter().any(|balance| !balance.settled.is_settled())
    }

    /// The balance of an account.
    pub fn balance(&self, account: &str) -> Option<&Balance> {
        self.balances.iter().find(|balance| balance.account == account)
    }
}
