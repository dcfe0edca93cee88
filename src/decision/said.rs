//! What the answers on a path say of texts that are only asked about: one text is one word, and what it contains, it
//! contains altogether.

use crate::decision::{Answer, Question};
use std::collections::BTreeMap;

/// What is known of every text asked about.
#[derive(Clone, Debug, Default)]
pub(super) struct Sayings(BTreeMap<String, Said>);

/// What is known of one text.
#[derive(Clone, Debug, Default)]
struct Said {
    is: Option<String>,
    is_not: Vec<String>,
    holds: Vec<String>,
    lacks: Vec<String>,
}

impl Said {
    fn may_be(&self, word: &str) -> bool {
        self.is.as_ref().is_none_or(|is| is == word)
            && !self.is_not.iter().any(|other| other == word)
            && self.holds.iter().all(|part| word.contains(part.as_str()))
            && !self.lacks.iter().any(|part| word.contains(part.as_str()))
    }

    fn may_hold(&self, part: &str) -> bool {
        self.is.as_ref().is_none_or(|is| is.contains(part))
            && !self.lacks.iter().any(|lacking| part.contains(lacking.as_str()))
    }

    fn may_lack(&self, part: &str) -> bool {
        !self.is.as_ref().is_some_and(|is| is.contains(part))
            && !self.holds.iter().any(|held| held.contains(part))
    }
}

impl Sayings {
    /// Whether an answer contradicts what is known.
    pub(super) fn contradict(&self, question: &Question, answer: &Answer) -> bool {
        let nothing = Said::default();
        let of = |fact: &str| self.0.get(fact).unwrap_or(&nothing);
        match (question, answer) {
            (Question::Matches(fact, word), Answer::Yes) => !of(fact).may_be(word),
            (Question::Matches(fact, word), _) => of(fact).is.as_ref() == Some(word),
            (Question::Contains(fact, part), Answer::Yes) => !of(fact).may_hold(part),
            (Question::Contains(fact, part), _) => part.is_empty() || !of(fact).may_lack(part),
            _ => false,
        }
    }

    /// Takes an answer in.
    pub(super) fn learn(&mut self, question: &Question, answer: &Answer) {
        let (Question::Matches(fact, word) | Question::Contains(fact, word)) = question else { return };
        let said = self.0.entry(fact.clone()).or_default();
        match (question, answer) {
            (Question::Matches(..), Answer::Yes) => said.is = Some(word.clone()),
            (Question::Matches(..), _) => said.is_not.push(word.clone()),
            (_, Answer::Yes) => said.holds.push(word.clone()),
            _ => said.lacks.push(word.clone()),
        }
    }
}
