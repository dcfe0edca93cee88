//! A situation in which a row takes a wanted way: proposed from the trees of the pack, confirmed by assessing it.

mod candidate;
mod demand;
mod draft;
mod search;

use crate::assess::Assessment;
use crate::clause::Rulebook;
use crate::decision::{Answer, Expression};
use crate::decision::{Deed, End, Node, Path, Question, Returned, Step};
use crate::policy::Pack;
use crate::scenario::Situation;
use chrono::NaiveDate;
use draft::Scene;
use search::Search;

/// The situation with the fewest facts away from the pack's ordinary one in which every wanted answer holds.
///
/// Facts that the pack works out from others are never typed: what they are worked out from is. A situation is only
/// returned after it has been assessed and its row gives every answer. `None` where there is none, or none was found
/// within a fixed number of attempts.
pub fn construct(
    pack: &Pack,
    rules: &Rulebook,
    kind: &str,
    day: NaiveDate,
    wanted: &[Step],
) -> Option<Situation> {
    let scene = Scene::new(pack, rules, kind, day, wanted)?;
    Search::new(&scene, wanted).run()
}

/// The same for all of a path: where it can be, with every number that its amounts are worked out from.
pub fn construct_path(
    pack: &Pack,
    rules: &Rulebook,
    kind: &str,
    day: NaiveDate,
    path: &Path,
) -> Option<Situation> {
    let mut wanted = path.steps.clone();
    for fact in numbers_of(path) {
        let question = Question::Known(fact);
        wanted.push(Step { question, answer: Answer::Yes, decided: true });
    }
    construct(pack, rules, kind, day, &wanted).or_else(|| construct(pack, rules, kind, day, &path.steps))
}

/// The facts that what a path does and returns is worked out from.
fn numbers_of(path: &Path) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    let mut read = |expression: &Expression| {
        expression.visit(&mut |part| {
            if let Node::Fact(name) = &part.node
                && !facts.contains(name)
            {
                facts.push(name.clone());
            }
        });
    };
    for effect in &path.effects {
        match &effect.deed {
            Deed::Enter { amount, .. } => read(amount),
            Deed::Mitigate { factor, .. } => read(factor),
            Deed::Veto | Deed::Grade { .. } | Deed::Raise { .. } | Deed::Exempt { .. } => {}
        }
    }
    path.calculations.iter().for_each(|calculation| read(calculation));
    if let End::Returned(Returned::Number(number)) = &path.end {
        read(number);
    }
    facts
}

/// Assesses a situation: the assessment, where the row is judged on the wanted day and gives every wanted answer.
fn confirmed(scene: &Scene<'_>, situation: &Situation, wanted: &[Step]) -> Option<Assessment> {
    let (assessment, kind) = situation.assess(scene.pack, scene.rules).ok()?;
    let row = assessment.rows.get(&kind)?.get(0)?;
    let gives = |step: &Step| matches!(step.question.answer(row.record.as_ref()), Ok(Some(answer)) if answer == step.answer);
    let on_the_day = scene.kind.is_card() || row.at.date() == scene.on;
    (on_the_day && wanted.iter().all(gives)).then_some(assessment)
}
