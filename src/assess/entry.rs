//! What is kept of a finding: which row, clause, path and effect led to which card, and the amounts. Everything else
//! follows from these, and is worked out when it is asked for. A month may have millions of them.

use super::bearer::placed;
use super::finding::{Deduction, Magnitude, Suppression};
use crate::decision::{Grading, Path};
use rust_decimal::Decimal;
use std::sync::Arc;

/// No position.
const NONE: u16 = u16::MAX;
/// No card, or a path that is kept apart.
const APART: u32 = u32::MAX;

/// A finding in as few bytes as it can have.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    found: Decimal,
    counted: Decimal,
    row: u32,
    card: u32,
    path: u32,
    clause: u16,
    role: u16,
    on: On,
    effect: u16,
    pub(super) sign: Deduction,
    is_plain: bool,
    rare: Option<Box<Rare>>,
}

/// What a finding is about on its card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    /// An account, by its position.
    Account(u16),
    /// The veto.
    Veto,
    /// The grade, by its position among all of the card.
    Grade(u16, Grading),
}

impl On {
    /// An account, by its position.
    pub(super) fn account(position: usize) -> Self {
        Self::Account(narrower(Some(position)))
    }

    /// A grade, by its position among all of the card.
    pub(super) fn grade(position: usize, how: Grading) -> Self {
        Self::Grade(narrower(Some(position)), how)
    }
}

/// What few findings have.
#[derive(Clone, Debug)]
struct Rare {
    /// The most that may be found and counted, where that is not the least.
    open: Option<(Option<Decimal>, Option<Decimal>)>,
    kept: Option<Arc<Path>>,
    is_sum: bool,
    suppressed: Vec<Suppression>,
}

/// Where a finding was made, by positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Among the judged rows of its kind.
    pub(super) row: usize,
    /// In the rulebook.
    pub(super) clause: usize,
    /// Among the roles of the row's kind.
    pub(super) role: usize,
    /// What it is about.
    pub(super) on: On,
}

/// The way through the clause that led to a finding.
#[derive(Clone, Debug)]
pub(super) struct Trail {
    /// The path of that position of the clause's tree, or one that only this row has.
    pub(super) path: Result<usize, Arc<Path>>,
    /// The effect of the path, the first where several are summed.
    pub(super) effect: Option<usize>,
    pub(super) is_sum: bool,
    /// Whether the facts of the row alone decide all of it.
    pub(super) is_plain: bool,
}

fn narrow(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(APART)
}

fn narrower(position: Option<usize>) -> u16 {
    position.and_then(|position| u16::try_from(position).ok()).unwrap_or(NONE)
}

fn position(narrow: u16) -> Option<usize> {
    (narrow != NONE).then(|| usize::from(narrow))
}

impl Entry {
    /// A finding against a card, or against nobody.
    pub(super) fn new(
        place: Place,
        card: Option<u32>,
        (sign, amount): (Deduction, Magnitude),
        trail: Trail,
    ) -> Self {
        let mut entry = Self {
            found: amount.least,
            counted: amount.least,
            row: narrow(place.row),
            card: card.unwrap_or(APART),
            path: trail.path.as_ref().map_or(APART, |path| narrow(*path)),
            clause: narrower(Some(place.clause)),
            role: narrower(Some(place.role)),
            on: place.on,
            effect: narrower(trail.effect),
            sign,
            is_plain: trail.is_plain,
            rare: None,
        };
        if !amount.is_exact() {
            entry.rare().open = Some((amount.most, amount.most));
        }
        if let Err(path) = trail.path {
            entry.rare().kept = Some(path);
        }
        if trail.is_sum {
            entry.rare().is_sum = true;
        }
        entry
    }

    fn rare(&mut self) -> &mut Rare {
        let new = || Box::new(Rare { open: None, kept: None, is_sum: false, suppressed: Vec::new() });
        self.rare.get_or_insert_with(new)
    }

    fn most(&self) -> Option<(Option<Decimal>, Option<Decimal>)> {
        self.rare.as_ref().and_then(|rare| rare.open)
    }

    /// The position of its row.
    pub(super) fn row(&self) -> usize {
        usize::try_from(self.row).unwrap_or(usize::MAX)
    }

