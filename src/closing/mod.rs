//! Closing a period: what an assessment came to is confirmed, sealed and proven, by entries of a ledger.

mod adjust;
mod appeal;
mod approve;
mod bundle;
mod check;
mod confirm;
mod figures;
mod import;
mod name;
mod proof;
mod row;
mod sample;
mod seal;

pub use adjust::{Adjusted, Adjusting, Figure, adjust};
pub use appeal::{Claim, Ruling, amendments, appeal, decide, evidence};
pub use approve::approve;
pub use bundle::Bundle;
pub use check::{Check, check, other_files, sealings};
pub use confirm::{Confirmable, confirm};
pub use import::Files;
pub use proof::{Proof, check_proof, prove, sealing_of};
pub use row::Row;
pub use sample::{By, Hit, Sample, sample};
pub use seal::{Sealing, seal};

use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::ledger::{Draft, Entry, EntryKind, Key};
use crate::report::{self, Digests, Subject};
use chrono::NaiveDate;
use row::{CARDS, FINDINGS, Leaf, WITHHELD};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io;

/// The program that worked something out.
const ENGINE: &str = concat!("renze ", env!("CARGO_PKG_VERSION"));

/// A card: its kind and its subject.
type CardName = (String, String);

/// Cards by their names.
type Cards = BTreeSet<CardName>;

/// Who does something, and on which day.
#[derive(Clone, Debug)]
pub struct Who {
    /// The name.
    pub by: String,
    /// The key with which it is signed; without one the name is only claimed.
    pub key: Option<Key>,
    /// The day.
    pub on: NaiveDate,
}

impl Who {
    /// What is to be entered by them.
    fn draft(&self, kind: EntryKind, body: Value) -> Draft {
        let body = body.as_object().cloned().unwrap_or_default();
        Draft { kind, by: self.by.clone(), key: self.key.clone(), on: self.on, body }
    }

    /// Whether an entry is theirs: by the name, or by the key.
    fn wrote(&self, entry: &Entry) -> bool {
        let key = self.key.as_ref().map(Key::public);
        name::is_same(&entry.by, &self.by) || (key.is_some() && entry.key() == key.as_deref())
    }
}

/// What became of a request to write to a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<T> {
    /// It stands there already, in the entry of that number; nothing is to be added.
    Stands(u64),
    /// This is to be added.
    Adds(T),
}

/// A finished assessment as its data files carry it.
pub struct Closing<'s> {
    subject: &'s Subject<'s>,
    digests: &'s Digests,
    files: Files,
    cards: Vec<Row>,
    /// What stands behind the cards.
    behind: Vec<Leaf>,
}

impl<'s> Closing<'s> {
    /// Takes an assessment, and the files it was made from.
    ///
    /// # Errors
    /// The findings cannot be held in memory.
    pub fn new(subject: &'s Subject<'s>, digests: &'s Digests, files: Files) -> io::Result<Self> {
        let mut closing = Self { subject, digests, files, cards: Vec::new(), behind: Vec::new() };
        for row in closing.rows()? {
            match row.file.as_str() {
                CARDS => closing.cards.push(row),
                _ => closing.behind.push(Leaf::of(&row)),
            }
        }
        Ok(closing)
    }

    /// Every row that may be sealed: the cards, their findings, and what is withheld from people as far as it is settled, each
    /// in the order of its file.
    fn rows(&self) -> io::Result<impl Iterator<Item = Row> + use<>> {
        let (cards, mut findings) = (report::scorecards_csv(self.subject), Vec::new());
        report::findings_csv(self.subject, &mut findings)?;
        let withheld = row::read(WITHHELD, report::withholdings_csv(self.subject)).filter(Row::is_final);
        Ok(row::read(CARDS, cards).chain(row::read(FINDINGS, findings)).chain(withheld))
    }

    /// What stands behind some cards, in order.
    fn behind(&self, cards: &Cards) -> impl Iterator<Item = &Leaf> {
        self.behind.iter().filter(|leaf| leaf.is_of(cards))
    }

    /// Whether an entry is about this period of this policy.
    fn is_own(&self, entry: &Entry) -> bool {
        let (policy, period) = (&self.subject.pack.policy.id, self.subject.assessment.period.code());
        entry.text("policy") == policy && entry.text("period") == period
    }

    /// The entries of a kind about this period of this policy.
    fn entries<'e>(&self, all: &'e [Entry], kind: EntryKind) -> impl Iterator<Item = &'e Entry> {
        all.iter().filter(move |entry| entry.kind == kind && self.is_own(entry))
    }
}

fn fault(code: &'static str, zh: String, en: String) -> Diagnostic {
    Diagnostic::error(code, Text::new(zh, en))
}
