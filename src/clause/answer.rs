//! What a clause answers for a row: by its tree, or by running it.

use super::bare::AnsweredBy;
use super::discretion::is_choice;
use super::effort::Effort;
use super::function::{Clause, Touch};
use super::limits;
use super::messages::plain_error;
use super::record::Record;
use super::rulebook::Rulebook;
use super::run::{Answerer, Run, Seen, Shared, Stop, Trouble};
use super::values::{RecordHandle, TermsHandle};
use crate::decision::{Deed, Effect, End, Knowledge, Path, Returned};
use crate::diagnostic::{Diagnostic, Place};
use crate::fact::Value;
use crate::language::Text;
use crate::policy::Terms;
use rhai::{CallFnOptions, Dynamic, EvalAltResult, Position, Scope};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// A path that a row takes.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The path, with the numbers of the row.
    pub path: Arc<Path>,
    /// Its position in the tree of the clause; none where the clause itself was run.
    pub position: Option<usize>,
}

impl Rulebook {
    /// The paths a row takes through a clause, as its tree says; where it has none for the row, as the clause itself does.
    ///
    /// # Errors
    /// The clause can never work, or took too long.
    pub fn decide(
        &self,
        clause: &Clause,
        record: &Arc<Record>,
        terms: &Arc<Terms>,
    ) -> Result<Vec<Taken>, Box<Diagnostic>> {
        if self.answered_by == AnsweredBy::Bare {
            return self.decide_bare(clause, record, terms);
        }
        if let Some(tree) = self.tree(clause, terms)
            && let Ok(reached) = tree.reached(record.as_ref())
        {
            let of_row = |index: usize| {
                let path = tree.paths().get(index)?.of_row(record.as_ref())?;
                Some(Taken { path: Arc::new(path), position: Some(index) })
            };
            let taken: Option<Vec<Taken>> = reached.into_iter().map(of_row).collect();
            if let Some(taken) = taken.filter(|taken| !taken.is_empty()) {
                return self.with_reasons(taken, (clause, record, terms));
            }
        }
        self.record(clause, record, terms)
    }

    /// The same paths; where one says of a number only that it is open, with the number of the row in its place.
    fn with_reasons(
        &self,
        mut taken: Vec<Taken>,
        (clause, record, terms): (&Clause, &Arc<Record>, &Arc<Terms>),
    ) -> Result<Vec<Taken>, Box<Diagnostic>> {
        let is_open = |taken: &Taken| matches!(&taken.path.end, End::Undetermined(why) if is_choice(why));
        if !taken.iter().any(is_open) {
            return Ok(taken);
        }
        let of_row = self.record(clause, record, terms)?;
        if of_row.len() == taken.len() {
            for (taken, of_row) in taken.iter_mut().zip(of_row).filter(|(taken, _)| is_open(taken)) {
                if let End::Undetermined(_) = of_row.path.end {
                    Arc::make_mut(&mut taken.path).end = of_row.path.end.clone();
                }
            }
        }
        Ok(taken)
    }

    /// All paths of a clause that the facts of a row allow: exactly one where they decide every question.
    ///
    /// # Errors
    /// The clause can never work, took too long, or has too many paths.
    pub fn run(&self, clause: &Clause, record: &Arc<Record>, terms: &Arc<Terms>) -> Result<Vec<Path>, Stop> {
        let mut paths = Vec::new();
        let mut choices = Some(Vec::new());
        Effort::begin();
        while let Some(taken) = choices {
            Effort::again();
            if Effort::is_too_much() {
                let most = limits::OPERATIONS_OF_PATHS;
                return Err(Stop::Untraceable(Text::new(
                    format!("走遍各分支的运算超过 {most} 次"),
                    format!("following its paths needs more than {most} operations"),
                )));
            }
            if paths.len() >= limits::PATHS {
                return Err(Stop::Untraceable(Text::new(
                    format!("分支超过 {} 条", limits::PATHS),
                    format!("it has more than {} paths", limits::PATHS),
                )));
            }
            let (path, next) = self.run_once(Answerer::Recorded, clause, record, terms, taken, &mut None)?;
            paths.push(path);
            choices = next;
        }
        // what the row says may leave nothing of an assumption made before; a row out of all bounds keeps its paths
        let possible = |path: &Path| Knowledge::agrees(&path.steps, &|fact| record.grain(fact));
        if paths.len() > 1 && paths.iter().any(possible) {
            paths.retain(possible);
        }
        Ok(paths)
    }

