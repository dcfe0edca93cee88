//! The cookbook's entries are packs: each is put together from its blocks, checked, tested, and shown as it is printed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "test code: a fault should stop the test"
)]

use super::commands::{Said, renze_in};
use super::shared::root;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const BOOKS: [(&str, &str); 2] = [("docs/cookbook.md", "en"), ("docs/cookbook.zh-CN.md", "zh")];

/// The shapes of policy sentences there are.
const SHAPES: usize = 37;

const RESULT: &str = "text result";

/// A fenced block: what stands behind its fence, and its lines.
struct Block {
    info: String,
    text: String,
}

/// What stands before the first entry, or an entry.
struct Part {
    name: String,
    blocks: Vec<Block>,
}

impl Part {
    /// The parts of a document: what comes first, then each entry.
    fn of(document: &str) -> Vec<Self> {
        let mut parts = vec![Self { name: String::new(), blocks: Vec::new() }];
        let mut lines = document.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("### ") {
                parts.push(Self { name: name.to_owned(), blocks: Vec::new() });
            } else if let Some(info) = line.strip_prefix("```") {
                let text = lines.by_ref().take_while(|line| *line != "```");
                let text = text.map(|line| format!("{line}\n")).collect();
                parts.last_mut().unwrap().blocks.push(Block { info: info.to_owned(), text });
            }
        }
        parts
    }

    fn text(&self, info: &str) -> String {
        let of_info = self.blocks.iter().filter(|block| block.info == info);
        of_info.map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The blocks that are not results: the same in every language.
    fn sources(&self) -> Vec<(&str, &str)> {
        let sources = self.blocks.iter().filter(|block| block.info != RESULT);
        sources.map(|block| (block.info.as_str(), block.text.as_str())).collect()
    }
}

/// Keys, then tables: each with the name it has in its brackets; one of a list has none.
fn tables(text: &str) -> (String, Vec<(Option<String>, String)>) {
    let (mut keys, mut tables) = (String::new(), Vec::<(Option<String>, String)>::new());
    for line in text.lines() {
        if line.starts_with('[') {
            let name = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            tables.push((name.filter(|name| !name.starts_with('[')).map(str::to_owned), String::new()));
        }
        let text = tables.last_mut().map_or(&mut keys, |(_, text)| text);
        text.push_str(&format!("{line}\n"));
    }
    (keys, tables)
}

/// The kinds an entry judges.
fn judged(keys: &str) -> BTreeSet<String> {
    let line = keys.lines().find(|line| line.starts_with("judge = ")).unwrap();
    line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What the document promises: the head with the entry's first keys, the common reading, the common tables of the kinds it
/// judges, of which its own stand in place of those of the same name, and its own tables.
fn policy(first: &Part, entry: &Part) -> String {
    let (keys, own) = tables(&entry.text("toml policy"));
    let judged = judged(&keys);
    let (_, common) = tables(&first.text("toml common"));
    let is_taken = |name: &str, text: &str| {
        let is = text.lines().find_map(|line| line.strip_prefix("is = "));
        judged.contains(name.split('.').next().unwrap())
            && is.is_none_or(|is| judged.contains(is.trim_matches('"')))
            && own.iter().all(|(own, _)| own.as_deref() != Some(name))
    };
    let common = common.iter().filter(|(name, text)| name.as_ref().is_none_or(|name| is_taken(name, text)));
    let tables: String = common.chain(&own).map(|(_, text)| text.as_str()).collect();
    format!("{}{keys}{tables}", first.text("toml head"))
}

/// The entry's pack, in a folder of its name, with the files it shows beside the pack's own.
fn put_together(first: &Part, entry: &Part, place: &Path) {
    let folder = place.join(&entry.name);
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file("policy.toml", &policy(first, entry));
    file("parameters.toml", &entry.text("toml parameters"));
    file("clauses/all.rhai", &entry.text("rhai"));
    file("scenarios/all.toml", &entry.text("toml scenario"));
    for block in &entry.blocks {
        match block.info.split_once(' ') {
            Some((_, name)) if name.contains('.') => file(name, &block.text),
            _ => {}
        }
    }
}

fn of_language(place: &Path, language: &str, arguments: &[&str]) -> Said {
    renze_in(place, &[&["--lang", language], arguments].concat())
}

/// A result as the command in its first line prints it now.
fn printed(place: &Path, language: &str, result: &str) -> String {
    let command = result.lines().next().unwrap().strip_prefix("$ renze ").unwrap();
    let arguments: Vec<&str> = command.split(' ').collect();
    let said = of_language(place, language, &arguments);
    assert!([0, 4].contains(&said.code), "renze {command}: {}{}", said.out, said.err);
    format!("$ renze {command}\n{}\n", said.out.trim_end())
}

#[test]
fn every_shape_has_an_entry_and_the_languages_have_the_same_blocks() {
    let [english, chinese] = BOOKS.map(|(file, _)| Part::of(&fs::read_to_string(root().join(file)).unwrap()));
    let names: BTreeSet<String> = english.iter().skip(1).map(|part| part.name.clone()).collect();
    let shapes: BTreeSet<String> = (1..=SHAPES).map(|shape| format!("S{shape:02}")).collect();
    assert_eq!(names, shapes);
    assert_eq!(english.len(), SHAPES + 1, "an entry is there twice");
    assert_eq!(chinese.len(), english.len());
    for (english, chinese) in english.iter().zip(&chinese) {
        assert_eq!(english.name, chinese.name);
        assert_eq!(english.sources(), chinese.sources(), "{}", english.name);
    }
}

#[test]
fn every_entry_passes_its_check_and_its_scenarios() {
    let parts = Part::of(&fs::read_to_string(root().join(BOOKS[0].0)).unwrap());
    let place = TempDir::new().unwrap();
    for entry in parts.iter().skip(1) {
        let name = entry.name.as_str();
        put_together(&parts[0], entry, place.path());
        let check = of_language(place.path(), "en", &["check", "--strict", name]);
        assert_eq!(check.code, 0, "{name}: {}{}", check.err, check.out);
        let test = of_language(place.path(), "en", &["test", name]);
        assert_eq!(test.code, 0, "{name}: {}{}", test.out, test.err);
        let scenarios = entry.text("toml scenario").matches("[[scenario]]").count();
        assert!(scenarios >= 2, "{name} shows no trap");
        assert!(test.out.contains(&format!("{scenarios} scenarios hold, 0 do not")), "{name}: {}", test.out);
        assert!(entry.blocks.iter().any(|block| block.info == RESULT), "{name} shows no result");
    }
}

#[test]
fn every_result_is_what_the_command_prints() {
    for (file, language) in BOOKS {
        let path = root().join(file);
        let document = fs::read_to_string(&path).unwrap();
        let parts = Part::of(&document);
        let place = TempDir::new().unwrap();
        let mut written = document.clone();
        for entry in parts.iter().skip(1) {
            put_together(&parts[0], entry, place.path());
            for block in entry.blocks.iter().filter(|block| block.info == RESULT) {
                let printed = printed(place.path(), language, &block.text);
                written = written.replacen(&block.text, &printed, 1);
                if std::env::var_os("RENZE_BLESS").is_none() {
                    assert!(block.text == printed, "{file}, {}; now:\n{printed}", entry.name);
                }
            }
        }
        if written != document {
            fs::write(&path, written).unwrap();
        }
    }
}
