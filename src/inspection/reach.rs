//! Conditions that are always so or never so where they stand, and verbs that no path comes by.

use super::subject::Subject;
use crate::clause::{Asked, Clause, Spot};
use crate::decision::{Answer, Question, Step};
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::policy::{Kind, Terms};
use crate::report::conditions;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A condition as it was found on all paths of all functions of its file.
struct Condition<'a> {
    clause: &'a Clause,
    kind: &'a Kind,
    terms: Arc<Terms>,
    asked: Vec<Asked>,
}

/// What was seen of every file.
#[derive(Default)]
struct Sight<'a> {
    visited: BTreeSet<(&'a str, Spot)>,
    conditions: BTreeMap<(&'a str, Spot), Condition<'a>>,
    /// The clauses and definitions of each file, and whether all that each does was seen.
    functions: BTreeMap<(&'a str, &'a str), bool>,
}

pub(super) fn inspect(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let sight = Sight::of(subject);
    let mut found = Vec::new();
    for ((file, spot), condition) in &sight.conditions {
        let function = subject.rules.function_at(condition.clause, *spot);
        if function.is_some_and(|function| sight.sees(file, function)) {
            found.extend(condition.judge(subject));
        }
    }
    for call in subject.rules.verb_calls(subject.pack) {
        let (file, verb, function) = (call.file.as_str(), &call.verb, &call.function);
        if !sight.sees(file, function) || sight.visited.contains(&(file, call.spot)) {
            continue;
        }
        let message = Text::new(
            format!("`{function}` 的这一 {verb} 在任何情形下都到不了"),
            format!("no fact can lead to this {verb} of `{function}`"),
        );
        let help = Text::new(
            "它前面的条件互相矛盾、前面的分支已取走一切情形，或没有规则调用这个函数",
            "the conditions before it contradict each other, an earlier branch takes every case, or no clause calls it",
        );
        found.push(Diagnostic::warning("I002", message).at(call.place.clone()).help(help));
    }
    found
}

impl<'a> Sight<'a> {
    fn of(subject: &Subject<'a>) -> Self {
        let mut sight = Self::default();
        for function in &subject.functions {
            let clause = function.clause;
            let mut seen = false;
            for stretch in subject.in_force(clause) {
                let watched = subject.rules.watch(subject.pack, clause, &stretch.terms);
                seen = watched.is_some();
                let Some(watched) = watched else { break };
                sight.visited.extend(watched.visited.into_iter().map(|spot| (clause.file.as_str(), spot)));
                for asked in watched.asked {
                    let place = (clause.file.as_str(), asked.spot);
                    let condition = sight.conditions.entry(place).or_insert_with(|| Condition {
                        clause,
                        kind: function.kind,
                        terms: Arc::clone(&stretch.terms),
                        asked: Vec::new(),
                    });
                    condition.asked.push(asked);
                }
            }
            sight.functions.insert((&clause.file, &clause.name), seen);
        }
        sight
    }

    /// Whether all that a function does was seen; of a helper only where everything that may call it was.
    fn sees(&self, file: &str, function: &str) -> bool {
        self.functions.get(&(file, function)).copied().unwrap_or_else(|| {
            self.functions.iter().filter(|((of, _), _)| *of == file).all(|(_, seen)| *seen)
        })
    }
}

impl Condition<'_> {
    /// A warning where it came out the same on every path.
    fn judge(&self, subject: &Subject<'_>) -> Option<Diagnostic> {
        let first = self.asked.first()?;
        let holds = first.holds?;
        if self.asked.iter().any(|asked| asked.holds != Some(holds)) {
            return None;
        }
        // a loop or a helper asks several questions at one place: each is named once
        let mut steps: Vec<Step> = Vec::new();
        for asked in &self.asked {
            let step = Step { question: asked.question.clone(), answer: asked.answer.clone(), decided: true };
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
        let name = Subject::name(self.clause);
        let said = conditions(self.kind, &self.terms, &steps);
        let is_word = matches!(&first.answer, Answer::Is(crate::fact::Value::Word(_)));
        let message = match (holds, is_word) {
            (true, _) => Text::new(
                format!("{}的这一条件在此处总是成立：{}", name.zh, said.zh),
                format!("this condition of {} always holds here: {}", name.en, said.en),
            ),
            (false, true) => Text::new(
                format!("{}的这一条件在此处永不成立：到此只有 {}", name.zh, said.zh),
                format!("this condition of {} never holds here: only {} comes this far", name.en, said.en),
            ),
            (false, false) => Text::new(
                format!("{}的这一条件在此处永不成立：到此只有 {}", name.zh, said.zh),
                format!(
                    "this condition of {} never holds here: what comes this far has {}",
                    name.en, said.en
                ),
            ),
        };
        let help = Text::new(
            "前面的条件或事实的上下限已经决定了它：删去它，或改正前面的条件",
            "earlier conditions, or the bounds of the fact, have decided it: drop it, or mend the earlier ones",
        );
        let (line, column) = first.spot;
        // a fact is read at the dot before its name
        let (column, length) = match &first.question {
            Question::Fact(name) => (column.saturating_add(1), name.chars().count()),
            _ => (column, 1),
        };
        let place = subject.rules.place_at(self.clause, (line, column), length);
        Some(Diagnostic::warning("I001", message).at(place).help(help))
    }
}
