//! Dated numbers, words and tables: everything of a policy that is not logic.

use crate::amount::Unit;
use crate::decision::Band;
use crate::diagnostic::Place;
use crate::document::{Entry, Section};
use crate::language::Text;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One parameter with all its values.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name clauses use.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// What a number of it is counted in.
    pub unit: Unit,
    /// What a table is looked up by.
    pub keys: Vec<String>,
    /// Its values, by the day from which they are in force.
    pub values: Vec<Dated>,
    /// Where it stands.
    pub place: Place,
}

/// A value in force from a day on.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The first day.
    pub from: NaiveDate,
    /// The value.
    pub value: ParameterValue,
    /// Which document says so.
    pub basis: String,
}

/// What a parameter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// A number.
    Number(Decimal),
    /// A word.
    Word(String),
    /// A table.
    Table(Arc<Table>),
}

/// A table looked up by words and bands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its rows in the order of the file.
    pub rows: Vec<TableRow>,
}

/// One row: a condition for each key, then the cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// One for each key.
    pub conditions: Vec<Condition>,
    /// What the row says.
    pub cell: Cell,
}

/// What a key must be for a row to apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `*`
    Any,
    /// This word.
    Word(String),
    /// A number in this band.
    Band(Band),
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A number.
    Number(Decimal),
    /// A word.
    Word(String),
}

/// A parameter's value in force on a day.
#[derive(Clone, Debug)]
pub struct Term {
    /// The parameter.
    pub parameter: Arc<Parameter>,
    /// Since when.
    pub from: NaiveDate,
    /// The value.
    pub value: ParameterValue,
    /// Which document says so.
    pub basis: String,
}

/// Every parameter in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Which stretch of days between two changes, from 0; none before the first.
    pub edition: Option<usize>,
    values: BTreeMap<String, Term>,
}

impl Terms {
    /// Those in force on a day.
    pub(super) fn on(parameters: &[Arc<Parameter>], day: NaiveDate, edition: usize) -> Self {
        let values = parameters
            .iter()
            .filter_map(|parameter| {
                let dated = parameter.values.iter().rfind(|dated| dated.from <= day)?;
                let term = Term {
                    parameter: Arc::clone(parameter),
                    from: dated.from,
                    value: dated.value.clone(),
                    basis: dated.basis.clone(),
                };
                Some((parameter.name.clone(), term))
            })
            .collect();
        Self { edition: Some(edition), values }
    }

    /// The parameter of that name.
    pub fn get(&self, name: &str) -> Option<&Term> {
        self.values.get(name)
    }

    /// The names of all of them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The number of that name.
    pub fn number(&self, name: &str) -> Option<Decimal> {
        match self.get(name)?.value {
            ParameterValue::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        match &self.get(name)?.value {
            ParameterValue::Table(table) => Some(table),
            _ => None,
        }
    }
}

impl Table {
    /// The cell for one key that is a word.
    pub fn cell_of_word(&self, word: &str) -> Option<&Cell> {
        self.rows
            .iter()
            .find(|row| match row.conditions.first() {
                Some(Condition::Any) => true,
                Some(Condition::Word(known)) => known == word,
                _ => false,
            })
            .map(|row| &row.cell)
    }

    /// The cells for one key that is a number, for every band the interval meets.
    pub fn cells_of(&self, interval: crate::interval::Interval) -> Vec<&Cell> {
        let met = self.rows.iter().filter(|row| match row.conditions.first() {
            Some(Condition::Any) => true,
            Some(Condition::Band(band)) => band.meets(interval),
            _ => false,
        });
        let cells = met.map(|row| &row.cell);
        if interval.exact().is_some() { cells.take(1).collect() } else { cells.collect() }
    }
}

impl Parameter {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let place = section.place();
        let title = section.title("title");
        let keys = section.texts("keys");
        let unit = section.text("unit").map_or(Unit::None, |word| Unit::named(&word));
        let mut values = Vec::new();
        let entries = section.list("values");
        if entries.is_empty() {
            section.fault("P040", Text::new("没有任何取值 `values`", "has no `values`"));
        }
        for entry in entries {
            if let Some(value) = entry.section() {
                values.extend(Dated::read(&value, &keys, &unit));
                value.finish();
            }
        }
        values.sort_by_key(|dated| dated.from);
        if values.iter().zip(values.iter().skip(1)).any(|(a, b)| a.from == b.from) {
            section.fault(
                "P041",
                Text::new("两个取值自同一天起施行", "two values are in force from the same day"),
            );
        }
        section.finish();
        Self { name: section.name().to_owned(), title, unit, keys, values, place }
    }
}

