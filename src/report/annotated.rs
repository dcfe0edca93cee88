//! A sheet given back as a workbook, with a note and a colour on every cell that something is wrong with.

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::intake::Overview;
use crate::language::Language;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, Note, Workbook, XlsxError};
use std::collections::{BTreeMap, BTreeSet};

/// A cell or a note holds no more characters.
const CHARACTERS: usize = 32_000;
/// The colour of a cell with a note.
const COLOUR: u32 = 0x00ff_c7ce;

/// The workbook as bytes. Every cell is text as it was read: none becomes a formula, and no digit is lost.
///
/// # Errors
/// The sheet does not fit into a workbook.
pub fn annotated(
    overview: &Overview,
    rows: &[(usize, Vec<String>)],
    language: Language,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // the same input gives the same bytes: nothing says when it was written
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let sheet = book.add_worksheet();
    let notes = notes(overview, language);
    let marked = Format::new().set_background_color(Color::RGB(COLOUR));
    let mut blank: BTreeSet<(usize, usize)> = notes.keys().copied().collect();
    for (number, cells) in rows {
        for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let (row, column) = at(*number, place)?;
            if blank.remove(&(*number, place)) {
                sheet.write_string_with_format(row, column, cut(cell), &marked)?;
            } else {
                sheet.write_string(row, column, cut(cell))?;
            }
        }
    }
    for (number, place) in blank {
        let (row, column) = at(number, place)?;
        sheet.write_blank(row, column, &marked)?;
    }
    for ((number, place), text) in &notes {
        let (row, column) = at(*number, *place)?;
        let note = Note::new(cut(text)).add_author_prefix(false).set_width(320).set_height(120);
        sheet.insert_note(row, column, &note)?;
    }
    book.save_to_buffer()
}

fn at(number: usize, place: usize) -> Result<(u32, u16), XlsxError> {
    let row = u32::try_from(number.saturating_sub(1)).map_err(|_| XlsxError::RowColumnLimitError)?;
    let column = u16::try_from(place).map_err(|_| XlsxError::RowColumnLimitError)?;
    Ok((row, column))
}

fn cut(text: &str) -> String {
    text.chars().take(CHARACTERS).collect()
}

/// What is to be said of each cell; of a row as a whole, at its first.
fn notes(overview: &Overview, language: Language) -> BTreeMap<(usize, usize), String> {
    let mut notes: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for found in overview.found.iter().filter(|found| found.severity != Severity::Note) {
        let Some(Place::Cell { row, column, .. }) = &found.place else { continue };
        let own = overview.columns.iter().position(|heading| heading == column && !column.is_empty());
        let note = notes.entry((*row, own.unwrap_or_default())).or_default();
        if !note.is_empty() {
            note.push('\n');
        }
        note.push_str(&said(found, language));
    }
    notes
}

fn said(found: &Diagnostic, language: Language) -> String {
    let help = found.help.as_ref().map(|help| format!("\n{}", help.get(language))).unwrap_or_default();
    format!("{} {}{help}", found.code, found.message.get(language))
}
