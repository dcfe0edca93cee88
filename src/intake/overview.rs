//! How one file was understood, column by column, without assessing anything.

use super::reader::{Held, Reader};
use super::sheet::letters;
use super::{Layout, Rows, SetAside, Shaped, Sheet, Sought, repeated};
use crate::diagnostic::{Diagnostic, Faults, Place, Severity};
use crate::fact::{FactType, Value};
use crate::organisation::Organisation;
use crate::policy::{Kind, Policy};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a file is, and which of its sheets was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Text with commas, written so.
    Csv(&'static str),
    /// A workbook of Excel.
    Workbook {
        /// The sheet that was read.
        sheet: String,
        /// The others that can be seen.
        others: Vec<String>,
        /// Those that are hidden.
        hidden: Vec<String>,
    },
}

/// How one file was understood.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The file.
    pub file: String,
    /// What it is.
    pub source: Source,
    /// The first and the last row of the headings.
    pub headings: (usize, usize),
    /// The rows above them that say something.
    pub titles: Vec<(usize, String)>,
    /// Every heading, in the order of columns.
    pub columns: Vec<String>,
    /// The headings that nobody reads.
    pub unread: Vec<String>,
    /// Columns without a heading, by letter, with how many cells of theirs are not read.
    pub unheaded: BTreeMap<String, usize>,
    /// What each kind of the table reads.
    pub kinds: Vec<KindOverview>,
    /// Everything that is wrong, in the order of rows, and what was left out.
    pub found: Vec<Diagnostic>,
    /// The table.
    pub table: String,
}

/// What one kind reads of a file.
#[derive(Clone, Debug)]
pub struct KindOverview {
    /// The kind's name in the pack.
    pub kind: String,
    /// How many rows are its own.
    pub rows: usize,
    /// How many of them cannot be read.
    pub defective: usize,
    /// Its columns.
    pub columns: Vec<ColumnOverview>,
}

/// How one column was understood.
#[derive(Clone, Debug)]
pub struct ColumnOverview {
    /// The heading it has.
    pub heading: String,
    /// The name in the pack of the fact or role that it is taken for.
    pub name: String,
    /// How many cells say something that is understood.
    pub filled: usize,
    /// How many are blank.
    pub blank: usize,
    /// How many are not understood.
    pub defective: usize,
    /// Where it holds one of some words: each that was met, how often, and what it is taken for.
    pub words: BTreeMap<String, (usize, Option<Value>)>,
}

impl Overview {
    /// Whether anything is wrong with the file.
    pub fn has_defects(&self) -> bool {
        self.found.iter().any(|found| found.severity == Severity::Error)
    }
}

/// The table of a policy that a file is most likely of: the one of which it has most headings.
pub fn likely_table(path: &Path, policy: &Policy, sheet: Option<&str>) -> Option<String> {
    let tables: BTreeSet<&str> = policy.kinds.iter().filter_map(Kind::table).collect();
    if let (1, Some(only)) = (tables.len(), tables.first()) {
        return Some((*only).to_owned());
    }
    let mut best: Option<(usize, String)> = None;
    for kind in &policy.kinds {
        let Some(table) = kind.table() else { continue };
        // what cannot be opened is told when it is read
        let found = Sheet::open(path, &Sought::of_kind(kind, policy, sheet), &Faults::default());
        let found = found.map_or(0, |sheet| sheet.heading.found);
        if best.as_ref().is_none_or(|(most, _)| found > *most) {
            best = Some((found, table.to_owned()));
        }
    }
    best.map(|(_, table)| table)
}

/// The rows of a file as they stand in it, each with its number.
pub type Written = Vec<(usize, Vec<String>)>;

/// Reads a file as one of a table: how it is understood, and its rows as they stand there.
///
/// # Errors
/// It cannot be read as a table at all.
pub fn overview(
    path: &Path,
    (policy, organisation): (&Policy, &Organisation),
    (table, sheet): (&str, Option<&str>),
    as_of: NaiveDate,
) -> Result<(Overview, Written), Vec<Diagnostic>> {
    let faults = Faults::default();
    let mut overview: Option<Overview> = None;
    let mut rows = Vec::new();
    let mut unread: Option<Vec<String>> = None;
    for kind in policy.kinds_of_table(table) {
        let sought = Sought::of_kind(kind, policy, sheet);
        let Some(sheet) = Sheet::open(path, &sought, &faults) else { break };
        let reader = Reader { kind, policy, organisation, as_of };
        let mut found = Vec::new();
        let own = reader.overview(&sheet, &faults, &mut found);
        faults.extend(found);
        let is_unread = |heading: &&String| !heading.is_empty() && sought.column(heading).is_none();
        unread.get_or_insert_with(|| sheet.headings.iter().filter(is_unread).cloned().collect());
        if overview.is_none() {
            rows = sheet.written();
        }
        let overview = overview.get_or_insert_with(|| Overview {
            file: sheet.file.clone(),
            source: sheet.source(),
            headings: (sheet.heading.first, sheet.heading.last),
            titles: sheet.heading.titles.clone(),
            columns: sheet.headings.clone(),
            unread: Vec::new(),
            unheaded: unheaded(&rows, &sheet),
            kinds: Vec::new(),
            found: Vec::new(),
            table: table.to_owned(),
        });
        overview.kinds.push(own);
    }
    let mut found = faults.into_sorted();
    found.sort_by_key(|found| (row_of(found), found.severity));
    match overview {
        Some(overview) => {
            let unread = unread.unwrap_or_default();
            Ok((Overview { unread, found, ..overview }, rows))
        }
        None => Err(found),
    }
}

