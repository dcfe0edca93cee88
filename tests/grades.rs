//! What cards settle at together: sums, grades with ceilings, ranks and quotas, as a manager would look them up.

#![cfg(test)]

use super::commands::{LANGUAGES, assert_is, copy_folder, renze, renze_in};
use super::lookback::{held, opened};
use super::shared::root;
use std::fs;
use tempfile::TempDir;

const BOOK: &str = "fixtures/grades-book";

#[test]
fn every_scenario_of_grades_ranks_and_quotas_holds() {
    assert_eq!(held("grades"), 18);
}

#[test]
fn every_scenario_of_vetoes_and_grades_under_relief_holds() {
    assert_eq!(held("lifted"), 7);
}

#[test]
fn grades_that_are_fixed_twice_are_remarked_on_where_they_differ() {
    let (pack, rules, scenarios) = opened(&root().join("fixtures/grades"));
    let mut remarked = Vec::new();
    for scenario in scenarios {
        let (assessment, _) = scenario.scene.assess(&pack, &rules).unwrap();
        let said = assessment.remarks.iter().map(|remark| (remark.code, remark.message.en.clone()));
        remarked.extend(said.map(|said| (scenario.name.en.clone(), said)));
    }
    let [(scenario, (code, said))] = remarked.as_slice() else { panic!("{remarked:#?}") };
    assert!(scenario.starts_with("two grades are fixed"), "{scenario}");
    assert_eq!(*code, "R034");
    assert_eq!(said, "甲: clauses fix different grades (D, 不定等次); the worse stands: 不定等次");
}

#[test]
fn the_screen_shows_ranks_and_every_explanation_says_why_a_grade_is_lower() {
    for language in LANGUAGES {
        let said = renze(&["--lang", language, "assess", BOOK]);
        assert_eq!((said.code, said.err.as_str()), (4, ""));
        assert_is(&root().join(BOOK).join(format!("expected/screen.{language}.txt")), &said.out);
        // limited by a clause, fixed by two, lost to a quota, vetoed, and open
        for subject in ["P5", "P8", "P4", "P9", "P6", "T2"] {
            let said = renze(&["--lang", language, "explain", BOOK, "--subject", subject]);
            assert_eq!((said.code, said.err.as_str()), (0, ""));
            assert_is(&root().join(BOOK).join(format!("expected/{subject}.{language}.txt")), &said.out);
        }
    }
}

