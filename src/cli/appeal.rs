//! `renze appeal` and `renze adjust`: what was sealed is contested, decided, and adjusted by what is entered behind it.

use super::closing::{Writing, plain, stands, with_closing};
use super::ledger::sound;
use super::workspace::{Which, Workspace};
use super::{Halt, Outcome, say};
use crate::closing::{self, Adjusted, Adjusting, Claim, Figure, Ruling, Step};
use crate::diagnostic::reason;
use crate::fingerprint;
use crate::language::{Language, Text};
use crate::ledger::{Author, Entry};
use crate::report::{self, Report, Table};
use clap::{Args, Subcommand, ValueEnum};
use std::collections::BTreeMap;
use std::path::PathBuf;

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
}

#[derive(Debug, Args)]
struct Open {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    writing: Writing,
    /// Whose card it is about, by code.
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
    /// Of an amended row, what is true of it: fact=value or role=code, by the pack's names.
    #[arg(long, required_if_eq("outcome", "amended"))]
    set: Vec<String>,
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

#[derive(Debug, Args)]
pub(super) struct Adjust {
    #[command(flatten)]
    which: Which,
    /// The ledger.
    #[arg(long)]
    ledger: PathBuf,
    /// The name of whoever adjusts; without one it is only shown who would change.
    #[arg(long, requires_all = ["on", "effect", "reason"])]
    by: Option<String>,
    /// Sign with the key in this file, which `renze key new` wrote.
    #[arg(long, value_name = "KEY FILE", requires = "by")]
    key: Option<PathBuf>,
    /// The day on which it is done, as 2026-11-20.
    #[arg(long, requires = "by")]
    on: Option<String>,
    /// The later period in which the differences are paid, as 2026-11.
    #[arg(long, value_name = "PERIOD", requires = "by")]
    effect: Option<String>,
    /// Why.
    #[arg(long, requires = "by")]
    reason: Option<String>,
}

impl Appeal {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        match &self.action {
            Action::Open(open) => open.run(language),
            Action::Add { writing, appeal, text, evidence } => {
                plain("--text", text)?;
                let (writer, files) = (writing.begin()?, fingerprints(evidence)?);
                let draft = closing::evidence(writer.entries(), *appeal, (text, &files))?;
                let said = Text::new("已补充入账", "it is added to the appeal");
                writer.enter(Step::Adds(draft), |draft| (vec![draft], said), language)
            }
            Action::Decide(decide) => decide.run(language),
        }
    }
}

impl Open {
    fn run(&self, language: Language) -> Result<Outcome, Halt> {
        plain("--grounds", &self.grounds)?;
        let writer = self.writing.begin()?;
        let workspace = self.which.open_decided(writer.entries(), language)?;
        let claim = Claim {
            subject: self.subject.clone(),
            record: self.record.clone(),
            grounds: self.grounds.clone(),
            evidence: fingerprints(&self.evidence)?,
        };
        let step = with_closing(&workspace, |closing| {
            Ok(closing::appeal(closing, writer.entries(), &writer.author, claim)?)
        })?;
        let said = Text::new("申诉已入账", "the appeal is entered");
        writer.enter(step, |draft| (vec![draft], said), language)
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
            Ok(closing::decide(closing, writer.entries(), &writer.author, said)?)
        })?;
        let mut decided = writer.entries().to_vec();
        // that the row, the facts and the roles are such is found out before anything is entered
        decided.push(writer.ledger.next(&writer.author, draft.clone()));
        self.which.open_decided(&decided, language)?;
        let said = Text::new(
            "决定已入账；renze adjust 列出由此变动的卡",
            "the decision is entered; renze adjust shows which cards it changes",
        );
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

impl Adjust {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        self.reason.as_deref().map_or(Ok(()), |reason| plain("--reason", reason))?;
        let claimed = self.by.as_ref().zip(self.on.as_ref());
        let writing = claimed.map(|(by, on)| Writing::new(&self.ledger, (by, self.key.as_deref()), on));
        let words = self.effect.as_deref().zip(self.reason.as_deref());
        let Some((writing, (effect, reason))) = writing.zip(words) else {
            // to look is not to write: no lock is taken, and no ledger begun
            return self.look(&sound(&self.ledger)?.0, language);
        };
        let writer = writing.begin()?;
        let step = self.step(writer.entries(), Some((&writer.author, effect, reason)), language)?;
        if let Step::Adds(adjusting) = &step {
            say(&report::render(&listed(&adjusting.cards, language)));
        }
        let said = Text::new("调整已封存", "the adjustment is sealed");
        writer.enter(step, |adjusting| (adjusting.drafts, said), language)
    }

    /// Shows who would change.
    fn look(&self, entries: &[Entry], language: Language) -> Result<Outcome, Halt> {
        match self.step(entries, None, language)? {
            Step::Stands(seq) => say(&format!("{}\n", stands(seq).get(language))),
            Step::Adds(adjusting) => {
                say(&report::render(&listed(&adjusting.cards, language)));
                say(language.pick(
                    "未写入台账；要入账，请加 --by --on --effect --reason\n",
                    "nothing was entered; give --by, --on, --effect and --reason to enter it\n",
                ));
            }
        }
        Ok(Outcome::Done)
    }

    fn step(
        &self,
        entries: &[Entry],
        who: Option<(&Author, &str, &str)>,
        language: Language,
    ) -> Result<Step<Adjusting>, Halt> {
        let workspace = self.which.open_decided(entries, language)?;
        with_closing(&workspace, |closing| Ok(closing::adjust(closing, entries, who)?))
    }
}

/// The fingerprints of files, by their names.
fn fingerprints(files: &[PathBuf]) -> Result<BTreeMap<String, String>, Halt> {
    let mut digests = BTreeMap::new();
    for path in files {
        let content = std::fs::read(path).map_err(|error| {
            let (file, why) = (path.display(), reason(&error));
            Halt::Usage(Text::new(
                format!("无法读取证据 {file}：{}", why.zh),
                format!("cannot read the evidence {file}: {}", why.en),
            ))
        })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        digests.insert(name, fingerprint::of(content));
    }
    Ok(digests)
}

/// Who changes, and in which figures.
fn listed(cards: &[Adjusted], language: Language) -> Report {
    let mut report = Report::default();
    let mut rows = Vec::new();
    for card in cards {
        let stays = if card.stays {
            language.pick("按办法不随之调整", "stays, as the policy says")
        } else {
            ""
        };
        for Figure { title, was, is } in &card.figures {
            rows.push(vec![
                card.kind.get(language).to_owned(),
                card.subject.clone(),
                card.name.get(language).to_owned(),
                title.get(language).to_owned(),
                was.clone(),
                is.clone(),
                stays.to_owned(),
            ]);
        }
    }
    let headings = match language {
        Language::Zh => ["类别", "编号", "名称", "项目", "台账所记", "现为", ""],
        Language::En => ["kind", "code", "name", "figure", "in the ledger", "now", ""],
    };
    report.table(Table {
        headings: headings.map(str::to_owned).to_vec(),
        numeric: vec![false, false, false, false, true, true],
        rows,
        ..Table::default()
    });
    report.gap();
    report
}

impl Which {
    /// The same with every clause answered by plain values.
    pub(super) fn open_decided_bare(&self, entries: &[Entry], language: Language) -> Result<Workspace, Halt> {
        self.decided_by(entries).open_bare(language)
    }

    /// The book with everything that was decided of its rows.
    pub(super) fn open_decided(&self, entries: &[Entry], language: Language) -> Result<Workspace, Halt> {
        self.decided_by(entries).open(language)
    }
}
