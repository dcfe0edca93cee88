//! The clauses as they are written, for who inspects them: where what is asked, where a verb stands, what is named.

use super::effort::Effort;
use super::limits;
use super::run::{Answerer, Seen, Stop};
use super::{Clause, Record, Rulebook};
use crate::decision::{Answer, Question};
use crate::diagnostic::Place;
use crate::fact::Value;
use crate::policy::{Pack, Terms};
use rhai::{Position, Token};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A line and a character of a clause file, each from 1.
pub type Spot = (usize, usize);

/// A condition of a clause file with one answer it got.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where it stands.
    pub spot: Spot,
    /// What was asked.
    pub question: Question,
    /// What was answered.
    pub answer: Answer,
    /// Whether the condition held; none where what stands there is no condition but a value.
    pub holds: Option<bool>,
}

/// Everything a function did on all its paths.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// Every question at every place, with the answers it got there.
    pub asked: Vec<Asked>,
    /// Every place that was come by.
    pub visited: BTreeSet<Spot>,
}

/// A verb in a clause file.
#[derive(Clone, Debug)]
pub struct VerbCall {
    /// The verb.
    pub verb: String,
    /// The function it stands in.
    pub function: String,
    /// The file, as the user knows it.
    pub file: String,
    /// Where it stands there.
    pub spot: Spot,
    /// The same as messages show it.
    pub place: Place,
}

/// Every name that clause files read, and every word in them.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// What stands before the dot, and the name behind it.
    names: BTreeSet<(String, String)>,
    words: BTreeSet<String>,
}

impl Mentions {
    /// Whether a member of that name may be read from an owner of that name; another name for the owner, as a function
    /// gives its own parameters, may stand for any of them.
    pub fn reads(&self, owner: &str, name: &str, owners: &[&str]) -> bool {
        let named = |(before, behind): &(String, String)| {
            behind == name && (before == owner || !owners.contains(&before.as_str()))
        };
        self.words.contains(name) || self.names.iter().any(named)
    }

    /// Whether a word stands anywhere.
    pub fn says(&self, word: &str) -> bool {
        self.words.contains(word)
    }
}

impl Rulebook {
    /// Follows every path of a function once more, and notes what is asked where. `None` where it cannot be followed.
    pub fn watch(&self, pack: &Pack, clause: &Clause, terms: &Arc<Terms>) -> Option<Watched> {
        self.tree(clause, terms)?;
        let (_, kind) = pack.policy.kind(&clause.kind)?;
        let blank = Arc::new(Record::blank(&kind.name, &kind.schema));
        let mut watched = Watched::default();
        for seen in self.run_watched(clause, &blank, terms).ok()? {
            watched.visited.extend(seen.visited.into_iter().filter_map(spot));
            for (question, answer, position) in seen.asked {
                let Some(spot) = spot(position) else { continue };
                let holds = self.holds(clause, &question, &answer, spot);
                let known = |known: &Asked| {
                    known.spot == spot && known.answer == answer && known.question == question
                };
                if !watched.asked.iter().any(known) {
                    watched.asked.push(Asked { spot, question, answer, holds });
                }
            }
        }
        Some(watched)
    }

    /// All paths of a function, for somebody looking on: what each asked where, in turn.
    fn run_watched(
        &self,
        clause: &Clause,
        record: &Arc<Record>,
        terms: &Arc<Terms>,
    ) -> Result<Vec<Seen>, Stop> {
        let mut all = Vec::new();
        let mut choices = Some(Vec::new());
        Effort::begin();
        // what has a tree has no more paths than are allowed
        while let Some(taken) = choices.filter(|_| all.len() < limits::PATHS) {
            Effort::again();
            let mut seen = Some(Seen::default());
            let (_, next) = self.run_once(Answerer::Recorded, clause, record, terms, taken, &mut seen)?;
            all.extend(seen);
            choices = next;
        }
        Ok(all)
    }

