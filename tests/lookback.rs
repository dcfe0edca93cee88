//! Facts made out of several rows: every scenario of a pack of them holds, and each value is as counted by hand.

#![cfg(test)]

use super::commands::{LANGUAGES, assert_is, renze, renze_in};
use super::shared::{open_pack, root};
use renze::assess::{Assessment, Counted, JudgedRow};
use renze::clause::Rulebook;
use renze::diagnostic::Faults;
use renze::fact::{FactType, Facts as _, Value};
use renze::language::Language;
use renze::policy::Pack;
use renze::scenario::{Scenario, differences};
use std::fs;
use std::path::Path;

const CLAUSES: &str = "clauses/all.rhai";

/// The facts of every complaint of a scenario, those from before the period too.
fn facts(assessment: &Assessment, number: &str, names: &[&str]) -> Vec<String> {
    let stores = [assessment.rows.get(&1), assessment.before.get(&1)];
    let mut rows = stores.into_iter().flatten().flat_map(|rows| rows.iter());
    let row = rows.find(|row| row.id == number).unwrap();
    names.iter().map(|name| FactType::plain(&row.record.value(name))).collect()
}

/// A pack with its scenarios.
pub(crate) fn opened(folder: &Path) -> (Pack, Rulebook, Vec<Scenario>) {
    let (pack, rules) = open_pack(folder);
    let faults = Faults::default();
    let sources = pack.scenarios(&faults);
    let scenarios = sources.iter().flat_map(|source| Scenario::read_file(source, &pack, &faults)).collect();
    assert!(faults.into_sorted().is_empty());
    (pack, rules, scenarios)
}

/// The scenario whose name begins like that, assessed.
fn assessed(pack: &str, name: &str) -> (Pack, Rulebook, Assessment) {
    let (pack, rules, scenarios) = opened(&root().join("fixtures").join(pack));
    let scenario = scenarios.iter().find(|scenario| scenario.name.en.starts_with(name)).unwrap();
    let (assessment, _) = scenario.scene.assess(&pack, &rules).unwrap();
    (pack, rules, assessment)
}

/// Every scenario of a pack holds; how many there are.
pub(crate) fn held(pack: &str) -> usize {
    let (pack, rules, scenarios) = opened(&root().join("fixtures").join(pack));
    for scenario in &scenarios {
        let found = scenario.outcome(&pack, &rules).unwrap();
        let wrong = differences(&scenario.expected, &found, Language::En);
        assert!(wrong.is_empty(), "{}: {wrong:?}", scenario.name.en);
    }
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
    assert_eq!(held("competing"), 6);
}

#[test]
fn what_a_finding_loses_is_listed_where_it_loses_something() {
    let (_, _, assessment) = assessed("competing", "whether it was slow is not known");
    let mut lost: Vec<String> = assessment
        .findings()
        .map(|finding| {
            let lost = finding.suppressed().iter();
            let lost: Vec<String> = lost.map(|lost| format!("{} by {}", lost.amount, lost.by.en)).collect();
            format!("{}: {}", finding.clause(), lost.join(", "))
        })
        .collect();
    lost.sort();
    let expected = [
        "late: 2 by only the highest counts: an error",
        "slow: ",
        "wrong: 1 by most a month of one clause 3 points",
    ];
    assert_eq!(lost, expected);
}

#[test]
fn every_scenario_of_cards_made_of_cards_holds() {
    assert_eq!(held("rollup"), 5);
}

#[test]
fn every_scenario_at_the_edges_of_looking_back_holds() {
    assert_eq!(held("edges"), 10);
}

#[test]
fn every_scenario_of_tables_that_begin_too_late_holds() {
    assert_eq!(held("covered"), 12);
}

#[test]
fn every_scenario_of_cards_that_look_at_rows_alike_holds() {
    assert_eq!(held("alike"), 7);
}

