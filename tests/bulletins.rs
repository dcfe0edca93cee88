//! Bulletins as those read them who must act on them: what a pack declares, as things stood at the end of a past day.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a fault should stop the test")]

use super::commands::{LANGUAGES, assert_is, copy_folder, renze, renze_in};
use super::shared::root;
use serde_json::Value as Json;
use std::fs;
use tempfile::TempDir;

/// A book of eight complaints whose bulletins can be worked out by hand.
const SMALL: &str = "fixtures/bulletin";
/// A month of each shipped pack that has bulletins, with the day and week that are shown.
const BOOKS: [&str; 3] =
    ["fixtures/telecom-2026-10", "fixtures/power-supply-2026-10", "fixtures/market-regulator-2026-10"];
const SPANS: [(&str, &[&str]); 3] = [
    ("daily", &["--daily", "2026-10-14"]),
    ("weekly", &["--weekly", "2026-W42"]),
    ("monthly", &["--monthly"]),
];

fn report(book: &str, span: &[&str], more: &[&str]) -> String {
    let said = renze(&[&["report", book], span, more].concat());
    assert!([0, 4].contains(&said.code), "{}", said.err);
    said.out
}

#[test]
fn the_bulletins_of_every_book_read_as_expected() {
    for book in BOOKS.iter().chain([&SMALL]) {
        for (name, span) in SPANS {
            for language in LANGUAGES {
                let found = report(book, span, &["--lang", language]);
                let name = format!("expected/{name}.{language}.txt");
                assert_is(&root().join(book).join(name), &found);
            }
        }
    }
}

/// The topics of a bulletin of the small book.
fn topics(span: &[&str]) -> Vec<Json> {
    let document: Json = serde_json::from_str(&report(SMALL, span, &["--format", "json"])).unwrap();
    assert_eq!(document["schema"], "renze.bulletin/1");
    document["topics"].as_array().unwrap().clone()
}

fn column(topic: &Json, key: &str) -> Vec<String> {
    let rows = topic["rows"].as_array().unwrap();
    rows.iter().map(|row| row[key].as_str().unwrap_or("-").to_owned()).collect()
}

#[test]
fn a_day_is_told_as_it_was_known_at_its_end() {
    let topics = topics(&["--daily", "2026-10-14"]);
    // A5, A6 and A7 came in on the day; A7 names no cause; A8 came ten minutes after it
    assert_eq!(column(&topics[0], "cause"), ["-", "cold", "leak", "-"]);
    assert_eq!(column(&topics[0], "own"), ["1", "1", "1", "3"]);
    // of the 10th to the 13th: A3 and A4
    assert_eq!(column(&topics[0], "mean"), ["0", "0.3", "0.3", "0.5"]);
    // A4 was answered on the 16th: on the 14th it was open, and due on the 15th at nine
    assert_eq!(column(&topics[1], "number"), ["A4"]);
    assert_eq!(column(&topics[1], "left"), ["540"]);
    // what the customer of A4 will say of it is not known yet
    assert_eq!(column(&topics[2], "number"), ["A6"]);
    // A7 may be a leak
    assert_eq!(column(&topics[3], "number"), ["A6", "A7 ?"]);
    // M2 was done on the day, M3 is not issued yet; a ledger of the month's end is there all the same
    assert_eq!(column(&topics[4], "number"), ["M1"]);
}

#[test]
fn a_day_later_more_is_known() {
    let topics = topics(&["--daily", "2026-10-16"]);
    assert_eq!(column(&topics[1], "number"), ["A5"]);
    assert_eq!(column(&topics[1], "left"), [(7 * 60 + 30 - 24 * 60).to_string()]);
    assert_eq!(column(&topics[2], "number"), ["A4"]);
    assert_eq!(column(&topics[4], "number"), ["M1", "M3"]);
}

