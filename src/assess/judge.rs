//! Clauses over rows: the paths a row allows become findings, certain ones and possible ones.

use super::entry::{Entry, On, Place, Trail};
use super::field::counted_on;
use super::finding::{Deduction, Magnitude};
use super::raise::{self, Raised};
use super::roster::Roster;
use super::row::JudgedRows;
use super::settle::Relief;
use super::{CardKey, Open, open};
use crate::amount::{RoundingMode, Unit};
use crate::clause::{Clause, Rulebook, Taken, Touch};
use crate::decision::{Deed, Effect, End, Expression, Grading, Path};
use crate::diagnostic::Diagnostic;
use crate::policy::{Kind, Policy, Several, Vacant};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What judging one kind's rows came to.
#[derive(Default)]
pub(super) struct Judgement {
    pub(super) entries: Vec<Entry>,
    pub(super) relief: Vec<Relief>,
    pub(super) open: Vec<Open>,
    /// What was raised, with the kind it is to be.
    pub(super) raised: Vec<(usize, Raised)>,
}

/// The rows of a kind before the clauses.
pub(super) struct Court<'a> {
    pub(super) policy: &'a Policy,
    pub(super) rules: &'a Rulebook,
    pub(super) roster: &'a Roster,
    pub(super) kind: &'a Kind,
    pub(super) rows: &'a JudgedRows,
    /// The first row that is judged; those before it were already.
    pub(super) first: usize,
}

/// A finding with what is only needed while its row is judged.
pub(super) struct Drawn {
    pub(super) entry: Entry,
    pub(super) card: Option<CardKey>,
    pub(super) account: Option<(String, Unit)>,
    pub(super) about: About,
    pub(super) working: Option<Arc<Expression>>,
    /// The position of its path among those the row takes.
    pub(super) path: usize,
    line: usize,
}

/// What one clause does to one account, veto or grade under one role, over all the paths a row allows.
struct Reach {
    least: Decimal,
    most: Option<Decimal>,
    path: usize,
    /// The position of the effect on its path, the first of a sum.
    effect: Option<usize>,
    summed: bool,
    working: Option<Arc<Expression>>,
    line: usize,
}

/// What a reach is about: the role, and the account with its sign, the veto, or a grade.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    Account(String, String, Deduction),
    Veto(String),
    Grade(String, Grading, String),
}

impl Court<'_> {
    /// Judges one row by one clause.
    pub(super) fn judge(
        &self,
        (position, clause): (usize, &Clause),
        row: usize,
        judgement: &mut Judgement,
    ) -> Result<(), Box<Diagnostic>> {
        let (Some(record), Some(terms)) = (self.rows.record(row), self.rows.terms(row)) else {
            return Ok(());
        };
        let paths = self.rules.decide(clause, &record, terms)?;
        let relief = Relief::of(clause, row, &paths);
        self.raise((position, clause), row, &paths, &mut judgement.raised);
        let mut drawn = Vec::new();
        if agree(&paths) {
            let effects = paths.first().map_or(&[][..], |taken| taken.path.effects.as_slice());
            for (index, effect) in effects.iter().enumerate() {
                for (about, reach) in reach_of_effect((index, effect)) {
                    self.bear((position, row), &about, reach, &paths, &mut drawn);
                }
            }
        } else {
            for (about, reach) in combine(clause, &paths) {
                self.bear((position, row), &about, reach, &paths, &mut drawn);
            }
        }
        judgement.open.extend(open::of(
            clause,
            (clause.position, row),
            (self.rows.id(row), &record),
            &paths,
            (&drawn, &relief),
        ));
        judgement.relief.extend(relief);
        drawn.sort_by_key(|drawn| (drawn.entry.card(), drawn.line));
        judgement.entries.extend(drawn.into_iter().map(|drawn| drawn.entry));
        Ok(())
    }

    /// What the paths of a clause raise, a row for each card of the role.
    fn raise(
        &self,
        (position, clause): (usize, &Clause),
        row: usize,
        paths: &[Taken],
        raised: &mut Vec<(usize, Raised)>,
    ) {
        let earlier = self.rows.raised().get(row);
        for (role, kind, certain) in raise::of(clause, paths) {
            let place = self.kind.roles.iter().position(|own| own.name == role);
            let (Some(place), Some((kind, _))) = (place, self.policy.kind(&kind)) else { continue };
            for card in self.rows.cards(place, row) {
                let subject = self.roster.key(*card).map_or("", |key| key.subject.as_str());
                let id = self.rows.id(row);
                let made = Raised {
                    id: format!("{id}/{}/{subject}", clause.name),
                    at: self.rows.at(row),
                    counted_on: counted_on(self.kind, self.rows, row)
                        .unwrap_or_else(|| self.rows.at(row).date()),
                    source: (clause.position, row),
                    root: earlier.map_or_else(|| id.to_owned(), |earlier| earlier.root.clone()),
                    clause: position,
                    role: role.clone(),
                    card: *card,
                    certain: certain && self.rows.is_certain(row),
                };
                raised.push((kind, made));
            }
        }
    }

    /// Puts a finding on the cards of its role: each of several, or split between them to the last cent.
    fn bear(
        &self,
        (clause, row): (usize, usize),
        about: &About,
        reach: Reach,
        paths: &[Taken],
        drawn: &mut Vec<Drawn>,
    ) {
        let Some(place) = self.kind.roles.iter().position(|role| role.name == about.role()) else { return };
        let (bearing, cards) = self.rows.bearers(self.kind, place, row);
        let Some(role) = self.kind.roles.get(bearing) else { return };
        if cards.is_empty() && role.vacant == Vacant::Nobody && !role.is_outside() {
            return;
        }
        let led = self.policy.kind(&role.is).map(|(_, card)| card);
        let accounts = self.policy.accounts(role);
        let (account, on) = match about {
            About::Account(_, name, _) => {
                let account = accounts.iter().position(|account| account.name == *name);
                (account, account.map(On::account))
            }
            About::Veto(_) => (None, Some(On::Veto)),
            About::Grade(_, how, grade) => (None, led.and_then(|card| on_grade(card, grade, *how))),
        };
        let Some(on) = on else { return };
        let taken = paths.get(reach.path);
        let path = match taken.map(|taken| taken.position.ok_or_else(|| Arc::clone(&taken.path))) {
            Some(path) => path,
            None => Err(Arc::new(Path::ending(End::Done))),
        };
        let trail = Trail { path, effect: reach.effect, is_sum: reach.summed, is_plain: false };
        let at = Place { row, clause, role: place, on };
        let sign = if let About::Account(_, _, sign) = about { *sign } else { Deduction::Takes };
        let mut whole = Magnitude { least: reach.least, most: reach.most };
        // of a row that may not be there nothing is certain
        if !self.rows.is_certain(row) {
            whole.least = Decimal::ZERO;
        }
        let mut put = |card: Option<u32>, share: Magnitude| {
            let entry = Entry::new(at, card, (sign, share), trail.clone());
            let named = account.and_then(|account| accounts.get(account));
            drawn.push(Drawn {
                entry,
                card: card.and_then(|card| self.roster.key(card)).cloned(),
                about: about.clone(),
                account: named.map(|account| (account.name.clone(), account.unit.clone())),
                working: reach.working.clone(),
                path: reach.path,
                line: reach.line,
            });
        };
        if cards.is_empty() {
            put(None, whole);
            return;
        }
        let shares = match role.several {
            Several::Split if account.is_some() => split(self.policy, whole, cards.len()),
            _ => vec![whole; cards.len()],
        };
        for (card, share) in cards.iter().zip(shares) {
            put(Some(*card), share);
        }
    }
}

