//! A table becomes typed facts. Every defect of every row is found in one go.

use super::part::{Taken, take};
use super::reader::Reader;
use super::{Layout, Rows, Sheet, Sought, repeated};
use crate::calendar::Period;
use crate::diagnostic::{Diagnostic, Faults, Place, Severity};
use crate::fact::{Covers, Origin, Value};
use crate::organisation::Organisation;
use crate::policy::{self, Kind, Policy};
use chrono::NaiveDate;
use rayon::prelude::*;
use std::path::PathBuf;

/// Parts a thread: a few, so that none waits long for the last; not many, for each learns its words anew.
const PARTS: usize = 4;

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

/// The code of a row that was left out by a decision.
pub(super) const DECIDED: &str = "L024";

/// What came of reading a table.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// How many rows there were.
    pub read: usize,
    /// The readable ones of the period, and those from before it that something looks back on, in order of time and
    /// identifier.
    pub rows: Rows,
    /// The readable ones outside the period: read, and not judged.
    pub outside: usize,
    /// The readable ones that have not ended, where the pack carries those over or leaves them out.
    pub open: usize,
    /// How many rows of a file belong to no kind that reads it; they are not among those read.
    pub unpicked: Vec<(String, usize)>,
    /// The others.
    pub set_aside: Vec<SetAside>,
}

impl SetAside {
    /// Whether somebody decided that the row does not count: nothing of it is to be mended.
    pub fn is_decided(&self) -> bool {
        self.reasons.iter().all(|reason| reason.code == DECIDED)
    }

    /// Whether the row stops the assessment unless the user sets it aside.
    pub fn is_fault(&self) -> bool {
        self.reasons.iter().any(|reason| reason.severity == Severity::Error)
    }
}

/// Reads the files of one table, and of workbooks the sheet that is named, where one is. Files or headings that cannot be read are faults; rows that cannot are set aside.
pub fn read_rows(
    (files, sheet): (&[PathBuf], Option<&str>),
    kind: &Kind,
    policy: &Policy,
    organisation: &Organisation,
    (period, as_of): (Period, NaiveDate),
    faults: &Faults,
) -> Intake {
    let reader = Reader { kind, policy, organisation, as_of };
    let mut intake = Intake { rows: Rows::new(kind), ..Intake::default() };
    let shape = kind.table().and_then(|table| policy.tables.get(table));
    if let Some(from) = shape.and_then(|shape| shape.covers) {
        intake.cover(files, from);
    }
    let mut parts = Vec::new();
    let sought = Sought::of_kind(kind, policy, sheet);
    for file in files {
        let ragged = Faults::default();
        if let Some(sheet) = Sheet::open(file, &sought, &ragged) {
            for taken in reader.sheet(&sheet, faults, &ragged) {
                intake.read = intake.read.saturating_add(taken.read);
                intake.set_aside.extend(taken.set_aside);
                intake.leave(&sheet.file, taken.unpicked);
                parts.push(taken.rows);
            }
        }
        for fault in ragged.into_sorted() {
            if ["R004", "R059", "R066"].contains(&fault.code) {
                // whose it would be nobody can say: it stands once, with the first kind of the table
                if !reader.is_first() {
                    continue;
                }
                intake.read = intake.read.saturating_add(1);
                let place = fault.place.clone().unwrap_or(Place::File { file: file.display().to_string() });
                intake.set_aside.push(SetAside { id: String::new(), place, reasons: vec![fault] });
            } else {
                faults.push(fault);
            }
        }
    }
    intake.rows.append(parts);
    let kept = repeated::set_aside(&intake.rows, kind, &mut intake.set_aside);
    intake.keep(kept, (kind, period), policy.looks_back(&kind.name));
    intake.set_aside.sort_by(|a, b| a.place.cmp(&b.place));
    intake
}

