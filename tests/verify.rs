//! A written result, worked out again by plain values: equal where nothing was touched, and whatever was touched is found.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "test code: a fault should stop the test"
)]

use super::commands::{copy_folder, renze, renze_in};
use super::properties::random_book;
use super::shared::{self, assess, root, telecom};
use renze::assess::Assessment;
use renze::clause::{AnsweredBy, Rulebook};
use renze::intake::Book;
use renze::language::Text;
use renze::policy::Pack;
use renze::report::{Subject, findings_csv, scorecards_csv};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const BOOK: &str = "fixtures/telecom-2026-10";

/// October as it was written.
fn written() -> (TempDir, PathBuf) {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("october");
    assert_eq!(renze(&["assess", BOOK, "--out", folder.to_str().unwrap()]).code, 4);
    (place, folder)
}

/// How verifying ended, and what it said.
fn verify(folder: &Path, more: &[&str]) -> (i32, String) {
    let said = renze(&[&["verify", BOOK, "--against", folder.to_str().unwrap()][..], more].concat());
    assert_eq!(said.err, "");
    (said.code, said.out)
}

#[test]
fn an_untouched_result_is_equal() {
    let (_place, folder) = written();
    let (code, said) = verify(&folder, &[]);
    assert_eq!(code, 0);
    assert_eq!(
        said,
        "\
scorecards.csv  as it should be
findings.csv  as it should be
set_aside.csv  as it should be
assessment.json  as it should be

equal: 445 rows and 223 cards worked out again by plain values; 3 rows and 6 cards with unknown facts by the
  recorded answerer
"
    );
    let (code, said) = verify(&folder, &["--lang", "zh"]);
    assert_eq!(code, 0);
    assert_eq!(
        said,
        "\
scorecards.csv  一致
findings.csv  一致
set_aside.csv  一致
assessment.json  一致

一致：445 行、223 张记分卡以纯数值重算；3 行、6 张记分卡有未知事实，由逐步记录的计算重算
"
    );
}

/// A table as its cells.
fn cells(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn write(path: &Path, rows: &[Vec<String>]) {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    fs::write(path, writer.into_inner().unwrap()).unwrap();
}

/// A cell with one digit, or else one letter, another.
fn tampered(cell: &str) -> String {
    let digit = cell.char_indices().rev().find(|(_, c)| c.is_ascii_digit());
    match digit.or_else(|| cell.char_indices().next_back()) {
        Some((at, old)) => {
            let new = if old == '7' {
                '8'
            } else if old.is_ascii_digit() {
                '7'
            } else {
                'x'
            };
            format!("{}{new}{}", &cell[..at], &cell[at + old.len_utf8()..])
        }
        None => "7".to_owned(),
    }
}

#[test]
fn one_character_of_any_column_is_noticed_where_it_stands() {
    let (_place, folder) = written();
    for file in ["scorecards.csv", "findings.csv"] {
        let path = folder.join(file);
        let whole = fs::read(&path).unwrap();
        let rows = cells(&path);
        for (column, heading) in rows[0].iter().enumerate() {
            let heading = heading.trim_start_matches('\u{feff}');
            // a filled cell, somewhere in the middle of the file
            let filled = |row: &usize| !rows[*row][column].is_empty();
            let row = (rows.len() / 2..rows.len()).chain(1..rows.len() / 2).find(filled).unwrap_or(1);
            let mut changed = rows.clone();
            let (was, now) = (rows[row][column].clone(), tampered(&rows[row][column]));
            changed[row][column].clone_from(&now);
            write(&path, &changed);
            let (code, said) = verify(&folder, &["--all"]);
            assert_eq!(code, 1, "{file} {heading}: {was} became {now}");
            let place = format!("row {}", row + 1);
            let line = said.lines().find(|line| line.contains(&place) && line.contains(heading));
            assert!(line.is_some(), "{file} {heading} {place}: {was} became {now}\n{said}");
            assert!(said.contains(&format!("{file}  1 difference\n")), "{said}");
        }
        fs::write(&path, whole).unwrap();
    }
    assert_eq!(verify(&folder, &[]).0, 0);
}

/// Changes a file and says what verifying finds.
fn after(folder: &Path, file: &str, change: impl FnOnce(&str) -> String) -> String {
    let path = folder.join(file);
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, change(&whole)).unwrap();
    let (code, said) = verify(folder, &[]);
    assert_eq!(code, 1, "{said}");
    fs::write(path, whole).unwrap();
    said
}

fn without_line(text: &str, number: usize) -> String {
    text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != number).map(|(_, line)| line).collect()
}

#[test]
fn rows_left_out_added_or_moved_are_noticed() {
    let (_place, folder) = written();
    let said = after(&folder, "findings.csv", |text| without_line(text, 5));
    assert!(said.contains("should be there and is not"), "{said}");
    let said = after(&folder, "scorecards.csv", |text| without_line(text, 3));
    assert!(said.contains("person P003  should be there and is not"), "{said}");
    let said = after(&folder, "scorecards.csv", |text| {
        format!("{text}{}\r\n", text.lines().nth(2).unwrap().trim_end())
    });
    assert!(said.contains("row 231  person P002  is there and should not be"), "{said}");
    let said = after(&folder, "scorecards.csv", |text| {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.swap(7, 9);
        lines.concat()
    });
    assert!(said.contains("the rows stand in another order"), "{said}");
    let said = after(&folder, "scorecards.csv", |text| text.replace("\r\n", "\n"));
    assert!(said.contains("every value is right, but the file was written anew"), "{said}");
}

