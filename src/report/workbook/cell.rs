//! A thin layer over the sheets of the file: what every cell has in common. A text is always written as text and a decimal
//! as the number its digits say; nothing that was read can become a formula or a link.

use super::style::{Form, Mark, Styles};
use crate::amount;
use crate::language::Language;
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Formula, Note, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr as _;

/// A cell holds no more UTF-16 units.
pub(super) const CHARACTERS: usize = 32_767;
/// Notes of one sheet: each is a drawing of its own, and thousands of them make a sheet slow.
const NOTES: usize = 2_000;
/// UTF-16 units of a note.
const NOTE: usize = 2_000;
/// How wide a column is at least and at most, in characters.
const WIDTHS: (usize, usize) = (6, 32);
/// A sheet of more columns than this is printed over several pages side by side, at this many per cent of its size.
const SIDE_BY_SIDE: (usize, u16) = (16, 60);
/// Digits of a number that are shown.
const DIGITS: usize = 10;
/// Of so many rows the texts are looked at for the width of their column.
const MEASURED: u32 = 500;
/// A4.
const PAPER: u8 = 9;
/// Moments before this year and after that one are no dates of a spreadsheet.
const YEARS: (i32, i32) = (1901, 9998);

/// A sheet that is written row by row.
pub(super) struct Page {
    sheet: Worksheet,
    language: Language,
    styles: Styles,
    widths: Vec<usize>,
    notes: usize,
}

pub(super) type Written = Result<(), XlsxError>;

