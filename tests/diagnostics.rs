//! Every code that the source can emit is explained, and nothing else is; the wrong example of each emits its code, the
//! right one does not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a fault should stop the test")]

use super::commands::{LANGUAGES, copy_folder, entries, renze, renze_in};
use super::shared::root;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use toml::{Table, Value};
use unicode_width::UnicodeWidthStr as _;

/// The explanations by code.
fn explained() -> BTreeMap<String, Table> {
    let folder = root().join("docs/diagnostics");
    let pages = entries(&folder).into_iter().map(|name| fs::read_to_string(folder.join(name)).unwrap());
    let codes = pages.flat_map(|page| toml::from_str::<Table>(&page).unwrap());
    codes.map(|(code, entry)| (code, entry.as_table().unwrap().clone())).collect()
}

/// What goes wrong with workbooks and encodings, or when a month is sealed, is no text to show; the tests of the intake and of
/// the ledger try it.
const NO_TEXT: [&str; 33] = [
    "L007", "L008", "L010", "L011", "L012", "L013", "L014", "L015", "L016", "L017", "L018", "L019", "L020",
    "L021", "L022", "L023", "L024", "L025", "L026", "L027", "L028", "L030", "L031", "L032", "L033", "R051",
    "R053", "R054", "R055", "R056", "R059", "R060", "R066",
];

/// Whether a word is a code: a capital and three digits.
fn is_code(word: &str) -> bool {
    word.len() == 4
        && word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.chars().skip(1).all(|digit| digit.is_ascii_digit())
}

/// Every code between quotes in the source.
fn in_the_source(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            in_the_source(&entry.path(), codes);
        } else {
            let text = fs::read_to_string(entry.path()).unwrap();
            codes.extend(text.split('"').filter(|word| is_code(word)).map(str::to_owned));
        }
    }
}

#[test]
fn the_codes_explained_are_those_of_the_source() {
    let mut codes = BTreeSet::new();
    in_the_source(&root().join("src"), &mut codes);
    let explained: BTreeSet<String> = explained().into_keys().collect();
    assert_eq!(codes.difference(&explained).collect::<Vec<_>>(), Vec::<&String>::new(), "not explained");
    assert_eq!(explained.difference(&codes).collect::<Vec<_>>(), Vec::<&String>::new(), "never emitted");
}

fn text<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key).and_then(Value::as_str)
}

/// An example in a folder of its own, and the command that runs it.
struct Example {
    place: TempDir,
    command: String,
}

impl Example {
    fn new(code: &str, entry: &Table, which: &str) -> Self {
        let of_whole_packs = if code.starts_with('I') { "inspection" } else { "bad" };
        let base = text(entry, "base").unwrap_or(of_whole_packs);
        let place = TempDir::new().unwrap();
        let folder = if base == "bad" { place.path().join("book") } else { place.path().to_owned() };
        let from = if base == "unsaid" { "fixtures/unsaid".into() } else { format!("fixtures/{base}/base") };
        copy_folder(&root().join(from), &folder);
        fs::create_dir_all(folder.join("pack/scenarios")).unwrap();
        for given in entry.get("given").and_then(Value::as_array).into_iter().flatten() {
            let given = given.as_table().unwrap();
            put(&folder, given, text(given, "text").unwrap());
        }
        let command = match text(entry, "at") {
            None => text(entry, which).unwrap().strip_prefix("renze ").unwrap().to_owned(),
            Some(at) => {
                let times = entry.get("times").and_then(Value::as_integer).filter(|_| which == "wrong");
                let example =
                    text(entry, which).unwrap().repeat(usize::try_from(times.unwrap_or(1)).unwrap());
                put_example(&folder, entry, &example);
                let of_pack = at.starts_with("pack/") && code.starts_with(['C', 'F', 'P']);
                let check = if of_pack { "check book/pack" } else { "assess book" };
                let run = if base == "bad" { check } else { "check pack" };
                text(entry, "run").unwrap_or(run).to_owned()
            }
        };
        Self { place, command }
    }

