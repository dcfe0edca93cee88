//! What a command works on: a pack with its clauses, a book with its rows and its organisation.

use super::{Halt, complain, progress};
use crate::assess::{Assessment, Bearers, Inputs};
use crate::calendar::{Grid, Period, read_day};
use crate::clause::{AnsweredBy, Rulebook};
use crate::closing::amendments;
use crate::diagnostic::{Diagnostic, Faults, Severity};
use crate::document::Source;
use crate::intake::{
    Book, Earlier, Intake, check_carried, check_names, read_earlier, read_organisation_sheets, read_rows,
};
use crate::language::{Language, Text};
use crate::ledger::Entry;
use crate::organisation::Organisation;
use crate::policy::{Pack, Rows};
use crate::report::Subject;
use chrono::NaiveDate;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The table that files given without a book are of.
const COMPLAINTS: &str = "complaints";

/// Which book: a folder with `book.toml`, or its parts one by one.
#[derive(Clone, Debug, Args)]
pub(super) struct Which {
    /// A folder with book.toml.
    pub(super) book: Option<PathBuf>,
    /// The pack's folder, instead of a book.
    #[arg(long, conflicts_with = "book", requires = "complaints", requires = "period")]
    pack: Option<PathBuf>,
    /// Files of complaints; of a pack's only table, whatever it is called.
    #[arg(long, num_args = 1.., requires = "pack")]
    complaints: Vec<PathBuf>,
    /// A folder with organisation.csv and posts.csv; without one, bearers are whoever the rows name.
    #[arg(long, requires = "pack")]
    organisation: Option<PathBuf>,
    /// The month, as 2026-10.
    #[arg(long, requires = "pack")]
    period: Option<String>,
    /// The assessment date, as 2026-11-03; by default the last day of the period.
    #[arg(long, requires = "pack")]
    as_of: Option<String>,
    /// Leave out rows that cannot be read; they stand on every output.
    #[arg(long)]
    set_aside: bool,
    /// The last day of which anything is known; all that the book says without one.
    #[arg(skip)]
    until: Option<NaiveDate>,
    /// The entries of a ledger whose decisions are done to the rows.
    #[arg(skip)]
    decided: Vec<Entry>,
}

/// A book that was read and assessed.
pub(super) struct Workspace {
    pub(super) book: Book,
    /// The file that declares the book, where one does.
    pub(super) declared: Option<PathBuf>,
    pub(super) pack: Pack,
    pub(super) rules: Rulebook,
    pub(super) organisation: Organisation,
    pub(super) assessment: Assessment,
    /// What was left out or understood of the files, and somebody should know of.
    pub(super) notes: Vec<Diagnostic>,
    /// SHA-256 over everything that was read, in an order of its own.
    pub(super) book_digest: String,
}

/// Reads a pack and compiles it; warnings are shown, errors stop.
pub(super) fn open_pack(folder: &Path, language: Language) -> Result<(Pack, Rulebook), Halt> {
    let (pack, rules, warnings) = read_pack(folder)?;
    complain(&warnings, language);
    Ok((pack, rules))
}

/// Reads a pack and compiles it, with its warnings; errors stop.
pub(super) fn read_pack(folder: &Path) -> Result<(Pack, Rulebook, Vec<Diagnostic>), Halt> {
    progress::stage(&Text::new("正在读取规则集", "reading the pack"));
    let faults = Faults::default();
    let Some(pack) = Pack::read(folder, &faults) else {
        return Err(faults.into_sorted().into());
    };
    let rules = Rulebook::compile(&pack, &faults);
    let stopped = faults.has_errors();
    let diagnostics = faults.into_sorted();
    if stopped {
        return Err(diagnostics.into());
    }
    Ok((pack, rules, diagnostics))
}

/// A fault where the period is none of those the pack's cards are for.
fn check_period(book: &Book, pack: &Pack) -> Option<Diagnostic> {
    let grid = pack.policy.grid();
    let own = grid.containing(book.period.last);
    (own != book.period && grid != Grid::Day).then(|| {
        let (period, own, length) = (book.period.code(), own.code(), grid.title());
        let message = Text::new(
            format!("本办法每次考核一个周期（{}），「{period}」不是：应写作如 {own}", length.zh),
            format!(
                "the policy assesses {} at a time, and `{period}` is none: write one such as {own}",
                length.en
            ),
        );
        Diagnostic::error("B004", message)
    })
}

