//! The clauses of a pack, compiled: what each is called, when it is in force, what it can do, and how it is run.

use super::inspect::{Inspection, Vocabulary};
use super::limits;
use super::record::{Record, RecordHandle};
use super::run::{Answerer, Run, Shared, Stop, Trouble};
use super::sandbox::Sandbox;
use super::terms::TermsHandle;
use crate::calendar;
use crate::decision::{Deed, End, Path, Returned};
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::document::Source;
use crate::fact::{Origin, Value};
use crate::language::Text;
use crate::policy::{Kind, Pack, Terms};
use chrono::NaiveDate;
use rhai::{AST, CallFnOptions, Dynamic, EvalAltResult, Position, Scope, Token};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// A function of a pack: a clause, or a definition that returns a fact.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its name.
    pub name: String,
    /// The kind it judges.
    pub kind: String,
    /// The name reports use: the first line of its comment.
    pub title: Text,
    /// Which provision it encodes.
    pub basis: String,
    /// The days it is in force.
    pub days: crate::organisation::Days,
    /// Its file, as the user knows it.
    pub file: String,
    /// The line it begins at.
    pub line: usize,
    /// Everything some path of it can touch: (role, what).
    pub touches: BTreeSet<(String, Touch)>,
    source: usize,
    with_terms: bool,
}

/// What an effect touches on the card of its role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touch {
    /// The balance of an account; whether it only ever falls, rises, or either.
    Account(String),
    /// The veto.
    Veto,
    /// The findings of another clause.
    Clause(String),
}

/// All compiled functions of a pack.
pub struct Rulebook {
    sandbox: Sandbox,
    sources: Vec<(Source, AST)>,
    clauses: Vec<Clause>,
    definitions: BTreeMap<(String, String), Clause>,
}

impl Rulebook {
    /// Compiles every clause of a pack and traces it once, so that what can never work is found before it is used.
    pub fn compile(pack: &Pack, faults: &Faults) -> Self {
        let sandbox = Sandbox::new(&pack.policy);
        let mut book =
            Self { sandbox, sources: Vec::new(), clauses: Vec::new(), definitions: BTreeMap::new() };
        let mut tokens = Vec::new();
        for source in &pack.clauses {
            if let Some((ast, of_file)) = book.parse(source, faults) {
                book.sources.push((source.clone(), ast));
                tokens.push(of_file);
            }
        }
        let functions = book.declare(pack, &tokens, faults);
        let vocabulary = Vocabulary::new(&pack.policy, &pack.parameters, &functions);
        for ((source, ast), tokens) in book.sources.iter().zip(&tokens) {
            let local: BTreeSet<String> =
                ast.iter_functions().map(|function| function.name.to_owned()).collect();
            Inspection { source, tokens, local: &local, vocabulary: &vocabulary, faults }.run();
        }
        book.check_names(pack, faults);
        if !faults.has_errors() {
            book.trace_all(pack, faults);
        }
        book
    }

