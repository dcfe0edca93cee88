//! All paths of a clause as one decision tree.

use crate::decision::{Answer, Effect, End, Path, Question};
use crate::fact::Facts;

/// A decision tree: questions inside, effects at the leaves.
#[derive(Clone, Debug)]
pub enum Tree {
    /// A question with a subtree for each answer.
    Ask(Question, Vec<(Answer, Tree)>),
    /// The end of a path.
    Leaf(Leaf),
}

/// What is done at the end of a path.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// In order.
    pub effects: Vec<Effect>,
    /// How the path ended.
    pub end: End,
}

impl Tree {
    /// The tree of all paths of one clause, which share their first questions.
    pub fn of(paths: &[Path]) -> Self {
        let paths: Vec<&Path> = paths.iter().collect();
        Self::below(&paths, 0)
    }

    fn below(paths: &[&Path], depth: usize) -> Self {
        let asked = paths.iter().find_map(|path| path.steps.get(depth));
        let Some(step) = asked else {
            let leaf = paths.first().map_or(Leaf { effects: Vec::new(), end: End::Done }, |path| Leaf {
                effects: path.effects.clone(),
                end: path.end.clone(),
            });
            return Self::Leaf(leaf);
        };
        let mut branches: Vec<(Answer, Vec<&Path>)> = Vec::new();
        for path in paths {
            let Some(step) = path.steps.get(depth) else {
                continue;
            };
            match branches.iter_mut().find(|(answer, _)| *answer == step.answer) {
                Some((_, taken)) => taken.push(path),
                None => branches.push((step.answer.clone(), vec![path])),
            }
        }
        let branches = branches
            .into_iter()
            .map(|(answer, taken)| (answer, Self::below(&taken, depth.saturating_add(1))))
            .collect();
        Self::Ask(step.question.clone(), branches)
    }

    /// The leaves a row may reach: one where its facts decide every question, else one for each answer there may be.
    pub fn reached(&self, facts: &dyn Facts) -> Vec<&Leaf> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::Ask(question, branches) => {
                let decided = question.answer(facts);
                branches
                    .iter()
                    .filter(|(answer, _)| decided.as_ref().is_none_or(|decided| decided == answer))
                    .flat_map(|(_, tree)| tree.reached(facts))
                    .collect()
            }
        }
    }
}
