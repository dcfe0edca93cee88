//! What the questions answered so far say of the numbers of a row: their ranges, within what a fact can be at all.

use crate::decision::{Answer, Band, Expression, Knowledge, Node, Operation, Question, Step, StepReading};
use crate::fact::{FactType, Facts, Value};
use crate::interval::{Interval, Relation};
use crate::policy::Kind;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What is known of a row on the way along a path.
pub(super) struct Learned<'a> {
    kind: &'a Kind,
    knowledge: Knowledge,
}

impl<'a> Learned<'a> {
    /// Of a row of a kind, before the first question.
    pub(super) fn nothing(kind: &'a Kind) -> Self {
        Self { kind, knowledge: Knowledge::default() }
    }

    /// Takes an answer in; `false` where it contradicts those before.
    pub(super) fn learn(&mut self, step: &Step) -> bool {
        let kind = self.kind;
        let grain = |fact: &str| grain_of(kind, fact);
        let fits = !self.knowledge.contradicts(&step.question, &step.answer, &grain);
        self.knowledge.learn(&step.question, &step.answer, &grain);
        fits
    }

    /// Where a number can lie.
    pub(super) fn range(&self, number: &Expression) -> Band {
        let bounds = number.evaluate(self).unwrap_or(Interval::UNKNOWN);
        let side = |bound: Option<Decimal>| bound.map(|bound| (bound, true));
        let possible = Band { low: side(bounds.low), high: side(bounds.high) };
        self.knowledge.range(number).intersect(&possible).at_grain(grain(self.kind, number))
    }

    /// Whether a number may be exactly this one.
    pub(super) fn may_be(&self, number: &Arc<Expression>, value: Decimal) -> bool {
        let equal = Question::Compare(Relation::Equal, Arc::clone(number), Expression::literal(value));
        let grain = |fact: &str| grain_of(self.kind, fact);
        !self.knowledge.contradicts(&equal, &Answer::Yes, &grain) && self.range(number).contains(value)
    }
}

impl Facts for Learned<'_> {
    fn value(&self, fact: &str) -> Value {
        let bounds = match self.kind.schema.get(fact).map(|fact| &fact.kind) {
            Some(FactType::Number { bounds, .. }) => *bounds,
            _ => return Value::Any,
        };
        let range = self.knowledge.range(&Expression { value: bounds, node: Node::Fact(fact.to_owned()) });
        let larger = |a: Option<Decimal>, b: Option<Decimal>| a.max(b);
        let smaller = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).map(|(a, b)| a.min(b)).or(a).or(b);
        Value::Between(Interval {
            low: larger(bounds.low, range.low.map(|(low, _)| low)),
            high: smaller(bounds.high, range.high.map(|(high, _)| high)),
        })
    }
}

fn grain_of(kind: &Kind, fact: &str) -> (Option<u32>, Interval) {
    match kind.schema.get(fact).map(|fact| &fact.kind) {
        Some(FactType::Number { places, bounds, .. }) => (*places, *bounds),
        _ => (None, Interval::UNKNOWN),
    }
}

/// The decimal places a number can have, where it has a fixed number of them.
pub(super) fn grain(kind: &Kind, number: &Expression) -> Option<u32> {
    let Node::Apply(operation, operands) = &number.node else {
        return match &number.node {
            Node::Fact(name) => grain_of(kind, name).0,
            _ => number.value.exact().map(|value| value.normalize().scale()),
        };
    };
    let of_operands = || operands.iter().map(|operand| grain(kind, operand)).collect::<Option<Vec<u32>>>();
    match operation {
        Operation::Floor | Operation::Ceiling => Some(0),
        Operation::Steps(StepReading::Started | StepReading::Full) => Some(0),
        Operation::Round(places, _) => Some(*places),
        Operation::Share(share) => Some(share.places),
        Operation::Add
        | Operation::Subtract
        | Operation::Remainder
        | Operation::Negate
        | Operation::Min
        | Operation::Max
        | Operation::Abs => of_operands()?.into_iter().max(),
        Operation::Within => grain(kind, operands.first()?),
        Operation::Multiply => Some(of_operands()?.into_iter().fold(0, u32::saturating_add)),
        Operation::Divide | Operation::Steps(StepReading::Proportional) | Operation::Line => None,
    }
}
