//! Clauses and definitions whose trees part, each with a row that shows it.

use super::example::{Example, Ways};
use super::{Version, same_terms};
use crate::clause::Clause;
use crate::decision::{Divergence, End, Path, Tree, divergences};
use crate::fact::{FactType, Origin};
use crate::interval::Interval;
use crate::language::Text;
use crate::policy::Kind;
use chrono::NaiveDate;
use std::sync::Arc;

/// A clause, or the definition of a fact, that may end differently.
#[derive(Clone, Debug)]
pub struct FunctionChange {
    /// The kind whose rows it judges.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// Whether it defines a fact, and is no clause.
    pub defines: bool,
    /// The latest day from which it differs so.
    pub day: NaiveDate,
    /// What is otherwise.
    pub how: How,
    /// A row that shows it; none where none was found.
    pub example: Option<Example>,
}

/// What is otherwise about a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is in force after, and was not before.
    Added,
    /// It was in force before, and is not after.
    Removed,
    /// So many ways along both versions end differently.
    Parted {
        /// How many.
        ways: usize,
    },
    /// One of the versions cannot be followed way by way, so only a book shows what differs.
    Unfollowed,
}

/// The two versions of one function on a day; none where it is not in force.
struct Pair<'p> {
    before: (Version<'p>, Option<&'p Clause>),
    after: (Version<'p>, Option<&'p Clause>),
    day: NaiveDate,
    defines: bool,
}

pub(super) fn changes(before: Version<'_>, after: Version<'_>, days: &[NaiveDate]) -> Vec<FunctionChange> {
    let mut found: Vec<FunctionChange> = Vec::new();
    for day in days {
        for (kind, name, defines) in functions(before, after) {
            if found.iter().any(|known| known.kind == kind && known.name == name) {
                continue;
            }
            let of = |version: Version<'_>| {
                let known = if defines {
                    version.rules.definition(&kind, &name)
                } else {
                    version.rules.clause(&name).filter(|clause| clause.kind == kind)
                };
                known.filter(|clause| clause.days.contains(*day)).cloned()
            };
            let (one, other) = (of(before), of(after));
            let pair =
                Pair { before: (before, one.as_ref()), after: (after, other.as_ref()), day: *day, defines };
            found.extend(pair.change());
        }
    }
    let order = |change: &FunctionChange| {
        let place = |version: Version<'_>| version.pack.policy.kind(&change.kind).map(|(place, _)| place);
        (place(before).or_else(|| place(after)), !change.defines, change.name.clone())
    };
    found.sort_by_key(order);
    found
}

/// Every function of either version: kind, name, and whether it defines a fact.
fn functions(before: Version<'_>, after: Version<'_>) -> Vec<(String, String, bool)> {
    let mut all = Vec::new();
    for version in [before, after] {
        for kind in &version.pack.policy.kinds {
            let defined = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
                Origin::Definition(by) => Some(by.clone()),
                _ => None,
            });
            let defined = defined.chain(kind.consistency.iter().map(|rule| rule.by.clone()));
            all.extend(defined.map(|name| (kind.name.clone(), name, true)));
        }
        all.extend(version.rules.clauses().iter().map(|own| (own.kind.clone(), own.name.clone(), false)));
    }
    all.sort();
    all.dedup();
    all
}

impl Pair<'_> {
    fn change(&self) -> Option<FunctionChange> {
        let clause = self.before.1.or(self.after.1)?;
        // what only one version declares is declared otherwise, and has nothing to be held against
        if self.defines && (self.before.1.is_none() || self.after.1.is_none()) {
            return None;
        }
        let change = |how: How, example: Option<Example>| FunctionChange {
            kind: clause.kind.clone(),
            name: clause.name.clone(),
            title: clause.title.clone(),
            defines: self.defines,
            day: self.day,
            how,
            example,
        };
        let (Some(before), Some(after)) = (self.tree(self.before), self.tree(self.after)) else {
            return (!self.is_word_for_word()).then(|| change(How::Unfollowed, None));
        };
        let grain = |fact: &str| grain(self.kind(), fact);
        let ways = divergences(&before, &after, &grain);
        if ways.is_empty() && self.before.1.is_some() == self.after.1.is_some() {
            return None;
        }
        let how = match (self.before.1, self.after.1) {
            (None, _) => How::Added,
            (_, None) => How::Removed,
            _ => How::Parted { ways: count(&ways) },
        };
        let (versions, day) = ((self.before.0, self.after.0), self.day);
        let example = Ways { versions, clause, defines: self.defines, day, ways: &ways }.example();
        Some(change(how, example))
    }

    fn kind(&self) -> Option<&Kind> {
        let clause = self.before.1.or(self.after.1)?;
        let (before, after) = (&self.before.0.pack.policy, &self.after.0.pack.policy);
        before.kind(&clause.kind).or_else(|| after.kind(&clause.kind)).map(|(_, kind)| kind)
    }

    /// The tree of one version; that of a clause which does nothing where it is not in force.
    fn tree(&self, (version, clause): (Version<'_>, Option<&Clause>)) -> Option<Arc<Tree>> {
        let Some(clause) = clause else { return Some(Arc::new(Tree::of(vec![Path::ending(End::Done)]))) };
        version.rules.tree(clause, &version.pack.terms(self.day)).cloned()
    }

    /// Whether both versions are the same text under the same parameters.
    fn is_word_for_word(&self) -> bool {
        let text = |(version, clause): (Version<'_>, Option<&Clause>)| {
            let clause = clause?;
            let mut sources = version.pack.clauses.iter();
            sources.find(|source| source.file == clause.file).map(|source| source.text.clone())
        };
        let terms = |(version, _): (Version<'_>, Option<&Clause>)| version.pack.terms(self.day);
        text(self.before) == text(self.after) && same_terms(&terms(self.before), &terms(self.after))
    }
}

/// How many paths of the version that has more of them part.
fn count(ways: &[Divergence]) -> usize {
    let different = |position: fn(&Divergence) -> usize| {
        let mut positions: Vec<usize> = ways.iter().map(position).collect();
        positions.sort_unstable();
        positions.dedup();
        positions.len()
    };
    different(|way| way.before).max(different(|way| way.after))
}

fn grain(kind: Option<&Kind>, fact: &str) -> (Option<u32>, Interval) {
    match kind.and_then(|kind| kind.schema.get(fact)).map(|fact| &fact.kind) {
        Some(FactType::Number { places, bounds, .. }) => (*places, *bounds),
        _ => (None, Interval::UNKNOWN),
    }
}
