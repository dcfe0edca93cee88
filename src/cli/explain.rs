//! `renze explain`: why.

use super::why_not::{Otherwise, Wanted};
use super::workspace::Which;
use super::{Halt, Outcome, say};
use crate::assess::{Assessment, JudgedRows};
use crate::diagnostic::Diagnostic;
use crate::language::{Language, Text};
use crate::report;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    which: Which,
    /// One complaint, by its number.
    #[arg(long, required_unless_present = "subject", conflicts_with = "subject")]
    complaint: Option<String>,
    /// One person, unit, line or executive, by code or name.
    #[arg(long)]
    subject: Option<String>,
    /// Cut no list short.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    otherwise: Otherwise,
}

impl Explain {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        if self.otherwise.is_asked() {
            let wanted = match (&self.complaint, &self.subject) {
                (Some(id), _) => Wanted::Row(id),
                (None, subject) => Wanted::Subject(subject.as_deref().unwrap_or_default()),
            };
            return self.otherwise.run(&self.which, wanted, self.all, language);
        }
        let workspace = self.which.open(language)?;
        let subject = workspace.subject();
        let assessment = &workspace.assessment;
        let (report, wanted, known) = if let Some(id) = &self.complaint {
            if let Some(why) = not_judged(assessment, id) {
                return Err(why);
            }
            let known: Vec<&str> =
                assessment.rows.values().flat_map(|rows| (0..rows.len()).map(|row| rows.id(row))).collect();
            (report::explain_complaint(&subject, id, self.all, language), id, known)
        } else {
            let wanted = self.subject.as_ref().ok_or_else(|| Halt::Usage(Text::default()))?;
            let names = assessment
                .scorecards
                .iter()
                .flat_map(|card| [card.key.subject.as_str(), card.name.zh.as_str(), card.name.en.as_str()]);
            (report::explain_subject(&subject, wanted, self.all, language), wanted, names.collect())
        };
        let report = report.ok_or_else(|| unknown(wanted, known))?;
        say(&report::render(&report));
        Ok(Outcome::Done)
    }
}

/// Why a row that is in the book was not judged: it was set aside, or counts in another period.
fn not_judged(assessment: &Assessment, id: &str) -> Option<Halt> {
    if let Some(aside) = assessment.set_aside.iter().find(|aside| aside.id == id) {
        let message =
            Text::new(format!("「{id}」被搁置，没有判定"), format!("`{id}` was set aside and not judged"));
        let head = Diagnostic::error("A006", message).at(aside.place.clone());
        return Some(Halt::Faults([vec![head], aside.reasons.clone()].concat()));
    }
    let judged = |rows: &JudgedRows| (0..rows.len()).any(|row| rows.id(row) == id);
    if assessment.rows.values().any(judged) || !assessment.before.values().any(judged) {
        return None;
    }
    let message = Text::new(
        format!("「{id}」不计入本期，只供往回看的事实使用"),
        format!("`{id}` counts in another period and is only looked back on"),
    );
    Some(Halt::Faults(vec![Diagnostic::error("A006", message)]))
}

/// There is no such complaint or subject.
pub(super) fn unknown<'n>(wanted: &str, known: impl IntoIterator<Item = &'n str>) -> Halt {
    let message =
        Text::new(format!("本期考核中没有「{wanted}」"), format!("the assessment has no `{wanted}`"));
    Halt::Faults(vec![Diagnostic::error("A002", message).suggest(wanted, known)])
}
