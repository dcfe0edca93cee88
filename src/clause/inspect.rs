//! What can be said of a clause file from its tokens alone: every name must be known, every word must be a word.

use super::brackets::Standing;
use super::library;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::document::Source;
use crate::fact::{Fact, FactType, Origin};
use crate::language::Text;
use crate::policy::{Cell, Condition, Kind, ParameterValue, Policy};
use rhai::{Position, Token};
use std::collections::{BTreeMap, BTreeSet};

/// Every name and word a clause may use.
pub(super) struct Vocabulary<'p> {
    pub(super) kinds: BTreeMap<&'p str, &'p Kind>,
    terms: BTreeSet<&'p str>,
    /// The names of the numbers that cells have.
    parts: BTreeSet<&'p str>,
    /// The parameters that are a word in every edition.
    pub(super) word_terms: BTreeSet<&'p str>,
    callable: BTreeSet<String>,
    pub(super) verbs: BTreeMap<String, usize>,
    /// The verbs of accounts.
    pub(super) entering: BTreeSet<String>,
    words: BTreeSet<String>,
    /// The functions that carry a word from row to row.
    pub(super) carrying_words: BTreeSet<&'p str>,
}

impl<'p> Vocabulary<'p> {
    pub(super) fn new(
        policy: &'p Policy,
        parameters: &'p [std::sync::Arc<crate::policy::Parameter>],
        functions_of_pack: &BTreeSet<String>,
    ) -> Self {
        let kinds: BTreeMap<&str, &Kind> =
            policy.kinds.iter().map(|kind| (kind.name.as_str(), kind)).collect();
        let mut words: BTreeSet<String> = functions_of_pack.clone();
        for kind in &policy.kinds {
            words.insert(kind.name.clone());
            words.extend(kind.roles.iter().map(|role| role.name.clone()));
            words.extend(kind.accounts.iter().map(|account| account.name.clone()));
            words.extend(kind.schema.names().map(str::to_owned));
            words.extend(kind.grade.iter().flat_map(|grade| grade.all().map(str::to_owned)));
            for fact in kind.schema.facts() {
                if let FactType::OneOf(domain) = &fact.kind {
                    words.extend(domain.iter().map(|word| word.id.clone()));
                }
            }
        }
        let mut parts = BTreeSet::new();
        for dated in parameters.iter().flat_map(|parameter| &parameter.values) {
            match &dated.value {
                ParameterValue::Word(word) => {
                    words.insert(word.clone());
                }
                ParameterValue::Table(table) => {
                    for row in &table.rows {
                        words.extend(row.conditions.iter().filter_map(|condition| match condition {
                            Condition::Word(word) => Some(word.clone()),
                            _ => None,
                        }));
                        match &row.cell {
                            Cell::Word(word) => drop(words.insert(word.clone())),
                            Cell::Named(numbers) => {
                                parts.extend(numbers.iter().map(|named| named.name.as_str()));
                            }
                            Cell::Number(_) | Cell::Line { .. } => {}
                        }
                    }
                }
                ParameterValue::Number(_) => {}
            }
        }
        words.extend(parts.iter().map(|name| (*name).to_owned()));
        words.extend(["started", "full", "proportional"].map(str::to_owned));
        // verb → the position of its reason
        let mut verbs: BTreeMap<String, usize> =
            super::verbs::account_verbs(policy).into_keys().map(|verb| (verb, 2)).collect();
        let entering = verbs.keys().cloned().collect();
        let of_all = super::verbs::VERBS.map(|verb| (verb.to_owned(), super::verbs::reason_of(verb)));
        verbs.extend(of_all);
        let mut callable: BTreeSet<String> = library::NAMES.iter().map(|name| (*name).to_owned()).collect();
        callable.extend(verbs.keys().cloned());
        let terms = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let word_terms = parameters
            .iter()
            .filter(|parameter| {
                parameter.values.iter().all(|dated| matches!(dated.value, ParameterValue::Word(_)))
            })
            .map(|parameter| parameter.name.as_str())
            .collect();
        let folded = policy.kinds.iter().flat_map(|kind| kind.schema.facts());
        let carrying_words = folded
            .filter(|fact| matches!(fact.kind, FactType::OneOf(_)))
            .filter_map(|fact| match &fact.origin {
                Origin::Aggregate(aggregate) => aggregate.by.as_deref(),
                _ => None,
            })
            .collect();
        Self { kinds, terms, parts, word_terms, callable, verbs, entering, words, carrying_words }
    }
}

/// A function of the file, as it can be called.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) parameters: Vec<String>,
}

/// Whether a bracket opens here.
pub(super) fn opens(token: &Token) -> bool {
    matches!(token, Token::LeftParen | Token::LeftBracket | Token::LeftBrace | Token::MapStart)
}

