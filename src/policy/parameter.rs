//! Dated numbers, words and tables: everything of a policy that is not logic.

use super::lookup::{Cell, Overlap, Table, TableRow};
use crate::amount::Unit;
use crate::diagnostic::Place;
use crate::document::{Entry, Section};
use crate::language::Text;
use crate::organisation::Days;
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
    /// Which of several rows counts that a number lies in; a table that does not say has no such rows.
    pub overlap: Option<Overlap>,
    /// The decimal places of the numbers it is looked up by, where the number itself does not say: by key.
    pub places: BTreeMap<String, u32>,
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
    /// The last day, where it ends without another value taking its place.
    pub until: Option<NaiveDate>,
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
    /// A table; one without keys has a single row, of named numbers.
    Table(Arc<Table>),
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
    /// The last day of parameters whose value has ended.
    ended: BTreeMap<String, NaiveDate>,
}

impl Terms {
    /// Those in force on a day.
    pub(super) fn on(parameters: &[Arc<Parameter>], day: NaiveDate, edition: usize) -> Self {
        let values = parameters
            .iter()
            .filter_map(|parameter| {
                let dated = parameter.on(day)?;
                let term = Term {
                    parameter: Arc::clone(parameter),
                    from: dated.from,
                    value: dated.value.clone(),
                    basis: dated.basis.clone(),
                };
                Some((parameter.name.clone(), term))
            })
            .collect();
        let ended = parameters.iter().filter_map(|parameter| {
            let last = parameter.values.iter().rfind(|dated| dated.from <= day)?.until?;
            (last < day).then(|| (parameter.name.clone(), last))
        });
        Self { edition: Some(edition), values, ended: ended.collect() }
    }

    /// The last day on which the parameter of that name had a value, where that has ended.
    pub fn ended(&self, name: &str) -> Option<NaiveDate> {
        self.ended.get(name).copied()
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

impl Term {
    /// What a number of it is counted in, by the keys that lead to it: a named number may have a unit of its own.
    pub fn unit(&self, keys: &[String]) -> Unit {
        let named = match (&self.value, keys.split_at_checked(self.parameter.keys.len())) {
            (ParameterValue::Table(table), Some((_, [name]))) => {
                let mut cells = table.rows.iter().map(|row| &row.cell);
                cells.find_map(|cell| cell.named(name)).map(|named| named.unit.clone())
            }
            _ => None,
        };
        named.unwrap_or_else(|| self.parameter.unit.clone())
    }
}

impl Parameter {
    /// The value in force on a day.
    pub fn on(&self, day: NaiveDate) -> Option<&Dated> {
        self.values.iter().rfind(|dated| dated.from <= day).filter(|dated| dated.days().contains(day))
    }

    /// The days on which another value comes into force, or one ends.
    pub fn changes(&self) -> impl Iterator<Item = NaiveDate> {
        let ends = self.values.iter().filter_map(|dated| dated.until?.succ_opt());
        self.values.iter().map(|dated| dated.from).chain(ends)
    }

    pub(super) fn read(section: &Section<'_>) -> Self {
        let place = section.place();
        let title = section.title("title");
        let keys = section.texts("keys");
        let overlap =
            super::role::word(section, "overlap", &[("first", Overlap::First), ("last", Overlap::Last)]);
        let places = places(section, &keys);
        let unit = section.text("unit").map_or(Unit::None, |word| Unit::named(&word));
        let mut values = Vec::new();
        let entries = section.list("values");
        if entries.is_empty() {
            section.fault("P040", Text::new("没有任何取值 `values`", "has no `values`"));
        }
        for entry in entries {
            if let Some(value) = entry.section() {
                values.extend(Dated::read(&value, (&keys, &unit), overlap));
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
        Self { name: section.name().to_owned(), title, unit, keys, overlap, places, values, place }
    }
}

impl Dated {
    fn read(
        section: &Section<'_>,
        (keys, unit): (&[String], &Unit),
        overlap: Option<Overlap>,
    ) -> Option<Self> {
        let from = section.required("from").and_then(|entry| entry.day());
        let until = section.get("until").and_then(|entry| entry.day());
        let basis = section.required_text("basis").unwrap_or_default();
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            section.fault("P110", Text::new("`until` 早于 `from`", "`until` lies before `from`"));
        }
        let entry = section.required("value")?;
        let value = if keys.is_empty() {
            match Cell::read(&entry, unit)? {
                Cell::Number(number) => ParameterValue::Number(number),
                Cell::Word(word) => ParameterValue::Word(word),
                cell => {
                    let row = TableRow { conditions: Vec::new(), cell }.checked(&entry)?;
                    ParameterValue::Table(Table::read(vec![row], overlap, section)?)
                }
            }
        } else {
            let mut rows = Vec::new();
            for row in entry.list()? {
                rows.extend(TableRow::read(&row, keys.len(), unit));
            }
            ParameterValue::Table(Table::read(rows, overlap, section)?)
        };
        Some(Self { from: from?, until, value, basis })
    }

    /// The days on which the value is in force, where no later one takes its place.
    pub fn days(&self) -> Days {
        Days { from: Some(self.from), until: self.until }
    }
}

/// `places = 2` for the only key, or `places = { loss = 2 }`.
fn places(section: &Section<'_>, keys: &[String]) -> BTreeMap<String, u32> {
    let mut places = BTreeMap::new();
    let Some(entry) = section.get("places") else { return places };
    let mut put = |key: &str, entry: &Entry<'_>| {
        let Some((number, _)) = entry.number() else { return };
        match u32::try_from(number).ok().filter(|most| number.fract().is_zero() && *most <= 10) {
            Some(most) => drop(places.insert(key.to_owned(), most)),
            None => entry.fault("P111", Text::new("小数位数须为 0 至 10", "decimal places are 0 to 10")),
        }
    };
    match (entry.is_table(), keys) {
        (false, [key]) => put(key, &entry),
        (false, _) => entry.fault(
            "P112",
            Text::new("请写明是哪个键，如 { loss = 2 }", "say of which key, as in { loss = 2 }"),
        ),
        (true, _) => {
            for own in entry.section().map(|of| of.entries()).unwrap_or_default() {
                if keys.iter().any(|key| key == own.name()) {
                    put(own.name(), &own);
                } else {
                    own.unknown(Text::new("键", "key"), own.name(), keys.iter().map(String::as_str));
                }
            }
        }
    }
    places
}
