//! The rows of one kind that are judged, as columns: of a table, or cards in their turn.

use super::bearer::{CardKey, Holding, placed};
use super::masked::{Places, texts};
use super::raise::Raised;
use super::roster::Roster;
use crate::clause::Record;
use crate::fact::{Columns, Value};
use crate::intake::Rows;
use crate::mask::Mask;
use crate::policy::{self, Kind, Pack, Terms};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A row, or a card in its turn, that was judged.
#[derive(Clone, Debug)]
pub struct JudgedRow {
    /// Its identifier.
    pub id: String,
    /// Its date.
    pub at: NaiveDateTime,
    /// Its file and row number; empty and 0 for a card.
    pub place: (String, usize),
    /// The heading of the cell it was made of; empty where it is a whole row.
    pub cell: String,
    /// Everything known of it.
    pub record: Arc<Record>,
    /// The cards its roles lead to.
    pub bearers: BTreeMap<String, Vec<CardKey>>,
    /// The parameters in force on its date.
    pub terms: Arc<Terms>,
}

/// All judged rows of a kind, in order of time and identifier.
#[derive(Clone, Debug, Default)]
pub struct JudgedRows {
    kind: String,
    source: Source,
    /// Identifiers that are not texts of their own column.
    ids: Vec<String>,
    editions: Editions,
    roles: Vec<String>,
    holdings: Vec<Holding>,
    roster: Arc<Roster>,
    /// Whoever the roles lead to that has no card: numbered behind those on the roster.
    strangers: Vec<CardKey>,
}

/// Where the rows come from.
#[derive(Clone, Debug)]
enum Source {
    Table(Box<Rows>),
    Cards { subjects: Vec<(String, NaiveDate)>, facts: Columns },
    Raised { raised: Vec<Raised>, facts: Columns },
}

/// The parameters in force for each row.
#[derive(Clone, Debug, Default)]
struct Editions {
    terms: Vec<Arc<Terms>>,
    rows: Vec<u16>,
}

impl Default for Source {
    fn default() -> Self {
        Self::Table(Box::default())
    }
}

impl Editions {
    fn new(pack: &Pack, days: impl Iterator<Item = NaiveDate>) -> Self {
        let mut editions = Self::default();
        let mut known: BTreeMap<NaiveDate, u16> = BTreeMap::new();
        for day in days {
            let edition = *known.entry(day).or_insert_with(|| {
                let terms = pack.terms(day);
                let place = editions.terms.iter().position(|other| other.edition == terms.edition);
                let place = place.unwrap_or_else(|| {
                    editions.terms.push(terms);
                    editions.terms.len().saturating_sub(1)
                });
                u16::try_from(place).unwrap_or(u16::MAX)
            });
            editions.rows.push(edition);
        }
        editions
    }
}

impl JudgedRows {
    /// The rows of a table.
    pub(super) fn of_table(pack: &Pack, kind: &Kind, rows: Rows) -> Self {
        let editions = Editions::new(pack, rows.at().iter().map(NaiveDateTime::date));
        let ids = match rows.id(0) {
            Cow::Borrowed(_) => Vec::new(),
            Cow::Owned(_) => (0..rows.len()).map(|row| rows.id(row).into_owned()).collect(),
        };
        let source = Source::Table(Box::new(rows));
        Self { kind: kind.name.clone(), source, ids, editions, ..Self::default() }
    }

    /// Cards, each judged by what is in force on its last day.
    pub(super) fn of_cards(
        pack: &Pack,
        kind: &Kind,
        subjects: Vec<(String, NaiveDate)>,
        facts: Columns,
    ) -> Self {
        let editions = Editions::new(pack, subjects.iter().map(|(_, day)| *day));
        let source = Source::Cards { subjects, facts };
        Self { kind: kind.name.clone(), source, editions, ..Self::default() }
    }

    /// Rows that clauses raised, each judged by what is in force on its own day.
    pub(super) fn of_raised(pack: &Pack, kind: &Kind, raised: Vec<Raised>, facts: Columns) -> Self {
        let editions = Editions::new(pack, raised.iter().map(|raised| raised.at.date()));
        let source = Source::Raised { raised, facts };
        Self { kind: kind.name.clone(), source, editions, ..Self::default() }
    }

