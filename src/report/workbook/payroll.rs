//! The payroll tables: people and pools, each ready to be imported, with its control total beside it.

use super::Plan;
use super::cell::{Page, place};
use super::formula::NOISE;
use super::style::{Form, Mark};
use crate::amount;
use crate::report::payroll::Charge;
use rust_decimal::Decimal;
use rust_xlsxwriter::utility::quote_sheet_name;
use rust_xlsxwriter::{Worksheet, XlsxError};

/// The columns of the control total: its name and itself.
const TOTAL: (u16, u16) = (7, 8);

impl Plan<'_> {
    /// Both tables.
    pub(super) fn payroll_sheets(&self) -> Result<[Worksheet; 2], XlsxError> {
        Ok([
            self.payroll_sheet(&self.names.people, &self.payroll.people)?,
            self.payroll_sheet(&self.names.pools, &self.payroll.pools)?,
        ])
    }

    fn payroll_sheet(&self, name: &str, charges: &[Charge]) -> Result<Worksheet, XlsxError> {
        let mut page = Page::new(name, self.language)?;
        let headings = self.headings([
            ("编码", "code"),
            ("姓名", "name"),
            ("扣款金额", "amount"),
            ("期间", "period"),
            ("状态", "state"),
            ("至多", "at most"),
        ]);
        page.headings(&headings)?;
        for (line, charge) in charges.iter().enumerate() {
            let row = place(line.saturating_add(1))?;
            page.text((row, 0), &charge.code, Form::Text, Mark::None)?;
            page.text((row, 1), charge.name.get(self.language), Form::Text, Mark::None)?;
            match self.charge(charge) {
                Some(formula) => {
                    page.formula((row, 2), &formula, &amount::plain(charge.amount), Form::Money)?;
                }
                None => page.number((row, 2), charge.amount, Form::Money, Mark::None)?,
            }
            page.text((row, 3), &charge.period, Form::Text, Mark::None)?;
            let open = charge.is_provisional();
            let state = if open {
                self.pick("暂定，勿发", "provisional: do not pay by it")
            } else {
                self.pick("定案", "final")
            };
            page.text((row, 4), state, Form::Text, Mark::None)?;
            match charge.most.filter(|_| open) {
                Some(most) => page.number((row, 5), most, Form::Money, Mark::None)?,
                None if open => page.text((row, 5), "?", Form::Text, Mark::None)?,
                None => {}
            }
        }
        let rows = place(charges.len())?;
        page.text((0, TOTAL.0), self.pick("控制总额", "control total"), Form::Heading, Mark::None)?;
        let total = charges.iter().fold(Decimal::ZERO, |sum, charge| sum.saturating_add(charge.amount));
        let formula = format!("ROUND(SUM(C2:C{}),{NOISE})", charges.len().max(1).saturating_add(1));
        page.formula((0, TOTAL.1), &formula, &amount::plain(total), Form::Money)?;
        page.text((1, TOTAL.0), self.pick("行数", "rows"), Form::Heading, Mark::None)?;
        page.count((1, TOTAL.1), charges.len())?;
        page.finish(rows, headings.len(), usize::from(TOTAL.1).saturating_add(1))
    }

    fn charge(&self, charge: &Charge) -> Option<String> {
        // what the wage guard leaves depends on pay, which stands in no sheet
        if !self.is_live() || charge.withheld.is_some() {
            return None;
        }
        let cell = |(card, account): &(usize, String)| {
            let key = &self.subject.assessment.scorecards.get(*card)?.key;
            let layout = self.layouts.get(&key.kind)?;
            let kind = self.subject.pack.policy.kinds.get(key.kind)?;
            let place = kind.accounts.iter().position(|own| own.name == *account)?;
            layout.cell(*card, layout.accounts.get(place)?.settled)
        };
        let cells: Option<Vec<String>> = charge.parts.iter().map(cell).collect();
        let cells = cells?.join("+");
        Some(format!("ROUND(-({cells}),{NOISE})"))
    }

    /// The control total of one of the tables, as formulas on other sheets name it, and what it is.
    pub(super) fn payroll_total(&self, is_people: bool) -> (String, Decimal) {
        let (name, charges) = match is_people {
            true => (&self.names.people, &self.payroll.people),
            false => (&self.names.pools, &self.payroll.pools),
        };
        let total = charges.iter().fold(Decimal::ZERO, |sum, charge| sum.saturating_add(charge.amount));
        (format!("{}!$I$1", quote_sheet_name(name)), total)
    }
}
