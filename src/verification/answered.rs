//! Which rows plain values alone answer.

use crate::assess::Assessment;
use crate::clause::{Clause, Rulebook};
use crate::diagnostic::Diagnostic;
use crate::fact::Origin;
use crate::policy::{Kind, Pack};
use rayon::prelude::*;

/// How many rows of one kind are answered by plain values alone, and how many have unknown facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The kind.
    pub kind: String,
    /// By plain values.
    pub bare: usize,
    /// With a fact some clause asks for and nobody knows: what follows was worked out for every value it may have.
    pub recorded: usize,
}

/// Counts the rows of every kind.
///
/// # Errors
/// A clause can never work, or took too long.
pub fn answered(
    assessment: &Assessment,
    pack: &Pack,
    rules: &Rulebook,
) -> Result<Vec<Answered>, Vec<Diagnostic>> {
    let mut all = Vec::new();
    for (position, kind) in pack.policy.kinds.iter().enumerate() {
        let Some(rows) = assessment.rows.get(&position) else { continue };
        let functions = functions(kind, rules);
        let is_bare = |row: usize| {
            let (Some(record), Some(terms)) = (rows.record(row), rows.terms(row)) else { return Ok(true) };
            let day = rows.at(row).date();
            for function in functions.iter().filter(|function| function.days.contains(day)) {
                if !rules.is_answered_bare(function, &record, terms)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let answers: Vec<Result<bool, Box<Diagnostic>>> =
            (0..rows.len()).into_par_iter().map(is_bare).collect();
        let answers: Result<Vec<bool>, Box<Diagnostic>> = answers.into_iter().collect();
        let answers = answers.map_err(|fault| vec![*fault])?;
        let bare = answers.iter().filter(|bare| **bare).count();
        let recorded = answers.len().saturating_sub(bare);
        all.push(Answered { kind: kind.name.clone(), bare, recorded });
    }
    Ok(all)
}

/// Everything that is asked of a row of a kind.
fn functions<'r>(kind: &Kind, rules: &'r Rulebook) -> Vec<&'r Clause> {
    let defined = kind.schema.facts().iter().filter_map(|fact| match &fact.origin {
        Origin::Definition(by) => Some(by),
        _ => None,
    });
    let defined = defined.chain(kind.consistency.iter().map(|rule| &rule.by));
    let defined = defined.filter_map(|by| rules.definition(&kind.name, by));
    let clauses = rules.clauses().iter().filter(|clause| clause.kind == kind.name);
    defined.chain(clauses).collect()
}