/// A period that ends before the policy is in force.
fn check_force(book: &Book, pack: &Pack) -> Option<Diagnostic> {
    let (from, last) = (pack.policy.from, book.period.last);
    (last < from).then(|| {
        let message = Text::new(
            format!("本办法自 {from} 起施行，而考核期到 {last} 为止"),
            format!("the policy is in force from {from}, and the period ends on {last}"),
        );
        let help = Text::new(
            "换用当时施行的办法，或在 policy.toml 改正 from",
            "take the policy that was in force then, or correct `from` in policy.toml",
        );
        Diagnostic::error("B006", message).help(help)
    })
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

    /// The code of a subject that is called by it or by its name; what is wanted where no card is called so.
    pub(super) fn subject_code<'w>(&'w self, wanted: &'w str) -> &'w str {
        let mut cards = self.assessment.scorecards.iter();
        let card = cards.find(|card| {
            [&card.key.subject, &card.name.zh, &card.name.en].into_iter().any(|name| name == wanted)
        });
        card.map_or(wanted, |card| &card.key.subject)
    }

    /// Assesses rows of the book again, as they stood at the end of an earlier day.
    pub(super) fn assess_until(
        &self,
        mut rows: BTreeMap<String, Intake>,
        day: NaiveDate,
    ) -> Result<Assessment, Halt> {
        cut_off(&mut rows, &self.pack, day);
        Ok(Assessment::run(Inputs {
            pack: &self.pack,
            rules: &self.rules,
            bearers: Bearers::Organisation(&self.organisation),
            period: self.book.period,
            as_of: day,
            rows,
            typed: BTreeMap::new(),
            pay: BTreeMap::new(),
            earlier: Arc::clone(&self.assessment.earlier),
        })?)
    }
}

