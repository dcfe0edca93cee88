//! Facts made out of several rows: every scenario of a pack of them holds, and each value is as counted by hand.

#![cfg(test)]

use super::commands::{LANGUAGES, assert_is, renze, renze_in};
use super::shared::{open_pack, root};
use renze::assess::Assessment;
use renze::diagnostic::Faults;
use renze::fact::{FactType, Facts as _};
use renze::language::Language;
use renze::scenario::{Scenario, differences};
use std::fs;
use std::path::Path;

/// The facts of every complaint of a scenario, those from before the period too.
fn facts(assessment: &Assessment, number: &str, names: &[&str]) -> Vec<String> {
    let stores = [assessment.rows.get(&1), assessment.before.get(&1)];
    let mut rows = stores.into_iter().flatten().flat_map(|rows| rows.iter());
    let row = rows.find(|row| row.id == number).unwrap();
    names.iter().map(|name| FactType::plain(&row.record.value(name))).collect()
}

/// Every scenario of a pack holds; how many there are.
pub(crate) fn held(pack: &str) -> usize {
    let (pack, rules) = open_pack(&root().join("fixtures").join(pack));
    let faults = Faults::default();
    let sources = pack.scenarios(&faults);
    let scenarios = sources.iter().flat_map(|source| Scenario::read_file(source, &pack, &faults));
    let scenarios: Vec<Scenario> = scenarios.collect();
    for scenario in &scenarios {
        let found = scenario.outcome(&pack, &rules).unwrap();
        let wrong = differences(&scenario.expected, &found, Language::En);
        assert!(wrong.is_empty(), "{}: {wrong:?}", scenario.name.en);
    }
    assert!(faults.into_sorted().is_empty());
    scenarios.len()
}

#[test]
fn every_scenario_of_a_pack_that_looks_back_holds() {
    assert_eq!(held("lookback"), 4);
}

#[test]
fn every_scenario_of_a_pack_that_raises_rows_holds() {
    assert_eq!(held("raised"), 2);
}

#[test]
fn every_scenario_of_groups_that_share_their_clauses_holds() {
    assert_eq!(held("competing"), 3);
}

#[test]
fn every_scenario_of_cards_made_of_cards_holds() {
    assert_eq!(held("rollup"), 4);
}

#[test]
fn every_scenario_at_the_edges_of_looking_back_holds() {
    assert_eq!(held("edges"), 5);
}

