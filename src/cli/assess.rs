//! `renze assess`: the main job.

use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, say};
use crate::diagnostic::Diagnostic;
use crate::fact::FactType;
use crate::intake::{Book, Intake};
use crate::language::{Language, Text};
use crate::organisation::Organisation;
use crate::policy::Pack;
use crate::report::{self, Digests, Subject};
use clap::Args;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Assess {
    #[command(flatten)]
    which: Which,
    /// Write scorecards.csv, findings.csv, set_aside.csv and assessment.json into this new folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Cut no list short.
    #[arg(long)]
    all: bool,
}

impl Assess {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let workspace = self.which.open(language)?;
        let subject = workspace.subject();
        let scorecards = report::scorecards_csv(&subject);
        let findings = report::findings_csv(&subject);
        let mut result = Sha256::new();
        result.update(Sha256::digest(&scorecards));
        result.update(Sha256::digest(&findings));
        let digests = Digests {
            book: workspace.book_digest.clone(),
            pack: workspace.pack.digest.clone(),
            result: crate::document::hex(&result.finalize()),
        };
        if let Some(folder) = &self.out {
            let json = report::assessment_json(&subject, &digests);
            let files = [
                ("scorecards.csv", scorecards),
                ("findings.csv", findings),
                ("set_aside.csv", report::set_aside_csv(&subject)),
                ("assessment.json", json.into_bytes()),
            ];
            write_folder(folder, &files).map_err(|error| unwritable(folder, &error))?;
        }
        let argument = self.which.book.as_ref().map_or("BOOK".to_owned(), |book| book.display().to_string());
        let screen = report::first_screen(&subject, &digests, &argument, self.all, language);
        say(&report::render(&screen));
        let assessment = &workspace.assessment;
        let whole = assessment.set_aside.is_empty();
        Ok(if whole && !assessment.is_provisional() { Outcome::Done } else { Outcome::Provisional })
    }
}

impl Workspace {
    /// What reports are made from.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            book: &self.book,
            pack: &self.pack,
            rules: &self.rules,
            organisation: &self.organisation,
            assessment: &self.assessment,
        }
    }
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Halt {
    let folder = folder.display();
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        let message = Text::new(
            format!("文件夹 {folder} 已存在且不为空,未写入任何内容"),
            format!("the folder {folder} exists and is not empty; nothing was written"),
        );
        let help = Text::new("请给出一个新文件夹", "name a new folder");
        return Halt::Faults(vec![Diagnostic::error("A001", message).help(help)]);
    }
    Halt::Internal(Text::new(
        format!("无法写入 {folder}:{error};未留下任何内容"),
        format!("cannot write {folder}: {error}; nothing was left behind"),
    ))
}

/// Writes all files or none: into a folder beside, to the disk, then one rename.
fn write_folder(folder: &Path, files: &[(&str, Vec<u8>)]) -> std::io::Result<()> {
    let is_empty = |folder: &Path| Ok::<bool, std::io::Error>(std::fs::read_dir(folder)?.next().is_none());
    if folder.exists() && !is_empty(folder)? {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let beside = tempfile::Builder::new().prefix(".renze-").tempdir_in(parent)?;
    for (name, bytes) in files {
        let mut file = std::fs::File::create_new(beside.path().join(name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    // readable by others like any folder a person makes; the temporary one is private
    let sample = std::fs::metadata(parent)?.permissions();
    std::fs::set_permissions(beside.path(), sample)?;
    std::fs::File::open(beside.path())?.sync_all()?;
    std::fs::rename(beside.path(), folder)?;
    // renamed away: there is nothing left for the guard to remove
    let _ = beside.keep();
    std::fs::File::open(parent)?.sync_all()
}

/// SHA-256 over what was read, independent of the order of rows, columns and files.
pub(super) fn digest_of(
    book: &Book,
    pack: &Pack,
    organisation: &Organisation,
    tables: &BTreeMap<String, Intake>,
) -> String {
    let mut lines: Vec<String> = Vec::new();
    for kind in &pack.policy.kinds {
        let Some(intake) = tables.get(&kind.name) else { continue };
        for row in &intake.rows {
            let mut facts: Vec<String> = kind
                .schema
                .names()
                .zip(&row.values)
                .map(|(name, value)| format!("{name}={}", FactType::plain(value)))
                .collect();
            facts.extend(row.roles.iter().map(|(role, held)| format!("{role}:{}", held.join(","))));
            facts.sort();
            lines.push(format!("{}\u{1f}{}", kind.name, facts.join("\u{1f}")));
        }
        lines.push(format!("{} {} {}", intake.read, intake.outside, intake.set_aside.len()));
        lines.extend(intake.set_aside.iter().map(|aside| format!("set aside {}", aside.id)));
    }
    lines.extend(organisation.members().map(|member| format!("{member:?}")));
    lines.extend(organisation.posts().iter().map(|post| format!("{post:?}")));
    lines.sort();
    let mut digest = Sha256::new();
    digest.update(format!("{}\n{}\n", book.period.code(), book.as_of));
    for line in lines {
        digest.update(line.as_bytes());
        digest.update(b"\n");
    }
    crate::document::hex(&digest.finalize())
}
