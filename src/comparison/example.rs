//! A row with few facts away from the ordinary one for which two versions do not find the same.

use super::Version;
use super::measure::About;
use crate::amount::Unit;
use crate::assess::{Assessment, Outcome};
use crate::clause::{Clause, Record, Touch};
use crate::construct::construct;
use crate::decision::{Divergence, Step};
use crate::fact::{FactType, Facts as _, Origin, Value};
use crate::scenario::Situation;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many ways are tried with a row; the nearest first.
const TRIES: usize = 32;

/// A row, and what both versions find.
#[derive(Clone, Debug)]
pub struct Example {
    /// The row.
    pub situation: Situation,
    /// Facts worked out differently: title, then the value before and after.
    pub facts: Vec<(String, Value, Value)>,
    /// What is found differently.
    pub findings: Vec<(Followed, Option<Found>, Option<Found>)>,
}

/// What a finding of an example is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Followed {
    /// The clause.
    pub clause: String,
    /// The role.
    pub role: String,
    /// What of the card.
    pub about: About,
    /// Which of several alike.
    pub number: usize,
}

/// What was found, with its sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is counted in.
    pub unit: Unit,
    /// As the clause found it; nothing for a veto.
    pub amount: Decimal,
    /// What counts of it.
    pub counted: Decimal,
    /// Whether it stands whatever else may be known.
    pub certain: bool,
    /// The reason the clause gave.
    pub reason: Option<String>,
}

/// The ways on which two versions of a function part.
pub(super) struct Ways<'w> {
    pub(super) versions: (Version<'w>, Version<'w>),
    pub(super) clause: &'w Clause,
    pub(super) defines: bool,
    pub(super) day: NaiveDate,
    pub(super) ways: &'w [Divergence],
}

