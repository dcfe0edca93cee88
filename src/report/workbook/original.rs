//! What the cells held that may be changed: a hidden sheet with a copy of each and, above every column, how many of them
//! say something else by now. That a workbook was changed is so seen also where no card follows.

use super::Plan;
use super::cell::{Content, Finished, Inputs, Page, place};
use super::style::{Form, Mark};
use rust_xlsxwriter::XlsxError;
use rust_xlsxwriter::utility::{column_number_to_name, quote_sheet_name};

impl Plan<'_> {
    /// The cell with the number of cells that were changed.
    pub(super) fn changed(&self) -> String {
        format!("{}!$A$1", quote_sheet_name(&self.names.originals))
    }

    /// The hidden sheet.
    pub(super) fn original_sheet(&self, sheets: &[(String, Inputs)]) -> Result<Finished, XlsxError> {
        let mut page = Page::new(&self.names.originals, self.language)?;
        let columns = sheets.iter().flat_map(|(sheet, inputs)| inputs.iter().map(move |own| (sheet, own)));
        let mut width = 1_usize;
        for (sheet, (column, cells)) in columns {
            let (Some((first, _)), Some((last, _))) = (cells.first_key_value(), cells.last_key_value())
            else {
                continue;
            };
            let at = place::<u16>(width)?;
            width = width.saturating_add(1);
            for (row, content) in cells {
                match content {
                    Content::Number(number) => {
                        page.number((*row, at), *number, Form::Number, Mark::Helper)?
                    }
                    Content::Text(text) if text.is_empty() => {}
                    Content::Text(text) => page.text((*row, at), text, Form::Text, Mark::Helper)?,
                    Content::Moment(moment) => page.moment((*row, at), *moment, Mark::Helper)?,
                }
            }
            let lines = (first.saturating_add(1), last.saturating_add(1));
            let range = |column: u16| {
                let name = column_number_to_name(column);
                format!("${name}${}:${name}${}", lines.0, lines.1)
            };
            let formula =
                format!("SUMPRODUCT(--({}!{}<>{}))", quote_sheet_name(sheet), range(*column), range(at));
            page.formula((0, at), &formula, "0", Form::Number)?;
        }
        let last = column_number_to_name(place(width.max(2).saturating_sub(1))?);
        page.formula((0, 0), &format!("SUM($B$1:${last}$1)"), "0", Form::Number)?;
        page.sheet().set_hidden(true);
        page.finish_plain()
    }
}
