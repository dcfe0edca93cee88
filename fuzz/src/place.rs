//! A small book of which one file at a time is written by chance, and what is read of it: to the end, with the words
//! that a user would see.

use renze::assess::{Assessment, Bearers, Inputs};
use renze::calendar::{Period, read_day};
use renze::clause::Rulebook;
use renze::closing::{self, Closing, Files};
use renze::diagnostic::{Diagnostic, Faults};
use renze::intake::{Book, check_names, read_organisation, read_rows};
use renze::language::Language;
use renze::ledger::{Chain, Draft, Entry, EntryKind, NOTHING_BEFORE};
use renze::policy::{Pack, Rows};
use renze::report::{Digests, Subject, first_screen, ledger_csv, ledger_entry, ledger_log, render};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The small book in a folder of its own.
pub struct Place {
    folder: TempDir,
    /// What did not change is read once.
    pack: Pack,
    rules: Rulebook,
}

impl Place {
    /// A copy of a book.
    pub fn of(base: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        copy(base, folder.path());
        let (pack, rules) = read_pack(&folder.path().join("pack")).unwrap();
        Self { folder, pack, rules }
    }

    /// Puts something else into one of its files.
    pub fn write(&self, file: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(file);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Assesses the book with a table of complaints of that name.
    pub fn complaints(&self, file: &str) {
        self.assess(&self.october(), &[self.folder.path().join(file)], told);
    }

    /// Reads a ledger, tells what stands in it, and holds it against the book as it is.
    pub fn ledger(&self, lines: &[u8]) {
        let mut entries = Vec::new();
        let chain = Chain::read("ledger", lines, |entry| entries.push(entry)).unwrap();
        show(&chain.faults);
        let _ = ledger_csv(&entries);
        for language in [Language::Zh, Language::En] {
            let _ = render(&ledger_log(&entries, &chain.head, language));
            for entry in &entries {
                let _ = render(&ledger_entry(entry, language));
            }
        }
        self.assess(&self.october(), &[self.folder.path().join("complaints.csv")], |subject| {
            let (policy, period) = (&subject.pack.policy.id, subject.assessment.period.code());
            let digests = digests(subject.pack.digest.clone());
            let closing = Closing::new(subject, &digests, self.files()).unwrap();
            for group in closing::groups(&entries, policy, &period) {
                show(&closing::check(&closing, &entries, &group).faults);
            }
        });
    }

    /// Holds bodies of entries, one a line and each behind a letter for its kind, against the book, all else of them made to fit.
    pub fn entries(&self, bodies: &[u8]) {
        let (mut ledger, mut at) = (Vec::new(), (1, NOTHING_BEFORE.to_owned()));
        for line in bodies.split(|byte| *byte == b'\n') {
            let Some((kind, body)) = line.split_first() else { continue };
            let kind = EntryKind::ALL[usize::from(*kind) % EntryKind::ALL.len()];
            let Ok(Value::Object(body)) = serde_json::from_slice(body) else { continue };
            let by = body.get("by").and_then(Value::as_str).unwrap_or("Li").to_owned();
            let on = read_day("2026-11-04").unwrap();
            let entry = Entry::next(Draft { kind, body }, (&by, on, None), (at.0, &at.1));
            ledger.extend(entry.line().into_bytes());
            ledger.push(b'\n');
            at = (entry.seq + 1, entry.hash);
        }
        self.ledger(&ledger);
    }

    /// Its files, as an import names them.
    fn files(&self) -> Files {
        let mut files = Files::default();
        let mut add = |purpose: &str, file: &str| {
            let content = fs::read(self.folder.path().join(file)).unwrap();
            files.add(purpose, file.rsplit('/').next().unwrap_or(file), &content);
        };
        add("book", "book.toml");
        add("complaints", "complaints.csv");
        ["organisation.csv", "posts.csv"].iter().for_each(|file| add("organisation", file));
        ["pack/policy.toml", "pack/parameters.toml"].iter().for_each(|file| add("pack", file));
        for source in &self.pack.clauses {
            add("pack", &format!("pack/clauses/{}", source.file.rsplit('/').next().unwrap_or_default()));
        }
        files
    }

    /// October 2026, and nothing else.
    fn october(&self) -> Book {
        let (period, as_of) = (Period::parse("2026-10").unwrap(), read_day("2026-11-03").unwrap());
        Book::of_nothing(&self.folder.path().join("pack"), period, as_of)
    }

    /// Assesses the book as its files say.
    pub fn book(&self) {
        let faults = Faults::default();
        let book = Book::read(self.folder.path(), &faults);
        let said = faults.into_sorted();
        show(&said);
        if let Some(book) = book {
            let files = book.tables.get("complaints").cloned().unwrap_or_default();
            // a file of chance may name any other of this machine
            if files
                .iter()
                .chain(&book.members)
                .chain(&book.posts)
                .all(|file| file.starts_with(self.folder.path()))
            {
                self.assess(&book, &files, told);
            }
        }
    }

    /// Reads the pack, and judges the book by it where it can be used.
    pub fn pack(&self) {
        if let Some((pack, rules)) = read_pack(&self.folder.path().join("pack")) {
            let place = Self { folder: TempDir::new().unwrap(), pack, rules };
            copy(self.folder.path(), place.folder.path());
            place.complaints("complaints.csv");
        }
    }

    fn assess(&self, book: &Book, files: &[PathBuf], then: impl FnOnce(&Subject<'_>)) {
        let faults = Faults::default();
        let own = |name: &str| self.folder.path().join(name);
        let members = book.members.clone().unwrap_or_else(|| own("organisation.csv"));
        let posts = book.posts.clone().unwrap_or_else(|| own("posts.csv"));
        let organisation = read_organisation(&members, &posts, &faults).unwrap_or_default();
        check_names(&organisation, &self.pack.policy, &faults);
        let period = (book.period, book.as_of);
        let mut rows = BTreeMap::new();
        for kind in self.pack.policy.kinds.iter().filter(|kind| matches!(kind.rows, Rows::Table { .. })) {
            let intake = read_rows((files, None), kind, &self.pack.policy, &organisation, period, &faults);
            show(&intake.set_aside.iter().flat_map(|aside| aside.reasons.clone()).collect::<Vec<_>>());
            rows.insert(kind.name.clone(), intake);
        }
        let stopped = faults.has_errors();
        show(&faults.into_sorted());
        if stopped {
            return;
        }
        let inputs = Inputs {
            pack: &self.pack,
            rules: &self.rules,
            bearers: Bearers::Organisation(&organisation),
            period: book.period,
            as_of: book.as_of,
            rows,
            typed: BTreeMap::new(),
            pay: BTreeMap::new(),
            earlier: [].into(),
        };
        match Assessment::run(inputs) {
            Err(faults) => show(&faults),
            Ok(assessment) => {
                let (pack, rules) = (&self.pack, &self.rules);
                let subject =
                    Subject { book, pack, rules, organisation: &organisation, assessment: &assessment };
                then(&subject);
            }
        }
    }
}

/// What an assessment came to, as it is told on a terminal.
fn told(subject: &Subject<'_>) {
    let digests = digests(String::from("0"));
    for language in [Language::Zh, Language::En] {
        let _ = render(&first_screen(subject, &digests, "book", true, language));
    }
}

fn digests(pack: String) -> Digests {
    let digest = || String::from("0");
    Digests { book: digest(), pack, result: digest(), ledger: None }
}

fn read_pack(folder: &Path) -> Option<(Pack, Rulebook)> {
    let faults = Faults::default();
    let pack = Pack::read(folder, &faults);
    let rules = pack.as_ref().map(|pack| Rulebook::compile(pack, &faults));
    let stopped = faults.has_errors();
    show(&faults.into_sorted());
    pack.zip(rules).filter(|_| !stopped)
}

/// What is wrong, as it is shown.
fn show(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let _ = diagnostic.render(Language::Zh, false);
        let _ = diagnostic.render(Language::En, true);
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
