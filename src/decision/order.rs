//! What the answers on a path say of two things compared with each other, in whichever order: `a < b` answers `b > a`.

use crate::decision::{Answer, Expression, Question};
use std::cmp::Ordering;
use std::sync::Arc;

const ORDERS: [Ordering; 3] = [Ordering::Less, Ordering::Equal, Ordering::Greater];

/// How the first of every two things compared may stand to the second.
#[derive(Clone, Debug, Default)]
pub(super) struct Orders(Vec<(Pair, Vec<Ordering>)>);

/// Two things that were compared.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pair {
    Numbers(Arc<Expression>, Arc<Expression>),
    Moments(String, String),
    /// Two texts: equal, or not.
    Texts(String, String),
}

impl Pair {
    fn exchanged(self) -> Self {
        match self {
            Self::Numbers(left, right) => Self::Numbers(right, left),
            Self::Moments(left, right) => Self::Moments(right, left),
            Self::Texts(left, right) => Self::Texts(right, left),
        }
    }

    fn is_one_thing(&self) -> bool {
        match self {
            Self::Numbers(left, right) => left == right,
            Self::Moments(left, right) | Self::Texts(left, right) => left == right,
        }
    }
}

/// The two things of a question, and how the first may stand to the second where it has that answer.
fn compared(question: &Question, answer: &Answer) -> Option<(Pair, Vec<Ordering>)> {
    let yes = *answer == Answer::Yes;
    let (pair, holds): (Pair, Box<dyn Fn(Ordering) -> bool>) = match question {
        Question::Compare(relation, left, right) => {
            let relation = *relation;
            (Pair::Numbers(Arc::clone(left), Arc::clone(right)), Box::new(move |order| relation.holds(order)))
        }
        Question::Moments(relation, left, right) => {
            let relation = *relation;
            (Pair::Moments(left.clone(), right.clone()), Box::new(move |order| relation.holds(order)))
        }
        Question::Same(left, right) => (Pair::Texts(left.clone(), right.clone()), Box::new(Ordering::is_eq)),
        _ => return None,
    };
    Some((pair, ORDERS.into_iter().filter(|order| holds(*order) == yes).collect()))
}

impl Orders {
    /// Whether an answer contradicts what is known.
    pub(super) fn contradict(&self, question: &Question, answer: &Answer) -> bool {
        let Some((pair, orders)) = compared(question, answer) else { return false };
        let known = self.known(&pair);
        !orders.iter().any(|order| known.contains(order))
    }

    /// Takes an answer in.
    pub(super) fn learn(&mut self, question: &Question, answer: &Answer) {
        let Some((pair, orders)) = compared(question, answer) else { return };
        let mut known = self.known(&pair);
        known.retain(|order| orders.contains(order));
        let exchanged = pair.clone().exchanged();
        self.0.retain(|(of, _)| *of != pair && *of != exchanged);
        self.0.push((pair, known));
    }

    fn known(&self, pair: &Pair) -> Vec<Ordering> {
        if pair.is_one_thing() {
            return vec![Ordering::Equal];
        }
        let of = |wanted: &Pair| self.0.iter().find(|(of, _)| of == wanted).map(|(_, orders)| orders.clone());
        let exchanged = || {
            let orders = of(&pair.clone().exchanged())?;
            Some(orders.into_iter().map(Ordering::reverse).collect())
        };
        of(pair).or_else(exchanged).unwrap_or_else(|| ORDERS.to_vec())
    }
}
