//! How cells look.

use crate::language::Language;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};
use std::collections::BTreeMap;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// The name of a sheet.
    Title,
    /// A text that runs on over the cells beside it.
    Free,
    /// A text in several lines under a table.
    Note,
    /// The name of a column.
    Heading,
    /// The name of a column of figures: it stands over them, at the right.
    FigureHeading,
    /// A text.
    Text,
    /// A text of several lines.
    Long,
    /// A text that a formula comes to.
    Word,
    /// A bare number.
    Number,
    /// A number of more places than anybody reads.
    Decimal,
    /// Money.
    Money,
    /// A share of one.
    Percent,
    /// A day.
    Day,
    /// A day and time.
    Moment,
    /// A day and time to the second.
    Second,
    /// How many vetoes stand: a word where any does.
    Veto,
    /// The same in Chinese.
    VetoZh,
    /// Whether something changed: a word where it did.
    Changed,
    /// The same in Chinese.
    ChangedZh,
}

/// What is said of a cell by its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Nothing.
    None,
    /// It was read, and may be changed to see what follows.
    Input,
    /// It was read, and nothing follows where it is changed.
    Read,
    /// It is lacking, and something is open by that.
    Lacking,
    /// It is worked out in the sheet.
    Live,
    /// It helps other cells and is for nobody to read.
    Helper,
}

/// The ground of headings.
const HEADING: u32 = 0x001f_3864;
/// The ground of cells to change.
const INPUT: u32 = 0x00ff_f9e5;
/// Figures that are worked out.
const LIVE: u32 = 0x0000_3c8f;
/// What helps.
const HELPER: u32 = 0x00a0_a0a0;
/// The ground of what is vetoed.
const VETOED: u32 = 0x00ff_c7ce;
/// The ground of what is provisional.
const OPEN: u32 = 0x00ff_eb9c;
/// Lines between cells.
const LINE: u32 = 0x00d9_d9d9;

/// The formats of a sheet, each made once.
#[derive(Default)]
pub(super) struct Styles(BTreeMap<(Form, Mark), Format>);

impl Styles {
    /// The format of a cell.
    pub(super) fn of(&mut self, form: Form, mark: Mark) -> &Format {
        self.0.entry((form, mark)).or_insert_with(|| format(form, mark))
    }
}

fn format(form: Form, mark: Mark) -> Format {
    let format = Format::new().set_font_size(10).set_align(FormatAlign::Top);
    let format = match form {
        Form::Title => return Format::new().set_font_size(14).set_bold(),
        Form::Free => return Format::new().set_font_size(10),
        Form::Note => {
            return left(Format::new().set_font_size(10)).set_text_wrap().set_align(FormatAlign::Top);
        }
        Form::Heading => return left(heading()),
        Form::FigureHeading => return heading().set_align(FormatAlign::Right),
        // a code stays a code where somebody types it anew
        Form::Text => left(format).set_num_format("@"),
        Form::Long => left(format).set_num_format("@").set_text_wrap(),
        Form::Word => left(format),
        Form::Number => format,
        Form::Decimal => format.set_num_format("0.00"),
        Form::Money => format.set_num_format("#,##0.00"),
        Form::Percent => format.set_num_format("0.00%"),
        Form::Day => left(format).set_num_format("yyyy-mm-dd"),
        Form::Moment => left(format).set_num_format("yyyy-mm-dd hh:mm"),
        Form::Second => left(format).set_num_format("yyyy-mm-dd hh:mm:ss"),
        Form::Veto => left(format).set_num_format("\"veto\";\"veto\";;@"),
        Form::VetoZh => left(format).set_num_format("\"否决\";\"否决\";;@"),
        Form::Changed => left(format).set_num_format("\"changed\";\"changed\";;@"),
        Form::ChangedZh => left(format).set_num_format("\"已变\";\"已变\";;@"),
    };
    let format = format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(LINE));
    match mark {
        Mark::None | Mark::Read => format,
        Mark::Lacking => format.set_background_color(Color::RGB(OPEN)),
        Mark::Input => format.set_background_color(Color::RGB(INPUT)),
        Mark::Live => format.set_font_color(Color::RGB(LIVE)),
        Mark::Helper => format.set_font_color(Color::RGB(HELPER)).set_font_size(8),
    }
}

fn left(format: Format) -> Format {
    format.set_align(FormatAlign::Left).set_indent(1)
}

fn heading() -> Format {
    Format::new()
        .set_font_size(10)
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(Color::RGB(HEADING))
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
}

/// How a row of something vetoed looks.
pub(super) fn vetoed() -> Format {
    Format::new().set_background_color(Color::RGB(VETOED))
}

/// How a row of something provisional looks.
pub(super) fn open() -> Format {
    Format::new().set_background_color(Color::RGB(OPEN))
}

/// A count of vetoes, shown as a word.
pub(super) fn veto(language: Language) -> Form {
    match language {
        Language::Zh => Form::VetoZh,
        Language::En => Form::Veto,
    }
}

/// Whether something changed, shown as a word.
pub(super) fn changed(language: Language) -> Form {
    match language {
        Language::Zh => Form::ChangedZh,
        Language::En => Form::Changed,
    }
}
