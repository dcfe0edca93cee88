//! What the program carries and makes of itself: packs to begin with, completions and manual pages.

#![allow(clippy::unwrap_used, reason = "test code: a fault should stop the test")]

use super::commands::{LANGUAGES, entries, renze, renze_in};
use super::shared::root;
use std::fs;
use tempfile::TempDir;

#[test]
fn every_pack_that_is_shipped_can_be_begun_with_and_is_in_order() {
    let packs = entries(&root().join("rules"));
    assert!(packs.iter().any(|pack| pack == "blank"), "{packs:?}");
    for pack in packs {
        for language in LANGUAGES {
            let place = TempDir::new().unwrap();
            let said = renze_in(place.path(), &["new", "mine", "--from", &pack, "--lang", language]);
            assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
            assert_eq!(entries(place.path()), ["mine"]);
            // it says what to type next, and that ends well
            let next: Vec<&str> = said
                .out
                .lines()
                .filter_map(|line| line.split_once("  renze "))
                .map(|(_, next)| next)
                .collect();
            assert_eq!(next, ["check mine", "test mine"], "{}", said.out);
            for command in next {
                let said = renze_in(place.path(), &command.split(' ').collect::<Vec<_>>());
                assert_eq!(said.code, 0, "{pack} {command}: {}{}", said.err, said.out);
            }
        }
    }
}

#[test]
fn the_blank_pack_leaves_nothing_unsaid_and_no_row_untried() {
    let place = TempDir::new().unwrap();
    renze_in(place.path(), &["new", "mine", "--from", "blank"]);
    let said = renze_in(place.path(), &["check", "mine", "--strict", "--lang", "en"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(said.out.contains("nothing to report"), "{}", said.out);
    let said = renze_in(place.path(), &["test", "mine", "--coverage", "--lang", "en"]);
    assert!(said.out.contains("COVERAGE  4 of 4 rows"), "{}", said.out);
}

#[test]
fn a_folder_that_holds_something_is_not_begun_in() {
    let place = TempDir::new().unwrap();
    fs::create_dir(place.path().join("mine")).unwrap();
    fs::write(place.path().join("mine/notes.txt"), "mine").unwrap();
    let said = renze_in(place.path(), &["new", "mine", "--from", "blank", "--lang", "en"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("A001") && said.err.contains("mine"), "{}", said.err);
    assert_eq!(entries(&place.path().join("mine")), ["notes.txt"]);
    let said = renze_in(place.path(), &["new", "other", "--from", "nothing"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert_eq!(entries(place.path()), ["mine"]);
}

#[test]
fn shells_and_manual_pages_know_every_command() {
    let help = renze(&["--help"]).out;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 10, "{help}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = renze(&["completions", shell]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        let missing: Vec<&&str> = commands.iter().filter(|command| !said.out.contains(**command)).collect();
        assert!(missing.is_empty(), "{shell} does not know {missing:?}");
    }
    let place = TempDir::new().unwrap();
    let said = renze_in(place.path(), &["man", "--out", "man1"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let mut expected: Vec<String> = commands.iter().map(|command| format!("renze-{command}.1")).collect();
    expected.push("renze.1".to_owned());
    expected.sort();
    assert_eq!(entries(&place.path().join("man1")), expected);
    let page = fs::read_to_string(place.path().join("man1/renze-assess.1")).unwrap();
    assert!(page.contains(".TH") && page.contains("renze\\-assess") && page.contains("\\-\\-out"), "{page}");
}

#[test]
fn quiet_changes_nothing_that_is_said() {
    let plain = renze(&["assess", "fixtures/telecom-2026-10"]);
    let quiet = renze(&["--quiet", "assess", "fixtures/telecom-2026-10"]);
    assert_eq!((plain.code, &plain.out, &plain.err), (quiet.code, &quiet.out, &quiet.err));
    assert_eq!(plain.err, "");
}
