//! The rows of a table, as columns: when, where, what is known, and whom the roles name.

use super::Holders;
use crate::fact::{Columns, Covers, FactType, Value};
use crate::policy::{self, Holder, Kind};
use chrono::NaiveDateTime;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One readable row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What identifies it.
    pub id: String,
    /// The moment that decides version, order and holders.
    pub at: NaiveDateTime,
    /// Where it stands.
    pub file: String,
    /// Its row number there.
    pub row: usize,
    /// The heading of the cell it was made of; empty where it is the whole row.
    pub cell: String,
    /// Its facts in the order of the schema; those that are worked out later are missing.
    pub values: Vec<Value>,
    /// The codes in the columns of its roles.
    pub roles: BTreeMap<String, Vec<String>>,
}

/// Many readable rows of one kind.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    at: Vec<NaiveDateTime>,
    /// Files, each with the heading of the cell that rows were made of.
    sources: Vec<(String, String)>,
    /// Source and row number, a pair a row.
    places: Vec<(u32, u32)>,
    facts: Columns,
    roles: Vec<(String, Holders)>,
    /// The fact that identifies a row.
    id: Option<usize>,
    covers: Option<Covers>,
}

impl Rows {
    /// No rows of a kind yet.
    pub fn new(kind: &Kind) -> Self {
        let id = match &kind.rows {
            policy::Rows::Table { id, .. } => kind.schema.position(id),
            _ => None,
        };
        let columns = kind.roles.iter().filter(|role| matches!(role.holder, Holder::Column { .. }));
        Self {
            facts: Columns::new(Arc::clone(&kind.schema), 0),
            roles: columns.map(|role| (role.name.clone(), Holders::default())).collect(),
            id,
            ..Self::default()
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The moment of each row that decides version, order and holders.
    pub fn at(&self) -> &[NaiveDateTime] {
        &self.at
    }

    /// The facts of the rows; those that are worked out later are missing.
    pub fn facts(&self) -> &Columns {
        &self.facts
    }

    /// The facts alone, for what goes on to work out the others.
    pub fn facts_mut(&mut self) -> &mut Columns {
        &mut self.facts
    }

    /// The roles that stand in columns, with whom they name.
    pub fn roles(&self) -> &[(String, Holders)] {
        &self.roles
    }

    /// Whom the column of a role names.
    pub fn holders(&self, role: &str) -> Option<&Holders> {
        self.roles.iter().find(|(name, _)| name == role).map(|(_, holders)| holders)
    }

    /// How far back the table is complete, where that is said.
    pub fn covers(&self) -> Option<&Covers> {
        self.covers.as_ref()
    }

    /// Says how far back the table is complete.
    pub fn cover(&mut self, covers: Covers) {
        self.covers = Some(covers);
    }

    /// What identifies a row.
    pub fn id(&self, row: usize) -> Cow<'_, str> {
        let column = self.id.and_then(|id| self.facts.column(id));
        match column.map(|column| column.text(row).ok_or_else(|| column.value(row))) {
            Some(Ok(text)) => Cow::Borrowed(text),
            Some(Err(value)) => Cow::Owned(FactType::plain(&value)),
            None => Cow::Borrowed(""),
        }
    }

    /// The file and the row number where a row stands.
    pub fn place(&self, row: usize) -> (&str, usize) {
        let (_, number) = self.places.get(row).copied().unwrap_or_default();
        (self.source(row).0, usize::try_from(number).unwrap_or(usize::MAX))
    }

    /// The heading of the cell that a row was made of; empty where it is a whole row of its file.
    pub fn cell(&self, row: usize) -> &str {
        self.source(row).1
    }

    fn source(&self, row: usize) -> (&str, &str) {
        let place = self.places.get(row).and_then(|(source, _)| usize::try_from(*source).ok());
        let source = place.and_then(|place| self.sources.get(place));
        source.map_or(("", ""), |(file, cell)| (file, cell))
    }

    /// A row as one thing.
    pub fn row(&self, row: usize) -> Option<Row> {
        let at = *self.at.get(row)?;
        let (file, number) = self.place(row);
        let codes = |holders: &Holders| holders.of(row).map(str::to_owned).collect();
        Some(Row {
            id: self.id(row).into_owned(),
            at,
            file: file.to_owned(),
            row: number,
            cell: self.cell(row).to_owned(),
            values: self.facts.values(row),
            roles: self.roles.iter().map(|(role, holders)| (role.clone(), codes(holders))).collect(),
        })
    }

    /// Each row as one thing.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        (0..self.len()).filter_map(|row| self.row(row))
    }