impl Reader<'_> {
    /// Whether the kind is the first that reads its table.
    fn is_first(&self) -> bool {
        let mut kinds = self.kind.table().into_iter().flat_map(|table| self.policy.kinds_of_table(table));
        kinds.next().is_some_and(|first| first.name == self.kind.name)
    }

    /// How the rows of a sheet become rows of the kind.
    pub(super) fn layout<'s>(&self, sheet: &'s Sheet, faults: &Faults) -> Option<Layout<'s>>
    where
        Self: 's,
    {
        let table = self.kind.table()?;
        let others = self.policy.kinds_of_table(table).filter(|other| other.name != self.kind.name);
        let others: Vec<&Kind> = others.collect();
        let others = self.is_first().then_some(others);
        Layout::of(sheet, self.kind, (self.policy.tables.get(table), others.as_deref()), faults)
    }

    /// The rows of a sheet, in parts; none where the sheet as a whole cannot be read.
    fn sheet(&self, sheet: &Sheet, faults: &Faults, ragged: &Faults) -> Vec<Taken> {
        let lacking = Faults::default();
        let Some(mut layout) = self.layout(sheet, faults) else { return Vec::new() };
        let columns = self.columns(&mut layout, &lacking);
        let (layout, columns) = (&layout, columns.as_slice());
        let parts = sheet.parts(rayon::current_num_threads().saturating_mul(PARTS));
        let mut taken: Vec<Taken> =
            parts.par_iter().map(|part| take(*self, sheet, part, (layout, columns))).collect();
        let mut found: Vec<Diagnostic> = taken.iter_mut().flat_map(|part| part.faults.drain(..)).collect();
        let is_sound = taken.iter().all(|part| part.is_sound) && sheet.check_headings(&mut found);
        ragged.extend(found);
        if !is_sound {
            return Vec::new();
        }
        faults.extend(lacking.into_sorted());
        taken
    }
}

impl Intake {
    /// Says since when the files are complete; what was said before no longer counts.
    pub fn cover(&mut self, files: &[PathBuf], from: NaiveDate) {
        let name = |file: &PathBuf| file.file_name().map(|name| name.to_string_lossy().into_owned());
        let names: Vec<String> = files.iter().filter_map(name).collect();
        self.rows.cover(Covers { files: names.join(", "), from });
    }

    fn leave(&mut self, file: &str, rows: usize) {
        match self.unpicked.iter_mut().find(|(known, _)| known == file) {
            Some((_, sum)) => *sum = sum.saturating_add(rows),
            None if rows > 0 => self.unpicked.push((file.to_owned(), rows)),
            None => {}
        }
    }

    /// Keeps, of the rows at these places or of all, those of the period, in order of time and identifier; where
    /// something looks back, also those from before it.
    fn keep(&mut self, places: Option<Vec<usize>>, (kind, period): (&Kind, Period), looks_back: bool) {
        let rows = &self.rows;
        let at = rows.at();
        let counted = match &kind.rows {
            policy::Rows::Table { counted_at: Some(fact), .. } => kind.schema.position(fact),
            _ => None,
        };
        // into which period a row falls may have to be worked out first: then none is left out yet
        let is_read = |fact: usize| {
            kind.schema.facts().get(fact).is_none_or(|fact| matches!(fact.origin, Origin::Column(_)))
        };
        let worked_out = counted.is_some_and(|fact| !is_read(fact));
        let day = |row: usize| {
            let ended = match counted.map(|fact| rows.facts().value(fact, row)) {
                Some(Value::Moment(moment)) => Some(moment.date()),
                _ => None,
            };
            kind.counted_day(at.get(row)?.date(), ended)
        };
        let earlier = |row: usize| looks_back && at.get(row).is_some_and(|at| at.date() <= period.last);
        let inside =
            |row: &usize| worked_out || day(*row).is_some_and(|day| period.contains(day)) || earlier(*row);
        let before = |a: usize, b: usize| (at.get(a), rows.id(a)).cmp(&(at.get(b), rows.id(b)));
        let (mut kept, candidates): (Vec<usize>, usize) = match &places {
            Some(places) => (places.iter().copied().filter(inside).collect(), places.len()),
            None => ((0..rows.len()).filter(inside).collect(), rows.len()),
        };
        let left = candidates.saturating_sub(kept.len());
        if kind.unended().is_some() && left > 0 {
            let every: Vec<usize> = places.unwrap_or_else(|| (0..rows.len()).collect());
            self.open = every.iter().filter(|row| day(**row).is_none() && !earlier(**row)).count();
        }
        self.outside = left.saturating_sub(self.open);
        let sorted = kept.is_sorted_by(|a, b| before(*a, *b).is_le());
        if !sorted {
            kept.par_sort_by(|a, b| before(*a, *b));
        }
        if !sorted || kept.len() != rows.len() {
            self.rows = rows.select(&kept);
        }
    }
}
