//! All paths of a clause as one decision tree.

use crate::decision::{Answer, Deed, End, Expression, Node, Path, Question, Returned};
use crate::fact::Facts;
use crate::interval::ArithmeticFault;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A decision tree: questions inside, a path at every leaf.
#[derive(Clone, Debug)]
pub struct Tree {
    root: Branch,
    paths: Vec<Arc<Path>>,
}

/// A part of a tree.
#[derive(Clone, Debug)]
pub enum Branch {
    /// A question with what follows each answer.
    Ask(Question, Vec<(Answer, Branch)>),
    /// The end of the path of that position.
    Leaf(usize),
}

impl Tree {
    /// The tree of all paths of one clause, in the order they were followed: they share their first questions.
    pub fn of(paths: Vec<Path>) -> Self {
        let paths: Vec<Arc<Path>> = paths.into_iter().map(Arc::new).collect();
        let all: Vec<usize> = (0..paths.len()).collect();
        Self { root: below(&paths, &all, 0), paths }
    }

    /// Every path, by its position.
    pub fn paths(&self) -> &[Arc<Path>] {
        &self.paths
    }

    /// The first question.
    pub fn root(&self) -> &Branch {
        &self.root
    }

    /// Every fact that some path reads.
    pub fn facts(&self) -> BTreeSet<String> {
        let mut facts = BTreeSet::new();
        let mut note = |part: &Expression| {
            if let Node::Fact(name) = &part.node {
                facts.insert(name.clone());
            }
        };
        for path in &self.paths {
            path.calculations.iter().for_each(|calculation| calculation.visit(&mut note));
            if let End::Returned(Returned::Number(number)) = &path.end {
                number.visit(&mut note);
            }
            for effect in &path.effects {
                if let Deed::Enter { amount, .. } = &effect.deed {
                    amount.visit(&mut note);
                }
            }
        }
        facts.extend(self.paths.iter().flat_map(|path| &path.steps).flat_map(|step| step.question.facts()));
        facts
    }

    /// The paths a row may take: one where its facts decide every question, else one for each answer there may be.
    ///
    /// # Errors
    /// A number that a question is about cannot be worked out for the row.
    pub fn reached(&self, facts: &dyn Facts) -> Result<Vec<usize>, ArithmeticFault> {
        let mut reached = Vec::new();
        self.root.reach(facts, &mut reached)?;
        Ok(reached)
    }
}

impl Branch {
    fn reach(&self, facts: &dyn Facts, reached: &mut Vec<usize>) -> Result<(), ArithmeticFault> {
        match self {
            Self::Leaf(path) => reached.push(*path),
            Self::Ask(question, branches) => {
                let decided = question.answer(facts)?;
                for (answer, branch) in branches {
                    let follows = match &decided {
                        Some(decided) => decided == answer,
                        None => question.allows(answer, facts)?,
                    };
                    if follows {
                        branch.reach(facts, reached)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn below(paths: &[Arc<Path>], taken: &[usize], depth: usize) -> Branch {
    let step = |index: &usize| paths.get(*index).and_then(|path| path.steps.get(depth));
    let Some(asked) = taken.iter().find_map(step) else {
        return Branch::Leaf(taken.first().copied().unwrap_or_default());
    };
    let mut branches: Vec<(Answer, Vec<usize>)> = Vec::new();
    for index in taken {
        let Some(step) = step(index) else { continue };
        match branches.iter_mut().find(|(answer, _)| *answer == step.answer) {
            Some((_, same)) => same.push(*index),
            None => branches.push((step.answer.clone(), vec![*index])),
        }
    }
    let deeper = |same: Vec<usize>| below(paths, &same, depth.saturating_add(1));
    let branches = branches.into_iter().map(|(answer, same)| (answer, deeper(same))).collect();
    Branch::Ask(asked.question.clone(), branches)
}
