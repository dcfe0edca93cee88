//! What tables, functions and roles can say: every scenario of a pack of them holds, nothing is wrong with it, and what
//! it says can be read, changed and explained.

#![cfg(test)]

use super::commands::{LANGUAGES, assert_is, copy_folder, renze, renze_in};
use super::lookback::held;
use super::shared::root;
use std::fs;
use tempfile::TempDir;

const PACK: &str = "fixtures/language";

#[test]
fn every_scenario_of_the_pack_holds() {
    assert_eq!(held("language"), 18);
}

#[test]
fn nothing_is_wrong_with_the_pack() {
    let said = renze(&["check", PACK, "--strict", "--lang", "en"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

#[test]
fn the_tables_say_lines_cells_and_shares_in_words_and_numbers() {
    for language in LANGUAGES {
        let said = renze(&["table", PACK, "--lang", language]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert_is(&root().join(format!("fixtures/language/expected/table.{language}.md")), &said.out);
    }
}

/// What is printed for one complaint typed by hand.
fn tried(facts: &[&str]) -> String {
    let mut arguments = vec!["try", PACK, "--on", "2026-10-12", "--lang", "en"];
    arguments.extend(facts);
    let said = renze(&arguments);
    format!("{}{}", said.out, said.err)
}

#[test]
fn the_working_of_a_line_a_share_and_a_choice_is_shown() {
    let said = tried(&["score=70"]);
    assert!(
        said.contains("6 points (points for a score: 10 points at 60 to 0 points at 85; score 70)"),
        "{said}"
    );
    let said = tried(&["loss=100.01"]);
    assert!(said.contains("¥100.01 (paid out) × 33.34 % (shares service insurer)"), "{said}");
    assert!(said.contains("insurer (outside, in no card)"), "{said}");
    let said = tried(&["severity=major", "fine=700"]);
    assert!(said.contains("¥700.00 (fine chosen) [to be chosen within ¥500.00 to ¥1,000.00]"), "{said}");
    let said = tried(&["severity=major", "fine=1200"]);
    assert!(said.contains("'fine chosen' is 1200; it must lie between 500 and 1000"), "{said}");
    let said = tried(&["severity=major", "fine=missing"]);
    assert!(said.contains("'fine chosen' is not known; it must lie between 500 and 1000"), "{said}");
}

#[test]
fn one_number_of_a_cell_and_an_end_of_a_line_can_be_set() {
    for (set, name, change) in [
        ("penalty[major].handler=60", "penalty major handler", "5 points → 60 points"),
        ("penalty[major][unit]=25%", "penalty major unit", "20 % → 25 %"),
        ("fine_range.most=2000", "range of the fine most", "¥1,000.00 → ¥2,000.00"),
        ("score_points[70].from=12", "points for a score >= 60 < 85 from", "10 points → 12 points"),
        ("late_points[80][major]=9", "points for being late", "6 points → 9 points"),
    ] {
        let said = renze(&["compare", PACK, "--set", set, "--lang", "en"]);
        assert_eq!(said.code, 0, "{set}: {}{}", said.out, said.err);
        assert!(said.out.contains(name) || said.out.contains(change), "{set}:\n{}", said.out);
        assert!(said.out.contains(change), "{set}:\n{}", said.out);
    }
}

/// The pack with one line changed, and what a check of it says.
fn checked(file: &str, find: &str, replace: &str) -> (i32, String) {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join(PACK), &place.path().join("pack"));
    let path = place.path().join("pack").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(find).count(), 1, "`{find}` must stand once in {file}");
    fs::write(path, text.replacen(find, replace, 1)).unwrap();
    let said = renze_in(place.path(), &["check", "pack", "--strict", "--lang", "en"]);
    (said.code, format!("{}{}", said.err, said.out))
}

#[test]
fn what_is_wrong_with_a_table_a_share_or_a_role_is_named() {
    let parameters = "parameters.toml";
    let all = [
        (parameters, "overlap = \"last\"\n", "", "72.1 h and above lies in two rows"),
        (parameters, "overlap = \"last\"", "overlap = \"both\"", "unknown choice `both`"),
        (parameters, "places = { hours = 1 }", "places = { days = 1 }", "unknown key `days`"),
        (
            parameters,
            "insurer = \"33.34%\"",
            "insurer = \"33.33%\"",
            "add up to 99.99 %, and must to exactly 100 %",
        ),
        (
            parameters,
            "{ handler = \"5\", unit = \"20%\" }",
            "{ handler = \"5\" }",
            "row `major` and the first differ in `unit`",
        ),
        (parameters, "{ handler = \"5\", unit = \"20%\" }", "\"5\"", "all cells of a table have one form"),
        (
            parameters,
            "[\"< 60\", \"10\"]",
            "[\"< 60\", { from = \"20\", to = \"10\" }]",
            "with one band that has both ends",
        ),
        (parameters, "until = 2026-09-30", "until = 2025-03-30", "`until` lies before `from`"),
        ("policy.toml", "vacant = \"executive\"", "vacant = \"insurer\"", "not `insurer`"),
        ("policy.toml", "vacant = \"executive\"", "vacant = \"boss\"", "not `boss`"),
        ("clauses/all.rhai", "penalty.handler", "penalty.hand", "no kind of row has no `hand`"),
        ("clauses/all.rhai", "/// until: 2026-09-30\n", "", "ended on 2026-09-30, and no other follows"),
    ];
    let mut wrong = Vec::new();
    for (file, find, replace, words) in all {
        let (code, said) = checked(file, find, replace);
        if code != 1 || !said.contains(words) {
            wrong.push(format!("{find} -> {replace}: not `{words}` ({code}) in\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn somebody_outside_cannot_be_vetoed() {
    let (code, said) = checked("clauses/all.rhai", "deduct(\"stand_in\", 2);", "veto(\"insurer\");");
    assert!(code == 1 && said.contains("'insurer' stands outside, has no card"), "{said}");
}