    /// Every clause, by name.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The clause of that name.
    pub fn clause(&self, name: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.name == name)
    }

    /// The definition of that name for a kind.
    pub fn definition(&self, kind: &str, name: &str) -> Option<&Clause> {
        self.definitions.get(&(kind.to_owned(), name.to_owned()))
    }

    fn parse(&self, source: &Source, faults: &Faults) -> Option<(AST, Vec<(Token, Position)>)> {
        if source.text.len() > limits::SOURCE_BYTES {
            let message = Text::new("规则文件过大", "the clause file is too large");
            faults.push(Diagnostic::error("C020", message).at(Place::File { file: source.file.clone() }));
            return None;
        }
        self.sandbox.take_tokens();
        match self.sandbox.engine.compile(&source.text) {
            Ok(ast) => Some((ast, self.sandbox.take_tokens())),
            Err(error) => {
                let position = error.position();
                let (line, column) = (position.line().unwrap_or(1), position.position().unwrap_or(1));
                let place = Place::at(&source.file, &source.text, line, column, 1);
                let said = error.err_type().to_string();
                let mut fault = Diagnostic::error(
                    "C021",
                    Text::new(format!("规则语法有误:{said}"), format!("the clause does not parse: {said}")),
                )
                .at(place);
                let written = source.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
                if let Some(wide) = written.chars().find(|c| ",;()!“”:><=、。".contains(*c)) {
                    fault = fault.help(Text::new(
                        format!("此行有全角符号「{wide}」,请改用半角"),
                        format!("this line has the full-width `{wide}`: type the half-width one"),
                    ));
                }
                faults.push(fault);
                None
            }
        }
    }

    /// Finds the public functions: what each judges or defines.
    fn declare(
        &mut self,
        pack: &Pack,
        tokens: &[Vec<(Token, Position)>],
        faults: &Faults,
    ) -> BTreeSet<String> {
        let mut found: Vec<Clause> = Vec::new();
        for (index, ((source, ast), tokens)) in self.sources.iter().zip(tokens).enumerate() {
            for function in ast.iter_functions() {
                let line = line_of(function.name, tokens);
                let place = Place::at(&source.file, &source.text, line, 1, 1);
                let private = function.access == rhai::FnAccess::Private;
                let kind = function.params.first().copied().unwrap_or_default();
                let terms = function.params.get(1).is_some_and(|name| *name == "terms");
                let fits =
                    pack.policy.kind(kind).is_some() && function.params.len() == if terms { 2 } else { 1 };
                if private {
                    continue;
                }
                if !fits {
                    let known: Vec<&str> = pack.policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
                    let name = function.name;
                    faults.push(
                        Diagnostic::error(
                            "C022",
                            Text::new(
                                format!("规则 `{name}` 的参数须为考核对象,其后可有 terms"),
                                format!("the clause `{name}` must take a kind, then perhaps `terms`"),
                            ),
                        )
                        .at(place)
                        .suggest(kind, known),
                    );
                    continue;
                }
                let (title, tags) = comment(&function.comments, function.name);
                found.push(Clause {
                    name: function.name.to_owned(),
                    kind: kind.to_owned(),
                    title,
                    basis: tags.get("basis").cloned().unwrap_or_default(),
                    days: crate::organisation::Days {
                        from: day(&tags, "from", &place, faults),
                        until: day(&tags, "until", &place, faults),
                    },
                    file: source.file.clone(),
                    line,
                    touches: BTreeSet::new(),
                    source: index,
                    with_terms: terms,
                });
            }
        }
        found.sort_by(|a, b| (&a.name, &a.file, a.line).cmp(&(&b.name, &b.file, b.line)));
        self.sort_out(pack, found, faults)
    }

    fn sort_out(&mut self, pack: &Pack, found: Vec<Clause>, faults: &Faults) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for clause in found {
            if !names.insert(clause.name.clone()) {
                let message = Text::new(
                    format!("两个规则同名 `{}`", clause.name),
                    format!("two functions are called `{}`", clause.name),
                );
                faults.push(Diagnostic::error("C023", message).at(self.place(&clause)));
                continue;
            }
            let defines = pack
                .policy
                .kind(&clause.kind)
                .is_some_and(|(_, kind)| definitions_of(kind).any(|name| name == clause.name));
            if defines {
                self.definitions.insert((clause.kind.clone(), clause.name.clone()), clause);
            } else {
                self.clauses.push(clause);
            }
        }
        names
    }

    /// Names in `policy.toml` that must be functions.
    fn check_names(&self, pack: &Pack, faults: &Faults) {
        let file = Place::File { file: pack.root.join("policy.toml").display().to_string() };
        let clauses = || self.clauses.iter().map(|clause| clause.name.as_str());
        let named = pack.policy.groups.iter().flat_map(|group| &group.clauses);
        let named = named.chain(pack.policy.readings.iter().flat_map(|reading| &reading.clauses));
        for name in named {
            if self.clause(name).is_none() {
                let message = Text::new(format!("没有规则 `{name}`"), format!("there is no clause `{name}`"));
                faults.push(Diagnostic::error("C024", message).at(file.clone()).suggest(name, clauses()));
            }
        }
        for kind in &pack.policy.kinds {
            for name in definitions_of(kind) {
                if self.definition(&kind.name, name).is_none() {
                    let message = Text::new(
                        format!("「{}」没有定义函数 `{name}({})`", kind.title.zh, kind.name),
                        format!("no function `{name}({})` defines it for '{}'", kind.name, kind.title.en),
                    );
                    let known = self.definitions.keys().map(|(_, name)| name.as_str()).chain(clauses());
                    faults.push(Diagnostic::error("C025", message).at(file.clone()).suggest(name, known));
                }
            }
        }
    }

    /// Runs every function on a blank row: finds what can never work, and what each clause can touch.
    fn trace_all(&mut self, pack: &Pack, faults: &Faults) {
        let mut clauses = std::mem::take(&mut self.clauses);
        let latest = pack.terms(NaiveDate::MAX);
        for clause in self.definitions.values() {
            self.trace(pack, clause, &latest, faults);
        }
        for clause in &mut clauses {
            let Some(paths) = self.trace(pack, clause, &latest, faults) else { continue };
            for effect in paths.iter().flat_map(|path| &path.effects) {
                self.check_effect(pack, clause, effect, faults);
                let touch = match &effect.deed {
                    Deed::Enter { account, .. } => Touch::Account(account.clone()),
                    Deed::Veto => Touch::Veto,
                    Deed::Exempt { clause } | Deed::Mitigate { clause, .. } => Touch::Clause(clause.clone()),
                };
                clause.touches.insert((effect.role.clone(), touch));
            }
        }
        self.clauses = clauses;
    }

    fn trace(&self, pack: &Pack, clause: &Clause, terms: &Arc<Terms>, faults: &Faults) -> Option<Vec<Path>> {
        let (_, kind) = pack.policy.kind(&clause.kind)?;
        match self.run(clause, &Arc::new(Record::blank(&kind.name, &kind.schema)), terms) {
            Ok(paths) => Some(paths),
            Err(Stop::Fault(fault)) => {
                faults.push(*fault);
                None
            }
            Err(Stop::TooManyPaths | Stop::Missing(_)) => {
                let message = Text::new(
                    format!("规则 `{}` 的分支超过 {} 条", clause.name, limits::PATHS),
                    format!("the clause `{}` has more than {} paths", clause.name, limits::PATHS),
                );
                faults.push(Diagnostic::error("C026", message).at(self.place(clause)));
                None
            }
        }
    }

    fn check_effect(&self, pack: &Pack, clause: &Clause, effect: &crate::decision::Effect, faults: &Faults) {
        let Some((_, kind)) = pack.policy.kind(&clause.kind) else { return };
        let place = || {
            let text = self.sources.get(clause.source).map_or("", |(source, _)| source.text.as_str());
            Place::at(&clause.file, text, effect.line, 1, 1)
        };
        if let Deed::Exempt { clause: named } | Deed::Mitigate { clause: named, .. } = &effect.deed {
            if self.sources.iter().all(|(_, ast)| ast.iter_functions().all(|function| function.name != named))
            {
                let message =
                    Text::new(format!("没有规则 `{named}`"), format!("there is no clause `{named}`"));
                faults.push(Diagnostic::error("C024", message).at(place()));
            }
            return;
        }
        let Some(role) = kind.role(&effect.role) else {
            let message = Text::new(
                format!("「{}」没有角色 `{}`", kind.title.zh, effect.role),
                format!("'{}' has no role `{}`", kind.title.en, effect.role),
            );
            let known = kind.roles.iter().map(|role| role.name.as_str());
            faults.push(Diagnostic::error("C027", message).at(place()).suggest(&effect.role, known));
            return;
        };
        let Some((_, card)) = pack.policy.kind(&role.is) else { return };
        match &effect.deed {
            Deed::Enter { account, .. } if card.account(account).is_none() => {
                let message = Text::new(
                    format!("「{}」没有账户 `{account}`", card.title.zh),
                    format!("'{}' has no account `{account}`", card.title.en),
                );
                let known = card.accounts.iter().map(|account| account.name.as_str());
                faults.push(Diagnostic::error("C028", message).at(place()).suggest(account, known));
            }
            Deed::Veto if card.veto.is_none() => {
                let message = Text::new(
                    format!("否决可及于「{}」,但 [{}.veto] 未说明否决什么", card.title.zh, card.name),
                    format!(
                        "a veto can reach '{}', but no [{}.veto] says what it sets",
                        card.title.en, card.name
                    ),
                );
                faults.push(Diagnostic::error("C029", message).at(place()));
            }
            _ => {}
        }
    }

    /// Where a clause begins.
    pub fn place(&self, clause: &Clause) -> Place {
        let text = self.sources.get(clause.source).map_or("", |(source, _)| source.text.as_str());
        Place::at(&clause.file, text, clause.line, 1, clause.name.chars().count())
    }

    /// All paths of a clause that the facts of a row allow: exactly one where they decide every question.
    ///
    /// # Errors
    /// The clause can never work, took too long, or has too many paths.
    pub fn run(&self, clause: &Clause, record: &Arc<Record>, terms: &Arc<Terms>) -> Result<Vec<Path>, Stop> {
        let mut paths = Vec::new();
        let mut choices = Some(Vec::new());
        while let Some(taken) = choices {
            if paths.len() >= limits::PATHS {
                return Err(Stop::TooManyPaths);
            }
            let (path, next) = self.run_once(Answerer::Recorded, clause, record, terms, taken)?;
            paths.push(path);
            choices = next;
        }
        Ok(paths)
    }

    /// The one path of a clause over plain values.
    ///
    /// # Errors
    /// A fact it reads is missing, it can never work, or took too long.
    pub fn run_bare(&self, clause: &Clause, record: &Arc<Record>, terms: &Arc<Terms>) -> Result<Path, Stop> {
        self.run_once(Answerer::Bare, clause, record, terms, Vec::new()).map(|(path, _)| path)
    }

    fn run_once(
        &self,
        answerer: Answerer,
        clause: &Clause,
        record: &Arc<Record>,
        terms: &Arc<Terms>,
        choices: Vec<usize>,
    ) -> Result<(Path, Option<Vec<usize>>), Stop> {
        let Some((_, ast)) = self.sources.get(clause.source) else {
            return Err(self.stop(clause, 0, Text::new("规则未编译", "the clause is not compiled")));
        };
        let shared: Shared =
            Arc::new(Mutex::new(Run::new(answerer, Arc::clone(record), Arc::clone(terms), choices)));
        self.sandbox.begin();
        let called = catch_unwind(AssertUnwindSafe(|| {
            let options = CallFnOptions::new().with_tag(Dynamic::from(Arc::clone(&shared)));
            let mut scope = Scope::new();
            let engine = &self.sandbox.engine;
            if clause.with_terms {
                let arguments = (RecordHandle, TermsHandle);
                engine.call_fn_with_options::<Dynamic>(options, &mut scope, ast, &clause.name, arguments)
            } else {
                engine.call_fn_with_options::<Dynamic>(
                    options,
                    &mut scope,
                    ast,
                    &clause.name,
                    (RecordHandle,),
                )
            }
        }));
        let mut run = std::mem::replace(
            &mut *shared.lock().unwrap_or_else(PoisonError::into_inner),
            Run::new(answerer, Arc::clone(record), Arc::clone(terms), Vec::new()),
        );
        let next = run.next_choices();
        let end = match called {
            Ok(Ok(value)) => self.returned(clause, &value)?,
            Ok(Err(error)) => self.failed(clause, &error, run.take_trouble())?,
            Err(_) => {
                let message = Text::new("规则使脚本引擎出错", "the clause broke the script engine");
                return Err(self.stop(clause, 0, message));
            }
        };
        Ok((run.into_path(end), next))
    }

    fn returned(&self, clause: &Clause, value: &Dynamic) -> Result<End, Stop> {
        if self.definition(&clause.kind, &clause.name).is_none() {
            return Ok(End::Done);
        }
        if let Some(number) = super::operators::expression(value) {
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
                Err(self.stop(clause, 0, message))
            }
        }
    }

    fn failed(&self, clause: &Clause, error: &EvalAltResult, trouble: Option<Trouble>) -> Result<End, Stop> {
        let inner = error.unwrap_inner();
        let line = inner.position().line().unwrap_or_default();
        match (trouble, inner) {
            (Some(Trouble::Undetermined(why)), _) => Ok(End::Undetermined(why)),
            (Some(Trouble::Missing(facts)), _) => Err(Stop::Missing(facts)),
            (Some(Trouble::Wrong(why)), _) => Err(self.stop(clause, line, why)),
            (None, EvalAltResult::ErrorArithmetic(..)) => {
                Ok(End::Undetermined(Text::new("计算溢出或除数为零", "an overflow or a division by zero")))
            }
            (None, EvalAltResult::ErrorTerminated(..)) => {
                let seconds = limits::DEADLINE.as_secs();
                let message = Text::new(
                    format!("规则 `{}` 运行超过 {seconds} 秒", clause.name),
                    format!("the clause `{}` ran for more than {seconds} seconds", clause.name),
                );
                Err(self.stop(clause, line, message))
            }
            (None, EvalAltResult::ErrorTooManyOperations(..)) => {
                let message = Text::new(
                    format!("规则 `{}` 的运算超过 {} 次", clause.name, limits::OPERATIONS),
                    format!("the clause `{}` needs more than {} operations", clause.name, limits::OPERATIONS),
                );
                Err(self.stop(clause, line, message))
            }
            (None, other) => Err(self.stop(clause, line, plain_error(other))),
        }
    }

    fn stop(&self, clause: &Clause, line: usize, message: Text) -> Stop {
        let text = self.sources.get(clause.source).map_or("", |(source, _)| source.text.as_str());
        let line = if line == 0 { clause.line } else { line };
        let place = Place::at(&clause.file, text, line, 1, 1);
        Stop::Fault(Box::new(Diagnostic::error("C030", message).at(place)))
    }
}