    /// The one path of a clause over plain values.
    ///
    /// # Errors
    /// A fact it reads is missing, it can never work, or took too long.
    pub fn run_bare(&self, clause: &Clause, record: &Arc<Record>, terms: &Arc<Terms>) -> Result<Path, Stop> {
        Effort::begin();
        self.run_once(Answerer::Bare, clause, record, terms, Vec::new(), &mut None).map(|(path, _)| path)
    }

    pub(super) fn run_once(
        &self,
        answerer: Answerer,
        clause: &Clause,
        record: &Arc<Record>,
        terms: &Arc<Terms>,
        choices: Vec<usize>,
        seen: &mut Option<Seen>,
    ) -> Result<(Path, Option<Vec<usize>>), Stop> {
        let Some((_, ast)) = self.sources.get(clause.source) else {
            return Err(self.stop(
                clause,
                Position::NONE,
                Text::new("规则未编译", "the clause is not compiled"),
            ));
        };
        let mut run = Run::new(answerer, Arc::clone(record), Arc::clone(terms), choices);
        run.seen = seen.take();
        run.asked_whole = self.asked_whole.get(clause.source).cloned().unwrap_or_default();
        let arguments = match arguments(clause, &mut run) {
            Ok(arguments) => arguments,
            Err(Trouble::Missing(facts)) => return Err(Stop::Missing(facts)),
            Err(Trouble::Untraceable(why)) => return Err(Stop::Untraceable(why)),
            Err(Trouble::Wrong(why)) => return Err(self.stop(clause, Position::NONE, why)),
            Err(Trouble::Undetermined(why)) => {
                let next = run.next_choices();
                return Ok((run.into_path(End::Undetermined(why)), next));
            }
        };
        let shared: Shared = Arc::new(Mutex::new(run));
        let called = catch_unwind(AssertUnwindSafe(|| {
            let options = CallFnOptions::new().with_tag(Dynamic::from(Arc::clone(&shared)));
            let mut scope = Scope::new();
            let engine = &self.sandbox.engine;
            engine.call_fn_with_options::<Dynamic>(options, &mut scope, ast, &clause.name, arguments)
        }));
        let mut run = std::mem::replace(
            &mut *shared.lock().unwrap_or_else(PoisonError::into_inner),
            Run::new(answerer, Arc::clone(record), Arc::clone(terms), Vec::new()),
        );
        let next = run.next_choices();
        *seen = run.seen.take();
        // the script language goes on where a number or fact could not be written into a text
        let called = match called {
            Ok(Ok(_)) if run.is_in_trouble() => Ok(Err(super::run::raise("trouble", run.position()))),
            called => called,
        };
        let end = match called {
            Ok(Ok(value)) => self.returned(clause, &value)?,
            Ok(Err(error)) => {
                let trouble = run.take_trouble();
                self.failed(clause, &error, trouble, record.is_blank())?
            }
            Err(_) => {
                let message = Text::new("规则使脚本引擎出错", "the clause broke the script engine");
                return Err(self.stop(clause, Position::NONE, message));
            }
        };
        self.check_touched(clause, record, &run)?;
        Ok((run.into_path(end), next))
    }

    /// Of a row that stands for no others: whether everything done to it reaches something.
    fn check_touched(&self, clause: &Clause, record: &Record, run: &Run) -> Result<(), Stop> {
        if !record.is_blank()
            && let Some(effect) = run.effects.iter().find(|effect| !self.can_touch(clause, effect))
        {
            let position = Position::new(
                u16::try_from(effect.line).unwrap_or(u16::MAX),
                u16::try_from(effect.column).unwrap_or(u16::MAX),
            );
            let role = &effect.role;
            let message = Text::new(
                format!("角色 `{role}` 的卡不存在，或没有该账户、否决、等次"),
                format!("the role `{role}` leads to no card, or to one without that account, veto or grade"),
            );
            return Err(self.stop(clause, position, message));
        }
        Ok(())
    }