    /// The rows as they were raised; none for rows of a table and for cards.
    pub fn raised(&self) -> &[Raised] {
        match &self.source {
            Source::Raised { raised, .. } => raised,
            Source::Table(_) | Source::Cards { .. } => &[],
        }
    }

    /// Whether a row is there whatever the open facts turn out to be.
    pub fn is_certain(&self, row: usize) -> bool {
        self.raised().get(row).is_none_or(|raised| raised.certain)
    }

    /// Whether it is known whom their roles lead to.
    pub(super) fn is_led(&self) -> bool {
        !self.roles.is_empty()
    }

    /// The name of their kind.
    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    /// The cards that their roles lead to.
    pub(super) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The same rows with the cards that their roles lead to.
    pub(super) fn led(self, kind: &Kind, holdings: Vec<Holding>, roster: Arc<Roster>) -> Self {
        let roles = kind.roles.iter().map(|role| role.name.clone()).collect();
        Self { roles, holdings, roster, ..self }
    }

    /// The same rows with those their roles lead to that have no card.
    pub(super) fn with_strangers(self, strangers: Vec<CardKey>) -> Self {
        Self { strangers, ..self }
    }

    /// Whoever the roles lead to that has no card.
    pub(super) fn strangers(&self) -> &[CardKey] {
        &self.strangers
    }

