//! A workbook of Excel: which of its sheets is read, and its cells.

use super::archive;
use super::grid::{Form, Grid};
use super::heading::{self, Heading};
use super::merged::{self, Covered};
use super::serial::Epoch;
use crate::diagnostic::Diagnostic;
use crate::intake::Sought;
use crate::language::Text;
use calamine::{
    DataRef, Dimensions, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError, XlsxFormulaMetadata,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

/// The bytes of all texts of a sheet.
const TEXT_BYTES: usize = 128 << 20;
/// A cell holds no longer text; Excel allows 32,767 characters.
const CELL_BYTES: usize = 1 << 18;

/// What was read of a workbook.
pub(super) struct Read {
    pub(super) grid: Grid,
    pub(super) heading: Heading,
    /// Rows with a cell whose content stands in another.
    pub(super) covered: BTreeMap<usize, Covered>,
    /// Rows with a formula of which no value was saved, and its column.
    pub(super) unsaved: BTreeMap<usize, usize>,
    /// The sheet that was read.
    pub(super) sheet: String,
    /// The others that can be seen.
    pub(super) others: Vec<String>,
    /// Those that are hidden.
    pub(super) hidden: Vec<String>,
}

/// One sheet of a workbook and what its first rows say.
struct Candidate {
    name: String,
    is_hidden: bool,
    heading: Heading,
    is_whole: bool,
    is_blank: bool,
}

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

/// Reads the sheet that is looked for.
///
/// # Errors
/// The workbook cannot be read, or nobody can say which sheet is meant.
pub(super) fn read(bytes: &[u8], sought: &Sought) -> Result<Read, Diagnostic> {
    let is_merged = archive::check(bytes)?;
    // the reader of workbooks is not ours: should it stop short, it is the file that is at fault, and that is said below
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let read = catch_unwind(AssertUnwindSafe(|| open(bytes, sought, is_merged)));
    set_hook(hook);
    read.unwrap_or_else(|_| Err(unreadable("", "")))
}

fn open(bytes: &[u8], sought: &Sought, is_merged: bool) -> Result<Read, Diagnostic> {
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| said(&error, ""))?;
    let sheets: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let mut seen = BTreeSet::new();
    if let Some((name, _)) = sheets.iter().find(|(name, _)| !seen.insert(name.to_lowercase())) {
        return Err(undecided(
            format!("有两张名为「{name}」的工作表"),
            format!("two sheets are called `{name}`"),
            Text::new("给其中一张改名", "give one of them another name"),
        ));
    }
    let mut candidates = Vec::new();
    for (name, is_hidden) in sheets {
        let head = cells(&mut book, &name, heading::ROWS)?.head();
        let heading = heading::find(&head, sought);
        let is_whole = sought.is_all_in(&heading.headings);
        candidates.push(Candidate { name, is_hidden, heading, is_whole, is_blank: head.is_empty() });
    }
    let chosen = choose(&candidates, sought)?;
    let named = |is_hidden: bool| {
        let others =
            candidates.iter().filter(|other| other.name != chosen.name && other.is_hidden == is_hidden);
        others.map(|other| other.name.clone()).collect::<Vec<_>>()
    };
    let grid = cells(&mut book, &chosen.name, usize::MAX)?;
    let (sheet, heading) = (chosen.name.clone(), chosen.heading.clone());
    let is_read =
        |column: usize| heading.headings.get(column).is_some_and(|heading| sought.column(heading).is_some());
    let unsaved = grid.unsaved(is_read);
    let mut covered = BTreeMap::new();
    if is_merged {
        let regions = book.merge_cells_by_sheet_name(&sheet).map_err(|error| said(&error, &sheet))?;
        let below = |region: &Dimensions| usize::try_from(region.end.0).is_ok_and(|end| end >= heading.last);
        let regions: Vec<Dimensions> = regions.into_iter().filter(below).collect();
        covered = merged::covered(&grid, regions, is_read).ok_or_else(|| unreadable(&sheet, ""))?;
    }
    Ok(Read { grid, covered, unsaved, heading, sheet, others: named(false), hidden: named(true) })
}