    /// Adds a row.
    pub fn push(&mut self, row: Row) {
        self.facts.push(row.values);
        for (role, holders) in &mut self.roles {
            let list = holders.place_of(row.roles.get(role).into_iter().flatten().map(String::as_str));
            holders.push(list);
        }
        self.close(row.at, (&row.file, &row.cell), row.row);
    }

    /// Makes room for more rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.at.reserve_exact(rows);
        self.places.reserve_exact(rows);
        self.facts.reserve(rows);
        self.roles.iter_mut().for_each(|(_, holders)| holders.reserve(rows));
    }

    /// Ends a row whose facts and holders were added already.
    pub(super) fn close(&mut self, at: NaiveDateTime, source: (&str, &str), number: usize) {
        let source = self.source_number(source);
        self.places.push((source, u32::try_from(number).unwrap_or(u32::MAX)));
        self.at.push(at);
    }

    /// The columns of facts and of roles, to be added to.
    pub(super) fn parts_mut(&mut self) -> (&mut Columns, &mut [(String, Holders)]) {
        (&mut self.facts, &mut self.roles)
    }

    /// Brings facts and holders to the rows that were ended: what was added of another is dropped.
    pub(super) fn settle(&mut self) {
        self.facts.close(self.at.len());
        for (_, holders) in &mut self.roles {
            holders.truncate(self.at.len());
        }
    }

    fn source_number(&mut self, (file, cell): (&str, &str)) -> u32 {
        // rows come file by file
        let known = self.sources.iter().rposition(|(own, of)| own == file && of == cell);
        let place = known.unwrap_or_else(|| {
            self.sources.push((file.to_owned(), cell.to_owned()));
            self.sources.len().saturating_sub(1)
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// These rows in this order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            at: rows.iter().filter_map(|row| self.at.get(*row).copied()).collect(),
            sources: self.sources.clone(),
            places: rows.iter().filter_map(|row| self.places.get(*row).copied()).collect(),
            facts: self.facts.select(rows),
            roles: self.roles.iter().map(|(role, held)| (role.clone(), held.select(rows))).collect(),
            id: self.id,
            covers: self.covers.clone(),
        }
    }

    /// Adds the rows of later parts, in their order.
    pub(super) fn append(&mut self, parts: Vec<Self>) {
        let more = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
        self.reserve(more);
        let (mut facts, mut roles) = (Vec::new(), Vec::new());
        for part in parts {
            let sources = part.sources.iter().map(|(file, cell)| self.source_number((file, cell)));
            let sources: Vec<u32> = sources.collect();
            let moved = |(source, number): (u32, u32)| {
                let source = usize::try_from(source).ok().and_then(|source| sources.get(source));
                (source.copied().unwrap_or(u32::MAX), number)
            };
            self.places.extend(part.places.into_iter().map(moved));
            self.at.extend(part.at);
            facts.push(part.facts);
            roles.push(part.roles);
        }
        let own = &mut self.roles;
        rayon::join(
            || self.facts.extend(facts),
            || {
                own.par_iter_mut().enumerate().for_each(|(place, (_, holders))| {
                    for (_, later) in roles.iter().filter_map(|part| part.get(place)) {
                        holders.append(later);
                    }
                });
            },
        );
    }
}
