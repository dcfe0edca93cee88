//! Two versions of a policy held against each other: what they declare, where their clauses part, and what that comes
//! to for the cards of a book.

mod declared;
mod example;
mod function;
mod measure;
mod parameter;

pub use declared::Declared;
pub use example::{Example, Followed, Found};
pub use function::{FunctionChange, How};
pub use measure::{About, AccountTotal, CardChange, Entered, Face, FindingChange, Measured, Sides};
pub use parameter::ParameterChange;

use crate::calendar::Period;
use crate::clause::Rulebook;
use crate::policy::{Pack, Terms};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// One of the two versions.
#[derive(Clone, Copy)]
pub struct Version<'v> {
    /// The policy.
    pub pack: &'v Pack,
    /// Its clauses.
    pub rules: &'v Rulebook,
}

/// What differs between two versions without any book.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Parameters with other values.
    pub parameters: Vec<ParameterChange>,
    /// Everything else that is declared otherwise.
    pub declared: Vec<Declared>,
    /// Clauses, and definitions of facts, that may end differently for one row.
    pub functions: Vec<FunctionChange>,
}

impl Comparison {
    /// Holds two versions against each other, as they are in force on the days of a period; on all days without one.
    pub fn of(before: Version<'_>, after: Version<'_>, period: Option<Period>) -> Self {
        let parameters = parameter::changes(before.pack, after.pack);
        let declared = declared::changes(before, after);
        let functions = function::changes(before, after, &days(before, after, period));
        Self { parameters, declared, functions }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty() && self.declared.is_empty() && self.functions.is_empty()
    }
}

/// The days on which something may begin to be otherwise, the latest first.
fn days(before: Version<'_>, after: Version<'_>, period: Option<Period>) -> Vec<NaiveDate> {
    let mut days = BTreeSet::new();
    for version in [before, after] {
        days.insert(version.pack.policy.from);
        days.extend(version.pack.parameters.iter().flat_map(|parameter| parameter.changes()));
        for clause in version.rules.clauses() {
            days.extend(clause.days.from);
            days.extend(clause.days.until.and_then(|last| last.succ_opt()));
        }
    }
    if let Some(period) = period {
        days.retain(|day| period.contains(*day));
        days.insert(period.first);
    } else {
        let first = before.pack.policy.from.min(after.pack.policy.from);
        days.retain(|day| *day >= first);
    }
    days.into_iter().rev().collect()
}

/// Whether two versions have the same values of all parameters.
fn same_terms(before: &Terms, after: &Terms) -> bool {
    let names: BTreeSet<&str> = before.names().chain(after.names()).collect();
    names.into_iter().all(|name| {
        let value = |terms: &Terms| terms.get(name).map(|term| term.value.clone());
        value(before) == value(after)
    })
}
