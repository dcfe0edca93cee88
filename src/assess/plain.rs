//! Clauses over rows whose facts decide everything: straight from the path of the tree to the findings.

use super::entry::{Entry, On, Place, Trail};
use super::finding::{Deduction, Magnitude};
use super::judge::{Court, Judgement, on_grade, split};
use crate::amount::is_countable;
use crate::clause::Clause;
use crate::decision::{Deed, End, Evaluator, Expression, Path};
use crate::diagnostic::Diagnostic;
use crate::policy::{Kind, Policy, Role, Several, Vacant};
use rayon::prelude::*;
use rust_decimal::Decimal;

/// Rows that are judged in one go.
const BATCH: usize = 8_192;

/// A clause with its tree bound to the rows, for each edition of the parameters.
struct Ready<'r> {
    position: usize,
    clause: &'r Clause,
    editions: Vec<Option<(Evaluator<'r>, Vec<Option<Outcome<'r>>>)>>,
}

/// What follows at the end of a path, where it is nothing but entries, vetoes and grades.
struct Outcome<'r> {
    calculations: Vec<&'r Expression>,
    effects: Vec<Effect<'r>>,
}

/// One entry, veto or grade under one role.
struct Effect<'r> {
    place: usize,
    role: &'r Role,
    on: On,
    /// None for a veto or a grade.
    amount: Option<Amount<'r>>,
    line: usize,
}

enum Amount<'r> {
    Known(Decimal),
    Worked(&'r Expression),
}

