//! `renze assess`: the main job.

use super::folder::{Folder, unwritable};
use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, progress, say};
use crate::language::{Language, Text};
use crate::report::{self, Digests, Subject};
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use std::path::PathBuf;

/// The files that `--out` writes.
pub(super) const FILES: [&str; 4] = ["scorecards.csv", "findings.csv", "set_aside.csv", "assessment.json"];

#[derive(Debug, Args)]
pub(super) struct Assess {
    #[command(flatten)]
    which: Which,
    /// Write scorecards.csv, findings.csv, set_aside.csv and assessment.json into this new folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Write only these of the files, as scorecards.csv; the fingerprint of the result then covers scorecards alone
    /// unless findings.csv is among them.
    #[arg(long, requires = "out", value_parser = FILES)]
    only: Vec<String>,
    /// Write these as well: workbook.xlsx, payroll-people.csv and payroll-pools.csv.
    #[arg(long, requires = "out", value_enum, value_delimiter = ',')]
    format: Vec<Format>,
    /// Cut no list short.
    #[arg(long)]
    all: bool,
}

/// What `--format` adds to the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// workbook.xlsx: everything for people who live in a spreadsheet, its figures as formulas.
    Xlsx,
    /// payroll-people.csv and payroll-pools.csv: who is charged how much.
    Payroll,
}

impl Assess {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let workspace = self.which.open(language)?;
        let subject = workspace.subject();
        progress::stage(&Text::new("正在写出结果", "writing"));
        let written = self.write(&workspace, &subject, language);
        let digests =
            written.map_err(|error| unwritable(self.out.as_deref().unwrap_or("".as_ref()), &error))?;
        let argument = self.which.book.as_ref().map_or("BOOK".to_owned(), |book| book.display().to_string());
        let screen = report::first_screen(&subject, &digests, &argument, self.all, language);
        say(&report::render(&screen));
        let assessment = &workspace.assessment;
        let whole = assessment.set_aside.is_empty();
        Ok(if whole && !assessment.is_provisional() { Outcome::Done } else { Outcome::Provisional })
    }

    fn is_wanted(&self, file: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == file)
    }

    /// Writes what was asked for, and tells what it all came to.
    fn write(&self, workspace: &Workspace, subject: &Subject<'_>, language: Language) -> io::Result<Digests> {
        let folder = self.out.as_deref().map(Folder::new).transpose()?;
        let wanted = |file: &str| folder.as_ref().filter(|_| self.is_wanted(file));
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
        } else if self.is_wanted("findings.csv") {
            findings = Some(hashed_findings(subject, &mut io::sink())?);
        }
        let digests = digests(workspace, &scorecards, findings.as_deref());
        if let Some(folder) = wanted("set_aside.csv") {
            folder.write("set_aside.csv", |out| out.write_all(&report::set_aside_csv(subject)))?;
        }
        if let Some(folder) = wanted("assessment.json") {
            folder.write("assessment.json", |out| report::assessment_json(subject, &digests, out))?;
        }
        if let Some(folder) = &folder {
            self.write_formats(folder, subject, &digests, language)?;
        }
        folder.map_or(Ok(()), Folder::finish)?;
        Ok(digests)
    }

    fn write_formats(
        &self,
        folder: &Folder,
        subject: &Subject<'_>,
        digests: &Digests,
        language: Language,
    ) -> io::Result<()> {
        if self.format.contains(&Format::Xlsx) {
            let book = report::workbook(subject, digests, language).map_err(io::Error::other)?;
            folder.write("workbook.xlsx", |out| out.write_all(&book))?;
        }
        if self.format.contains(&Format::Payroll) {
            folder.write("payroll-people.csv", |out| out.write_all(&report::payroll_people_csv(subject)))?;
            folder.write("payroll-pools.csv", |out| out.write_all(&report::payroll_pools_csv(subject)))?;
        }
        Ok(())
    }
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
    Ok(digests(workspace, &report::scorecards_csv(&subject), Some(&findings)))
}

/// The fingerprints of what was assessed, and of what it came to: of the scorecards, and of the SHA-256 of the findings
/// where they are asked for.
pub(super) fn digests(workspace: &Workspace, scorecards: &[u8], findings: Option<&[u8]>) -> Digests {
    let mut result = Sha256::new();
    result.update(Sha256::digest(scorecards));
    result.update(findings.unwrap_or_default());
    Digests {
        book: workspace.book_digest.clone(),
        pack: workspace.pack.digest.clone(),
        result: crate::document::hex(&result.finalize()),
    }
}
