//! A table as its file holds it: headings and cells, with the row numbers a spreadsheet shows.

mod archive;
mod csv;
mod encoding;
mod grid;
mod heading;
mod kind;
mod merged;
mod serial;
mod workbook;

use super::sought::Reading;
use super::{Sought, Source};
use crate::diagnostic::{Diagnostic, Faults, Place, reason};
use crate::document::read_at_most;
use crate::language::Text;
use csv::{Csv, Line, Lines};
use grid::Grid;
use heading::Heading;
use kind::Kind;
use merged::Covered;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::Path;
pub(super) use workbook::letters;

/// A CSV file is not larger than this.
const FILE_BYTES: u64 = 1 << 30;
/// A table has no more columns than this.
const COLUMNS: usize = 512;
/// A sheet of a workbook has no more cells than this.
const CELLS: usize = 5_000_000;
/// As much of a file as is read at once.
const PIECE_BYTES: usize = 1 << 23;
/// A part of a workbook's sheet that is worth a thread is not smaller than this.
const PART_ROWS: usize = 1 << 10;

/// One file of a table.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// The path the user knows it by; where a workbook has several sheets, with that which was read.
    pub(super) file: String,
    /// The headings, trimmed.
    pub(super) headings: Vec<String>,
    /// Where they stand.
    pub(super) heading: Heading,
    /// How each column is read.
    readings: Vec<Reading>,
    /// The column that identifies a row.
    key: Option<usize>,
    source: Source,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    Csv(Csv),
    Grid(Grid, Hollow),
}

/// The rows of a workbook's sheet with a cell that should have content and has none.
#[derive(Clone, Debug)]
struct Hollow {
    /// By a cell whose content stands in another.
    covered: BTreeMap<usize, Covered>,
    /// By the column of a formula of which no value was saved.
    unsaved: BTreeMap<usize, usize>,
}

/// Some whole rows of a sheet.
#[derive(Clone, Debug)]
pub(super) enum Part<'s> {
    Lines(Lines<'s>),
    Rows(Range<usize>),
}

impl Part<'_> {
    /// At least as many as it has rows.
    pub(super) fn most_rows(&self) -> usize {
        match self {
            Self::Lines(lines) => lines.count(),
            Self::Rows(rows) => rows.len(),
        }
    }
}

impl Sheet {
    /// Opens a CSV file or a workbook and finds the headings that are looked for.
    pub(super) fn open(path: &Path, sought: &Sought, faults: &Faults) -> Option<Self> {
        let file = path.display().to_string();
        match Self::read(path, sought) {
            Ok(sheet) => Some(sheet),
            Err(fault) => {
                faults.push(fault.at(Place::File { file }));
                None
            }
        }
    }

    fn read(path: &Path, sought: &Sought) -> Result<Self, Diagnostic> {
        let failed = |zh: String, en: String| Diagnostic::error("R001", Text::new(zh, en));
        let bytes = read_bytes(path).map_err(|error| {
            let why = reason(&error);
            failed(format!("无法读取：{}", why.zh), format!("cannot be read: {}", why.en))
        })?;
        let file = path.display().to_string();
        if kind::of(path, &bytes)? == Kind::Xlsx {
            let read = workbook::read(&bytes, sought)?;
            let file = if read.others.is_empty() { file } else { format!("{file} [{}]", read.sheet) };
            let source = Source::Workbook { sheet: read.sheet, others: read.others, hidden: read.hidden };
            let hollow = Hollow { covered: read.covered, unsaved: read.unsaved };
            return Ok(Self::new(file, read.heading, Body::Grid(read.grid, hollow), source, sought));
        }
        let (text, encoding) = encoding::decode(bytes)?;
        let csv = Csv::new(text);
        let heading = heading::find(&csv.head(sought), sought);
        if let Some(fault) = heading::separated_otherwise(&heading.headings) {
            return Err(fault);
        }
        let source = Source::Csv(encoding.name());
        Ok(Self::new(file, heading, Body::Csv(csv), source, sought))
    }

    fn new(file: String, heading: Heading, body: Body, source: Source, sought: &Sought) -> Self {
        let headings = heading.headings.clone();
        let reading =
            |heading: &String| sought.column(heading).map_or(Reading::Plain, |column| column.reading.clone());
        let readings = headings.iter().map(reading).collect();
        let is_key = |heading: &String| sought.key.iter().any(|key| key.eq_ignore_ascii_case(heading));
        let key = headings.iter().position(is_key);
        Self { file, headings, heading, readings, key, source, body }
    }

    /// What the file is, and which of its sheets this is.
    pub(super) fn source(&self) -> Source {
        self.source.clone()
    }

