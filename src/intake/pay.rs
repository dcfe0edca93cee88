//! Pay, from a further column of the file of members. It is confidential: it is read here, bounds what may be withheld,
//! and stands in no report, document or diagnostic.

use super::card_facts::{cell, rows_of};
use crate::amount::{self, Unit};
use crate::calendar::Period;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::fact::{FactType, Value};
use crate::interval::Interval;
use crate::language::Text;
use crate::organisation::{FurtherRow, Organisation};
use crate::policy::{Policy, WageGuard};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What the file of members says of somebody's pay in a period.
pub enum Pay {
    /// So many yuan.
    Given(Decimal),
    /// The cell is blank, or there is no such column.
    NotGiven,
    /// The person is not in the organisation on any day of the period: there is no pay.
    NotInForce,
}

impl WageGuard {
    /// A person's pay in a period: that of the row in force on its last day.
    pub fn pay_of(&self, organisation: &Organisation, person: &str, period: &Period) -> Pay {
        let Some(row) = organisation.further().on_last_day(person, period) else {
            return if organisation.is_listed() { Pay::NotInForce } else { Pay::NotGiven };
        };
        // what cannot be read has stopped the assessment already
        self.cell_of(organisation, row)
            .and_then(|cell| read(cell).ok())
            .flatten()
            .map_or(Pay::NotGiven, Pay::Given)
    }

    fn cell_of<'o>(&self, organisation: &'o Organisation, row: &'o FurtherRow) -> Option<&'o str> {
        cell(organisation.further(), row, &self.pay).map(|(_, cell)| cell)
    }
}

/// The pay in a cell; none where it is blank, an error where it is no amount of money.
fn read(cell: &str) -> Result<Option<Decimal>, ()> {
    if cell.trim().is_empty() {
        return Ok(None);
    }
    // a share is read as a number, and is no pay
    if cell.trim_end().ends_with(['%', '\u{ff05}']) {
        return Err(());
    }
    let bounds = Interval { low: Some(Decimal::ZERO), high: None };
    let money = FactType::Number { unit: Unit::Yuan, places: None, bounds };
    // money has no time zone
    match money.read(cell, chrono::Offset::fix(&chrono::Utc)) {
        Ok(Value::Number(pay)) if pay >= Decimal::ZERO => Ok(Some(pay)),
        _ => Err(()),
    }
}

/// The rows of everybody whose charges are guarded, by row number.
fn guarded<'o>(
    organisation: &'o Organisation,
    policy: &'o Policy,
    guard: &'o WageGuard,
) -> BTreeMap<usize, (&'o str, &'o FurtherRow)> {
    let kinds = guard.charges.iter().filter_map(|guarded| guarded.of(policy)).map(|(_, kind, _)| kind);
    kinds.flat_map(|kind| rows_of(organisation, kind)).map(|(id, row)| (row.number, (id, row))).collect()
}

/// Reports where pay is lacking as a whole, and cells that are no pay, without what stands in them.
pub(super) fn check(organisation: &Organisation, policy: &Policy, faults: &Faults) {
    let Some(guard) = policy.wage_guard.as_ref().filter(|_| organisation.is_listed()) else { return };
    let further = organisation.further();
    let place =
        |row: usize, column: &str| Place::Cell { file: further.file.clone(), row, column: column.to_owned() };
    let columns: Vec<usize> = further.columns(&guard.pay).collect();
    let expected = guard.pay.join("、");
    let [column] = columns.as_slice() else {
        faults.push(
            if columns.is_empty() { no_column(&expected) } else { several(columns.len(), &expected) }
                .at(place(1, "")),
        );
        return;
    };
    let heading = further.headings.get(*column).map_or("", String::as_str);
    for (_, row) in guarded(organisation, policy, guard).into_values() {
        if guard.cell_of(organisation, row).is_some_and(|cell| read(cell).is_err()) {
            faults.push(no_pay().at(place(row.number, heading)));
        }
    }
}

/// The assessment goes on: what was found is right without pay, only what is withheld stays open.
fn no_column(expected: &str) -> Diagnostic {
    let message = Text::new(
        format!("没有工资一列（{expected}）：本月扣多少、余多少不能确定"),
        format!("no column for pay ({expected}): how much is withheld this month stays open"),
    );
    let help = Text::new(
        "加上该列；工资只用来计算可扣的上限，任何输出都不显示",
        "add the column: pay only bounds what may be withheld, and no output shows it",
    );
    Diagnostic::warning("O014", message).help(help)
}

fn several(found: usize, expected: &str) -> Diagnostic {
    let message = Text::new(
        format!("{found} 列都可作为工资：{expected}"),
        format!("{found} columns could be pay: {expected}"),
    );
    Diagnostic::error("O011", message)
}

/// A cell that is no pay; what stands in it may still be somebody's pay, and is not shown.
fn no_pay() -> Diagnostic {
    let message = Text::new(
        "该格不是工资金额（内容保密，不显示）",
        "the cell is no amount of pay (what it holds is confidential and not shown)",
    );
    let help = Text::new(
        "写作如 1234.50 的数字，不小于零；不知道的留空",
        "write a number such as 1234.50, not below zero; leave it blank where it is not known",
    );
    Diagnostic::error("O015", message).help(help)
}

/// Every pay that bounds something, a line each, for the fingerprint of what was read.
pub fn pay_lines(organisation: &Organisation, policy: &Policy) -> Vec<String> {
    let Some(guard) = &policy.wage_guard else { return Vec::new() };
    let line = |(id, row): (&str, &FurtherRow)| {
        let pay = guard.cell_of(organisation, row).and_then(|cell| read(cell).ok()).flatten();
        let pay = pay.map(amount::plain).unwrap_or_default();
        format!("pay {id} {:?} {pay}", row.days)
    };
    guarded(organisation, policy, guard).into_values().map(line).collect()
}
