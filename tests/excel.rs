//! Tables of Excel as they come: read right, or refused with a name and a place.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::panic,
    reason = "test code: a fault should stop the test"
)]

mod workbook;

use super::commands::{LANGUAGES, assert_is, copy_folder, entries, renze_in};
use super::shared::root;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use toml::Table;

/// The small book with another file of complaints, as `book`.
fn small_book(complaints: &str) -> TempDir {
    let place = TempDir::new().unwrap();
    let book = place.path().join("book");
    copy_folder(&root().join("fixtures/bad/base"), &book);
    let text = fs::read_to_string(book.join("book.toml")).unwrap();
    fs::write(book.join("book.toml"), text.replace("complaints.csv", complaints)).unwrap();
    fs::remove_file(book.join("complaints.csv")).unwrap();
    place
}

/// What the cards of the small book come to.
fn scorecards(place: &Path) -> String {
    let said = renze_in(place, &["assess", "book", "--out", "result", "--only", "scorecards.csv"]);
    assert!([0, 4].contains(&said.code), "{}{}", said.out, said.err);
    let found = fs::read_to_string(place.join("result/scorecards.csv")).unwrap();
    fs::remove_dir_all(place.join("result")).unwrap();
    found
}

#[test]
fn every_workbook_is_read_right_or_refused_with_the_words_expected() {
    let plain = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/bad/base"), &plain.path().join("book"));
    let expected = scorecards(plain.path());
    let folder = root().join("fixtures/excel");
    let names = entries(&folder);
    for name in &names {
        let own = folder.join(name);
        let description: Table =
            toml::from_str(&fs::read_to_string(own.join("workbook.toml")).unwrap()).unwrap();
        let place = small_book("complaints.xlsx");
        workbook::write(&description, &place.path().join("book/complaints.xlsx"));
        if let Some(said) = description.get("book") {
            let path = place.path().join("book/book.toml");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace("complaints = [\"complaints.xlsx\"]", said.as_str().unwrap()))
                .unwrap();
        }
        let is_right = description["reads"].as_bool().unwrap();
        for language in LANGUAGES {
            let said = renze_in(place.path(), &["--lang", language, "assess", "book"]);
            assert_eq!(said.code == 0, is_right, "{name}: {}{}", said.out, said.err);
            assert!(!said.err.contains("panicked"), "{name}: {}", said.err);
            let path = own.join(format!("expected.{language}.txt"));
            if !said.err.is_empty() || path.exists() {
                assert_is(&path, &said.err);
            }
        }
        if is_right {
            assert_eq!(scorecards(place.path()), expected, "{name} is read otherwise");
        }
    }
}
