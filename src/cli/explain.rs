//! `renze explain`: why.

use super::why_not::{Otherwise, Wanted};
use super::workspace::Which;
use super::{Halt, Outcome, say};
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

/// There is no such complaint or subject.
pub(super) fn unknown<'n>(wanted: &str, known: impl IntoIterator<Item = &'n str>) -> Halt {
    let message =
        Text::new(format!("本期考核中没有「{wanted}」"), format!("the assessment has no `{wanted}`"));
    Halt::Faults(vec![Diagnostic::error("A002", message).suggest(wanted, known)])
}