    /// Every row as it stands in the file, with its number.
    pub(super) fn written(&self) -> Vec<(usize, Vec<String>)> {
        let head = match &self.body {
            Body::Csv(csv) => csv.rows(usize::MAX, |_| false),
            Body::Grid(grid, _) => grid.head(),
        };
        head.into_iter().map(|row| (row.number, row.cells)).collect()
    }

    /// The place of the row of the headings.
    pub(super) fn head(&self) -> Place {
        self.row(self.heading.last.max(1))
    }

    /// The place of a cell of a column.
    fn cell(&self, row: usize, column: usize) -> Place {
        let column = self.headings.get(column).cloned().unwrap_or_default();
        Place::Cell { file: self.file.clone(), row, column }
    }

    /// The place of a row.
    fn row(&self, row: usize) -> Place {
        Place::Cell { file: self.file.clone(), row, column: String::new() }
    }

    /// The rows behind the headings in at most that many parts; in one where only reading on can tell where a row ends.
    pub(super) fn parts(&self, most: usize) -> Vec<Part<'_>> {
        let Heading { behind, last, .. } = self.heading;
        match &self.body {
            Body::Csv(csv) => csv.parts((behind, last), most).into_iter().map(Part::Lines).collect(),
            Body::Grid(grid, _) => {
                let size = grid.len().checked_div(most.max(1)).unwrap_or_default().max(PART_ROWS);
                let starts = (behind..grid.len().max(behind.saturating_add(1))).step_by(size);
                starts.map(|start| Part::Rows(start..start.saturating_add(size).min(grid.len()))).collect()
            }
        }
    }

    /// Gives every row that is neither blank nor ragged to `take`, with its number. Whether the file is sound.
    pub(super) fn visit(
        &self,
        part: &Part<'_>,
        faults: &mut Vec<Diagnostic>,
        mut take: impl FnMut(usize, &[&str]),
    ) -> bool {
        match (&self.body, part) {
            (Body::Csv(csv), Part::Lines(lines)) => {
                let (mut is_sound, mut last) = (true, self.heading.last);
                csv.visit(lines, self.headings.len(), |line| match line {
                    Line::Row(row, cells) => {
                        last = row;
                        let is_one = csv.is_plain() || self.is_one_row(row, cells, faults);
                        if is_one && !self.is_total(row, cells, faults) && self.is_whole(row, cells, faults) {
                            take(row, cells);
                        }
                    }
                    Line::Unsound(fault) => {
                        faults.push(fault.at(self.row(last)));
                        is_sound = false;
                    }
                });
                is_sound
            }
            (Body::Grid(grid, hollow), Part::Rows(rows)) => {
                let mut shown: Vec<Cow<'_, str>> = Vec::new();
                for place in rows.clone() {
                    grid.cells(place, &self.readings, &mut shown);
                    let cells: Vec<&str> = shown.iter().map(|cell| &**cell).collect();
                    let row = grid.number(place);
                    if self.is_total(row, &cells, faults) {
                        continue;
                    }
                    if let Some(covered) = hollow.covered.get(&row) {
                        faults.push(self.covered(row, *covered));
                    } else if let Some(column) = hollow.unsaved.get(&row) {
                        faults.push(self.unsaved(row, *column));
                    } else if cells.iter().any(|cell| !cell.is_empty()) {
                        take(row, &cells);
                    }
                }
                true
            }
            _ => true,
        }
    }

    /// Whether the headings can be used.
    pub(super) fn check_headings(&self, faults: &mut Vec<Diagnostic>) -> bool {
        let count = self.headings.len();
        if count == 0 {
            let message = Text::new("文件没有表头", "the file has no heading row");
            faults.push(Diagnostic::error("R005", message).at(Place::File { file: self.file.clone() }));
        } else if count > COLUMNS {
            let message = Text::new(
                format!("{count} 列，超过上限 {COLUMNS}"),
                format!("{count} columns; the limit is {COLUMNS}"),
            );
            faults.push(Diagnostic::error("R003", message).at(self.head()));
        }
        faults.extend(self.displaced());
        (1..=COLUMNS).contains(&count)
    }

    /// A row with a cell that has no content of its own.
    fn covered(&self, row: usize, Covered { column, top }: Covered) -> Diagnostic {
        let message = Text::new(
            format!("该格与第 {top} 行的单元格合并，内容只在那里"),
            format!("the cell is merged with one of row {top}, where its content stands alone"),
        );
        let help = Text::new(
            "取消合并单元格，在每一行填入内容",
            "take the merged cells apart and fill in every row",
        );
        Diagnostic::error("R059", message).at(self.cell(row, column)).help(help)
    }

    /// A row with a formula that nobody has worked out.
    fn unsaved(&self, row: usize, column: usize) -> Diagnostic {
        let message = Text::new("该格是公式，没有保存计算结果", "a formula without a saved value");
        let help = Text::new("用 Excel 打开该文件，保存一次", "open the file in Excel and save it");
        Diagnostic::error("R066", message).at(self.cell(row, column)).help(help)
    }

    /// Rows of data above the headings: none of them would be read.
    fn displaced(&self) -> Option<Diagnostic> {
        let (first, count) = (self.heading.displaced.first()?, self.heading.displaced.len());
        let headings = self.heading.first;
        let message = Text::new(
            format!("从该行起，有 {count} 行数据在第 {headings} 行的表头之上，不会被读取"),
            format!(
                "rows of data stand above the headings of row {headings}, where none is read: {count}, from here on"
            ),
        );
        let help = Text::new(
            "把表头移到所有数据之上（可能排序时把表头也排了进去）；不是数据的，删去该行",
            "put the headings above the rows (they may have been sorted among them); where a row is no data, delete it",
        );
        Some(Diagnostic::error("R067", message).at(self.row(*first)).help(help))
    }

    /// Whether a row only sums up others; that it is left out is said.
    fn is_total(&self, row: usize, cells: &[&str], faults: &mut Vec<Diagnostic>) -> bool {
        let total = heading::total(cells, self.key);
        faults.extend(total.map(|word| {
            let message = Text::new(
                format!("「{word}」行是合计，不作为一行数据"),
                format!("the row `{word}` sums up others: it is left out"),
            );
            Diagnostic::warning("R058", message).at(self.row(row))
        }));
        total.is_some()
    }

    /// Whether no cell holds whole rows: two stray quotes some rows apart make one cell of everything between.
    fn is_one_row(&self, row: usize, cells: &[&str], faults: &mut Vec<Diagnostic>) -> bool {
        let expected = self.headings.len();
        let is_row = |line: &str| line.matches(',').count() >= expected.saturating_sub(1) && expected > 2;
        let swallowed = cells.iter().any(|cell| cell.lines().skip(1).any(is_row));
        if swallowed {
            let message = Text::new(
                "一格之内含有整行数据，疑为双引号多余",
                "one cell holds whole rows: there is a double quote too many",
            );
            faults.push(Diagnostic::error("R008", message).at(self.row(row)));
        }
        !swallowed
    }

    /// Whether there is a cell for every heading, and something in one of them.
    fn is_whole(&self, row: usize, cells: &[&str], faults: &mut Vec<Diagnostic>) -> bool {
        let (found, expected) = (cells.len(), self.headings.len());
        if found != expected {
            let message = Text::new(
                format!("该行有 {found} 格，表头有 {expected} 列"),
                format!("the row has {found} cells, the heading has {expected}"),
            );
            let help = Text::new(
                "含逗号或换行的内容须加双引号",
                "put cells with commas or line breaks into double quotes",
            );
            faults.push(Diagnostic::error("R004", message).at(self.row(row)).help(help));
        }
        found == expected && cells.iter().any(|cell| !cell.is_empty())
    }

    /// The column with one of these headings. Two such columns, or none, is a fault.
    pub(super) fn column(&self, headings: &[String], what: &Text, faults: &Faults) -> Option<usize> {
        self.column_among(&self.headings, headings, what, faults)
    }

    /// The same among these headings of its rows.
    pub(super) fn column_among(
        &self,
        own: &[String],
        headings: &[String],
        what: &Text,
        faults: &Faults,
    ) -> Option<usize> {
        let mut found = own
            .iter()
            .enumerate()
            .filter(|(_, heading)| headings.iter().any(|known| known.eq_ignore_ascii_case(heading)));
        let place = || self.head();
        match (found.next(), found.next()) {
            (Some((position, _)), None) => Some(position),
            (Some((_, first)), Some((_, second))) => {
                let message = Text::new(
                    format!("「{first}」与「{second}」都可作为{}", what.zh),
                    format!("both `{first}` and `{second}` could be '{}'", what.en),
                );
                faults.push(Diagnostic::error("R006", message).at(place()));
                None
            }
            (None, _) => {
                faults.push(heading::missing(own, headings, what).at(place()));
                None
            }
        }
    }
}

/// Reads a file that is not too large.
fn read_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let about = std::fs::metadata(path)?;
    if about.is_file() && about.len() <= FILE_BYTES {
        return read_file(path, about.len());
    }
    read_at_most(path, FILE_BYTES)
}

/// Reads a file of that length, a piece a thread.
fn read_file(path: &Path, length: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length).map_err(std::io::Error::other)?];
    bytes.par_chunks_mut(PIECE_BYTES).enumerate().try_for_each(|(place, piece)| {
        let start = u64::try_from(place.saturating_mul(PIECE_BYTES)).map_err(std::io::Error::other)?;
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(piece)
    })?;
    Ok(bytes)
}