    /// The position of its clause.
    pub(super) fn clause(&self) -> usize {
        usize::from(self.clause)
    }

    /// The position of its role.
    pub(super) fn role(&self) -> usize {
        usize::from(self.role)
    }

    /// The card on the roster; none where nobody holds the role.
    pub(super) fn card(&self) -> Option<u32> {
        (self.card != APART).then_some(self.card)
    }

    /// Gives its card the position that it has on another roster.
    pub(super) fn place(&mut self, places: &[u32]) {
        self.card = placed(self.card, places);
    }

    /// The position of its account; none for a veto or a grade.
    pub(super) fn account(&self) -> Option<usize> {
        match self.on {
            On::Account(account) => position(account),
            On::Veto | On::Grade(..) => None,
        }
    }

    /// Whether it is a veto.
    pub(super) fn is_veto(&self) -> bool {
        self.on == On::Veto
    }

    /// The position of the grade it sets among all of its card, and how it sets it.
    pub(super) fn grade(&self) -> Option<(usize, Grading)> {
        match self.on {
            On::Grade(grade, how) => Some((usize::from(grade), how)),
            On::Account(_) | On::Veto => None,
        }
    }

    /// The position of the effect on its path.
    pub(super) fn effect(&self) -> Option<usize> {
        position(self.effect)
    }

    /// The position of its path in the tree of the clause; none where the path is kept.
    pub(super) fn path(&self) -> Option<usize> {
        if self.path == APART { None } else { usize::try_from(self.path).ok() }
    }

    /// The path, where only this row has it.
    pub(super) fn kept(&self) -> Option<&Arc<Path>> {
        self.rare.as_ref()?.kept.as_ref()
    }

    /// Whether the facts of the row alone decide the way that led to it.
    pub(super) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Whether several effects are summed in it.
    pub(super) fn is_sum(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.is_sum)
    }

    /// What took from the amount on its way to the balance, in order.
    pub(super) fn suppressed(&self) -> &[Suppression] {
        self.rare.as_ref().map_or(&[], |rare| &rare.suppressed)
    }

    /// Notes what took from the amount.
    pub(super) fn suppress(&mut self, by: Suppression) {
        self.rare().suppressed.push(by);
    }

    /// The amount as the clause found it.
    pub(super) fn found(&self) -> Magnitude {
        Magnitude { least: self.found, most: self.most().map_or(Some(self.found), |(found, _)| found) }
    }

    /// What is left of it after relief, rounding, groups and caps.
    pub(super) fn counted(&self) -> Magnitude {
        Magnitude {
            least: self.counted,
            most: self.most().map_or(Some(self.counted), |(_, counted)| counted),
        }
    }

    /// Sets what was found.
    pub(super) fn find(&mut self, amount: Magnitude) {
        self.set(amount, self.counted());
    }

    /// Sets what counts.
    pub(super) fn count(&mut self, amount: Magnitude) {
        self.set(self.found(), amount);
    }

    fn set(&mut self, found: Magnitude, counted: Magnitude) {
        (self.found, self.counted) = (found.least, counted.least);
        if self.rare.is_some() || !found.is_exact() || !counted.is_exact() {
            self.rare().open = Some((found.most, counted.most));
        }
    }

    /// Whether any part of it stands already.
    pub(super) fn stands(&self) -> bool {
        !self.found.is_zero()
    }

    /// Whether it stands as it is whatever the open facts turn out to be.
    pub(super) fn is_certain(&self) -> bool {
        if self.account().is_none() { !self.found.is_zero() } else { self.counted().is_exact() }
    }

    /// Whether relief has taken all of it.
    pub(super) fn is_relieved(&self) -> bool {
        self.is_lifted() || !self.suppressed().is_empty() && self.counted().most == Some(Decimal::ZERO)
    }

    /// Whether it is a veto or a grade that relief has lifted.
    pub(super) fn is_lifted(&self) -> bool {
        self.account().is_none() && self.found().most == Some(Decimal::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::Entry;

    #[test]
    fn a_finding_takes_no_more_than_a_line_of_the_cache() {
        assert!(size_of::<Entry>() <= 72, "{}", size_of::<Entry>());
    }
}
