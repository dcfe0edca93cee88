//! What was adjusted of earlier periods and takes effect in this one.

use super::Plan;
use super::cell::{Finished, Page, place};
use super::parameters::form;
use super::style::{Form, Mark};
use crate::report::in_effect::{headings, in_effect};
use crate::report::sign::{shown, signs};
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

/// The first column of figures.
const FIRST: u16 = 5;

impl Plan<'_> {
    /// The sheet of adjustments; none where nothing takes effect.
    pub(super) fn adjusted_sheet(&self) -> Result<Option<Finished>, XlsxError> {
        let all = in_effect(self.digests);
        if all.is_empty() {
            return Ok(None);
        }
        let mut page = Page::new(&self.names.adjusted, self.language)?;
        let headings = headings(self.language).map(str::to_owned);
        page.headings(&headings)?;
        for (one, number) in all.iter().zip(1_usize..) {
            let row = place(number)?;
            let account = one.figure(self.subject).account();
            let plain = |text: &str| text.parse::<Decimal>().ok();
            let figures = [plain(&one.was), plain(&one.is), one.difference];
            for (cell, column) in one.row(self.subject, self.language).iter().zip(0_u16..) {
                let figure = figures
                    .iter()
                    .zip(FIRST..)
                    .find(|(_, own)| *own == column)
                    .and_then(|(figure, _)| *figure);
                match account.zip(figure) {
                    Some((account, figure)) => {
                        let unit = &account.unit;
                        page.number((row, column), shown(unit, figure), form(unit), Mark::None)?;
                    }
                    None => page.text((row, column), cell, Form::Text, Mark::None)?,
                }
            }
        }
        page.foot(signs(self.language));
        page.finish(place(all.len())?, headings.len(), headings.len()).map(Some)
    }
}
