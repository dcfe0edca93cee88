//! A function of a pack, with what its comment says of it.

use crate::calendar;
use crate::decision::Grading;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::fact::Schema;
use crate::language::Text;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A function of a pack: a clause, or a definition that returns a fact.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its name.
    pub name: String,
    /// The kind it judges.
    pub kind: String,
    /// The kind's place in the judging order.
    pub position: usize,
    /// The name reports use: the first line of its comment.
    pub title: Text,
    /// Which provision it encodes.
    pub basis: String,
    /// The days it is in force.
    pub days: crate::organisation::Days,
    /// Its file, as the user knows it.
    pub file: String,
    /// The line it begins at.
    pub line: usize,
    /// Everything some path of it can touch: (role, what).
    pub touches: BTreeSet<(String, Touch)>,
    pub(super) source: usize,
    pub(super) with_terms: bool,
    /// The facts of a fold's rows together with what it carries; none of any other function.
    pub(super) carries: Option<Arc<Schema>>,
}

impl Clause {
    /// Where it is carried from row to row: the facts of a row, with the value before it.
    pub fn carried(&self) -> Option<&Arc<Schema>> {
        self.carries.as_ref()
    }
}

/// What an effect touches on the card of its role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touch {
    /// The balance of an account; whether it only ever falls, rises, or either.
    Account(String),
    /// The veto.
    Veto,
    /// This grade, which is limited to or fixed.
    Grade(Grading, String),
    /// A row of a kind that is made for it.
    Raise(String),
    /// The findings of another clause.
    Clause(String),
}

/// The lines of a comment that say more than the title.
pub const COMMENT_LINES: [&str; 4] = ["en", "basis", "from", "until"];

/// The title and the `key: value` lines of a doc comment.
pub(super) fn comment(comments: &[&str], name: &str) -> (Text, BTreeMap<String, String>) {
    let mut titles = Vec::new();
    let mut tags = BTreeMap::new();
    for line in comments.iter().flat_map(|comment| comment.lines()) {
        let line = line.trim().trim_start_matches("///").trim();
        match line.split_once(':') {
            Some((key, value)) if COMMENT_LINES.contains(&key) => {
                tags.insert(key.to_owned(), value.trim().to_owned());
            }
            _ if !line.is_empty() => titles.push(line.to_owned()),
            _ => {}
        }
    }
    let plain = name.replace('_', " ");
    let zh = titles.into_iter().next().unwrap_or_else(|| plain.clone());
    let en = tags.get("en").cloned().unwrap_or_else(|| if zh.is_ascii() { zh.clone() } else { plain });
    (Text::new(zh, en), tags)
}

pub(super) fn day(
    tags: &BTreeMap<String, String>,
    key: &str,
    place: &Place,
    faults: &Faults,
) -> Option<NaiveDate> {
    let written = tags.get(key)?;
    let day = calendar::read_day(written);
    if day.is_none() {
        let message = Text::new(
            format!("`{key}: {written}` 不是日期，应如 2026-07-01"),
            format!("`{key}: {written}` is not a date such as 2026-07-01"),
        );
        faults.push(Diagnostic::error("C031", message).at(place.clone()));
    }
    day
}
