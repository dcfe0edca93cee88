//! A thin layer over the sheets of the file: what every cell has in common. A text is always written as text and a decimal
//! as the number its digits say; nothing that was read can become a formula or a link.

use super::reference::References;
use super::style::{Form, Mark, Styles};
use crate::amount;
use crate::language::Language;
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Formula, Note, Worksheet, XlsxError};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr as _;

/// A cell holds no more UTF-16 units.
pub(super) const CHARACTERS: usize = 32_767;
/// Notes of one sheet: each is a drawing of its own, and thousands of them make a sheet slow.
const NOTES: usize = 2_000;
/// UTF-16 units of a note.
const NOTE: usize = 2_000;
/// How wide a column is at least and at most, in characters.
const WIDTHS: (usize, usize) = (6, 28);
/// Headings that are wider stand in two lines.
const HEADING: usize = 10;
/// Characters that a column at its widest has room for.
const ROOM: usize = 26;
/// How wide a column is that is there to be read.
const BROAD: u32 = 60;
/// How high a line is, in points.
const LINE: u32 = 14;
/// So many characters stand on a page side by side in their full size, and so many where they are made smaller; a sheet
/// that is wider is printed on several pages side by side.
const ON_A_PAGE: (usize, usize) = (95, 260);
/// Decimal places that are shown of a figure.
const PLACES: u32 = 2;
/// Digits of a number that are shown.
const DIGITS: usize = 10;
/// Of so many rows the texts are looked at for the width of their column.
const MEASURED: u32 = 500;
/// A4.
const PAPER: u8 = 9;
/// Moments before this year and after that one are no dates of a spreadsheet.
const YEARS: (i32, i32) = (1901, 9998);

/// What a cell holds that was read.
pub(super) enum Content {
    Number(Decimal),
    Text(String),
    Moment(NaiveDateTime),
}

/// The cells of a sheet that were read, by column and row.
pub(super) type Inputs = BTreeMap<u16, BTreeMap<u32, Content>>;

/// A sheet that is written.
pub(super) struct Finished {
    pub(super) name: String,
    pub(super) sheet: Worksheet,
    pub(super) inputs: Inputs,
    /// What its formulas refer to.
    pub(super) references: References,
}

/// A sheet that is written row by row.
pub(super) struct Page {
    name: String,
    sheet: Worksheet,
    inputs: Inputs,
    references: References,
    language: Language,
    styles: Styles,
    widths: Vec<usize>,
    notes: usize,
    /// What stands under the table.
    foot: Vec<String>,
    /// The lowest row that holds anything.
    lowest: u32,
    /// Every heading and every long text, with how wide it is in one line.
    wraps: Vec<((u32, u16), usize)>,
    /// Columns that are wide, to read what stands in one line.
    broad: Vec<u16>,
    /// The headings of columns in which no figure stands so far.
    heads: BTreeMap<u16, (u32, String)>,
}

pub(super) type Written = Result<(), XlsxError>;