/// What stands below the headings in columns without one.
fn unheaded(rows: &[(usize, Vec<String>)], sheet: &Sheet) -> BTreeMap<String, usize> {
    let mut unheaded = BTreeMap::new();
    for (_, cells) in rows.iter().filter(|(number, _)| *number > sheet.heading.last) {
        let bare = |place: usize| sheet.headings.get(place).is_none_or(String::is_empty);
        for (place, _) in cells.iter().enumerate().filter(|(place, cell)| bare(*place) && !cell.is_empty()) {
            let count = unheaded.entry(letters(u32::try_from(place).unwrap_or(u32::MAX))).or_insert(0_usize);
            *count = count.saturating_add(1);
        }
    }
    unheaded
}

fn row_of(found: &Diagnostic) -> usize {
    match &found.place {
        Some(Place::Cell { row, .. }) => *row,
        _ => 0,
    }
}

impl Reader<'_> {
    fn overview(&self, sheet: &Sheet, faults: &Faults, found: &mut Vec<Diagnostic>) -> KindOverview {
        let mut own =
            KindOverview { kind: self.kind.name.clone(), rows: 0, defective: 0, columns: Vec::new() };
        let Some(mut layout) = self.layout(sheet, faults) else { return own };
        let columns = self.columns(&mut layout, faults);
        own.columns =
            columns.iter().map(|(column, held)| ColumnOverview::new(&layout, *column, held)).collect();
        let mut rows = Rows::new(self.kind);
        let mut aside: Vec<SetAside> = Vec::new();
        let mut take = |row: &Shaped<'_>| {
            own.rows = own.rows.saturating_add(1);
            let read = self.row(&layout, row, &columns);
            let reasons = read.as_ref().err().map(|aside| aside.reasons.as_slice()).unwrap_or_default();
            for ((column, held), overview) in columns.iter().zip(&mut own.columns) {
                let cell = row.cells.get(*column).copied().unwrap_or_default();
                let place = layout.place(row, *column);
                let is_defective = reasons.iter().any(|reason| reason.place.as_ref() == Some(&place));
                overview.add(cell, is_defective, self.word(held, cell));
            }
            match read {
                Ok(row) => rows.push(row),
                Err(set_aside) => aside.push(set_aside),
            }
        };
        for part in sheet.parts(1) {
            sheet.visit(&part, found, |number, cells| {
                if layout.is_plain() {
                    take(&Shaped::plain(number, cells));
                } else {
                    layout.each(number, cells, &mut |row| {
                        if layout.is_own(row) {
                            take(row);
                        }
                    });
                }
            });
        }
        // a row that is ragged or merged is none of any kind, and still one
        let unread = found.iter().filter(|found| found.severity == Severity::Error).count();
        sheet.check_headings(found);
        let kept = repeated::set_aside(&rows, self.kind, &mut aside);
        own.rows = own.rows.saturating_add(unread);
        own.defective = own.rows.saturating_sub(kept.map_or(rows.len(), |kept| kept.len()));
        found.extend(aside.into_iter().flat_map(|aside| aside.reasons));
        own
    }

    /// What a cell of one of some words is taken for; none where its column holds no words.
    fn word(&self, held: &Held<'_>, cell: &str) -> Option<Option<Value>> {
        let Held::Fact(_, fact) = held else { return None };
        match &fact.kind {
            FactType::Bool { .. } | FactType::OneOf(_) => Some(self.fact(fact, cell).ok()),
            _ => None,
        }
    }
}

impl ColumnOverview {
    fn new(layout: &Layout<'_>, column: usize, held: &Held<'_>) -> Self {
        let name = match held {
            Held::Fact(_, fact) => fact.name.clone(),
            Held::Role(role) => role.name.clone(),
        };
        let heading = layout.name(column).to_owned();
        Self { heading, name, filled: 0, blank: 0, defective: 0, words: BTreeMap::new() }
    }

    fn add(&mut self, cell: &str, is_defective: bool, word: Option<Option<Value>>) {
        let count = match (is_defective, cell.is_empty()) {
            (true, _) => &mut self.defective,
            (_, true) => &mut self.blank,
            _ => &mut self.filled,
        };
        *count = count.saturating_add(1);
        if let Some(word) = word {
            let (count, _) = self.words.entry(cell.to_owned()).or_insert((0, word));
            *count = count.saturating_add(1);
        }
    }
}

/// The title of what a column is taken for, and its type where it is a fact.
pub fn held_by<'k>(kind: &'k Kind, name: &str) -> Option<(&'k crate::language::Text, Option<&'k FactType>)> {
    let fact = kind.schema.get(name).map(|fact| (&fact.title, Some(&fact.kind)));
    fact.or_else(|| kind.roles.iter().find(|role| role.name == name).map(|role| (&role.title, None)))
}
