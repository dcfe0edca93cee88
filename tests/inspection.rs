//! What `renze check` says of a pack: every kind of finding on a small pack with one thing wrong, and silence where
//! the same thing is right. Expected texts are blessed like those of the other commands.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "test code: a fault should stop the test"
)]

use super::commands::{LANGUAGES, assert_is, copy_folder, entries, renze, renze_in};
use super::shared::root;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const DONE: i32 = 0;
const FAULTS: i32 = 1;

/// What is changed in the small pack, and what in addition so that nothing is wrong any more.
struct Case {
    name: String,
    folder: PathBuf,
    code: String,
    change: Vec<[String; 3]>,
    near: Vec<[String; 3]>,
}

impl Case {
    fn all() -> Vec<Self> {
        let folder = root().join("fixtures/inspection");
        let names = entries(&folder).into_iter().filter(|name| name != "base" && !name.contains('.'));
        names.map(|name| Self::read(folder.join(&name), name)).collect()
    }

    fn read(folder: PathBuf, name: String) -> Self {
        let text = fs::read_to_string(folder.join("change.toml")).unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        let changes = |key: &str| -> Vec<[String; 3]> {
            let field = |change: &toml::Value, name: &str| change[name].as_str().unwrap().to_owned();
            let list = table[key].as_array().unwrap().iter();
            list.map(|change| ["file", "find", "replace"].map(|name| field(change, name))).collect()
        };
        let code = table["code"].as_str().unwrap().to_owned();
        Self { name, folder, code, change: changes("change"), near: changes("near") }
    }
}

/// The small pack in a folder of its own, as `pack`.
fn small_pack() -> TempDir {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/inspection/base"), place.path());
    place
}

fn make(changes: &[[String; 3]], place: &Path) {
    for [file, find, replace] in changes {
        let path = place.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(find).count(), 1, "`{find}` must stand once in {file}:\n{text}");
        fs::write(path, text.replacen(find, replace, 1)).unwrap();
    }
}

/// Everything a check of the pack says, findings first.
fn check(place: &Path, arguments: &[&str]) -> (i32, String) {
    let said = renze_in(place, &[&["check", "pack"], arguments].concat());
    (said.code, said.err + &said.out)
}

#[test]
fn a_pack_with_nothing_wrong_says_so_and_what_was_looked_at() {
    let place = small_pack();
    for (language, said) in [("en", "nothing to report"), ("zh", "\u{672a}\u{53d1}\u{73b0}\u{95ee}\u{9898}")] {
        let (code, all) = check(place.path(), &["--lang", language, "--strict"]);
        assert_eq!(code, DONE, "{all}");
        assert!(all.contains(said) && all.lines().count() == 2, "{all}");
        for figure in [" 4 ", " 18 ", " 6 ", "5 "] {
            assert!(all.contains(figure), "nothing says{figure}:\n{all}");
        }
    }
}

#[test]
fn every_kind_of_finding_is_reported_in_the_words_expected() {
    let cases = Case::all();
    assert!(cases.len() >= 25, "only {} cases", cases.len());
    for case in cases {
        let place = small_pack();
        make(&case.change, place.path());
        for language in LANGUAGES {
            let (code, all) = check(place.path(), &["--lang", language]);
            assert_eq!(code, DONE, "{}: {all}", case.name);
            assert!(all.contains(&format!("[{}]", case.code)), "{} is not reported:\n{all}", case.name);
            for word in ["panicked", "Some(", "None", "Decimal", "src/"] {
                assert!(!all.contains(word), "{} says `{word}`:\n{all}", case.name);
            }
            assert_is(&case.folder.join(format!("expected.{language}.txt")), &all);
        }
        let (code, all) = check(place.path(), &["--strict"]);
        let fails = all.contains("\nwarning[");
        assert_eq!(code, if fails { FAULTS } else { DONE }, "{} with --strict: {all}", case.name);
    }
}

#[test]
fn the_same_is_not_reported_where_it_is_right() {
    for case in Case::all() {
        let place = small_pack();
        make(&case.change, place.path());
        make(&case.near, place.path());
        let (code, all) = check(place.path(), &[]);
        assert_eq!(code, DONE, "{}: {all}", case.name);
        let summary = all.lines().any(|line| line.starts_with("looked at"));
        assert!(summary, "{} was not looked at: {all}", case.name);
        assert!(!all.contains(&format!("[{}]", case.code)), "{} is reported all the same:\n{all}", case.name);
    }
}

/// Runs every command that a check proposes, and gives it with what it says.
fn proposed(place: &Path) -> Vec<(String, String)> {
    let (_, all) = check(place, &[]);
    let commands = all.lines().filter_map(|line| line.trim().strip_prefix("renze "));
    let run = |command: &str| {
        let arguments: Vec<String> =
            command.split('\'').enumerate().flat_map(|(index, part)| words(part, index % 2 == 1)).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = renze_in(place, &arguments);
        assert!(said.err.is_empty(), "{command}: {}", said.err);
        (command.to_owned(), said.out)
    };
    commands.map(run).collect()
}

/// Arguments as a shell splits them: what stands in quotes is one.
fn words(part: &str, quoted: bool) -> Vec<String> {
    if quoted { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
}

#[test]
fn the_complaint_that_shows_a_double_charge_is_charged_by_both_clauses() {
    for name in ["charged-twice", "charged-twice-always", "charged-twice-excluded"] {
        let folder = root().join("fixtures/inspection").join(name);
        let case = Case::read(folder, name.to_owned());
        let place = small_pack();
        make(&case.change, place.path());
        let shown = proposed(place.path());
        assert_eq!(shown.len(), 1, "{name}: {shown:?}");
        let (command, said) = &shown[0];
        let titles = ["own fault", if name == "charged-twice" { "claim" } else { "late answer" }];
        for title in titles {
            assert!(said.contains(title), "{command} does not show {title}:\n{said}");
        }
    }
}

#[test]
fn the_complaint_that_shows_an_open_way_is_undetermined() {
    for name in ["table-without-a-word", "division-by-a-sum"] {
        let folder = root().join("fixtures/inspection").join(name);
        let case = Case::read(folder, name.to_owned());
        let place = small_pack();
        make(&case.change, place.path());
        let shown = proposed(place.path());
        assert!(!shown.is_empty(), "{name} proposes nothing");
        for (command, said) in shown {
            assert!(said.contains("undetermined"), "{command} is determined:\n{said}");
        }
    }
}

#[test]
fn what_is_said_of_the_shipped_pack_is_known() {
    for language in LANGUAGES {
        let said = renze(&["check", "rules/telecom", "--strict", "--lang", language]);
        assert_eq!(said.code, DONE, "{}", said.err);
        let file = root().join(format!("fixtures/inspection/telecom.{language}.txt"));
        assert_is(&file, &format!("{}{}", said.err, said.out));
    }
}

#[test]
fn a_warning_of_the_loader_fails_a_strict_check_too() {
    let place = small_pack();
    let path = place.path().join("pack/clauses/severity.rhai");
    let text = fs::read_to_string(&path).unwrap();
    let basis = "/// basis: \u{81ea}\u{5b9a}\n";
    assert!(text.contains(basis));
    fs::write(&path, text.replace(basis, "")).unwrap();
    let (code, all) = check(place.path(), &[]);
    assert!(code == DONE && all.contains("warning[C034]"), "{all}");
    assert_eq!(check(place.path(), &["--strict"]).0, FAULTS);
}
