//! A row that is judged: of a table, or a card in its turn.

use super::CardKey;
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
