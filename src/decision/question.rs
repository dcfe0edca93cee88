//! What a clause asks of a row, and the answers there are.

use crate::decision::{Band, Expression};
use crate::fact::{FactType, Facts, Value};
use crate::interval::{ArithmeticFault, Interval, Relation};
use chrono::NaiveDateTime;
use std::sync::Arc;

/// One question on the way to a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which of its few values does a fact have?
    Fact(String),
    /// Does a fact have a value at all?
    Known(String),
    /// Does a relation hold between two numbers?
    Compare(Relation, Arc<Expression>, Arc<Expression>),
    /// Does a relation hold between two moments, each a fact?
    Moments(Relation, String, String),
    /// In which band of a parameter's table does a number lie?
    Band {
        /// The table.
        table: String,
        /// The keys chosen before.
        keys: Vec<String>,
        /// The number.
        input: Arc<Expression>,
        /// The bands, in the order of the table.
        bands: Vec<Band>,
    },
    /// Do two texts say the same?
    Same(String, String),
    /// Is a text exactly this word?
    Matches(String, String),
    /// Does a text contain this word?
    Contains(String, String),
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A fact's value.
    Is(Value),
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// The band of that position.
    Band(usize),
    /// No band: a gap of the table.
    Gap,
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Question {
    /// The answer, where the facts decide it.
    ///
    /// # Errors
    /// A division by zero, or more digits than can be kept exactly.
    pub fn answer(&self, facts: &dyn Facts) -> Result<Option<Answer>, ArithmeticFault> {
        Ok(match self {
            Self::Fact(name) => match facts.value(name) {
                value @ (Value::Bool(_) | Value::Word(_) | Value::Number(_)) => Some(Answer::Is(value)),
                _ => None,
            },
            Self::Known(name) => facts.value(name).known().map(Answer::from),
            Self::Compare(relation, left, right) => {
                left.evaluate(facts)?.decide(*relation, right.evaluate(facts)?).map(Answer::from)
            }
            Self::Moments(relation, left, right) => moment(facts, left)
                .zip(moment(facts, right))
                .map(|(left, right)| relation.holds(left.cmp(&right)).into()),
            Self::Band { input, bands, .. } => {
                let number = input.evaluate(facts)?;
                match number.exact() {
                    Some(exact) => {
                        let band = bands.iter().position(|band| band.contains(exact));
                        Some(band.map_or(Answer::Gap, Answer::Band))
                    }
                    None => {
                        let all = (0..bands.len()).map(Answer::Band).chain([Answer::Gap]);
                        let mut possible = all.filter(|answer| may_lie(number, bands, answer));
                        possible.next().filter(|_| possible.next().is_none())
                    }
                }
            }
            Self::Same(left, right) => {
                text(facts, left).zip(text(facts, right)).map(|(left, right)| (left == right).into())
            }
            Self::Matches(fact, word) => text(facts, fact).map(|text| (*text == **word).into()),
            Self::Contains(fact, word) => text(facts, fact).map(|text| text.contains(word.as_str()).into()),
        })
    }

    /// Whether an answer may turn out to be right where the facts do not decide the question.
    ///
    /// # Errors
    /// A division by zero, or more digits than can be kept exactly.
    pub fn allows(&self, answer: &Answer, facts: &dyn Facts) -> Result<bool, ArithmeticFault> {
        match self {
            Self::Band { input, bands, .. } => Ok(may_lie(input.evaluate(facts)?, bands, answer)),
            Self::Fact(name) => Ok(match answer {
                Answer::Is(Value::Number(number)) => facts.value(name).interval().contains(*number),
                _ => true,
            }),
            _ => Ok(true),
        }
    }

    /// The same question with the numbers of one row.
    ///
    /// # Errors
    /// A division by zero, or more digits than can be kept exactly.
    pub fn with(&self, facts: &dyn Facts) -> Result<Self, ArithmeticFault> {
        Ok(match self {
            Self::Compare(relation, left, right) => {
                Self::Compare(*relation, left.with(facts)?, right.with(facts)?)
            }
            Self::Band { table, keys, input, bands } => Self::Band {
                table: table.clone(),
                keys: keys.clone(),
                input: input.with(facts)?,
                bands: bands.clone(),
            },
            question => question.clone(),
        })
    }

    /// Every answer there may be, in a fixed order.
    pub fn answers(&self, kind: impl Fn(&str) -> Option<FactType>) -> Vec<Answer> {
        match self {
            Self::Fact(name) => kind(name)
                .and_then(|kind| kind.finite())
                .unwrap_or_default()
                .into_iter()
                .map(Answer::Is)
                .collect(),
            Self::Band { bands, .. } => (0..bands.len()).map(Answer::Band).chain([Answer::Gap]).collect(),
            _ => vec![Answer::Yes, Answer::No],
        }
    }

    /// The facts it asks about.
    pub fn facts(&self) -> Vec<String> {
        let mut facts = Vec::new();
        let mut of = |expression: &Expression| {
            if let crate::decision::Node::Fact(name) = &expression.node {
                facts.push(name.clone());
            }
        };
        match self {
            Self::Compare(_, left, right) => {
                left.visit(&mut of);
                right.visit(&mut of);
            }
            Self::Band { input, .. } => input.visit(&mut of),
            Self::Fact(name) | Self::Known(name) | Self::Matches(name, _) | Self::Contains(name, _) => {
                facts.push(name.clone());
            }
            Self::Moments(_, left, right) | Self::Same(left, right) => {
                facts.extend([left.clone(), right.clone()]);
            }
        }
        facts
    }
}

/// Whether a number of which only bounds are known may lie in a band and in none before it, or in a gap between them.
fn may_lie(number: Interval, bands: &[Band], answer: &Answer) -> bool {
    // of a number of which nothing is known every band is followed
    if number == Interval::UNKNOWN {
        return true;
    }
    let (wanted, others) = match answer {
        Answer::Band(position) => (bands.get(*position).cloned(), bands.get(..*position)),
        _ => (Some(Band::ALL), Some(bands)),
    };
    let wanted = wanted.map(|band| band.intersect(&Band::closed(number)));
    wanted.is_some_and(|wanted| {
        !wanted.is_empty() && !wanted.outside(others.unwrap_or_default(), None).is_empty()
    })
}

fn moment(facts: &dyn Facts, name: &str) -> Option<NaiveDateTime> {
    match facts.value(name) {
        Value::Moment(moment) => Some(moment),
        _ => None,
    }
}

fn text(facts: &dyn Facts, name: &str) -> Option<Arc<str>> {
    match facts.value(name) {
        Value::Text(text) | Value::Word(text) => Some(text),
        _ => None,
    }
}
