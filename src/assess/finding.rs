//! A finding: what one clause found in one row against one card.

use super::entry::Entry;
use super::row::{JudgedRow, JudgedRows};
use super::{Assessment, CardKey};
use crate::amount::Unit;
use crate::clause::Clause;
use crate::decision::{Deed, Effect, Expression, Grading, Path, Reason, Tree};
use crate::fact::RowFacts;
use crate::language::Text;
use crate::policy::{Account, Kind, Role, Terms};
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
    /// A limit to the grade, or a fixed one; `certain` unless an open fact could still prevent it.
    Grade {
        /// The grade.
        grade: String,
        /// Whether it limits or fixes.
        how: Grading,
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

/// How a clause goes for every row that takes the same way through it, its facts answering every question.
pub struct Way<'a> {
    /// The same for findings that were made alike.
    pub key: WayKey,
    /// The way through the clause, as it is for every row.
    pub path: &'a Path,
    effect: &'a Effect,
    facts: RowFacts<'a>,
}

/// Tells ways apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WayKey {
    clause: usize,
    edition: usize,
    path: usize,
    effect: usize,
}

/// What one clause found in one row against one card.
#[derive(Clone, Copy)]
pub struct Finding<'a> {
    pub(super) entry: &'a Entry,
    pub(super) assessment: &'a Assessment,
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

impl<'a> Way<'a> {
    /// The position of the path in the tree of the clause, and that of the effect on the path.
    pub fn place(&self) -> (usize, usize) {
        (self.key.path, self.key.effect)
    }

    /// How the amount is worked out, where it is one.
    pub fn amount(&self) -> Option<&'a Expression> {
        match &self.effect.deed {
            Deed::Enter { amount, .. } => Some(amount),
            _ => None,
        }
    }

    /// The reason the clause gave, with the numbers of the row.
    pub fn reason(&self) -> Option<String> {
        self.effect.reason.as_ref()?.with(&self.facts).ok().as_ref().map(Reason::show)
    }
}