/// The script engine's own messages, without its type names.
fn plain_error(error: &EvalAltResult) -> Text {
    match error {
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            let name = signature.split(' ').next().unwrap_or_default();
            Text::new(
                format!("`{name}` 不能这样使用:参数的个数或类型不对"),
                format!("`{name}` cannot be used like this: wrong number or kind of operands"),
            )
        }
        EvalAltResult::ErrorMismatchDataType(..) => {
            Text::new("此处须为是非(条件)", "a condition (true or false) must stand here")
        }
        EvalAltResult::ErrorDotExpr(..) => Text::new(
            "此处没有这个属性,事实也不能改写",
            "there is no such property here, and facts cannot be changed",
        ),
        EvalAltResult::ErrorIndexingType(..) => {
            Text::new("此处不能用方括号查找", "this cannot be looked up with brackets")
        }
        EvalAltResult::ErrorStackOverflow(_) => {
            Text::new("函数调用过深", "functions call each other too deeply")
        }
        EvalAltResult::ErrorDataTooLarge(..) => Text::new("文字或列表过长", "a text or list grows too long"),
        other => {
            let said = other.to_string();
            let said = said.split(" (line").next().unwrap_or_default();
            Text::new(format!("规则无法运行:{said}"), format!("the clause cannot run: {said}"))
        }
    }
}

