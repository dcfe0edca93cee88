//! Tables of parameters: rows of words and bands, each with a cell that is a number, a word, named numbers or a line.

use crate::amount::{self, Unit};
use crate::decision::Band;
use crate::document::{Entry, Section};
use crate::interval::Interval;
use crate::language::Text;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A table looked up by words and bands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its rows in the order of the file.
    pub rows: Vec<TableRow>,
    /// Which of several rows counts; the first where it does not say.
    pub overlap: Option<Overlap>,
}

/// Which of several rows counts that apply at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// The one that stands first.
    First,
    /// The one that stands last.
    Last,
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
    /// Numbers by name, in the order of the file.
    Named(Arc<[NamedNumber]>),
    /// A straight line over the row's band: from the first number at its lower end to the second at its upper.
    Line {
        /// The number at the lower end.
        from: Decimal,
        /// The number at the upper end.
        to: Decimal,
    },
}

/// One of the numbers of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedNumber {
    /// Its name.
    pub name: String,
    /// The number.
    pub number: Decimal,
    /// What it is counted in.
    pub unit: Unit,
}

/// The names of the two ends of a line.
pub const LINE: [&str; 2] = ["from", "to"];

impl Table {
    /// The rows, those that count before others first.
    pub fn ranked(&self) -> impl Iterator<Item = &TableRow> {
        let last = self.overlap == Some(Overlap::Last);
        let place = move |index: usize| {
            if last { self.rows.len().checked_sub(index.saturating_add(1)) } else { Some(index) }
        };
        (0..self.rows.len()).filter_map(move |index| self.rows.get(place(index)?))
    }

    /// The cell for one key that is a word.
    pub fn cell_of_word(&self, word: &str) -> Option<&Cell> {
        let applies = |row: &&TableRow| match row.conditions.first() {
            Some(Condition::Any) => true,
            Some(Condition::Word(known)) => known == word,
            _ => false,
        };
        self.ranked().find(applies).map(|row| &row.cell)
    }

    /// The cells for one key that is a number, for every band in which a number of the interval may lie first.
    pub fn cells_of(&self, interval: Interval) -> Vec<&Cell> {
        let mut before: Vec<Band> = Vec::new();
        let mut cells = Vec::new();
        for row in self.ranked() {
            let band = match row.conditions.first() {
                Some(Condition::Any) => Band::ALL,
                Some(Condition::Band(band)) => band.clone(),
                _ => continue,
            };
            let met = band.intersect(&Band::closed(interval));
            if !met.is_empty() && !met.outside(&before, None).is_empty() {
                cells.push(&row.cell);
            }
            before.push(band);
        }
        cells
    }

