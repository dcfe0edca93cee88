//! A table as its file holds it: headings and cells, with the row numbers a spreadsheet shows.

use crate::diagnostic::{Diagnostic, Faults, Place, reason, suggestion};
use crate::language::Text;
use memchr::{memchr, memchr_iter};
use rayon::prelude::*;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// A CSV file is not larger than this.
const FILE_BYTES: u64 = 1 << 30;
/// A table has no more columns than this.
const COLUMNS: usize = 512;
/// As much of a file as is read at once.
const PIECE_BYTES: usize = 1 << 23;
/// A part of a file that is worth a thread is not smaller than this.
const PART_BYTES: usize = 1 << 16;

/// One file of a table.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// The path the user knows it by.
    pub(super) file: String,
    /// The headings, trimmed.
    pub(super) headings: Vec<String>,
    text: String,
    /// Where the text begins, behind a byte-order mark.
    start: usize,
    /// Whether lines are rows and commas end cells: no quotes, no line ends of other systems.
    plain: bool,
}

/// Some whole rows of a sheet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'s> {
    text: &'s str,
    /// How many lines stand before it.
    lines: usize,
}

impl Part<'_> {
    /// How many lines it has: at least as many as rows.
    pub(super) fn lines_within(&self) -> usize {
        memchr_iter(b'\n', self.text.as_bytes()).count().saturating_add(1)
    }
}

impl Sheet {
    /// Opens a UTF-8 CSV file, with or without a byte-order mark.
    pub(super) fn open(path: &Path, faults: &Faults) -> Option<Self> {
        let file = path.display().to_string();
        let failed = |zh: String, en: String| {
            faults.push(Diagnostic::error("R001", Text::new(zh, en)).at(Place::File { file: file.clone() }));
        };
        let bytes = match std::fs::metadata(path).and_then(|about| {
            if about.len() > FILE_BYTES {
                return Err(std::io::Error::other(format!("{} > {FILE_BYTES} bytes", about.len())));
            }
            if about.is_file() { read_file(path, about.len()) } else { std::fs::read(path) }
        }) {
            Ok(bytes) => bytes,
            Err(error) => {
                let why = reason(&error);
                failed(format!("无法读取：{}", why.zh), format!("cannot be read: {}", why.en));
                return None;
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => Some(Self::new(file, text)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                failed(
                    format!("第 {at} 字节起不是 UTF-8 文本；请另存为「CSV UTF-8」"),
                    format!("not UTF-8 text from byte {at} on; save it as \"CSV UTF-8\""),
                );
                None
            }
        }
    }

    fn new(file: String, text: String) -> Self {
        let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let start = text.len().saturating_sub(body.len());
        let bytes = body.as_bytes();
        let ends_line = |at: usize| bytes.get(at.saturating_add(1)) == Some(&b'\n');
        let plain = memchr(b'"', bytes).is_none()
            && memchr_iter(b'\r', bytes).all(ends_line)
            && !body.starts_with('\u{feff}');
        let mut record = csv::StringRecord::new();
        // text cannot fail here, and what is no CSV is told when the rows are read
        let found = csv_reader(body).read_record(&mut record).unwrap_or(false);
        let headings =
            if found { record.iter().map(|cell| cell.trim().to_owned()).collect() } else { Vec::new() };
        Self { file, headings, text, start, plain }
    }

    fn body(&self) -> &str {
        self.text.get(self.start..).unwrap_or_default()
    }

    /// The sheet in at most that many parts; in one where only reading on can tell where a row ends.
    pub(super) fn parts(&self, most: usize) -> Vec<Part<'_>> {
        if !self.plain {
            return vec![Part { text: self.body(), lines: 0 }];
        }
        let (heading, mut rest) = behind_heading(self.body());
        let size = rest.len().checked_div(most.max(1)).unwrap_or_default().max(PART_BYTES);
        let mut parts = Vec::new();
        let mut lines = memchr_iter(b'\n', heading.as_bytes()).count();
        while rest.len() > size {
            let bytes = rest.as_bytes();
            let end = bytes.get(size..).and_then(|behind| memchr(b'\n', behind));
            let Some(end) = end else { break };
            let end = size.saturating_add(end).saturating_add(1);
            let Some((text, behind)) = rest.split_at_checked(end) else { break };
            parts.push(Part { text, lines });
            lines = lines.saturating_add(memchr_iter(b'\n', text.as_bytes()).count());
            rest = behind;
        }
        parts.push(Part { text: rest, lines });
        parts
    }

    /// Gives every row that is neither blank nor ragged to `take`, with its number. Whether the CSV is sound.
    pub(super) fn visit(
        &self,
        part: &Part<'_>,
        faults: &mut Vec<Diagnostic>,
        take: impl FnMut(usize, &[&str]),
    ) -> bool {
        if self.plain {
            self.visit_lines(part, faults, take);
            true
        } else {
            self.visit_records(part.text, faults, take)
        }
    }

