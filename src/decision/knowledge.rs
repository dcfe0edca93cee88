//! What the answers on a path say of the numbers asked about: a comparison that follows from them is no question any
//! more, and answers that contradict them are no answers.

use super::order::Orders;
use super::said::Sayings;
use crate::decision::{Answer, Band, Expression, Node, Question, Step};
use crate::interval::{Interval, Relation};
use rust_decimal::Decimal;
use std::sync::Arc;

/// The range of every number that a path has asked about, how things compared stand to each other, and what texts say.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    numbers: Vec<Known>,
    orders: Orders,
    sayings: Sayings,
}

/// What is known of one number.
#[derive(Clone, Debug)]
struct Known {
    number: Arc<Expression>,
    range: Band,
    /// What it is not, inside the range.
    holes: Vec<Decimal>,
}

/// The decimal places of a number fact, where it has a fixed number of them, and the bounds declared for it.
pub type Grain<'g> = &'g dyn Fn(&str) -> (Option<u32>, Interval);

/// A comparison as a number and a fixed bound.
pub(super) fn against_bound(question: &Question) -> Option<(&Arc<Expression>, Relation, Decimal)> {
    let Question::Compare(relation, left, right) = question else { return None };
    match (left.is_constant(), right.is_constant()) {
        (false, true) => Some((left, *relation, right.value.exact()?)),
        (true, false) => Some((right, relation.mirrored(), left.value.exact()?)),
        _ => None,
    }
}

fn places(expression: &Expression, grain: Grain<'_>) -> Option<u32> {
    match &expression.node {
        Node::Fact(name) => grain(name).0,
        _ => None,
    }
}

/// The bounds declared for a number, as a range.
fn declared(expression: &Expression, grain: Grain<'_>) -> Band {
    let bounds = match &expression.node {
        Node::Fact(name) => grain(name).1,
        _ => Interval::UNKNOWN,
    };
    Band { low: bounds.low.map(|low| (low, true)), high: bounds.high.map(|high| (high, true)) }
}

/// A range without some numbers, as far as they stand at its ends.
fn without(range: &Band, holes: &[Decimal], places: Option<u32>) -> Band {
    let mut range = range.at_grain(places);
    // a number left out may uncover another one
    for _ in 0..=holes.len() {
        let narrowed = holes.iter().fold(range.clone(), |range, hole| range.except(*hole).at_grain(places));
        if narrowed == range {
            break;
        }
        range = narrowed;
    }
    range
}

impl Knowledge {
    /// The range a number is known to lie in.
    pub fn range(&self, number: &Expression) -> Band {
        self.known(number).map_or(Band::ALL, |known| known.range.clone())
    }

    fn known(&self, number: &Expression) -> Option<&Known> {
        self.numbers.iter().find(|known| *known.number == *number)
    }

    /// Whether a number may lie in a band, as far as is known.
    fn meets(&self, number: &Expression, band: &Band, grain: Grain<'_>) -> bool {
        let places = places(number, grain);
        let range = self.range(number).intersect(&declared(number, grain)).intersect(band);
        let holes = self.known(number).map_or(&[][..], |known| &known.holes);
        !without(&range, holes, places).is_empty()
    }

    /// Whether an answer contradicts what is known.
    pub fn contradicts(&self, question: &Question, answer: &Answer, grain: Grain<'_>) -> bool {
        if let Some((number, relation, bound)) = against_bound(question) {
            let relation = if *answer == Answer::Yes { relation } else { relation.opposite() };
            return !match Band::of(relation, bound) {
                Some(band) => self.meets(number, &band, grain),
                // every other number: below the bound or above it
                None => [Relation::Less, Relation::Greater]
                    .into_iter()
                    .filter_map(|side| Band::of(side, bound))
                    .any(|side| self.meets(number, &side, grain)),
            };
        }
        let Question::Band { input, bands, .. } = question else {
            return self.orders.contradict(question, answer) || self.sayings.contradict(question, answer);
        };
        match answer {
            Answer::Band(position) => {
                bands.get(*position).is_some_and(|band| !self.meets(input, band, grain))
            }
            _ => {
                let places = places(input, grain);
                let range = self.range(input).intersect(&declared(input, grain)).at_grain(places);
                !range.outside(bands, places).iter().any(|gap| self.meets(input, gap, grain))
            }
        }
    }

    /// Whether no answer that the facts gave contradicts the answers before it.
    pub fn agrees(steps: &[Step], grain: Grain<'_>) -> bool {
        let mut known = Self::default();
        steps.iter().all(|step| {
            let agrees = !step.decided || !known.contradicts(&step.question, &step.answer, grain);
            known.learn(&step.question, &step.answer, grain);
            agrees
        })
    }

    /// The answers that do not contradict what is known, of those given; all of them where what is known contradicts
    /// itself.
    pub fn possible(&self, question: &Question, answers: Vec<Answer>, grain: Grain<'_>) -> Vec<Answer> {
        let kept = answers.iter().filter(|answer| !self.contradicts(question, answer, grain));
        let kept: Vec<Answer> = kept.cloned().collect();
        if kept.is_empty() { answers } else { kept }
    }

    /// Takes an answer in.
    pub fn learn(&mut self, question: &Question, answer: &Answer, grain: Grain<'_>) {
        let (number, band, hole) = match (against_bound(question), question, answer) {
            (Some((number, relation, bound)), _, answer) => {
                let holds = if *answer == Answer::Yes { relation } else { relation.opposite() };
                let band = Band::of(holds, bound);
                let hole = if band.is_none() { Some(bound) } else { None };
                (number, band.unwrap_or(Band::ALL), hole)
            }
            (None, Question::Band { input, bands, .. }, Answer::Band(position)) => {
                let Some(band) = bands.get(*position) else { return };
                (input, band.clone(), None)
            }
            _ => {
                self.orders.learn(question, answer);
                self.sayings.learn(question, answer);
                return;
            }
        };
        let places = places(number, grain);
        let index = self.numbers.iter().position(|known| *known.number == **number).unwrap_or_else(|| {
            let range = declared(number, grain);
            self.numbers.push(Known { number: Arc::clone(number), range, holes: Vec::new() });
            self.numbers.len().saturating_sub(1)
        });
        if let Some(known) = self.numbers.get_mut(index) {
            known.holes.extend(hole);
            known.range = without(&known.range.intersect(&band), &known.holes, places);
        }
    }
}
