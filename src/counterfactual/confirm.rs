//! A proposed change is confirmed by assessing the whole period again with the changed rows.

use super::{Case, Change, Scope, Search, Target};
use crate::assess::{Assessment, Bearers, CardKey, Inputs, JudgedRow, Scorecard, Veto};
use crate::calendar::Period;
use crate::clause::Rulebook;
use crate::intake::Intake;
use crate::policy::{Kind, Pack};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most sets of changes of one size that are assessed again.
const CONFIRMED: usize = 12;

/// Everything a period is assessed from, and what it came to.
#[derive(Clone, Copy)]
pub struct Again<'a> {
    /// The policy.
    pub pack: &'a Pack,
    /// Its clauses.
    pub rules: &'a Rulebook,
    /// Who bears.
    pub bearers: Bearers<'a>,
    /// The period.
    pub period: Period,
    /// The assessment date.
    pub as_of: NaiveDate,
    /// The rows as they were read.
    pub rows: &'a BTreeMap<String, Intake>,
    /// What they came to.
    pub before: &'a Assessment,
}

/// A row with its changes.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The kind of the row.
    pub kind: String,
    /// Its identifier.
    pub id: String,
    /// What is changed.
    pub changes: Vec<Change>,
}

/// Changes with what they would have come to.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// The changed rows.
    pub rows: Vec<Changed>,
    /// Every card that would have been otherwise, in the order of the assessment.
    pub touched: Vec<Touched>,
}

/// A card that a change touches.
#[derive(Clone, Debug)]
pub struct Touched {
    /// The card.
    pub key: CardKey,
    /// As it is.
    pub before: Scorecard,
    /// As it would have been.
    pub after: Scorecard,
    is_graded_lower: bool,
}

impl<'a> Again<'a> {
    /// A judged row as a case.
    pub fn case<'r>(&self, kind: &'r Kind, row: &'r JudgedRow) -> Case<'r>
    where
        'a: 'r,
    {
        Case { rules: self.rules, kind, row, as_of: self.as_of }
    }

    /// The period with some rows changed; `None` where they could not be judged, or contradict themselves where they
    /// did not before.
    pub fn assess(&self, changed: &[Changed]) -> Option<Assessment> {
        let mut rows = self.rows.clone();
        for one in changed {
            let (_, kind) = self.pack.policy.kind(&one.kind)?;
            let table = &mut rows.get_mut(&one.kind)?.rows;
            let row = (0..table.len()).find(|row| table.id(*row) == one.id)?;
            for change in &one.changes {
                table.facts_mut().set(kind.schema.position(&change.fact)?, row, change.after.clone());
            }
        }
        let after = Assessment::run(Inputs {
            pack: self.pack,
            rules: self.rules,
            bearers: self.bearers,
            period: self.period,
            as_of: self.as_of,
            rows,
            typed: BTreeMap::new(),
            pay: BTreeMap::new(),
            earlier: Arc::clone(&self.before.earlier),
        })
        .ok()?;
        let sound = after.set_aside.len() <= self.before.set_aside.len()
            && after.remarks.len() <= self.before.remarks.len();
        sound.then_some(after)
    }

    /// The changes with every card they touch, where the row they are for then comes to what is wanted.
    pub fn confirm(&self, target: Target<'_>, of: &Case<'_>, changed: Vec<Changed>) -> Option<Confirmed> {
        let after = self.assess(&changed)?;
        let (position, _) = self.pack.policy.kind(&of.kind.name)?;
        let row = after.rows_of(position).find(|row| row.id == of.row.id)?;
        let case = self.case(of.kind, &row);
        case.meets(target, &row.record).then(|| Confirmed { rows: changed, touched: self.touched(&after) })
    }

    /// The smallest confirmed changes under which a row would come to what is wanted: those that make no card worse,
    /// where there are such, before any others.
    pub fn smallest(&self, case: &Case<'_>, target: Target<'_>, scope: Scope) -> Vec<Confirmed> {
        let mut search = Search::new(case, target, scope);
        for size in 1..=super::search::FACTS {
            let proposed = search.of_size(size).into_iter().take(CONFIRMED);
            let changed = |changes: Vec<Change>| Changed {
                kind: case.kind.name.clone(),
                id: case.row.id.clone(),
                changes,
            };
            let confirmed: Vec<Confirmed> =
                proposed.filter_map(|changes| self.confirm(target, case, vec![changed(changes)])).collect();
            if !confirmed.is_empty() {
                return confirmed;
            }
        }
        Vec::new()
    }

    pub(super) fn touched(&self, after: &Assessment) -> Vec<Touched> {
        let cards = self.before.scorecards.iter().filter_map(|before| {
            let after = after.card(&before.key)?;
            let same = before
                .balances
                .iter()
                .zip(&after.balances)
                .all(|(a, b)| a.before_veto == b.before_veto && a.settled == b.settled)
                && before.veto == after.veto
                && before.grades == after.grades;
            let key = before.key.clone();
            let is_graded_lower = self.is_graded_lower(before, after);
            (!same).then(|| Touched { key, before: before.clone(), after: after.clone(), is_graded_lower })
        });
        cards.collect()
    }

    /// Whether a card can come to a lower grade than before. Who only gives way to another in a quota is none the worse
    /// for what is looked at here.
    fn is_graded_lower(&self, before: &Scorecard, after: &Scorecard) -> bool {
        let rule = self.pack.policy.kinds.get(before.key.kind).and_then(|kind| kind.grade.as_ref());
        let lowest = |card: &Scorecard| {
            let places = card.grades.iter().filter_map(|grade| rule.map(|rule| rule.position(grade)));
            places.max()
        };
        before.demoted == after.demoted && lowest(after) > lowest(before)
    }
}

impl Confirmed {
    /// Whether no card is worse off, and some card is better off.
    pub fn is_gain(&self) -> bool {
        !self.touched.is_empty() && !self.touched.iter().any(Touched::is_worse)
    }
}

impl Touched {
    /// Whether the card would have less or a lower grade, or could have, or a veto it has not.
    pub fn is_worse(&self) -> bool {
        let rank = |veto: Veto| match veto {
            Veto::None => 0_u8,
            Veto::Possible => 1,
            Veto::Stands => 2,
        };
        let less = self.before.balances.iter().zip(&self.after.balances).any(|(before, after)| {
            let (before, after) = (before.before_veto, after.before_veto);
            after.so_far < before.so_far
                || after.low.is_none() && before.low.is_some()
                || after.low < before.low
        });
        less || self.is_graded_lower || rank(self.after.veto) > rank(self.before.veto)
    }
}
