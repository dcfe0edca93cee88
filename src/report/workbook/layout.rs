//! Where the columns of a sheet of cards stand.

use super::cell::place;
use super::names::Names;
use crate::report::Subject;
use rust_xlsxwriter::XlsxError;
use rust_xlsxwriter::utility::{column_number_to_name, quote_sheet_name};
use std::collections::BTreeMap;

/// The columns of one account.
#[derive(Clone, Copy)]
pub(super) struct AccountColumns {
    pub(super) opening: u16,
    pub(super) entered: u16,
    pub(super) settled: u16,
}

/// A sheet of the cards of one kind.
pub(super) struct Layout {
    pub(super) sheet: String,
    /// The positions of its cards among all.
    pub(super) cards: Vec<usize>,
    pub(super) of: Option<u16>,
    /// The facts shown, each with its column.
    pub(super) facts: Vec<(String, u16)>,
    pub(super) accounts: Vec<AccountColumns>,
    pub(super) veto: Option<u16>,
    pub(super) grade: Option<u16>,
    pub(super) rank: Option<(u16, u16)>,
    pub(super) weight: Option<u16>,
    pub(super) coefficient: Option<u16>,
    pub(super) findings: u16,
    pub(super) state: u16,
    pub(super) low: u16,
    pub(super) high: u16,
    pub(super) grades: Option<u16>,
    pub(super) key: u16,
    /// Which peers a card is ranked among.
    pub(super) group: Option<u16>,
    /// How many columns there are.
    pub(super) width: usize,
}

impl Layout {
    /// A column of all its cards, as formulas on the same sheet name it.
    pub(super) fn column(&self, column: u16) -> String {
        let name = column_number_to_name(column);
        format!("${name}$2:${name}${}", self.cards.len().saturating_add(1))
    }

    /// The same as formulas on other sheets name it.
    pub(super) fn range(&self, column: u16) -> String {
        format!("{}!{}", quote_sheet_name(&self.sheet), self.column(column))
    }

    /// The cell of a card in a column, as formulas on other sheets name it.
    pub(super) fn cell(&self, card: usize, column: u16) -> Option<String> {
        let row = self.cards.binary_search(&card).ok()?.saturating_add(2);
        Some(format!("{}!${}${row}", quote_sheet_name(&self.sheet), column_number_to_name(column)))
    }
}

/// The sheets of all kinds of cards that have a balance or a grade.
pub(super) fn layouts(subject: &Subject<'_>, names: &Names) -> Result<BTreeMap<usize, Layout>, XlsxError> {
    let mut layouts = BTreeMap::new();
    for (position, kind) in subject.pack.policy.kinds.iter().enumerate() {
        let all = subject.assessment.scorecards.iter().enumerate();
        let own = all.filter(|(_, card)| card.key.kind == position);
        let cards: Vec<usize> = own.clone().map(|(place, _)| place).collect();
        if !kind.is_card() || cards.is_empty() || (kind.accounts.is_empty() && kind.grade.is_none()) {
            continue;
        }
        let mut next = 2_usize;
        let mut column = || {
            let own = place::<u16>(next);
            next = next.saturating_add(1);
            own
        };
        let has_of = own.clone().any(|(_, card)| !card.of.is_empty());
        let of = has_of.then(&mut column).transpose()?;
        let mut facts = Vec::new();
        for name in kind.screen.columns.iter().filter(|name| kind.schema.get(name).is_some()) {
            facts.push((name.clone(), column()?));
        }
        let mut accounts = Vec::new();
        for _ in &kind.accounts {
            let (opening, entered, settled) = (column()?, column()?, column()?);
            accounts.push(AccountColumns { opening, entered, settled });
        }
        let veto = kind.veto.as_ref().map(|_| column()).transpose()?;
        let grade = kind.grade.as_ref().map(|_| column()).transpose()?;
        let rank = kind.ranking.as_ref().map(|_| Ok::<_, XlsxError>((column()?, column()?))).transpose()?;
        let weight = kind.weight.as_ref().map(|_| column()).transpose()?;
        let coefficient = kind.coefficient.as_ref().map(|_| column()).transpose()?;
        let (findings, state, low, high) = (column()?, column()?, column()?, column()?);
        let grades = kind.grade.as_ref().map(|_| column()).transpose()?;
        let key = column()?;
        let group = kind.ranking.as_ref().map(|_| column()).transpose()?;
        let sheet = names.cards.get(&position).cloned().unwrap_or_default();
        layouts.insert(
            position,
            Layout {
                sheet,
                cards,
                of,
                facts,
                accounts,
                veto,
                grade,
                rank,
                weight,
                coefficient,
                findings,
                state,
                low,
                high,
                grades,
                key,
                group,
                width: next,
            },
        );
    }
    Ok(layouts)
}