impl Page {
    /// An empty sheet of that name, which is safe already.
    pub(super) fn new(name: &str, language: Language) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        Ok(Self {
            name: name.to_owned(),
            sheet,
            inputs: Inputs::new(),
            references: References::default(),
            language,
            styles: Styles::default(),
            widths: Vec::new(),
            notes: 0,
            foot: Vec::new(),
            lowest: 0,
            wraps: Vec::new(),
            broad: Vec::new(),
            heads: BTreeMap::new(),
        })
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
        match form {
            Form::Title | Form::Free => {}
            Form::Heading => {
                self.measure(at, heading_width(text));
                self.wraps.push((at, wide));
                self.heads.insert(at.1, (at.0, text.to_owned()));
            }
            _ => {
                self.measure(at, wide);
                if form == Form::Long && wide > ROOM {
                    // words that stay together leave room at the ends of lines
                    let lost = if text.is_ascii() { wide.div_ceil(10) } else { 0 };
                    self.wraps.push((at, wide.saturating_add(lost)));
                }
            }
        }
        let text = cut(text, CHARACTERS);
        let format = self.styles.of(form, mark);
        self.sheet.write_string_with_format(at.0, at.1, &text, format)?;
        self.keep(at, mark, || Content::Text(text));
        Ok(())
    }

    /// A number as its digits say.
    pub(super) fn number(&mut self, at: (u32, u16), number: Decimal, form: Form, mark: Mark) -> Written {
        let digits = amount::plain(number);
        self.measure(at, digits.len().min(DIGITS).saturating_add(3));
        // what may be changed is shown as it is
        let form = if matches!(mark, Mark::Input | Mark::Read) { form } else { shortened(form, number) };
        self.keep(at, mark, || Content::Number(number));
        self.figure(at, form)?;
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
        self.keep(at, mark, || Content::Moment(moment));
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
        let number = result.parse::<Decimal>();
        let wide = if number.is_ok() { result.len().min(DIGITS) } else { result.width() };
        if form != Form::Free {
            self.measure(at, wide.saturating_add(3));
        }
        self.references.read(formula);
        let form = number.map_or(form, |number| shortened(form, number));
        if !matches!(form, Form::Word | Form::Free) {
            self.figure(at, form)?;
        }
        let format = self.styles.of(form, Mark::Live);
        let formula = Formula::new(formula).set_result(cut(result, CHARACTERS));
        self.sheet.write_formula_with_format(at.0, at.1, formula, format)?;
        Ok(())
    }

    /// Keeps what was read, so that a change of it can be told.
    fn keep(&mut self, (row, column): (u32, u16), mark: Mark, content: impl FnOnce() -> Content) {
        if matches!(mark, Mark::Input | Mark::Read | Mark::Lacking) {
            self.inputs.entry(column).or_default().insert(row, content());
        }
    }

    /// Puts the heading over a figure to its side.
    fn figure(&mut self, (row, column): (u32, u16), form: Form) -> Written {
        if matches!(form, Form::Veto | Form::VetoZh | Form::Changed | Form::ChangedZh) {
            return Ok(());
        }
        let Some((at, heading)) = self.heads.remove(&column).filter(|(at, _)| *at < row) else {
            return Ok(());
        };
        let format = self.styles.of(Form::FigureHeading, Mark::None);
        self.sheet.write_string_with_format(at, column, heading, format)?;
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

    /// Makes a column wide.
    pub(super) fn broaden(&mut self, column: u16) {
        self.broad.push(column);
    }

    /// Says under the table what goes for all of it.
    pub(super) fn foot(&mut self, line: &str) {
        self.foot.push(line.to_owned());
    }

    /// Writes what stands under everything across the columns of the table, and says which line is the last.
    fn write_foot(&mut self, last: u16) -> Result<u32, XlsxError> {
        let table = self.lowest.max(1);
        let mut line = table;
        let wide = self.wide(usize::from(last).saturating_add(1)).saturating_sub(self.wide(1)).max(1);
        let format = self.styles.of(Form::Note, Mark::None);
        for text in &self.foot {
            line = line.saturating_add(if line == table { 2 } else { 1 });
            if last > 1 {
                self.sheet.merge_range(line, 1, line, last, text, format)?;
            } else {
                self.sheet.write_string_with_format(line, 1, text, format)?;
            }
            let lines = u32::try_from(text.width().div_ceil(wide)).unwrap_or(1);
            self.sheet.set_row_height(line, lines.saturating_mul(LINE).saturating_add(2))?;
        }
        Ok(line)
    }

    /// How wide the first columns are together.
    fn wide(&self, columns: usize) -> usize {
        let widths = self.widths.iter().take(columns).map(|width| fitted(*width));
        widths.fold(0, usize::saturating_add)
    }

    /// The sheet with its filter, widths and page: how many rows and columns the table has, and how many are printed.
    pub(super) fn finish(mut self, rows: u32, columns: usize, printed: usize) -> Result<Finished, XlsxError> {
        if rows == 0 {
            // an empty sheet says that there is nothing, and not that something was forgotten
            self.text((1, 0), self.language.pick("无", "none"), Form::Text, Mark::None)?;
        }
        self.sheet.autofilter(0, 0, rows.max(1), place(columns.saturating_sub(1))?)?;
        let shown = place(printed.saturating_sub(1))?;
        let foot = self.write_foot(shown)?;
        self.sheet.set_print_area(0, 0, foot, shown)?;
        let wide = self.wide(printed);
        if wide > ON_A_PAGE.0 {
            let pages = wide.div_ceil(ON_A_PAGE.1);
            self.sheet.set_print_fit_to_pages(place(pages)?, 0);
            if pages > 1 {
                self.sheet.set_repeat_columns(0, 1)?;
            }
        }
        self.sheet.set_repeat_rows(0, 0)?;
        self.finish_plain()
    }

    /// The sheet with its widths and page.
    pub(super) fn finish_plain(mut self) -> Result<Finished, XlsxError> {
        for (column, width) in self.widths.iter().enumerate().filter(|(_, width)| **width > 0) {
            let width = u32::try_from(fitted(*width)).unwrap_or(10);
            self.sheet.set_column_width(place(column)?, width)?;
        }
        for column in &self.broad {
            self.sheet.set_column_width(*column, BROAD)?;
        }
        let mut lines: BTreeMap<u32, usize> = BTreeMap::new();
        for ((row, column), wide) in &self.wraps {
            let width = self.widths.get(usize::from(*column)).map_or(ROOM, |width| fitted(*width));
            let own = wide.div_ceil(width.max(1));
            let most = lines.entry(*row).or_default();
            *most = own.max(*most);
        }
        for (row, lines) in lines.into_iter().filter(|(_, lines)| *lines > 1) {
            self.sheet.set_row_height(row, LINE.saturating_mul(u32::try_from(lines).unwrap_or(1)))?;
        }
        self.sheet.set_paper_size(PAPER).set_landscape();
        self.sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
        self.sheet.set_footer(self.language.pick("&L&A&R第 &P 页，共 &N 页", "&L&A&Rpage &P of &N"));
        let Self { name, sheet, inputs, references, .. } = self;
        Ok(Finished { name, sheet, inputs, references })
    }

    fn measure(&mut self, (row, column): (u32, u16), wide: usize) {
        self.lowest = self.lowest.max(row);
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

/// How wide a column is for the widest text in it.
fn fitted(widest: usize) -> usize {
    widest.saturating_add(2).clamp(WIDTHS.0, WIDTHS.1)
}

/// How wide a heading is in as few lines as its column has room for: letters of Latin words stay together.
fn heading_width(text: &str) -> usize {
    let whole = text.width();
    if whole <= HEADING {
        return whole;
    }
    let words = text.split(' ').map(|word| if word.is_ascii() { word.len() } else { 0 });
    words.max().unwrap_or_default().max(whole.div_ceil(2)).saturating_add(2)
}

/// How a number is shown: of a long one two places.
fn shortened(form: Form, number: Decimal) -> Form {
    if form == Form::Number && number.normalize().scale() > PLACES { Form::Decimal } else { form }
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
