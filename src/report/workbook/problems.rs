//! What was wrong with the data: rows that were set aside, rows judged though they do not fit together, rows of no kind.

use super::Plan;
use super::cell::{Finished, Page, Written, place};
use super::style::{Form, Mark};
use crate::diagnostic::{Diagnostic, Place};
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;

impl Plan<'_> {
    /// The sheet of problems.
    pub(super) fn problem_sheet(&self) -> Result<Finished, XlsxError> {
        let mut page = Page::new(&self.names.problems, self.language)?;
        let headings = self.headings([
            ("记录", "record"),
            ("文件", "file"),
            ("行", "row"),
            ("列", "column"),
            ("处理", "what was done"),
            ("代码", "code"),
            ("原因", "reason"),
            ("怎么办", "what to do"),
        ]);
        page.headings(&headings)?;
        let assessment = self.subject.assessment;
        let aside = assessment
            .set_aside
            .iter()
            .flat_map(|aside| aside.reasons.iter().map(move |reason| (aside.id.as_str(), reason)));
        let all =
            aside.map(|(id, reason)| (id, reason, self.pick("搁置，未判", "set aside, not judged"))).chain(
                assessment
                    .remarks
                    .iter()
                    .map(|remark| ("", remark, self.pick("仍已判定", "judged all the same"))),
            );
        let mut rows = 0_usize;
        for (id, reason, done) in all {
            rows = rows.saturating_add(1);
            self.write_problem(&mut page, place(rows)?, (id, reason, done))?;
        }
        for (file, count) in &assessment.unpicked {
            rows = rows.saturating_add(1);
            let row = place(rows)?;
            page.text((row, 1), name_of(file), Form::Text, Mark::None)?;
            page.text(
                (row, 4),
                self.pick("不属任何对象，未判", "of no kind, not judged"),
                Form::Text,
                Mark::None,
            )?;
            let said = format!("{count} {}", self.pick("行", "rows"));
            page.text((row, 6), &said, Form::Text, Mark::None)?;
        }
        page.finish(place(rows)?, headings.len(), headings.len())
    }

    fn write_problem(
        &self,
        page: &mut Page,
        row: u32,
        (id, reason, done): (&str, &Diagnostic, &str),
    ) -> Written {
        page.text((row, 0), id, Form::Text, Mark::None)?;
        match &reason.place {
            Some(Place::Cell { file, row: number, column }) => {
                page.text((row, 1), name_of(file), Form::Text, Mark::None)?;
                page.number((row, 2), Decimal::from(*number), Form::Number, Mark::None)?;
                page.text((row, 3), column, Form::Text, Mark::None)?;
            }
            Some(other) => page.text((row, 1), &other.short(self.language), Form::Text, Mark::None)?,
            None => {}
        }
        page.text((row, 4), done, Form::Text, Mark::None)?;
        page.text((row, 5), reason.code, Form::Text, Mark::None)?;
        page.text((row, 6), reason.message.get(self.language), Form::Long, Mark::None)?;
        let help = reason.help.as_ref().map_or("", |help| help.get(self.language));
        page.text((row, 7), help, Form::Long, Mark::None)
    }
}

/// A file without the way to it.
fn name_of(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or_default()
}