/// Whether every path ends with the same effects, so that they stand whatever is unknown.
fn agree(taken: &[Taken]) -> bool {
    let paths: Vec<&Path> = taken.iter().map(|taken| taken.path.as_ref()).collect();
    let Some(first) = paths.first() else { return true };
    let done = paths.iter().all(|path| !matches!(path.end, End::Undetermined(_)));
    let same = |a: &Effect, b: &Effect| {
        let amounts = match (&a.deed, &b.deed) {
            (Deed::Enter { account: x, amount: p }, Deed::Enter { account: y, amount: q }) => {
                x == y && p.value == q.value
            }
            (x, y) => x == y,
        };
        a.role == b.role && amounts
    };
    done && paths.iter().all(|path| {
        path.effects.len() == first.effects.len()
            && path.effects.iter().zip(&first.effects).all(|(a, b)| same(a, b))
    })
}

/// An effect as a magnitude with its sign; one whose sign is open reaches both ways.
fn reach_of_effect((index, effect): (usize, &Effect)) -> Vec<(About, Reach)> {
    let reach = |least: Decimal, most: Option<Decimal>, working: Option<&Arc<Expression>>| Reach {
        least,
        most,
        path: 0,
        effect: Some(index),
        summed: false,
        working: working.cloned(),
        line: effect.line,
    };
    let whole = |about: About| vec![(about, reach(Decimal::ONE, Some(Decimal::ONE), None))];
    let Deed::Enter { account, amount } = &effect.deed else {
        return match &effect.deed {
            Deed::Veto => whole(About::Veto(effect.role.clone())),
            Deed::Grade { grade, how } => whole(About::Grade(effect.role.clone(), *how, grade.clone())),
            _ => Vec::new(),
        };
    };
    let about = |sign| About::Account(effect.role.clone(), account.clone(), sign);
    let zero = Decimal::ZERO;
    let positive = |bound: Option<Decimal>| bound.map(|bound| bound.max(zero));
    let counted = amount.value.countable();
    let (low, high) = (counted.low, counted.high);
    let (below, above) = (counted.negate().high, high);
    let mut reaches = Vec::new();
    if low.is_none_or(|low| low < zero) {
        let least = counted.negate().low.unwrap_or(zero).max(zero);
        reaches.push((about(Deduction::Takes), reach(least, positive(below), Some(amount))));
    }
    if high.is_none_or(|high| high > zero) {
        let least = low.unwrap_or(zero).max(zero);
        reaches.push((about(Deduction::Adds), reach(least, positive(above), Some(amount))));
    }
    reaches
}

