//! Highest and caps: which findings compete or are limited together, and whether a formula may say what counts of each.

use super::amount::{Amount, undetermined};
use super::formula::literal;
use super::parameters::Parameters;
use crate::assess::{CardKey, Deduction, Finding};
use crate::fact::{FactType, Facts as _};
use crate::language::Text;
use crate::policy::{Group, Limit, Scope};
use crate::report::Subject;
use crate::report::sign::shown;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What counts of a finding.
#[derive(Default)]
pub(super) struct Counted {
    /// The key of those it competes with.
    pub(super) highest: Option<String>,
    /// What is left of it after that.
    pub(super) after_highest: Decimal,
    /// Whether a formula says so.
    pub(super) highest_is_live: bool,
    /// The key of those it is limited with, and the cap.
    pub(super) cap: Option<(String, String)>,
    /// What enters the card.
    pub(super) value: Decimal,
    /// Why it is a value, where no formula says it.
    pub(super) fixed: Option<Text>,
    /// Its place among all findings that belong to a group.
    pub(super) order: usize,
}

/// Findings that belong together.
type Sets = BTreeMap<(Vec<String>, Option<CardKey>, Deduction), Vec<usize>>;

/// What counts of every finding.
pub(super) fn counted(subject: &Subject<'_>, parameters: &Parameters, amounts: &[Amount]) -> Vec<Counted> {
    let assessment = subject.assessment;
    let mut all: Vec<Counted> = assessment
        .findings()
        .zip(amounts)
        .map(|(finding, amount)| Counted {
            after_highest: amount.value,
            value: match finding.account() {
                Some(account) => shown(&account.unit, finding.entered()),
                None => amount.value,
            },
            ..Counted::default()
        })
        .collect();
    let groups = &subject.pack.policy.groups;
    let sets: Vec<(usize, &Group, Vec<Vec<usize>>)> =
        groups.iter().enumerate().map(|(place, group)| (place, group, together(subject, group))).collect();
    order(subject, &sets, &mut all);
    let mut memberships: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (_, group, sets) in &sets {
        for member in sets.iter().flatten() {
            let entry = memberships.entry(*member).or_default();
            let count = if group.limit == Limit::Highest { &mut entry.0 } else { &mut entry.1 };
            *count = count.saturating_add(1);
        }
    }
    let is_simple =
        |member: &usize| memberships.get(member).is_none_or(|(highs, caps)| *highs < 2 && *caps < 2);
    for (place, _, sets) in sets.iter().filter(|(_, group, _)| group.limit == Limit::Highest) {
        for (number, set) in sets.iter().enumerate() {
            compete(set, &format!("h{place}.{number}"), set.iter().all(is_simple), amounts, &mut all);
        }
    }
    for (place, group, sets) in &sets {
        let Limit::Cap(name) = &group.limit else { continue };
        for (number, set) in sets.iter().enumerate() {
            let key = format!("c{place}.{number}");
            let cap = set.last().and_then(|last| cap(subject, parameters, name, *last));
            limit(set, (&key, cap), set.iter().all(is_simple), &mut all);
        }
    }
    check(subject, &memberships, amounts, &mut all);
    all
}

/// The sets of a group's findings, each in order of date, row and clause.
fn together(subject: &Subject<'_>, group: &Group) -> Vec<Vec<usize>> {
    let mut sets = Sets::new();
    for (position, finding) in subject.assessment.findings().enumerate() {
        if !group.clauses.iter().any(|clause| clause == finding.clause()) {
            continue;
        }
        let (Some((account, sign, _)), Some(card)) = (finding.entry_on(), finding.card()) else { continue };
        let kind = subject.pack.policy.kinds.get(card.kind);
        let place = kind.and_then(|kind| kind.accounts.iter().position(|own| own.name == account.name));
        // cards of different kinds are settled one kind after the other
        let mut common = vec![card.kind.to_string(), account.unit.code().to_owned()];
        let mut own = None;
        for scope in &group.per {
            match scope {
                Scope::Card => own = Some(card.clone()),
                Scope::Account => common.push(place.unwrap_or_default().to_string()),
                Scope::Record => common.push(finding.record().to_owned()),
                Scope::Clause => common.push(finding.clause().to_owned()),
                Scope::Fact(name) => {
                    let value = finding.facts().map(|facts| FactType::plain(&facts.value(name)));
                    common.push(value.unwrap_or_default());
                }
            }
        }
        sets.entry((common, own, sign)).or_default().push(position);
    }
    let mut sets: Vec<Vec<usize>> = sets.into_values().collect();
    for set in &mut sets {
        set.sort_by_key(|position| subject.assessment.finding(*position).as_ref().map(rank));
    }
    sets
}

