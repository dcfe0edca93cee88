//! `switch`: its subject must be a word, and every arm one that the subject can be. The script language takes the
//! default arm in silence for anything else.

use super::inspect::{Inspection, closes, opens};
use crate::fact::{Fact, FactType};
use crate::language::Text;
use rhai::Token;
use std::collections::BTreeMap;

/// What an opened bracket stands around.
enum Open<'f> {
    /// The arms of a `switch` over a fact, or over a parameter.
    Arms {
        subject: Option<&'f Fact>,
        start: usize,
    },
    Other,
}

impl Inspection<'_> {
    /// The fact that each word of an arm is held against, by the place of the word.
    pub(super) fn arms(&self) -> BTreeMap<usize, &Fact> {
        let mut arms = BTreeMap::new();
        let mut braces: BTreeMap<usize, Option<&Fact>> = BTreeMap::new();
        let mut open: Vec<Open<'_>> = Vec::new();
        for index in 0..self.tokens.len() {
            let Some(token) = self.token(index) else { continue };
            if *token == Token::Switch {
                braces.extend(self.subject(index));
            }
            let next = index.saturating_add(1);
            if opens(token) {
                let subject = braces.get(&index);
                open.push(
                    subject.map_or(Open::Other, |subject| Open::Arms { subject: *subject, start: next }),
                );
            } else if closes(token) {
                open.pop();
            }
            let Some(Open::Arms { subject, start }) = open.last_mut() else { continue };
            if matches!(token, Token::Comma | Token::RightBrace) {
                *start = next;
            } else if *token == Token::DoubleArrow {
                for at in self.patterns(*start, index) {
                    self.pattern(at, *subject);
                    if let Some(fact) = subject {
                        arms.insert(at, *fact);
                    }
                }
            }
        }
        arms
    }

    /// The brace that opens the arms of the `switch` at `index`, and the fact it is about.
    fn subject(&self, index: usize) -> Option<(usize, Option<&Fact>)> {
        let subject = index.checked_add(1)?;
        let brace = subject.checked_add(3)?;
        // what a fold carries is one name and no fact of the row
        let behind = index.checked_add(2)?;
        if self.function_around(index).is_some_and(|name| self.vocabulary.carrying_words.contains(name))
            && self.name_at(subject) == Some(super::fold::PREVIOUS)
            && self.is(Some(behind), &Token::LeftBrace)
        {
            return Some((behind, None));
        }
        let ends = self.is(Some(brace), &Token::LeftBrace);
        let fact = if ends { self.fact_at(subject) } else { None };
        let is_word = fact.is_some_and(|fact| {
            matches!(fact.kind, FactType::OneOf(_) | FactType::Bool { .. } | FactType::Few { .. })
        });
        let term = subject.checked_add(2).and_then(|name| self.name_at(name));
        let is_term = ends
            && self.name_at(subject) == Some("terms")
            && term.is_some_and(|name| self.vocabulary.word_terms.contains(name));
        if is_word || is_term {
            return Some((brace, fact));
        }
        let message = Text::new(
            "switch 只能用于取值为词的事实，如 switch complaint.severity",
            "`switch` works only on a fact that is a word, as in `switch complaint.severity`",
        );
        let help = Text::new("数字请用 if 或参数表", "for a number use `if` or a table");
        self.fault(index, 6, "C013", message, Some(help));
        None
    }

    /// The places of the values before the arrow of an arm, without its condition.
    fn patterns(&self, start: usize, arrow: usize) -> impl Iterator<Item = usize> {
        let condition = (start..arrow).find(|at| self.is(Some(*at), &Token::If)).unwrap_or(arrow);
        start..condition
    }

    /// Reports a value that the subject can never be; words are held against its words elsewhere.
    fn pattern(&self, at: usize, subject: Option<&Fact>) {
        let is_flag = subject.is_some_and(|fact| matches!(fact.kind, FactType::Bool { .. }));
        let is_count = subject.is_some_and(|fact| matches!(fact.kind, FactType::Few { .. }));
        let fits = match self.token(at) {
            Some(Token::IntegerConstant(_)) if is_count => true,
            Some(Token::StringConstant(_) | Token::Pipe | Token::Underscore) => true,
            Some(Token::True | Token::False) => is_flag,
            _ => false,
        };
        if !fits {
            let message = if is_count {
                Text::new("此处只能是整数", "only a whole number can stand here")
            } else if is_flag {
                Text::new("此处只能是 true 或 false", "only true or false can stand here")
            } else {
                Text::new("此处只能是词", "only a word can stand here")
            };
            self.fault(at, 1, "C014", message, None);
        }
    }
}
