//! What the code asks of a pack: noted while every pack there is, and many with something wrong, are read.

use super::super::commands::{copy_folder, entries};
use super::super::shared::root;
use super::document::{Document, plain};
use renze::clause::Rulebook;
use renze::diagnostic::{Asked, Faults};
use renze::intake::Book;
use renze::policy::Pack;
use renze::scenario::Scenario;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What was learned of the code by reading packs.
#[derive(Default)]
pub(super) struct Learned {
    /// Everything that was asked.
    pub(super) all: Asked,
    /// The same of packs and books without a fault.
    pub(super) clean: Asked,
    /// The files of packs without a fault.
    pub(super) texts: Vec<String>,
}

impl Learned {
    pub(super) fn of(document: &Document) -> Self {
        let mut learned = Self::default();
        let own = TempDir::new().unwrap();
        document.write(own.path());
        let mut packs = vec![own.path().to_owned()];
        for folder in ["rules", "fixtures", "benches"] {
            holding("policy.toml", &root().join(folder), &mut packs);
        }
        packs.iter().for_each(|pack| learned.pack(pack));
        let mut books = vec![own.path().to_owned()];
        holding("book.toml", &root().join("fixtures"), &mut books);
        books.iter().for_each(|book| learned.book(book));
        learned.changed("fixtures/bad");
        learned.changed("fixtures/inspection");
        learned.with_lines_left_out(document);
        learned
    }

    /// Reads a pack with its clauses and scenarios.
    fn pack(&mut self, folder: &Path) {
        let faults = Faults::with_questions();
        if let Some(pack) = Pack::read(folder, &faults) {
            Rulebook::compile(&pack, &faults);
            for source in pack.scenarios(&faults) {
                Scenario::read_file(&source, &pack, &faults);
            }
            if !faults.has_errors() {
                let files = ["policy.toml", "parameters.toml"].map(|file| folder.join(file));
                let scenarios = folder.join("scenarios");
                let scenarios =
                    fs::read_dir(scenarios).into_iter().flatten().map(|entry| entry.unwrap().path());
                let texts = files.into_iter().chain(scenarios).map(|file| fs::read_to_string(file).unwrap());
                self.texts.extend(texts.chain(pack.clauses.iter().map(|clause| clause.text.clone())));
            }
        }
        self.take(&faults);
    }

    fn book(&mut self, folder: &Path) {
        let faults = Faults::with_questions();
        if Book::read(folder, &faults).is_some() && !faults.has_errors() {
            self.texts.extend(fs::read_to_string(folder.join("book.toml")));
        }
        self.take(&faults);
    }

    fn take(&mut self, faults: &Faults) {
        merge(&mut self.all, faults.questions());
        if !faults.has_errors() {
            merge(&mut self.clean, faults.questions());
        }
    }

    /// The small packs of a folder with the one change of each of their neighbours.
    fn changed(&mut self, folder: &str) {
        let folder = root().join(folder);
        for name in entries(&folder) {
            let Ok(text) = fs::read_to_string(folder.join(&name).join("change.toml")) else { continue };
            let table: toml::Table = toml::from_str(&text).unwrap();
            let place = TempDir::new().unwrap();
            copy_folder(&folder.join("base"), place.path());
            let listed = table.get("change").and_then(|changes| changes.as_array()).cloned();
            for change in listed.unwrap_or_else(|| vec![table.clone().into()]) {
                let path = place.path().join(change["file"].as_str().unwrap());
                if let Ok(text) = fs::read_to_string(&path) {
                    let changed = text.replacen(
                        change["find"].as_str().unwrap(),
                        change["replace"].as_str().unwrap(),
                        1,
                    );
                    fs::write(path, changed).unwrap();
                }
            }
            self.pack(&place.path().join("pack"));
            self.book(place.path());
        }
    }

    /// The pack of the document without each of its lines in turn: what must be there is missed.
    fn with_lines_left_out(&mut self, document: &Document) {
        let place = TempDir::new().unwrap();
        document.write(place.path());
        for (name, text) in document.files.iter().filter(|(name, _)| name.ends_with(".toml")) {
            for left_out in 0..text.lines().count() {
                let lines = text.lines().enumerate().filter(|(index, _)| *index != left_out);
                let lines: Vec<&str> = lines.map(|(_, line)| line).collect();
                fs::write(place.path().join(name), lines.join("\n")).unwrap();
                let faults = Faults::with_questions();
                match (name.as_str(), Pack::read(place.path(), &faults)) {
                    ("book.toml", _) => drop(Book::read(place.path(), &faults)),
                    (_, Some(pack)) if name.starts_with("scenarios") => {
                        for source in pack.scenarios(&faults) {
                            Scenario::read_file(&source, &pack, &faults);
                        }
                    }
                    _ => {}
                }
                merge(&mut self.all, faults.questions());
            }
            fs::write(place.path().join(name), text).unwrap();
        }
    }
}

fn merge(into: &mut Asked, from: Asked) {
    for (form, key) in from {
        let own = into.entry(form).or_default();
        own.required |= key.required;
        own.choices.extend(key.choices);
        own.values.extend(key.values.iter().map(|value| plain(value)));
    }
}

/// The folders below one that hold a file of that name.
fn holding(name: &str, folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join(name).is_file() {
        found.push(folder.to_owned());
    }
    for entry in entries(folder) {
        let path = folder.join(entry);
        if path.is_dir() {
            holding(name, &path, found);
        }
    }
}
