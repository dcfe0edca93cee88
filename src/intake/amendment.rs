//! What was decided of a row after it was read: that it does not count, or that facts or roles of it are others.

use super::{Intake, Row, Rows, SetAside};
use crate::diagnostic::{Diagnostic, Place};
use crate::language::Text;
use crate::policy::{self, Kind};
use chrono::FixedOffset;
use std::collections::BTreeMap;

/// What was decided of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amendment {
    /// The kind of the row.
    pub kind: String,
    /// What identifies it.
    pub record: String,
    /// What its facts and roles are, by the pack's names, as typed; none where the row does not count.
    pub set: Option<BTreeMap<String, String>>,
    /// The number of the decision in the ledger.
    pub entry: u64,
}

impl Intake {
    /// Does what was decided of rows of a kind.
    ///
    /// # Errors
    /// There is no such row, fact or role, or a fact cannot be read.
    pub fn amend(
        &mut self,
        kind: &Kind,
        amendments: &[Amendment],
        offset: FixedOffset,
    ) -> Result<(), Vec<Diagnostic>> {
        let own: Vec<&Amendment> = amendments.iter().filter(|own| own.kind == kind.name).collect();
        if own.is_empty() {
            return Ok(());
        }
        let (mut rows, mut faults): (Vec<Row>, Vec<Diagnostic>) = (self.rows.iter().collect(), Vec::new());
        for amendment in own {
            let Some(place) = rows.iter().position(|row| row.id == amendment.record) else {
                faults.push(no_such_row(amendment));
                continue;
            };
            match (&amendment.set, rows.get_mut(place)) {
                (Some(set), Some(row)) => faults.extend(change(row, kind, set, offset)),
                (None, Some(_)) => {
                    let row = rows.remove(place);
                    self.set_aside.push(left_out(row, amendment));
                }
                (_, None) => {}
            }
        }
        rows.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
        let mut amended = Rows::new(kind);
        if let Some(covers) = self.rows.covers() {
            amended.cover(covers.clone());
        }
        rows.into_iter().for_each(|row| amended.push(row));
        self.rows = amended;
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// Sets facts and roles of a row, and tells which are none or cannot be read.
fn change(
    row: &mut Row,
    kind: &Kind,
    set: &BTreeMap<String, String>,
    offset: FixedOffset,
) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for (name, typed) in set {
        if let Some(codes) = row.roles.get_mut(name) {
            *codes = typed.split_whitespace().map(str::to_owned).collect();
            continue;
        }
        let fact = kind.schema.position(name).zip(kind.schema.get(name));
        let Some((place, fact)) = fact else {
            let message = Text::new(
                format!("「{}」没有事实或角色 `{name}`", kind.title.zh),
                format!("'{}' has no fact or role `{name}`", kind.title.en),
            );
            let facts = kind.schema.facts().iter().map(|fact| fact.name.as_str());
            let known = facts.chain(row.roles.keys().map(String::as_str));
            faults.push(Diagnostic::error("L023", message).suggest(name, known));
            continue;
        };
        match fact.kind.read(typed, offset) {
            Ok(value) => {
                let decides = matches!(&kind.rows, policy::Rows::Table { at, .. } if at == name);
                if let (true, crate::fact::Value::Moment(at)) = (decides, &value) {
                    row.at = *at;
                }
                if let Some(slot) = row.values.get_mut(place) {
                    *slot = value;
                }
            }
            Err((why, help)) => {
                let message = Text::new(
                    format!("{}={typed}：{}", fact.title.zh, why.zh),
                    format!("{}={typed}: {}", fact.title.en, why.en),
                );
                let fault = Diagnostic::error("L023", message);
                faults.push(match help {
                    Some(help) => fault.help(help),
                    None => fault,
                });
            }
        }
    }
    faults
}

fn left_out(row: Row, amendment: &Amendment) -> SetAside {
    let entry = amendment.entry;
    let message = Text::new(
        format!("申诉成立，不计（台账第 {entry} 条）"),
        format!("does not count: an appeal was upheld (entry {entry} of the ledger)"),
    );
    let place = Place::Cell { file: row.file, row: row.row, column: String::new() };
    SetAside { id: row.id, place: place.clone(), reasons: vec![Diagnostic::note("L024", message).at(place)] }
}

fn no_such_row(amendment: &Amendment) -> Diagnostic {
    let (record, entry) = (&amendment.record, amendment.entry);
    let message = Text::new(
        format!("台账第 {entry} 条所决定的「{record}」不在账簿中"),
        format!("`{record}`, of which entry {entry} of the ledger decides, is not in the book"),
    );
    Diagnostic::error("L023", message)
}
