//! The payroll tables: people and pools, each ready to be imported, with its control total beside it.

use super::Plan;
use super::cell::{Finished, Page, Written, place};
use super::formula::NOISE;
use super::style::{Form, Mark, open};
use crate::amount;
use crate::report::payroll::Charge;
use crate::report::sign::signs;
use rust_decimal::Decimal;
use rust_xlsxwriter::utility::{column_number_to_name, quote_sheet_name};
use rust_xlsxwriter::{ConditionalFormatFormula, XlsxError};
use std::collections::BTreeSet;

/// The column of what is taken; empty where it is provisional.
const AMOUNT: u16 = 2;
/// The columns between which lies what is provisional.
const LEAST: u16 = 5;
/// The other bound.
const MOST: u16 = 6;
/// The columns of the control totals: their names and themselves.
const TOTAL: (u16, u16) = (8, 9);
/// The hidden column of what a provisional charge comes to so far: the overview needs it to add up to the cards, and nobody
/// is to pay by it.
const SO_FAR: u16 = 11;

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
            ("至少", "at least"),
            ("至多", "at most"),
        ]);
        page.headings(&headings)?;
        page.text((0, SO_FAR), self.pick("暂定现计", "so far"), Form::Heading, Mark::None)?;
        for (line, charge) in charges.iter().enumerate() {
            self.write_charge(&mut page, place(line.saturating_add(1))?, charge)?;
        }
        let rows: u32 = place(charges.len())?;
        self.control_totals(&mut page, charges)?;
        let rule = format!("=$E2=\"{}\"", self.provisional());
        let rule = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(open());
        let last = place(headings.len().saturating_sub(1))?;
        page.sheet().add_conditional_format(1, 0, rows.max(1), last, &rule)?;
        page.sheet().set_column_hidden(SO_FAR)?;
        page.foot(signs(self.language));
        page.finish(rows, headings.len(), usize::from(TOTAL.1).saturating_add(1))
    }

    fn provisional(&self) -> &'static str {
        self.language.pick("暂定，勿发", "provisional: do not pay by it")
    }

    /// The line of a charge: a provisional one has no amount, for an empty cell pays nobody by accident.
    fn write_charge(&self, page: &mut Page, row: u32, charge: &Charge) -> Written {
        page.text((row, 0), &charge.code, Form::Text, Mark::None)?;
        page.text((row, 1), charge.name.get(self.language), Form::Text, Mark::None)?;
        page.text((row, 3), &charge.period, Form::Text, Mark::None)?;
        let is_open = charge.is_provisional();
        let amount = if is_open { SO_FAR } else { AMOUNT };
        match self.charge(charge) {
            Some(formula) => {
                page.formula((row, amount), &formula, &amount::plain(charge.amount), Form::Money)?;
            }
            None => page.number((row, amount), charge.amount, Form::Money, Mark::None)?,
        }
        let state = if is_open { self.provisional() } else { self.pick("定案", "final") };
        page.text((row, 4), state, Form::Text, Mark::None)?;
        if !is_open {
            return Ok(());
        }
        for (column, bound) in [(LEAST, charge.least), (MOST, charge.most)] {
            match bound {
                Some(bound) => page.number((row, column), bound, Form::Money, Mark::None)?,
                None => page.text((row, column), "?", Form::Text, Mark::None)?,
            }
        }
        Ok(())
    }

    /// What is final adds up to, and apart from it how much is provisional and between what that lies.
    fn control_totals(&self, page: &mut Page, charges: &[Charge]) -> Written {
        let (open, closed): (Vec<_>, Vec<_>) = charges.iter().partition(|charge| charge.is_provisional());
        let last = charges.len().max(1).saturating_add(1);
        let total = |page: &mut Page, row: u32, name: &str, column: u16, sum: Decimal| {
            page.text((row, TOTAL.0), name, Form::Heading, Mark::None)?;
            let column = column_number_to_name(column);
            let formula = format!("ROUND(SUM({column}2:{column}{last}),{NOISE})");
            page.formula((row, TOTAL.1), &formula, &amount::plain(sum), Form::Money)
        };
        total(page, 0, self.pick("定案总额", "control total (final)"), AMOUNT, sum(&closed))?;
        for (row, name, count) in [
            (1, self.pick("定案行数", "rows, final"), closed.len()),
            (2, self.pick("暂定行数", "rows, provisional"), open.len()),
        ] {
            page.text((row, TOTAL.0), name, Form::Heading, Mark::None)?;
            page.count((row, TOTAL.1), count)?;
        }
        if open.is_empty() {
            return Ok(());
        }
        let least = open.iter().map(|charge| charge.least).collect::<Option<Vec<Decimal>>>();
        let most = open.iter().map(|charge| charge.most).collect::<Option<Vec<Decimal>>>();
        for (row, name, column, bounds) in [
            (3, self.pick("暂定至少", "provisional, at least"), LEAST, least),
            (4, self.pick("暂定至多", "provisional, at most"), MOST, most),
        ] {
            match bounds {
                Some(bounds) => {
                    let sum = bounds.into_iter().fold(Decimal::ZERO, Decimal::saturating_add);
                    total(page, row, name, column, sum)?;
                }
                None => {
                    page.text((row, TOTAL.0), name, Form::Heading, Mark::None)?;
                    page.text((row, TOTAL.1), "?", Form::Text, Mark::None)?;
                }
            }
        }
        Ok(())
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

    /// What one of the tables comes to so far, as formulas on other sheets name it, and what that is: of what is final, and
    /// of what is provisional.
    pub(super) fn payroll_totals(&self, is_people: bool) -> [(String, Decimal); 2] {
        let (name, charges) = match is_people {
            true => (&self.names.people, &self.payroll.people),
            false => (&self.names.pools, &self.payroll.pools),
        };
        let (open, closed): (Vec<_>, Vec<_>) = charges.iter().partition(|charge| charge.is_provisional());
        let (sheet, total) = (quote_sheet_name(name), column_number_to_name(TOTAL.1));
        let (so_far, last) = (column_number_to_name(SO_FAR), charges.len().max(1).saturating_add(1));
        [
            (format!("{sheet}!${total}$1"), sum(&closed)),
            (format!("ROUND(SUM({sheet}!${so_far}$2:${so_far}${last}),{NOISE})"), sum(&open)),
        ]
    }
}

fn sum(charges: &[&Charge]) -> Decimal {
    charges.iter().fold(Decimal::ZERO, |sum, charge| sum.saturating_add(charge.amount))
}
