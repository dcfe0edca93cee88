//! What clauses say against each other of one card.

use super::entry::Entry;
use super::roster::Roster;
use crate::decision::Grading;
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::policy::Policy;
use std::collections::{BTreeMap, BTreeSet};

/// Cards of which several clauses fix the grade, and not the same one: the worse stands, and it is said.
pub(super) fn of_grades(entries: &[Entry], roster: &Roster, policy: &Policy) -> Vec<Diagnostic> {
    let mut fixed: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.is_certain()) {
        if let (Some(card), Some((grade, Grading::Exactly))) = (entry.card(), entry.grade()) {
            fixed.entry(card).or_default().insert(grade);
        }
    }
    let said = fixed.iter().filter(|(_, grades)| grades.len() > 1).filter_map(|(card, grades)| {
        let key = roster.key(*card)?;
        let rule = policy.kinds.get(key.kind)?.grade.as_ref()?;
        let names: Vec<&str> = grades.iter().filter_map(|place| rule.all().nth(*place)).collect();
        let worst = names.last()?;
        let message = Text::new(
            format!("{}：几条规则评定的等次不一（{}），从其低者 {worst}", key.subject, names.join("、")),
            format!(
                "{}: clauses fix different grades ({}); the worse stands: {worst}",
                key.subject,
                names.join(", ")
            ),
        );
        Some(Diagnostic::warning("R034", message))
    });
    said.collect()
}
