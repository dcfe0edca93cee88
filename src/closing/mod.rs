//! Closing a period: what an assessment came to is confirmed, sealed and proven, by entries of a ledger.

mod adjust;
mod appeal;
mod approve;
mod bundle;
mod check;
mod confirm;
mod decider;
mod figures;
mod history;
mod import;
mod procedure;
mod proof;
mod row;
mod sample;
mod seal;

pub use adjust::{Adjusted, Adjusting, Change, adjust, in_effect};
pub use appeal::{Claim, Ruling, amendments, appeal, appeals, decide, evidence};
pub use approve::approve;
pub use bundle::Bundle;
pub use check::{Check, Group, check, groups, other_files};
pub use confirm::{Confirmable, Confirmation, confirm};
pub use history::{About, about, check_unpaid, history, sealed_on, sealed_otherwise};
pub use import::{Files, free_name};
pub use procedure::Procedure;
pub use proof::{Proof, Sealed, check_proof, prove, sealing_of};
pub use row::Row;
pub use sample::{By, Hit, Sample, sample};
pub use seal::{Sealing, seal};

use crate::assess::Scorecard;
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::ledger::{Draft, Entry, EntryKind};
use crate::report::{self, Digests, Subject};
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

/// What is to be entered of a kind.
fn draft(kind: EntryKind, body: Value) -> Draft {
    Draft { kind, body: body.as_object().cloned().unwrap_or_default() }
}

/// What became of a request to write to a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<T> {
    /// It stands there already, in the entry of that number; nothing is to be added.
    Stands(u64),
    /// This is to be added.
    Adds(T),
}

impl<T> Step<T> {
    /// The same with what is to be added as something else.
    pub fn map<U>(self, made: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Self::Stands(seq) => Step::Stands(seq),
            Self::Adds(content) => Step::Adds(made(content)),
        }
    }
}

/// A finished assessment as its data files carry it.
pub struct Closing<'s> {
    subject: &'s Subject<'s>,
    digests: &'s Digests,
    files: Files,
    /// The rows of the cards.
    rows: Vec<Row>,
    /// Of each card one fingerprint over its row and all that stands behind it.
    roots: Vec<String>,
    /// What stands behind the cards.
    behind: Vec<Leaf>,
}

/// A card, its row in the data file, and one fingerprint over that row and all that stands behind it.
#[derive(Clone, Copy)]
struct Card<'c> {
    score: &'c Scorecard,
    row: &'c Row,
    root: &'c str,
}

impl Card<'_> {
    fn name(&self) -> CardName {
        let (kind, subject) = self.row.card();
        (kind.to_owned(), subject.to_owned())
    }
}

impl<'s> Closing<'s> {
    /// Takes an assessment, and the files it was made from.
    ///
    /// # Errors
    /// The findings cannot be held in memory.
    pub fn new(subject: &'s Subject<'s>, digests: &'s Digests, files: Files) -> io::Result<Self> {
        let (mut rows, mut behind) = (Vec::new(), Vec::new());
        for row in sealable(subject)? {
            match row.file.as_str() {
                CARDS => rows.push(row),
                _ => behind.push(Leaf::of(&row)),
            }
        }
        let roots = row::roots(&rows, &behind);
        Ok(Self { subject, digests, files, rows, roots, behind })
    }

    /// The cards, in the order of the assessment.
    fn cards(&self) -> impl Iterator<Item = Card<'_>> {
        let cards = self.subject.assessment.scorecards.iter().zip(&self.rows).zip(&self.roots);
        cards.map(|((score, row), root)| Card { score, row, root })
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

/// Every row that may be sealed: the cards, their findings, and what is withheld from people as far as it is settled, each
/// in the order of its file.
fn sealable(subject: &Subject<'_>) -> io::Result<impl Iterator<Item = Row> + use<>> {
    let (cards, mut findings) = (report::scorecards_csv(subject), Vec::new());
    report::findings_csv(subject, &mut findings)?;
    let withheld = row::read(WITHHELD, report::withholdings_csv(subject)).filter(Row::is_final);
    Ok(row::read(CARDS, cards).chain(row::read(FINDINGS, findings)).chain(withheld))
}

fn fault(code: &'static str, zh: String, en: String) -> Diagnostic {
    Diagnostic::error(code, Text::new(zh, en))
}
