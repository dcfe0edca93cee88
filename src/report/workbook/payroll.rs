//! The payroll tables: people and pools, each ready to be imported, with its control total beside it.

use super::Plan;
use super::cell::{Finished, Page, place};
use super::formula::NOISE;
use super::style::{Form, Mark};
use crate::amount;
use crate::report::payroll::Charge;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;
use rust_xlsxwriter::utility::quote_sheet_name;
use std::collections::BTreeSet;

/// The columns of the control total: its name and itself.
const TOTAL: (u16, u16) = (7, 8);

impl Plan<'_> {
    /// Both tables.
    pub(super) fn payroll_sheets(&self) -> Result<[Finished; 2], XlsxError> {
        Ok([
            self.payroll_sheet(&self.names.people, self.pick("姓名", "name"), &self.payroll.people)?,
            self.payroll_sheet(&self.names.pools, &self.pool_titles(), &self.payroll.pools)?,
        ])
    }

    /// What those are that are no people.
    fn pool_titles(&self) -> String {
        let cards = self.payroll.pools.iter().flat_map(|charge| &charge.parts);
        let kinds =
            cards.filter_map(|(card, _)| Some(self.subject.assessment.scorecards.get(*card)?.key.kind));
        let kinds: BTreeSet<usize> = kinds.collect();
        let kinds = kinds.into_iter().filter_map(|kind| self.subject.pack.policy.kinds.get(kind));
        let titles: Vec<&str> = kinds.map(|kind| kind.title.get(self.language)).collect();
        if titles.is_empty() {
            return self.pick("名称", "name").to_owned();
        }
        titles.join(self.pick("、", ", "))
    }

    fn payroll_sheet(&self, name: &str, who: &str, charges: &[Charge]) -> Result<Finished, XlsxError> {
        let mut page = Page::new(name, self.language)?;
        let headings = self.headings([
            ("编码", "code"),
            (who, who),
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
        page.foot(self.signs());
        page.finish(rows, headings.len(), usize::from(TOTAL.1).saturating_add(1))
    }

    fn charge(&self, charge: &Charge) -> Option<String> {
        // what the wage guard leaves depends on pay, which stands in no sheet
        if !self.is_live() || charge.withheld.is_some() {
            return None;
        }
        let cells = charge.parts.iter().map(|(card, account)| self.settled_cell(*card, account));
        let cells: Option<Vec<String>> = cells.collect();
        let cells = cells?.join("+");
        Some(format!("ROUND({cells},{NOISE})"))
    }

    /// The cell of what an account of a card settles at, as formulas on other sheets name it.
    pub(super) fn settled_cell(&self, card: usize, account: &str) -> Option<String> {
        let key = &self.subject.assessment.scorecards.get(card)?.key;
        let layout = self.layouts.get(&key.kind)?;
        let kind = self.subject.pack.policy.kinds.get(key.kind)?;
        let place = kind.accounts.iter().position(|own| own.name == account)?;
        layout.cell(card, layout.accounts.get(place)?.settled)
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