impl Dated {
    fn read(section: &Section<'_>, keys: &[String], unit: &Unit) -> Option<Self> {
        let from = section.required("from").and_then(|entry| entry.day());
        let basis = section.required_text("basis").unwrap_or_default();
        let entry = section.required("value")?;
        let value = if keys.is_empty() {
            scalar(&entry, unit).map(|cell| match cell {
                Cell::Number(number) => ParameterValue::Number(number),
                Cell::Word(word) => ParameterValue::Word(word),
            })
        } else {
            let mut rows = Vec::new();
            for row in entry.list()? {
                rows.extend(TableRow::read(&row, keys.len(), unit));
            }
            Some(ParameterValue::Table(Arc::new(Table { rows })))
        };
        Some(Self { from: from?, value: value?, basis })
    }
}

impl TableRow {
    fn read(entry: &Entry<'_>, keys: usize, unit: &Unit) -> Option<Self> {
        let mut cells = entry.list()?;
        if cells.len() != keys.saturating_add(1) {
            entry.fault(
                "P042",
                Text::new(
                    format!("该行应有 {keys} 个条件和一个取值"),
                    format!("the row needs {keys} conditions and one cell"),
                ),
            );
            return None;
        }
        let cell = scalar(&cells.pop()?, unit);
        let conditions: Option<Vec<Condition>> = cells.iter().map(Condition::read).collect();
        Some(Self { conditions: conditions?, cell: cell? })
    }
}

impl Condition {
    fn read(entry: &Entry<'_>) -> Option<Self> {
        let written = entry.text()?;
        let text = written.trim();
        if text == "*" {
            return Some(Self::Any);
        }
        if !text.starts_with(['<', '>', '=']) {
            return Some(Self::Word(text.to_owned()));
        }
        let mut band = Band { low: None, high: None };
        let mut words = text.split_whitespace();
        while let (Some(relation), number) = (words.next(), words.next()) {
            let Some((number, _)) = number.and_then(crate::amount::read) else {
                entry.fault(
                    "P043",
                    Text::new(
                        format!("区间「{text}」应写作「>= 85」或「>= 85 < 95」"),
                        format!("write the band `{text}` as `>= 85` or `>= 85 < 95`"),
                    ),
                );
                return None;
            };
            match relation {
                ">=" => band.low = Some((number, true)),
                ">" => band.low = Some((number, false)),
                "<=" => band.high = Some((number, true)),
                "<" => band.high = Some((number, false)),
                "=" => band = Band { low: Some((number, true)), high: Some((number, true)) },
                other => {
                    entry.unknown(Text::new("比较符", "relation"), other, [">=", ">", "<=", "<", "="]);
                    return None;
                }
            }
        }
        Some(Self::Band(band))
    }
}

fn scalar(entry: &Entry<'_>, unit: &Unit) -> Option<Cell> {
    if entry.is_text() {
        let text = entry.text()?;
        let looks_like_a_number =
            text.trim_start_matches(['-', '\u{a5}', '\u{ffe5}']).starts_with(|c: char| c.is_ascii_digit());
        if !looks_like_a_number {
            return Some(Cell::Word(text));
        }
    }
    let (number, written) = entry.number()?;
    if *unit == Unit::Percent && written != Some(Unit::Percent) {
        entry.fault(
            "P044",
            Text::new(
                format!("单位为 %，须写作 \"{}%\"", crate::amount::plain(number)),
                format!("the unit is %: write \"{}%\"", crate::amount::plain(number)),
            ),
        );
        return None;
    }
    Some(Cell::Number(number))
}
