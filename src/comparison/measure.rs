//! What a difference comes to: the same book assessed by both versions, card by card and finding by finding.

use super::Version;
use crate::amount::Unit;
use crate::assess::{Assessment, Bounds, Finding, Outcome, Rank, Scorecard, Veto};
use crate::decision::Grading;
use crate::language::Text;
use crate::policy::Pack;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// One book by both versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Every card that settles otherwise, in judging order.
    pub cards: Vec<CardChange>,
    /// Every finding gained, lost or changed, in judging order of its clause.
    pub findings: Vec<FindingChange>,
    /// What findings enter in all, for every account on which anything is entered.
    pub accounts: Vec<AccountTotal>,
    /// How many cards there are, and how many findings.
    pub counts: Sides<(usize, usize)>,
    /// Rows judged and set aside.
    pub rows: Sides<(usize, usize)>,
}

/// The same thing before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// By the first version.
    pub before: T,
    /// By the second.
    pub after: T,
}

/// A card that settles otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardChange {
    /// Its kind.
    pub kind: String,
    /// Its subject.
    pub subject: String,
    /// The subject's name.
    pub name: Text,
    /// How it settles before and after; none where there is no such card.
    pub faces: Sides<Option<Face>>,
}

/// How a card settles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// The settled balance of each account, with its unit.
    pub balances: Vec<(String, Unit, Bounds)>,
    /// The grade, then every other that is still possible.
    pub grades: Vec<String>,
    /// Whether it is vetoed.
    pub veto: Veto,
    /// The coefficient of the grade.
    pub coefficient: Option<Decimal>,
    /// Its weight in the larger review.
    pub weight: Option<Decimal>,
    /// Its place among its peers.
    pub rank: Option<Rank>,
}

/// A finding that is there on one side only, or with another amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingChange {
    /// The clause.
    pub clause: String,
    /// The kind of its row.
    pub kind: String,
    /// The row.
    pub record: String,
    /// The role.
    pub role: String,
    /// The kind and subject of the card; none where nobody held the role.
    pub card: Option<(String, String)>,
    /// What of the card.
    pub about: About,
    /// What it is counted in.
    pub unit: Unit,
    /// What is entered before and after; none where there is no such finding.
    pub entered: Sides<Option<Entered>>,
}

/// What of a card a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// An account.
    Account(String),
    /// The veto.
    Veto,
    /// A grade, which is limited to or fixed.
    Grade(String, Grading),
}

impl About {
    /// What a finding is about.
    pub fn of(finding: &Finding<'_>) -> Self {
        match finding.outcome() {
            Outcome::Entry { account, .. } => Self::Account(account),
            Outcome::Veto { .. } => Self::Veto,
            Outcome::Grade { grade, how, .. } => Self::Grade(grade, how),
        }
    }

    /// The account, where it is one.
    pub fn account(&self) -> Option<&String> {
        match self {
            Self::Account(account) => Some(account),
            Self::Veto | Self::Grade(..) => None,
        }
    }
}

/// What a finding enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// As the clause found it, with its sign.
    pub found: Decimal,
    /// What counts of it.
    pub counted: Decimal,
    /// The most that may count; none where nothing bounds it.
    pub most: Option<Decimal>,
    /// Whether it stands whatever else may become known.
    pub certain: bool,
}

/// What is entered on one account of all cards of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountTotal {
    /// The kind of card.
    pub kind: String,
    /// The account.
    pub account: String,
    /// What it is counted in.
    pub unit: Unit,
    /// The sums.
    pub entered: Sides<Decimal>,
}

impl<T> Sides<T> {
    /// The two the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { before: self.after, after: self.before }
    }
}

impl FindingChange {
    /// How much more counts after than before.
    pub fn difference(&self) -> Decimal {
        let counted = |side: Option<Entered>| side.map_or(Decimal::ZERO, |entered| entered.counted);
        counted(self.entered.after).saturating_sub(counted(self.entered.before))
    }
}

impl AccountTotal {
    /// How much more is entered after than before.
    pub fn difference(&self) -> Decimal {
        self.entered.after.saturating_sub(self.entered.before)
    }
}

impl Measured {
    /// Holds two assessments of one book against each other.
    pub fn of((before, one): (Version<'_>, &Assessment), (after, other): (Version<'_>, &Assessment)) -> Self {
        let (before, after) = (before.pack, after.pack);
        let rows = |all: &Assessment| (all.totals.judged, all.totals.set_aside);
        let counts = |all: &Assessment| (all.scorecards.len(), all.findings().count());
        Self {
            cards: cards((before, one), (after, other)),
            findings: findings((before, one), (after, other)),
            accounts: accounts((before, one), (after, other)),
            counts: Sides { before: counts(one), after: counts(other) },
            rows: Sides { before: rows(one), after: rows(other) },
        }
    }

    /// Whether both versions come to the same.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty() && self.findings.is_empty() && self.rows.before == self.rows.after
    }
}

/// Puts what two sides have under the same key side by side: first what the first side has, in its order.
fn paired<K: Ord + Clone, V>(before: Vec<(K, V)>, after: Vec<(K, V)>) -> Vec<(K, Sides<Option<V>>)> {
    let order: Vec<K> = before.iter().chain(&after).map(|(key, _)| key.clone()).collect();
    let (mut before, mut after): (BTreeMap<K, V>, BTreeMap<K, V>) =
        (before.into_iter().collect(), after.into_iter().collect());
    let mut seen = BTreeSet::new();
    let mut pairs = Vec::new();
    for key in order {
        if seen.insert(key.clone()) {
            let sides = Sides { before: before.remove(&key), after: after.remove(&key) };
            pairs.push((key, sides));
        }
    }
    pairs
}

