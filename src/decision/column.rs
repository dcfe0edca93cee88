//! A column of a decision table: one thing that paths ask about, and the cases it divides rows into.

use crate::decision::knowledge::against_bound;
use crate::decision::{Answer, Band, Expression, Path, Question};
use crate::fact::{Facts, Value};
use crate::interval::{Interval, Relation};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a column is about. All questions about one thing share a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The value of a fact of few values.
    Fact(String),
    /// Whether a fact has a value.
    Known(String),
    /// Where a number lies.
    Number(Arc<Expression>),
    /// How two numbers compare.
    Numbers(Arc<Expression>, Arc<Expression>),
    /// How two moments compare.
    Moments(String, String),
    /// Whether two texts say the same.
    Same(String, String),
    /// Which of some words a text is.
    Word(String),
    /// Whether a text contains a word.
    Contains(String, String),
}

/// One case of a column: of any row exactly one case is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
    /// The fact has this value.
    Value(Value),
    /// It is so, or not.
    Holds(bool),
    /// The number lies in this range.
    Range(Band),
    /// The first compares with the second like this.
    Order(Ordering),
    /// The text is this word; none where it is none of the words asked about.
    Word(Option<String>),
}

/// A column: what it is about, with every case in order.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it is about.
    pub topic: Topic,
    /// Its cases; those of a number from the lowest on.
    pub cases: Vec<Case>,
    /// The bounds that a number is compared with, each as the clause writes it.
    pub bounds: Vec<Arc<Expression>>,
    /// The positions of the cases that some path has; the others cannot be.
    pub(super) occurring: BTreeSet<usize>,
}

const ORDERS: [Ordering; 3] = [Ordering::Less, Ordering::Equal, Ordering::Greater];

impl Topic {
    fn of(question: &Question) -> Self {
        if let Some((number, ..)) = against_bound(question) {
            return Self::Number(Arc::clone(number));
        }
        match question {
            Question::Fact(name) => Self::Fact(name.clone()),
            Question::Known(name) => Self::Known(name.clone()),
            Question::Compare(_, left, right) => Self::Numbers(Arc::clone(left), Arc::clone(right)),
            Question::Moments(_, left, right) => Self::Moments(left.clone(), right.clone()),
            Question::Band { input, .. } => Self::Number(Arc::clone(input)),
            Question::Same(left, right) => Self::Same(left.clone(), right.clone()),
            Question::Matches(fact, _) => Self::Word(fact.clone()),
            Question::Contains(fact, word) => Self::Contains(fact.clone(), word.clone()),
        }
    }

    /// The same comparison with its sides exchanged.
    fn mirrored(&self) -> Option<Self> {
        match self {
            Self::Numbers(left, right) => Some(Self::Numbers(Arc::clone(right), Arc::clone(left))),
            Self::Moments(left, right) => Some(Self::Moments(right.clone(), left.clone())),
            _ => None,
        }
    }
}

/// The columns of all questions of some paths, in the order in which they are first asked.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) all: Vec<Column>,
}

impl Columns {
    /// The column of a question, and whether it stands there with its sides exchanged.
    pub(super) fn find(&self, question: &Question) -> Option<(usize, bool)> {
        let topic = Topic::of(question);
        let of = |wanted: &Topic| self.all.iter().position(|column| column.topic == *wanted);
        match of(&topic) {
            Some(position) => Some((position, false)),
            None => Some((of(&topic.mirrored()?)?, true)),
        }
    }

    /// Takes a question in; `answer` is one of those there are.
    pub(super) fn take(&mut self, question: &Question, answer: &Answer) {
        let position = self.find(question).map_or_else(
            || {
                let topic = Topic::of(question);
                let cases = match &topic {
                    Topic::Known(_) | Topic::Same(..) | Topic::Contains(..) => {
                        [true, false].map(Case::Holds).to_vec()
                    }
                    Topic::Numbers(..) | Topic::Moments(..) => ORDERS.map(Case::Order).to_vec(),
                    Topic::Word(_) => vec![Case::Word(None)],
                    Topic::Fact(_) | Topic::Number(_) => Vec::new(),
                };
                let (bounds, occurring) = (Vec::new(), BTreeSet::new());
                self.all.push(Column { topic, cases, bounds, occurring });
                self.all.len().saturating_sub(1)
            },
            |(position, _)| position,
        );
        let Some(column) = self.all.get_mut(position) else { return };
        match (question, answer) {
            (Question::Fact(_), Answer::Is(value)) => column.add(Case::Value(value.clone())),
            (Question::Matches(_, word), _) => column.add(Case::Word(Some(word.clone()))),
            (Question::Compare(_, left, right), _) if matches!(column.topic, Topic::Number(_)) => {
                let bound = if left.is_constant() { left } else { right };
                // a bound is told apart by its number: what is written twice is one bound
                if !column.bounds.iter().any(|known| known.value == bound.value && known == bound) {
                    column.bounds.push(Arc::clone(bound));
                }
                column.cut(bound.value.exact());
            }
            (Question::Band { bands, .. }, _) => {
                for band in bands {
                    column.cut(band.low.map(|(low, _)| low));
                    column.cut(band.high.map(|(high, _)| high));
                }
            }
            _ => {}
        }
    }
}

impl Columns {
    /// Puts what some path asks first before what it asks later; where paths disagree, what is asked first at all.
    pub(super) fn arrange(&mut self, paths: &[Arc<Path>]) {
        let mut earlier: BTreeSet<(usize, usize)> = BTreeSet::new();
        for path in paths {
            let asked: Vec<usize> =
                path.steps.iter().filter_map(|step| Some(self.find(&step.question)?.0)).collect();
            earlier.extend(asked.iter().copied().zip(asked.iter().copied().skip(1)));
        }
        let mut left: Vec<usize> = (0..self.all.len()).collect();
        let mut arranged = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let waits =
                |later: usize| left.iter().any(|one| *one != later && earlier.contains(&(*one, later)));
            let next = left.iter().position(|column| !waits(*column)).unwrap_or_default();
            arranged.extend(self.all.get(left.remove(next)).cloned());
        }
        self.all = arranged;
    }
}