    fn visit_lines(
        &self,
        part: &Part<'_>,
        faults: &mut Vec<Diagnostic>,
        mut take: impl FnMut(usize, &[&str]),
    ) {
        let mut cells: Vec<&str> = Vec::with_capacity(self.headings.len());
        let mut row = part.lines;
        let mut start = 0_usize;
        let ends = memchr_iter(b'\n', part.text.as_bytes()).chain([part.text.len()]);
        for end in ends {
            row = row.saturating_add(1);
            let line = part.text.get(start..end).unwrap_or_default();
            start = end.saturating_add(1);
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            split(line, &mut cells);
            if self.is_whole(row, &cells, faults) {
                take(row, &cells);
            }
        }
    }

    fn visit_records(
        &self,
        text: &str,
        faults: &mut Vec<Diagnostic>,
        mut take: impl FnMut(usize, &[&str]),
    ) -> bool {
        let place = |row: usize| Place::Cell { file: self.file.clone(), row, column: String::new() };
        let mut reader = csv_reader(text);
        let mut record = csv::StringRecord::new();
        let (mut row, mut is_heading) = (0_usize, true);
        loop {
            let before = usize::try_from(reader.position().byte()).unwrap_or_default();
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let message =
                        Text::new(format!("不是有效的 CSV：{error}"), format!("not valid CSV: {error}"));
                    faults.push(Diagnostic::error("R002", message).at(place(row.saturating_add(1))));
                    return false;
                }
            }
            row = row.saturating_add(1).saturating_add(blank_lines(text, before));
            let cells: Vec<&str> = record.iter().map(str::trim).collect();
            if !std::mem::take(&mut is_heading)
                && self.is_one_row(row, &cells, faults)
                && self.is_whole(row, &cells, faults)
            {
                take(row, &cells);
            }
        }
        if memchr_iter(b'"', text.as_bytes()).count() % 2 == 1 {
            let message = Text::new(
                "有双引号没有成对，其后的行会被吞入一格",
                "a double quote is not closed: the rows behind it would vanish into one cell",
            );
            faults.push(Diagnostic::error("R002", message).at(place(row)));
            return false;
        }
        true
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
            let place = Place::Cell { file: self.file.clone(), row: 1, column: String::new() };
            faults.push(Diagnostic::error("R003", message).at(place));
        }
        (1..=COLUMNS).contains(&count)
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
            let place = Place::Cell { file: self.file.clone(), row, column: String::new() };
            faults.push(Diagnostic::error("R008", message).at(place));
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
            let place = Place::Cell { file: self.file.clone(), row, column: String::new() };
            faults.push(Diagnostic::error("R004", message).at(place).help(help));
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
        let place = || Place::Cell { file: self.file.clone(), row: 1, column: String::new() };
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
                let expected = headings.join("、");
                let message = Text::new(
                    format!("没有「{}」一列；表头应为 {expected}", what.zh),
                    format!("no column for '{}'; its heading should be {expected}", what.en),
                );
                let near = headings
                    .iter()
                    .filter_map(|heading| suggestion(heading, own.iter().map(String::as_str)))
                    .find(|help| help.en.starts_with("did you mean"));
                let fault = Diagnostic::error("R007", message).at(place());
                faults.push(match near {
                    Some(help) => fault.help(help),
                    None => fault,
                });
                None
            }
        }
    }
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

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes())
}

/// A text without quotes, cut behind its first line that is not empty.
fn behind_heading(text: &str) -> (&str, &str) {
    let blank = text.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let end = text.as_bytes().get(blank..).and_then(|behind| memchr(b'\n', behind));
    let end = end.map_or(text.len(), |end| blank.saturating_add(end).saturating_add(1));
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// How many empty lines the reader of records skips from here; a spreadsheet numbers them.
fn blank_lines(text: &str, from: usize) -> usize {
    let behind = text.get(from..).unwrap_or_default();
    let ends = behind.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let lines = ends.filter(|byte| *byte == b'\n').count();
    // of `\r\n` the reader leaves the `\n` of the row before
    let left = behind.starts_with('\n') && text.get(..from).is_some_and(|before| before.ends_with('\r'));
    lines.saturating_sub(usize::from(left))
}

/// The trimmed cells of a line without quotes.
fn split<'t>(line: &'t str, cells: &mut Vec<&'t str>) {
    cells.clear();
    let mut start = 0_usize;
    for end in memchr_iter(b',', line.as_bytes()).chain([line.len()]) {
        let cell = line.get(start..end).unwrap_or_default();
        start = end.saturating_add(1);
        let bytes = cell.as_bytes();
        let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
        let bare = is_bare(bytes.first()) && is_bare(bytes.last());
        cells.push(if bare { cell } else { cell.trim() });
    }
}
