//! `renze try`: findings and working for one row typed by hand.

use super::{Report, Subject, Table, complaint};
use crate::fact::{Facts as _, Value};
use crate::language::Language;
use std::collections::BTreeSet;

/// The row with its findings; facts that were not given are marked as the pack's ordinary ones.
pub fn trial_report(
    subject: &Subject<'_>,
    kind: usize,
    given: &BTreeSet<String>,
    language: Language,
) -> Report {
    let mut report = Report::default();
    let Some(row) = subject.assessment.rows.get(&kind).and_then(|rows| rows.get(0)) else { return report };
    let policy = &subject.pack.policy;
    let (title, on) = (policy.title.get(language), row.at.date());
    report.line(match language {
        Language::Zh => format!("{title} {} · 试算 · 按 {on} 施行的条款", policy.version),
        Language::En => format!("{title} {} · a trial · by what is in force on {on}", policy.version),
    });
    report.gap();
    let mut rows = Vec::new();
    for fact in row.record.schema.facts() {
        let value = row.record.value(&fact.name);
        let is_given = given.contains(&fact.name);
        // what could not be worked out says why
        let is_open = matches!(value, Value::Undetermined(_));
        if value.known() != Some(true) && !is_given && !is_open {
            continue;
        }
        let mark = match (is_given, fact.ordinary.is_some(), language) {
            (true, _, Language::Zh) => "给定",
            (true, _, Language::En) => "given",
            (false, true, Language::Zh) => "通常",
            (false, true, Language::En) => "ordinary",
            (false, false, Language::Zh) => "推得",
            (false, false, Language::En) => "worked out",
        };
        rows.push(vec![
            fact.title.get(language).to_owned(),
            fact.kind.show(&value, language),
            mark.to_owned(),
        ]);
    }
    report.table(Table { indent: 2, rows, ..Table::default() });
    complaint::write_clauses(subject, kind, &row, language, &mut report);
    report
}
