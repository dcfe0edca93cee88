//! The clauses of a pack, compiled: what each is called, when it is in force, and what it can do.

use super::bare::AnsweredBy;
use super::function::{Clause, Touch, comment, day};
use super::inspect::{Function, Inspection, Vocabulary};
use super::limits;
use super::sandbox::Sandbox;
use super::trace::Trees;
use super::watch::Spot;
use crate::decision::Tree;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::document::Source;
use crate::fact::Origin;
use crate::language::Text;
use crate::policy::{Kind, Pack, Scope, Terms};
use rhai::{AST, Position, Token};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All compiled functions of a pack.
pub struct Rulebook {
    pub(super) sandbox: Sandbox,
    pub(super) answered_by: AnsweredBy,
    pub(super) sources: Vec<(Source, AST)>,
    /// The tokens of each source.
    pub(super) tokens: Vec<Vec<(Token, Position)>>,
    pub(super) clauses: Arc<Vec<Clause>>,
    pub(super) definitions: BTreeMap<(String, String), Clause>,
    /// Functions that are carried from row to row.
    pub(super) folds: BTreeMap<(String, String), Clause>,
    pub(super) trees: Arc<Trees>,
    pub(super) untraced: BTreeMap<(usize, String), Text>,
    /// The places of each source where a fact of many words is asked one question about.
    pub(super) asked_whole: Vec<Arc<BTreeSet<Spot>>>,
    /// What a clause of each kind can touch at all.
    pub(super) touchable: BTreeMap<String, BTreeSet<(String, Touch)>>,
}

