//! Parameters that have other values, stretch of days by stretch of days.

use crate::amount::Unit;
use crate::language::Text;
use crate::policy::{Cell, Condition, LINE, Pack, Parameter, ParameterValue, TableRow};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A parameter, or one cell of a table, with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterChange {
    /// Its name.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// The keys of the cell as a file holds them; none for a plain value.
    pub keys: Vec<String>,
    /// The first day on which it differs so.
    pub from: NaiveDate,
    /// The value before with its unit; none where there is none.
    pub before: Option<(Cell, Unit)>,
    /// The value after.
    pub after: Option<(Cell, Unit)>,
}

/// The value of a parameter, or of each cell of its table, by the keys.
type Cells = Vec<(Vec<String>, (Cell, Unit))>;

pub(super) fn changes(before: &Pack, after: &Pack) -> Vec<ParameterChange> {
    let names = |pack: &Pack| pack.parameters.iter().map(|own| own.name.clone()).collect::<Vec<_>>();
    let mut all = names(before);
    all.extend(names(after).into_iter().filter(|name| before.parameters.iter().all(|own| own.name != *name)));
    let mut found = Vec::new();
    for name in all {
        let of = |pack: &Pack| pack.parameters.iter().find(|own| own.name == name).cloned();
        of_parameter(&name, of(before), of(after), &mut found);
    }
    found
}

fn of_parameter(
    name: &str,
    before: Option<Arc<Parameter>>,
    after: Option<Arc<Parameter>>,
    found: &mut Vec<ParameterChange>,
) {
    let title = before.iter().chain(&after).next().map(|own| own.title.clone()).unwrap_or_default();
    let starts = before.iter().chain(&after).flat_map(|own| own.changes());
    let starts: BTreeSet<NaiveDate> = starts.collect();
    let mut last: Vec<ParameterChange> = Vec::new();
    for from in starts {
        let (old, new) = (cells(before.as_deref(), from), cells(after.as_deref(), from));
        let mut keys: Vec<&Vec<String>> = old.iter().map(|(keys, _)| keys).collect();
        keys.extend(new.iter().map(|(keys, _)| keys).filter(|keys| old.iter().all(|(own, _)| own != *keys)));
        let mut now = Vec::new();
        for keys in keys {
            let value =
                |cells: &Cells| cells.iter().find(|(own, _)| own == keys).map(|(_, cell)| cell.clone());
            let (before, after) = (value(&old), value(&new));
            if before != after {
                let (name, title) = (name.to_owned(), title.clone());
                now.push(ParameterChange { name, title, keys: keys.clone(), from, before, after });
            }
        }
        // a difference that goes on is no second one
        let goes_on = |change: &&ParameterChange| {
            last.iter().any(|last| {
                last.keys == change.keys && last.before == change.before && last.after == change.after
            })
        };
        found.extend(now.iter().filter(|change| !goes_on(change)).cloned());
        last = now;
    }
}

/// The cells in force on a day. Of two rows with the same keys the first counts, as it does for a clause.
fn cells(parameter: Option<&Parameter>, day: NaiveDate) -> Cells {
    let Some(parameter) = parameter else { return Cells::new() };
    let Some(dated) = parameter.on(day) else { return Cells::new() };
    let unit = |cell: Cell| (cell, parameter.unit.clone());
    match &dated.value {
        ParameterValue::Number(number) => vec![(Vec::new(), unit(Cell::Number(*number)))],
        ParameterValue::Word(word) => vec![(Vec::new(), unit(Cell::Word(word.clone())))],
        ParameterValue::Table(table) => table.ranked().flat_map(|row| of_row(row, &parameter.unit)).collect(),
    }
}

/// The cell of a row; each of its numbers by itself where it has several.
fn of_row(row: &TableRow, unit: &Unit) -> Cells {
    let keys: Vec<String> = row.conditions.iter().map(Condition::written).collect();
    let part = |name: &str, number: Decimal, unit: &Unit| {
        let keys = keys.iter().cloned().chain([name.to_owned()]).collect();
        (keys, (Cell::Number(number), unit.clone()))
    };
    match &row.cell {
        Cell::Named(numbers) => {
            numbers.iter().map(|named| part(&named.name, named.number, &named.unit)).collect()
        }
        Cell::Line { from, to } => {
            LINE.iter().zip([from, to]).map(|(name, number)| part(name, *number, unit)).collect()
        }
        cell => vec![(keys, (cell.clone(), unit.clone()))],
    }
}