    /// Whether an effect of a clause reaches anything. Of what has a tree that is known from its paths.
    fn can_touch(&self, clause: &Clause, effect: &Effect) -> bool {
        let touch = match &effect.deed {
            Deed::Enter { account, .. } => Touch::Account(account.clone()),
            Deed::Veto => Touch::Veto,
            Deed::Grade { grade, how } => Touch::Grade(*how, grade.clone()),
            Deed::Raise { kind } => Touch::Raise(kind.clone()),
            Deed::Exempt { clause: named } | Deed::Mitigate { clause: named, .. } => {
                return self.sources.iter().any(|(_, ast)| ast.iter_functions().any(|one| one.name == named));
            }
        };
        let touched = (effect.role.clone(), touch);
        self.touchable.get(&clause.kind).is_none_or(|touchable| touchable.contains(&touched))
    }

    fn returned(&self, clause: &Clause, value: &Dynamic) -> Result<End, Stop> {
        if clause.carries.is_none() && self.definition(&clause.kind, &clause.name).is_none() {
            return Ok(End::Done);
        }
        if let Some(number) = super::values::expression(value) {
            return Ok(End::Returned(Returned::Number(number)));
        }
        if let Ok(flag) = value.as_bool() {
            return Ok(End::Returned(Returned::Value(Value::Bool(flag))));
        }
        match value.clone().into_immutable_string() {
            Ok(word) => Ok(End::Returned(Returned::Value(Value::Word(Arc::from(word.as_str()))))),
            Err(_) => {
                let message = Text::new(
                    "定义须返回是非、词或数字",
                    "a definition must return true or false, a word or a number",
                );
                Err(self.stop(clause, Position::NONE, message))
            }
        }
    }

    fn failed(
        &self,
        clause: &Clause,
        error: &EvalAltResult,
        trouble: Option<Trouble>,
        blank: bool,
    ) -> Result<End, Stop> {
        let inner = error.unwrap_inner();
        let position = inner.position();
        match (trouble, inner) {
            (Some(Trouble::Undetermined(why)), _) => Ok(End::Undetermined(why)),
            (Some(Trouble::Missing(facts)), _) => Err(Stop::Missing(facts)),
            (Some(Trouble::Untraceable(why)), _) => Err(Stop::Untraceable(why)),
            (Some(Trouble::Wrong(why)), _) => Err(self.stop(clause, position, why)),
            (None, EvalAltResult::ErrorArithmetic(..)) => {
                Ok(End::Undetermined(Text::new("计算溢出或除数为零", "an overflow or a division by zero")))
            }
            (None, EvalAltResult::ErrorTerminated(..)) => {
                let seconds = limits::DEADLINE.as_secs();
                let message = Text::new(
                    format!("规则 `{}` 运行超过 {seconds} 秒", clause.name),
                    format!("the clause `{}` ran for more than {seconds} seconds", clause.name),
                );
                Err(self.stop(clause, position, message))
            }
            (None, EvalAltResult::ErrorTooManyOperations(..)) => {
                let message = Text::new(
                    format!("规则 `{}` 的运算超过 {} 次", clause.name, limits::OPERATIONS),
                    format!("the clause `{}` needs more than {} operations", clause.name, limits::OPERATIONS),
                );
                // a clause that always needs so many can never work; one row that does is only not decided
                if blank { Err(self.stop(clause, position, message)) } else { Ok(End::Undetermined(message)) }
            }
            (None, other) => {
                let said = plain_error(other);
                // some faults have no place of their own: then the clause is named
                let said = match position.line() {
                    Some(_) => said,
                    None => Text::new(
                        format!("规则 `{}`：{}", clause.name, said.zh),
                        format!("the clause `{}`: {}", clause.name, said.en),
                    ),
                };
                Err(self.stop(clause, position, said))
            }
        }
    }

    fn stop(&self, clause: &Clause, position: Position, message: Text) -> Stop {
        let text = self.sources.get(clause.source).map_or("", |(source, _)| source.text.as_str());
        let line = position.line().unwrap_or(clause.line);
        let place = Place::at(&clause.file, text, line, position.position().unwrap_or(1), 1);
        Stop::Fault(Box::new(Diagnostic::error("C030", message).at(place)))
    }
}

/// What a function is called with: what it carries where it does, the row, and the parameters where it asks for them.
fn arguments(clause: &Clause, run: &mut Run) -> Result<Vec<Dynamic>, Trouble> {
    let mut arguments = Vec::new();
    if clause.carries.is_some() {
        arguments.push(super::fold::previous(run)?);
    }
    arguments.push(Dynamic::from(RecordHandle));
    if clause.with_terms {
        arguments.push(Dynamic::from(TermsHandle));
    }
    Ok(arguments)
}