impl Rulebook {
    /// Compiles every clause of a pack and traces it once, so that what can never work is found before it is used.
    pub fn compile(pack: &Pack, faults: &Faults) -> Self {
        let sandbox = Sandbox::new(&pack.policy);
        let mut book = Self {
            sandbox,
            answered_by: AnsweredBy::default(),
            sources: Vec::new(),
            tokens: Vec::new(),
            clauses: Arc::default(),
            definitions: BTreeMap::new(),
            folds: BTreeMap::new(),
            trees: Arc::default(),
            untraced: BTreeMap::new(),
            asked_whole: Vec::new(),
            touchable: BTreeMap::new(),
        };
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
            let functions: Vec<Function> = ast
                .iter_functions()
                .map(|function| Function {
                    name: function.name.to_owned(),
                    parameters: function.params.iter().map(|name| (*name).to_owned()).collect(),
                })
                .collect();
            let standings = super::brackets::standings(tokens);
            let inspection = Inspection {
                source,
                tokens,
                standings,
                functions: &functions,
                vocabulary: &vocabulary,
                faults,
            };
            inspection.run();
            book.asked_whole.push(Arc::new(inspection.asked_whole()));
        }
        // a file that does not parse would make every name of its missing too
        if book.sources.len() == pack.clauses.len() {
            book.check_names(pack, faults);
        }
        book.tokens = tokens;
        if !faults.has_errors() {
            book.trace_all(pack, faults);
        }
        book
    }

    /// Every clause, by name.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The same clauses and their trees, for what outlives the rulebook.
    pub fn shared(&self) -> (Arc<Vec<Clause>>, Arc<Trees>) {
        (Arc::clone(&self.clauses), Arc::clone(&self.trees))
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
                let said = super::messages::unreadable(error.err_type());
                let mut fault = Diagnostic::error(
                    "C021",
                    Text::new(
                        format!("规则语法有误：{}", said.zh),
                        format!("the clause does not parse: {}", said.en),
                    ),
                )
                .at(place);
                let written = source.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
                if let Some(wide) = written.chars().find(is_full_width) {
                    fault = fault.help(Text::new(
                        format!("此行有全角符号「{wide}」，请改用半角"),
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
        let verbs = super::verbs::names(&pack.policy);
        for (index, ((source, ast), tokens)) in self.sources.iter().zip(tokens).enumerate() {
            if let Some(statement) = ast.statements().first() {
                let position = statement.position();
                let (line, column) = (position.line().unwrap_or(1), position.position().unwrap_or(1));
                let message =
                    Text::new("函数之外的语句永远不会运行", "a statement outside of any function never runs");
                let place = Place::at(&source.file, &source.text, line, column, 1);
                faults.push(Diagnostic::error("C035", message).at(place));
            }
            for function in ast.iter_functions() {
                let line = line_of(function.name, tokens);
                let place = Place::at(&source.file, &source.text, line, 1, 1);
                if super::library::NAMES.contains(&function.name) || verbs.contains(function.name) {
                    let name = function.name;
                    let message = Text::new(
                        format!("`{name}` 是已有的动词或函数，不能另行定义"),
                        format!("`{name}` is a verb or function already and cannot be defined anew"),
                    );
                    faults.push(Diagnostic::error("C033", message).at(place.clone()));
                }
                let private = function.access == rhai::FnAccess::Private;
                let carries = function.params.first() == Some(&super::fold::PREVIOUS);
                let parameters = function.params.get(usize::from(carries)..).unwrap_or_default();
                let kind = parameters.first().copied().unwrap_or_default();
                let terms = parameters.get(1).is_some_and(|name| *name == "terms");
                let fits = pack.policy.kind(kind).is_some() && parameters.len() == if terms { 2 } else { 1 };
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
                                format!("规则 `{name}` 的参数须为考核对象，其后可有 terms"),
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
                    position: pack.policy.kind(kind).map_or(0, |(position, _)| position),
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
                    carries: carries.then(Arc::default),
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
            if clause.carries.is_some() {
                self.declare_fold(pack, clause, faults);
                continue;
            }
            let defines = pack
                .policy
                .kind(&clause.kind)
                .is_some_and(|(_, kind)| definitions_of(kind).any(|name| name == clause.name));
            if !defines && clause.basis.is_empty() {
                let message = Text::new(
                    format!("规则 `{}` 没有写明依据 `basis:`", clause.name),
                    format!("the clause `{}` does not say which provision it encodes: `basis:`", clause.name),
                );
                faults.push(Diagnostic::warning("C034", message).at(self.place(&clause)));
            }
            if defines {
                self.definitions.insert((clause.kind.clone(), clause.name.clone()), clause);
            } else {
                Arc::make_mut(&mut self.clauses).push(clause);
            }
        }
        names
    }

    fn declare_fold(&mut self, pack: &Pack, mut clause: Clause, faults: &Faults) {
        let carried = pack
            .policy
            .kind(&clause.kind)
            .and_then(|(_, kind)| Self::carried_by(&pack.policy, kind, &clause.name));
        match carried {
            Some(schema) => {
                clause.carries = Some(schema);
                self.folds.insert((clause.kind.clone(), clause.name.clone()), clause);
            }
            None => Self::is_carried_for_nobody(&clause, self.place(&clause), faults),
        }
    }

    /// A fact that findings of a group must have in common is one that the rows of every clause of it have.
    fn check_scopes(&self, pack: &Pack, file: &Place, faults: &Faults) {
        for group in &pack.policy.groups {
            let clauses = || group.clauses.iter().filter_map(|name| self.clause(name));
            for scope in &group.per {
                let Scope::Fact(fact) = scope else { continue };
                let known = |name: &String| {
                    pack.policy.kind(name).is_some_and(|(_, kind)| kind.schema.get(fact).is_some())
                };
                // what no kind has is reported where the file is read
                if let Some(clause) = clauses().find(|clause| !known(&clause.kind))
                    && pack.policy.kinds.iter().any(|kind| kind.schema.get(fact).is_some())
                {
                    let (name, kind) = (&clause.name, &clause.kind);
                    let message = Text::new(
                        format!("`per` 中的 `{fact}`：规则 `{name}` 的 `{kind}` 没有这个事实"),
                        format!(
                            "`{fact}` in `per`: `{kind}`, which the clause `{name}` judges, has no such fact"
                        ),
                    );
                    faults.push(Diagnostic::error("C046", message).at(file.clone()));
                }
            }
        }
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
        self.check_scopes(pack, &file, faults);
        for kind in &pack.policy.kinds {
            for fact in kind.schema.facts() {
                let Origin::Aggregate(aggregate) = &fact.origin else { continue };
                if let Some(by) = aggregate.by.as_ref().filter(|by| self.fold(&aggregate.over, by).is_none())
                {
                    let over = &aggregate.over;
                    let message = Text::new(
                        format!("事实「{}」没有函数 `{by}(previous, {over}, terms)`", fact.title.zh),
                        format!(
                            "no function `{by}(previous, {over}, terms)` carries the fact '{}'",
                            fact.title.en
                        ),
                    );
                    let known = self.folds.keys().map(|(_, name)| name.as_str()).chain(clauses());
                    faults.push(Diagnostic::error("C025", message).at(file.clone()).suggest(by, known));
                }
            }
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

    /// Where a clause begins.
    pub fn place(&self, clause: &Clause) -> Place {
        let text = self.sources.get(clause.source).map_or("", |(source, _)| source.text.as_str());
        Place::at(&clause.file, text, clause.line, 1, clause.name.chars().count())
    }

    /// The tree of a function under the parameters given; none where it is interpreted row by row.
    pub fn tree(&self, clause: &Clause, terms: &Terms) -> Option<&Arc<Tree>> {
        if self.answered_by == AnsweredBy::Bare {
            return None;
        }
        self.trees.get(&terms.edition?)?.get(&clause.name)
    }

    /// Why a function is interpreted row by row under the parameters given.
    pub fn interpreted(&self, clause: &Clause, terms: &Terms) -> Option<&Text> {
        self.untraced.get(&(terms.edition?, clause.name.clone()))
    }
}

fn definitions_of(kind: &Kind) -> impl Iterator<Item = &str> {
    let facts = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
        Origin::Definition(by) => Some(by.as_str()),
        _ => None,
    });
    facts.chain(kind.consistency.iter().map(|rule| rule.by.as_str()))
}

/// Punctuation that a Chinese input method types for the half-width one.
fn is_full_width(character: &char) -> bool {
    matches!(*character, '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff5e}')
        || matches!(*character, '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{3001}' | '\u{3002}')
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
