//! `renze ledger`: what stands in a ledger, whether it stands as it was written, and what it proves.

use super::bundle;
use super::closing::{Writing, with_closing};
use super::file::write_new;
use super::ledger_verify::Verify;
use super::workspace::{Which, read_pack};
use super::{Halt, Outcome, complain, say};
use crate::closing::{self, Proof};
use crate::diagnostic::{Diagnostic, Place};
use crate::document::read_at_most;
use crate::language::{Language, Text};
use crate::ledger::{self, Chain, Entry};
use crate::report;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// No proof is larger, in bytes.
const PROOF_BYTES: u64 = 256 << 20;
/// As much of a head as must be given: of less, another one can be made to begin the same.
const SHORTEST: usize = 16;

#[derive(Debug, Args)]
pub(super) struct LedgerCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the entries.
    Log {
        /// The ledger.
        ledger: PathBuf,
    },
    /// Show one entry whole.
    Show {
        /// The ledger.
        ledger: PathBuf,
        /// The number of the entry.
        entry: u64,
    },
    /// Verify every entry, and with --book what they say of it.
    Verify(Verify),
    /// Enter words of your own.
    Note {
        #[command(flatten)]
        writing: Writing,
        /// The words.
        #[arg(long)]
        text: String,
    },
    /// Write the entries as a table.
    Export {
        /// The ledger.
        ledger: PathBuf,
        /// A new CSV file.
        #[arg(long)]
        out: PathBuf,
    },
    /// Write what proves the cards of one subject, for whoever does not have the ledger.
    Prove {
        /// The book that was sealed.
        book: PathBuf,
        /// The ledger.
        #[arg(long)]
        ledger: PathBuf,
        /// The person, unit, line or post, by code.
        #[arg(long)]
        subject: String,
        /// A new file.
        #[arg(long)]
        out: PathBuf,
    },
    /// Pack a book, its pack, what it came to and the ledger into one archive.
    Bundle {
        /// The book.
        book: PathBuf,
        /// The ledger.
        #[arg(long)]
        ledger: PathBuf,
        /// A new file, as 2026-10.zip.
        #[arg(long)]
        out: PathBuf,
    },
    /// Verify such an archive by itself, every clause answered by plain values.
    CheckBundle {
        /// The archive.
        bundle: PathBuf,
        /// A head that was printed elsewhere: the ledger in it must hold it.
        #[arg(long)]
        head: Option<String>,
    },
    /// Check a proof by itself.
    CheckProof {
        /// The file that `prove` wrote.
        proof: PathBuf,
        /// A head that was printed elsewhere, on a statement or a report: the proof must reach it.
        #[arg(long)]
        head: Option<String>,
    },
    /// Cut off a last line that was not finished, and keep it beside the ledger.
    Repair {
        /// The ledger.
        ledger: PathBuf,
    },
}

impl LedgerCommand {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        match &self.action {
            Action::Log { ledger } => {
                let (entries, chain) = read(ledger)?;
                say(&report::render(&report::ledger_log(&entries, &chain.head, language)));
                finish(chain, language)
            }
            Action::Show { ledger, entry } => {
                let (entries, chain) = read(ledger)?;
                let Some(found) = entries.iter().find(|own| own.seq == *entry) else {
                    let last = chain.head.seq;
                    return Err(Halt::Usage(Text::new(
                        format!("没有第 {entry} 条；台账到第 {last} 条为止"),
                        format!("there is no entry {entry}; the last one is {last}"),
                    )));
                };
                say(&report::render(&report::ledger_entry(found, language)));
                finish(chain, language)
            }
            Action::Verify(verify) => verify.run(language),
            Action::Note { writing, text } => writing.note(text, language),
            Action::Export { ledger, out } => {
                let (entries, chain) = sound(ledger)?;
                write_new(out, &report::ledger_csv(&entries))?;
                say(&format!("{}\n", report::head_line(&chain.head, language)));
                Ok(Outcome::Done)
            }
            Action::Prove { book, ledger, subject, out } => prove(book, ledger, (subject, out), language),
            Action::Bundle { book, ledger, out } => bundle::bundle(book, (ledger, out), language),
            Action::CheckBundle { bundle, head } => bundle::check_bundle(bundle, head.as_deref(), language),
            Action::CheckProof { proof, head } => check_proof(proof, head.as_deref(), language),
            Action::Repair { ledger } => {
                let kept = ledger::repair(ledger)?;
                let said = match kept.map(|path| path.display().to_string()) {
                    None => {
                        Text::new("没有写到一半的行，未作改动", "no line was unfinished; nothing was changed")
                    }
                    Some(kept) => Text::new(
                        format!("已截去没有写完的一行，原样存于 {kept}"),
                        format!("the unfinished line was cut off; it is kept in {kept}"),
                    ),
                };
                say(&format!("{}\n", said.get(language)));
                Ok(Outcome::Done)
            }
        }
    }
}

/// The policy of a book.
pub(super) fn policy_of(which: &Which) -> Result<String, Halt> {
    let (pack, ..) = read_pack(&which.book()?.pack)?;
    Ok(pack.policy.id.clone())
}

/// Whether a fingerprint is meant, which may have been written down in short.
pub(super) fn is_called(hash: &str, written: &str) -> bool {
    hash.starts_with(&written.to_ascii_lowercase())
}

/// Refuses what is no head: less of one than must be given, or something else.
pub(super) fn check_head(written: Option<&str>) -> Result<(), Halt> {
    let is_one = |written: &str| {
        (SHORTEST..=64).contains(&written.len()) && written.chars().all(|digit| digit.is_ascii_hexdigit())
    };
    match written.filter(|written| !is_one(written)) {
        None => Ok(()),
        Some(written) => Err(Halt::Usage(Text::new(
            format!("--head {written} 不是末条指纹：应为至少前 {SHORTEST} 位十六进制数字"),
            format!(
                "--head {written} is no head: give at least the first {SHORTEST} of its 64 hexadecimal digits"
            ),
        ))),
    }
}