/// The sheet that the book names; else the only one to be seen that has the headings; else the one that has most of them.
fn choose<'c>(candidates: &'c [Candidate], sought: &Sought) -> Result<&'c Candidate, Diagnostic> {
    let names = |of: &dyn Fn(&&Candidate) -> bool| {
        let names: Vec<&str> = candidates.iter().filter(of).map(|sheet| sheet.name.as_str()).collect();
        (names.join("、"), names.join(", "))
    };
    let all = names(&|_| true);
    if let Some(wanted) = &sought.sheet {
        let named = candidates.iter().find(|sheet| sheet.name.trim() == wanted.trim());
        return named.ok_or_else(|| {
            undecided(
                format!("没有名为「{wanted}」的工作表"),
                format!("there is no sheet `{wanted}`"),
                Text::new(format!("有：{}", all.0), format!("there are: {}", all.1)),
            )
        });
    }
    let visible: Vec<&Candidate> =
        candidates.iter().filter(|sheet| !sheet.is_hidden && !sheet.is_blank).collect();
    let whole: Vec<&&Candidate> = visible.iter().filter(|sheet| sheet.is_whole).collect();
    let most = visible.iter().map(|sheet| sheet.heading.found).max().unwrap_or_default();
    let best: Vec<&&Candidate> = visible.iter().filter(|sheet| sheet.heading.found == most).collect();
    let name_it = |sheet: Option<&&&Candidate>| {
        let (key, name) = (sought.sheet_key, sheet.map_or("", |sheet| sheet.name.as_str()));
        let named = format!("{key} = \"{name}\"");
        let (zh, en, close) = match key {
            "sheet" => (
                "[tables] 中写 表名 = { files = [\"文件\"], ",
                "[tables], table = { files = [\"file\"], ",
                " }",
            ),
            _ => ("[organisation] 中写 ", "[organisation], ", ""),
        };
        Text::new(
            format!("在 book.toml 的 {zh}{named}{close}；renze intake 用 --sheet"),
            format!("write in book.toml, under {en}{named}{close}; for renze intake with --sheet"),
        )
    };
    match (whole.as_slice(), best.as_slice()) {
        ([only], _) | ([], [only]) => return Ok(only),
        ([_, _, ..], _) => {
            let (zh, en) = names(&|sheet| sheet.is_whole && !sheet.is_hidden);
            return Err(undecided(
                format!("不止一张工作表有所需的表头：{zh}"),
                format!("several sheets have the headings: {en}"),
                name_it(whole.first()),
            ));
        }
        _ => {}
    }
    let hidden = names(&|sheet| sheet.is_hidden && sheet.is_whole);
    if let Some(first) = candidates.iter().find(|sheet| sheet.is_hidden && sheet.is_whole) {
        return Err(undecided(
            format!("只有隐藏的工作表有所需的表头：{}", hidden.0),
            format!("only a hidden sheet has the headings: {}", hidden.1),
            name_it(Some(&&first)),
        ));
    }
    Err(undecided(
        format!("没有工作表有所需的表头；工作表：{}", all.0),
        format!("no sheet has the headings; there are: {}", all.1),
        name_it(best.first()),
    ))
}