impl Page {
    /// An empty sheet of that name, which is safe already.
    pub(super) fn new(name: &str, language: Language) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        Ok(Self { sheet, language, styles: Styles::default(), widths: Vec::new(), notes: 0 })
    }

    /// The sheet itself, for what only one of them has.
    pub(super) fn sheet(&mut self) -> &mut Worksheet {
        &mut self.sheet
    }

    /// The headings in the first row: frozen, filtered, and printed on every page.
    pub(super) fn headings(&mut self, headings: &[String]) -> Written {
        for (column, heading) in headings.iter().enumerate() {
            self.text((0, place(column)?), heading, Form::Heading, Mark::None)?;
        }
        self.sheet.set_freeze_panes(1, 0)?;
        Ok(())
    }

    /// A text, cut where a cell cannot hold it.
    pub(super) fn text(&mut self, at: (u32, u16), text: &str, form: Form, mark: Mark) -> Written {
        if text.is_empty() && mark == Mark::None {
            return Ok(());
        }
        // a second line of a cell is no reason for a wide column
        let wide = text.lines().map(|line| line.width()).max().unwrap_or_default();
        if !matches!(form, Form::Title | Form::Free) {
            self.measure(at, wide);
        }
        let format = self.styles.of(form, mark);
        self.sheet.write_string_with_format(at.0, at.1, cut(text, CHARACTERS), format)?;
        Ok(())
    }

    /// A number as its digits say.
    pub(super) fn number(&mut self, at: (u32, u16), number: Decimal, form: Form, mark: Mark) -> Written {
        let digits = amount::plain(number);
        self.measure(at, digits.len().min(DIGITS).saturating_add(3));
        let format = self.styles.of(form, mark);
        match digits.parse::<f64>() {
            Ok(number) => self.sheet.write_number_with_format(at.0, at.1, number, format)?,
            Err(_) => self.sheet.write_string_with_format(at.0, at.1, digits, format)?,
        };
        Ok(())
    }

    /// A count.
    pub(super) fn count(&mut self, at: (u32, u16), count: usize) -> Written {
        self.number(at, Decimal::from(count), Form::Number, Mark::None)
    }

    /// A moment; one that no spreadsheet knows stays a text.
    pub(super) fn moment(&mut self, at: (u32, u16), moment: NaiveDateTime, mark: Mark) -> Written {
        let Some(date) = date(moment) else {
            return self.text(at, &crate::calendar::show_moment(moment), Form::Text, mark);
        };
        let shown = crate::calendar::show_moment(moment);
        self.measure(at, shown.len());
        let form = match shown.len() {
            10 => Form::Day,
            16 => Form::Moment,
            _ => Form::Second,
        };
        let format = self.styles.of(form, mark);
        self.sheet.write_datetime_with_format(at.0, at.1, date, format)?;
        Ok(())
    }

    /// A formula of ours, with what the engine says it comes to.
    pub(super) fn formula(&mut self, at: (u32, u16), formula: &str, result: &str, form: Form) -> Written {
        let is_number = result.parse::<Decimal>().is_ok();
        let wide = if is_number { result.len().min(DIGITS) } else { result.width() };
        self.measure(at, wide.saturating_add(3));
        let format = self.styles.of(form, Mark::Live);
        let formula = Formula::new(formula).set_result(cut(result, CHARACTERS));
        self.sheet.write_formula_with_format(at.0, at.1, formula, format)?;
        Ok(())
    }

    /// A note on a cell, as long as the sheet has room for more of them.
    pub(super) fn note(&mut self, at: (u32, u16), text: &str) -> Written {
        if text.is_empty() || self.notes >= NOTES {
            return Ok(());
        }
        self.notes = self.notes.saturating_add(1);
        let lines = text.lines().map(|line| line.width().div_ceil(44).max(1)).fold(1, usize::saturating_add);
        let height = u32::try_from(lines.saturating_mul(18).clamp(40, 400)).unwrap_or(40);
        let note = Note::new(cut(text, NOTE)).add_author_prefix(false).set_width(320).set_height(height);
        self.sheet.insert_note(at.0, at.1, &note)?;
        Ok(())
    }

    /// The sheet with its filter, widths and page: how many rows and columns the table has, and how many are printed.
    pub(super) fn finish(
        mut self,
        rows: u32,
        columns: usize,
        printed: usize,
    ) -> Result<Worksheet, XlsxError> {
        self.sheet.autofilter(0, 0, rows.max(1), place(columns.saturating_sub(1))?)?;
        let shown = place(printed.saturating_sub(1))?;
        self.sheet.set_print_area(0, 0, rows.max(1), shown)?;
        if usize::from(shown) > SIDE_BY_SIDE.0 {
            self.sheet.set_print_scale(SIDE_BY_SIDE.1).set_repeat_columns(0, 2)?;
        } else {
            self.sheet.set_print_fit_to_pages(1, 0);
        }
        self.sheet.set_repeat_rows(0, 0)?;
        self.finish_plain()
    }

    /// The sheet with its widths and page.
    pub(super) fn finish_plain(mut self) -> Result<Worksheet, XlsxError> {
        for (column, width) in self.widths.iter().enumerate() {
            let width = width.saturating_add(2).clamp(WIDTHS.0, WIDTHS.1);
            self.sheet.set_column_width(place(column)?, u32::try_from(width).unwrap_or(10))?;
        }
        self.sheet.set_paper_size(PAPER).set_landscape();
        self.sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
        self.sheet
            .set_header("&L&A")
            .set_footer(self.language.pick("&R第 &P 页，共 &N 页", "&Rpage &P of &N"));
        Ok(self.sheet)
    }

    fn measure(&mut self, (row, column): (u32, u16), wide: usize) {
        if row > MEASURED {
            return;
        }
        let column = usize::from(column);
        if self.widths.len() <= column {
            self.widths.resize(column.saturating_add(1), 0);
        }
        if let Some(widest) = self.widths.get_mut(column) {
            *widest = wide.max(*widest);
        }
    }
}

/// The first part of a text that fits.
fn cut(text: &str, most: usize) -> String {
    let mut left = most;
    let fits = |letter: &char| {
        left = match left.checked_sub(letter.len_utf16()) {
            Some(less) => less,
            None => return false,
        };
        true
    };
    text.chars().take_while(fits).collect()
}

/// Whether a cell holds all of a text.
pub(super) fn holds(text: &str) -> bool {
    text.encode_utf16().count() <= CHARACTERS
}

/// A moment as spreadsheets count time.
pub(super) fn date(moment: NaiveDateTime) -> Option<ExcelDateTime> {
    if !(YEARS.0..=YEARS.1).contains(&moment.year()) {
        return None;
    }
    let year = u16::try_from(moment.year()).ok()?;
    let [month, day, minute, second] =
        [moment.month(), moment.day(), moment.minute(), moment.second()].map(|part| u8::try_from(part).ok());
    let day = ExcelDateTime::from_ymd(year, month?, day?).ok()?;
    day.and_hms(u16::try_from(moment.hour()).ok()?, minute?, second?).ok()
}

/// A column or a row as the file counts them.
pub(super) fn place<N: TryFrom<usize>>(number: usize) -> Result<N, XlsxError> {
    N::try_from(number).map_err(|_| XlsxError::RowColumnLimitError)
}
