//! `renze assess`: the main job.

use super::folder::{Folder, unwritable};
use super::formats::{self, Format};
use super::ledger::sound;
use super::masking::Masking;
use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, progress, say};
use crate::closing;
use crate::language::{Language, Text};
use crate::ledger::{Chain, Entry, EntryKind};
use crate::report::{self, Digests, Ledgered, Subject};
use clap::Args;
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use std::path::PathBuf;

/// The files that `--out` writes.
pub(super) const FILES: [&str; 5] =
    ["scorecards.csv", "findings.csv", "set_aside.csv", WITHHOLDINGS, DOCUMENT];
/// The file that only a policy with a wage guard has, unless it is asked for by its name.
pub(super) const WITHHOLDINGS: &str = "withholdings.csv";
/// The file that the next period reads.
const DOCUMENT: &str = "assessment.json";

#[derive(Debug, Args)]
pub(super) struct Assess {
    #[command(flatten)]
    which: Which,
    /// Write scorecards.csv, findings.csv, set_aside.csv, assessment.json, and withholdings.csv where the policy has a wage
    /// guard, into this new folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Write only these of the files, as scorecards.csv; the fingerprint of the result then covers scorecards alone
    /// unless findings.csv is among them.
    #[arg(long, requires = "out", value_parser = FILES)]
    only: Vec<String>,
    /// Write these into the folder as well.
    #[arg(long, value_enum, value_delimiter = ',', requires = "out")]
    format: Vec<Format>,
    /// Cut no list short.
    #[arg(long)]
    all: bool,
    /// Do to the rows what appeals in this ledger decided, print its head on every report and statement, and show what was adjusted
    /// of earlier periods and takes effect in this one (adjustments.csv).
    #[arg(long)]
    ledger: Option<PathBuf>,
    #[command(flatten)]
    masking: Masking,
}

impl Assess {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        self.check_usage()?;
        let ledger = self.ledger.as_deref().map(sound).transpose()?;
        let entries = ledger.as_ref().map_or(&[][..], |(entries, _)| entries);
        let mut workspace = self.which.open_decided(entries, language)?;
        if self.format.contains(&Format::Payroll) {
            closing::check_unpaid(&workspace.subject(), entries)?;
        }
        let mut ledger = ledger.as_ref().map(|(entries, chain)| ledgered(&workspace, entries, chain));
        progress::stage(&Text::new("正在写出结果", "writing"));
        let failed = |error| unwritable(self.out.as_deref().unwrap_or("".as_ref()), &error);
        let mut whole = None;
        if let Some(mask) = self.masking.read(&workspace)? {
            // what is masked is told by the fingerprints of what it was made from
            whole = Some(unwritten_digests(&workspace).map_err(failed)?);
            workspace = workspace.masked(&mask);
            ledger
                .iter_mut()
                .flat_map(|ledger| &mut ledger.in_effect)
                .for_each(|one| *one = one.masked(&mask));
        }
        let subject = workspace.subject();
        let (digests, notes) = self.write(&workspace, &subject, (whole, ledger), language).map_err(failed)?;
        let argument = self.which.book.as_ref().map_or("BOOK".to_owned(), |book| book.display().to_string());
        let screen = report::first_screen(&subject, &digests, &argument, self.all, language);
        say(&report::render(&screen));
        notes.iter().for_each(|note| say(&format!("{}\n", note.get(language))));
        let assessment = &workspace.assessment;
        let whole = assessment.to_mend() == 0;
        Ok(if whole && !assessment.is_provisional() { Outcome::Done } else { Outcome::Provisional })
    }

    /// What is read again by the next period, and what people are told themselves, must name everybody.
    fn check_usage(&self) -> Result<(), Halt> {
        if !self.masking.is_on() {
            return Ok(());
        }
        if self.only.iter().any(|only| only == DOCUMENT) {
            return Err(Halt::Usage(Text::new(
                format!("{DOCUMENT} 供下一期读取，不能隐名"),
                format!("{DOCUMENT} is read by the next period: it cannot be masked"),
            )));
        }
        if self.format.iter().any(|format| format.names_people()) {
            return Err(Halt::Usage(Text::new(
                "通知单和扣款表须写明本人，不能隐名",
                "statements and payroll tables must name people: they cannot be masked",
            )));
        }
        Ok(())
    }

    /// Writes what was asked for, and tells what it all came to and what somebody should know of what was written.
    fn write(
        &self,
        workspace: &Workspace,
        subject: &Subject<'_>,
        (whole, ledger): (Option<Digests>, Option<Ledgered>),
        language: Language,
    ) -> io::Result<(Digests, Vec<Text>)> {
        let folder = self.out.as_deref().map(Folder::new).transpose()?;
        let files = written(&self.only, workspace);
        let is_wanted = |file: &str| files.contains(&file) && !(self.masking.is_on() && file == DOCUMENT);
        let wanted = |file: &str| folder.as_ref().filter(|_| is_wanted(file));
        let scorecards = report::scorecards_csv(subject);
        if let Some(folder) = wanted("scorecards.csv") {
            folder.write("scorecards.csv", |out| out.write_all(&scorecards))?;
        }
        let mut findings = None;
        if let Some(folder) = wanted("findings.csv") {
            folder.write("findings.csv", |out| {
                findings = Some(hashed_findings(subject, out)?);
                Ok(())
            })?;
        } else if is_wanted("findings.csv") {
            findings = Some(hashed_findings(subject, &mut io::sink())?);
        }
        let withholdings = report::withholdings_csv(subject);
        let made = || digests(workspace, (&scorecards, &withholdings), findings.as_deref());
        let digests = Digests { ledger, ..whole.unwrap_or_else(made) };
        if let Some(folder) = wanted(WITHHOLDINGS) {
            folder.write(WITHHOLDINGS, |out| out.write_all(&withholdings))?;
        }
        if let Some(folder) = wanted("set_aside.csv") {
            folder.write("set_aside.csv", |out| out.write_all(&report::set_aside_csv(subject)))?;
        }
        if let (Some(folder), Some(_)) = (folder.as_ref().filter(|_| self.only.is_empty()), &digests.ledger) {
            folder
                .write("adjustments.csv", |out| out.write_all(&report::adjustments_csv(subject, &digests)))?;
        }
        if let Some(folder) = wanted(DOCUMENT) {
            folder.write(DOCUMENT, |out| report::assessment_json(subject, &digests, out))?;
        }
        let mut notes = Vec::new();
        if let Some(folder) = &folder {
            notes = formats::write(folder, &self.format, (subject, &digests), language)?;
        }
        folder.map_or(Ok(()), Folder::finish)?;
        Ok((digests, notes))
    }
}

