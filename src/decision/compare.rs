//! Two versions of one function, path by path: the ways along both that one row may take, and that end differently.

use crate::decision::{
    Answer, Branch, Deed, Effect, End, Expression, Grain, Knowledge, Node, Path, Question, Reason,
    ReasonPart, Returned, Step, Tree,
};
use crate::interval::Relation;
use crate::language::Text;
use std::sync::Arc;

/// So many ways are followed at most; more of them would not be read.
const WAYS: usize = 4_096;

/// A way that one row may take through both versions, with different ends.
#[derive(Clone, Debug)]
pub struct Divergence {
    /// The position of the path through the first version.
    pub before: usize,
    /// The position of the path through the second.
    pub after: usize,
    /// Every answer along both. Parameters stand as plain numbers, because the versions may disagree on them.
    pub steps: Vec<Step>,
    /// That two numbers worked out of the row are not the same, where the ends differ in that alone: they may still be
    /// the same for some rows.
    pub apart: Option<Step>,
}

/// The ways on which two versions of a function end differently. What an end is called, and where in its file it
/// stands, is no difference.
pub fn divergences(before: &Tree, after: &Tree, grain: Grain<'_>) -> Vec<Divergence> {
    let settle = |tree: &Tree| tree.paths().iter().map(|path| settled(path)).collect::<Vec<Path>>();
    let (befores, after) = (settle(before), Tree::of(settle(after)));
    let mut found = Vec::new();
    for (position, path) in befores.iter().enumerate() {
        // the rows of a path are those of the same path of the other version
        let same = |other: &Arc<Path>| **other == *path;
        if after.paths().get(position).is_some_and(same) || after.paths().iter().any(same) {
            continue;
        }
        let mut knowledge = Knowledge::default();
        path.steps.iter().for_each(|step| knowledge.learn(&step.question, &step.answer, grain));
        let walk = Walk { position, path, after: &after, grain };
        walk.down(after.root(), &mut path.steps.clone(), &knowledge, &mut found);
        if found.len() >= WAYS {
            break;
        }
    }
    found
}

/// One path of the first version on its way through the second.
struct Walk<'w> {
    position: usize,
    path: &'w Path,
    after: &'w Tree,
    grain: Grain<'w>,
}

impl Walk<'_> {
    fn down(
        &self,
        branch: &Branch,
        steps: &mut Vec<Step>,
        knowledge: &Knowledge,
        found: &mut Vec<Divergence>,
    ) {
        let (question, branches) = match branch {
            Branch::Ask(question, branches) => (question, branches),
            Branch::Leaf(after) => {
                let Some(other) = self.after.paths().get(*after) else { return };
                if !ends_alike(self.path, other) && found.len() < WAYS {
                    let (steps, apart) = (steps.clone(), apart(self.path, other));
                    found.push(Divergence { before: self.position, after: *after, steps, apart });
                }
                return;
            }
        };
        let known = steps.iter().find(|step| step.question == *question).map(|step| step.answer.clone());
        for (answer, below) in branches {
            if let Some(known) = &known {
                if known == answer {
                    self.down(below, steps, knowledge, found);
                }
                continue;
            }
            let step = Step { question: question.clone(), answer: answer.clone(), decided: true };
            let lacks = steps.iter().any(|taken| lacks(taken, &step) || lacks(&step, taken));
            if lacks || knowledge.contradicts(question, answer, self.grain) {
                continue;
            }
            let mut knowledge = knowledge.clone();
            knowledge.learn(question, answer, self.grain);
            steps.push(step);
            self.down(below, steps, &knowledge, found);
            steps.pop();
        }
    }
}

/// Whether one step says that a fact is missing which the other needs.
fn lacks(one: &Step, other: &Step) -> bool {
    match &one.question {
        Question::Known(fact) if one.answer == Answer::No => {
            !matches!(other.question, Question::Known(_)) && other.question.facts().contains(fact)
        }
        _ => false,
    }
}

/// Whether two paths do and return the same, in whatever order.
fn ends_alike(one: &Path, other: &Path) -> bool {
    let mut left: Vec<&Effect> = other.effects.iter().collect();
    let taken = one.effects.iter().all(|effect| {
        let place = left.iter().position(|other| *other == effect);
        place.map(|place| left.swap_remove(place)).is_some()
    });
    taken && left.is_empty() && one.end == other.end
}

