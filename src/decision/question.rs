//! What a clause asks of a row, and the answers there are.

use crate::decision::Expression;
use crate::fact::{FactType, Facts, Value};
use crate::interval::Relation;
use chrono::NaiveDateTime;
use rust_decimal::Decimal;
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

/// A range of numbers in a table: from one bound to the other, each with or without the bound itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// The lower bound, and whether it belongs to the band.
    pub low: Option<(Decimal, bool)>,
    /// The upper bound, and whether it belongs to the band.
    pub high: Option<(Decimal, bool)>,
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

impl Band {
    /// Whether a number lies in the band.
    pub fn contains(&self, value: Decimal) -> bool {
        let above = self.low.is_none_or(|(low, included)| value > low || (included && value == low));
        let below = self.high.is_none_or(|(high, included)| value < high || (included && value == high));
        above && below
    }

    /// Whether any number between two bounds may lie in the band.
    pub fn meets(&self, interval: crate::interval::Interval) -> bool {
        let reaches_up = match (self.low, interval.high) {
            (Some((low, included)), Some(high)) => high > low || (included && high == low),
            _ => true,
        };
        let reaches_down = match (self.high, interval.low) {
            (Some((high, included)), Some(low)) => low < high || (included && low == high),
            _ => true,
        };
        reaches_up && reaches_down
    }
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Question {
    /// The answer, where the facts decide it.
    pub fn answer(&self, facts: &dyn Facts) -> Option<Answer> {
        match self {
            Self::Fact(name) => match facts.value(name) {
                value @ (Value::Bool(_) | Value::Word(_)) => Some(Answer::Is(value)),
                _ => None,
            },
            Self::Known(name) => facts.value(name).known().map(Answer::from),
            Self::Compare(relation, left, right) => {
                let (left, right) = (left.evaluate(facts).ok()?, right.evaluate(facts).ok()?);
                left.decide(*relation, right).map(Answer::from)
            }
            Self::Moments(relation, left, right) => {
                let (left, right) = (moment(facts, left)?, moment(facts, right)?);
                Some(relation.holds(left.cmp(&right)).into())
            }
            Self::Band { input, bands, .. } => {
                let value = input.evaluate(facts).ok()?;
                if let Some(exact) = value.exact() {
                    return Some(
                        bands.iter().position(|band| band.contains(exact)).map_or(Answer::Gap, Answer::Band),
                    );
                }
                None
            }
            Self::Same(left, right) => Some((text(facts, left)? == text(facts, right)?).into()),
            Self::Matches(fact, word) => Some((*text(facts, fact)? == **word).into()),
            Self::Contains(fact, word) => Some(text(facts, fact)?.contains(word.as_str()).into()),
        }
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

fn moment(facts: &dyn Facts, name: &str) -> Option<NaiveDateTime> {
    match facts.value(name) {
        Value::Moment(moment) => Some(moment),
        _ => None,
    }
}

fn text(facts: &dyn Facts, name: &str) -> Option<Arc<str>> {
    match facts.value(name) {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