#[test]
fn a_bulletin_says_what_an_assessment_of_that_day_would() {
    // the same book with everything taken out by hand that came later
    let place = TempDir::new().unwrap();
    copy_folder(&root().join(SMALL), place.path());
    let book = place.path().join("complaints.csv");
    let text = fs::read_to_string(&book).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("A8")).map(|line| {
        let later = line.contains("2026-10-15 08:00") || line.contains("2026-10-16 12:00");
        let cells: Vec<&str> = line.split(',').collect();
        if later { [&cells[..4], &["", ""]].concat().join(",") } else { line.to_owned() }
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    fs::write(&book, text).unwrap();
    let measures = place.path().join("measures.csv");
    let text = fs::read_to_string(&measures).unwrap().replace("2026-10-15,P2", ",P2");
    fs::write(&measures, text).unwrap();
    let manifest = place.path().join("book.toml");
    let text = fs::read_to_string(&manifest).unwrap().replace("as_of = 2026-10-31", "as_of = 2026-10-14");
    fs::write(&manifest, text).unwrap();
    let by_hand = renze_in(place.path(), &["report", ".", "--daily", "2026-10-14", "--format", "json"]);
    let by_hand: Json = serde_json::from_str(&by_hand.out).unwrap();
    assert_eq!(by_hand["topics"], Json::Array(topics(&["--daily", "2026-10-14"])));
}

#[test]
fn a_week_says_who_moved_and_what_was_frequent() {
    let topics = topics(&["--weekly", "2026-W42"]);
    // on the 11th nothing was late; by the 18th A4 (75 h) and A5 cost East 2 each
    assert_eq!(column(&topics[0], "unit"), ["U2", "U1"]);
    assert_eq!(column(&topics[0], "points"), ["100", "96"]);
    assert_eq!(column(&topics[0], "moved"), ["0", "-1"]);
    // A4 and A6 are dissatisfied, and what A5 will say is open: two to three of them
    assert_eq!(column(&topics[1], "cause"), ["cold", "leak"]);
    assert_eq!(column(&topics[1], "count"), ["1..2", "1"]);
}

#[test]
fn what_is_published_names_nobody_and_no_small_group() {
    let topics = topics(&["--monthly"]);
    // West has three people: told as others with East they are nine, and no group is left
    assert_eq!(column(&topics[0], "group"), ["others", "others"]);
    assert_eq!(column(&topics[0], "count"), ["8", "1"]);
    assert!(!topics[0].to_string().contains("P2"));
}

#[test]
fn a_folder_holds_every_form_and_a_table_of_each_topic() {
    let place = TempDir::new().unwrap();
    let out = place.path().join("bulletin");
    report(SMALL, &["--daily", "2026-10-14"], &["--out", out.to_str().unwrap(), "--lang", "zh"]);
    let mut names: Vec<String> =
        fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut wanted: Vec<String> =
        ["html", "json", "md"].iter().map(|form| format!("bulletin.{form}")).collect();
    wanted.extend((1..=5).map(|nth| format!("topic-{nth:02}.csv")));
    assert_eq!(names, wanted);
    // as a reader sees it, under the headings that are read
    let measures = fs::read_to_string(out.join("topic-05.csv")).unwrap();
    assert_eq!(
        measures,
        "\u{feff}编号,责任人,下达日期,期限,剩余或逾期\r\nM1,P1,2026-10-06,2026-10-13,逾期 24 小时\r\n"
    );
    let page = fs::read_to_string(out.join("bulletin.md")).unwrap();
    assert!(page.starts_with("# 供热投诉日监控 · 2026-10-14"), "{page}");
}

#[test]
fn a_day_or_week_that_is_none_of_the_book_is_refused() {
    for (span, code) in [
        (["--daily", "2026-09-30"], 1),
        // the rows end with October: nothing is known of November
        (["--daily", "2026-11-01"], 1),
        (["--weekly", "2026-W39"], 1),
        (["--weekly", "2026-W99"], 2),
        (["--daily", "14.10."], 2),
    ] {
        let said = renze(&["report", SMALL, span[0], span[1]]);
        assert_eq!(said.code, code, "{}", said.err);
        assert!(said.out.is_empty());
    }
    // a week that begins in the month before is of the book all the same
    assert_eq!(renze(&["report", SMALL, "--weekly", "2026-W40"]).code, 0);
}

#[test]
fn a_name_that_is_none_is_shown_in_the_topic_that_has_it() {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join(SMALL), place.path());
    let manifest = place.path().join("pack/policy.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    // the word stands rightly in a topic before
    let wrong = "\n[[topic]]\nin = \"daily\"\ntitle = \"x\"\nlist = \"complaint\"\ncolumns = [\"number\"]\norder = \"points\"\n";
    fs::write(&manifest, format!("{text}{wrong}")).unwrap();
    let line = text.lines().count() + 7;
    let said = renze_in(place.path(), &["check", "pack", "--lang", "en"]);
    assert_eq!(said.code, 1, "{}", said.out);
    let shown = format!("{}{}", said.err, said.out);
    assert!(shown.contains("[topic] 'Complaint' has no fact, role or account `points`"), "{shown}");
    assert!(shown.contains(&format!("policy.toml:{line}:9")), "{shown}");
}