/// The first two numbers in which paths differ that end alike otherwise, as not the same.
fn apart(one: &Path, other: &Path) -> Option<Step> {
    let unlike = |one: &Arc<Expression>, other: &Arc<Expression>| {
        let asks = one != other && !(one.is_constant() && other.is_constant());
        asks.then(|| Step {
            question: Question::Compare(Relation::Unequal, Arc::clone(one), Arc::clone(other)),
            answer: Answer::Yes,
            decided: true,
        })
    };
    if let (End::Returned(Returned::Number(one)), End::Returned(Returned::Number(other))) =
        (&one.end, &other.end)
    {
        return unlike(one, other);
    }
    // where something else differs, the numbers need not
    if one.effects.len() != other.effects.len() {
        return None;
    }
    let mut first = None;
    for (one, other) in one.effects.iter().zip(&other.effects) {
        match (&one.deed, &other.deed) {
            (Deed::Enter { account, amount }, Deed::Enter { account: same, amount: after })
                if (account, &one.role) == (same, &other.role) =>
            {
                if amount != after {
                    first = first.or(Some(unlike(amount, after)?));
                }
            }
            (Deed::Mitigate { clause, factor }, Deed::Mitigate { clause: same, factor: after })
                if clause == same =>
            {
                if factor != after {
                    first = first.or(Some(unlike(factor, after)?));
                }
            }
            (one, other) if one == other => {}
            _ => return None,
        }
    }
    first
}

/// A path as both versions can be held against each other: parameters as their numbers, without places and with nothing
/// that is decided by parameters alone.
fn settled(path: &Path) -> Path {
    let asks = |step: &&Step| !matches!(&step.question, Question::Compare(_, left, right) if left.is_constant() && right.is_constant());
    let step =
        |step: &Step| Step { question: question(&step.question), answer: step.answer.clone(), decided: true };
    let nothing = |amount: &Expression| {
        amount.is_constant() && amount.value.exact().is_some_and(|exact| exact.is_zero())
    };
    let does = |effect: &&Effect| !matches!(&effect.deed, Deed::Enter { amount, .. } if nothing(amount));
    Path {
        steps: path.steps.iter().filter(asks).map(step).collect(),
        effects: path.effects.iter().filter(does).map(effect).collect(),
        calculations: path.calculations.iter().map(plain).collect(),
        end: match &path.end {
            End::Returned(Returned::Number(number)) => End::Returned(Returned::Number(plain(number))),
            End::Undetermined(_) => End::Undetermined(Text::default()),
            end => end.clone(),
        },
    }
}

fn question(question: &Question) -> Question {
    match question {
        Question::Compare(relation, left, right) => Question::Compare(*relation, plain(left), plain(right)),
        Question::Band { input, bands, .. } => Question::Band {
            table: String::new(),
            keys: Vec::new(),
            input: plain(input),
            bands: bands.clone(),
        },
        question => question.clone(),
    }
}

fn effect(effect: &Effect) -> Effect {
    let deed = match &effect.deed {
        Deed::Enter { account, amount } => Deed::Enter { account: account.clone(), amount: plain(amount) },
        Deed::Mitigate { clause, factor } => Deed::Mitigate { clause: clause.clone(), factor: plain(factor) },
        deed => deed.clone(),
    };
    let part = |part: &ReasonPart| match part {
        ReasonPart::Number(number) => ReasonPart::Number(plain(number)),
        text @ ReasonPart::Text(_) => text.clone(),
    };
    let reason = effect.reason.as_ref().map(|reason| Reason(reason.0.iter().map(part).collect()));
    Effect { deed, role: effect.role.clone(), reason, line: 0, column: 0 }
}

/// A working without the names of parameters.
fn plain(expression: &Arc<Expression>) -> Arc<Expression> {
    if expression.is_constant()
        && let Some(exact) = expression.value.exact()
    {
        return Expression::literal(exact);
    }
    match &expression.node {
        Node::Apply(operation, operands) => Arc::new(Expression {
            value: expression.value,
            node: Node::Apply(*operation, operands.iter().map(plain).collect()),
        }),
        _ => Arc::clone(expression),
    }
}
