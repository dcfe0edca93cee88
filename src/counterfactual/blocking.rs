//! What a clause asked of a row, and which answers kept it from doing anything.

use super::Case;
use crate::clause::Clause;
use crate::decision::{Answer, Branch, End, Path, Question, Returned, Step, Tree};
use crate::fact::{Facts as _, Value};
use crate::language::Text;
use std::sync::Arc;

/// A question as the row answered it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The question with the numbers of the row, and its answer.
    pub step: Step,
    /// Whether with another answer the outcome could have been another one.
    pub keeps: bool,
    /// For facts that a definition works out: what it asked in its turn.
    pub because: Vec<Asked>,
}

/// What came of following a clause for one row.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// Its questions in the order they were asked.
    pub asked: Vec<Asked>,
    /// What it did in spite of which nothing follows.
    pub nothing: Vec<Nothing>,
    /// Why the clause has no tree, so that which answer kept it cannot be told.
    pub interpreted: Option<Text>,
    /// Why it could not come to its end for the row.
    pub broken: Option<Text>,
}

/// Something a clause does that comes to nothing for the row.
#[derive(Clone, Debug)]
pub enum Nothing {
    /// An amount that is zero.
    Zero(Arc<crate::decision::Expression>),
    /// A role that nobody held.
    Nobody(String),
}

/// What a function is asked about: which of its ends would be another outcome.
type Other<'o> = &'o dyn Fn(&Path) -> bool;

/// Follows a clause for a row, down through every definition it asks.
pub fn asked(case: &Case<'_>, clause: &Clause) -> Stopped {
    let does = |path: &Path| {
        matches!(path.end, End::Undetermined(_)) || path.effects.iter().any(|effect| case.reaches(effect))
    };
    let interpreted = case.rules.interpreted(clause, &case.row.terms).cloned();
    let asked = follow(case, clause, &does);
    let mut nothing = Vec::new();
    let mut broken = None;
    let record = case.row.record.as_ref();
    for taken in case.rules.decide(clause, &case.row.record, &case.row.terms).unwrap_or_default() {
        if let End::Undetermined(why) = &taken.path.end {
            broken = Some(why.clone());
        }
        // the tree keeps what the row's own path leaves out: amounts of zero
        let whole = taken.position.and_then(|place| {
            case.rules.tree(clause, &case.row.terms).and_then(|tree| tree.paths().get(place))
        });
        for effect in whole.map_or(&taken.path.effects, |path| &path.effects) {
            if let crate::decision::Deed::Enter { amount, .. } = &effect.deed
                && let Ok(amount) = amount.with(record)
                && amount.value.exact().is_some_and(|exact| exact.is_zero())
            {
                nothing.push(Nothing::Zero(amount));
            } else if !case.reaches(effect) {
                nothing.push(Nothing::Nobody(effect.role.clone()));
            }
        }
    }
    Stopped { asked, nothing, interpreted, broken }
}

impl Stopped {
    /// The first answers that kept the clause from doing anything, each down to the fact that was read.
    pub fn first(&self) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.keeps)
    }
}

/// What a definition asked of a row to work out a fact.
pub fn because(case: &Case<'_>, fact: &str) -> Vec<Asked> {
    let Some(definition) = case.definition(fact) else { return Vec::new() };
    let found = case.row.record.value(fact);
    let other = |path: &Path| match &path.end {
        End::Returned(Returned::Value(value)) => *value != found,
        End::Returned(Returned::Number(_)) => false,
        End::Done | End::Undetermined(_) => true,
    };
    follow(case, definition, &other)
}

fn follow(case: &Case<'_>, function: &Clause, other: Other<'_>) -> Vec<Asked> {
    let record = case.row.record.as_ref();
    let opened = |question: &Question| question.facts().iter().flat_map(|fact| because(case, fact)).collect();
    let Some(tree) = case.rules.tree(function, &case.row.terms) else {
        let taken = case.rules.decide(function, &case.row.record, &case.row.terms).unwrap_or_default();
        let steps = taken.first().map(|taken| taken.path.steps.clone()).unwrap_or_default();
        return steps
            .into_iter()
            .map(|step| Asked { because: opened(&step.question), keeps: false, step })
            .collect();
    };
    let mut asked = Vec::new();
    let mut branch = tree.root();
    while let Branch::Ask(question, branches) = branch {
        let answer = question.answer(record).ok().flatten();
        let taken = branches.iter().find(|(known, _)| answer.as_ref().is_none_or(|answer| answer == known));
        let Some((answered, below)) = taken else { break };
        let keeps = branches.iter().any(|(known, branch)| known != answered && reaches(tree, branch, other));
        let step = Step {
            question: question.with(record).unwrap_or_else(|_| question.clone()),
            answer: answered.clone(),
            decided: answer.is_some(),
        };
        asked.push(Asked { step, keeps, because: opened(question) });
        if answer.is_none() {
            break;
        }
        branch = below;
    }
    asked
}

/// Whether some path below a branch comes to another outcome.
fn reaches(tree: &Tree, branch: &Branch, other: Other<'_>) -> bool {
    match branch {
        Branch::Leaf(path) => tree.paths().get(*path).is_some_and(|path| other(path)),
        Branch::Ask(_, branches) => branches.iter().any(|(_, below)| reaches(tree, below, other)),
    }
}

impl Asked {
    /// Whether the fact asked about has no value, so that the answer is open.
    pub fn is_open(&self) -> bool {
        !self.step.decided
    }

    /// Whether the question is about one true-or-false fact or word, which can be said in a few words.
    pub fn fact(&self) -> Option<(&str, &Value)> {
        match (&self.step.question, &self.step.answer) {
            (Question::Fact(name), Answer::Is(value)) => Some((name, value)),
            _ => None,
        }
    }
}
