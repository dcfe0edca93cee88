//! The cells of a sheet of a workbook, kept small: one text, and where in it each cell ends.

use super::heading::HeadRow;
use super::serial::{self, Epoch, Said};
use crate::intake::sought::Reading;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The digits that Excel keeps of a number.
const DIGITS: usize = 15;
/// The first integer behind which not every integer is a number of Excel.
const EXACT: u64 = 1 << 53;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Number,
    /// A number that is shown as a date.
    Date,
    /// A number that is shown as a length of time.
    Duration,
    /// A formula of which no value was saved; its text is the formula.
    Unsaved,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    end: u32,
    column: u16,
    form: Form,
}

/// The cells of one sheet that are not empty.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    epoch: Epoch,
    text: String,
    cells: Vec<Cell>,
    /// The number of each row, and its first cell.
    rows: Vec<(u32, u32)>,
}

impl Grid {
    pub(super) fn new(epoch: Epoch) -> Self {
        Self { epoch, text: String::new(), cells: Vec::new(), rows: Vec::new() }
    }

    /// The bytes of all texts.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The number of the last row and the place of its last cell.
    pub(super) fn last(&self) -> Option<(u32, u16)> {
        Some((self.rows.last()?.0, self.cells.last()?.column))
    }

    /// How many rows are not blank.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a cell that stands behind all others.
    pub(super) fn push(&mut self, row: u32, column: u16, form: Form, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if self.rows.last().is_none_or(|(last, _)| *last != row) {
            self.rows.push((row, u32::try_from(self.cells.len()).unwrap_or(u32::MAX)));
        }
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.cells.push(Cell { end, column, form });
    }

    /// The first rows.
    pub(super) fn head(&self) -> Vec<HeadRow> {
        let mut head = Vec::new();
        for (place, number) in (0..self.len()).zip(self.rows.iter().map(|(number, _)| *number)) {
            let mut cells = Vec::new();
            for (column, form, text) in self.row(place) {
                cells.resize(column, String::new());
                let shown =
                    if form == Form::Date { serial::shown(text, self.epoch) } else { Cow::Borrowed(text) };
                // a heading may go over several lines of its cell
                cells.push(shown.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            let number = usize::try_from(number).unwrap_or(usize::MAX);
            head.push(HeadRow { number, behind: place.saturating_add(1), cells });
        }
        head
    }

    /// The first formula without a saved value of each row, among the columns that are read.
    pub(super) fn unsaved(&self, is_read: impl Fn(usize) -> bool) -> BTreeMap<usize, usize> {
        if self.cells.iter().all(|cell| cell.form != Form::Unsaved) {
            return BTreeMap::new();
        }
        let of_row = |place: usize| {
            let mut cells = self.row(place);
            let found = cells.find(|(column, form, _)| *form == Form::Unsaved && is_read(*column));
            found.map(|(column, ..)| (self.number(place), column))
        };
        (0..self.len()).filter_map(of_row).collect()
    }

    /// The number of a row.
    pub(super) fn number(&self, place: usize) -> usize {
        self.rows.get(place).map_or(0, |(number, _)| usize::try_from(*number).unwrap_or(usize::MAX))
    }

    /// The cells of a row as their columns are read; those that are blank are empty.
    pub(super) fn cells<'g>(&'g self, place: usize, readings: &[Reading], cells: &mut Vec<Cow<'g, str>>) {
        cells.clear();
        cells.resize(readings.len(), Cow::Borrowed(""));
        for (column, form, text) in self.row(place) {
            if let (Some(cell), Some(reading)) = (cells.get_mut(column), readings.get(column)) {
                *cell = self.shown(form, text, reading);
            }
        }
    }

    fn row(&self, place: usize) -> impl Iterator<Item = (usize, Form, &str)> {
        let place_of = |row: usize| {
            let first = self.rows.get(row).map(|(_, first)| usize::try_from(*first).unwrap_or(usize::MAX));
            first.unwrap_or(self.cells.len())
        };
        let (first, behind) = (place_of(place), place_of(place.saturating_add(1)));
        let end = |cell: usize| {
            let end = self.cells.get(cell).map_or(0, |cell| cell.end);
            usize::try_from(end).unwrap_or(usize::MAX)
        };
        (first..behind).filter_map(move |place| {
            let cell = self.cells.get(place)?;
            let start = place.checked_sub(1).map_or(0, end);
            Some((usize::from(cell.column), cell.form, self.text.get(start..end(place))?))
        })
    }

    fn shown<'g>(&self, form: Form, text: &'g str, reading: &Reading) -> Cow<'g, str> {
        match (form, reading) {
            (Form::Text, _) => Cow::Borrowed(text),
            (Form::Unsaved, _) => Cow::Borrowed(""),
            (Form::Duration, _) => serial::duration(text),
            (Form::Number, Reading::Moment(None)) => serial::shown(text, self.epoch),
            (Form::Date, Reading::Moment(Some(written))) => match serial::said(text, self.epoch) {
                Said::Moment(moment) => Cow::Owned(moment.format(written.form()).to_string()),
                _ => serial::shown(text, self.epoch),
            },
            (Form::Date, _) => serial::shown(text, self.epoch),
            (Form::Number, Reading::Text) => identifier(text),
            (Form::Number, _) => Cow::Borrowed(text),
        }
    }
}

/// A number as an identifier; one of which digits may be lost is written as Excel shows it, and refused by its reader.
fn identifier(text: &str) -> Cow<'_, str> {
    let digits = text.trim_start_matches('-');
    let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_exact = digits.parse::<u64>().is_ok_and(|number| number < EXACT);
    let is_cut = digits.len() > DIGITS && digits.ends_with('0');
    if !is_integer || (is_exact && !is_cut) {
        return Cow::Borrowed(text);
    }
    let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
    let rest: String = rest.chars().take(DIGITS.saturating_sub(1)).collect();
    Cow::Owned(format!("{first}.{rest}E+{}", digits.len().saturating_sub(1)))
}