fn definitions_of(kind: &Kind) -> impl Iterator<Item = &str> {
    let facts = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
        Origin::Definition(by) => Some(by.as_str()),
        _ => None,
    });
    facts.chain(kind.consistency.iter().map(|rule| rule.by.as_str()))
}

fn line_of(function: &str, tokens: &[(Token, Position)]) -> usize {
    tokens
        .iter()
        .zip(tokens.iter().skip(1))
        .find(|((before, _), (token, _))| {
            *before == Token::Fn && matches!(token, Token::Identifier(name) if name.as_str() == function)
        })
        .and_then(|(_, (_, position))| position.line())
        .unwrap_or(1)
}

/// The title and the `key: value` lines of a doc comment.
fn comment(comments: &[&str], name: &str) -> (Text, BTreeMap<String, String>) {
    let mut titles = Vec::new();
    let mut tags = BTreeMap::new();
    for line in comments.iter().flat_map(|comment| comment.lines()) {
        let line = line.trim().trim_start_matches("///").trim();
        match line.split_once(':') {
            Some((key @ ("basis" | "from" | "until" | "en"), value)) => {
                tags.insert(key.to_owned(), value.trim().to_owned());
            }
            _ if !line.is_empty() => titles.push(line.to_owned()),
            _ => {}
        }
    }
    let plain = name.replace('_', " ");
    let zh = titles.into_iter().next().unwrap_or_else(|| plain.clone());
    let en = tags.get("en").cloned().unwrap_or_else(|| if zh.is_ascii() { zh.clone() } else { plain });
    (Text::new(zh, en), tags)
}

fn day(tags: &BTreeMap<String, String>, key: &str, place: &Place, faults: &Faults) -> Option<NaiveDate> {
    let written = tags.get(key)?;
    let day = calendar::read_day(written);
    if day.is_none() {
        let message = Text::new(
            format!("`{key}: {written}` 不是日期,应如 2026-07-01"),
            format!("`{key}: {written}` is not a date such as 2026-07-01"),
        );
        faults.push(Diagnostic::error("C031", message).at(place.clone()));
    }
    day
}
