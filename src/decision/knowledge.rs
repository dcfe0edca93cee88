//! What the answers on a path say of the numbers asked about: a comparison that follows from them is no question any
//! more, and answers that contradict them are no answers.

use crate::decision::{Answer, Band, Expression, Node, Question};
use crate::interval::Relation;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The range of every number that a path has asked about.
#[derive(Clone, Debug, Default)]
pub struct Knowledge(Vec<(Arc<Expression>, Band)>);

/// The decimal places of a number fact, where it has a fixed number of them.
pub type Grain<'g> = &'g dyn Fn(&str) -> Option<u32>;

/// A comparison as a number and a fixed bound.
fn against_bound(question: &Question) -> Option<(&Arc<Expression>, Relation, Decimal)> {
    let Question::Compare(relation, left, right) = question else { return None };
    match (left.is_constant(), right.is_constant()) {
        (false, true) => Some((left, *relation, right.value.exact()?)),
        (true, false) => Some((right, relation.mirrored(), left.value.exact()?)),
        _ => None,
    }
}

fn places(expression: &Expression, grain: Grain<'_>) -> Option<u32> {
    match &expression.node {
        Node::Fact(name) => grain(name),
        _ => None,
    }
}

impl Knowledge {
    /// The range a number is known to lie in.
    pub fn range(&self, number: &Expression) -> Band {
        let known = self.0.iter().find(|(known, _)| **known == *number);
        known.map_or(Band::ALL, |(_, range)| range.clone())
    }

    /// The answers that do not contradict what is known, of those given.
    pub fn possible(&self, question: &Question, answers: Vec<Answer>, grain: Grain<'_>) -> Vec<Answer> {
        if let Some((number, relation, bound)) = against_bound(question) {
            let places = places(number, grain);
            let range = self.range(number).at_grain(places);
            let meets = |relation: Relation| match Band::of(relation, bound) {
                Some(band) => !range.intersect(&band).at_grain(places).is_empty(),
                // every other number: only the bound itself would be none
                None => range.low != Some((bound, true)) || range.high != Some((bound, true)),
            };
            let keep = |answer: &Answer| match answer {
                Answer::Yes => meets(relation),
                _ => meets(relation.opposite()),
            };
            return answers.into_iter().filter(keep).collect();
        }
        if let Question::Band { input, bands, .. } = question {
            let places = places(input, grain);
            let range = self.range(input).at_grain(places);
            let keep = |answer: &Answer| match answer {
                Answer::Band(position) => bands
                    .get(*position)
                    .is_some_and(|band| !range.intersect(band).at_grain(places).is_empty()),
                _ => !range.outside(bands, places).is_empty(),
            };
            return answers.into_iter().filter(keep).collect();
        }
        answers
    }

    /// Takes an answer in.
    pub fn learn(&mut self, question: &Question, answer: &Answer, grain: Grain<'_>) {
        let learned = match (against_bound(question), question, answer) {
            (Some((number, relation, bound)), _, answer) => {
                let holds = if *answer == Answer::Yes { relation } else { relation.opposite() };
                Some((number, Band::of(holds, bound).unwrap_or_else(|| self.range(number).except(bound))))
            }
            (None, Question::Band { input, bands, .. }, Answer::Band(position)) => {
                bands.get(*position).map(|band| (input, band.clone()))
            }
            _ => None,
        };
        let Some((number, band)) = learned else { return };
        let places = places(number, grain);
        match self.0.iter_mut().find(|(known, _)| known == number) {
            Some((_, range)) => *range = range.intersect(&band).at_grain(places),
            None => self.0.push((Arc::clone(number), band.at_grain(places))),
        }
    }
}
