//! Rows of a table become typed facts. Every defect of every row is found in one go.

use super::Sheet;
use crate::calendar::{Period, end_of};
use crate::diagnostic::{Diagnostic, Faults, Place, Severity, suggestion};
use crate::fact::{Fact, FactType, Origin, Value};
use crate::language::Text;
use crate::organisation::Organisation;
use crate::policy::{Holder, Kind, Policy, Role, Rows, Vacant};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One readable row.
#[derive(Clone, Debug)]
pub struct Row {
    /// What identifies it.
    pub id: String,
    /// The moment that decides version, order and holders.
    pub at: NaiveDateTime,
    /// Where it stands.
    pub file: String,
    /// Its row number there.
    pub row: usize,
    /// Its facts in the order of the schema; those that are worked out later are missing.
    pub values: Vec<Value>,
    /// The codes in the columns of its roles.
    pub roles: BTreeMap<String, Vec<String>>,
}

/// A row that is not judged.
#[derive(Clone, Debug)]
pub struct SetAside {
    /// Its identifier, where it could be read.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Why.
    pub reasons: Vec<Diagnostic>,
}

/// What came of reading a table.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// How many rows there were.
    pub read: usize,
    /// The readable ones of the period, in order of time and identifier.
    pub rows: Vec<Row>,
    /// The readable ones outside the period: read, and not judged.
    pub outside: usize,
    /// The others.
    pub set_aside: Vec<SetAside>,
}

/// What rows are read against.
struct Reader<'r> {
    kind: &'r Kind,
    policy: &'r Policy,
    organisation: &'r Organisation,
    as_of: NaiveDate,
}

/// A column of the sheet and what it holds.
enum Column<'r> {
    Fact(usize, &'r Fact),
    Role(&'r Role),
}

/// Reads the files of one table. Files or headings that cannot be read are faults; rows that cannot are set aside.
pub fn read_rows(
    files: &[PathBuf],
    kind: &Kind,
    policy: &Policy,
    organisation: &Organisation,
    (period, as_of): (Period, NaiveDate),
    faults: &Faults,
) -> Intake {
    let reader = Reader { kind, policy, organisation, as_of };
    let mut intake = Intake::default();
    let mut rows = Vec::new();
    for file in files {
        let ragged = Faults::default();
        if let Some(sheet) = Sheet::read(file, &ragged) {
            let columns = reader.columns(&sheet, faults);
            intake.read = intake.read.saturating_add(sheet.rows.len());
            for (row, cells) in &sheet.rows {
                match reader.row(&sheet, *row, cells, &columns) {
                    Ok(row) => rows.push(row),
                    Err(aside) => intake.set_aside.push(aside),
                }
            }
        }
        for fault in ragged.into_sorted() {
            if fault.code == "R004" {
                intake.read = intake.read.saturating_add(1);
                let place = fault.place.clone().unwrap_or(Place::File { file: file.display().to_string() });
                intake.set_aside.push(SetAside { id: String::new(), place, reasons: vec![fault] });
            } else {
                faults.push(fault);
            }
        }
    }
    separate_repeated(rows, &mut intake);
    let (inside, outside): (Vec<Row>, Vec<Row>) =
        std::mem::take(&mut intake.rows).into_iter().partition(|row| period.contains(row.at.date()));
    intake.outside = outside.len();
    intake.rows = inside;
    intake.rows.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    intake.set_aside.sort_by(|a, b| a.place.cmp(&b.place));
    intake
}

/// Rows of one identifier: alike, the first counts; different, none can be trusted.
fn separate_repeated(rows: Vec<Row>, intake: &mut Intake) {
    let mut by_id: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_id.entry(row.id.clone()).or_default().push(row);
    }
    for (id, mut same) in by_id {
        same.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
        let alike =
            same.iter().zip(same.iter().skip(1)).all(|(a, b)| a.values == b.values && a.roles == b.roles);
        let first = same.first().map_or(0, |row| row.row);
        let kept_row = if alike { Some(same.remove(0)) } else { None };
        for repeated in same {
            let place = Place::Cell { file: repeated.file.clone(), row: repeated.row, column: String::new() };
            let reason = if alike {
                let message = Text::new(
                    format!("{id} 与第 {first} 行完全相同，只计一次"),
                    format!("{id} repeats row {first} in every cell and counts once"),
                );
                Diagnostic::warning("R020", message)
            } else {
                let message = Text::new(
                    format!("{id} 出现多次（首见第 {first} 行）且内容不同"),
                    format!("{id} stands here several times, first in row {first}, with different content"),
                );
                Diagnostic::error("R021", message)
            };
            intake.set_aside.push(SetAside {
                id: id.clone(),
                place: place.clone(),
                reasons: vec![reason.at(place)],
            });
        }
        intake.rows.extend(kept_row);
    }
}

