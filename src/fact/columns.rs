//! The facts of many rows, one typed column a fact.

use super::{Column, Facts, Schema, Value};
use crate::language::Text;
use rayon::prelude::*;
use std::sync::Arc;

/// What is known of many rows of one kind.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    schema: Arc<Schema>,
    rows: usize,
    columns: Vec<Column>,
}

/// One row of [`Columns`].
#[derive(Clone, Copy, Debug)]
pub struct RowFacts<'c> {
    columns: &'c Columns,
    row: usize,
}

impl Columns {
    /// That many rows, of which nothing is known yet.
    pub fn new(schema: Arc<Schema>, rows: usize) -> Self {
        let mut columns: Vec<Column> = schema.facts().iter().map(Column::new).collect();
        for column in &mut columns {
            column.resize(rows);
        }
        Self { schema, rows, columns }
    }

    /// The facts, in the order of the columns.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The column of a fact, by its place in the schema.
    pub fn column(&self, fact: usize) -> Option<&Column> {
        self.columns.get(fact)
    }

    /// The column of a fact, to be added to; [`Columns::close`] then brings all to one length.
    pub(crate) fn column_mut(&mut self, fact: usize) -> Option<&mut Column> {
        self.columns.get_mut(fact)
    }

    /// The value of a fact of a row; missing where there is no such fact or row.
    pub fn value(&self, fact: usize, row: usize) -> Value {
        self.columns.get(fact).map_or(Value::Missing, |column| column.value(row))
    }

    /// The values of a row, in the order of the schema.
    pub fn values(&self, row: usize) -> Vec<Value> {
        self.columns.iter().map(|column| column.value(row)).collect()
    }

    /// One row, whose facts can be asked for by name.
    pub fn row(&self, row: usize) -> RowFacts<'_> {
        RowFacts { columns: self, row }
    }

    /// Sets the value of a fact of a row that exists.
    pub fn set(&mut self, fact: usize, row: usize, value: Value) {
        if let Some(column) = self.columns.get_mut(fact) {
            column.set(row, value);
        }
    }

    /// Adds a row; what is not given is missing.
    pub fn push(&mut self, values: Vec<Value>) {
        self.rows = self.rows.saturating_add(1);
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
        self.close(self.rows);
    }

    /// Makes room for more rows.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.columns.iter_mut().for_each(|column| column.reserve(rows));
    }

    /// Brings all columns to that many rows: later ones go, and what was not read is missing.
    pub(crate) fn close(&mut self, rows: usize) {
        self.rows = rows;
        for column in self.columns.iter_mut().filter(|column| column.len() != rows) {
            column.resize(rows);
        }
    }

    /// These rows in this order: any of them, any number of times.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            schema: Arc::clone(&self.schema),
            rows: rows.len(),
            columns: self.columns.iter().map(|column| column.select(rows)).collect(),
        }
    }

    /// Brings the rows into another order: the row at each place is the one that stood at `order` of it.
    pub fn permute(&mut self, order: &[usize]) {
        *self = self.select(order);
    }

    /// Adds the rows of a later part with the same facts.
    pub fn append(&mut self, later: Self) {
        self.extend(vec![later]);
    }

    /// Adds the rows of later parts with the same facts, a thread a column.
    pub(crate) fn extend(&mut self, parts: Vec<Self>) {
        let more = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.rows));
        self.rows = self.rows.saturating_add(more);
        self.reserve(more);
        let mut later: Vec<Vec<Column>> = self.columns.iter().map(|_| Vec::new()).collect();
        for part in parts {
            for (parts, column) in later.iter_mut().zip(part.columns) {
                parts.push(column);
            }
        }
        self.columns.par_iter_mut().zip(later).for_each(|(column, parts)| {
            for part in parts {
                column.append(part);
            }
        });
        self.close(self.rows);
    }
}

impl<'c> RowFacts<'c> {
    /// The value of a fact by its place in the schema.
    pub fn at(&self, fact: usize) -> Value {
        self.columns.value(fact, self.row)
    }

    /// The row's place.
    pub fn row(&self) -> usize {
        self.row
    }

    /// The rows it is one of.
    pub fn columns(&self) -> &'c Columns {
        self.columns
    }
}

impl Facts for RowFacts<'_> {
    fn value(&self, fact: &str) -> Value {
        self.columns.schema.position(fact).map_or(Value::Missing, |fact| self.at(fact))
    }

    fn title(&self, fact: &str) -> Text {
        self.columns.schema.title(fact)
    }
}