#[test]
fn the_day_until_which_a_notice_lasts_may_lie_ahead() {
    let place = tempfile::tempdir().unwrap();
    super::commands::copy_folder(&root().join("fixtures/lookback"), &place.path().join("lookback"));
    super::commands::copy_folder(&root().join("fixtures/lookback-book"), &place.path().join("book"));
    let notices = place.path().join("book/notices.csv");
    let text = fs::read_to_string(&notices).unwrap().replace("N1,2026-09-20,,", "N1,2026-09-20,2027-06-30,");
    fs::write(&notices, text).unwrap();
    let said = renze_in(place.path(), &["explain", "book", "--subject", "甲", "--lang", "en"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    // what has happened by then may not: a day on which a complaint is closed is still held to the assessment date
    let complaints = place.path().join("book/complaints.csv");
    let text = fs::read_to_string(&complaints).unwrap().replace("2026-10-14", "2027-06-30");
    fs::write(&complaints, text).unwrap();
    assert_eq!(renze_in(place.path(), &["assess", "book"]).code, 1);
}

#[test]
fn every_fact_that_looks_back_is_as_counted_by_hand() {
    let (pack, rules) = open_pack(&root().join("fixtures/lookback"));
    let faults = Faults::default();
    let sources = pack.scenarios(&faults);
    let mut scenarios = sources.iter().flat_map(|source| Scenario::read_file(source, &pack, &faults));
    let by_hand = scenarios.find(|scenario| scenario.name.en.ends_with("by hand")).unwrap();
    let (assessment, _) = by_hand.scene.assess(&pack, &rules).unwrap();
    let names =
        ["in_year", "lost", "largest", "loss_before", "streak", "warned", "warned_still", "since_warned"];
    for (number, expected) in [
        ("P", ["1", "100", "100", "", "1", "0", "0", "1"]),
        ("Q", ["2", "40", "100", "", "0", "0", "1", "1"]),
        ("R", ["3", "340", "300", "100", "1", "1", "2", "1"]),
        ("S", ["4", "640", "300", "40", "2", "1", "1", "1"]),
        ("T", ["5", "940", "300", "300", "3", "1", "1", "2"]),
    ] {
        assert_eq!(facts(&assessment, number, &names), expected, "{number}: {names:?}");
    }
    let share = |number: &str| facts(&assessment, number, &["share"]).concat();
    assert_eq!(["P", "R", "S", "T"].map(share), ["100", "42.86", "85.71", "171.43"]);
}

/// Warnings against heads are judged last; in a unit's figures they stand where their dates put them.
#[test]
fn the_last_warning_is_the_last_by_its_date_whoever_it_is_against() {
    explained("fixtures/raised-book", [("unit", ["--subject", "城东"]), ("head", ["--subject", "乙"])]);
}

#[test]
fn explain_opens_every_fact_that_looks_back() {
    explained(
        "fixtures/lookback-book",
        [("complaint-T", ["--complaint", "T"]), ("subject", ["--subject", "甲"])],
    );
}

fn explained(book: &str, cases: [(&str, [&str; 2]); 2]) {
    for language in LANGUAGES {
        for (name, arguments) in cases {
            let said = renze(&[&["--lang", language, "explain", book], &arguments[..]].concat());
            assert_eq!((said.code, said.err.as_str()), (0, ""));
            let file = root().join(book).join(format!("expected/explain-{name}.{language}.txt"));
            assert_is(&file, &said.out);
        }
    }
}

/// A book of the pack that makes cards of cards, with so many complaints in a month.
fn month(folder: &Path, month: &str, complaints: usize, earlier: &[&str]) {
    fs::create_dir_all(folder.join(month)).unwrap();
    let pack = root().join("fixtures/rollup");
    let earlier: Vec<String> =
        earlier.iter().map(|month| format!("\"../{month}-out/assessment.json\"")).collect();
    let book = format!(
        "[book]\npack = {:?}\nperiod = \"{month}\"\nearlier = [{}]\n[tables]\ncomplaints = [\"c.csv\"]\n\
         [organisation]\nmembers = \"o.csv\"\nposts = \"p.csv\"\n",
        pack.display().to_string(),
        earlier.join(", ")
    );
    let rows = (0..complaints).map(|row| format!("{month}-{row},{month}-10,U1\n"));
    for (file, text) in [
        ("book.toml", book),
        ("c.csv", format!("工单号,受理,单元\n{}", rows.collect::<String>())),
        ("o.csv", "kind,id,name,parent,from,until\nunit,U1,U1,,,\n".to_owned()),
        ("p.csv", "person,post,of,from,until\n".to_owned()),
    ] {
        fs::write(folder.join(month).join(file), text).unwrap();
    }
}

#[test]
fn a_quarter_is_made_of_the_assessments_of_its_months() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    month(path, "2026-01", 5, &[]);
    month(path, "2026-02", 4, &["2026-01"]);
    month(path, "2026-03", 1, &["2026-01", "2026-02"]);
    for month in ["2026-01", "2026-02", "2026-03"] {
        let said = renze_in(path, &["assess", month, "--out", &format!("{month}-out")]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{month}: {}", said.out);
    }
    let scorecards = fs::read_to_string(path.join("2026-03-out/scorecards.csv")).unwrap();
    let scores: Vec<(&str, &str, &str)> = scorecards
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|cells| (cells[0], cells[3], cells[6]))
        .collect();
    // January 100 - 5, February 100 - 4, March 100 - 1 - 2 for two bad months before; the quarter their mean
    assert_eq!(scores, [("unit", "2026-03", "97"), ("unit_quarter", "2026-Q1", "96")]);

    month(path, "2026-03", 1, &["2026-02"]);
    let said = renze_in(path, &["assess", "2026-03"]);
    assert_eq!(said.code, 4, "without January the quarter is not known: {}", said.out);
    assert!(said.out.contains("2026-01"), "{}", said.out);
}