/// Does to the rows what entries of a ledger decide of them.
fn amend(
    rows: &mut BTreeMap<String, Intake>,
    (book, pack): (&Book, &Pack),
    organisation: &Organisation,
    decided: &[Entry],
) -> Result<(), Vec<Diagnostic>> {
    let amendments = amendments(decided, &pack.policy.id, &book.period.code());
    let mut faults = Vec::new();
    for kind in &pack.policy.kinds {
        if let Some(intake) = rows.get_mut(&kind.name) {
            let days = (book.period, book.as_of);
            let amended = intake.amend((&pack.policy, kind), &amendments, organisation, days);
            faults.extend(amended.err().into_iter().flatten());
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Takes out of the rows of every kind what was not known at the end of a day.
fn cut_off(rows: &mut BTreeMap<String, Intake>, pack: &Pack, day: NaiveDate) {
    for kind in &pack.policy.kinds {
        rows.entry(kind.name.clone()).and_modify(|intake| intake.cut_off(kind, day));
    }
}

impl Which {
    /// Reads the book, and assesses it.
    pub(super) fn open(&self, language: Language) -> Result<Workspace, Halt> {
        self.open_with(language, AnsweredBy::Trees, |_| ()).map(|(workspace, ())| workspace)
    }

    /// The same with every clause answered by plain values.
    pub(super) fn open_bare(&self, language: Language) -> Result<Workspace, Halt> {
        self.open_with(language, AnsweredBy::Bare, |_| ()).map(|(workspace, ())| workspace)
    }

    /// A book's folder.
    pub(super) fn of_book(book: &Path, set_aside: bool) -> Self {
        let book = Some(book.to_owned());
        Self {
            book,
            pack: None,
            complaints: Vec::new(),
            organisation: None,
            period: None,
            as_of: None,
            set_aside,
            until: None,
            decided: Vec::new(),
        }
    }

    /// The book with what these entries of a ledger decide done to its rows.
    pub(super) fn open_decided(&self, entries: &[Entry], language: Language) -> Result<Workspace, Halt> {
        self.decided_by(entries).open(language)
    }

    /// The same with every clause answered by plain values.
    pub(super) fn open_decided_bare(&self, entries: &[Entry], language: Language) -> Result<Workspace, Halt> {
        self.decided_by(entries).open_bare(language)
    }

    fn decided_by(&self, entries: &[Entry]) -> Self {
        Self { decided: entries.to_vec(), ..self.clone() }
    }

    /// The book as it stood at the end of a day of its period, and the rows as they were read.
    pub(super) fn open_until(
        self,
        language: Language,
        day: NaiveDate,
    ) -> Result<(Workspace, BTreeMap<String, Intake>), Halt> {
        Self { until: Some(day), ..self }.open_with_rows(language)
    }

    /// The same, and the rows as they were read, to assess them again with a change.
    pub(super) fn open_with_rows(
        &self,
        language: Language,
    ) -> Result<(Workspace, BTreeMap<String, Intake>), Halt> {
        self.open_with(language, AnsweredBy::Trees, BTreeMap::clone)
    }

    fn open_with<K>(
        &self,
        language: Language,
        by: AnsweredBy,
        keep: impl FnOnce(&BTreeMap<String, Intake>) -> K,
    ) -> Result<(Workspace, K), Halt> {
        let book = self.book()?;
        let (pack, rules) = open_pack(&book.pack, language)?;
        let (workspace, kept) = self.assess(book, (pack, rules.answered_by(by)), keep)?;
        complain(&workspace.notes, language);
        Ok((workspace, kept))
    }

    /// Assesses a book by a pack, whichever it names itself.
    pub(super) fn assess<K>(
        &self,
        mut book: Book,
        (pack, rules): (Pack, Rulebook),
        keep: impl FnOnce(&BTreeMap<String, Intake>) -> K,
    ) -> Result<(Workspace, K), Halt> {
        if self.book.is_none() {
            name_only_table(&mut book, &pack);
        }
        let faults = Faults::default();
        let organisation = match (&book.members, &book.posts) {
            (Some(members), Some(posts)) => {
                let [of_members, of_posts] = book.organisation_sheets.each_ref().map(Option::as_deref);
                read_organisation_sheets((members, of_members), (posts, of_posts), &faults)
                    .unwrap_or_default()
            }
            _ => Organisation::default(),
        };
        check_names(&organisation, &pack.policy, &faults);
        if book.as_of < book.period.first {
            let (as_of, first) = (book.as_of, book.period.first);
            let message = Text::new(
                format!("截至日 {as_of} 早于考核期首日 {first}"),
                format!("the assessment date {as_of} is before the period's first day {first}"),
            );
            faults.push(self.placed(Diagnostic::error("B003", message), "as_of"));
        }
        faults.extend(check_period(&book, &pack).map(|fault| self.placed(fault, "period")));
        faults.extend(check_force(&book, &pack).map(|fault| self.placed(fault, "period")));
        if faults.has_errors() {
            return Err(faults.into_sorted().into());
        }
        let earlier = book.earlier.iter();
        let earlier: Arc<[Earlier]> =
            earlier.filter_map(|file| read_earlier(file, &pack.policy.id, &faults)).collect();
        let uncarried = check_carried(&earlier, &book.period, &pack.policy);
        faults.extend(uncarried.map(|fault| self.placed(fault, "earlier")));
        progress::stage(&Text::new("正在读取表格", "reading the tables"));
        let (mut rows, notes) = self.read_tables(&book, &pack, &organisation, faults)?;
        amend(&mut rows, (&book, &pack), &organisation, &self.decided)?;
        let kept = keep(&rows);
        if let Some(until) = self.until {
            cut_off(&mut rows, &pack, until);
            book.as_of = until;
        }
        let book_digest = super::digest::digest_of((&book, &earlier), &pack, &organisation, &rows);
        progress::stage(&Text::new("正在考核", "assessing"));
        let assessment = Assessment::run(Inputs {
            pack: &pack,
            rules: &rules,
            bearers: Bearers::Organisation(&organisation),
            period: book.period,
            as_of: book.as_of,
            rows,
            typed: BTreeMap::new(),
            pay: BTreeMap::new(),
            earlier,
        })?;
        let declared = self.book.as_ref().map(|folder| folder.join("book.toml"));
        Ok((Workspace { book, declared, pack, rules, organisation, assessment, notes, book_digest }, kept))
    }

    fn read_tables(
        &self,
        book: &Book,
        pack: &Pack,
        organisation: &Organisation,
        faults: Faults,
    ) -> Result<(BTreeMap<String, Intake>, Vec<Diagnostic>), Halt> {
        let mut rows = BTreeMap::new();
        for kind in &pack.policy.kinds {
            let Rows::Table { table, .. } = &kind.rows else { continue };
            let Some(files) = book.tables.get(table).filter(|files| !files.is_empty()) else {
                let message = Text::new(
                    format!("没有给出表 `{table}`({})的文件", kind.title.zh),
                    format!("no file is given for the table `{table}` ({})", kind.title.en),
                );
                let help = Text::new(
                    format!("在 book.toml 的 [tables] 中写 {table} = [\"文件名.csv\"]"),
                    format!("write {table} = [\"file.csv\"] under [tables] in a book.toml"),
                );
                faults.push(Diagnostic::error("B002", message).help(help));
                continue;
            };
            let period = (book.period, book.as_of);
            let sheet = book.sheets.get(table).map(String::as_str);
            let mut intake = read_rows((files, sheet), kind, &pack.policy, organisation, period, &faults);
            if let Some(from) = book.covers.get(table) {
                intake.cover(files, *from);
            }
            rows.insert(kind.name.clone(), intake);
        }
        if !self.set_aside {
            let reasons = rows.values().flat_map(|intake: &Intake| &intake.set_aside);
            let reasons = reasons.filter(|aside| aside.is_fault()).flat_map(|aside| aside.reasons.clone());
            faults.extend(reasons);
        }
        if faults.has_errors() {
            return Err(Halt::Faults(faults.into_sorted()));
        }
        Ok((rows, faults.into_sorted()))
    }

    /// A fault of what `book.toml` says under a key, where there is such a file.
    fn placed(&self, fault: Diagnostic, key: &str) -> Diagnostic {
        let path = self.book.as_ref().map(|folder| folder.join("book.toml"));
        let source = path.and_then(|path| Source::read(&path, &path.display().to_string()).ok());
        match source {
            Some(source) => fault.at(source.find(&format!("book.{key}"), "")),
            None => fault,
        }
    }

    /// The book, without anything it names.
    pub(super) fn book(&self) -> Result<Book, Halt> {
        if let Some(folder) = &self.book {
            let faults = Faults::default();
            let book = Book::read(folder, &faults);
            let diagnostics = faults.into_sorted();
            let failed = diagnostics.iter().any(|fault| fault.severity == Severity::Error);
            return match book {
                Some(book) if !failed => Ok(book),
                _ => Err(diagnostics.into()),
            };
        }
        let (Some(pack), Some(period)) = (&self.pack, &self.period) else {
            return Err(Halt::Usage(Text::new(
                "请给出账簿文件夹，或 --pack、--complaints、--period",
                "give a book's folder, or --pack, --complaints and --period",
            )));
        };
        let period = Period::parse(period).ok_or_else(|| {
            Halt::Usage(Text::new(
                format!("--period {period} 应写作 2026-10、2026-Q4 或 2026"),
                format!("write --period {period} as 2026-10, 2026-Q4 or 2026"),
            ))
        })?;
        let as_of = match &self.as_of {
            None => period.last,
            Some(day) => read_day(day).ok_or_else(|| {
                Halt::Usage(Text::new(
                    format!("--as-of {day} 应写作 2026-11-03"),
                    format!("write --as-of {day} as 2026-11-03"),
                ))
            })?,
        };
        let file = |name: &str| self.organisation.as_ref().map(|folder| folder.join(name));
        Ok(Book {
            title: Text::default(),
            pack: pack.clone(),
            period,
            as_of,
            tables: BTreeMap::from([(COMPLAINTS.to_owned(), self.complaints.clone())]),
            sheets: BTreeMap::new(),
            covers: BTreeMap::new(),
            members: file("organisation.csv"),
            posts: file("posts.csv"),
            organisation_sheets: [None, None],
            earlier: Vec::new(),
        })
    }
}

/// Files given without a book are those of the pack's table, where it has one alone, whatever it is called.
fn name_only_table(book: &mut Book, pack: &Pack) {
    let tables: BTreeSet<&str> = pack.policy.kinds.iter().filter_map(|kind| kind.table()).collect();
    if let (1, Some(only)) = (tables.len(), tables.first())
        && let Some(files) = book.tables.remove(COMPLAINTS)
    {
        book.tables.insert((*only).to_owned(), files);
    }
}