fn kind_name(pack: &Pack, position: usize) -> String {
    pack.policy.kinds.get(position).map(|kind| kind.name.clone()).unwrap_or_default()
}

fn cards((before, one): (&Pack, &Assessment), (after, other): (&Pack, &Assessment)) -> Vec<CardChange> {
    let faces = |pack: &Pack, assessment: &Assessment| {
        let key = |card: &Scorecard| (kind_name(pack, card.key.kind), card.key.subject.clone());
        assessment
            .scorecards
            .iter()
            .map(|card| (key(card), (card.name.clone(), face(card))))
            .collect::<Vec<_>>()
    };
    let pairs = paired(faces(before, one), faces(after, other));
    let differing = pairs.into_iter().filter_map(|((kind, subject), sides)| {
        let name = sides.before.as_ref().or(sides.after.as_ref()).map(|(name, _)| name.clone());
        let face = |side: Option<(Text, Face)>| side.map(|(_, face)| face);
        let faces = Sides { before: face(sides.before), after: face(sides.after) };
        let name = name.unwrap_or_default();
        (faces.before != faces.after).then_some(CardChange { kind, subject, name, faces })
    });
    differing.collect()
}

fn face(card: &Scorecard) -> Face {
    let balance =
        |balance: &crate::assess::Balance| (balance.account.clone(), balance.unit.clone(), balance.settled);
    Face {
        balances: card.balances.iter().map(balance).collect(),
        grades: card.grades.clone(),
        veto: card.veto,
        coefficient: card.coefficient,
        weight: card.weight,
        // which of the groups it is counts differently from one pack to another
        rank: card.rank.map(|rank| Rank { group: None, ..rank }),
    }
}

type FindingKey = (String, String, String, String, Option<(String, String)>, About, usize);

fn findings((before, one): (&Pack, &Assessment), (after, other): (&Pack, &Assessment)) -> Vec<FindingChange> {
    let pairs = paired(keyed(before, one), keyed(after, other));
    let mut changes: Vec<FindingChange> = Vec::new();
    for ((clause, kind, record, role, card, about, _), sides) in pairs {
        let unit = sides.before.as_ref().or(sides.after.as_ref()).map(|(unit, _)| unit.clone());
        let entered = Sides {
            before: sides.before.map(|(_, entered)| entered),
            after: sides.after.map(|(_, entered)| entered),
        };
        if entered.before != entered.after {
            let unit = unit.unwrap_or(Unit::None);
            changes.push(FindingChange { clause, kind, record, role, card, about, unit, entered });
        }
    }
    changes
}

/// Every finding by what it is about; several alike in the order they were found.
fn keyed(pack: &Pack, assessment: &Assessment) -> Vec<(FindingKey, (Unit, Entered))> {
    let mut alike: BTreeMap<FindingKey, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for finding in assessment.findings() {
        let (unit, entered) = entered(&finding);
        let about = About::of(&finding);
        let card = finding.card().map(|card| (kind_name(pack, card.kind), card.subject.clone()));
        let (clause, role) = (finding.clause().to_owned(), finding.role().to_owned());
        let (kind, record) = (kind_name(pack, finding.kind()), finding.record().to_owned());
        let mut key = (clause, kind, record, role, card, about, 0);
        let times = alike.entry(key.clone()).or_default();
        key.6 = *times;
        *times = times.saturating_add(1);
        all.push((key, (unit, entered)));
    }
    all
}

fn entered(finding: &Finding<'_>) -> (Unit, Entered) {
    let (counted, certain) = (finding.entered(), finding.is_certain());
    match finding.outcome() {
        Outcome::Veto { .. } | Outcome::Grade { .. } => {
            let none = Decimal::ZERO;
            (Unit::None, Entered { found: none, counted: none, most: Some(none), certain })
        }
        Outcome::Entry { unit, sign, found, counted: of, .. } => {
            let most = of.most.map(|most| sign.signed(most));
            (unit, Entered { found: sign.signed(found.least), counted, most, certain })
        }
    }
}

fn accounts((before, one): (&Pack, &Assessment), (after, other): (&Pack, &Assessment)) -> Vec<AccountTotal> {
    let sums = |pack: &Pack, assessment: &Assessment| {
        let mut sums: Vec<((String, String), (Unit, Decimal))> = Vec::new();
        for card in &assessment.scorecards {
            for balance in &card.balances {
                let key = (kind_name(pack, card.key.kind), balance.account.clone());
                match sums.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, (_, sum))) => *sum = sum.saturating_add(balance.entered),
                    None => sums.push((key, (balance.unit.clone(), balance.entered))),
                }
            }
        }
        sums
    };
    let pairs = paired(sums(before, one), sums(after, other));
    let totals = pairs.into_iter().filter_map(|((kind, account), sides)| {
        let unit = sides.before.as_ref().or(sides.after.as_ref()).map(|(unit, _)| unit.clone())?;
        let sum = |side: Option<(Unit, Decimal)>| side.map_or(Decimal::ZERO, |(_, sum)| sum);
        let entered = Sides { before: sum(sides.before), after: sum(sides.after) };
        let moved = !entered.before.is_zero() || !entered.after.is_zero();
        moved.then_some(AccountTotal { kind, account, unit, entered })
    });
    totals.collect()
}
