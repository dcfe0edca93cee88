//! The rows of one kind that are judged: of a table, or cards in their turn.

use super::bearer::{CardKey, Holding};
use super::roster::Roster;
use crate::clause::Record;
use crate::policy::Terms;
use chrono::NaiveDateTime;
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
    /// Everything known of it.
    pub record: Arc<Record>,
    /// The cards its roles lead to.
    pub bearers: BTreeMap<String, Vec<CardKey>>,
    /// The parameters in force on its date.
    pub terms: Arc<Terms>,
}

/// A row before it is known whom it leads to.
#[derive(Clone, Debug)]
pub(super) struct BareRow {
    pub(super) id: String,
    pub(super) at: NaiveDateTime,
    pub(super) place: (String, usize),
    pub(super) record: Arc<Record>,
    pub(super) terms: Arc<Terms>,
}

/// All judged rows of a kind, in order of time and identifier.
#[derive(Clone, Debug, Default)]
pub struct JudgedRows {
    rows: Vec<BareRow>,
    roles: Vec<String>,
    holdings: Vec<Holding>,
    roster: Arc<Roster>,
}

impl JudgedRows {
    pub(super) fn new(
        rows: Vec<BareRow>,
        roles: Vec<String>,
        holdings: Vec<Holding>,
        roster: Arc<Roster>,
    ) -> Self {
        Self { rows, roles, holdings, roster }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row of that position, with everything known of it.
    pub fn get(&self, row: usize) -> Option<JudgedRow> {
        let bare = self.rows.get(row)?.clone();
        let keys = |holding: &Holding| {
            holding.of(row).iter().filter_map(|card| self.roster.key(*card).cloned()).collect()
        };
        let bearers = self.roles.iter().cloned().zip(self.holdings.iter().map(keys)).collect();
        let BareRow { id, at, place, record, terms } = bare;
        Some(JudgedRow { id, at, place, record, bearers, terms })
    }

    /// Every row.
    pub fn iter(&self) -> impl Iterator<Item = JudgedRow> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// The identifier of a row.
    pub fn id(&self, row: usize) -> &str {
        self.rows.get(row).map_or("", |row| row.id.as_str())
    }

    /// The date of a row.
    pub fn at(&self, row: usize) -> NaiveDateTime {
        self.rows.get(row).map(|row| row.at).unwrap_or_default()
    }

    /// The facts of a row.
    pub fn record(&self, row: usize) -> Option<&Arc<Record>> {
        Some(&self.rows.get(row)?.record)
    }

    /// The parameters in force on the date of a row.
    pub fn terms(&self, row: usize) -> Option<&Arc<Terms>> {
        Some(&self.rows.get(row)?.terms)
    }

    /// The cards that a role, by its position, leads to from a row.
    pub(super) fn cards(&self, role: usize, row: usize) -> &[u32] {
        self.holdings.get(role).map_or(&[], |holding| holding.of(row))
    }
}
