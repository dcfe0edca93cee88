//! Clauses over rows: the paths a row allows become findings, certain ones and possible ones.

use super::finding::{Deduction, Finding, Magnitude, Outcome};
use super::row::JudgedRow;
use super::settle::Relief;
use super::{Open, open};
use crate::amount::{RoundingMode, Unit};
use crate::clause::{Clause, Rulebook, Touch};
use crate::decision::{Deed, Effect, End, Expression, Path, Reason};
use crate::diagnostic::Diagnostic;
use crate::policy::{Policy, Several, Vacant};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What judging one kind's rows came to.
#[derive(Default)]
pub(super) struct Judgement {
    pub(super) findings: Vec<Finding>,
    pub(super) relief: Vec<Relief>,
    pub(super) open: Vec<Open>,
}

/// What one clause does to one account or veto under one role, over all the paths a row allows.
struct Reach {
    least: Decimal,
    most: Option<Decimal>,
    path: usize,
    working: Option<Arc<Expression>>,
    reason: Option<String>,
    line: usize,
}

/// What a reach is about: the role, and the account with its sign, or the veto.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Account(String, String, Deduction),
    Veto(String),
}

/// Judges one row by one clause.
pub(super) fn judge(
    policy: &Policy,
    rules: &Rulebook,
    clause: &Clause,
    (kind, position): (usize, usize),
    row: &JudgedRow,
    judgement: &mut Judgement,
) -> Result<(), Box<Diagnostic>> {
    let paths = rules.decide(clause, &row.record, &row.terms)?;
    let paths: Vec<Arc<Path>> = paths.into_iter().map(Arc::new).collect();
    judgement.relief.extend(Relief::of(clause, position, &paths));
    let template = |about: &About, path: usize| Finding {
        clause: clause.name.clone(),
        kind,
        record: row.id.clone(),
        row: position,
        at: row.at,
        role: about.role().to_owned(),
        card: None,
        outcome: Outcome::Veto { certain: true },
        path: paths.get(path).map_or_else(|| Arc::new(Path::ending(End::Done)), Arc::clone),
        working: None,
        reason: None,
        line: clause.line,
        suppressed: Vec::new(),
    };
    let before = judgement.findings.len();
    if agree(&paths) {
        let effects = paths.first().map_or(&[][..], |path| path.effects.as_slice());
        for effect in effects {
            for (about, reach) in reach_of_effect(effect) {
                bear(policy, row, &about, reach, template(&about, 0), &mut judgement.findings);
            }
        }
    } else {
        for (about, reach) in combine(clause, &paths) {
            let finding = template(&about, reach.path);
            bear(policy, row, &about, reach, finding, &mut judgement.findings);
        }
    }
    let found = judgement.findings.get(before..).unwrap_or_default();
    judgement.open.extend(open::of(clause, (kind, position), row, &paths, found));
    Ok(())
}