/// What a fact of a row or card was made of in a scenario: of every row the day, the value and, of a fold, what
/// it came to behind it.
fn made_of(pack: &str, scenario: &str, (kind, subject): (&str, &str), fact: &str) -> Vec<[String; 3]> {
    let (pack, rules, assessment) = assessed(pack, scenario);
    let (position, _) = pack.policy.kind(kind).unwrap();
    let row = assessment.rows_of(position).position(|row| row.id == subject).unwrap();
    let counted = assessment.counted(&rules, (position, row), fact).unwrap();
    let shown = |value: &Value| FactType::plain(value);
    let row = |row: &Counted| {
        [row.at.date().to_string(), shown(&row.value), row.after.as_ref().map(shown).unwrap_or_default()]
    };
    counted.iter().map(row).collect()
}

#[test]
fn what_a_fact_was_made_of_is_told_row_by_row() {
    let told = |rows: &[[String; 3]]| rows.iter().map(|row| row.join(" ")).collect::<Vec<String>>();
    // its own kind: the months before it, and not itself
    let quarter = "the quarter is the mean";
    assert_eq!(
        told(&made_of("rollup", quarter, ("unit", "U1"), "bad_months")),
        ["2026-01-31  1", "2026-02-28  2"]
    );
    assert_eq!(
        told(&made_of("rollup", quarter, ("unit_quarter", "U1"), "points_of_months")),
        ["2026-01-31 95 ", "2026-02-28 96 ", "2026-03-31 97 "]
    );
    // rows that came in before, though they were closed in another month, in the order in which they came
    let (in_between, same_day) = ("what is closed in another month", "a notice of the same day");
    assert_eq!(
        told(&made_of("edges", in_between, ("complaint", "C"), "known_loss")),
        ["2026-10-01 1 ", "2026-10-05 2 ", "2026-10-10 4 "]
    );
    // rows of another kind, but for those that came later
    assert_eq!(made_of("covered", same_day, ("complaint", "1"), "in_force").len(), 2);
    // another kind: its own cards, though others are judged before them
    let teams = "teams are awarded by place";
    for (team, place) in [("一组", "1"), ("二组", "2"), ("四组", "4")] {
        let made = made_of("grades", teams, ("team_award", team), "place");
        assert_eq!(told(&made), [format!("2026-03-31 {place} ")], "{team}");
    }
}

/// The rows raised for the first scenario of the pack of warnings, after a change to its files.
fn raised_after(changes: &[(&str, &str, &str)]) -> Vec<JudgedRow> {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("raised");
    super::commands::copy_folder(&root().join("fixtures/raised"), &folder);
    for (file, find, replace) in changes {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(find), "{file} holds no {find}");
        fs::write(&path, text.replace(find, replace)).unwrap();
    }
    let (pack, rules, scenarios) = opened(&folder);
    let (assessment, _) = scenarios[0].scene.assess(&pack, &rules).unwrap();
    assessment.rows_of(pack.policy.kind("warning").unwrap().0).collect()
}

#[test]
fn rows_that_a_clause_raises_twice_have_identifiers_of_their_own() {
    let (file, raise) = (CLAUSES, "raise(\"handler\", \"warning\");");
    let rows = raised_after(&[(file, raise, &raise.repeat(2))]);
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["/upheld_complaint/handler", "/upheld_complaint/handler/2"]);
}

#[test]
fn rows_that_a_clause_raises_for_two_roles_are_one_for_each() {
    let (raise, handler) =
        ("raise(\"handler\", \"warning\");", "handler = { is = \"person\", from = [\"处理人\"] }");
    let rows = raised_after(&[
        (CLAUSES, raise, &format!("{raise} raise(\"leader\", \"warning\");")),
        ("policy.toml", handler, &format!("{handler}\nleader = {{ is = \"person\", from = [\"组长\"] }}")),
    ]);
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["/upheld_complaint/handler", "/upheld_complaint/leader"]);
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
    let (pack, rules, scenarios) = opened(&root().join("fixtures/lookback"));
    let by_hand = scenarios.iter().find(|scenario| scenario.name.en.ends_with("by hand")).unwrap();
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
