//! One run of one function: what it asked, what it was answered, what it did.

use super::limits;
use super::record::Record;
use crate::decision::{
    Answer, Deed, Effect, End, Expression, Knowledge, Path, Question, Reason, ReasonPart, Step,
};
use crate::diagnostic::Diagnostic;
use crate::fact::Facts as _;
use crate::language::Text;
use crate::policy::Terms;
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};
use std::collections::BTreeSet;
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
    /// What follows depends on a number in a way that cannot be followed, or on too many ways to follow.
    Untraceable(Text),
}

/// The state of one run, shared with every host function through the engine's tag.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) answerer: Answerer,
    pub(super) record: Arc<Record>,
    pub(super) terms: Arc<Terms>,
    /// Whether `known(…)` is asking, and whether what stands in it was a fact of the row.
    pub(super) asking_known: Option<bool>,
    /// The places where a fact of many words is asked one question about, and nothing else.
    pub(super) asked_whole: Arc<BTreeSet<(usize, usize)>>,
    pub(super) effects: Vec<Effect>,
    pub(super) calculations: Vec<Arc<Expression>>,
    mentions: Vec<Arc<Expression>>,
    steps: Vec<Step>,
    knowledge: Knowledge,
    choices: Vec<usize>,
    forks: Vec<(usize, usize)>,
    trouble: Option<Trouble>,
    /// Where the host function now under way is called.
    position: Position,
    /// What was asked where, and every place a host function was called from; only where somebody looks on.
    pub(super) seen: Option<Seen>,
}

/// What a run showed to somebody looking on.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) asked: Vec<(Question, Answer, Position)>,
    pub(super) visited: Vec<Position>,
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
    /// It depends on a number that is not known in a way that cannot be followed.
    Untraceable(Text),
}

