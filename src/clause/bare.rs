//! The clauses answered without their trees: every number is worked out over plain values by the script host itself, so
//! that what the trees said can be held against it.

use super::answer::Taken;
use super::function::Clause;
use super::record::Record;
use super::rulebook::Rulebook;
use super::run::Stop;
use crate::decision::{Deed, Effect, End, Expression, Path, Returned};
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::policy::Terms;
use std::sync::Arc;

/// By whom the clauses of a rulebook are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnsweredBy {
    /// Their trees, where they have one.
    #[default]
    Trees,
    /// Plain values alone; the questions on the way and the working of a number come from a second, recorded run.
    Bare,
}

impl Rulebook {
    /// The same clauses, answered by somebody else.
    #[must_use]
    pub fn answered_by(mut self, by: AnsweredBy) -> Self {
        self.answered_by = by;
        self
    }

    /// Whether the facts of a row answer everything a clause asks, so that no recorded run is needed for its outcome.
    ///
    /// # Errors
    /// The clause can never work, or took too long.
    pub fn is_answered_bare(
        &self,
        clause: &Clause,
        record: &Arc<Record>,
        terms: &Arc<Terms>,
    ) -> Result<bool, Box<Diagnostic>> {
        match self.run_bare(clause, record, terms) {
            Ok(_) => Ok(true),
            Err(Stop::Fault(fault)) => Err(fault),
            Err(Stop::Missing(_) | Stop::Untraceable(_)) => Ok(false),
        }
    }

    /// The one path of a clause over plain values; every path a recorded run finds where a fact has no value.
    pub(super) fn decide_bare(
        &self,
        clause: &Clause,
        record: &Arc<Record>,
        terms: &Arc<Terms>,
    ) -> Result<Vec<Taken>, Box<Diagnostic>> {
        let bare = match self.run_bare(clause, record, terms) {
            Ok(path) => path,
            Err(Stop::Fault(fault)) => return Err(fault),
            Err(Stop::Missing(_) | Stop::Untraceable(_)) => return self.record(clause, record, terms),
        };
        let recorded = self.record(clause, record, terms)?;
        let path = match recorded.as_slice() {
            [only] => explained(bare, &only.path),
            _ => bare,
        };
        Ok(vec![Taken { path: Arc::new(path), position: None }])
    }

    /// Every path that a recorded run of a clause finds.
    pub(super) fn record(
        &self,
        clause: &Clause,
        record: &Arc<Record>,
        terms: &Arc<Terms>,
    ) -> Result<Vec<Taken>, Box<Diagnostic>> {
        let paths = match self.run(clause, record, terms) {
            Ok(paths) => paths,
            Err(Stop::Fault(fault)) => return Err(fault),
            Err(Stop::Untraceable(why)) => vec![Path::ending(End::Undetermined(why))],
            Err(Stop::Missing(_)) => vec![Path::ending(End::Undetermined(Text::default()))],
        };
        Ok(paths.into_iter().map(|path| Taken { path: Arc::new(path), position: None }).collect())
    }
}

/// A path over plain values with the questions and workings of its recorded run: never with its numbers.
fn explained(bare: Path, recorded: &Path) -> Path {
    if bare.effects.len() != recorded.effects.len() {
        return bare;
    }
    let effects = bare.effects.into_iter().zip(&recorded.effects);
    let effects = effects.map(|(bare, recorded)| Effect { deed: deed(&bare.deed, &recorded.deed), ..bare });
    let end = match (bare.end, &recorded.end) {
        (End::Returned(Returned::Number(number)), End::Returned(Returned::Number(working))) => {
            End::Returned(Returned::Number(worked(&number, working)))
        }
        // plain values have no names to give a reason with
        (End::Undetermined(_), End::Undetermined(why)) => End::Undetermined(why.clone()),
        (end, _) => end,
    };
    let steps = recorded.steps.clone();
    Path { steps, effects: effects.collect(), calculations: Vec::new(), end }
}

fn deed(bare: &Deed, recorded: &Deed) -> Deed {
    match (bare, recorded) {
        (Deed::Enter { account, amount }, Deed::Enter { account: same, amount: working })
            if account == same =>
        {
            Deed::Enter { account: account.clone(), amount: worked(amount, working) }
        }
        (Deed::Mitigate { clause, factor }, Deed::Mitigate { clause: same, factor: working })
            if clause == same =>
        {
            Deed::Mitigate { clause: clause.clone(), factor: worked(factor, working) }
        }
        (deed, _) => deed.clone(),
    }
}

fn worked(bare: &Expression, working: &Expression) -> Arc<Expression> {
    Arc::new(Expression { value: bare.value, node: working.node.clone() })
}
