//! One run of one function: what it asked, what it was answered, what it did.

use super::record::Record;
use crate::decision::{Answer, Effect, End, Path, Question, Step};
use crate::diagnostic::Diagnostic;
use crate::fact::Facts as _;
use crate::language::Text;
use crate::policy::Terms;
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};
use std::sync::{Arc, Mutex, PoisonError};

/// Who answers the questions of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answerer {
    /// From the row, with the working of every number; what the row does not say is followed both ways.
    Recorded,
    /// From the row, with plain values and nothing recorded.
    Bare,
}

/// Why a run of a clause ended the whole work.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The clause took too long, or does something that can never work.
    Fault(Box<Diagnostic>),
    /// Bare only: these facts have no value.
    Missing(Vec<String>),
    /// There are more ways through the clause than can be followed.
    TooManyPaths,
}

/// The state of one run, shared with every host function through the engine's tag.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) answerer: Answerer,
    pub(super) record: Arc<Record>,
    pub(super) terms: Arc<Terms>,
    pub(super) asking_known: bool,
    pub(super) effects: Vec<Effect>,
    steps: Vec<Step>,
    choices: Vec<usize>,
    forks: Vec<(usize, usize)>,
    trouble: Option<Trouble>,
}

/// Why a host function could not go on.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// The row does not allow an answer: the clause is undetermined for it.
    Undetermined(Text),
    /// The clause can never work.
    Wrong(Text),
    /// Bare: a fact without a value.
    Missing(Vec<String>),
}

pub(super) type Shared = Arc<Mutex<Run>>;
pub(super) type Raised = Box<EvalAltResult>;

impl Run {
    pub(super) fn new(
        answerer: Answerer,
        record: Arc<Record>,
        terms: Arc<Terms>,
        choices: Vec<usize>,
    ) -> Self {
        Self {
            answerer,
            record,
            terms,
            asking_known: false,
            effects: Vec::new(),
            steps: Vec::new(),
            choices,
            forks: Vec::new(),
            trouble: None,
        }
    }

    /// The answer to a question: the row's, the one given before on this path, or the next choice.
    pub(super) fn ask(&mut self, question: Question) -> Result<Answer, Trouble> {
        if let Some(step) = self.steps.iter().find(|step| step.question == question) {
            return Ok(step.answer.clone());
        }
        let record = Arc::clone(&self.record);
        let decided = question.answer(record.as_ref());
        if self.answerer == Answerer::Bare {
            return decided.ok_or_else(|| {
                let missing = question.facts();
                Trouble::Missing(
                    missing.into_iter().filter(|fact| record.value(fact).known() != Some(true)).collect(),
                )
            });
        }
        let is_decided = decided.is_some();
        let answer = match decided {
            Some(answer) => answer,
            None => self.choose(&question)?,
        };
        self.steps.push(Step { question, answer: answer.clone(), decided: is_decided });
        Ok(answer)
    }

    fn choose(&mut self, question: &Question) -> Result<Answer, Trouble> {
        let options = question.answers(|fact| self.record.schema.get(fact).map(|fact| fact.kind.clone()));
        let chosen = self.choices.get(self.forks.len()).copied().unwrap_or_default();
        self.forks.push((chosen, options.len()));
        options.into_iter().nth(chosen).ok_or_else(|| {
            Trouble::Wrong(Text::new("该问题没有可能的答案", "a question without any possible answer"))
        })
    }

    /// The choices of the next path to follow, if there is one.
    pub(super) fn next_choices(&self) -> Option<Vec<usize>> {
        let mut choices = self.forks.clone();
        while let Some((chosen, options)) = choices.pop() {
            let next = chosen.saturating_add(1);
            if next < options {
                return Some(choices.iter().map(|(chosen, _)| *chosen).chain([next]).collect());
            }
        }
        None
    }

    /// Takes the trouble a host function left behind.
    pub(super) fn take_trouble(&mut self) -> Option<Trouble> {
        self.trouble.take()
    }

    /// The path this run took.
    pub(super) fn into_path(self, end: End) -> Path {
        Path { steps: self.steps, effects: self.effects, end }
    }
}

/// The state of the run a host function is called from.
pub(super) fn with_run<R>(
    context: &NativeCallContext<'_>,
    body: impl FnOnce(&mut Run) -> Result<R, Trouble>,
) -> Result<R, Raised> {
    let shared = context.tag().and_then(|tag| tag.clone().try_cast::<Shared>());
    in_run(shared, context.call_position(), body)
}

/// The same for a shared state already at hand.
pub(super) fn in_run<R>(
    shared: Option<Shared>,
    position: Position,
    body: impl FnOnce(&mut Run) -> Result<R, Trouble>,
) -> Result<R, Raised> {
    let Some(shared) = shared else {
        return Err(raise("no run is under way", position));
    };
    let mut run = shared.lock().unwrap_or_else(PoisonError::into_inner);
    body(&mut run).map_err(|trouble| {
        run.trouble = Some(trouble);
        raise("trouble", position)
    })
}

pub(super) fn raise(message: &str, position: Position) -> Raised {
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(message.to_owned()), position))
}

/// A trouble that says the clause can never work.
pub(super) fn wrong<T>(zh: impl Into<String>, en: impl Into<String>) -> Result<T, Trouble> {
    Err(Trouble::Wrong(Text::new(zh, en)))
}
