//! What a situation must be like, and how a demand on a fact that is worked out becomes demands on what it is worked
//! out from.

use super::draft::Scene;
use crate::clause::Record;
use crate::decision::{Answer, End, Expression, Node, Path, Question, Returned, Step};
use crate::fact::{Aggregate, Fact, FactType, Measure, Origin, Value};
use crate::interval::Relation;
use crate::policy::Inconsistent;
use std::sync::Arc;

/// Something that must hold of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// A question has this answer.
    Answer(Step),
    /// The row is not inconsistent by this definition.
    Consistent(String),
}

impl Demand {
    fn of(question: Question, answer: Answer) -> Self {
        Self::Answer(Step { question, answer, decided: true })
    }

    /// Whether a row meets it.
    pub(super) fn holds(&self, scene: &Scene<'_>, record: &Record) -> bool {
        match self {
            Self::Answer(step) => {
                matches!(step.question.answer(record), Ok(Some(answer)) if answer == step.answer)
            }
            Self::Consistent(by) => {
                let paths = scene.paths_of(by, record);
                !paths.iter().all(|path| path.end == End::Returned(Returned::Value(Value::Bool(true))))
            }
        }
    }

    /// The facts it is about.
    pub(super) fn facts(&self) -> Vec<String> {
        match self {
            Self::Answer(step) => {
                let mut facts = Vec::new();
                for fact in step.question.facts() {
                    if !facts.contains(&fact) {
                        facts.push(fact);
                    }
                }
                facts
            }
            Self::Consistent(_) => Vec::new(),
        }
    }

    /// The fact it is about that is worked out by a definition, where there is one.
    pub(super) fn defined<'s>(&self, scene: &'s Scene<'_>) -> Option<&'s Fact> {
        let facts = self.facts();
        let facts = facts.iter().filter_map(|name| scene.kind.schema.get(name));
        facts.into_iter().find(|fact| scene.is_defined(fact))
    }

    /// The definition it is about that has no tree, where there is one.
    pub(super) fn interpreted(&self, scene: &Scene<'_>) -> Option<String> {
        let by = match (self, self.defined(scene).map(|fact| &fact.origin)) {
            (Self::Consistent(by), _) | (_, Some(Origin::Definition(by))) => by,
            _ => return None,
        };
        let definition = scene.rules.definition(&scene.kind.name, by)?;
        scene.rules.tree(definition, &scene.terms).is_none().then(|| by.clone())
    }

    /// The ways to meet a demand that is about something worked out by a definition: each a list of demands on what the
    /// definition asks.
    pub(super) fn ways(&self, scene: &Scene<'_>) -> Vec<Vec<Self>> {
        match self {
            Self::Consistent(by) => paths(scene, by)
                .filter(|path| path.end == End::Returned(Returned::Value(Value::Bool(false))))
                .map(|path| of_path(path))
                .collect(),
            Self::Answer(step) => match self.defined(scene) {
                Some(Fact { name, origin: Origin::Definition(by), .. }) => {
                    paths(scene, by).flat_map(|path| way(name, step, path)).collect()
                }
                _ => Vec::new(),
            },
        }
    }
}

/// What an interpreted definition asked of a row, and the facts its answers come from: no tree says what else it might
/// ask.
pub(super) fn asked<'s>(scene: &'s Scene<'_>, by: &str, record: &Record) -> (Vec<Demand>, Vec<&'s Fact>) {
    let (mut demands, mut facts): (Vec<Demand>, Vec<&Fact>) = (Vec::new(), Vec::new());
    let mut definitions = vec![by.to_owned()];
    let mut next = 0;
    while let Some(by) = definitions.get(next).cloned() {
        next = next.saturating_add(1);
        for path in scene.paths_of(&by, record) {
            let read = path.steps.iter().flat_map(|step| step.question.facts());
            for name in read.chain(super::numbers_of(&path)) {
                match scene.kind.schema.get(&name) {
                    Some(Fact { origin: Origin::Definition(by), ordinary: None, .. }) => {
                        definitions.extend((!definitions.contains(by)).then(|| by.clone()));
                    }
                    Some(fact) if facts.iter().all(|known| known.name != fact.name) => facts.push(fact),
                    _ => {}
                }
            }
            demands.extend(of_path(&path));
        }
    }
    (demands, facts)
}

fn paths<'s>(scene: &'s Scene<'_>, by: &str) -> impl Iterator<Item = &'s Arc<Path>> {
    let definition = scene.rules.definition(&scene.kind.name, by);
    let tree = definition.and_then(|definition| scene.rules.tree(definition, &scene.terms));
    tree.into_iter().flat_map(|tree| tree.paths())
}

fn of_path(path: &Path) -> Vec<Demand> {
    path.steps.iter().cloned().map(Demand::Answer).collect()
}

