//! What is still open: which fact is lacking, and what would follow.

use super::finding::{Deduction, Magnitude};
use super::judge::{About, Drawn};
use super::settle::Relief;
use super::{CardKey, derive};
use crate::amount::Unit;
use crate::clause::{Clause, Record, Taken};
use crate::decision::{Answer, End, Grading, Question};
use crate::fact::{Facts as _, Value};
use crate::language::Text;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One clause that a row's facts do not decide.
#[derive(Clone, Debug)]
pub struct Open {
    /// The clause.
    pub clause: String,
    /// The kind of the row.
    pub kind: usize,
    /// The row's position among the judged rows of its kind.
    pub row: usize,
    /// The row's identifier.
    pub record: String,
    /// The facts that are lacking.
    pub lacking: Vec<String>,
    /// The values under which most would follow.
    pub assuming: Vec<(String, Value)>,
    /// Why the clause could not be finished, where it could not.
    pub why: Option<Text>,
    /// What could follow beyond what stands already.
    pub effects: Vec<OpenEffect>,
    /// The clauses whose findings in the row it may lift or lessen.
    pub relieves: Vec<String>,
}

/// What could still be found against a card.
#[derive(Clone, Debug)]
pub struct OpenEffect {
    /// The card; none where nobody holds the role.
    pub card: Option<CardKey>,
    /// The account, its unit and sign, and the bounds; none for a veto or a grade.
    pub entry: Option<(String, Unit, Deduction, Magnitude)>,
    /// The grade that could be set, and how; none for an entry or a veto.
    pub grade: Option<(String, Grading)>,
}

/// What a clause leaves open in a row; nothing where all its findings and all the relief it gives are certain.
pub(super) fn of(
    clause: &Clause,
    (kind, position): (usize, usize),
    (id, record): (&str, &Record),
    paths: &[Taken],
    (findings, relief): (&[Drawn], &[Relief]),
) -> Option<Open> {
    let uncertain: Vec<&Drawn> = findings.iter().filter(|drawn| !drawn.entry.is_certain()).collect();
    let relieves: Vec<String> =
        relief.iter().filter_map(|relief| relief.open_on().map(str::to_owned)).collect();
    if uncertain.is_empty() && relieves.is_empty() {
        return None;
    }
    let mut lacking = BTreeSet::new();
    for step in paths.iter().flat_map(|taken| taken.path.assumptions()) {
        // of two that are compared one may be known
        let facts = step.question.facts();
        let open = facts.iter().filter(|fact| !record.value(fact).is_exact());
        lacking.extend(open.flat_map(|fact| derive::roots(record, fact)));
    }
    for finding in &uncertain {
        if let Some(working) = &finding.working {
            working.visit(&mut |part| {
                if let crate::decision::Node::Fact(name) = &part.node
                    && part.value.exact().is_none()
                {
                    lacking.extend(derive::roots(record, name));
                }
            });
        }
    }
    let worst = uncertain.first().and_then(|drawn| paths.get(drawn.path));
    let worst = worst.map(|taken| Arc::clone(&taken.path));
    let assuming = worst.iter().flat_map(|path| path.assumptions()).filter_map(|step| {
        match (&step.question, &step.answer) {
            (Question::Fact(name), Answer::Is(value)) => Some((name.clone(), value.clone())),
            _ => None,
        }
    });
    let why = paths.iter().find_map(|taken| match &taken.path.end {
        End::Undetermined(why) => Some(why.clone()),
        _ => None,
    });
    let effects = uncertain.iter().map(|drawn| OpenEffect {
        card: drawn.card.clone(),
        entry: drawn
            .account
            .as_ref()
            .map(|(account, unit)| (account.clone(), unit.clone(), drawn.entry.sign, drawn.entry.found())),
        grade: match &drawn.about {
            About::Grade(_, how, grade) => Some((grade.clone(), *how)),
            About::Account(..) | About::Veto(_) => None,
        },
    });
    Some(Open {
        clause: clause.name.clone(),
        kind,
        row: position,
        record: id.to_owned(),
        lacking: lacking.into_iter().collect(),
        assuming: assuming.collect(),
        why,
        effects: effects.collect(),
        relieves,
    })
}