/// The cells of a sheet, down to so many rows that are not blank.
fn cells(book: &mut Book<'_>, sheet: &str, most: usize) -> Result<Grid, Diagnostic> {
    let epoch = if book.has_1904_epoch() { Epoch::Of1904 } else { Epoch::Of1900 };
    let mut grid = Grid::new(epoch);
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| said(&error, sheet))?;
    let mut last = 0_u32;
    loop {
        let cell = reader
            .next_cell_with_formula_metadata()
            .map_err(|error| said(&error, &format!("{sheet}!{}", last.saturating_add(1))))?;
        let Some(cell) = cell else { return Ok(grid) };
        let (row, column) = cell.pos;
        last = row;
        let (form, text) = match &cell.value {
            // a program that writes formulas without working them out leaves no value: that is no blank
            DataRef::Empty => match &cell.formula {
                Some(formula) => (Form::Unsaved, Cow::Owned(written(formula))),
                None => continue,
            },
            DataRef::Int(number) => (Form::Number, Cow::Owned(number.to_string())),
            // the shortest text that is this number and no other: 0.1 is 0.1
            DataRef::Float(number) => (Form::Number, Cow::Owned(number.to_string())),
            DataRef::Bool(flag) => (Form::Text, Cow::Borrowed(if *flag { "TRUE" } else { "FALSE" })),
            DataRef::DateTime(date) if date.is_duration() => {
                (Form::Duration, Cow::Owned(date.as_f64().to_string()))
            }
            DataRef::DateTime(date) => (Form::Date, Cow::Owned(date.as_f64().to_string())),
            DataRef::Error(error) => (Form::Text, Cow::Owned(error.to_string())),
            DataRef::SharedString(text) => (Form::Text, Cow::Borrowed(*text)),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                (Form::Text, Cow::Borrowed(text.as_str()))
            }
        };
        if text.trim().is_empty() {
            continue;
        }
        let row = row.saturating_add(1);
        let column = check(&grid, sheet, (row, column), text.len())?;
        if grid.len() == most && grid.last().is_some_and(|(last, _)| last != row) {
            return Ok(grid);
        }
        grid.push(row, column, form, &text);
    }
}

/// A formula as it is typed; what only repeats that of another cell has no text of its own.
fn written(formula: &XlsxFormulaMetadata) -> String {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => {
            format!("={formula}")
        }
        _ => "=".to_owned(),
    }
}

/// Whether a cell may stand where it does, and be as long.
fn check(grid: &Grid, sheet: &str, (row, column): (u32, u32), bytes: usize) -> Result<u16, Diagnostic> {
    let own = format!("{}{row}", letters(column));
    let too_much =
        |zh: String, en: String, help: Text| Err(Diagnostic::error("R056", Text::new(zh, en)).help(help));
    let columns = super::COLUMNS;
    let place = u16::try_from(column).ok().filter(|column| usize::from(*column) < columns);
    let Some(column) = place else {
        return too_much(
            format!("工作表「{sheet}」的 {own} 有内容，而列数上限为 {columns}"),
            format!("there is something in {own} of the sheet `{sheet}`; the limit is {columns} columns"),
            Text::new("清除表右边的多余内容", "clear what stands to the right of the table"),
        );
    };
    if bytes > CELL_BYTES || grid.bytes().saturating_add(bytes) > TEXT_BYTES {
        return too_much(
            format!("工作表「{sheet}」到 {own} 为止的文字过多"),
            format!("there is too much text in the sheet `{sheet}`, up to {own}"),
            Text::new("拆分为几个文件", "split it into several files"),
        );
    }
    if grid.last().is_some_and(|last| last >= (row, column)) {
        return Err(unreadable(&format!("{sheet}!{own}"), ""));
    }
    Ok(column)
}

/// A column as a spreadsheet names it: A, B, …, Z, AA.
pub(in crate::intake) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = Some(column);
    while let Some(place) = left {
        letters.push(char::from(b'A'.saturating_add(u8::try_from(place % 26).unwrap_or_default())));
        left = (place / 26).checked_sub(1);
    }
    letters.iter().rev().collect()
}

fn undecided(zh: String, en: String, help: Text) -> Diagnostic {
    Diagnostic::error("R055", Text::new(zh, en)).help(help)
}

fn said(error: &XlsxError, place: &str) -> Diagnostic {
    match error {
        XlsxError::Password => super::kind::encrypted(),
        XlsxError::CellError(_) => unreadable(place, &error.to_string()),
        _ => unreadable(place, ""),
    }
}

/// A workbook whose parts say nothing that can be understood.
fn unreadable(place: &str, why: &str) -> Diagnostic {
    let at = |zh: &str, between: &str| {
        if place.is_empty() { String::new() } else { format!("{zh}{between}{place}") }
    };
    let (zh, en) = (at("，位于", " "), at(", near", " "));
    let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
    archive::broken(
        format!("工作簿的内容无法识别{zh}{why}"),
        format!("its content is not that of a workbook{en}{why}"),
    )
}
