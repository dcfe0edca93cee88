//! A workbook as its reader sees it.

use super::super::commands::renze_in;
use super::super::shared::root;
use calamine::{Data, Range, Reader as _, Xlsx, open_workbook};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use tempfile::TempDir;

/// Assesses a book into `out`, with its workbook and payroll tables.
pub(super) fn written(folder: &Path, language: &str) -> TempDir {
    let place = TempDir::new().unwrap();
    let out = place.path().join("out");
    let arguments = [
        "--lang",
        language,
        "assess",
        folder.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--format",
        "xlsx,payroll",
    ];
    let said = renze_in(&root(), &arguments);
    assert!([0, 4].contains(&said.code), "{}{}", said.out, said.err);
    place
}

/// Every cell and every formula of a workbook.
pub(super) struct Book {
    names: Vec<String>,
    cells: BTreeMap<String, Range<Data>>,
    formulas: BTreeMap<String, Range<String>>,
}

impl Book {
    pub(super) fn open(path: &Path) -> Self {
        let mut file: Xlsx<_> = open_workbook(path).unwrap();
        let names = file.sheet_names();
        let cells = names.iter().map(|name| (name.clone(), file.worksheet_range(name).unwrap())).collect();
        let formulas =
            names.iter().map(|name| (name.clone(), file.worksheet_formula(name).unwrap())).collect();
        Self { names, cells, formulas }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// How many rows a sheet has, the headings among them; empty ones at the end are none.
    pub(super) fn height(&self, sheet: &str) -> usize {
        let cells = &self.cells[sheet];
        let is_there = |row: &usize| !self.text(sheet, *row, 0).is_empty();
        let end = cells.end().map_or(0, |(row, _)| row as usize + 1);
        // beside a table stands its control total
        (0..end).rev().find(is_there).map_or(0, |row| row + 1)
    }

    fn cell(&self, sheet: &str, row: usize, column: usize) -> Data {
        self.cells[sheet].get_value((row as u32, column as u32)).cloned().unwrap_or(Data::Empty)
    }

    pub(super) fn text(&self, sheet: &str, row: usize, column: usize) -> String {
        self.cell(sheet, row, column).to_string()
    }

    pub(super) fn is_text(&self, sheet: &str, row: usize, column: usize) -> bool {
        matches!(self.cell(sheet, row, column), Data::String(_))
    }

    pub(super) fn formula(&self, sheet: &str, row: usize, column: usize) -> String {
        self.formulas[sheet].get_value((row as u32, column as u32)).cloned().unwrap_or_default()
    }

    pub(super) fn is_formula(&self, sheet: &str, row: usize, column: usize) -> bool {
        !self.formula(sheet, row, column).is_empty()
    }

    /// Every formula.
    pub(super) fn formulas(&self) -> impl Iterator<Item = &String> {
        self.formulas.values().flat_map(|range| range.used_cells().map(|(_, _, formula)| formula))
    }

    /// Every formula with its place and what it shows.
    pub(super) fn figures(&self) -> Vec<(String, usize, usize, String)> {
        let mut figures = Vec::new();
        for name in &self.names {
            let range = &self.formulas[name];
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, formula) in range.used_cells() {
                if !formula.is_empty() {
                    let (row, column) = (row + top as usize, column + left as usize);
                    figures.push((name.clone(), row, column, self.text(name, row, column)));
                }
            }
        }
        figures
    }

    /// The column under a heading.
    pub(super) fn column(&self, sheet: &str, heading: &str) -> usize {
        (0..200).find(|column| self.text(sheet, 0, *column) == heading).unwrap()
    }

    /// The row in which a column says something.
    pub(super) fn row(&self, sheet: &str, column: usize, text: &str) -> usize {
        (1..self.height(sheet)).find(|row| self.text(sheet, *row, column) == text).unwrap()
    }

    /// The place of a sheet among all.
    pub(super) fn position(&self, sheet: &str) -> usize {
        self.names.iter().position(|name| name == sheet).unwrap()
    }
}

/// Every text inside the file.
pub(super) fn parts(path: &Path) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut part = archive.by_index(place).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// Writes the workbook anew with the text of one cell changed, as somebody does who tries what follows.
pub(super) fn change(path: &Path, (sheet, cell): (usize, &str), text: &str, target: &Path) {
    let mut archive = zip::ZipWriter::new(File::create(target).unwrap());
    let name = format!("xl/worksheets/sheet{}.xml", sheet + 1);
    for (part, content) in parts(path) {
        let content = if part == name { changed(&content, cell, text) } else { content };
        archive.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, content.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    assert!(fs::metadata(target).unwrap().len() > 0);
}

fn changed(sheet: &str, cell: &str, text: &str) -> String {
    let (before, from_here) = sheet.split_once(&format!("<c r=\"{cell}\"")).unwrap();
    let (written, after) = from_here.split_once("</c>").unwrap();
    let attributes = written.split('>').next().unwrap();
    let style = attributes.split("s=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let value = match text.parse::<f64>() {
        Ok(_) => format!("<c r=\"{cell}\" s=\"{style}\"><v>{text}</v></c>"),
        Err(_) => format!("<c r=\"{cell}\" s=\"{style}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    };
    format!("{before}{value}{after}")
}