#[test]
fn a_file_that_is_gone_is_noticed_unless_it_was_never_asked_for() {
    let (_place, folder) = written();
    fs::remove_file(folder.join("findings.csv")).unwrap();
    let (code, said) = verify(&folder, &[]);
    assert!(code == 1 && said.contains("the file is not there"), "{said}");
    let only = ["--only", "scorecards.csv", "--only", "set_aside.csv"];
    let (code, said) = verify(&folder, &only);
    assert!(code == 0 && !said.contains("findings.csv"), "{said}");
    assert_eq!(renze(&["verify", BOOK, "--against", "nowhere"]).code, 1);
}

/// Every number and truth value of a document in its text.
fn values(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let value = line.split_once(": ").map_or(line, |(_, value)| value).trim().trim_end_matches(',');
        let start = at + line.find(value).unwrap_or_default();
        if !value.is_empty() && !value.starts_with(['{', '}', '[', ']']) && value != "null" {
            found.push((start, start + value.len()));
        }
        at += line.len();
    }
    found
}

#[test]
fn what_the_document_says_is_noticed_too() {
    let (_place, folder) = written();
    let text = fs::read_to_string(folder.join("assessment.json")).unwrap();
    let all = values(&text);
    // some forty entries from the whole of it
    for (start, end) in all.iter().step_by(all.len() / 40) {
        let value = &text[*start..*end];
        let now = match value {
            "true" => "false".to_owned(),
            "false" => "true".to_owned(),
            text if text.starts_with('"') => format!("\"{}\"", tampered(text.trim_matches('"'))),
            number => tampered(number),
        };
        let said =
            after(&folder, "assessment.json", |text| format!("{}{now}{}", &text[..*start], &text[*end..]));
        assert!(said.contains("assessment.json  1 difference"), "{value} became {now}:\n{said}");
    }
    let doubled = after(&folder, "assessment.json", |text| {
        text.replacen("  \"period\"", "  \"period\": \"2026-09\",\n  \"period\"", 1)
    });
    assert!(doubled.contains("repeated entries"), "{doubled}");
    let shorter = after(&folder, "assessment.json", |text| {
        text.replacen("\"clauses\": [\n        \"economic_accountability\"\n      ]", "\"clauses\": []", 1)
    });
    assert!(shorter.contains("readings[0].clauses: economic_accountability"), "{shorter}");
}

#[test]
fn another_policy_or_book_is_said_before_what_follows_from_it() {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("rules/telecom"), &place.path().join("rules/telecom"));
    copy_folder(&root().join(BOOK), &place.path().join("books/october"));
    let book = ["books/october"];
    assert_eq!(renze_in(place.path(), &[&["assess"][..], &book, &["--out", "result"]].concat()).code, 4);
    let verify = |language: &str| {
        let arguments = [&["verify"][..], &book, &["--against", "result", "--lang", language]].concat();
        let said = renze_in(place.path(), &arguments);
        (said.code, said.out)
    };
    assert_eq!(verify("en").0, 0);
    let parameters = place.path().join("rules/telecom/parameters.toml");
    let text = fs::read_to_string(&parameters).unwrap();
    fs::write(&parameters, text.replace("value = \"30%\"", "value = \"35%\"")).unwrap();
    let (code, said) = verify("en");
    assert_eq!(code, 1);
    assert!(said.starts_with("the policy is not the one that assessed it: then "), "{said}");
    assert!(said.contains("line L1  charge  written 1560.00, recomputed 1820.00"), "{said}");
    assert!(verify("zh").1.starts_with("办法不是当时那一版：当时 "));
    fs::write(&parameters, text).unwrap();
    let complaints = place.path().join("books/october/complaints.csv");
    let text = fs::read_to_string(&complaints).unwrap();
    fs::write(&complaints, without_line(&text, 1)).unwrap();
    assert!(verify("en").1.starts_with("the book is not the one that was assessed: then "));
}

/// The data files of an assessment.
fn files(
    pack: &Pack,
    rules: &Rulebook,
    book: &Book,
    found: (Assessment, renze::organisation::Organisation),
) -> (String, String) {
    let (assessment, organisation) = found;
    let subject = Subject { book, pack, rules, organisation: &organisation, assessment: &assessment };
    let scorecards = String::from_utf8(scorecards_csv(&subject)).unwrap();
    (scorecards, shared::written(|out| findings_csv(&subject, out)))
}

#[test]
fn plain_values_and_trees_come_to_the_same_files_on_random_books() {
    let (pack, rules) = telecom();
    let (_, bare) = telecom();
    let bare = bare.answered_by(AnsweredBy::Bare);
    let clause = bare.clause("own_fault").unwrap();
    let terms = pack.editions().next().unwrap();
    assert!(rules.tree(clause, terms).is_some() && bare.tree(clause, terms).is_none());
    let mut compared = 0;
    for seed in 0..60 {
        let place = TempDir::new().unwrap();
        random_book(seed).write(place.path());
        let Ok(one) = assess(&pack, &rules, place.path(), "2026-10", "2026-11-03") else { continue };
        let two = assess(&pack, &bare, place.path(), "2026-10", "2026-11-03");
        let two = two.unwrap_or_else(|faults| panic!("{faults:#?}"));
        let book = Book {
            title: Text::default(),
            pack: pack.root.clone(),
            period: one.0.period,
            as_of: one.0.as_of,
            tables: BTreeMap::new(),
            sheets: BTreeMap::new(),
            covers: BTreeMap::new(),
            members: None,
            posts: None,
            organisation_sheets: [None, None],
            earlier: Vec::new(),
        };
        let (one, two) = (files(&pack, &rules, &book, one), files(&pack, &bare, &book, two));
        assert_eq!(one, two, "seed {seed}");
        compared += 1;
    }
    assert!(compared >= 50, "only {compared} books");
}