impl Column {
    fn add(&mut self, case: Case) {
        if !self.cases.contains(&case) {
            self.cases.push(case);
        }
    }

    /// Divides the range in which a number lies, so that the number is a case of its own.
    fn cut(&mut self, number: Option<Decimal>) {
        if self.cases.is_empty() {
            self.cases.push(Case::Range(Band::ALL));
        }
        let Some(number) = number else { return };
        let at =
            self.cases.iter().position(|case| matches!(case, Case::Range(band) if band.contains(number)));
        let Some((at, Case::Range(band))) = at.and_then(|at| Some((at, self.cases.get(at)?.clone()))) else {
            return;
        };
        let (without, with) = (Some((number, false)), Some((number, true)));
        let parts = [
            Band { low: band.low, high: without },
            Band { low: with, high: with },
            Band { low: without, high: band.high },
        ];
        let parts = parts.into_iter().filter(|part| !part.is_empty()).map(Case::Range);
        self.cases.splice(at..=at, parts);
    }

    /// The cases in which a question of this column has an answer; `mirrored` where its sides are exchanged.
    pub(super) fn answered(&self, question: &Question, answer: &Answer, mirrored: bool) -> BTreeSet<usize> {
        let is = |case: &Case| match (question, case) {
            (Question::Fact(_), Case::Value(value)) => *answer == Answer::Is(value.clone()),
            (Question::Matches(_, word), Case::Word(other)) => {
                Answer::from(other.as_ref() == Some(word)) == *answer
            }
            (Question::Band { bands, .. }, Case::Range(range)) => {
                let band = bands.iter().position(|band| !band.intersect(range).is_empty());
                band.map_or(Answer::Gap, Answer::Band) == *answer
            }
            (Question::Compare(..), Case::Range(range)) => {
                let holds = against_bound(question).is_some_and(|(_, relation, bound)| {
                    Band::of(relation, bound)
                        .map_or_else(|| !range.contains(bound), |band| !band.intersect(range).is_empty())
                });
                Answer::from(holds) == *answer
            }
            (Question::Compare(relation, ..) | Question::Moments(relation, ..), Case::Order(order)) => {
                let order = if mirrored { order.reverse() } else { *order };
                Answer::from(relation.holds(order)) == *answer
            }
            (_, Case::Holds(holds)) => Answer::from(*holds) == *answer,
            _ => false,
        };
        (0_usize..).zip(&self.cases).filter(|(_, case)| is(case)).map(|(position, _)| position).collect()
    }

    /// The cases that the facts of a row allow: one where they say.
    pub(super) fn allowed(&self, facts: &dyn Facts) -> BTreeSet<usize> {
        let all = || (0..self.cases.len()).collect();
        let asked = |question: Question| match question.answer(facts) {
            Ok(Some(answer)) => self.answered(&question, &answer, false),
            _ => all(),
        };
        let interval = |number: &Expression| number.evaluate(facts).unwrap_or(Interval::UNKNOWN);
        let fitting = |fits: &dyn Fn(&Case) -> bool| -> BTreeSet<usize> {
            (0_usize..)
                .zip(&self.cases)
                .filter(|(_, case)| fits(case))
                .map(|(position, _)| position)
                .collect()
        };
        match &self.topic {
            Topic::Fact(name) => asked(Question::Fact(name.clone())),
            Topic::Known(name) => asked(Question::Known(name.clone())),
            Topic::Same(left, right) => asked(Question::Same(left.clone(), right.clone())),
            Topic::Contains(fact, word) => asked(Question::Contains(fact.clone(), word.clone())),
            Topic::Word(fact) => match facts.value(fact) {
                Value::Text(text) | Value::Word(text) => {
                    let known = self.cases.contains(&Case::Word(Some(text.to_string())));
                    let wanted = Case::Word(known.then(|| text.to_string()));
                    fitting(&|case| *case == wanted)
                }
                _ => all(),
            },
            Topic::Number(number) => {
                let interval = interval(number);
                fitting(&|case| matches!(case, Case::Range(range) if range.meets(interval)))
            }
            Topic::Numbers(left, right) => {
                let (left, right) = (interval(left), interval(right));
                fitting(
                    &|case| matches!(case, Case::Order(order) if left.decide(relation(*order), right) != Some(false)),
                )
            }
            Topic::Moments(left, right) => match (facts.value(left), facts.value(right)) {
                (Value::Moment(left), Value::Moment(right)) => {
                    fitting(&|case| *case == Case::Order(left.cmp(&right)))
                }
                _ => all(),
            },
        }
    }

    /// The ranges that some cases of a number make up, from the lowest on; what cannot be is passed over.
    pub fn ranges(&self, cases: &[usize]) -> Vec<Band> {
        let mut ranges: Vec<Band> = Vec::new();
        let mut apart = true;
        for (position, case) in self.cases.iter().enumerate() {
            let Case::Range(range) = case else { continue };
            if !cases.contains(&position) {
                apart |= self.occurring.contains(&position);
                continue;
            }
            match ranges.last_mut().filter(|_| !apart) {
                Some(last) => last.high = range.high,
                None => ranges.push(range.clone()),
            }
            apart = false;
        }
        ranges
    }
}

fn relation(order: Ordering) -> Relation {
    match order {
        Ordering::Less => Relation::Less,
        Ordering::Equal => Relation::Equal,
        Ordering::Greater => Relation::Greater,
    }
}