fn rank<'f>(finding: &Finding<'f>) -> (chrono::NaiveDateTime, &'f str, &'f str) {
    (finding.at(), finding.record(), finding.clause())
}

/// Numbers the findings of all sets, so that formulas can tell which comes first.
fn order(subject: &Subject<'_>, sets: &[(usize, &Group, Vec<Vec<usize>>)], all: &mut [Counted]) {
    let mut members: Vec<usize> =
        sets.iter().flat_map(|(_, _, sets)| sets.iter().flatten().copied()).collect();
    members.sort_unstable();
    members.dedup();
    members.sort_by_key(|position| subject.assessment.finding(*position).as_ref().map(rank));
    for (number, member) in members.into_iter().enumerate() {
        if let Some(counted) = all.get_mut(member) {
            counted.order = number.saturating_add(1);
        }
    }
}

/// The first of the highest counts, the others nothing.
fn compete(set: &[usize], key: &str, is_simple: bool, amounts: &[Amount], all: &mut [Counted]) {
    let size = |member: &usize| amounts.get(*member).map(|amount| amount.value.abs());
    // of equals the first stays first
    let winner = set.iter().min_by_key(|member| Reverse(size(member))).copied();
    for member in set {
        let Some(counted) = all.get_mut(*member) else { continue };
        counted.highest = Some(key.to_owned());
        counted.highest_is_live = is_simple;
        if Some(*member) != winner {
            counted.after_highest = Decimal::ZERO;
        }
    }
}

/// The cap in force for a set, as a formula and as a number.
fn cap(subject: &Subject<'_>, parameters: &Parameters, name: &str, last: usize) -> Option<(String, Decimal)> {
    let finding = subject.assessment.finding(last)?;
    let terms = finding.terms()?;
    let most = terms.number(name)?;
    Some((parameters.cell(terms, name, &[]).unwrap_or_else(|| literal(most)), most))
}

/// Each counts what is left of the cap.
fn limit(set: &[usize], (key, cap): (&str, Option<(String, Decimal)>), is_simple: bool, all: &mut [Counted]) {
    let mut left = cap.as_ref().map_or(Decimal::ZERO, |(_, most)| *most);
    let mut holds = is_simple && cap.is_some();
    for member in set {
        let Some(counted) = all.get(*member) else { continue };
        let size = counted.after_highest.abs().min(left);
        left = left.saturating_sub(size);
        holds &= counted.value.abs() == size;
    }
    for member in set {
        let Some(counted) = all.get_mut(*member) else { continue };
        match &cap {
            Some((cell, _)) if holds => counted.cap = Some((key.to_owned(), cell.clone())),
            _ => counted.fixed = Some(beyond(false)),
        }
    }
}

/// Why no formula says what counts: by a highest or by a cap.
fn beyond(is_highest: bool) -> Text {
    if is_highest {
        Text::new("就高的情形公式写不出", "the highest of a group that no formula says")
    } else {
        Text::new("封顶的情形公式写不出", "a cap that no formula says")
    }
}

/// Whether a finding competes with others for being the highest.
fn highest_of(memberships: &BTreeMap<usize, (usize, usize)>, position: usize) -> bool {
    memberships.get(&position).is_some_and(|(highs, _)| *highs > 0)
}

/// Leaves as values what the formulas would not come to.
fn check(
    subject: &Subject<'_>,
    memberships: &BTreeMap<usize, (usize, usize)>,
    amounts: &[Amount],
    all: &mut [Counted],
) {
    let mut broken: Vec<String> = Vec::new();
    for (position, finding) in subject.assessment.findings().enumerate() {
        let (Some(counted), Some(amount)) = (all.get_mut(position), amounts.get(position)) else { continue };
        if finding.account().is_none() || counted.cap.is_some() {
            continue;
        }
        let is_simple = memberships.get(&position).is_none_or(|(highs, caps)| *highs < 2 && *caps == 0);
        let expected = if counted.highest.is_some() { counted.after_highest } else { amount.value };
        if !is_simple || counted.value != expected {
            counted.fixed.get_or_insert_with(|| {
                match (counted.highest.is_none() && is_simple, finding.is_certain()) {
                    (true, true) => Text::new("有减免", "relief takes from it"),
                    (true, false) => undetermined(),
                    (false, _) => beyond(highest_of(memberships, position)),
                }
            });
            broken.extend(counted.highest.clone());
        }
    }
    broken.sort_unstable();
    broken.dedup();
    for counted in all {
        let Some(key) = &counted.highest else { continue };
        if broken.binary_search(key).is_ok() {
            counted.highest_is_live = false;
            if counted.cap.is_none() {
                counted.fixed.get_or_insert_with(|| beyond(true));
            }
        }
    }
}