impl<'a> Finding<'a> {
    fn declared(&self) -> Option<&'a Clause> {
        self.assessment.clauses.get(self.entry.clause())
    }

    fn rows(&self) -> Option<&'a JudgedRows> {
        self.assessment.rows.get(&self.kind())
    }

    fn kind_of_row(&self) -> Option<&'a Kind> {
        self.assessment.policy.kinds.get(self.kind())
    }

    /// The clause.
    pub fn clause(&self) -> &'a str {
        self.declared().map_or("", |clause| clause.name.as_str())
    }

    /// The kind of the row, by its place in the judging order.
    pub fn kind(&self) -> usize {
        self.declared().map_or(0, |clause| clause.position)
    }

    /// The row's position among the judged rows of its kind.
    pub fn row(&self) -> usize {
        self.entry.row()
    }

    /// The row itself.
    pub fn judged_row(&self) -> Option<JudgedRow> {
        self.rows()?.get(self.row())
    }

    /// The parameters in force on the row's date.
    pub fn terms(&self) -> Option<&'a Arc<Terms>> {
        self.rows()?.terms(self.row())
    }

    /// The row's identifier, or the card's subject.
    pub fn record(&self) -> &'a str {
        self.rows().map_or("", |rows| rows.id(self.row()))
    }

    /// The row's date; a card's last day.
    pub fn at(&self) -> NaiveDateTime {
        self.rows().map(|rows| rows.at(self.row())).unwrap_or_default()
    }

    /// The role it was found under.
    pub fn role(&self) -> &'a str {
        let role = self.kind_of_row().and_then(|kind| kind.roles.get(self.entry.role()));
        role.map_or("", |role| role.name.as_str())
    }

    /// The card that bears it; none where nobody holds the role.
    pub fn card(&self) -> Option<&'a CardKey> {
        self.assessment.roster.key(self.entry.card()?)
    }

    /// Whoever held the role, and has no card of the period to bear it with.
    pub fn without_card(&self) -> Option<&'a str> {
        let key = self.rows()?.key(self.entry.card()?);
        key.filter(|_| self.card().is_none()).map(|key| key.subject.as_str())
    }

    fn kind_of_card(&self) -> Option<&'a Kind> {
        let role = self.kind_of_row()?.roles.get(self.entry.role())?;
        self.assessment.policy.kind(&role.is).map(|(_, card)| card)
    }

    /// The account it enters; none for a veto or a grade.
    pub fn account(&self) -> Option<&'a Account> {
        let (policy, account) = (&self.assessment.policy, self.entry.account()?);
        if let Some(card) = self.card() {
            return policy.kinds.get(card.kind)?.accounts.get(account);
        }
        let kind = self.kind_of_row()?;
        let last = kind.heirs(self.entry.role()).last().copied()?;
        policy.accounts(kind.roles.get(last)?).get(account).copied()
    }

    /// Whether it is borne by somebody outside, who has no card.
    pub fn is_outside(&self) -> bool {
        let role = self.kind_of_row().and_then(|kind| kind.roles.get(self.entry.role()));
        role.is_some_and(Role::is_outside)
    }

    /// The role whose holder bears it, where nobody held the role it was found under.
    pub fn in_place_of(&self) -> Option<&'a Role> {
        let (kind, rows) = (self.kind_of_row()?, self.rows()?);
        let (bearing, cards) = rows.bearers(kind, self.entry.role(), self.row());
        let inherits = bearing != self.entry.role() && !cards.is_empty();
        kind.roles.get(bearing).filter(|_| inherits)
    }

    /// The grade it sets, and how; none for anything else.
    pub fn grade(&self) -> Option<(&'a str, Grading)> {
        let (place, how) = self.entry.grade()?;
        Some((self.kind_of_card()?.grade.as_ref()?.all().nth(place)?, how))
    }

    /// What it does.
    pub fn outcome(&self) -> Outcome {
        match (self.account(), self.grade()) {
            (Some(account), _) => Outcome::Entry {
                account: account.name.clone(),
                unit: account.unit.clone(),
                sign: self.entry.sign,
                found: self.entry.found(),
                counted: self.entry.counted(),
            },
            (None, Some((grade, how))) => {
                Outcome::Grade { grade: grade.to_owned(), how, certain: self.is_certain() }
            }
            (None, None) => Outcome::Veto { certain: self.is_certain() },
        }
    }

    /// What it enters on which account, as the clause found it; none for a veto or a grade.
    pub fn entry_on(&self) -> Option<(&'a Account, Deduction, Magnitude)> {
        Some((self.account()?, self.entry.sign, self.entry.found()))
    }

    /// The facts of the row.
    pub fn facts(&self) -> Option<RowFacts<'a>> {
        Some(self.rows()?.facts().row(self.row()))
    }

    fn tree(&self) -> Option<(usize, &'a Tree)> {
        let edition = self.rows()?.terms(self.row())?.edition?;
        let tree = self.assessment.trees.get(&edition)?.get(self.clause())?;
        Some((edition, tree))
    }

    /// The way through the clause as it is for every row, where the facts of this one decide it.
    pub fn way(&self) -> Option<Way<'a>> {
        if !self.entry.is_plain() {
            return None;
        }
        let (edition, tree) = self.tree()?;
        let place = self.entry.path()?;
        let (path, facts) = (tree.paths().get(place)?, self.facts()?);
        let mut kept = path.effects.iter().enumerate().filter(|(_, effect)| !effect.is_nothing(&facts));
        let (position, effect) = kept.nth(self.entry.effect()?)?;
        let key = WayKey { clause: self.entry.clause(), edition, path: place, effect: position };
        Some(Way { key, path, effect, facts })
    }

    /// The way through the clause that led here, with the numbers of the row.
    pub fn path(&self) -> Arc<Path> {
        if let Some(path) = self.entry.kept() {
            return Arc::clone(path);
        }
        let of_row = || {
            let (_, tree) = self.tree()?;
            tree.paths().get(self.entry.path()?)?.of_row(&self.facts()?)
        };
        Arc::new(of_row().unwrap_or_else(|| Path::ending(crate::decision::End::Done)))
    }

    /// How the amount was worked out, where it is one and not a sum.
    pub fn working(&self) -> Option<Arc<Expression>> {
        if self.entry.is_sum() {
            return None;
        }
        match &self.path().effects.get(self.entry.effect()?)?.deed {
            Deed::Enter { amount, .. } => Some(Arc::clone(amount)),
            _ => None,
        }
    }

    /// The reason the clause gave.
    pub fn reason(&self) -> Option<String> {
        if let Some(way) = self.way() {
            return way.reason();
        }
        let path = self.path();
        path.effects.get(self.entry.effect()?)?.reason.as_ref().map(Reason::show)
    }

    /// What took from the amount on its way to the balance, in order.
    pub fn suppressed(&self) -> &'a [Suppression] {
        self.entry.suppressed()
    }

    /// Whether it stands as it is whatever the open facts turn out to be.
    pub fn is_certain(&self) -> bool {
        self.entry.is_certain()
    }

    /// Whether any part of it stands already.
    pub fn stands(&self) -> bool {
        self.entry.stands()
    }

    /// What it enters on its account as far as it is certain, with its sign.
    pub fn entered(&self) -> Decimal {
        match self.entry.account() {
            Some(_) => self.entry.sign.signed(self.entry.counted().least),
            None => Decimal::ZERO,
        }
    }
}
