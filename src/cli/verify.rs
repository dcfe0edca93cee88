//! `renze verify`: an earlier result, worked out again without anything that made it fast.

use super::assess::{FILES, WITHHOLDINGS, digests, written};
use super::ledger::sound;
use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, say};
use crate::diagnostic::{Diagnostic, reason};
use crate::fingerprint::short;
use crate::language::{Language, Text};
use crate::report::{self, Verified};
use crate::verification::{Difference, Wrong, answered, compare_csv, compare_json};
use clap::Args;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    which: Which,
    /// The folder that `renze assess --out` wrote.
    #[arg(long, value_name = "DIR")]
    against: PathBuf,
    /// The ledger with which it was written: what appeals in it decided is done to the rows.
    #[arg(long)]
    ledger: Option<PathBuf>,
    /// Look at these files alone, where only they were written.
    #[arg(long, value_parser = FILES)]
    only: Vec<String>,
    /// Cut no list short.
    #[arg(long)]
    all: bool,
}

/// What a row of a file is about.
fn key(file: &str) -> &'static [&'static str] {
    match file {
        "scorecards.csv" => &["kind", "subject"],
        WITHHOLDINGS => &["person"],
        "findings.csv" => &["clause", "record_kind", "record", "role", "card_kind", "subject", "account"],
        _ => &["record", "code"],
    }
}

impl Verify {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        self.check_folder()?;
        let entries =
            self.ledger.as_deref().map(sound).transpose()?.map_or_else(Vec::new, |(entries, _)| entries);
        let workspace = self.which.open_decided_bare(&entries, language)?;
        let files = written(&self.only, &workspace);
        let again = again(&workspace, files.contains(&"findings.csv"))
            .map_err(|error| Halt::Internal(reason(&error)))?;
        let (mut differences, mut notes) = (Vec::new(), Vec::new());
        for file in &files {
            let path = self.against.join(file);
            let written = match std::fs::read(&path) {
                Ok(written) => written,
                Err(error) => {
                    let absent = error.kind() == std::io::ErrorKind::NotFound;
                    let wrong = if absent { Wrong::Absent } else { Wrong::Unreadable };
                    let about = String::new();
                    differences.push(Difference { file: (*file).to_owned(), row: None, about, wrong });
                    continue;
                }
            };
            let again = again.iter().find(|(name, _)| name == file).map_or(&[][..], |(_, bytes)| bytes);
            let found = if file.ends_with(".json") {
                self.document(file, (&written, again), &mut notes, language)
            } else {
                compare_csv(file, &written, again, key(file))
            };
            differences.extend(found);
        }
        let answered = answered(&workspace.assessment, &workspace.pack, &workspace.rules)?;
        let verified = Verified {
            pack: &workspace.pack,
            files: &files,
            differences: &differences,
            notes: &notes,
            answered: &answered,
            language,
            all: self.all,
        };
        say(&report::render(&report::verification_report(&verified)));
        Ok(if differences.is_empty() { Outcome::Done } else { Outcome::Faults })
    }

    fn check_folder(&self) -> Result<(), Halt> {
        let folder = self.against.display();
        let Err(error) = std::fs::read_dir(&self.against) else { return Ok(()) };
        let message = Text::new(
            format!("无法读取文件夹 {folder}：{}", reason(&error).zh),
            format!("cannot read the folder {folder}: {}", reason(&error).en),
        );
        let help =
            Text::new("给出 renze assess --out 写出的文件夹", "name a folder that renze assess --out wrote");
        Err(Halt::Faults(vec![Diagnostic::error("A004", message).help(help)]))
    }

    /// Holds the documents against each other. What was assessed, and by what, comes first: everything else may follow
    /// from that. Another version of this program is no difference, as long as it comes to the same.
    fn document(
        &self,
        file: &str,
        (written, again): (&[u8], &[u8]),
        notes: &mut Vec<String>,
        language: Language,
    ) -> Vec<Difference> {
        let mut differences = compare_json(file, written, again);
        differences.sort_by_key(|difference| !difference.about.starts_with("digests."));
        let mut note = |zh: String, en: String| notes.push(Text::new(zh, en).get(language).to_owned());
        let mut engine = false;
        for difference in &differences {
            let Wrong::Value { written, again, .. } = &difference.wrong else { continue };
            let (old, new) = (short(written), short(again));
            match difference.about.as_str() {
                "digests.book" => note(
                    format!("账簿不是当时那一本：当时 {old}，现在 {new}"),
                    format!("the book is not the one that was assessed: then {old}, now {new}"),
                ),
                "digests.pack" => note(
                    format!("办法不是当时那一版：当时 {old}，现在 {new}"),
                    format!("the policy is not the one that assessed it: then {old}, now {new}"),
                ),
                "digests.engine" => {
                    engine = true;
                    note(
                        format!("当时由 {written} 写出，现为 {again}"),
                        format!("written by {written}; this is {again}"),
                    );
                }
                _ => {}
            }
        }
        if engine {
            differences.retain(|difference| difference.about != "digests.engine");
        }
        differences
    }
}

/// Every file as it should be; the findings are worked out only where they are held against something.
pub(super) fn again(
    workspace: &Workspace,
    has_findings: bool,
) -> std::io::Result<Vec<(&'static str, Vec<u8>)>> {
    let subject = workspace.subject();
    let scorecards = report::scorecards_csv(&subject);
    let (mut findings, mut json) = (Vec::new(), Vec::new());
    if has_findings {
        report::findings_csv(&subject, &mut findings)?;
    }
    let of_findings = has_findings.then(|| Sha256::digest(&findings));
    let withholdings = report::withholdings_csv(&subject);
    let digests = digests(workspace, (&scorecards, &withholdings), of_findings.as_deref());
    report::assessment_json(&subject, &digests, &mut json)?;
    Ok(vec![
        ("scorecards.csv", scorecards),
        ("findings.csv", findings),
        ("set_aside.csv", report::set_aside_csv(&subject)),
        (WITHHOLDINGS, withholdings),
        ("assessment.json", json),
    ])
}
