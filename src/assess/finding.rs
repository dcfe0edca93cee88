//! A finding: what one clause found in one row against one card.

use super::CardKey;
use crate::amount::Unit;
use crate::decision::{Expression, Path};
use crate::language::Text;
use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use std::sync::Arc;

/// How large an amount is, without its sign: exactly, or between bounds while something is undetermined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Magnitude {
    /// It is at least this, whatever the open facts turn out to be.
    pub least: Decimal,
    /// It is at most this; `None` where nothing bounds it but the account.
    pub most: Option<Decimal>,
}

/// The sign of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deduction {
    /// It takes from the balance.
    Takes,
    /// It adds to the balance.
    Adds,
}

/// What a finding does to its card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An entry on an account.
    Entry {
        /// The account.
        account: String,
        /// What it is counted in.
        unit: Unit,
        /// Whether it takes or adds.
        sign: Deduction,
        /// As the clause found it.
        found: Magnitude,
        /// What is left after relief, rounding, groups and caps.
        counted: Magnitude,
    },
    /// A veto; `certain` unless an open fact could still prevent it.
    Veto {
        /// Whether it stands whatever the open facts turn out to be.
        certain: bool,
    },
}

/// Why a finding, or a part of it, does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// What suppressed it.
    pub by: Text,
    /// How much of the amount.
    pub amount: Decimal,
}

/// What one clause found in one row against one card.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The clause.
    pub clause: String,
    /// The kind of the row, by its place in the judging order.
    pub kind: usize,
    /// The row's identifier, or the card's subject.
    pub record: String,
    /// The row's position among the judged rows of its kind.
    pub row: usize,
    /// The row's date; a card's last day.
    pub at: NaiveDateTime,
    /// The role it was found under.
    pub role: String,
    /// The card that bears it; none where nobody holds the role.
    pub card: Option<CardKey>,
    /// What it does.
    pub outcome: Outcome,
    /// The way through the clause that led here.
    pub path: Arc<Path>,
    /// How the amount was worked out, where there is one.
    pub working: Option<Arc<Expression>>,
    /// The reason the clause gave.
    pub reason: Option<String>,
    /// The line of the clause.
    pub line: usize,
    /// What took from the amount on its way to the balance, in order.
    pub suppressed: Vec<Suppression>,
}

impl Magnitude {
    /// Whether it is known exactly.
    pub fn is_exact(&self) -> bool {
        self.most == Some(self.least)
    }

    /// The same with a function on both bounds.
    pub(super) fn map(self, function: impl Fn(Decimal) -> Decimal) -> Self {
        Self { least: function(self.least), most: self.most.map(function) }
    }
}

impl Deduction {
    /// The amount with its sign.
    pub fn signed(self, magnitude: Decimal) -> Decimal {
        let mut value = magnitude;
        if self == Self::Takes && !value.is_zero() {
            value.set_sign_negative(true);
        }
        value
    }
}

impl Finding {
    /// Whether it stands as it is whatever the open facts turn out to be.
    pub fn is_certain(&self) -> bool {
        match &self.outcome {
            Outcome::Entry { counted, .. } => counted.is_exact(),
            Outcome::Veto { certain } => *certain,
        }
    }

    /// Whether any part of it stands already.
    pub fn stands(&self) -> bool {
        match &self.outcome {
            Outcome::Entry { found, .. } => !found.least.is_zero(),
            Outcome::Veto { certain } => *certain,
        }
    }

    /// What it enters on its account as far as it is certain, with its sign.
    pub fn entered(&self) -> Decimal {
        match &self.outcome {
            Outcome::Entry { sign, counted, .. } => sign.signed(counted.least),
            Outcome::Veto { .. } => Decimal::ZERO,
        }
    }
}