/// Whether a bracket closes here.
pub(super) fn closes(token: &Token) -> bool {
    matches!(token, Token::RightParen | Token::RightBracket | Token::RightBrace)
}

/// The tokens of one file, with the names of the functions it defines.
pub(super) struct Inspection<'i> {
    pub(super) source: &'i Source,
    pub(super) tokens: &'i [(Token, Position)],
    /// Where each of them stands.
    pub(super) standings: Vec<Standing>,
    pub(super) functions: &'i [Function],
    pub(super) vocabulary: &'i Vocabulary<'i>,
    pub(super) faults: &'i Faults,
}

impl Inspection<'_> {
    /// Reports every name and word that is not known, and every construct whose meaning would be silently wrong.
    pub(super) fn run(&self) {
        self.variables();
        self.handed_over();
        let arms = self.arms();
        for index in 0..self.tokens.len() {
            match self.token(index) {
                Some(Token::Identifier(name)) => self.identifier(index, name),
                Some(Token::StringConstant(word)) => self.word(index, word, arms.get(&index).copied()),
                Some(Token::InterpolatedString(_)) if !self.is_plain_reason(index) => self.fault(
                    index,
                    1,
                    "C010",
                    Text::new(
                        "嵌入数字的文字只能作为理由",
                        "a text with numbers in it can only be a verb's reason",
                    ),
                    None,
                ),
                Some(Token::DoubleQuestion | Token::Elvis | Token::QuestionBracket) => self.fault(
                    index,
                    2,
                    "C011",
                    Text::new("`??`、`?.` 会掩盖缺失的事实", "`??` and `?.` would hide a missing fact"),
                    Some(Text::new("先问 known(…)", "ask known(…) first")),
                ),
                _ => {}
            }
        }
    }

    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index).map(|(token, _)| token)
    }

    pub(super) fn name_at(&self, index: usize) -> Option<&str> {
        match self.token(index)? {
            Token::Identifier(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn is(&self, index: Option<usize>, token: &Token) -> bool {
        index.and_then(|index| self.token(index)) == Some(token)
    }

    pub(super) fn fault(
        &self,
        index: usize,
        length: usize,
        code: &'static str,
        message: Text,
        help: Option<Text>,
    ) {
        // the texts between the numbers of a reason have no place of their own
        let before = self.tokens.iter().take(index.saturating_add(1)).rev().map(|(_, position)| *position);
        let position = before.into_iter().find(|position| !position.is_none()).unwrap_or(Position::NONE);
        let place = Place::at(
            &self.source.file,
            &self.source.text,
            position.line().unwrap_or(1),
            position.position().unwrap_or(1),
            length,
        );
        let fault = Diagnostic::error(code, message).at(place);
        self.faults.push(match help {
            Some(help) => fault.help(help),
            None => fault,
        });
    }

    fn unknown<'n>(
        &self,
        index: usize,
        code: &'static str,
        what: Text,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        let message = Text::new(format!("{}没有 `{name}`", what.zh), format!("{} has no `{name}`", what.en));
        let help = crate::diagnostic::suggestion(name, known);
        self.fault(index, name.chars().count(), code, message, help);
    }

    fn identifier(&self, index: usize, name: &str) {
        let before = index.checked_sub(1);
        // the brackets of a call without arguments are one token
        let next = index.checked_add(1);
        let called = self.is(next, &Token::LeftParen) || self.is(next, &Token::Unit);
        let after_dot = self.is(before, &Token::Period);
        if called && name == "known" {
            self.known(index);
        }
        if called && !self.is(before, &Token::Fn) {
            let local = || self.functions.iter().map(|function| &function.name);
            if !self.vocabulary.callable.contains(name) && !local().any(|function| function == name) {
                let known = self.vocabulary.callable.iter().chain(local()).map(String::as_str);
                let message = Text::new(
                    format!("没有动词或函数 `{name}`"),
                    format!("there is no verb or function `{name}`"),
                );
                let help = crate::diagnostic::suggestion(name, known);
                self.fault(index, name.chars().count(), "C001", message, help);
            }
            return;
        }
        if !after_dot {
            return;
        }
        let owner = index.checked_sub(2).and_then(|owner| self.name_at(owner)).unwrap_or_default();
        if let Some(kind) = self.vocabulary.kinds.get(owner) {
            if kind.schema.get(name).is_none() {
                let what =
                    Text::new(format!("「{}」", kind.title.zh), format!("the kind '{}'", kind.title.en));
                self.unknown(index, "C002", what, name, kind.schema.names());
            }
        } else if owner == "terms" {
            if !self.vocabulary.terms.contains(name) {
                let what = Text::new("parameters.toml ", "parameters.toml");
                self.unknown(index, "C003", what, name, self.vocabulary.terms.iter().copied());
            }
        } else if !self.vocabulary.kinds.values().any(|kind| kind.schema.get(name).is_some())
            && !self.vocabulary.terms.contains(name)
            && !self.vocabulary.parts.contains(name)
        {
            let names = self.vocabulary.kinds.values().flat_map(|kind| kind.schema.names());
            self.unknown(index, "C002", Text::new("各类对象", "no kind of row"), name, names);
        }
    }

    /// The function that the token stands in.
    pub(super) fn function_around(&self, index: usize) -> Option<&str> {
        self.name_at(self.standings.get(index)?.function?.checked_add(1)?)
    }

    /// The fact read by the tokens `kind . fact` that begin at `index`.
    pub(super) fn fact_at(&self, index: usize) -> Option<&Fact> {
        let kind = self.vocabulary.kinds.get(self.name_at(index)?)?;
        if !self.is(index.checked_add(1), &Token::Period) {
            return None;
        }
        kind.schema.get(self.name_at(index.checked_add(2)?)?)
    }

    fn known(&self, index: usize) {
        let asks_one_fact = index.checked_add(2).is_some_and(|first| {
            self.name_at(first).is_some()
                && self.is(first.checked_add(1), &Token::Period)
                && self.is(first.checked_add(3), &Token::RightParen)
        });
        if !asks_one_fact {
            let message = Text::new("known(…) 只能询问一个事实", "known(…) asks about one fact");
            let help = Text::new("写作 known(complaint.closed)", "write known(complaint.closed)");
            self.fault(index, 5, "C012", message, Some(help));
        }
    }

    fn word(&self, index: usize, word: &str, arm: Option<&Fact>) {
        let compared = arm.or_else(|| self.compared_fact(index));
        // nothing behind the last number of a text: that text is reported as a whole
        let is_rest =
            word.is_empty() && self.tokens.get(index).is_some_and(|(_, position)| position.is_none());
        if is_rest || compared.is_none() && self.is_free_text(index) {
            return;
        }
        if let Some(fact) = compared {
            let FactType::OneOf(domain) = &fact.kind else {
                if matches!(fact.kind, FactType::Number { .. } | FactType::Bool { .. }) {
                    let message = Text::new(
                        format!("「{}」不是词，永远不会等于「{word}」", fact.title.zh),
                        format!("'{}' is not a word and can never be `{word}`", fact.title.en),
                    );
                    self.fault(index, word.chars().count().saturating_add(2), "C005", message, None);
                }
                return;
            };
            if !domain.iter().any(|known| known.id == word) {
                let message = Text::new(
                    format!("`{word}` 不是「{}」的取值", fact.title.zh),
                    format!("`{word}` is not a word of '{}'", fact.title.en),
                );
                let help = crate::diagnostic::suggestion(word, domain.iter().map(|known| known.id.as_str()));
                self.fault(index, word.chars().count().saturating_add(2), "C004", message, help);
            }
        } else if !self.vocabulary.words.contains(word) {
            let message = Text::new(
                format!("`{word}` 不是任何取值、角色、账户、规则或表键"),
                format!("`{word}` is no word of a fact, role, account, clause or table"),
            );
            let help = crate::diagnostic::suggestion(word, self.vocabulary.words.iter().map(String::as_str));
            self.fault(index, word.chars().count().saturating_add(2), "C004", message, help);
        }
    }

    /// The fact of words that a word is held against by an operator or by `matches`.
    fn compared_fact(&self, index: usize) -> Option<&Fact> {
        if self.argument(index) == Some(("matches", 1)) {
            let fact = index.checked_sub(4).and_then(|start| self.fact_at(start));
            return fact.filter(|fact| matches!(fact.kind, FactType::OneOf(_)));
        }
        let equality = |at: Option<usize>| self.is(at, &Token::EqualsTo) || self.is(at, &Token::NotEqualsTo);
        if equality(index.checked_sub(1)) {
            return index.checked_sub(4).and_then(|start| self.fact_at(start));
        }
        if equality(index.checked_add(1)) {
            return index.checked_add(2).and_then(|start| self.fact_at(start));
        }
        None
    }

    /// The function whose argument stands at `index`, and which argument it is.
    pub(super) fn argument(&self, index: usize) -> Option<(&str, usize)> {
        let standing = self.standings.get(index).filter(|standing| !standing.behind_statement)?;
        let opened = standing.opened.filter(|at| self.is(Some(*at), &Token::LeftParen))?;
        Some((self.name_at(opened.checked_sub(1)?)?, standing.commas))
    }
}
