//! A table as its file holds it: headings and cells, with the row numbers a spreadsheet shows.

use crate::diagnostic::{Diagnostic, Faults, Place, reason, suggestion};
use crate::language::Text;
use std::path::Path;

/// A CSV file is not larger than this.
const FILE_BYTES: u64 = 1 << 30;
/// A table has no more columns than this.
const COLUMNS: usize = 512;

/// The cells of one file.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The path the user knows it by.
    pub file: String,
    /// The headings, trimmed.
    pub headings: Vec<String>,
    /// The rows with their spreadsheet numbers; the heading is row 1.
    pub rows: Vec<(usize, Vec<String>)>,
}

impl Sheet {
    /// Reads a UTF-8 CSV file, with or without a byte-order mark.
    pub fn read(path: &Path, faults: &Faults) -> Option<Self> {
        let file = path.display().to_string();
        let failed = |zh: String, en: String| {
            faults.push(Diagnostic::error("R001", Text::new(zh, en)).at(Place::File { file: file.clone() }));
        };
        let bytes = match std::fs::metadata(path).and_then(|about| {
            if about.len() > FILE_BYTES {
                return Err(std::io::Error::other(format!("{} > {FILE_BYTES} bytes", about.len())));
            }
            std::fs::read(path)
        }) {
            Ok(bytes) => bytes,
            Err(error) => {
                let why = reason(&error);
                failed(format!("无法读取：{}", why.zh), format!("cannot be read: {}", why.en));
                return None;
            }
        };
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                failed(
                    format!("第 {at} 字节起不是 UTF-8 文本；请另存为「CSV UTF-8」"),
                    format!("not UTF-8 text from byte {at} on; save it as \"CSV UTF-8\""),
                );
                return None;
            }
        };
        Self::parse(&file, text.strip_prefix('\u{feff}').unwrap_or(&text), faults)
    }

    fn parse(file: &str, text: &str, faults: &Faults) -> Option<Self> {
        let mut sheet = Self { file: file.to_owned(), headings: Vec::new(), rows: Vec::new() };
        let place = |row: usize| Place::Cell { file: file.to_owned(), row, column: String::new() };
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let (mut row, mut next_line) = (0_usize, 1_u64);
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let message =
                        Text::new(format!("不是有效的 CSV：{error}"), format!("not valid CSV: {error}"));
                    faults.push(Diagnostic::error("R002", message).at(place(row.saturating_add(1))));
                    return None;
                }
            }
            // the reader skips empty lines; a spreadsheet numbers them
            let inside = record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
            let ends = reader.position().line();
            let starts = ends.saturating_sub(1).saturating_sub(u64::try_from(inside).unwrap_or_default());
            let skipped = usize::try_from(starts.saturating_sub(next_line)).unwrap_or_default();
            next_line = ends;
            row = row.saturating_add(1).saturating_add(skipped);
            let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
            if sheet.headings.is_empty() {
                sheet.headings = cells;
            } else {
                sheet.take(row, cells, faults);
            }
        }
        if text.matches('"').count() % 2 == 1 {
            let message = Text::new(
                "有双引号没有成对，其后的行会被吞入一格",
                "a double quote is not closed: the rows behind it would vanish into one cell",
            );
            faults.push(Diagnostic::error("R002", message).at(place(row)));
            return None;
        }
        sheet.check_headings(faults).then_some(sheet)
    }

    fn check_headings(&self, faults: &Faults) -> bool {
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

    fn take(&mut self, row: usize, cells: Vec<String>, faults: &Faults) {
        let place = || Place::Cell { file: self.file.clone(), row, column: String::new() };
        let expected = self.headings.len();
        // two stray quotes some rows apart make one cell of everything between them
        let is_row = |line: &str| line.matches(',').count() >= expected.saturating_sub(1) && expected > 2;
        if cells.iter().any(|cell| cell.lines().skip(1).any(is_row)) {
            let message = Text::new(
                "一格之内含有整行数据，疑为双引号多余",
                "one cell holds whole rows: there is a double quote too many",
            );
            faults.push(Diagnostic::error("R008", message).at(place()));
        } else if cells.len() != expected {
            let found = cells.len();
            let message = Text::new(
                format!("该行有 {found} 格，表头有 {expected} 列"),
                format!("the row has {found} cells, the heading has {expected}"),
            );
            let help = Text::new(
                "含逗号或换行的内容须加双引号",
                "put cells with commas or line breaks into double quotes",
            );
            faults.push(Diagnostic::error("R004", message).at(place()).help(help));
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            self.rows.push((row, cells));
        }
    }

    /// The column with one of these headings. Two such columns, or none, is a fault.
    pub fn column(&self, headings: &[String], what: &Text, faults: &Faults) -> Option<usize> {
        let mut found = self
            .headings
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
                    .filter_map(|heading| suggestion(heading, self.headings.iter().map(String::as_str)))
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
