//! `--mask`: nobody can be told from what is written, and every figure stays.

use crate::commands::{copy_folder, renze, renze_in};
use crate::shared::root;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const BOOKS: [&str; 3] =
    ["fixtures/telecom-2026-10", "fixtures/power-supply-2026-10", "fixtures/market-regulator-2026-10"];
const KEY: &str = "9b1f0c7a5d3e4f60b8a2c4d6e8f01234";

/// The codes and names of people in an organisation.csv.
fn people(book: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(root().join(book).join("organisation.csv")).unwrap();
    let mut people = Vec::new();
    for row in reader.records().map(Result::unwrap) {
        if &row[0] == "person" {
            people.extend([row[1].to_owned(), row[2].to_owned()]);
        }
    }
    people.retain(|text| !text.is_empty());
    assert!(people.len() > 20, "{book} has few people");
    people
}

fn key_in(place: &Path, key: &str) -> String {
    let file = place.join("mask.key");
    fs::write(&file, key).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Whether a text holds a code or name as a word of its own.
fn holds(text: &str, word: &str) -> bool {
    let mut words = text.split(|sign: char| !sign.is_ascii_alphanumeric());
    words.any(|own| own == word) || (!word.is_ascii() && text.contains(word))
}

fn assert_nobody_in(text: &str, people: &[String], what: &str) {
    let named: Vec<&String> = people.iter().filter(|person| holds(text, person)).collect();
    assert!(named.is_empty(), "{what} names {named:?}");
}

/// The figures of a file of scorecards, card by card, in an order of their own.
fn figures(file: &Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let headings = reader.headers().unwrap().clone();
    let is_figure = |heading: &str| !["subject", "name"].contains(&heading);
    let figure = |row: csv::StringRecord| {
        let cells = headings.iter().zip(&row).filter(|(heading, _)| is_figure(heading));
        cells.map(|(_, cell)| cell.to_owned()).collect::<Vec<_>>().join(",")
    };
    let mut figures: Vec<String> = reader.records().map(Result::unwrap).map(figure).collect();
    figures.sort();
    figures
}

#[test]
fn nobody_stands_in_a_masked_result_and_every_figure_stays() {
    for book in BOOKS {
        let place = TempDir::new().unwrap();
        let key = key_in(place.path(), KEY);
        let people = people(book);
        let (open, masked) = (place.path().join("open"), place.path().join("masked"));
        let run = |out: &Path, more: &[&str]| {
            let said = renze(&[&["assess", book, "--all", "--out", out.to_str().unwrap()], more].concat());
            assert!([0, 4].contains(&said.code), "{}", said.err);
            said.out
        };
        let with = run(&open, &[]);
        let without = run(&masked, &["--mask", &key]);
        assert!(people.iter().any(|person| holds(&with, person)), "the screen names nobody anyway");
        assert_nobody_in(&without, &people, book);
        let files = ["scorecards.csv", "findings.csv", "set_aside.csv"];
        for file in files {
            assert_nobody_in(&fs::read_to_string(masked.join(file)).unwrap(), &people, file);
        }
        assert_eq!(fs::read_dir(&masked).unwrap().count(), files.len());
        assert_eq!(figures(&open.join("scorecards.csv")), figures(&masked.join("scorecards.csv")));
        let last = |screen: &str| screen.lines().last().unwrap().to_owned();
        assert_eq!(last(&with), last(&without), "the fingerprints are those of what was masked");
    }
}

#[test]
fn a_masked_bulletin_names_nobody() {
    for book in BOOKS {
        let place = TempDir::new().unwrap();
        let key = key_in(place.path(), KEY);
        let people = people(book);
        for when in [["--daily", "2026-10-14"].as_slice(), &["--weekly", "2026-W42"], &["--monthly"]] {
            for form in ["text", "json", "html"] {
                let said = renze(&[&["report", book, "--format", form, "--mask", &key], when].concat());
                assert!([0, 4].contains(&said.code), "{}", said.err);
                assert_nobody_in(&said.out, &people, &format!("{book} {when:?} {form}"));
            }
        }
    }
}

#[test]
fn whoever_an_open_raised_row_is_about_stands_nowhere_though_the_code_holds_a_slash() {
    let place = TempDir::new().unwrap();
    for folder in ["raised", "raised-book"] {
        copy_folder(&root().join("fixtures").join(folder), &place.path().join(folder));
    }
    let book = place.path().join("raised-book");
    for file in ["complaints.csv", "organisation.csv", "posts.csv"] {
        let text = fs::read_to_string(book.join(file)).unwrap();
        // whether the third complaint is upheld is not known: neither is whether it is a warning
        let text = text.replace("乙", "乙/2").replace("C3,2026-10-06,是", "C3,2026-10-06,");
        fs::write(book.join(file), text).unwrap();
    }
    let key = key_in(place.path(), KEY);
    let run = |more: &[&str]| {
        let said = renze_in(place.path(), &[&["assess", "raised-book", "--all"], more].concat());
        assert_eq!(said.code, 4, "{}", said.err);
        said.out
    };
    assert!(run(&[]).contains("C3/upheld_complaint/乙/2"), "the open row is not shown anyway");
    let screen = run(&["--mask", &key, "--out", "out"]);
    let findings = fs::read_to_string(place.path().join("out/findings.csv")).unwrap();
    for text in [screen, findings] {
        assert!(text.contains("C3/upheld_complaint/M-") && !text.contains("乙"), "{text}");
    }
}

#[test]
fn cards_stand_in_the_order_of_their_pseudonyms() {
    let place = TempDir::new().unwrap();
    let key = key_in(place.path(), KEY);
    let out = place.path().join("masked");
    renze(&["assess", BOOKS[0], "--out", out.to_str().unwrap(), "--mask", &key]);
    let mut reader = csv::Reader::from_path(out.join("scorecards.csv")).unwrap();
    let rows: Vec<(String, String)> =
        reader.records().map(Result::unwrap).map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let people: Vec<&String> =
        rows.iter().filter(|(kind, _)| kind == "person").map(|(_, code)| code).collect();
    assert!(people.len() > 20 && people.is_sorted(), "{people:?}");
}

#[test]
fn the_next_period_reads_no_masked_document() {
    let place = TempDir::new().unwrap();
    let key = key_in(place.path(), KEY);
    let out = place.path().join("out");
    let arguments =
        ["assess", BOOKS[0], "--out", out.to_str().unwrap(), "--mask", &key, "--only", "assessment.json"];
    let said = renze(&arguments);
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{}", said.err);
    assert!(!out.exists());
}

#[test]
fn a_key_that_is_missing_or_short_is_refused() {
    let place = TempDir::new().unwrap();
    for key in [key_in(place.path(), "secret\n"), "no-such.key".to_owned()] {
        let said = renze(&["assess", BOOKS[0], "--mask", &key]);
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert!(said.err.contains("A007"), "{}", said.err);
    }
}
