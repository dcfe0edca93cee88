//! `renze assess`: the main job.

use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, say};
use crate::diagnostic::{Diagnostic, reason};
use crate::language::{Language, Text};
use crate::report::{self, Digests};
use clap::Args;
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};

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
    /// Cut no list short.
    #[arg(long)]
    all: bool,
}

impl Assess {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let workspace = self.which.open(language)?;
        let subject = workspace.subject();
        let wanted = |file: &str| self.only.is_empty() || self.only.iter().any(|only| only == file);
        let scorecards = report::scorecards_csv(&subject);
        let findings = wanted("findings.csv").then(|| report::findings_csv(&subject));
        let digests = digests(&workspace, &scorecards, findings.as_deref());
        if let Some(folder) = &self.out {
            let json = || report::assessment_json(&subject, &digests).into_bytes();
            let mut files = vec![
                ("scorecards.csv", scorecards),
                ("findings.csv", findings.unwrap_or_default()),
                ("set_aside.csv", report::set_aside_csv(&subject)),
                ("assessment.json", if wanted("assessment.json") { json() } else { Vec::new() }),
            ];
            files.retain(|(name, _)| wanted(name));
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

/// The fingerprints of what was assessed, and of what it came to as far as that is written.
pub(super) fn digests(workspace: &Workspace, scorecards: &[u8], findings: Option<&[u8]>) -> Digests {
    let mut result = Sha256::new();
    result.update(Sha256::digest(scorecards));
    result.update(findings.map(Sha256::digest).unwrap_or_default());
    Digests {
        book: workspace.book_digest.clone(),
        pack: workspace.pack.digest.clone(),
        result: crate::document::hex(&result.finalize()),
    }
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Halt {
    let folder = folder.display();
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        let message = Text::new(
            format!("文件夹 {folder} 已存在且不为空，未写入任何内容"),
            format!("the folder {folder} exists and is not empty; nothing was written"),
        );
        let help = Text::new("请给出一个新文件夹", "name a new folder");
        return Halt::Faults(vec![Diagnostic::error("A001", message).help(help)]);
    }
    Halt::Internal(Text::new(
        format!("无法写入 {folder}：{}；未留下任何内容", reason(error).zh),
        format!("cannot write {folder}: {}; nothing was left behind", reason(error).en),
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
    let mut builder = tempfile::Builder::new();
    // like any folder a person makes: the umask decides who may read it
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let beside = builder.prefix(".renze-").tempdir_in(parent)?;
    for (name, bytes) in files {
        let mut file = std::fs::File::create_new(beside.path().join(name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    std::fs::File::open(beside.path())?.sync_all()?;
    std::fs::rename(beside.path(), folder)?;
    // renamed away: there is nothing left for the guard to remove
    let _ = beside.keep();
    std::fs::File::open(parent)?.sync_all()
}
