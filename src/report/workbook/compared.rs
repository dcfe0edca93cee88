//! The cards as they were assessed beside what the formulas come to by now: whoever changes a fact sees what changed.

use super::Plan;
use super::cell::{Finished, Page, Written, place};
use super::layout::Layout;
use super::parameters::form;
use super::style::{Form, Mark, changed, open, veto};
use crate::amount;
use crate::assess::Scorecard;
use crate::policy::Kind;
use crate::report::sign::shown;
use rust_decimal::Decimal;
use rust_xlsxwriter::utility::quote_sheet_name;
use rust_xlsxwriter::{ConditionalFormatFormula, XlsxError};

/// How many columns there are, and how many of them anybody reads.
const WIDTH: (usize, usize) = (8, 7);
/// The columns of the figure of the assessment, of that by now, of whether they differ, and of whether the card does.
const COLUMNS: [u16; 4] = [4, 5, 6, 7];

/// A card on its way to the sheet, with its position among all.
struct Compared<'c> {
    kind: &'c Kind,
    layout: &'c Layout,
    card: &'c Scorecard,
    position: usize,
}

impl Plan<'_> {
    /// The formula for the number of cards that are not as they were assessed.
    pub(super) fn cards_changed(&self) -> String {
        let sheet = quote_sheet_name(&self.names.compared);
        if self.is_live() { format!("SUM({sheet}!$H:$H)") } else { "0".to_owned() }
    }

    /// The sheet; none where the cards are values that follow nothing.
    pub(super) fn compared_sheet(&self) -> Result<Option<Finished>, XlsxError> {
        if !self.is_live() {
            return Ok(None);
        }
        let mut page = Page::new(&self.names.compared, self.language)?;
        page.headings(&self.headings::<{ WIDTH.0 }>([
            ("类别", "card"),
            ("编码", "code"),
            ("名称", "name"),
            ("科目", "account"),
            ("考核结果", "as assessed"),
            ("现值", "by now"),
            ("变动", "changed"),
            ("变动的卡", "card changed"),
        ]))?;
        page.note(
            (0, COLUMNS[0]),
            self.pick(
                "系统考核的结果，为数值，不随改动变化；以此为准",
                "the figures of the assessment: values, which follow no change; these are in force",
            ),
        )?;
        let mut row = 0_u32;
        for (position, layout) in &self.layouts {
            let Some(kind) = self.subject.pack.policy.kinds.get(*position) else { continue };
            for position in &layout.cards {
                let Some(card) = self.subject.assessment.scorecards.get(*position) else { continue };
                let of = Compared { kind, layout, card, position: *position };
                row = self.compare(&mut page, row, &of)?;
            }
        }
        let rule = ConditionalFormatFormula::new().set_rule("=$G2>0").set_format(open());
        page.sheet().add_conditional_format(1, 0, row.max(1), COLUMNS[2], &rule)?;
        page.sheet().set_column_hidden(COLUMNS[3])?;
        page.foot(self.limits());
        page.finish(row, WIDTH.1, WIDTH.1).map(Some)
    }

    /// The lines of a card after a row, and the last of them.
    fn compare(&self, page: &mut Page, before: u32, of: &Compared<'_>) -> Result<u32, XlsxError> {
        let mut row = before;
        for (account, columns) in of.kind.accounts.iter().zip(&of.layout.accounts) {
            let Some(balance) = of.card.balance(&account.name) else { continue };
            row = row.saturating_add(1);
            self.line(page, (row, of), account.title.get(self.language))?;
            self.figure(
                page,
                (row, of),
                (columns.settled, shown(&account.unit, balance.settled.so_far), form(&account.unit)),
            )?;
        }
        let findings = || self.subject.assessment.findings_of(of.card);
        let may_veto = || findings().any(|finding| finding.account().is_none() && finding.grade().is_none());
        if let Some(column) = of.layout.veto.filter(|_| may_veto()) {
            row = row.saturating_add(1);
            self.line(page, (row, of), self.pick("否决", "veto"))?;
            let count = Decimal::from(self.standing_vetoes(of.card).count());
            self.figure(page, (row, of), (column, count, veto(self.language)))?;
        }
        if let Some((column, grade)) = of.layout.grade.zip(of.card.grades.first()) {
            row = row.saturating_add(1);
            self.line(page, (row, of), self.pick("等次", "grade"))?;
            page.text((row, COLUMNS[0]), grade, Form::Text, Mark::None)?;
            if let Some(cell) = of.layout.cell(of.position, column) {
                let line = row.saturating_add(1);
                page.formula((row, COLUMNS[1]), &format!("{cell}&\"\""), grade, Form::Word)?;
                let differs = format!("IF(ISERROR(F{line}),1,IF(EXACT(E{line},F{line}),0,1))");
                page.formula((row, COLUMNS[2]), &differs, "0", changed(self.language))?;
            }
        }
        if row > before {
            let (first, last) = (before.saturating_add(2), row.saturating_add(1));
            let formula = format!("IF(SUM(G{first}:G{last})>0,1,0)");
            page.formula((before.saturating_add(1), COLUMNS[3]), &formula, "0", Form::Number)?;
        }
        Ok(row)
    }

    fn line(&self, page: &mut Page, (row, of): (u32, &Compared<'_>), account: &str) -> Written {
        let name = self.subject.subject_name(&of.card.key.subject, self.language);
        let texts = [of.kind.title.get(self.language), &of.card.key.subject, &name, account];
        for (column, text) in texts.into_iter().enumerate() {
            page.text((row, place(column)?), text, Form::Text, Mark::None)?;
        }
        Ok(())
    }

    fn figure(
        &self,
        page: &mut Page,
        (row, of): (u32, &Compared<'_>),
        (column, assessed, form): (u16, Decimal, Form),
    ) -> Written {
        page.number((row, COLUMNS[0]), assessed, form, Mark::None)?;
        let Some(cell) = of.layout.cell(of.position, column) else { return Ok(()) };
        let line = row.saturating_add(1);
        page.formula((row, COLUMNS[1]), &cell, &amount::plain(assessed), form)?;
        let differs = format!("IF(ISERROR(F{line}),1,IF(ROUND(F{line}-E{line},6)=0,0,1))");
        page.formula((row, COLUMNS[2]), &differs, "0", changed(self.language))
    }
}
