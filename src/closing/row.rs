//! Rows of the data files, as they are sealed: whoever has the files can work the fingerprints out.

use super::{CardName, Cards};
use crate::fingerprint::hex;
use crate::ledger::{canonical, merkle};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;

pub(super) const CARDS: &str = "scorecards.csv";
pub(super) const FINDINGS: &str = "findings.csv";
pub(super) const WITHHELD: &str = "withholdings.csv";

/// One row of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The file.
    pub file: String,
    /// Its cells by their headings.
    pub cells: BTreeMap<String, String>,
}

/// The fingerprint of a row, and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) card: CardName,
    pub(super) hash: merkle::Hash,
}

impl Row {
    /// A cell; blank where there is none.
    pub fn cell(&self, heading: &str) -> &str {
        self.cells.get(heading).map_or("", String::as_str)
    }

    /// Whether nothing of it is open.
    pub(super) fn is_final(&self) -> bool {
        self.cell("provisional") == "false"
    }

    /// The card that it is of or goes against; of what is withheld the kind is blank.
    pub fn card(&self) -> (&str, &str) {
        match self.file.as_str() {
            CARDS => (self.cell("kind"), self.cell("subject")),
            FINDINGS => (self.cell("card_kind"), self.cell("subject")),
            _ => ("", self.cell("person")),
        }
    }

    /// Whether it is of one of some cards, or of a person who has one.
    pub(super) fn is_of(&self, cards: &Cards) -> bool {
        is_of(self.card(), cards)
    }

    /// What is fingerprinted.
    pub fn value(&self) -> Value {
        json!({ "file": self.file, "row": self.cells })
    }

    /// Its fingerprint.
    pub fn hash(&self) -> merkle::Hash {
        merkle::leaf(canonical(&self.value()).as_bytes())
    }
}

impl Leaf {
    pub(super) fn of(row: &Row) -> Self {
        let (kind, subject) = row.card();
        Self { card: (kind.to_owned(), subject.to_owned()), hash: row.hash() }
    }

    pub(super) fn is_of(&self, cards: &Cards) -> bool {
        is_of((&self.card.0, &self.card.1), cards)
    }
}

/// Of each card one fingerprint over its row and all that stands behind it.
pub(super) fn roots(cards: &[Row], behind: &[Leaf]) -> Vec<String> {
    let mut own: BTreeMap<(&str, &str), Vec<merkle::Hash>> = BTreeMap::new();
    for leaf in behind {
        own.entry((&leaf.card.0, &leaf.card.1)).or_default().push(leaf.hash);
    }
    let root = |row: &Row| {
        let (kind, subject) = row.card();
        let behind = [(kind, subject), ("", subject)].into_iter().filter_map(|card| own.get(&card));
        let leaves = std::iter::once(row.hash()).chain(behind.flatten().copied());
        hex(&merkle::root(&leaves.collect::<Vec<_>>()))
    };
    cards.iter().map(root).collect()
}

/// What is withheld from a person belongs to every card of theirs.
fn is_of((kind, subject): (&str, &str), cards: &Cards) -> bool {
    match kind {
        "" => cards.iter().any(|(_, own)| own == subject),
        _ => cards.contains(&(kind.to_owned(), subject.to_owned())),
    }
}

/// The rows of a data file.
pub(super) fn read(file: &'static str, csv: Vec<u8>) -> impl Iterator<Item = Row> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(io::Cursor::new(csv));
    let mut records = std::iter::from_fn(move || {
        let mut record = csv::StringRecord::new();
        reader.read_record(&mut record).ok()?.then_some(record)
    });
    let headings = records.next().unwrap_or_default();
    let headings: Vec<String> =
        headings.iter().map(|heading| heading.trim_start_matches('\u{feff}').to_owned()).collect();
    records.map(move |record| {
        let cells = headings.iter().cloned().zip(record.iter().map(str::to_owned));
        Row { file: file.to_owned(), cells: cells.collect() }
    })
}
