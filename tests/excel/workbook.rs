//! Workbooks written from descriptions that can be read: `fixtures/excel/<name>/workbook.toml`.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use toml::{Table, Value};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Writes the workbook that a description tells of.
pub(crate) fn write(description: &Table, path: &Path) {
    let mut book = Workbook::new();
    for sheet in description["sheet"].as_array().unwrap() {
        let written = book.add_worksheet();
        if let Some(name) = sheet.get("name") {
            written.set_name(name.as_str().unwrap()).unwrap();
        }
        if sheet.get("hidden").is_some() {
            written.set_hidden(true);
        }
        for merged in sheet.get("merged").and_then(Value::as_array).into_iter().flatten() {
            let at: Vec<i64> =
                merged.as_array().unwrap().iter().map(|side| side.as_integer().unwrap()).collect();
            let [top, left, bottom, right] = at[..] else { panic!("four sides, from 1: {at:?}") };
            let (row, column) = (|of: i64| (of - 1) as u32, |of: i64| (of - 1) as u16);
            written
                .merge_range(row(top), column(left), row(bottom), column(right), "", &Format::new())
                .unwrap();
        }
        let rows = sheet["rows"].as_array().unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.as_array().unwrap().iter().enumerate() {
                cell_of(written, (row as u32, column as u16), cell);
            }
        }
    }
    book.save(path).unwrap();
    // what the writer would not write, put right where it stands
    for patch in description.get("patch").and_then(Value::as_array).into_iter().flatten() {
        let words: Vec<&str> = patch.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        let [part, find, replace] = words[..] else { panic!("part, find, replace: {words:?}") };
        rewrite(path, |name, bytes| {
            if name != part {
                return bytes;
            }
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(find), "{part} has no {find}: {text}");
            text.replace(find, replace).into_bytes()
        });
    }
}

/// The parts of an archive that are text.
pub(crate) fn parts(path: &Path) -> BTreeMap<String, String> {
    let mut archive = ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    let mut parts = BTreeMap::new();
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).unwrap();
        let mut text = String::new();
        if part.read_to_string(&mut text).is_ok() {
            parts.insert(part.name().unwrap().into_owned(), text);
        }
    }
    parts
}

/// Writes an archive anew with other parts.
pub(crate) fn rewrite(path: &Path, change: impl Fn(&str, Vec<u8>) -> Vec<u8>) {
    let mut old = ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    let mut new = ZipWriter::new(fs::File::create(path).unwrap());
    for place in 0..old.len() {
        let mut part = old.by_index(place).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        new.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        new.write_all(&change(&name, bytes)).unwrap();
    }
    new.finish().unwrap();
}

/// A text, a number, a flag, a date; or a table: `{ number = "1.5", format = "[h]:mm" }`, `{ formula = "A1", shows = "…" }`.
fn cell_of(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Value) {
    match cell {
        Value::String(text) if text.is_empty() => return,
        Value::String(text) => sheet.write_string(row, column, text),
        Value::Integer(number) => sheet.write_number(row, column, *number as f64),
        Value::Float(number) => sheet.write_number(row, column, *number),
        Value::Boolean(flag) => sheet.write_boolean(row, column, *flag),
        Value::Datetime(moment) => {
            let has_time = moment.time.is_some();
            let format = Format::new().set_num_format(if has_time {
                "yyyy/m/d h:mm"
            } else {
                "yyyy\"年\"m\"月\"d\"日\""
            });
            let text = moment.to_string();
            sheet.write_with_format(row, column, ExcelDateTime::parse_from_str(&text).unwrap(), &format)
        }
        Value::Table(table) => {
            let text = |key: &str| table.get(key).and_then(Value::as_str);
            if let Some(formula) = text("formula") {
                sheet.write_formula(row, column, Formula::new(formula).set_result(text("shows").unwrap()))
            } else {
                let format = Format::new().set_num_format(text("format").unwrap());
                let number: f64 = text("number").unwrap().parse().unwrap();
                sheet.write_number_with_format(row, column, number, &format)
            }
        }
        Value::Array(_) => panic!("no cell: {cell}"),
    }
    .unwrap();
}
