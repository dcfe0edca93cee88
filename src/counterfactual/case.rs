//! A row that is asked "what if": its facts with some of them changed, and what a clause then does.

use super::Change;
use crate::assess::{JudgedRow, derive};
use crate::clause::{Clause, Record, Rulebook};
use crate::decision::{Deed, Effect, End, Expression, Node, Question, Returned};
use crate::fact::{Facts as _, Origin, Value};
use crate::interval::Relation;
use crate::policy::{Holder, Kind, Rows, Vacant};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A judged row with what is needed to judge it otherwise.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The clauses.
    pub rules: &'a Rulebook,
    /// The kind of the row.
    pub kind: &'a Kind,
    /// The row.
    pub row: &'a JudgedRow,
    /// The day up to which clocks run.
    pub as_of: NaiveDate,
}

/// What a changed row should come to.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// The clause does something.
    Applies(&'a Clause),
    /// The clause does nothing.
    Spares(&'a Clause),
    /// A true-or-false fact that a definition works out has this value.
    Holds(&'a str, bool),
}

/// What a clause does to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something that reaches a card or another clause.
    Applies,
    /// Nothing.
    Spares,
    /// The facts do not say.
    Open,
}

impl<'a> Case<'a> {
    /// What is known of the row with these changes; `None` where it cannot be worked out.
    pub fn with(&self, changes: &[Change]) -> Option<Arc<Record>> {
        let changed = |record: Record, change: &Change| record.with(&change.fact, change.after.clone());
        let record = changes.iter().fold(Record::clone(&self.row.record), changed);
        // what a card counts over other rows stands as it is, unless it is what is changed
        let counted =
            self.kind.schema.facts().iter().filter(|fact| matches!(fact.origin, Origin::Aggregate(_)));
        let given: BTreeSet<String> = counted.map(|fact| fact.name.clone()).collect();
        let derived = derive(self.rules, record, &self.row.terms, self.as_of, &given);
        derived.ok().map(Arc::new)
    }

    /// What a clause does to the row, were its facts these.
    pub fn verdict(&self, clause: &Clause, record: &Arc<Record>) -> Verdict {
        if !clause.days.contains(self.day()) {
            return Verdict::Spares;
        }
        let Ok(taken) = self.rules.decide(clause, record, &self.row.terms) else { return Verdict::Open };
        if taken.iter().any(|taken| matches!(taken.path.end, End::Undetermined(_))) {
            return Verdict::Open;
        }
        let mut applying = 0_usize;
        for taken in &taken {
            if taken.path.effects.iter().any(|effect| self.reaches(effect)) {
                applying = applying.saturating_add(1);
            }
        }
        match applying {
            0 => Verdict::Spares,
            all if all == taken.len() => Verdict::Applies,
            _ => Verdict::Open,
        }
    }

    /// Whether somebody bears an effect: an amount for a role that nobody holds may be dropped.
    pub fn reaches(&self, effect: &Effect) -> bool {
        let (Deed::Enter { .. } | Deed::Veto | Deed::Grade { .. } | Deed::Raise { .. }) = effect.deed else {
            return true;
        };
        let held = self.row.bearers.get(&effect.role).is_some_and(|cards| !cards.is_empty());
        held || self.kind.role(&effect.role).is_some_and(|role| role.vacant != Vacant::Nobody)
    }

    /// Whether the row would come to what is wanted.
    pub fn meets(&self, target: Target<'_>, record: &Arc<Record>) -> bool {
        match target {
            Target::Applies(clause) => self.verdict(clause, record) == Verdict::Applies,
            Target::Spares(clause) => self.verdict(clause, record) == Verdict::Spares,
            Target::Holds(fact, wanted) => record.value(fact) == Value::Bool(wanted),
        }
    }

    /// The day whose clauses judge the row.
    pub fn day(&self) -> NaiveDate {
        self.row.at.date()
    }

    /// The facts that say which row it is, which version applies, or who answers for it: with another one it would be
    /// another row, or another's.
    pub(super) fn is_identity(&self, fact: &str) -> bool {
        if matches!(&self.kind.rows, Rows::Table { id, at, .. } if id == fact || at == fact) {
            return true;
        }
        let origin = self.kind.schema.get(fact).map(|fact| &fact.origin);
        let Some(Origin::Column(of_fact)) = origin else { return false };
        self.kind.roles.iter().any(|role| match &role.holder {
            Holder::Column { headings, .. } => headings.iter().any(|heading| of_fact.contains(heading)),
            _ => false,
        })
    }

    /// Every question that what is wanted can turn on, those of definitions included, in the order they are met.
    pub(super) fn questions(&self, target: Target<'_>) -> Vec<Question> {
        let mut questions = Vec::new();
        let mut opened = BTreeSet::new();
        match target {
            Target::Applies(clause) | Target::Spares(clause) => {
                self.collect(clause, &mut questions, &mut opened);
            }
            Target::Holds(fact, _) => self.open(fact, &mut questions, &mut opened),
        }
        questions
    }

    /// Whether every function that what is wanted can turn on has a tree, so that every change can be looked for.
    pub fn is_traced(&self, target: Target<'_>) -> bool {
        let own = match target {
            Target::Applies(clause) | Target::Spares(clause) => Some(clause),
            Target::Holds(fact, _) => self.definition(fact),
        };
        let questions = self.questions(target);
        let facts: BTreeSet<String> = questions.iter().flat_map(Question::facts).collect();
        let mut functions = own.into_iter().chain(facts.iter().filter_map(|fact| self.definition(fact)));
        functions.all(|function| self.rules.tree(function, &self.row.terms).is_some())
    }

    fn collect(&self, function: &Clause, questions: &mut Vec<Question>, opened: &mut BTreeSet<String>) {
        let (rules, terms) = (self.rules, &self.row.terms);
        let paths = match rules.tree(function, terms) {
            Some(tree) => tree.paths().to_vec(),
            // a clause that cannot be followed shows at least what it asked of this row
            None => {
                let taken = rules.decide(function, &self.row.record, terms).unwrap_or_default();
                taken.into_iter().map(|taken| taken.path).collect()
            }
        };
        for path in &paths {
            let mut asked: Vec<Question> = path.steps.iter().map(|step| step.question.clone()).collect();
            let amounts = path.effects.iter().filter_map(|effect| match &effect.deed {
                Deed::Enter { amount, .. } => Some(amount),
                Deed::Mitigate { factor, .. } => Some(factor),
                Deed::Veto | Deed::Grade { .. } | Deed::Raise { .. } | Deed::Exempt { .. } => None,
            });
            let returned = match &path.end {
                End::Returned(Returned::Number(number)) => Some(number),
                _ => None,
            };
            // an amount of zero is no effect: whether it is zero is a question too
            asked.extend(amounts.chain(returned).filter(|amount| !amount.is_constant()).map(is_zero));
            for question in asked {
                if questions.contains(&question) {
                    continue;
                }
                questions.push(question.clone());
                for fact in question.facts() {
                    self.open(&fact, questions, opened);
                }
            }
        }
    }

    fn open(&self, fact: &str, questions: &mut Vec<Question>, opened: &mut BTreeSet<String>) {
        let Some(definition) = self.definition(fact) else { return };
        if opened.insert(fact.to_owned()) {
            self.collect(definition, questions, opened);
        }
    }

    /// The function that works a fact out, where it is one.
    pub fn definition(&self, fact: &str) -> Option<&'a Clause> {
        match &self.kind.schema.get(fact)?.origin {
            Origin::Definition(by) => self.rules.definition(&self.kind.name, by),
            _ => None,
        }
    }

    /// The facts that were read or counted, and not worked out, behind a fact.
    pub(super) fn sources(&self, fact: &str) -> BTreeSet<String> {
        let mut sources = BTreeSet::new();
        let mut waiting = vec![fact.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(fact) = waiting.pop() {
            if !seen.insert(fact.clone()) {
                continue;
            }
            match self.kind.schema.get(&fact).map(|fact| &fact.origin) {
                Some(origin @ (Origin::Clock(_) | Origin::Due(_))) => {
                    waiting.extend(origin.inputs().into_iter().map(str::to_owned));
                }
                Some(Origin::Definition(_)) => {
                    let Some(definition) = self.definition(&fact) else { continue };
                    let (mut questions, mut opened) = (Vec::new(), BTreeSet::new());
                    self.collect(definition, &mut questions, &mut opened);
                    waiting.extend(questions.iter().flat_map(Question::facts));
                }
                Some(_) => {
                    sources.insert(fact);
                }
                None => {}
            }
        }
        sources
    }
}

fn is_zero(amount: &Arc<Expression>) -> Question {
    Question::Compare(Relation::Equal, Arc::clone(amount), Expression::literal(Decimal::ZERO))
}

/// The parts of an expression that are facts.
pub(super) fn facts_of(expression: &Expression) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    expression.visit(&mut |part| {
        if let Node::Fact(name) = &part.node {
            facts.insert(name.clone());
        }
    });
    facts
}