#[test]
fn the_table_says_how_cards_settle_together() {
    for language in LANGUAGES {
        let said = renze(&["--lang", language, "table", "fixtures/grades"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert_is(&root().join(BOOK).join(format!("expected/table.{language}.md")), &said.out);
    }
}

/// The value of a column of the row of a subject.
fn cell(text: &str, kind: &str, subject: &str, column: &str) -> String {
    let mut rows = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let place = rows.headers().unwrap().iter().position(|heading| heading == column).unwrap();
    let mut records = rows.records().map(Result::unwrap);
    records.find(|row| &row[0] == kind && &row[1] == subject).unwrap()[place].to_owned()
}

#[test]
fn the_next_month_opens_at_what_this_one_settled_at_and_reads_its_ranks() {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/grades"), &place.path().join("grades"));
    copy_folder(&root().join(BOOK), &place.path().join("march"));
    copy_folder(&root().join(BOOK), &place.path().join("april"));
    let said = renze_in(place.path(), &["assess", "march", "--out", "march-out"]);
    assert_eq!(said.code, 4, "{}", said.err);
    let cards = fs::read_to_string(place.path().join("march-out/scorecards.csv")).unwrap();
    for (subject, column, expected) in [
        ("P2", "rank", "1"),
        ("P4", "rank", "5"),
        ("P4", "peers", "5"),
        ("P9", "rank", ""),
        ("P7", "rank_first", "1"),
        ("P7", "rank_last", "3"),
        ("P4", "grade", "C"),
    ] {
        assert_eq!(cell(&cards, "person", subject, column), expected, "{subject} {column}");
    }
    let findings = fs::read_to_string(place.path().join("march-out/findings.csv")).unwrap();
    assert!(findings.contains("person,P5,grade,B,at most,B,true,B,"), "{findings}");
    let document: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(place.path().join("march-out/assessment.json")).unwrap())
            .unwrap();
    let card = document["scorecards"].as_array().unwrap().iter().find(|card| card["card"]["subject"] == "P4");
    assert_eq!(card.unwrap()["rank"]["place"]["so_far"], "5");

    let april = place.path().join("april");
    let book = fs::read_to_string(april.join("book.toml")).unwrap();
    let book = book.replace(
        "period = \"2026-03\"",
        "period = \"2026-04\"\nearlier = [\"../march-out/assessment.json\"]",
    );
    fs::write(april.join("book.toml"), book).unwrap();
    fs::write(april.join("events.csv"), "编号,日期,事件,类别,分值,是否属实,责任人\n").unwrap();
    let said = renze_in(place.path(), &["assess", "april", "--out", "april-out"]);
    assert_eq!(said.code, 4, "{}{}", said.err, said.out);
    let cards = fs::read_to_string(place.path().join("april-out/scorecards.csv")).unwrap();
    // 100 less 8.25, rounded at the card
    assert_eq!(cell(&cards, "person", "P4", "score"), "91.8");
    // what was open in March bounds the opening of April
    assert_eq!(cell(&cards, "person", "P7", "score_low"), "88");
    assert_eq!(cell(&cards, "person", "P7", "score_high"), "100");
}

#[test]
fn what_is_declared_otherwise_of_ranks_and_quotas_is_listed_and_measured() {
    let place = TempDir::new().unwrap();
    let other = place.path().join("other");
    copy_folder(&root().join("fixtures/grades"), &other);
    let policy = fs::read_to_string(other.join("policy.toml")).unwrap();
    let changed = policy
        .replace("at_most = \"60%\", rounded = \"down\"", "at_most = \"80%\", rounded = \"down\"")
        .replace(
            "among = [\"team\"], ties = \"same rank, next skipped\"",
            "among = [], ties = \"shared by mean\"",
        );
    assert_ne!(policy, changed);
    fs::write(other.join("policy.toml"), changed).unwrap();
    for language in LANGUAGES {
        let folder = root().join("fixtures/grades");
        let arguments = ["--lang", language, "compare", folder.to_str().unwrap(), "other", "--book"];
        let book = root().join(BOOK);
        let said = renze_in(place.path(), &[&arguments[..], &[book.to_str().unwrap()]].concat());
        assert!([0, 4].contains(&said.code), "{}", said.err);
        let shown = said.out.replace(root().to_str().unwrap(), "…");
        assert_is(&root().join(BOOK).join(format!("expected/compare.{language}.txt")), &shown);
    }
}

#[test]
fn a_grade_that_no_card_has_is_found_before_anything_is_assessed() {
    let place = TempDir::new().unwrap();
    for (said, instead, code) in [
        ("cap_grade(\"person\", \"B\", \"迟报\")", "cap_grade(\"person\", \"不定等次\")", "C045"),
        ("fix_grade(\"person\", \"D\")", "fix_grade(\"person\", \"good\")", "C045"),
        ("fix_grade(\"person\", \"D\")", "fix_grade(\"person\", \"E\")", "C004"),
        ("earn(\"person\", event.size)", "award(\"person\", event.size); credit(\"person\", 1)", "C028"),
    ] {
        let pack = place.path().join("pack");
        copy_folder(&root().join("fixtures/grades"), &pack);
        let text = fs::read_to_string(pack.join("clauses/all.rhai")).unwrap();
        assert!(text.contains(said));
        fs::write(pack.join("clauses/all.rhai"), text.replace(said, instead)).unwrap();
        let checked = renze_in(place.path(), &["--lang", "en", "check", "pack"]);
        assert_eq!(checked.code, 1, "{instead}");
        assert!(checked.err.contains(code), "{instead}: {}", checked.err);
    }
    copy_folder(&root().join("fixtures/grades"), &place.path().join("pack"));
    let policy = place.path().join("pack/policy.toml");
    let text = fs::read_to_string(&policy).unwrap();
    fs::write(&policy, text.replace("\"incident\", \"what\"]", "\"incident\", \"faults\"]")).unwrap();
    let checked = renze_in(place.path(), &["--lang", "en", "check", "pack"]);
    assert!(checked.err.contains("C046"), "{}", checked.err);
    fs::write(&policy, text.replace("a_share", "base")).unwrap();
    let numbers = place.path().join("pack/parameters.toml");
    let text = fs::read_to_string(&numbers).unwrap();
    fs::write(&numbers, text.replace("[a_share]", "[base]")).unwrap();
    let checked = renze_in(place.path(), &["--lang", "en", "check", "pack"]);
    assert!(checked.err.contains("opening: `base` is both a fact of the card"), "{}", checked.err);
}
