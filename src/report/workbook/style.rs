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
    /// The name of a column.
    Heading,
    /// A text.
    Text,
    /// A text of several lines.
    Long,
    /// A bare number.
    Number,
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
}

/// What is said of a cell by its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Nothing.
    None,
    /// It was read, and may be changed to see what follows.
    Input,
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
        Form::Free => return Format::new().set_font_size(10).set_num_format("@"),
        Form::Heading => {
            return Format::new()
                .set_font_size(10)
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(HEADING))
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter);
        }
        // a code stays a code where somebody types it anew
        Form::Text => format.set_num_format("@").set_indent(1),
        Form::Long => format.set_num_format("@").set_text_wrap().set_indent(1),
        Form::Number => format,
        Form::Money => format.set_num_format("#,##0.00"),
        Form::Percent => format.set_num_format("0.00%"),
        Form::Day => format.set_num_format("yyyy-mm-dd"),
        Form::Moment => format.set_num_format("yyyy-mm-dd hh:mm"),
        Form::Second => format.set_num_format("yyyy-mm-dd hh:mm:ss"),
        Form::Veto => format.set_num_format("\"veto\";\"veto\";;@"),
        Form::VetoZh => format.set_num_format("\"否决\";\"否决\";;@"),
    };
    let format = format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(LINE));
    match mark {
        Mark::None => format,
        Mark::Input => format.set_background_color(Color::RGB(INPUT)),
        Mark::Live => format.set_font_color(Color::RGB(LIVE)),
        Mark::Helper => format.set_font_color(Color::RGB(HELPER)).set_font_size(8),
    }
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
