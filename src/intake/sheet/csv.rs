//! A table as text with commas.

use super::heading::{self, HeadRow};
use crate::diagnostic::Diagnostic;
use crate::intake::Sought;
use crate::language::Text;
use memchr::{memchr, memchr_iter};

/// A part of a file that is worth a thread is not smaller than this.
const PART_BYTES: usize = 1 << 16;

/// The text of a file.
#[derive(Clone, Debug)]
pub(super) struct Csv {
    text: String,
    /// Where the text begins, behind a byte-order mark.
    start: usize,
    /// Whether lines are rows and commas end cells: no quotes, no line ends of other systems.
    plain: bool,
}

/// Some whole rows of a text.
#[derive(Clone, Copy, Debug)]
pub(in crate::intake) struct Lines<'s> {
    text: &'s str,
    /// How many rows stand before it.
    before: usize,
}

impl Lines<'_> {
    /// How many lines it has: at least as many as rows.
    pub(super) fn count(&self) -> usize {
        memchr_iter(b'\n', self.text.as_bytes()).count().saturating_add(1)
    }
}

/// One row, or why there is none.
pub(super) enum Line<'l> {
    Row(usize, &'l [&'l str]),
    Unsound(Diagnostic),
}

impl Csv {
    pub(super) fn new(text: String) -> Self {
        let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let start = text.len().saturating_sub(body.len());
        let bytes = body.as_bytes();
        let ends_line = |at: usize| bytes.get(at.saturating_add(1)) == Some(&b'\n');
        let plain = memchr(b'"', bytes).is_none()
            && memchr_iter(b'\r', bytes).all(ends_line)
            && !body.starts_with('\u{feff}');
        Self { text, start, plain }
    }

    /// Whether no cell can hold a line end.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    fn body(&self) -> &str {
        self.text.get(self.start..).unwrap_or_default()
    }

    /// The first rows that are not blank: one where that has all that is looked for.
    pub(super) fn head(&self, sought: &Sought) -> Vec<HeadRow> {
        self.rows(heading::ROWS, |cells| sought.is_all_in(cells))
    }

    /// The first rows that are not blank, at most so many; one where that is enough.
    pub(super) fn rows(&self, most: usize, is_enough: impl Fn(&[String]) -> bool) -> Vec<HeadRow> {
        let body = self.body();
        let mut reader = csv_reader(body);
        let mut record = csv::StringRecord::new();
        let (mut head, mut number) = (Vec::new(), 0_usize);
        while head.len() < most {
            let before = position(&reader);
            // text cannot fail here, and what is no CSV is told when the rows are read
            if !reader.read_record(&mut record).unwrap_or(false) {
                break;
            }
            number = number.saturating_add(1).saturating_add(blank_lines(body, before));
            let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
            if cells.iter().all(String::is_empty) {
                continue;
            }
            let is_all = head.is_empty() && is_enough(&cells);
            head.push(HeadRow { number, behind: behind_line(body, position(&reader)), cells });
            if is_all {
                break;
            }
        }
        head
    }

    /// The rows behind the headings in at most that many parts; in one where only reading on can tell where a row ends.
    pub(super) fn parts(&self, (behind, row): (usize, usize), most: usize) -> Vec<Lines<'_>> {
        let mut rest = self.body().get(behind..).unwrap_or_default();
        if !self.plain {
            return vec![Lines { text: rest, before: row }];
        }
        let size = rest.len().checked_div(most.max(1)).unwrap_or_default().max(PART_BYTES);
        let mut parts = Vec::new();
        let mut before = row;
        while rest.len() > size {
            let bytes = rest.as_bytes();
            let end = bytes.get(size..).and_then(|behind| memchr(b'\n', behind));
            let Some(end) = end else { break };
            let end = size.saturating_add(end).saturating_add(1);
            let Some((text, behind)) = rest.split_at_checked(end) else { break };
            parts.push(Lines { text, before });
            before = before.saturating_add(memchr_iter(b'\n', text.as_bytes()).count());
            rest = behind;
        }
        parts.push(Lines { text: rest, before });
        parts
    }

    /// Gives every row of a part that is not an empty line to `take`, with its number.
    pub(super) fn visit(&self, part: &Lines<'_>, width: usize, take: impl FnMut(Line<'_>)) {
        if self.plain { visit_lines(part, width, take) } else { visit_records(part, take) }
    }
}

fn visit_lines(part: &Lines<'_>, width: usize, mut take: impl FnMut(Line<'_>)) {
    let mut cells: Vec<&str> = Vec::with_capacity(width);
    let mut row = part.before;
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
        take(Line::Row(row, &cells));
    }
}

fn visit_records(part: &Lines<'_>, mut take: impl FnMut(Line<'_>)) {
    let text = part.text;
    let unsound = |message: Text| Line::Unsound(Diagnostic::error("R002", message));
    let mut reader = csv_reader(text);
    let mut record = csv::StringRecord::new();
    let mut row = part.before;
    loop {
        let before = position(&reader);
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let message =
                    Text::new(format!("不是有效的 CSV：{error}"), format!("not valid CSV: {error}"));
                return take(unsound(message));
            }
        }
        row = row.saturating_add(1).saturating_add(blank_lines(text, before));
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        take(Line::Row(row, &cells));
    }
    if memchr_iter(b'"', text.as_bytes()).count() % 2 == 1 {
        let message = Text::new(
            "有双引号没有成对，其后的行会被吞入一格",
            "a double quote is not closed: the rows behind it would vanish into one cell",
        );
        take(unsound(message));
    }
}

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes())
}

fn position(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or_default()
}

/// Where the line behind begins: of `\r\n` the reader leaves the `\n`.
fn behind_line(text: &str, at: usize) -> usize {
    let left = text.get(..at).is_some_and(|before| before.ends_with('\r'))
        && text.get(at..).is_some_and(|behind| behind.starts_with('\n'));
    at.saturating_add(usize::from(left))
}

/// How many empty lines the reader of records skips from here; a spreadsheet numbers them.
fn blank_lines(text: &str, from: usize) -> usize {
    let behind = text.get(behind_line(text, from)..).unwrap_or_default().as_bytes();
    let ends = behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    // `\r\n` ends one line
    ends.enumerate()
        .filter(|(place, byte)| **byte == b'\n' || behind.get(place.saturating_add(1)) != Some(&b'\n'))
        .count()
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
