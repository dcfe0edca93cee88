//! `renze explain`: why.

use super::closing::with_closing;
use super::ledger::sound;
use super::why_not::{Otherwise, Wanted};
use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, say};
use crate::assess::{Assessment, JudgedRows};
use crate::closing::{self, About};
use crate::diagnostic::Diagnostic;
use crate::language::{Language, Text};
use crate::ledger::Entry;
use crate::report::{self, Report};
use clap::Args;
use std::path::PathBuf;

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
    /// Show what this ledger says of it, and what it came to when it was sealed beside what it comes to now.
    #[arg(long)]
    ledger: Option<PathBuf>,
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
        if let Some(ledger) = &self.ledger {
            return self.with_ledger(&sound(ledger)?.0, language);
        }
        let workspace = self.which.open(language)?;
        say(&report::render(&self.why(&workspace, language)?));
        Ok(Outcome::Done)
    }

    /// What a ledger says, what it comes to now, and what it came to when it was sealed, where that is something else.
    fn with_ledger(&self, entries: &[Entry], language: Language) -> Result<Outcome, Halt> {
        let workspace = self.which.open_decided(entries, language)?;
        let period = workspace.assessment.period.code();
        let own = (workspace.pack.policy.id.as_str(), period.as_str());
        let subject = self.subject.as_deref().map(|wanted| workspace.subject_code(wanted).to_owned());
        let about = match (&self.complaint, &subject) {
            (Some(id), _) => About::Record(id),
            (None, subject) => About::Subject(subject.as_deref().unwrap_or_default()),
        };
        let entered = closing::history(entries, own, about);
        let history = report::ledger_history(&workspace.subject(), &entered, subject.as_deref(), language);
        say(&match entered.is_empty() {
            true => language.pick("台账中没有它的记录\n", "nothing in the ledger is about it\n").to_owned(),
            false => report::render(&history),
        });
        let otherwise = subject.as_deref().filter(|_| !entered.is_empty()).map(|subject| {
            with_closing(&workspace, |closing| Ok(closing.entered_otherwise(entries, subject)))
        });
        let not_adjusted = otherwise.transpose()?.flatten().map(|seq| {
            Text::new(
                format!("\n现在算出的与第 {seq} 条所记不同，尚未调整入账（renze adjust）\n"),
                format!("\nwhat it comes to now is not what entry {seq} says, and no adjustment is entered yet (renze adjust)\n"),
            )
        });
        not_adjusted.iter().for_each(|said| say(said.get(language)));
        let now = self.why_or_left_out(&workspace, language)?;
        let before = closing::sealed_otherwise(entries, own).and_then(|before| entries.get(..before));
        let sealed = before.map(|before| self.which.open_decided(before, language)).transpose()?;
        let sealed = sealed.map(|sealed| self.why_or_left_out(&sealed, language)).transpose()?;
        let Some(sealed) = sealed.filter(|sealed| *sealed != now) else {
            say(&format!("\n{now}"));
            return Ok(Outcome::Done);
        };
        say(&language.pick(
            format!("\n── 现在，已按申诉决定 ──\n\n{now}\n── 首次封存时 ──\n\n{sealed}"),
            format!("\n── now, with what was decided ──\n\n{now}\n── as it was first sealed ──\n\n{sealed}"),
        ));
        Ok(Outcome::Done)
    }

    /// Why it is where it is; of a row that does not count any more, that.
    fn why_or_left_out(&self, workspace: &Workspace, language: Language) -> Result<String, Halt> {
        let asides = &workspace.assessment.set_aside;
        let left_out =
            asides.iter().find(|aside| Some(&aside.id) == self.complaint.as_ref() && !aside.is_fault());
        match left_out {
            Some(aside) => {
                let reasons = aside.reasons.iter().map(|reason| reason.message.get(language));
                Ok(reasons.map(|reason| format!("{}: {reason}\n", aside.id)).collect())
            }
            None => self.why(workspace, language).map(|report| report::render(&report)),
        }
    }

    /// Why the complaint or the subject is where it is.
    fn why(&self, workspace: &Workspace, language: Language) -> Result<Report, Halt> {
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
        report.ok_or_else(|| unknown(wanted, known))
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
