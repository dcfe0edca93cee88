//! Settlement, in its fixed order. Each step takes the type the step before gives, so the order cannot be mistaken:
//! findings → relief → rounding at the finding → highest → caps → balance → veto → rounding at the card → grade.

mod balance;
mod cap;
mod grade;
mod group;
mod highest;
mod relief;
mod rounding;
mod veto;

pub(super) use relief::Relief;

use super::finding::Finding;
use super::row::JudgedRow;
use super::scorecard::{Balance, Veto};
use crate::policy::{Kind, Policy, Terms};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Findings as the clauses made them.
pub(super) struct Found(pub(super) Vec<Finding>);
/// Findings after exemption and mitigation.
pub(super) struct Relieved(Vec<Finding>);
/// Findings in the grain of the policy.
pub(super) struct Rounded(Vec<Finding>);
/// Findings of which only the highest of each group counts.
pub(super) struct Competed(Vec<Finding>);
/// Findings within their caps: what enters the balances.
pub(super) struct Capped(Vec<Finding>);

/// What the steps look things up in.
pub(super) struct Settlement<'a> {
    pub(super) policy: &'a Policy,
    pub(super) rows: &'a BTreeMap<usize, Vec<JudgedRow>>,
    pub(super) relief: &'a BTreeMap<usize, Vec<Relief>>,
    pub(super) titles: &'a dyn Fn(&str) -> crate::language::Text,
    pub(super) terms: Arc<Terms>,
}

/// A settled card, without its name.
pub(super) struct Settled {
    pub(super) balances: Vec<Balance>,
    pub(super) veto: Veto,
    pub(super) grades: Vec<String>,
}

impl Settlement<'_> {
    /// The findings as they enter the balances: every step up to the caps.
    pub(super) fn settle_findings(&self, found: Vec<Finding>) -> Vec<Finding> {
        let relieved = relief::relieve(self, Found(found));
        let rounded = rounding::round(self, relieved);
        let competed = highest::compete(self, rounded);
        let Capped(findings) = cap::limit(self, competed);
        findings
    }

    /// One card, from the findings that lead to it.
    pub(super) fn settle_card(&self, kind: &Kind, findings: &[&Finding]) -> Settled {
        let balances = balance::balance(kind, findings);
        let (balances, veto) = veto::veto(kind, balances, findings);
        let balances = rounding::round_card(self.policy, balances);
        let grades = grade::grade(kind, &self.terms, &balances, veto);
        Settled { balances, veto, grades }
    }
}