impl SetAside {
    /// Whether the row stops the assessment unless the user sets it aside.
    pub fn is_fault(&self) -> bool {
        self.reasons.iter().any(|reason| reason.severity == Severity::Error)
    }
}

impl<'r> Reader<'r> {
    fn columns(&self, sheet: &Sheet, faults: &Faults) -> Vec<(usize, Column<'r>)> {
        let mut columns = Vec::new();
        for (position, fact) in self.kind.schema.facts().iter().enumerate() {
            if let Origin::Column(headings) = &fact.origin
                && let Some(column) = sheet.column(headings, &fact.title, faults)
            {
                columns.push((column, Column::Fact(position, fact)));
            }
        }
        for role in &self.kind.roles {
            if let Holder::Column { headings, .. } = &role.holder
                && let Some(column) = sheet.column(headings, &role.title, faults)
            {
                columns.push((column, Column::Role(role)));
            }
        }
        columns
    }

    fn row(
        &self,
        sheet: &Sheet,
        row: usize,
        cells: &[String],
        columns: &[(usize, Column<'r>)],
    ) -> Result<Row, SetAside> {
        let mut reasons = Vec::new();
        let mut values = vec![Value::Missing; self.kind.schema.facts().len()];
        let place = |column: usize| Place::Cell {
            file: sheet.file.clone(),
            row,
            column: sheet.headings.get(column).cloned().unwrap_or_default(),
        };
        for (column, held) in columns {
            if let Column::Fact(position, fact) = held {
                let cell = cells.get(*column).map_or("", String::as_str);
                match self.fact(fact, cell) {
                    Ok(value) => {
                        if let Some(slot) = values.get_mut(*position) {
                            *slot = value;
                        }
                    }
                    Err(reason) => reasons.push(reason.at(place(*column))),
                }
            }
        }
        let whole = Place::Cell { file: sheet.file.clone(), row, column: String::new() };
        let (id, at) = self.identity(&values);
        if id.is_empty() || at.is_none() {
            let message = Text::new(
                "编号或受理时间为空，无法判定",
                "without its identifier or its date the row cannot be judged",
            );
            if reasons.is_empty() {
                reasons.push(Diagnostic::error("R010", message).at(whole.clone()));
            }
        }
        let mut roles = BTreeMap::new();
        for (column, held) in columns {
            // without its day nobody can say who held a role
            if let (Column::Role(role), Some(at)) = (held, at) {
                let cell = cells.get(*column).map_or("", String::as_str);
                match self.holders(role, cell, at.date()) {
                    Ok(holders) => {
                        roles.insert(role.name.clone(), holders);
                    }
                    Err(found) => reasons.extend(found.into_iter().map(|reason| reason.at(place(*column)))),
                }
            }
        }
        if let (true, Some(at)) = (reasons.is_empty(), at) {
            Ok(Row { id, at, file: sheet.file.clone(), row, values, roles })
        } else {
            Err(SetAside { id, place: whole, reasons })
        }
    }

    fn fact(&self, fact: &Fact, cell: &str) -> Result<Value, Diagnostic> {
        if cell.is_empty() {
            return Ok(fact.blank.clone().unwrap_or(Value::Missing));
        }
        let value = fact.kind.read(cell, self.policy.offset).map_err(|(expected, help)| {
            let message = Text::new(
                format!("「{cell}」无法识别，应为{}", expected.zh),
                format!("`{cell}` is not understood; expected {}", expected.en),
            );
            let reason = Diagnostic::error("R011", message);
            help.map_or(reason.clone(), |help| reason.help(help))
        })?;
        match value {
            Value::Moment(moment) if moment >= end_of(self.as_of) => {
                let as_of = self.as_of;
                Err(Diagnostic::error(
                    "R012",
                    Text::new(
                        format!("「{cell}」晚于考核截至日 {as_of}"),
                        format!("`{cell}` is later than the assessment date {as_of}"),
                    ),
                ))
            }
            value => Ok(value),
        }
    }

    fn identity(&self, values: &[Value]) -> (String, Option<NaiveDateTime>) {
        let Rows::Table { id, at, .. } = &self.kind.rows else { return (String::new(), None) };
        let value = |name: &str| self.kind.schema.position(name).and_then(|position| values.get(position));
        let id = match value(id) {
            Some(value) => FactType::plain(value),
            None => String::new(),
        };
        let at = match value(at) {
            Some(Value::Moment(moment)) => Some(*moment),
            _ => None,
        };
        (id, at)
    }

    /// The codes a role's cell names; a name of the organisation stands for its code.
    fn holders(&self, role: &Role, cell: &str, day: NaiveDate) -> Result<Vec<String>, Vec<Diagnostic>> {
        let Holder::Column { separator, .. } = &role.holder else { return Ok(Vec::new()) };
        let parts: Vec<&str> = match separator {
            Some(separator) => cell.split(separator.as_str()).collect(),
            None => vec![cell],
        };
        let (mut holders, mut reasons) = (Vec::new(), Vec::new());
        for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            match self.holder(role, part, day) {
                Ok(id) if !holders.contains(&id) => holders.push(id),
                Ok(_) => {}
                Err(reason) => reasons.push(reason),
            }
        }
        holders.sort();
        if holders.is_empty() && reasons.is_empty() && role.vacant == Vacant::Undetermined {
            let message = Text::new(
                format!("没有写明{}，无人可以承担", role.title.zh),
                format!("no {} is named, so nobody could bear what follows", role.title.en),
            );
            reasons.push(Diagnostic::error("R015", message));
        }
        if reasons.is_empty() { Ok(holders) } else { Err(reasons) }
    }

    fn holder(&self, role: &Role, part: &str, day: NaiveDate) -> Result<String, Diagnostic> {
        if !self.organisation.is_listed() {
            return Ok(part.to_owned());
        }
        let member = self.policy.kind(&role.is).and_then(|(_, kind)| match &kind.rows {
            Rows::Members { member } => Some(member.as_str()),
            _ => None,
        });
        let fits = |kind: &str| member.is_none_or(|member| member == kind);
        let rows = self.organisation.rows_of(part);
        if let Some(found) = self.organisation.on(part, day)
            && fits(&found.kind)
        {
            return Ok(part.to_owned());
        }
        if rows.iter().any(|row| fits(&row.kind)) {
            let message =
                Text::new(format!("{part} 在 {day} 不在册"), format!("{part} was not in force on {day}"));
            return Err(Diagnostic::error("R013", message));
        }
        let mut named = self.organisation.members().filter(|row| {
            fits(&row.kind) && row.days.contains(day) && (row.name.zh == part || row.name.en == part)
        });
        if let (Some(found), None) = (named.next(), named.next()) {
            return Ok(found.id.clone());
        }
        let known = self.organisation.members().filter(|row| fits(&row.kind));
        let known = known.flat_map(|row| [row.id.as_str(), row.name.zh.as_str()]);
        let message = Text::new(
            format!("组织中没有{}「{part}」", role.title.zh),
            format!("the organisation has no {} `{part}`", role.title.en),
        );
        let reason = Diagnostic::error("R014", message);
        let help = suggestion(part, known).filter(|help| help.en.starts_with("did you mean"));
        Err(help.map_or(reason.clone(), |help| reason.help(help)))
    }
}
