//! The smallest sets of changes under which a row would come to what is wanted, as its trees say.

use super::candidate::Lever;
use super::{Case, Change, Target};
use crate::decision::Question;
use crate::fact::{Fact, FactType, Origin, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The most facts that are changed at once.
pub const FACTS: usize = 4;
/// The most sets of changes that are tried for one question.
const TRIALS: usize = 40_000;
/// Minutes or steps of a change that cannot be measured: a fact that was not there at all.
const FAR: i64 = i64::MAX;

/// Which facts may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those the pack declares changeable.
    Changeable,
    /// Every fact that is read or counted, but for the row's identifier and date.
    Any,
}

/// A search for the smallest sets of changes, from one fact upwards.
pub struct Search<'c, 'a> {
    case: &'c Case<'a>,
    target: Target<'c>,
    undoing: bool,
    facts: Vec<&'c Fact>,
    questions: Vec<Vec<Question>>,
    values: Vec<Vec<Value>>,
    found: Vec<Vec<Change>>,
    trials: usize,
}

impl<'c, 'a> Search<'c, 'a> {
    /// A search over the facts that what is wanted can turn on.
    pub fn new(case: &'c Case<'a>, target: Target<'c>, scope: Scope) -> Self {
        let questions = case.questions(target);
        let mut parts: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (position, question) in questions.iter().enumerate() {
            for fact in question.facts() {
                for source in case.sources(&fact) {
                    parts.entry(source).or_default().insert(position);
                }
            }
        }
        // to be spared, nothing that was done is taken back: that would be no better work
        let undoing = matches!(target, Target::Applies(_)) || scope == Scope::Any;
        let mut search = Self {
            case,
            target,
            undoing,
            facts: Vec::new(),
            questions: Vec::new(),
            values: Vec::new(),
            found: Vec::new(),
            trials: 0,
        };
        for fact in case.kind.schema.facts() {
            let allowed = match scope {
                Scope::Changeable => fact.changeable,
                Scope::Any => matches!(fact.origin, Origin::Column(_) | Origin::Aggregate(_)),
            };
            if let Some(asked) = parts.get(&fact.name)
                && allowed
                && !case.is_identity(&fact.name)
            {
                search.facts.push(fact);
                search
                    .questions
                    .push(asked.iter().filter_map(|place| questions.get(*place)).cloned().collect());
            }
        }
        search.values = (0..search.facts.len()).map(|place| search.worth_trying(place, &[])).collect();
        search
    }

    /// Whether there is no fact to change at all.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Whether not everything was tried.
    pub fn is_cut_short(&self) -> bool {
        self.trials >= TRIALS
    }

    /// Every set of so many changes that comes to what is wanted and holds no smaller one, the nearest first.
    pub fn of_size(&mut self, size: usize) -> Vec<Vec<Change>> {
        let before = self.found.len();
        if size > 0 && size <= self.facts.len() {
            self.extend(0, size, &mut Vec::new());
        }
        let mut found = self.found.get(before..).unwrap_or_default().to_vec();
        found.sort_by_key(|changes| {
            changes.iter().fold(0_i64, |sum, change| sum.saturating_add(distance(change)))
        });
        // of several moments or numbers that do it, the nearest
        let mut kept: Vec<Vec<Change>> = Vec::new();
        for changes in found {
            if !kept.iter().any(|nearer| same_kind(nearer, &changes)) {
                kept.push(changes);
            }
        }
        kept
    }

    /// The smallest sets of changes of all.
    pub fn smallest(&mut self) -> Vec<Vec<Change>> {
        (1..=FACTS).map(|size| self.of_size(size)).find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn extend(&mut self, from: usize, left: usize, made: &mut Vec<Change>) {
        for place in from..self.facts.len() {
            for value in self.worth_trying(place, made) {
                if self.trials >= TRIALS {
                    return;
                }
                let Some(fact) = self.facts.get(place) else { continue };
                let before = crate::fact::Facts::value(self.case.row.record.as_ref(), &fact.name);
                made.push(Change { fact: fact.name.clone(), before, after: value });
                if !self.found.iter().any(|smaller| smaller.iter().all(|change| made.contains(change))) {
                    if left > 1 {
                        self.extend(place.saturating_add(1), left.saturating_sub(1), made);
                    } else {
                        self.trials = self.trials.saturating_add(1);
                        let record = self.case.with(made);
                        if record.is_some_and(|record| self.case.meets(self.target, &record)) {
                            self.found.push(made.clone());
                        }
                    }
                }
                made.pop();
            }
        }
    }

    /// The values of a fact worth trying; anew where a change already made moves the bounds between them.
    fn worth_trying(&self, place: usize, made: &[Change]) -> Vec<Value> {
        let (Some(fact), Some(questions)) = (self.facts.get(place), self.questions.get(place)) else {
            return Vec::new();
        };
        let measured = matches!(fact.kind, FactType::Moment | FactType::Number { .. });
        let shared = |change: &Change| {
            let sources = |question: &Question| {
                question.facts().iter().any(|asked| self.case.sources(asked).contains(&change.fact))
            };
            // a definition asks yes or no: what it is made of has questions of its own
            questions.iter().any(|question| !matches!(question, Question::Fact(_)) && sources(question))
        };
        if let Some(values) = self.values.get(place)
            && (!measured || !made.iter().any(shared))
        {
            return values.clone();
        }
        let questions: Vec<&Question> = questions.iter().collect();
        Lever { case: self.case, fact, made, questions: &questions, undoing: self.undoing }.values()
    }
}

/// How far a change is from what is: minutes, or steps of a number; words are all equally far.
fn distance(change: &Change) -> i64 {
    match (&change.before, &change.after) {
        (Value::Moment(before), Value::Moment(after)) => {
            after.signed_duration_since(*before).num_minutes().saturating_abs()
        }
        // of the moments at which something that was not done could have been, the latest
        (_, Value::Moment(after)) => {
            FAR.saturating_div(2).saturating_sub(after.and_utc().timestamp().saturating_div(60))
        }
        (Value::Number(before), Value::Number(after)) => {
            i64::try_from(after.saturating_sub(*before).abs().ceil()).unwrap_or(FAR)
        }
        (_, Value::Missing) => FAR,
        _ => 1,
    }
}

/// Whether two sets of changes differ in moments and numbers only.
fn same_kind(a: &[Change], b: &[Change]) -> bool {
    let same = |(a, b): (&Change, &Change)| {
        let measured = |value: &Value| matches!(value, Value::Moment(_) | Value::Number(_));
        a.fact == b.fact && (a.after == b.after || (measured(&a.after) && measured(&b.after)))
    };
    a.len() == b.len() && a.iter().zip(b).all(same)
}