    /// The codes that it emits, and everything that is said.
    fn codes(&self, entry: &Table) -> (BTreeSet<String>, String) {
        let arguments = words(&self.command);
        let arguments: Vec<&str> =
            ["--lang", "en"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        let said = renze_in(self.place.path(), &arguments);
        let mut all = format!("{}{}", said.err, said.out);
        if let Some(file) = text(entry, "found").map(|file| self.place.path().join(file)) {
            // in a data file a code is a cell
            let cells = fs::read_to_string(file).unwrap_or_default();
            all.extend(cells.split(',').filter(|cell| is_code(cell)).map(|code| format!("\n({code})")));
        }
        let of_line = |line: &str| -> Option<String> {
            let bracketed = ["error[", "warning[", "note["].into_iter();
            let first = bracketed.filter_map(|start| line.strip_prefix(start)?.split(']').next()).next();
            let last = line.strip_suffix(')').and_then(|line| line.rsplit('(').next());
            first.or(last).filter(|word| is_code(word)).map(str::to_owned)
        };
        (all.lines().filter_map(of_line).collect(), all)
    }
}

/// Puts a text behind or instead of another one, or at the end of the file.
fn put(folder: &Path, entry: &Table, written: &str) {
    let path = folder.join(text(entry, "at").unwrap());
    let before = fs::read_to_string(&path).unwrap_or_default();
    let once = |found: &str| assert_eq!(before.matches(found).count(), 1, "`{found}` in {}", path.display());
    let after = match (text(entry, "instead"), text(entry, "behind")) {
        (Some("*"), _) => written.to_owned(),
        (Some(found), _) => {
            once(found);
            before.replacen(found, written, 1)
        }
        (_, Some(found)) => {
            once(found);
            before.replacen(found, &format!("{found}\n{written}"), 1)
        }
        _ => format!("{before}{}\n", written.trim_end()),
    };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, after).unwrap();
}

/// The same for an example; where the right one stands in the file as it is, the wrong one takes its place.
fn put_example(folder: &Path, entry: &Table, example: &str) {
    let right = text(entry, "right").unwrap().trim_end();
    let before = fs::read_to_string(folder.join(text(entry, "at").unwrap())).unwrap_or_default();
    let is_placed = entry.contains_key("instead") || entry.contains_key("behind");
    if is_placed || before.matches(right).count() != 1 {
        put(folder, entry, example);
    } else {
        let mut there = entry.clone();
        there.insert("instead".into(), right.into());
        put(folder, &there, example.trim_end());
    }
}

/// The words of a command line; quotes keep blanks together.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for character in command.chars() {
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            (_, Some(open)) if character == open => quote = None,
            (' ', None) => words.push(std::mem::take(&mut word)),
            _ => word.push(character),
        }
    }
    words.push(word);
    words
}

#[test]
fn the_wrong_example_of_a_code_emits_it_and_the_right_one_does_not() {
    let (shown, told): (BTreeMap<_, _>, BTreeMap<_, _>) =
        explained().into_iter().partition(|(_, entry)| entry.contains_key("wrong"));
    assert_eq!(told.keys().collect::<Vec<_>>(), NO_TEXT, "only these have no example");
    let wrong: Vec<String> = shown
        .into_par_iter()
        .flat_map_iter(|(code, entry)| {
            let also = entry.get("also").and_then(Value::as_array).into_iter().flatten();
            let expected: BTreeSet<String> =
                also.map(|code| code.as_str().unwrap().to_owned()).chain([code.clone()]).collect();
            let (mut wrong, all) = Example::new(&code, &entry, "wrong").codes(&entry);
            // what a check of the whole pack remarks beside it is no matter of a file that cannot be used
            wrong.retain(|found| code.starts_with('I') || !found.starts_with('I'));
            let first = (wrong != expected).then(|| format!("{code}: {wrong:?} and not {expected:?}: {all}"));
            let (right, all) = Example::new(&code, &entry, "right").codes(&entry);
            let refused = all.lines().any(|line| line.starts_with("error["));
            let second = (right.contains(&code) || refused).then(|| format!("{code}, right: {all}"));
            first.into_iter().chain(second)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_code_is_explained_in_both_languages_and_a_list_names_them_all() {
    for language in LANGUAGES {
        let said = renze(&["check", "--explain", "--lang", language]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        for (code, entry) in explained() {
            assert!(said.out.contains(&code), "{code} is not listed");
            for key in ["title", "why"] {
                let words = entry[key].as_table().unwrap()[language].as_str().unwrap();
                assert!(!words.is_empty(), "{code}.{key}.{language}");
            }
        }
        let said = renze(&["check", "--explain", "r012", "--lang", language]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        for part in ["R012", "complaints.csv"] {
            assert!(said.out.contains(part), "{}", said.out);
        }
        assert!(said.out.lines().all(|line| line.width() <= 110), "{}", said.out);
    }
    let said = renze(&["check", "--explain", "R999"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert_eq!(renze(&["check"]).code, 2);
    assert_eq!(renze(&["check", "rules/telecom", "--explain", "R012"]).code, 2);
}