/// Stands around the number of a mention; no clause can hold it.
pub(super) const MARK: char = '\u{fdd0}';

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
            asking_known: None,
            asked_whole: Arc::default(),
            effects: Vec::new(),
            calculations: Vec::new(),
            mentions: Vec::new(),
            steps: Vec::new(),
            knowledge: Knowledge::default(),
            choices,
            forks: Vec::new(),
            trouble: None,
            position: Position::NONE,
            seen: None,
        }
    }

    /// The answer to a question, noted for whoever looks on.
    pub(super) fn ask(&mut self, question: Question) -> Result<Answer, Trouble> {
        if self.seen.is_none() {
            return self.answer(question);
        }
        let answer = self.answer(question.clone())?;
        let position = self.position;
        if let Some(seen) = &mut self.seen {
            seen.asked.push((question, answer.clone(), position));
        }
        Ok(answer)
    }

    /// The answer to a question: the row's, the one given before on this path, or the next choice.
    fn answer(&mut self, question: Question) -> Result<Answer, Trouble> {
        if let Some(step) = self.steps.iter().find(|step| step.question == question) {
            return Ok(step.answer.clone());
        }
        let record = Arc::clone(&self.record);
        let decided = question.answer(record.as_ref()).map_err(super::operators::trouble)?;
        if self.answerer == Answerer::Bare {
            return decided.ok_or_else(|| {
                let missing = question.facts();
                Trouble::Missing(
                    missing.into_iter().filter(|fact| record.value(fact).known() != Some(true)).collect(),
                )
            });
        }
        if self.steps.len() >= limits::STEPS {
            return Err(Trouble::Untraceable(Text::new(
                "一次判断的提问过多",
                "too many questions on one path",
            )));
        }
        let grain = |fact: &str| record.grain(fact);
        let is_decided = decided.is_some();
        let answer = match decided {
            Some(answer) => answer,
            None => {
                let options = question.answers(|fact| record.schema.get(fact).map(|fact| fact.kind.clone()));
                let mut allowed = Vec::new();
                for option in options {
                    if question.allows(&option, record.as_ref()).map_err(super::operators::trouble)? {
                        allowed.push(option);
                    }
                }
                let options = self.knowledge.possible(&question, allowed, &grain);
                self.choose(options)?
            }
        };
        self.knowledge.learn(&question, &answer, &grain);
        self.steps.push(Step { question, answer: answer.clone(), decided: is_decided });
        Ok(answer)
    }

    /// One of several answers: the next choice, unless there is only one.
    fn choose(&mut self, mut options: Vec<Answer>) -> Result<Answer, Trouble> {
        if options.len() == 1 {
            return options.pop().ok_or_else(|| Trouble::Wrong(Text::default()));
        }
        let chosen = self.choices.get(self.forks.len()).copied().unwrap_or_default();
        self.forks.push((chosen, options.len()));
        options.into_iter().nth(chosen).ok_or_else(|| {
            Trouble::Wrong(Text::new("该问题没有可能的答案", "a question without any possible answer"))
        })
    }

    /// Keeps what a path works out, so that the path is taken only where all of it can be.
    pub(super) fn calculated(&mut self, result: &Arc<Expression>) -> Result<(), Trouble> {
        if result.value.exact().is_some() || result.is_constant() {
            return Ok(());
        }
        if self.calculations.len() >= limits::CALCULATIONS {
            let most = limits::CALCULATIONS;
            return Err(Trouble::Untraceable(Text::new(
                format!("由未知事实算出的数超过 {most} 个"),
                format!("more than {most} numbers are worked out of what is not known"),
            )));
        }
        self.calculations.push(Arc::clone(result));
        Ok(())
    }

    /// Whether the fact now being read is asked one question about at that place, and nothing else.
    pub(super) fn is_asked_whole(&self) -> bool {
        let spot = self.position.line().zip(self.position.position());
        spot.is_some_and(|spot| self.asked_whole.contains(&spot))
    }

    /// A mark that stands in a text for a number, until the text is known to be a reason.
    pub(super) fn mention(&mut self, number: &Arc<Expression>) -> String {
        if let Some(exact) = number.value.exact()
            && self.answerer == Answerer::Bare
        {
            return crate::amount::plain(exact);
        }
        self.mentions.push(Arc::clone(number));
        format!("{MARK}{}{MARK}", self.mentions.len().saturating_sub(1))
    }

    /// The reason that a text with marks stands for.
    pub(super) fn reason(&self, text: &str) -> Reason {
        let mut parts = Vec::new();
        for (position, part) in text.split(MARK).enumerate() {
            let mentioned = part.parse::<usize>().ok().and_then(|index| self.mentions.get(index));
            match mentioned {
                Some(number) if position % 2 == 1 => parts.push(ReasonPart::Number(Arc::clone(number))),
                _ if part.is_empty() => {}
                _ => parts.push(ReasonPart::Text(part.to_owned())),
            }
        }
        Reason(parts)
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

    /// Whether a host function left trouble behind.
    pub(super) fn is_in_trouble(&self) -> bool {
        self.trouble.is_some()
    }

    /// Where the last host function was called.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Takes the trouble a host function left behind.
    pub(super) fn take_trouble(&mut self) -> Option<Trouble> {
        self.trouble.take()
    }

    /// The path this run took.
    pub(super) fn into_path(self, end: End) -> Path {
        let part_of = |whole: &Arc<Expression>, part: &Arc<Expression>| whole.holds(part);
        let entered: Vec<&Arc<Expression>> = self
            .effects
            .iter()
            .filter_map(|effect| match &effect.deed {
                Deed::Enter { amount, .. } => Some(amount),
                Deed::Mitigate { factor, .. } => Some(factor),
                Deed::Veto | Deed::Grade { .. } | Deed::Raise { .. } | Deed::Exempt { .. } => None,
            })
            .collect();
        let asked: Vec<&Arc<Expression>> = self
            .steps
            .iter()
            .flat_map(|step| match &step.question {
                Question::Compare(_, left, right) => vec![left, right],
                Question::Band { input, .. } => vec![input],
                _ => Vec::new(),
            })
            .collect();
        let mut calculations: Vec<Arc<Expression>> = Vec::new();
        for (index, own) in self.calculations.iter().enumerate() {
            let later = self.calculations.iter().skip(index.saturating_add(1));
            let elsewhere = entered.iter().chain(&asked).copied().chain(later);
            if !elsewhere.into_iter().any(|whole| part_of(whole, own)) {
                calculations.push(Arc::clone(own));
            }
        }
        Path { steps: self.steps, effects: self.effects, calculations, end }
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
    run.position = position;
    if let Some(seen) = &mut run.seen {
        seen.visited.push(position);
    }
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