/// Where a ledger stands, and what of it is about the period of a workspace.
fn ledgered(workspace: &Workspace, entries: &[Entry], chain: &Chain) -> Ledgered {
    let (policy, period) = (&workspace.pack.policy.id, workspace.assessment.period.code());
    let own =
        closing::about(entries, (policy, &period)).into_iter().filter(|entry| entry.text("period") == period);
    let (adjusted, sealed): (Vec<_>, Vec<_>) =
        own.filter(|entry| entry.kind.seals()).partition(|entry| entry.kind == EntryKind::AdjustmentSealed);
    let sealed = sealed.into_iter().map(|entry| entry.seq).collect();
    let adjusted =
        adjusted.into_iter().map(|entry| (entry.seq, entry.text("takes_effect").to_owned())).collect();
    let in_effect = closing::in_effect(entries, policy, &period);
    let sealed_on = closing::sealed_on(entries, policy, &period);
    Ledgered { head: chain.head.clone(), sealed, adjusted, sealed_on, in_effect }
}

/// The files that are written: those that are named, or all but that of a wage guard which the policy does not have.
pub(super) fn written(only: &[String], workspace: &Workspace) -> Vec<&'static str> {
    let is_guarded = workspace.pack.policy.wage_guard.is_some();
    let is_due = |file: &str| only.is_empty() && (file != WITHHOLDINGS || is_guarded);
    FILES.into_iter().filter(|file| is_due(file) || only.iter().any(|only| only == file)).collect()
}

/// Writes on what it takes the fingerprint of.
struct Hashed<'w, W: ?Sized> {
    hash: &'w mut Sha256,
    out: &'w mut W,
}

impl<W: Write + ?Sized> Write for Hashed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes the findings, and tells their SHA-256.
fn hashed_findings(subject: &Subject<'_>, out: &mut (dyn Write + Send)) -> io::Result<Vec<u8>> {
    let mut hash = Sha256::new();
    report::findings_csv(subject, &mut Hashed { hash: &mut hash, out })?;
    Ok(hash.finalize().to_vec())
}

/// The fingerprints of a whole assessment of which no files are written.
pub(super) fn unwritten_digests(workspace: &Workspace) -> io::Result<Digests> {
    let subject = workspace.subject();
    let findings = hashed_findings(&subject, &mut io::sink())?;
    let plain = (&*report::scorecards_csv(&subject), &*report::withholdings_csv(&subject));
    Ok(digests(workspace, plain, Some(&findings)))
}

/// The fingerprints of what was assessed, and of what it came to: of the scorecards, of what is withheld where the policy has
/// a wage guard, and of the SHA-256 of the findings where they are asked for.
pub(super) fn digests(
    workspace: &Workspace,
    (scorecards, withholdings): (&[u8], &[u8]),
    findings: Option<&[u8]>,
) -> Digests {
    let mut result = Sha256::new();
    result.update(Sha256::digest(scorecards));
    if workspace.pack.policy.wage_guard.is_some() {
        result.update(Sha256::digest(withholdings));
    }
    result.update(findings.unwrap_or_default());
    Digests {
        book: workspace.book_digest.clone(),
        pack: workspace.pack.digest.clone(),
        result: crate::fingerprint::hex(&result.finalize()),
        ledger: None,
    }
}
