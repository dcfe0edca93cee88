//! The data of a period are taken in: which files they were, and what became of their rows.

use super::{Closing, draft};
use crate::fingerprint;
use crate::ledger::{Draft, Entry, EntryKind, canonical};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The fingerprints of the files of a book, by what they are for and by their names: book.toml, the tables, the organisation, the
/// pack, earlier assessments.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, BTreeMap<String, String>>);

impl Files {
    /// Adds a file by its content; of files of one name, those behind the first are numbered in the order of the book.
    pub fn add(&mut self, purpose: &str, name: &str, content: &[u8]) {
        let of_purpose = self.0.entry(purpose.to_owned()).or_default();
        let name = free_name(name, |name| of_purpose.contains_key(name));
        of_purpose.insert(name, fingerprint::of(content));
    }

    /// All of them, by what they are for.
    pub(super) fn all(&self) -> &BTreeMap<String, BTreeMap<String, String>> {
        &self.0
    }

    /// The fingerprint of one file; blank where there is none.
    pub(super) fn digest_of(&self, purpose: &str, name: &str) -> &str {
        self.0.get(purpose).and_then(|files| files.get(name)).map_or("", String::as_str)
    }

    /// One fingerprint over the files for a purpose.
    pub(super) fn digest(&self, purpose: &str) -> String {
        digest(&json!(self.0.get(purpose)))
    }

    /// One fingerprint over all of them.
    pub(super) fn digest_of_all(&self) -> String {
        digest(&json!(self.0))
    }
}

/// The name of a file among others: as it is, or numbered where it is taken.
pub fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_usize..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_else(|| name.to_owned())
}

fn digest(value: &Value) -> String {
    fingerprint::of(canonical(value))
}

impl Closing<'_> {
    /// The entry by which the book was taken in as it is, where it was.
    pub(super) fn imported<'e>(&self, entries: &'e [Entry]) -> Option<&'e Entry> {
        let mut own = self.entries(entries, EntryKind::DataImported);
        let (inputs, as_of) = (self.files.digest_of_all(), self.subject.assessment.as_of.to_string());
        own.find(|entry| entry.text("inputs") == inputs && entry.text("as_of") == as_of)
    }

    /// The number of that entry, and the entry itself where it is yet to be made.
    pub(super) fn data(&self, entries: &[Entry]) -> (String, Option<Draft>) {
        match self.imported(entries) {
            Some(entry) => (entry.seq.to_string(), None),
            None => {
                let next = entries.last().map_or(1, |entry| entry.seq.saturating_add(1));
                (next.to_string(), Some(self.import()))
            }
        }
    }

    /// The entry by which it is taken in.
    pub(super) fn import(&self) -> Draft {
        let (assessment, totals) = (self.subject.assessment, self.subject.assessment.totals);
        let aside: Vec<&str> = assessment.set_aside.iter().map(|aside| aside.id.as_str()).collect();
        let body = json!({
            "policy": self.subject.pack.policy.id,
            "period": assessment.period.code(),
            "as_of": assessment.as_of.to_string(),
            "book": self.digests.book,
            "inputs": self.files.digest_of_all(),
            "files": self.files.0,
            "read": totals.read.to_string(),
            "judged": totals.judged.to_string(),
            "of_other_periods": totals.outside.to_string(),
            "not_ended": totals.open.to_string(),
            "of_no_kind": totals.unpicked.to_string(),
            "set_aside": aside,
        });
        draft(EntryKind::DataImported, body)
    }
}
