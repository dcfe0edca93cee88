//! `renze approve`, `confirm` and `seal`: a period is closed by entries of a ledger.

use super::assess::unwritten_digests;
use super::file::read;
use super::key;
use super::workspace::{Which, Workspace, open_pack};
use super::{Halt, Outcome, say};
use crate::amount::Unit;
use crate::calendar::read_day;
use crate::closing::{self, Closing, Confirmable, Confirmation, Files, Step};
use crate::diagnostic::reason;
use crate::intake::is_invisible;
use crate::language::{Language, Text};
use crate::ledger::{Author, Draft, Entry, EntryKind, Head, Key, Ledger};
use crate::report::{self, Report, Table};
use clap::Args;
use std::path::{Path, PathBuf};

/// To which ledger something is written, by whom, and of which day.
#[derive(Debug, Args)]
pub(super) struct Writing {
    /// The ledger; it is begun where there is none.
    #[arg(long)]
    ledger: PathBuf,
    /// The name of whoever does this: claimed, unless it is signed.
    #[arg(long)]
    by: String,
    /// Sign with the key in this file, which `renze key new` wrote.
    #[arg(long, value_name = "KEY FILE")]
    key: Option<PathBuf>,
    /// The day on which it is done, as 2026-11-05: no clock is read.
    #[arg(long)]
    on: String,
}

#[derive(Debug, Args)]
pub(super) struct Approve {
    /// The pack's folder.
    pack: PathBuf,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Args)]
pub(super) struct Confirm {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Args)]
pub(super) struct Seal {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    writing: Writing,
    /// Seal nothing where anything is still open.
    #[arg(long)]
    all_or_nothing: bool,
}

impl Writing {
    pub(super) fn new(ledger: &Path, (by, key): (&str, Option<&Path>), on: &str) -> Self {
        let key = key.map(Path::to_owned);
        Self { ledger: ledger.to_owned(), by: by.to_owned(), key, on: on.to_owned() }
    }

    /// Who writes, what they sign with, and the ledger that nobody else can write to meanwhile.
    pub(super) fn begin(&self) -> Result<Writer, Halt> {
        let by = self.by.trim();
        if by.is_empty() {
            return Err(Halt::Usage(Text::new("--by 须写明姓名", "--by takes a name")));
        }
        plain("--by", by)?;
        let on = read_day(&self.on).ok_or_else(|| {
            let given = &self.on;
            Halt::Usage(Text::new(
                format!("--on {given} 应写作 2026-11-05"),
                format!("write --on {given} as 2026-11-05"),
            ))
        })?;
        let key = self.key.as_deref().map(key::read).transpose()?;
        let author = Author { by: by.to_owned(), key: key.as_ref().map(Key::public), on };
        Ok(Writer { author, key, ledger: Ledger::open(&self.ledger)? })
    }

    /// Enters words.
    pub(super) fn note(&self, text: &str, language: Language) -> Result<Outcome, Halt> {
        plain("--text", text)?;
        let body = [("text".to_owned(), text.into())].into_iter().collect();
        let draft = Draft { kind: EntryKind::Note, body };
        let said = Text::new("已入账", "it is entered");
        self.begin()?.enter(Step::Adds(draft), |draft| (vec![draft], said), language)
    }
}

/// Somebody who writes to a ledger.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) author: Author,
    key: Option<Key>,
    pub(super) ledger: Ledger,
}

impl Writer {
    /// Every entry so far.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.ledger.entries
    }

    /// Writes what a step adds, and says where the ledger stands.
    pub(super) fn enter<T>(
        mut self,
        step: Step<T>,
        words: impl FnOnce(T) -> (Vec<Draft>, Text),
        language: Language,
    ) -> Result<Outcome, Halt> {
        let said = match step {
            Step::Stands(seq) => stands(seq),
            Step::Adds(content) => {
                let (drafts, said) = words(content);
                self.ledger.append(&self.author, self.key.as_ref(), drafts)?;
                said
            }
        };
        let head: &Head = self.ledger.head();
        say(&format!("{}\n{}\n", said.get(language), report::head_line(head, language)));
        Ok(Outcome::Done)
    }
}

impl Approve {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let (pack, _) = open_pack(&self.pack, language)?;
        let writer = self.writing.begin()?;
        let step = closing::approve(&pack, writer.entries(), &writer.author);
        let (id, version) = (&pack.policy.id, &pack.policy.version);
        let said = Text::new(
            format!("办法 {id} {version} 已批准"),
            format!("the policy {id} {version} is approved"),
        );
        writer.enter(step, |draft| (vec![draft], said), language)
    }
}

impl Confirm {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let writer = self.writing.begin()?;
        let workspace = self.which.open_decided(writer.entries(), language)?;
        let step = with_closing(&workspace, |closing| {
            Ok(closing::confirm(closing, writer.entries(), &writer.author)?)
        })?;
        let open = workspace.assessment.scorecards.iter().filter(|card| card.is_provisional()).count();
        if let Step::Adds((_, cards)) = &step {
            say(&report::render(&listed(cards, language)));
        }
        let said = |(drafts, cards): Confirmation| {
            let count = cards.len();
            let said = Text::new(
                format!("以上 {count} 张卡的扣款与一票否决已确认"),
                match count {
                    1 => "charges and vetoes of this card are confirmed".to_owned(),
                    _ => format!("charges and vetoes of these {count} cards are confirmed"),
                },
            );
            (drafts, said)
        };
        let outcome = writer.enter(step, said, language)?;
        if open == 0 {
            return Ok(outcome);
        }
        say(&language.pick(
            format!("另有 {open} 张卡待定，定案后再确认\n"),
            format!("{open} cards are still open: confirm them when they are settled\n"),
        ));
        Ok(Outcome::Provisional)
    }
}

