//! `renze appeal`: what was sealed is contested, and decided by somebody else.

use super::closing::{Writing, plain, with_closing};
use super::ledger::sound;
use super::workspace::Which;
use super::{Halt, Outcome, say};
use crate::closing::{self, Claim, Ruling, Step};
use crate::diagnostic::reason;
use crate::document::read_at_most;
use crate::fingerprint;
use crate::language::{Language, Text};
use crate::ledger::Draft;
use crate::report;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// No file of evidence is larger, in bytes.
const EVIDENCE_BYTES: u64 = 1 << 30;

#[derive(Debug, Args)]
pub(super) struct Appeal {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Appeal against what a row brought onto a sealed card.
    Open(Open),
    /// Add evidence or words to an appeal.
    Add {
        #[command(flatten)]
        writing: Writing,
        /// The number of the entry that opened it.
        #[arg(long)]
        appeal: u64,
        /// What is added, in words.
        #[arg(long, default_value = "")]
        text: String,
        /// Files of evidence: their fingerprints are entered, they themselves are not.
        #[arg(long)]
        evidence: Vec<PathBuf>,
    },
    /// Decide an appeal, or take it back.
    Decide(Decide),
    /// List the appeals, with what became of each.
    List {
        /// The ledger.
        #[arg(long)]
        ledger: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Open {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    writing: Writing,
    /// Whose card it is about, by code or name.
    #[arg(long)]
    subject: String,
    /// The row that it is about, by its number.
    #[arg(long)]
    record: String,
    /// Why.
    #[arg(long)]
    grounds: String,
    /// Files of evidence: their fingerprints are entered, they themselves are not.
    #[arg(long)]
    evidence: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct Decide {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    writing: Writing,
    /// The number of the entry that opened it.
    #[arg(long)]
    appeal: u64,
    /// How it ends.
    #[arg(long, value_enum)]
    outcome: Ends,
    /// Why.
    #[arg(long)]
    reason: String,
    /// Of an amended row, what is true of it: fact=value or role=code, by name or title.
    #[arg(long, required_if_eq("outcome", "amended"))]
    set: Vec<String>,
    /// Decide anew what was decided wrongly: the last decision counts, and both stay in the ledger.
    #[arg(long)]
    anew: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Ends {
    /// The row does not count.
    Upheld,
    /// The row counts with other facts: give them by --set.
    Amended,
    /// All stays as it is.
    Rejected,
    /// The appellant takes it back.
    Withdrawn,
}

impl Appeal {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        match &self.action {
            Action::Open(open) => open.run(language),
            Action::Add { writing, appeal, text, evidence } => {
                plain("--text", text)?;
                if text.trim().is_empty() && evidence.is_empty() {
                    return Err(Halt::Usage(Text::new(
                        "请用 --text 或 --evidence 写明补充什么",
                        "say by --text or --evidence what is added",
                    )));
                }
                let (writer, files) = (writing.begin()?, fingerprints(evidence)?);
                let step = closing::evidence(writer.entries(), *appeal, (text, &files))?;
                let said = Text::new("已补充入账", "it is added to the appeal");
                writer.enter(step, |draft| (vec![draft], said), language)
            }
            Action::Decide(decide) => decide.run(language),
            Action::List { ledger } => {
                let (entries, chain) = sound(ledger)?;
                say(&report::render(&report::ledger_appeals(&closing::appeals(&entries), language)));
                say(&format!("{}\n", report::head_line(&chain.head, language)));
                Ok(Outcome::Done)
            }
        }
    }
}

impl Open {
    fn run(&self, language: Language) -> Result<Outcome, Halt> {
        plain("--grounds", &self.grounds)?;
        if self.grounds.trim().is_empty() {
            return Err(Halt::Usage(Text::new("--grounds 须写明理由", "--grounds takes words")));
        }
        let writer = self.writing.begin()?;
        let workspace = self.which.open_decided(writer.entries(), language)?;
        let claim = Claim {
            subject: workspace.subject_code(&self.subject).to_owned(),
            record: self.record.clone(),
            grounds: self.grounds.clone(),
            evidence: fingerprints(&self.evidence)?,
        };
        let step = with_closing(&workspace, |closing| {
            Ok(closing::appeal(closing, writer.entries(), &writer.author, claim)?)
        })?;
        let next = writer.ledger.head().seq.saturating_add(1);
        let said = |draft: Draft| {
            let until = draft.body.get("until").and_then(Value::as_str).unwrap_or_default().to_owned();
            let said = Text::new(
                format!("申诉已入账，编号 {next}；至迟 {until} 提出"),
                format!("the appeal is entered as number {next}; the last day to appeal is {until}"),
            );
            (vec![draft], said)
        };
        writer.enter(step, said, language)
    }
}

impl Decide {
    fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let ruling = self.ruling()?;
        plain("--reason", &self.reason)?;
        let writer = self.writing.begin()?;
        let workspace = self.which.open_decided(writer.entries(), language)?;
        let said = (self.appeal, &ruling, self.reason.as_str());
        let draft = with_closing(&workspace, |closing| {
            Ok(closing::decide(closing, writer.entries(), &writer.author, said, self.anew)?)
        })?;
        let mut decided = writer.entries().to_vec();
        // that the row, the facts and the roles are such is found out before anything is entered
        decided.push(writer.ledger.next(&writer.author, draft.clone()));
        self.which.open_decided(&decided, language)?;
        let said = match ruling {
            Ruling::Rejected => Text::new("决定已入账", "the decision is entered"),
            _ => Text::new(
                "决定已入账；renze adjust 列出由此变动的卡",
                "the decision is entered; renze adjust shows which cards it changes",
            ),
        };
        writer.enter(Step::Adds(draft), |draft| (vec![draft], said), language)
    }

    fn ruling(&self) -> Result<Ruling, Halt> {
        if self.outcome != Ends::Amended && !self.set.is_empty() {
            return Err(Halt::Usage(Text::new(
                "--set 只用于 --outcome amended",
                "--set belongs to --outcome amended",
            )));
        }
        let mut set = BTreeMap::new();
        for typed in &self.set {
            let Some((name, value)) = typed.split_once('=') else {
                return Err(Halt::Usage(Text::new(
                    format!("--set {typed} 应写作 事实=取值"),
                    format!("write --set {typed} as fact=value"),
                )));
            };
            set.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        Ok(match self.outcome {
            Ends::Upheld => Ruling::Upheld,
            Ends::Amended => Ruling::Amended(set),
            Ends::Rejected => Ruling::Rejected,
            Ends::Withdrawn => Ruling::Withdrawn,
        })
    }
}

/// The fingerprints of files, by their names; of files of one name, those behind the first are numbered.
fn fingerprints(files: &[PathBuf]) -> Result<BTreeMap<String, String>, Halt> {
    let mut digests = BTreeMap::new();
    for path in files {
        let content = read_at_most(path, EVIDENCE_BYTES).map_err(|error| {
            let (file, why) = (path.display(), reason(&error));
            Halt::Usage(Text::new(
                format!("无法读取证据 {file}：{}", why.zh),
                format!("cannot read the evidence {file}: {}", why.en),
            ))
        })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = closing::free_name(&name, |name| digests.contains_key(name));
        digests.insert(name, fingerprint::of(content));
    }
    Ok(digests)
}
