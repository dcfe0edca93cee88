//! Facts of cards that stand in further columns of the file of members: every cell is looked at before any is used.

use super::defect;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::fact::{Fact, FactType, Origin, Value};
use crate::language::Text;
use crate::organisation::{Further, FurtherRow, Organisation};
use crate::policy::{Kind, Policy, Rows};
use std::collections::BTreeSet;

/// The facts of cards of a kind that stand in columns, with their headings.
pub fn card_facts(kind: &Kind) -> impl Iterator<Item = (usize, &Fact, &[String])> {
    let facts = kind.schema.facts().iter().enumerate().filter(|_| kind.is_card());
    facts.filter_map(|(place, fact)| match &fact.origin {
        Origin::Column(headings) => Some((place, fact, headings.as_slice())),
        _ => None,
    })
}

/// The cell of a row that says a fact; `None` where there is no such column.
pub fn cell<'f>(further: &Further, row: &'f FurtherRow, headings: &[String]) -> Option<(usize, &'f str)> {
    let column = further.columns(headings).next()?;
    Some((column, row.cells.get(column).map_or("", String::as_str)))
}

/// Reports columns that are lacking and cells that cannot be read.
pub(super) fn check(organisation: &Organisation, policy: &Policy, faults: &Faults) {
    if !organisation.is_listed() {
        return;
    }
    let further = organisation.further();
    let place =
        |row: usize, column: &str| Place::Cell { file: further.file.clone(), row, column: column.to_owned() };
    for kind in &policy.kinds {
        for (_, fact, headings) in card_facts(kind) {
            let columns: Vec<usize> = further.columns(headings).collect();
            let [column] = columns.as_slice() else {
                faults.push(no_column(fact, headings, columns.len()).at(place(1, "")));
                continue;
            };
            let heading = further.headings.get(*column).map_or("", String::as_str);
            for (_, row) in rows_of(organisation, kind) {
                let cell = row.cells.get(*column).map_or("", String::as_str);
                if let Some(fault) = defect::of_type(&fact.kind, cell) {
                    faults.push(fault.at(place(row.number, heading)));
                    continue;
                }
                if let Err((expected, help)) = fact.read(cell, policy.offset) {
                    let message = Text::new(
                        format!("「{cell}」无法识别，应为{}", expected.zh),
                        format!("`{cell}` is not understood; expected {}", expected.en),
                    );
                    let fault = Diagnostic::error("O012", message).at(place(row.number, heading));
                    faults.push(help.map_or(fault.clone(), |help| fault.help(help)));
                }
            }
        }
    }
}

fn no_column(fact: &Fact, headings: &[String], found: usize) -> Diagnostic {
    let (title, expected) = (&fact.title, headings.join("、"));
    let message = if found == 0 {
        Text::new(
            format!("没有「{}」一列；表头应为 {expected}", title.zh),
            format!("no column for '{}'; its heading should be {expected}", title.en),
        )
    } else {
        Text::new(
            format!("{found} 列都可作为{}：{expected}", title.zh),
            format!("{found} columns could be '{}': {expected}", title.en),
        )
    };
    Diagnostic::error("O011", message)
}

/// The rows of the members that have cards of a kind.
pub(super) fn rows_of<'o>(
    organisation: &'o Organisation,
    kind: &'o Kind,
) -> impl Iterator<Item = (&'o str, &'o FurtherRow)> {
    let holders: BTreeSet<&str> = match &kind.rows {
        Rows::Posts { office } => {
            let posts = organisation.posts().iter().filter(move |post| post.post == *office);
            posts.map(|post| post.person.as_str()).collect()
        }
        _ => BTreeSet::new(),
    };
    organisation.further().rows().filter(move |(id, row)| match &kind.rows {
        Rows::Members { member } => row.kind == *member,
        _ => holders.contains(id),
    })
}

/// Every cell that says a fact of a card, a line each, for the fingerprint of what was read.
pub fn card_fact_lines(organisation: &Organisation, policy: &Policy) -> Vec<String> {
    let further = organisation.further();
    let mut lines = Vec::new();
    for kind in &policy.kinds {
        for (_, fact, headings) in card_facts(kind) {
            for (id, row) in rows_of(organisation, kind) {
                let value = cell(further, row, headings).map(|(_, cell)| fact.read(cell, policy.offset));
                let value = value.and_then(Result::ok).unwrap_or(Value::Missing);
                let (days, value) = (row.days, FactType::plain(&value));
                lines.push(format!("card fact {} {} {id} {days:?} {value}", kind.name, fact.name));
            }
        }
    }
    lines
}