pub(super) fn no_such_head(head: &str) -> Diagnostic {
    let message = Text::new(
        format!("台账中没有指纹为 {head} 的记录：尾部被截去，或前面被改写"),
        format!("no entry has the fingerprint {head}: a tail was cut off, or what came before was rewritten"),
    );
    Diagnostic::error("L009", message)
}

/// Reads a ledger, whatever is wrong with it.
fn read(path: &Path) -> Result<(Vec<Entry>, Chain), Halt> {
    let mut entries = Vec::new();
    let chain = ledger::read(path, |entry| entries.push(entry)).map_err(|fault| vec![fault])?;
    Ok((entries, chain))
}

/// Reads a ledger with which nothing is wrong.
pub(super) fn sound(path: &Path) -> Result<(Vec<Entry>, Chain), Halt> {
    let (entries, chain) = read(path)?;
    if chain.faults.is_empty() { Ok((entries, chain)) } else { Err(chain.faults.into()) }
}

/// Shows everything that is wrong.
pub(super) fn finish(chain: Chain, language: Language) -> Result<Outcome, Halt> {
    complain(&chain.faults, language);
    Ok(if chain.faults.is_empty() { Outcome::Done } else { Outcome::Faults })
}

fn prove(
    book: &Path,
    ledger: &Path,
    (subject, out): (&str, &Path),
    language: Language,
) -> Result<Outcome, Halt> {
    let (entries, _) = sound(ledger)?;
    let which = Which::of_book(book, false);
    let about = (policy_of(&which)?, which.book()?.period.code());
    let (before, sealing) = closing::sealing_of(&entries, (&about.0, &about.1), subject);
    let workspace = which.open_decided(entries.get(..before).unwrap_or_default(), language)?;
    let proof =
        with_closing(&workspace, |closing| Ok(closing::prove(closing, &entries, (&sealing, subject))?))?;
    write_new(out, &written(&proof))?;
    let out = out.display();
    say(&language.pick(format!("已写出 {out}\n"), format!("{out} is written\n")));
    Ok(Outcome::Done)
}

fn check_proof(path: &Path, head: Option<&str>, language: Language) -> Result<Outcome, Halt> {
    check_head(head)?;
    let at = |fault: Diagnostic| vec![fault.at(place(path))];
    let unread = |zh: String, en: String| at(Diagnostic::error("L017", Text::new(zh, en)));
    let bytes = read_at_most(path, PROOF_BYTES).map_err(|error| {
        let why = crate::diagnostic::reason(&error);
        unread(format!("无法读取文件：{}", why.zh), format!("cannot read the file: {}", why.en))
    })?;
    let value = serde_json::from_slice(&bytes)
        .map_err(|_| unread("不是 JSON".to_owned(), "it is no JSON".to_owned()))?;
    // written in the one way, no key stands in it twice
    if written(&value) != bytes {
        return Err(unread(
            "不是 renze ledger prove 写出的样子".to_owned(),
            "it is not as renze ledger prove writes it".to_owned(),
        )
        .into());
    }
    let proof: Proof = closing::check_proof(&value).map_err(at)?;
    if let Some(head) = head.filter(|head| !is_called(&proof.head.hash, head)) {
        return Err(at(no_such_head(head)).into());
    }
    say(&report::render(&shown(&proof, language)));
    Ok(Outcome::Done)
}

/// A proof as a file.
fn written(proof: &serde_json::Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(proof).unwrap_or_default();
    text.push(b'\n');
    text
}

/// What a proof proves.
fn shown(proof: &Proof, language: Language) -> report::Report {
    let mut report = report::Report::default();
    let subject = &proof.subject;
    for sealed in &proof.sealed {
        let (seq, policy, period, on) =
            (sealed.seq, sealed.says("policy"), sealed.says("period"), sealed.says("on"));
        let key = Some(sealed.says("key")).filter(|key| !key.is_empty());
        let by = report::signed(sealed.says("by"), key, language);
        report.line(match (sealed.is_adjustment, language) {
            (false, Language::Zh) => {
                format!("{subject} · {policy} {period} · 由 {by} 于 {on} 封存（第 {seq} 条）")
            }
            (false, Language::En) => {
                format!("{subject} · {policy} {period} · sealed by {by} on {on} (entry {seq})")
            }
            (true, Language::Zh) => format!(
                "{subject} · {policy} {period} · 由 {by} 于 {on} 调整（第 {seq} 条），计入 {}：{}",
                sealed.says("takes_effect"),
                sealed.says("reason")
            ),
            (true, Language::En) => format!(
                "{subject} · {policy} {period} · adjusted by {by} on {on} (entry {seq}), in effect in {}: {}",
                sealed.says("takes_effect"),
                sealed.says("reason")
            ),
        });
        report.gap();
        for row in &sealed.rows {
            report.line(row.file.clone());
            let cells = row.cells.iter().filter(|(_, cell)| !cell.is_empty());
            let rows = cells.map(|(heading, cell)| vec![heading.clone(), cell.clone()]).collect();
            report.table(report::Table { indent: 2, rows, ..report::Table::default() });
            report.gap();
        }
    }
    report.line(language.pick(
        "以上各行在所封存的根指纹之内；请把下面的末条指纹与通知单或报告上印的对照".to_owned(),
        "these rows are under the sealed root; hold the head below against the one on a statement or report".to_owned(),
    ));
    report.line(report::head_line(&proof.head, language));
    report
}

pub(super) fn place(path: &Path) -> Place {
    Place::File { file: path.display().to_string() }
}
