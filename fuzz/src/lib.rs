//! A small book of which one file at a time is written by chance, and what is read of it: to the end, with the words
//! that a user would see.

use renze::assess::{Assessment, Bearers, Inputs};
use renze::calendar::{Period, read_day};
use renze::clause::Rulebook;
use renze::diagnostic::{Diagnostic, Faults};
use renze::intake::{Book, check_names, read_organisation, read_rows};
use renze::language::Language;
use renze::policy::{Pack, Rows};
use renze::report::{Digests, Subject, first_screen, render};
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
    /// A copy of the book.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/bad/base");
        copy(&base, folder.path());
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
        let (period, as_of) = (Period::parse("2026-10").unwrap(), read_day("2026-11-03").unwrap());
        let book = Book::of_nothing(&self.folder.path().join("pack"), period, as_of);
        self.assess(&book, &[self.folder.path().join(file)]);
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
                self.assess(&book, &files);
            }
        }
    }

    /// Reads the pack, and judges the book by it where it can be used.
    pub fn pack(&self) {
        if let Some((pack, rules)) = read_pack(&self.folder.path().join("pack")) {
            let place = Place { folder: TempDir::new().unwrap(), pack, rules };
            copy(self.folder.path(), place.folder.path());
            place.complaints("complaints.csv");
        }
    }

    fn assess(&self, book: &Book, files: &[PathBuf]) {
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
                let digest = || String::from("0");
                let digests = Digests { book: digest(), pack: digest(), result: digest() };
                for language in [Language::Zh, Language::En] {
                    let _ = render(&first_screen(&subject, &digests, "book", true, language));
                }
            }
        }
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
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