    /// The names of the numbers of its cells, where they have any.
    pub fn names(&self) -> Vec<&str> {
        match self.rows.first().map(|row| &row.cell) {
            Some(Cell::Named(numbers)) => numbers.iter().map(|named| named.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// A table of these rows, with a fault where its cells are not of one form.
    pub(super) fn read(
        rows: Vec<TableRow>,
        overlap: Option<Overlap>,
        section: &Section<'_>,
    ) -> Option<Arc<Self>> {
        let table = Self { rows, overlap };
        let forms: Vec<Text> = table.rows.iter().map(|row| row.cell.form()).collect();
        let other = forms.iter().find(|form| forms.first().is_some_and(|first| first != *form));
        if let (Some(first), Some(other)) = (forms.first(), other) {
            section.fault(
                "P113",
                Text::new(
                    format!("一张表的取值须同一形式：既有{}，又有{}", first.zh, other.zh),
                    format!("all cells of a table have one form: here {} and {}", first.en, other.en),
                ),
            );
            return None;
        }
        let names = table.names();
        for row in &table.rows {
            let Cell::Named(numbers) = &row.cell else { continue };
            let lacking = names.iter().find(|name| row.cell.named(name).is_none());
            let more = numbers.iter().map(|named| named.name.as_str()).find(|name| !names.contains(name));
            if let Some(name) = lacking.copied().or(more) {
                let keys: Vec<String> = row.conditions.iter().map(Condition::written).collect();
                let keys = keys.join("、");
                section.fault(
                    "P114",
                    Text::new(
                        format!("各行的名称须一致：「{keys}」行与首行在 `{name}` 上不同"),
                        format!(
                            "every row has the same names: row `{keys}` and the first differ in `{name}`"
                        ),
                    ),
                );
                return None;
            }
        }
        Some(Arc::new(table))
    }
}

impl TableRow {
    /// The only band of a row that is one range with both ends: what a line runs over.
    pub fn span(&self) -> Option<(usize, Decimal, Decimal)> {
        let mut bands = self.conditions.iter().enumerate().filter_map(|(place, condition)| match condition {
            Condition::Band(band) => Some((place, band)),
            _ => None,
        });
        let (place, band) = bands.next()?;
        let ((low, _), (high, _)) = (band.low?, band.high?);
        (bands.next().is_none() && low < high).then_some((place, low, high))
    }

    pub(super) fn read(entry: &Entry<'_>, keys: usize, unit: &Unit) -> Option<Self> {
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
        let cell = Cell::read(&cells.pop()?, unit);
        let conditions: Option<Vec<Condition>> = cells.iter().map(Condition::read).collect();
        Self { conditions: conditions?, cell: cell? }.checked(entry)
    }

    /// The row, unless its line has nothing to run over.
    pub(super) fn checked(self, entry: &Entry<'_>) -> Option<Self> {
        if matches!(self.cell, Cell::Line { .. }) && self.span().is_none() {
            entry.fault(
                "P115",
                Text::new(
                    "直线 { from, to } 只能用于有且只有一个两端封闭区间的行，如 \">= 85 < 90\"",
                    "a line { from, to } stands in a row with one band that has both ends, as \">= 85 < 90\"",
                ),
            );
            return None;
        }
        Some(self)
    }
}

impl Condition {
    fn read(entry: &Entry<'_>) -> Option<Self> {
        let written = entry.text()?;
        match Self::parse(&written) {
            Ok(condition) => Some(condition),
            Err(None) => {
                let text = written.trim();
                entry.fault(
                    "P043",
                    Text::new(
                        format!("区间「{text}」应写作「>= 85」或「>= 85 < 95」"),
                        format!("write the band `{text}` as `>= 85` or `>= 85 < 95`"),
                    ),
                );
                None
            }
            Err(Some(relation)) => {
                entry.unknown(Text::new("比较符", "relation"), &relation, [">=", ">", "<=", "<", "="]);
                None
            }
        }
    }

    /// A condition as a file holds it; else the relation that is none.
    ///
    /// # Errors
    /// A band that is not written as one.
    pub fn parse(written: &str) -> Result<Self, Option<String>> {
        let text = written.trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        if !text.starts_with(['<', '>', '=']) {
            return Ok(Self::Word(text.to_owned()));
        }
        let mut band = Band::ALL;
        let mut words = text.split_whitespace();
        while let (Some(relation), number) = (words.next(), words.next()) {
            let (number, _) = number.and_then(amount::read).ok_or(None)?;
            match relation {
                ">=" => band.low = Some((number, true)),
                ">" => band.low = Some((number, false)),
                "<=" => band.high = Some((number, true)),
                "<" => band.high = Some((number, false)),
                "=" => band = Band { low: Some((number, true)), high: Some((number, true)) },
                other => return Err(Some(other.to_owned())),
            }
        }
        Ok(Self::Band(band))
    }
}

impl Cell {
    /// The number of that name.
    pub fn named(&self, name: &str) -> Option<&NamedNumber> {
        match self {
            Self::Named(numbers) => numbers.iter().find(|named| named.name == name),
            _ => None,
        }
    }

    /// What the cells of one table have in common; a line is a number that depends on another.
    fn form(&self) -> Text {
        match self {
            Self::Number(_) | Self::Line { .. } => Text::new("数字", "numbers"),
            Self::Word(_) => Text::new("词", "words"),
            Self::Named(_) => Text::new("分名称的数字", "named numbers"),
        }
    }

    pub(super) fn read(entry: &Entry<'_>, unit: &Unit) -> Option<Self> {
        if entry.is_table() {
            return Self::read_numbers(entry, unit);
        }
        if entry.is_text() {
            let text = entry.text()?;
            let looks_like_a_number = text
                .trim_start_matches(['-', '\u{a5}', '\u{ffe5}'])
                .starts_with(|c: char| c.is_ascii_digit());
            if !looks_like_a_number {
                return Some(Self::Word(text));
            }
        }
        number(entry, unit).map(|(number, _)| Self::Number(number))
    }

    /// `{ handler = "50", unit = "20%" }`, or a line `{ from = "0", to = "20" }`.
    fn read_numbers(entry: &Entry<'_>, unit: &Unit) -> Option<Self> {
        let section = entry.section()?;
        let mut numbers = Vec::new();
        for own in section.entries() {
            let (number, unit) = number(&own, unit)?;
            numbers.push(NamedNumber { name: own.name().to_owned(), number, unit });
        }
        match numbers.as_slice() {
            [] => {
                entry.fault("P116", Text::new("没有任何数字", "holds no number"));
                None
            }
            [from, to] if [from.name.as_str(), to.name.as_str()] == LINE => {
                Some(Self::Line { from: from.number, to: to.number })
            }
            _ => Some(Self::Named(Arc::from(numbers))),
        }
    }
}

/// A number with its unit: that of the parameter, unless it is written as a share.
fn number(entry: &Entry<'_>, unit: &Unit) -> Option<(Decimal, Unit)> {
    let (number, written) = entry.number()?;
    if *unit == Unit::Percent && written != Some(Unit::Percent) {
        entry.fault(
            "P044",
            Text::new(
                format!("单位为 %，须写作 \"{}%\"", amount::plain(number)),
                format!("the unit is %: write \"{}%\"", amount::plain(number)),
            ),
        );
        return None;
    }
    let unit = if written == Some(Unit::Percent) { Unit::Percent } else { unit.clone() };
    Some((number, unit))
}