    /// Every verb of every clause file.
    pub fn verb_calls(&self, pack: &Pack) -> Vec<VerbCall> {
        let verbs = super::verbs::names(&pack.policy);
        let mut calls = Vec::new();
        for ((source, _), tokens) in self.sources.iter().zip(&self.tokens) {
            let mut function = String::new();
            for (index, (token, position)) in tokens.iter().enumerate() {
                let Token::Identifier(name) = token else { continue };
                let before = index.checked_sub(1).and_then(|before| tokens.get(before));
                if before.is_some_and(|(before, _)| *before == Token::Fn) {
                    function = name.to_string();
                    continue;
                }
                let next = index.checked_add(1).and_then(|next| tokens.get(next));
                let called = next.is_some_and(|(next, _)| *next == Token::LeftParen);
                if let Some(spot) = spot(*position).filter(|_| called && verbs.contains(name.as_str())) {
                    let place = Place::at(&source.file, &source.text, spot.0, spot.1, name.chars().count());
                    let (verb, file) = (name.to_string(), source.file.clone());
                    calls.push(VerbCall { verb, function: function.clone(), file, spot, place });
                }
            }
        }
        calls
    }

    /// Everything the clause files name.
    pub fn mentions(&self) -> Mentions {
        let mut mentions = Mentions::default();
        for tokens in &self.tokens {
            for (index, (token, _)) in tokens.iter().enumerate() {
                match token {
                    Token::StringConstant(word) => {
                        mentions.words.insert(word.to_string());
                    }
                    Token::Identifier(name) => {
                        let at = |back: usize| index.checked_sub(back).and_then(|at| tokens.get(at));
                        if at(1).is_some_and(|(before, _)| *before == Token::Period) {
                            let owner = match at(2) {
                                Some((Token::Identifier(owner), _)) => owner.to_string(),
                                _ => String::new(),
                            };
                            mentions.names.insert((owner, name.to_string()));
                        }
                    }
                    _ => {}
                }
            }
        }
        mentions
    }

    /// The function a spot of a clause's file stands in.
    pub fn function_at(&self, clause: &Clause, at: Spot) -> Option<&str> {
        let tokens = self.tokens.get(clause.source)?;
        let before = |position: Position| spot(position).is_some_and(|spot| spot <= at);
        let mut names = tokens.iter().zip(tokens.iter().skip(1)).filter_map(
            |((keyword, _), (name, position))| match name {
                Token::Identifier(name) if *keyword == Token::Fn && before(*position) => Some(name.as_str()),
                _ => None,
            },
        );
        names.next_back()
    }

    /// The characters from a spot of a clause's file, as messages show them.
    pub fn place_at(&self, clause: &Clause, spot: Spot, length: usize) -> Place {
        let text = self.sources.get(clause.source).map_or("", |(source, _)| source.text.as_str());
        Place::at(&clause.file, text, spot.0, spot.1, length)
    }

    /// Whether what stands at a spot held with an answer: a comparison or a flag by itself, a word by what it is
    /// compared with.
    fn holds(&self, clause: &Clause, question: &Question, answer: &Answer, at: Spot) -> Option<bool> {
        match answer {
            Answer::Yes => return Some(true),
            Answer::No => return Some(false),
            Answer::Is(Value::Bool(flag)) => return Some(*flag),
            Answer::Is(Value::Word(_)) => {}
            _ => return None,
        }
        let (Question::Fact(name), Answer::Is(Value::Word(said))) = (question, answer) else { return None };
        let tokens = self.tokens.get(clause.source)?;
        let index = tokens.iter().position(|(_, position)| spot(*position) == Some(at))?;
        // the spot may be that of the dot or of the name behind it
        let named = (index..index.checked_add(3)?).find(
            |index| matches!(tokens.get(*index), Some((Token::Identifier(found), _)) if found.as_str() == *name),
        )?;
        let token = |index: Option<usize>| index.and_then(|index| tokens.get(index)).map(|(token, _)| token);
        let behind = |steps: usize| token(named.checked_add(steps));
        let before = |steps: usize| token(named.checked_sub(steps));
        let (relation, word) = match (behind(1), behind(2)) {
            (Some(relation @ (Token::EqualsTo | Token::NotEqualsTo)), Some(Token::StringConstant(word))) => {
                (relation, word)
            }
            _ => match (before(3), before(4)) {
                (
                    Some(relation @ (Token::EqualsTo | Token::NotEqualsTo)),
                    Some(Token::StringConstant(word)),
                ) => (relation, word),
                _ => return None,
            },
        };
        Some((**said == **word) == (*relation == Token::EqualsTo))
    }
}

pub(super) fn spot(position: Position) -> Option<Spot> {
    Some((position.line()?, position.position()?))
}