/// What several paths do between them: at least what all of them do, at most what any of them does.
fn combine(clause: &Clause, paths: &[Taken]) -> BTreeMap<About, Reach> {
    let mut of_paths: Vec<Option<BTreeMap<About, Reach>>> = Vec::new();
    for (index, Taken { path, .. }) in paths.iter().enumerate() {
        if matches!(path.end, End::Undetermined(_)) {
            of_paths.push(None);
            continue;
        }
        let mut sums: BTreeMap<About, Reach> = BTreeMap::new();
        for (about, mut reach) in path.effects.iter().enumerate().flat_map(reach_of_effect) {
            reach.path = index;
            match sums.get_mut(&about) {
                None => {
                    sums.insert(about, reach);
                }
                Some(sum) => {
                    sum.least = sum.least.saturating_add(reach.least);
                    sum.most = sum.most.zip(reach.most).map(|(a, b)| a.saturating_add(b));
                    sum.working = None;
                    sum.summed = true;
                }
            }
        }
        of_paths.push(Some(sums));
    }
    let mut abouts: Vec<About> = of_paths.iter().flatten().flat_map(|sums| sums.keys().cloned()).collect();
    if of_paths.iter().any(Option::is_none) {
        abouts.extend(clause.touches.iter().flat_map(|(role, touch)| match touch {
            Touch::Account(account) => vec![
                About::Account(role.clone(), account.clone(), Deduction::Takes),
                About::Account(role.clone(), account.clone(), Deduction::Adds),
            ],
            Touch::Veto => vec![About::Veto(role.clone())],
            Touch::Grade(how, grade) => vec![About::Grade(role.clone(), *how, grade.clone())],
            Touch::Clause(_) | Touch::Raise(_) => Vec::new(),
        }));
    }
    abouts.sort();
    abouts.dedup();
    abouts
        .into_iter()
        .map(|about| {
            let reach = widest(clause, &about, &of_paths);
            (about, reach)
        })
        .collect()
}

fn widest(clause: &Clause, about: &About, of_paths: &[Option<BTreeMap<About, Reach>>]) -> Reach {
    let mut widest = Reach {
        least: Decimal::MAX,
        most: Some(Decimal::ZERO),
        path: 0,
        effect: None,
        summed: false,
        working: None,
        line: clause.line,
    };
    for (index, sums) in of_paths.iter().enumerate() {
        match sums.as_ref().map(|sums| sums.get(about)) {
            // the path could not be finished: anything the clause can touch is possible
            None => {
                widest.least = Decimal::ZERO;
                let is_amount = matches!(about, About::Account(..));
                widest.most = if is_amount { None } else { widest.most.map(|_| Decimal::ONE) };
                (widest.path, widest.effect, widest.working) = (index, None, None);
            }
            Some(None) => widest.least = Decimal::ZERO,
            Some(Some(reach)) => {
                widest.least = widest.least.min(reach.least);
                let larger = match (widest.most, reach.most) {
                    (Some(so_far), Some(most)) => most > so_far,
                    (Some(_), None) => true,
                    (None, _) => false,
                };
                if larger {
                    widest.most = reach.most;
                    widest.path = index;
                    widest.working = reach.working.clone();
                    (widest.effect, widest.summed) = (reach.effect, reach.summed);
                    widest.line = reach.line;
                }
            }
        }
    }
    widest
}

impl About {
    fn role(&self) -> &str {
        match self {
            Self::Account(role, _, _) | Self::Veto(role) | Self::Grade(role, _, _) => role,
        }
    }
}

/// What is found about a grade of a card.
pub(super) fn on_grade(card: &Kind, grade: &str, how: Grading) -> Option<On> {
    let rule = card.grade.as_ref()?;
    Some(On::grade(rule.all().position(|known| known == grade)?, how))
}

/// Equal shares that sum to the whole: cut down to the grain, the remainder to the earlier names.
pub(super) fn split(policy: &Policy, whole: Magnitude, bearers: usize) -> Vec<Magnitude> {
    let places = policy.rounding.places;
    let shares = |total: Decimal| {
        let total = policy.rounding.round(total);
        let count = Decimal::from(bearers);
        let even = total.checked_div(count).unwrap_or_default();
        let even = RoundingMode::Down.round(even, places);
        let grain = Decimal::new(1, places);
        let mut rest = total.saturating_sub(even.saturating_mul(count));
        let mut shares = Vec::new();
        for _ in 0..bearers {
            let extra = if rest >= grain { grain } else { Decimal::ZERO };
            rest = rest.saturating_sub(extra);
            shares.push(even.saturating_add(extra));
        }
        shares
    };
    let least = shares(whole.least);
    let most: Vec<Option<Decimal>> = match whole.most {
        Some(most) => shares(most).into_iter().map(Some).collect(),
        None => vec![None; bearers],
    };
    least.into_iter().zip(most).map(|(least, most)| Magnitude { least, most }).collect()
}
