//! What the questions answered so far say of the numbers of a row: their ranges, within what a fact can be at all.

use super::subject::{Function, Stretch, Subject};
use crate::clause::Rulebook;
use crate::decision::{
    Answer, Band, End, Expression, Knowledge, Node, Operation, Question, Returned, Step, StepReading,
};
use crate::fact::{Clock, FactType, Facts, Origin, Value};
use crate::interval::{Interval, Relation};
use crate::policy::{Inconsistent, Kind, Terms};
use rust_decimal::Decimal;
use std::sync::Arc;

/// What is known of a row on the way along a path.
pub(super) struct Learned<'a> {
    kind: &'a Kind,
    /// The clocks that cannot run backwards.
    forward: Vec<String>,
    knowledge: Knowledge,
}

impl<'a> Learned<'a> {
    /// Before the first question.
    pub(super) fn nothing(subject: &Subject<'a>, function: &Function<'a>, stretch: &Stretch) -> Self {
        let kind = function.kind;
        let clocks = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
            Origin::Clock(clock) if runs_forward(subject.rules, kind, clock, &stretch.terms) => {
                Some(fact.name.clone())
            }
            _ => None,
        });
        Self { kind, forward: clocks.collect(), knowledge: Knowledge::default() }
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
        let forward = self.forward.iter().any(|clock| clock == fact);
        let least = if forward { Some(Decimal::ZERO) } else { None };
        let larger = |a: Option<Decimal>, b: Option<Decimal>| a.max(b);
        let smaller = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).map(|(a, b)| a.min(b)).or(a).or(b);
        Value::Between(Interval {
            low: larger(larger(bounds.low, range.low.map(|(low, _)| low)), least),
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

/// Whether rows whose clock would end before it begins are never judged.
fn runs_forward(rules: &Rulebook, kind: &Kind, clock: &Clock, terms: &Terms) -> bool {
    let backwards = |step: &Step| match &step.question {
        Question::Known(_) => step.answer == Answer::Yes,
        Question::Moments(relation, left, right) => {
            let holds = match (
                left == &clock.to && right == &clock.from,
                left == &clock.from && right == &clock.to,
            ) {
                (true, _) => relation.holds(std::cmp::Ordering::Less),
                (_, true) => relation.holds(std::cmp::Ordering::Greater),
                _ => return true,
            };
            Answer::from(holds) == step.answer
        }
        _ => true,
    };
    let refused = kind.consistency.iter().filter(|rule| rule.action != Inconsistent::Report);
    refused.filter_map(|rule| rules.definition(&kind.name, &rule.by)).any(|definition| {
        let Some(tree) = rules.tree(definition, terms) else { return false };
        let mut taken = tree.paths().iter().filter(|path| path.steps.iter().all(backwards)).peekable();
        taken.peek().is_some()
            && taken.all(|path| path.end == End::Returned(Returned::Value(Value::Bool(true))))
    })
}
