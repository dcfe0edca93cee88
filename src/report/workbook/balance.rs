//! Balances as formulas: what a card opens at and what counts of its findings, between floor and ceiling, under a veto,
//! and rounded.

use super::Plan;
use super::findings::{CARD_KEY, COUNTED};
use super::formula::{NOISE, holds, is_safe, literal, rounded};
use super::layout::Layout;
use crate::amount::RoundingStep;
use crate::assess::{Balance, Scorecard, Veto};
use crate::language::Text;
use crate::policy::{Account, Figure, Kind, Terms};
use crate::report::sign::{is_turned, shown};
use rust_decimal::Decimal;
use rust_xlsxwriter::utility::column_number_to_name;
use std::sync::Arc;

/// One account of a card, and the row of its sheet, from 1.
pub(super) struct OfCard<'c> {
    pub(super) layout: &'c Layout,
    pub(super) kind: &'c Kind,
    pub(super) card: &'c Scorecard,
    pub(super) row: u32,
}

impl OfCard<'_> {
    /// A cell of the card on its own sheet.
    pub(super) fn cell(&self, column: u16) -> String {
        format!("${}{}", column_number_to_name(column), self.row.saturating_add(1))
    }

    fn place(&self, account: &str) -> Option<usize> {
        self.kind.accounts.iter().position(|own| own.name == account)
    }

    /// What an account settles at, as rules count it.
    pub(super) fn settled(&self, account: &str) -> Option<String> {
        let place = self.place(account)?;
        let cell = self.cell(self.layout.accounts.get(place)?.settled);
        let is_turned = is_turned(&self.kind.accounts.get(place)?.unit);
        Some(if is_turned { format!("(-{cell})") } else { cell })
    }

    /// The sum of one column over the parts of an account.
    fn sum(&self, account: &Account, column: impl Fn(usize) -> Option<u16>) -> Option<String> {
        let cells = account.parts.iter().map(|part| Some(self.cell(column(self.place(part)?)?)));
        Some(cells.collect::<Option<Vec<String>>>()?.join("+"))
    }
}

impl Plan<'_> {
    /// The parameters that cards are settled by.
    pub(super) fn settled_by(&self) -> Arc<Terms> {
        self.subject.pack.terms(self.subject.assessment.period.last)
    }

    /// What an account of a card opens at, where it is the sum of others.
    pub(super) fn opening(&self, of: &OfCard<'_>, account: &Account) -> Option<String> {
        let sum = || of.sum(account, |place| Some(of.layout.accounts.get(place)?.opening));
        if account.is_sum() && self.is_live() { sum() } else { None }
    }

    /// What findings enter on an account of a card.
    pub(super) fn entered(&self, of: &OfCard<'_>, (place, account): (usize, &Account)) -> Option<String> {
        if !self.is_live() {
            return None;
        }
        let formula = if account.is_sum() {
            of.sum(account, |place| Some(of.layout.accounts.get(place)?.entered))?
        } else {
            let (counted, keys) = (self.findings_column(COUNTED), self.findings_column(CARD_KEY));
            let key = of.cell(of.layout.key);
            format!("SUMIFS({counted},{keys},{key}&\".{}\")", place.saturating_add(1))
        };
        Some(format!("ROUND({formula},{NOISE})"))
    }

    /// How many vetoes stand on a card.
    pub(super) fn vetoes(&self, of: &OfCard<'_>) -> Option<String> {
        let (counted, keys) = (self.findings_column(COUNTED), self.findings_column(CARD_KEY));
        self.is_live().then(|| format!("SUMIFS({counted},{keys},{}&\".v\")", of.cell(of.layout.key)))
    }

    /// What an account of a card settles at; else why no formula says it.
    pub(super) fn settled(
        &self,
        of: &OfCard<'_>,
        (place, account, balance): (usize, &Account, &Balance),
    ) -> Result<String, Text> {
        let unsaid = || Text::new("公式写不出", "no formula says it");
        if !self.is_live() {
            return Err(Text::new("认定超出公式条数上限", "there are more findings than may be live"));
        }
        let columns = of.layout.accounts.get(place).ok_or_else(unsaid)?;
        let (core, reached) = if account.is_sum() {
            let sum = of.sum(account, |place| Some(of.layout.accounts.get(place)?.settled));
            let parts = account.parts.iter().filter_map(|part| of.card.balance(part));
            let reached = parts.fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.settled.so_far));
            (sum.ok_or_else(unsaid)?, reached)
        } else {
            let reached = balance.opening.so_far.saturating_add(balance.entered);
            (format!("{}+{}", of.cell(columns.opening), of.cell(columns.entered)), reached)
        };
        let terms = self.settled_by();
        let (floor, ceiling) =
            (self.limit(of, &account.floor, &terms)?, self.limit(of, &account.ceiling, &terms)?);
        let mut formula = format!("ROUND({core},{NOISE})");
        let mut exact = reached;
        // shown the other way round, a floor is a ceiling
        let is_turned = is_turned(&account.unit);
        let (up, down, turn) = if is_turned { ("MIN", "MAX", "-") } else { ("MAX", "MIN", "") };
        if let Some((cell, floor)) = floor {
            (formula, exact) = (format!("{up}({turn}{cell},{formula})"), exact.max(floor));
        }
        if let Some((cell, ceiling)) = ceiling {
            (formula, exact) = (format!("{down}({turn}{cell},{formula})"), exact.min(ceiling));
        }
        let sets = of.kind.veto.iter().flat_map(|rule| &rule.sets).rfind(|(name, _)| *name == account.name);
        if let (Some((_, value)), Some(veto)) = (sets, of.layout.veto) {
            formula = format!("IF({}>0,{},{formula})", of.cell(veto), literal(shown(&account.unit, *value)));
            exact = if of.card.veto == Veto::Stands { *value } else { exact };
        }
        let rounding = self.subject.pack.policy.rounding;
        if rounding.at == RoundingStep::Card {
            if !is_safe(exact, (rounding.mode, rounding.places), holds(exact)) {
                return Err(Text::new(
                    "恰在舍入界上，二进制浮点数不能精确表示",
                    "a tie that binary floating point cannot hold",
                ));
            }
            exact = rounding.round(exact);
            formula = rounded(&formula, rounding.mode, rounding.places).ok_or_else(unsaid)?;
        }
        if exact == balance.settled.so_far { Ok(formula) } else { Err(unsaid()) }
    }

    /// A floor or a ceiling: how a formula names it, and what it is for the card.
    fn limit(
        &self,
        of: &OfCard<'_>,
        figure: &Option<Figure>,
        terms: &Terms,
    ) -> Result<Option<(String, Decimal)>, Text> {
        let Some(figure) = figure else { return Ok(None) };
        let exact = figure.on(of.kind, &*of.card.record, terms).exact();
        let exact = exact.ok_or_else(|| Text::new("上下限待定", "a limit is undetermined"))?;
        let named = figure.name().filter(|name| of.kind.schema.get(name).is_none());
        let cell = named.and_then(|name| self.parameters.cell(terms, name, &[]));
        Ok(Some((cell.unwrap_or_else(|| literal(exact)), exact)))
    }
}