/// Whether every path ends with the same effects, so that they stand whatever is unknown.
fn agree(paths: &[Arc<Path>]) -> bool {
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
fn reach_of_effect(effect: &Effect) -> Vec<(About, Reach)> {
    let reach = |least: Decimal, most: Option<Decimal>, working: Option<&Arc<Expression>>| Reach {
        least,
        most,
        path: 0,
        working: working.cloned(),
        reason: effect.reason.as_ref().map(Reason::show),
        line: effect.line,
    };
    let Deed::Enter { account, amount } = &effect.deed else {
        return match effect.deed {
            Deed::Veto => {
                vec![(About::Veto(effect.role.clone()), reach(Decimal::ONE, Some(Decimal::ONE), None))]
            }
            _ => Vec::new(),
        };
    };
    let about = |sign| About::Account(effect.role.clone(), account.clone(), sign);
    let zero = Decimal::ZERO;
    let positive = |bound: Option<Decimal>| bound.map(|bound| bound.max(zero));
    let (low, high) = (amount.value.low, amount.value.high);
    let (below, above) = (amount.value.negate().high, high);
    let mut reaches = Vec::new();
    if low.is_none_or(|low| low < zero) {
        let least = amount.value.negate().low.unwrap_or(zero).max(zero);
        reaches.push((about(Deduction::Takes), reach(least, positive(below), Some(amount))));
    }
    if high.is_none_or(|high| high > zero) {
        let least = low.unwrap_or(zero).max(zero);
        reaches.push((about(Deduction::Adds), reach(least, positive(above), Some(amount))));
    }
    reaches
}

/// What several paths do between them: at least what all of them do, at most what any of them does.
fn combine(clause: &Clause, paths: &[Arc<Path>]) -> BTreeMap<About, Reach> {
    let mut of_paths: Vec<Option<BTreeMap<About, Reach>>> = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        if matches!(path.end, End::Undetermined(_)) {
            of_paths.push(None);
            continue;
        }
        let mut sums: BTreeMap<About, Reach> = BTreeMap::new();
        for (about, mut reach) in path.effects.iter().flat_map(reach_of_effect) {
            reach.path = index;
            match sums.get_mut(&about) {
                None => {
                    sums.insert(about, reach);
                }
                Some(sum) => {
                    sum.least = sum.least.saturating_add(reach.least);
                    sum.most = sum.most.zip(reach.most).map(|(a, b)| a.saturating_add(b));
                    sum.working = None;
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
            Touch::Clause(_) => Vec::new(),
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
        working: None,
        reason: None,
        line: clause.line,
    };
    for (index, sums) in of_paths.iter().enumerate() {
        match sums.as_ref().map(|sums| sums.get(about)) {
            // the path could not be finished: anything the clause can touch is possible
            None => {
                widest.least = Decimal::ZERO;
                widest.most =
                    if matches!(about, About::Veto(_)) { widest.most.map(|_| Decimal::ONE) } else { None };
                widest.path = index;
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
                    widest.reason = reach.reason.clone();
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
            Self::Account(role, _, _) | Self::Veto(role) => role,
        }
    }
}

/// Puts a finding on the cards of its role: each of several, or split between them to the last cent.
fn bear(
    policy: &Policy,
    row: &JudgedRow,
    about: &About,
    reach: Reach,
    template: Finding,
    findings: &mut Vec<Finding>,
) {
    let declared = policy.kind(&row.record.kind).and_then(|(_, kind)| kind.role(about.role()));
    let Some(role) = declared else { return };
    let cards = row.bearers.get(about.role()).map_or(&[][..], Vec::as_slice);
    if cards.is_empty() && role.vacant == Vacant::Nobody {
        return;
    }
    let whole = Magnitude { least: reach.least, most: reach.most };
    let outcome = |magnitude: Magnitude| match about {
        About::Veto(_) => Outcome::Veto { certain: !magnitude.least.is_zero() },
        About::Account(_, account, sign) => {
            let unit = policy
                .kind(&role.is)
                .and_then(|(_, kind)| kind.account(account))
                .map_or(Unit::None, |account| account.unit.clone());
            let account = account.clone();
            Outcome::Entry { account, unit, sign: *sign, found: magnitude, counted: magnitude }
        }
    };
    let base = Finding { working: reach.working, reason: reach.reason, line: reach.line, ..template };
    if cards.is_empty() {
        findings.push(Finding { outcome: outcome(whole), ..base });
        return;
    }
    let shares = match role.several {
        Several::Split if matches!(about, About::Account(..)) => split(policy, whole, cards.len()),
        _ => vec![whole; cards.len()],
    };
    for (card, share) in cards.iter().zip(shares) {
        findings.push(Finding { card: Some(card.clone()), outcome: outcome(share), ..base.clone() });
    }
}

/// Equal shares that sum to the whole: cut down to the grain, the remainder to the earlier names.
fn split(policy: &Policy, whole: Magnitude, bearers: usize) -> Vec<Magnitude> {
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