impl Seal {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let writer = self.writing.begin()?;
        let workspace = self.which.open_decided(writer.entries(), language)?;
        let step = with_closing(&workspace, |closing| {
            Ok(closing::seal(closing, writer.entries(), &writer.author, self.all_or_nothing)?)
        })?;
        let is_open = workspace.assessment.is_provisional();
        let said = |sealing: closing::Sealing| {
            let (cards, before, open, vetoed) = (sealing.cards, sealing.before, sealing.open, sealing.vetoed);
            let charged = sealing.charged;
            let later = match open {
                0 => Text::default(),
                _ => Text::new(
                    format!("；{open} 张尚待定，定案后再封存"),
                    format!("; {open} still open, to be sealed later"),
                ),
            };
            let [zh, en] = [Language::Zh, Language::En].map(|language| Unit::Yuan.show(charged, language));
            let said = Text::new(
                format!(
                    "封存 {cards} 张卡（此前已封存 {before} 张），扣款 {zh}，其中 {vetoed} 张被一票否决{}",
                    later.zh
                ),
                format!("{cards} cards sealed ({before} before), {en} charged, {vetoed} vetoed{}", later.en),
            );
            (sealing.drafts, said)
        };
        let outcome = writer.enter(step, said, language)?;
        Ok(if is_open { Outcome::Provisional } else { outcome })
    }
}

/// That nothing is new.
pub(super) fn stands(seq: u64) -> Text {
    match seq {
        0 => Text::new("没有需要入账的内容", "there is nothing to enter"),
        _ => Text::new(
            format!("没有新的内容：同样的内容已在第 {seq} 条"),
            format!("nothing is new: it stands in entry {seq} already"),
        ),
    }
}

/// Refuses words that would do something to a terminal, or look like others.
pub(super) fn plain(option: &str, words: &str) -> Result<(), Halt> {
    if words.chars().any(is_invisible) {
        return Err(Halt::Usage(Text::new(
            format!("{option} 中有换行或看不见的字符"),
            format!("{option} holds a line break or a sign that cannot be seen"),
        )));
    }
    Ok(())
}

/// Does something with what a workspace came to.
pub(super) fn with_closing<T>(
    workspace: &Workspace,
    does: impl FnOnce(&Closing<'_>) -> Result<T, Halt>,
) -> Result<T, Halt> {
    let internal = |error: std::io::Error| Halt::Internal(reason(&error));
    let digests = unwritten_digests(workspace).map_err(internal)?;
    let subject = workspace.subject();
    let closing = Closing::new(&subject, &digests, files(workspace)?).map_err(internal)?;
    does(&closing)
}

/// The files that a workspace was made from.
fn files(workspace: &Workspace) -> Result<Files, Halt> {
    let mut files = Files::default();
    for (purpose, path) in paths(workspace) {
        let content = read(&path)?;
        files.add(&purpose, &path.file_name().unwrap_or_default().to_string_lossy(), &content);
    }
    Ok(files)
}

/// Where they stand, each with what it is for.
pub(super) fn paths(workspace: &Workspace) -> Vec<(String, PathBuf)> {
    let (book, pack) = (&workspace.book, &workspace.pack);
    let tables =
        book.tables.iter().flat_map(|(table, paths)| paths.iter().map(move |path| (table.as_str(), path)));
    let organisation = book.members.iter().chain(&book.posts).map(|path| ("organisation", path));
    let earlier = book.earlier.iter().map(|path| ("earlier", path));
    let named = tables.chain(organisation).chain(earlier).map(|(purpose, path)| (purpose, path.clone()));
    let declared = ["policy.toml", "parameters.toml"].map(|name| pack.root.join(name));
    let clauses = pack.clauses.iter().map(|source| PathBuf::from(&source.file));
    let of_pack = declared.into_iter().chain(clauses).map(|path| ("pack", path));
    let own = workspace.declared.iter().map(|path| ("book", path.clone()));
    own.chain(named).chain(of_pack).map(|(purpose, path)| (purpose.to_owned(), path)).collect()
}

/// The cards that somebody confirms.
fn listed(cards: &[Confirmable], language: Language) -> Report {
    let mut report = Report::default();
    let rows = cards.iter().map(|card| {
        let veto = if card.is_vetoed { language.pick("一票否决", "veto") } else { "" };
        vec![
            card.kind.get(language).to_owned(),
            card.subject.clone(),
            card.name.get(language).to_owned(),
            Unit::Yuan.show(card.charge, language),
            veto.to_owned(),
        ]
    });
    let headings = match language {
        Language::Zh => ["类别", "编号", "名称", "扣款", ""],
        Language::En => ["kind", "code", "name", "charge", ""],
    };
    report.table(Table {
        headings: headings.map(str::to_owned).to_vec(),
        numeric: vec![false, false, false, true],
        rows: rows.collect(),
        ..Table::default()
    });
    report.gap();
    report
}
