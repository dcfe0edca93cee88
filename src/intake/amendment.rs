//! What was decided of a row after it was read: that it does not count, or that facts or roles of it are others.

use super::reader::Reader;
use super::table::DECIDED;
use super::{Intake, Row, Rows, SetAside};
use crate::calendar::Period;
use crate::diagnostic::{Diagnostic, Place};
use crate::fact::{Fact, Value};
use crate::language::Text;
use crate::organisation::Organisation;
use crate::policy::{self, Kind, Policy};
use chrono::NaiveDate;
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
    /// There is no such row, fact or role, or what is set is not what the book could say.
    pub fn amend(
        &mut self,
        (policy, kind): (&Policy, &Kind),
        amendments: &[Amendment],
        organisation: &Organisation,
        (period, as_of): (Period, NaiveDate),
    ) -> Result<(), Vec<Diagnostic>> {
        let reader = Reader { kind, policy, organisation, as_of };
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
                (Some(set), Some(row)) => faults.extend(Change { reader: &reader, period }.make(row, set)),
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

/// How rows are changed: as cells of the book are read.
struct Change<'c> {
    reader: &'c Reader<'c>,
    period: Period,
}

impl Change<'_> {
    /// Sets facts and roles of a row, and tells what of it the book could not say.
    fn make(&self, row: &mut Row, set: &BTreeMap<String, String>) -> Vec<Diagnostic> {
        let before = (row.values.clone(), row.roles.clone());
        let faults: Vec<Diagnostic> =
            set.iter().flat_map(|(name, typed)| self.one(row, name, typed)).collect();
        if faults.is_empty() && before == (row.values.clone(), row.roles.clone()) {
            return vec![wrong(
                format!("「{}」本来就是这样，没有更正什么", row.id),
                format!("`{}` is so already: nothing is amended", row.id),
            )];
        }
        faults
    }

    /// Sets one fact or role, called by its name or its title.
    fn one(&self, row: &mut Row, name: &str, typed: &str) -> Vec<Diagnostic> {
        let kind = self.reader.kind;
        let is_called = |own: &str, title: &Text| [own, &title.zh, &title.en].contains(&name);
        if let Some(role) = kind.roles.iter().find(|role| is_called(&role.name, &role.title))
            && row.roles.contains_key(&role.name)
        {
            return match self.reader.holders(role, typed, row.at.date()) {
                Ok(codes) => {
                    row.roles.insert(role.name.clone(), codes);
                    Vec::new()
                }
                Err(reasons) => {
                    reasons.into_iter().map(|reason| said_of(&role.title, typed, reason)).collect()
                }
            };
        }
        let facts = kind.schema.facts();
        let Some((place, fact)) =
            facts.iter().enumerate().find(|(_, fact)| is_called(&fact.name, &fact.title))
        else {
            let message = Text::new(
                format!("「{}」没有事实或角色 `{name}`", kind.title.zh),
                format!("'{}' has no fact or role `{name}`", kind.title.en),
            );
            let known =
                facts.iter().map(|fact| fact.name.as_str()).chain(row.roles.keys().map(String::as_str));
            return vec![Diagnostic::error("L023", message).suggest(name, known)];
        };
        if self.reader.is_key(fact) || typed.is_empty() {
            return vec![wrong(
                format!("「{}」不能改成「{typed}」：编号不能改，值不能空", fact.title.zh),
                format!(
                    "'{}' cannot be made `{typed}`: what identifies a row stays, and no value is blank",
                    fact.title.en
                ),
            )];
        }
        match self.reader.fact(fact, typed) {
            Ok(value) => self.put(row, (place, fact), value).into_iter().collect(),
            Err(reason) => vec![said_of(&fact.title, typed, reason)],
        }
    }

    fn put(&self, row: &mut Row, (place, fact): (usize, &Fact), value: Value) -> Option<Diagnostic> {
        if let (policy::Rows::Table { at, counted_at, .. }, Value::Moment(moment)) =
            (&self.reader.kind.rows, &value)
        {
            let decides = *at == fact.name || counted_at.as_ref() == Some(&fact.name);
            if decides && !(self.period.first..=self.period.last).contains(&moment.date()) {
                let (title, period) = (&fact.title, self.period.code());
                return Some(wrong(
                    format!("「{}」改后不在 {period}：该行会计入别期", title.zh),
                    format!(
                        "'{}' would then not be in {period}: the row would count in another period",
                        title.en
                    ),
                ));
            }
            if *at == fact.name {
                row.at = *moment;
            }
        }
        if let Some(slot) = row.values.get_mut(place) {
            *slot = value;
        }
        None
    }
}

fn wrong(zh: String, en: String) -> Diagnostic {
    Diagnostic::error("L023", Text::new(zh, en))
}

/// Why what is typed is not what the book could say.
fn said_of(title: &Text, typed: &str, reason: Diagnostic) -> Diagnostic {
    let message = Text::new(
        format!("{}={typed}：{}", title.zh, reason.message.zh),
        format!("{}={typed}: {}", title.en, reason.message.en),
    );
    let fault = Diagnostic::error("L023", message);
    match reason.help {
        Some(help) => fault.help(help),
        None => fault,
    }
}

fn left_out(row: Row, amendment: &Amendment) -> SetAside {
    let entry = amendment.entry;
    let message = Text::new(
        format!("申诉成立，不计（台账第 {entry} 条）"),
        format!("does not count: an appeal was upheld (entry {entry} of the ledger)"),
    );
    let place = Place::Cell { file: row.file, row: row.row, column: String::new() };
    SetAside { id: row.id, place: place.clone(), reasons: vec![Diagnostic::note(DECIDED, message).at(place)] }
}

fn no_such_row(amendment: &Amendment) -> Diagnostic {
    let (record, entry) = (&amendment.record, amendment.entry);
    let message = Text::new(
        format!("台账第 {entry} 条所决定的「{record}」不在账簿中"),
        format!("`{record}`, of which entry {entry} of the ledger decides, is not in the book"),
    );
    Diagnostic::error("L023", message)
}