    /// Puts pseudonyms in the place of everything that may say who is meant.
    pub(super) fn mask(&mut self, kind: &Kind, (before, roster, places): Places<'_>, mask: &Mask) {
        let id = match &kind.rows {
            policy::Rows::Table { id, .. } => Some(id.as_str()),
            _ => None,
        };
        for name in texts(&kind.schema, id) {
            let Some(fact) = kind.schema.position(&name) else { continue };
            for row in 0..self.len() {
                if let Value::Text(text) = self.facts().value(fact, row) {
                    let masked = Value::Text(Arc::from(mask.text(&text).as_ref()));
                    self.facts_mut().set(fact, row, masked);
                }
            }
        }
        match &mut self.source {
            Source::Table(_) => {}
            Source::Cards { subjects, .. } => {
                subjects.iter_mut().for_each(|(subject, _)| *subject = mask.code(subject).to_owned());
            }
            Source::Raised { raised, .. } => {
                for raised in raised {
                    raised.id = mask.joined(&raised.id);
                    raised.root = mask.joined(&raised.root);
                    raised.card = placed(raised.card, places);
                }
            }
        }
        // earlier rows may be led by a roster of their own
        if self.roster.keys() == before.keys() {
            self.holdings.iter_mut().for_each(|holding| holding.place(places));
            self.roster = Arc::clone(roster);
        }
        self.strangers.iter_mut().for_each(|key| key.mask(mask));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.facts().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row of that position, with everything known of it.
    pub fn get(&self, row: usize) -> Option<JudgedRow> {
        if row >= self.len() {
            return None;
        }
        let keys = |holding: &Holding| {
            holding.of(row).iter().filter_map(|card| self.roster.key(*card).cloned()).collect()
        };
        Some(JudgedRow {
            id: self.id(row).to_owned(),
            at: self.at(row),
            place: self.place(row),
            cell: self.table().map_or_else(String::new, |rows| rows.cell(row).to_owned()),
            record: self.record(row)?,
            bearers: self.roles.iter().cloned().zip(self.holdings.iter().map(keys)).collect(),
            terms: Arc::clone(self.terms(row)?),
        })
    }

    /// Every row.
    pub fn iter(&self) -> impl Iterator<Item = JudgedRow> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// The facts of all rows.
    pub fn facts(&self) -> &Columns {
        match &self.source {
            Source::Table(rows) => rows.facts(),
            Source::Cards { facts, .. } | Source::Raised { facts, .. } => facts,
        }
    }

    pub(super) fn facts_mut(&mut self) -> &mut Columns {
        match &mut self.source {
            Source::Table(rows) => rows.facts_mut(),
            Source::Cards { facts, .. } | Source::Raised { facts, .. } => facts,
        }
    }

    /// The rows of the table they come from.
    pub(super) fn table(&self) -> Option<&Rows> {
        match &self.source {
            Source::Table(rows) => Some(rows),
            Source::Cards { .. } | Source::Raised { .. } => None,
        }
    }

    /// Since when the files of their table are complete, where that is said.
    pub fn complete_since(&self) -> Option<NaiveDate> {
        self.table()?.covers().map(|covers| covers.from)
    }

    /// The subjects of the cards that a role, by its position, leads to from a row.
    pub(super) fn subjects(&self, role: usize, row: usize) -> Vec<&str> {
        let keys = self.cards(role, row).iter().filter_map(|card| self.key(*card));
        keys.map(|key| key.subject.as_str()).collect()
    }

    /// Whom a number stands for that a role leads to, with a card or without.
    pub(super) fn key(&self, card: u32) -> Option<&CardKey> {
        self.roster.key(card).or_else(|| {
            let behind = usize::try_from(card).ok()?.checked_sub(self.roster.keys().len())?;
            self.strangers.get(behind)
        })
    }

    /// Only these rows.
    pub(super) fn select(&self, pack: &Pack, kind: &Kind, rows: &[usize]) -> Self {
        match &self.source {
            Source::Table(table) => Self::of_table(pack, kind, table.select(rows)),
            Source::Cards { .. } | Source::Raised { .. } => self.clone(),
        }
    }

    /// The identifier of a row.
    pub fn id(&self, row: usize) -> &str {
        let listed = match &self.source {
            Source::Table(rows) => match rows.id(row) {
                Cow::Borrowed(id) => return id,
                Cow::Owned(_) => &self.ids,
            },
            Source::Cards { subjects, .. } => return subjects.get(row).map_or("", |(id, _)| id.as_str()),
            Source::Raised { raised, .. } => return raised.get(row).map_or("", |raised| raised.id.as_str()),
        };
        listed.get(row).map_or("", String::as_str)
    }

    /// The file and row number of a row; empty and 0 for a card.
    pub fn place(&self, row: usize) -> (String, usize) {
        match &self.source {
            Source::Table(rows) => {
                let (file, number) = rows.place(row);
                (file.to_owned(), number)
            }
            Source::Cards { .. } | Source::Raised { .. } => (String::new(), 0),
        }
    }

    /// The date of a row.
    pub fn at(&self, row: usize) -> NaiveDateTime {
        match &self.source {
            Source::Table(rows) => rows.at().get(row).copied().unwrap_or_default(),
            Source::Cards { subjects, .. } => {
                subjects.get(row).map(|(_, day)| day.and_time(NaiveTime::MIN)).unwrap_or_default()
            }
            Source::Raised { raised, .. } => raised.get(row).map(|raised| raised.at).unwrap_or_default(),
        }
    }

    /// Everything known of a row.
    pub fn record(&self, row: usize) -> Option<Arc<Record>> {
        if row >= self.len() {
            return None;
        }
        let facts = self.facts();
        Some(Arc::new(Record {
            kind: self.kind.clone(),
            schema: Arc::clone(facts.schema()),
            values: facts.values(row),
        }))
    }

    /// The parameters in force on the date of a row.
    pub fn terms(&self, row: usize) -> Option<&Arc<Terms>> {
        self.editions.terms.get(usize::from(*self.editions.rows.get(row)?))
    }

    /// The parameters in force for any row.
    pub(super) fn editions(&self) -> &[Arc<Terms>] {
        &self.editions.terms
    }

    /// Which of [`JudgedRows::editions`] is in force for a row.
    pub(super) fn edition(&self, row: usize) -> usize {
        self.editions.rows.get(row).map_or(usize::MAX, |edition| usize::from(*edition))
    }

    /// Who bears what falls on a role of a row: the cards of the role, else of the first that bears in its place and is
    /// held by somebody; with the position of the role they hold.
    pub(super) fn bearers(&self, kind: &Kind, role: usize, row: usize) -> (usize, &[u32]) {
        let own = self.cards(role, row);
        if !own.is_empty() {
            return (role, own);
        }
        let heirs = kind.heirs(role);
        let held = heirs.iter().copied().find(|heir| !self.cards(*heir, row).is_empty());
        let last = held.or_else(|| heirs.last().copied()).unwrap_or(role);
        (last, self.cards(last, row))
    }

    /// The cards that a role, by its position, leads to from a row.
    pub(super) fn cards(&self, role: usize, row: usize) -> &[u32] {
        self.holdings.get(role).map_or(&[], |holding| holding.of(row))
    }
}