impl Ways<'_> {
    /// The row with the fewest facts away from the ordinary one, of those tried.
    pub(super) fn example(&self) -> Option<Example> {
        let (before, after) = self.versions;
        let ordinary = self.ordinary();
        let mut wanted: Vec<Vec<Step>> = Vec::new();
        for way in self.ways {
            let apart =
                way.apart.iter().map(|apart| [way.steps.as_slice(), std::slice::from_ref(apart)].concat());
            wanted.extend(apart.chain([way.steps.clone()]));
        }
        wanted.sort_by_cached_key(|steps| (unmet(steps, ordinary.as_deref()), steps.len()));
        wanted.dedup();
        let mut best: Option<Example> = None;
        for steps in wanted.into_iter().take(TRIES) {
            for version in [before, after] {
                let kind = &self.clause.kind;
                let Some(situation) = construct(version.pack, version.rules, kind, self.day, &steps) else {
                    continue;
                };
                let nearer = |best: &Example| situation.facts.len() < best.situation.facts.len();
                if best.as_ref().is_none_or(nearer)
                    && let Some(example) = self.shown_by(situation)
                {
                    best = Some(example);
                    break;
                }
            }
            // nothing at all is less
            if best.as_ref().is_some_and(|best| best.situation.facts.len() <= 1) {
                break;
            }
        }
        best
    }

    /// The row on which nothing is out of the ordinary, before.
    fn ordinary(&self) -> Option<Arc<Record>> {
        let situation = Situation { kind: self.clause.kind.clone(), on: self.day, facts: BTreeMap::new() };
        let (version, _) = self.versions;
        let (assessment, place) = situation.assess(version.pack, version.rules).ok()?;
        assessment.rows.get(&place)?.record(0)
    }

    /// What both versions find for a row, where that is not the same.
    fn shown_by(&self, situation: Situation) -> Option<Example> {
        let (before, after) = self.versions;
        let situation = self.same_for_both(situation)?;
        let (one, place) = situation.assess(before.pack, before.rules).ok()?;
        let (other, other_place) = situation.assess(after.pack, after.rules).ok()?;
        let facts = self.facts((&one, place), (&other, other_place));
        let (old, new) = (found(&one, place), found(&other, other_place));
        let keys: BTreeSet<&Followed> = old.keys().chain(new.keys()).collect();
        let differing = keys.into_iter().filter(|key| old.get(*key) != new.get(*key));
        let differing: Vec<&Followed> = differing.collect();
        let own = |key: &&Followed| key.clause == self.clause.name;
        let shows = match self.defines {
            true => !facts.is_empty(),
            false => differing.iter().any(own) || (self.lifts() && !differing.is_empty()),
        };
        let only_own = !self.defines && differing.iter().any(own);
        let findings = differing
            .into_iter()
            .filter(|key| !only_own || own(key))
            .map(|key| (key.clone(), old.get(key).cloned(), new.get(key).cloned()));
        let facts = if self.defines { facts } else { Vec::new() };
        let findings = findings.collect();
        shows.then_some(Example { situation, facts, findings })
    }

    /// Whether it acts on the findings of others in either version.
    fn lifts(&self) -> bool {
        let (before, after) = self.versions;
        let clauses =
            [before, after].into_iter().filter_map(|version| version.rules.clause(&self.clause.name));
        let mut touches = clauses.flat_map(|clause| &clause.touches);
        touches.any(|(_, touch)| matches!(touch, Touch::Clause(_)))
    }

    /// The facts this definition gives, where the two rows do not have the same value.
    fn facts(&self, one: (&Assessment, usize), other: (&Assessment, usize)) -> Vec<(String, Value, Value)> {
        let row = |(assessment, kind): (&Assessment, usize)| assessment.rows.get(&kind)?.record(0);
        let (Some(one), Some(other)) = (row(one), row(other)) else { return Vec::new() };
        let defined = one
            .schema
            .facts()
            .iter()
            .filter(|fact| matches!(&fact.origin, Origin::Definition(by) if *by == self.clause.name));
        let values = defined.map(|fact| (fact.name.clone(), one.value(&fact.name), other.value(&fact.name)));
        values.filter(|(_, one, other)| one != other).collect()
    }

    /// The row with every fact typed that is ordinary in another way in the other version; none where the other version
    /// does not have a fact it is about.
    fn same_for_both(&self, situation: Situation) -> Option<Situation> {
        let (before, after) = self.versions;
        let kind = |version: Version<'_>| {
            version.pack.policy.kind(&self.clause.kind).map(|(_, kind)| kind.schema.clone())
        };
        let (one, other) = (kind(before)?, kind(after)?);
        let mut situation = situation;
        for fact in one.facts() {
            let Some(same) = other.get(&fact.name) else { continue };
            let starts = |fact: &crate::fact::Fact| fact.ordinary.clone().or(fact.blank.clone());
            if starts(fact) != starts(same) && !situation.facts.contains_key(&fact.name) {
                let typed = match starts(fact) {
                    Some(value) => FactType::plain(&value),
                    None => "missing".to_owned(),
                };
                situation.facts.insert(fact.name.clone(), typed);
            }
        }
        let known = situation.facts.keys().all(|name| other.get(name).is_some() && one.get(name).is_some());
        known.then_some(situation)
    }
}

/// How many facts answer otherwise on the ordinary row: those must change at least.
fn unmet(steps: &[Step], ordinary: Option<&Record>) -> usize {
    let Some(record) = ordinary else { return steps.len() };
    let away = steps
        .iter()
        .filter(|step| !matches!(step.question.answer(record), Ok(Some(answer)) if answer == step.answer));
    away.flat_map(|step| step.question.facts()).collect::<BTreeSet<String>>().len()
}

/// Everything found for the one row.
fn found(assessment: &Assessment, kind: usize) -> BTreeMap<Followed, Found> {
    let mut all = BTreeMap::new();
    let own = assessment.findings().filter(|finding| finding.kind() == kind);
    for finding in own {
        let outcome = finding.outcome();
        let mut key = Followed {
            clause: finding.clause().to_owned(),
            role: finding.role().to_owned(),
            about: About::of(&finding),
            number: 0,
        };
        while all.contains_key(&key) {
            key.number = key.number.saturating_add(1);
        }
        let (unit, amount) = match outcome {
            Outcome::Entry { unit, sign, found, .. } => (unit, sign.signed(found.least)),
            Outcome::Veto { .. } | Outcome::Grade { .. } => (Unit::None, Decimal::ZERO),
        };
        let (counted, certain, reason) = (finding.entered(), finding.is_certain(), finding.reason());
        all.insert(key, Found { unit, amount, counted, certain, reason });
    }
    all
}
