//! A bulletin on a terminal.

use super::super::{Digests, Report, Subject, Table};
use super::{caution, title, until};
use crate::bulletin::{Bulletin, Part};
use crate::language::Language;

/// The bulletin on a terminal.
pub fn bulletin_screen(
    subject: &Subject<'_>,
    bulletin: &Bulletin,
    digests: &Digests,
    language: Language,
) -> Report {
    let mut report = Report::default();
    report.line(title(subject, bulletin).get(language).to_owned());
    let whose = subject.book.title.get(language);
    let between = if whose.is_empty() { "" } else { " · " };
    report.line(format!("{whose}{between}{}", until(subject, bulletin).get(language)));
    if let Some(caution) = caution(bulletin) {
        report.line(caution.get(language).to_owned());
    }
    for part in &bulletin.parts {
        report.gap();
        show(part, language, &mut report);
    }
    report.gap();
    report.line(super::super::screen::fingerprints(digests, language));
    report
}

fn show(part: &Part, language: Language, report: &mut Report) {
    let (title, note) = (part.heading(language), part.note.get(language));
    let note = match note {
        "" => String::new(),
        note => language.pick("（{}）", " ({})").replace("{}", note),
    };
    report.line(format!("▌{title}{note}"));
    if part.rows.is_empty() {
        report.line(language.pick("  无", "  none"));
    } else {
        report.table(Table {
            indent: 2,
            headings: part.headings.iter().map(|heading| heading.title.get(language).to_owned()).collect(),
            numeric: part.headings.iter().map(|heading| heading.is_number).collect(),
            rows: part
                .rows
                .iter()
                .map(|cells| cells.iter().map(|cell| cell.shown.get(language).to_owned()).collect())
                .collect(),
        });
    }
    for remark in &part.remarks {
        report.line(format!("  {}", remark.get(language)));
    }
}