impl Court<'_> {
    /// Judges every row by every clause in force on its day, row by row and clause by clause.
    pub(super) fn judge_all(&self, clauses: &[(usize, &Clause)]) -> Result<Judgement, Box<Diagnostic>> {
        let ready: Vec<Ready<'_>> = clauses.iter().map(|clause| self.ready(*clause)).collect();
        let starts: Vec<usize> = (self.first..self.rows.len()).step_by(BATCH).collect();
        let batches: Vec<Result<Judgement, Box<Diagnostic>>> =
            starts.into_par_iter().map(|start| self.judge_batch(&ready, start)).collect();
        let batches = batches.into_iter().collect::<Result<Vec<Judgement>, _>>()?;
        let count = batches.iter().fold(0_usize, |sum, batch| sum.saturating_add(batch.entries.len()));
        let mut all = Judgement { entries: Vec::with_capacity(count), ..Judgement::default() };
        for batch in batches {
            all.entries.extend(batch.entries);
            all.relief.extend(batch.relief);
            all.open.extend(batch.open);
            all.raised.extend(batch.raised);
        }
        Ok(all)
    }

    fn judge_batch(&self, ready: &[Ready<'_>], start: usize) -> Result<Judgement, Box<Diagnostic>> {
        let mut judgement = Judgement::default();
        let mut drawn = Vec::new();
        let end = start.saturating_add(BATCH).min(self.rows.len());
        for row in start..end {
            // a card is judged by what is in force on its last day, which is its date
            let day = self.rows.at(row).date();
            let edition = self.rows.edition(row);
            for ready in ready.iter().filter(|ready| ready.clause.days.contains(day)) {
                if self.rows.is_certain(row)
                    && self.judge_plainly(ready, (edition, row), &mut drawn).is_some()
                {
                    drawn.sort_by_key(|(line, entry): &(usize, Entry)| (entry.card(), *line));
                    judgement.entries.extend(drawn.drain(..).map(|(_, entry)| entry));
                } else {
                    drawn.clear();
                    self.judge((ready.position, ready.clause), row, &mut judgement)?;
                }
            }
        }
        Ok(judgement)
    }

    /// The findings of one clause in one row; `None` where its facts do not decide all of it plainly.
    fn judge_plainly(
        &self,
        ready: &Ready<'_>,
        (edition, row): (usize, usize),
        drawn: &mut Vec<(usize, Entry)>,
    ) -> Option<()> {
        let (evaluator, outcomes) = ready.editions.get(edition)?.as_ref()?;
        let path = evaluator.path(row)?;
        let outcome = outcomes.get(path)?.as_ref()?;
        let facts = self.rows.facts().row(row);
        for calculation in &outcome.calculations {
            calculation.evaluate(&facts).ok()?;
        }
        let mut kept = 0_usize;
        for effect in &outcome.effects {
            let amount = match &effect.amount {
                None => Decimal::NEGATIVE_ONE,
                Some(Amount::Known(amount)) => *amount,
                Some(Amount::Worked(working)) => {
                    working.evaluate(&facts).ok()?.exact().filter(|amount| is_countable(*amount))?
                }
            };
            // zero is no finding
            if amount.is_zero() {
                continue;
            }
            let sign = if amount.is_sign_negative() { Deduction::Takes } else { Deduction::Adds };
            let whole = Magnitude { least: amount.abs(), most: Some(amount.abs()) };
            let place = Place { row, clause: ready.position, role: effect.place, on: effect.on };
            let mut put = |card: Option<u32>, share: Magnitude| {
                let trail = Trail { path: Ok(path), effect: Some(kept), is_sum: false, is_plain: true };
                let entry = Entry::new(place, card, (sign, share), trail);
                drawn.push((effect.line, entry));
            };
            match self.rows.cards(effect.place, row) {
                [] if effect.role.is_outside() => put(None, whole),
                [] if effect.role.vacant == Vacant::Nobody => {}
                // whoever bears in its place is found out for the row alone
                [] if matches!(effect.role.vacant, Vacant::Inherits(_)) => return None,
                [] => put(None, whole),
                cards if effect.role.several == Several::Split && effect.amount.is_some() => {
                    let shares = split(self.policy, whole, cards.len());
                    cards.iter().zip(shares).for_each(|(card, share)| put(Some(*card), share));
                }
                cards => cards.iter().for_each(|card| put(Some(*card), whole)),
            }
            kept = kept.saturating_add(1);
        }
        Some(())
    }

    fn ready<'r>(&'r self, (position, clause): (usize, &'r Clause)) -> Ready<'r> {
        let editions = self.rows.editions().iter().map(|terms| {
            let tree = self.rules.tree(clause, terms)?;
            let outcomes = tree.paths().iter().map(|path| outcome(self.policy, self.kind, path));
            Some((Evaluator::new(tree, self.rows.facts()), outcomes.collect()))
        });
        Ready { position, clause, editions: editions.collect() }
    }
}

/// What follows at the end of a path; `None` where more is to be done than to enter, to veto and to grade.
fn outcome<'r>(policy: &Policy, kind: &'r Kind, path: &'r Path) -> Option<Outcome<'r>> {
    if path.end != End::Done {
        return None;
    }
    let mut effects = Vec::new();
    for effect in &path.effects {
        let place = kind.roles.iter().position(|role| role.name == effect.role)?;
        let role = kind.roles.get(place)?;
        let (on, amount) = match &effect.deed {
            Deed::Veto => (On::Veto, None),
            Deed::Grade { grade, how } => (on_grade(policy.kind(&role.is)?.1, grade, *how)?, None),
            Deed::Enter { account, amount } => {
                let account = policy.accounts(role).iter().position(|own| own.name == *account)?;
                let amount = match amount.value.exact() {
                    Some(exact) if amount.is_constant() => Amount::Known(exact),
                    _ => Amount::Worked(amount),
                };
                (On::account(account), Some(amount))
            }
            Deed::Raise { .. } | Deed::Exempt { .. } | Deed::Mitigate { .. } => return None,
        };
        effects.push(Effect { place, role, on, amount, line: effect.line });
    }
    let calculations = path.calculations.iter().map(AsRef::as_ref);
    // what is the same for every row was worked out when the path was found
    let calculations = calculations.filter(|calculation| !calculation.is_constant()).collect();
    Some(Outcome { calculations, effects })
}