/// How a path of a definition gives a wanted answer about its fact.
fn way(fact: &str, step: &Step, path: &Path) -> Vec<Vec<Demand>> {
    let Step { question, answer, .. } = step;
    let yes = *answer == Answer::Yes;
    let whole = || vec![of_path(path)];
    match (question, &path.end) {
        (Question::Known(_), End::Returned(_)) => {
            if yes {
                whole()
            } else {
                lacking(path)
            }
        }
        (Question::Known(_), End::Undetermined(_)) if !yes => whole(),
        (Question::Fact(_), End::Returned(Returned::Value(value)))
            if *answer == Answer::Is(value.clone()) =>
        {
            whole()
        }
        (Question::Matches(_, word), End::Returned(Returned::Value(Value::Word(said)))) => {
            if (**said == **word) == yes { whole() } else { Vec::new() }
        }
        (Question::Contains(_, word), End::Returned(Returned::Value(Value::Word(said)))) => {
            if said.contains(word.as_str()) == yes { whole() } else { Vec::new() }
        }
        (Question::Same(left, right), End::Returned(Returned::Value(Value::Word(said)))) => {
            let other = if left == fact { right } else { left };
            let mut demands = of_path(path);
            demands.push(Demand::of(Question::Matches(other.clone(), said.to_string()), answer.clone()));
            vec![demands]
        }
        (Question::Compare(relation, left, right), End::Returned(Returned::Number(number))) => {
            let (Some(left), Some(right)) = (put(left, fact, number), put(right, fact, number)) else {
                return Vec::new();
            };
            let mut demands = of_path(path);
            demands.push(Demand::of(Question::Compare(*relation, left, right), answer.clone()));
            vec![demands]
        }
        (Question::Band { table, keys, input, bands }, End::Returned(Returned::Number(number))) => {
            let Some(input) = put(input, fact, number) else { return Vec::new() };
            let (table, keys, bands) = (table.clone(), keys.clone(), bands.clone());
            let mut demands = of_path(path);
            demands.push(Demand::of(Question::Band { table, keys, input, bands }, answer.clone()));
            vec![demands]
        }
        _ => Vec::new(),
    }
}

/// The ways to leave a path because a fact it asks about, or works with, is missing.
fn lacking(path: &Path) -> Vec<Vec<Demand>> {
    let mut ways = Vec::new();
    for (index, step) in path.steps.iter().enumerate() {
        if matches!(step.question, Question::Known(_)) {
            continue;
        }
        for fact in step.question.facts() {
            let mut demands: Vec<Demand> =
                path.steps.iter().take(index).cloned().map(Demand::Answer).collect();
            demands.push(Demand::of(Question::Known(fact), Answer::No));
            ways.push(demands);
        }
    }
    for fact in super::numbers_of(path) {
        let mut demands = of_path(path);
        demands.push(Demand::of(Question::Known(fact), Answer::No));
        ways.push(demands);
    }
    ways
}

/// An expression with the working of a fact in the place of the fact.
fn put(expression: &Arc<Expression>, fact: &str, number: &Arc<Expression>) -> Option<Arc<Expression>> {
    match &expression.node {
        Node::Fact(name) if name == fact => Some(Arc::clone(number)),
        Node::Apply(operation, operands) => {
            let operands: Option<Vec<_>> =
                operands.iter().map(|operand| put(operand, fact, number)).collect();
            Expression::apply(*operation, operands?).ok()
        }
        _ => Some(Arc::clone(expression)),
    }
}

/// What every row of the kind must be like, whatever else is wanted: not inconsistent, and no part of a count above the
/// whole.
pub(super) fn standing(scene: &Scene<'_>) -> Vec<Demand> {
    let refused = scene.kind.consistency.iter().filter(|rule| rule.action != Inconsistent::Report);
    let mut demands: Vec<Demand> = refused.map(|rule| Demand::Consistent(rule.by.clone())).collect();
    let counts = || {
        scene.kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
            Origin::Aggregate(count) if count.measure == Measure::Count => Some((fact, count)),
            _ => None,
        })
    };
    let same = |a: &Aggregate, b: &Aggregate| a.over == b.over && a.role == b.role;
    for (part, of_part) in counts().filter(|(_, count)| count.condition.is_some()) {
        for (whole, of_whole) in counts().filter(|(_, count)| count.condition.is_none()) {
            if same(of_part, of_whole) {
                let number = |fact: &Fact| Expression::fact(&fact.name, bounds(&fact.kind));
                let question = Question::Compare(Relation::LessOrEqual, number(part), number(whole));
                demands.push(Demand::of(question, Answer::Yes));
            }
        }
    }
    demands
}

fn bounds(kind: &FactType) -> crate::interval::Interval {
    match kind {
        FactType::Number { bounds, .. } => *bounds,
        _ => crate::interval::Interval::UNKNOWN,
    }
}
