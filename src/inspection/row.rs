//! Rows of tables that never apply, and grades without a row.

use super::subject::{Stretch, Subject};
use crate::diagnostic::Diagnostic;
use crate::fact::FactType;
use crate::language::Text;
use crate::policy::{Condition, Kind, Overlap, Parameter, Table};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Rows that an earlier row stands before in every case, and rows for a word that is none.
pub(super) fn idle_rows(
    subject: &Subject<'_>,
    parameter: &Parameter,
    from: NaiveDate,
    table: &Table,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let domains = domains(subject);
    for (index, row) in table.rows.iter().enumerate() {
        let number = index.saturating_add(1);
        let covers = |earlier: &crate::policy::TableRow| {
            earlier.conditions.iter().zip(&row.conditions).all(|(earlier, own)| covers(earlier, own))
        };
        let last = table.overlap == Some(Overlap::Last);
        let others = table.rows.iter().enumerate();
        let mut others = others.filter(|(other, _)| if last { *other > index } else { *other < index });
        if let Some((before, _)) = others.find(|(_, other)| covers(other)) {
            let before = before.saturating_add(1);
            let message = Text::new(
                format!(
                    "表「{}」自 {from} 起的第 {number} 行永远用不到：第 {before} 行在它之前",
                    parameter.title.zh
                ),
                format!(
                    "row {number} of the table '{}' from {from} never applies: row {before} stands before it",
                    parameter.title.en
                ),
            );
            found.push(Diagnostic::warning("I012", message).at(parameter.place.clone()));
        }
        for (key, condition) in parameter.keys.iter().zip(&row.conditions) {
            let (Condition::Word(word), Some(domain)) = (condition, domains.get(key.as_str())) else {
                continue;
            };
            if !domain.contains(word.as_str()) {
                let message = Text::new(
                    format!(
                        "表「{}」自 {from} 起的第 {number} 行永远用不到：`{key}` 没有取值 `{word}`",
                        parameter.title.zh
                    ),
                    format!(
                        "row {number} of the table '{}' from {from} never applies: `{key}` is never `{word}`",
                        parameter.title.en
                    ),
                );
                let fault = Diagnostic::warning("I012", message).at(parameter.place.clone());
                found.push(fault.suggest(word, domain.iter().copied()));
            }
        }
    }
    found
}

/// The words of every fact that is one of some words, by the fact's name.
fn domains<'a>(subject: &Subject<'a>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut domains: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for fact in subject.pack.policy.kinds.iter().flat_map(|kind| kind.schema.facts()) {
        if let FactType::OneOf(words) = &fact.kind {
            let domain = domains.entry(fact.name.as_str()).or_default();
            domain.extend(words.iter().map(|word| word.id.as_str()));
        }
    }
    domains
}

fn covers(earlier: &Condition, own: &Condition) -> bool {
    match (earlier, own) {
        (Condition::Any, _) => true,
        (Condition::Word(earlier), Condition::Word(own)) => earlier == own,
        (Condition::Band(earlier), Condition::Band(own)) => earlier.intersect(own) == *own,
        _ => false,
    }
}

/// Grades without a coefficient.
pub(super) fn ungraded(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let graded = |kind: &'_ Kind| Some((kind.grade.clone()?, kind.coefficient.clone()?));
    for kind in &subject.pack.policy.kinds {
        let Some((grade, coefficient)) = graded(kind) else { continue };
        for Stretch { terms, .. } in subject.stretches() {
            let (Some(term), Some(table)) = (terms.get(&coefficient), terms.table(&coefficient)) else {
                continue;
            };
            let lacking: Vec<&str> = grade
                .scale
                .iter()
                .filter(|grade| table.cell_of_word(grade).is_none())
                .map(String::as_str)
                .collect();
            if lacking.is_empty() {
                continue;
            }
            let (title, from) = (&term.parameter.title, term.from);
            let message = Text::new(
                format!("表「{}」自 {from} 起没有等次 {} 的行", title.zh, lacking.join("、")),
                format!(
                    "the table '{}' from {from} has no row for the grade {}",
                    title.en,
                    lacking.join(", ")
                ),
            );
            found.push(Diagnostic::warning("I013", message).at(term.parameter.place.clone()));
        }
    }
    found
}
