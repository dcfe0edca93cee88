//! The book of a made-up county power company for October 2026: the generator that makes it from a seed, and the tests
//! that hold the shipped files, the stated rates and what the program finds to it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test data: small numbers and fixed tables, and a fault should stop the test"
)]

mod complaints;
mod county;
mod outages;
mod registers;

use super::chance::Chance;
use super::commands::{LANGUAGES, assert_is, renze};
use super::generated::{Row, assert_shipped, rows};
use super::shared::root;
use complaints::{CLASSES, COMPLAINTS, LIABILITIES, SEVERITIES};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// The seed of the shipped book.
const SEED: u64 = 20_261_004;
const BOOK: &str = "fixtures/power-supply-2026-10";
const PACK: &str = "rules/power-supply";
/// Done, but something is still open.
const PROVISIONAL: i32 = 4;

/// The files of the book made from a seed, by name; `book.toml` is written by hand.
fn generate(seed: u64) -> BTreeMap<&'static str, String> {
    let staff = county::staff();
    let mut chance = Chance(seed);
    let cases = complaints::cases(&mut chance);
    let register = outages::outages(&mut chance);
    BTreeMap::from([
        ("complaints.csv", complaints::complaints_csv(&mut chance, &staff, &cases)),
        ("outages.csv", outages::outages_csv(&mut chance, &staff, &register)),
        ("analyses.csv", registers::analyses_csv(&mut chance, &staff, &cases)),
        ("visits.csv", registers::visits_csv(&cases)),
        ("low_voltage.csv", registers::low_voltage_csv()),
        ("measures.csv", registers::measures_csv(&mut chance, &staff, &cases)),
        ("duties.csv", registers::duties_csv(&mut chance, &staff)),
        ("organisation.csv", county::organisation_csv(&staff)),
        ("posts.csv", county::posts_csv()),
    ])
}

fn of_october<'r>(rows: &'r [Row], heading: &str) -> Vec<&'r Row> {
    rows.iter().filter(|row| row[heading].starts_with("2026-10")).collect()
}

fn count(rows: &[&Row], heading: &str, word: &str) -> usize {
    rows.iter().filter(|row| row[heading] == word).count()
}

// ---------------------------------------------------------------- the rates

fn check_complaints(all: &[Row]) {
    assert_eq!(all.len(), COMPLAINTS.iter().sum::<usize>());
    assert!(all.is_sorted_by_key(|row| &row["受理时间"]));
    let rows = of_october(all, "受理时间");
    assert_eq!(rows.len(), COMPLAINTS[2]);
    let columns = [("业务类别", &CLASSES[..]), ("严重程度", &SEVERITIES[..]), ("责任认定", &LIABILITIES[..])];
    for (heading, rates) in columns {
        for &(word, rate) in rates {
            let (found, wanted) = (count(&rows, heading, word), rows.len() * rate / 1000);
            // three of other liability are not verified, and so have none
            let slack = if heading == "责任认定" { complaints::UNVERIFIED } else { 0 };
            assert!(found.abs_diff(wanted) <= slack, "{word}: {found} instead of {wanted}");
        }
    }
    assert_eq!(rows.iter().filter(|row| row["办结时间"].is_empty()).count(), complaints::OPEN);
    let without = complaints::WITHOUT_PERSON + complaints::WITHOUT_TEAM;
    assert_eq!(count(&rows, "主要责任人", ""), without);
    assert_eq!(count(&rows, "责任班组", ""), complaints::WITHOUT_TEAM);
    let undecided = |row: &&&Row| row["责任认定"].is_empty() && row["核实情况"] == "已核实";
    assert_eq!(rows.iter().filter(undecided).count(), 2);
}

/// A customer complains again of the same class as often as the rate says, and only then.
fn check_repeats(all: &[Row]) {
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    let again = all.iter().filter(|row| !seen.insert((&row["户号"], &row["业务类别"])));
    let again: Vec<&Row> = again.collect();
    assert_eq!(again.len(), COMPLAINTS[2] * complaints::REPEATED / 1000);
    assert!(again.iter().all(|row| row["受理时间"].starts_with("2026-10")));
}

/// Every bearer is of the unit and of one team of it on the day.
fn check_bearers(all: &[Row], members: &[Row]) {
    for row in all {
        let day = row["受理时间"].split(' ').next().unwrap();
        let minors = row["次要责任人"].split('、');
        for code in minors.chain([row["主要责任人"].as_str()]).filter(|code| !code.is_empty()) {
            let until = |member: &Row| member["until"].is_empty() || day <= member["until"].as_str();
            let of = members
                .iter()
                .find(|member| member["id"] == code && member["from"].as_str() <= day && until(member));
            let team = &of.unwrap_or_else(|| panic!("{code} is not there on {day}"))["parent"];
            assert!(row["责任班组"].is_empty() || *team == row["责任班组"], "{code} {day}");
            let unit = &members.iter().find(|member| member["id"] == *team).unwrap()["parent"];
            assert_eq!(*unit, row["供电所"]);
        }
    }
}

fn check_outages(all: &[Row]) {
    let rows = of_october(all, "停电时间");
    let apart = rows.iter().filter(|row| !row["单独停电理由"].is_empty()).count();
    assert_eq!(apart, outages::APART);
    let silent = |row: &&&Row| row["停电类别"] != "故障" && row["公告时间"].is_empty();
    assert_eq!(rows.iter().filter(silent).count(), outages::SILENT);
    let one_medium =
        |row: &&&Row| row["作业"] == outages::RENOVATION && row["公告媒体"] != "传统媒体和新媒体";
    assert_eq!(rows.iter().filter(one_medium).count(), outages::ONE_MEDIUM);
}

#[test]
fn the_power_company_keeps_its_rates() {
    for seed in [SEED, 1, 2, 3, 4, 5] {
        let files = generate(seed);
        let complaints = rows(&files["complaints.csv"]);
        check_complaints(&complaints);
        check_repeats(&complaints);
        check_bearers(&complaints, &rows(&files["organisation.csv"]));
        check_outages(&rows(&files["outages.csv"]));
    }
}

#[test]
fn the_shipped_power_book_is_what_the_generator_makes() {
    assert_shipped(BOOK, generate(SEED));
}

// ---------------------------------------------------------------- the pack

#[test]
fn the_power_pack_is_in_order_and_every_row_has_a_scenario() {
    let said = renze(&["check", PACK, "--strict", "--lang", "en"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("0 errors, 0 warnings"), "{}", said.out);
    let said = renze(&["test", PACK, "--coverage", "--lang", "en"]);
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.out.contains("91 scenarios hold, 0 do not"), "{}", said.out);
    assert!(said.out.contains("COVERAGE  81 of 81 rows"), "{}", said.out);
}

// ---------------------------------------------------------------- what the program finds

fn expected(name: &str) -> PathBuf {
    root().join(BOOK).join("expected").join(name)
}

#[test]
fn the_power_book_reads_as_expected() {
    for language in LANGUAGES {
        let said = renze(&["assess", BOOK, "--lang", language]);
        assert_eq!((said.code, said.err.as_str()), (PROVISIONAL, ""));
        assert_is(&expected(&format!("screen.{language}.txt")), &said.out);
        for (option, subject) in [("--complaint", "GD-1443"), ("--subject", "U6"), ("--subject", "A303")] {
            let said = renze(&["explain", BOOK, option, subject, "--lang", language]);
            assert_is(&expected(&format!("{subject}.{language}.txt")), &said.out);
        }
    }
}

/// What the program writes of the book.
fn findings() -> Vec<Row> {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("out");
    assert_eq!(renze(&["assess", BOOK, "--out", folder.to_str().unwrap()]).code, PROVISIONAL);
    let text = fs::read_to_string(folder.join("findings.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// How many rows of the book a clause certainly found something in.
fn records(findings: &[Row], clause: &str) -> usize {
    let of_clause = findings.iter().filter(|row| row["clause"] == clause && row["certain"] == "true");
    of_clause.map(|row| &row["record"]).collect::<BTreeSet<_>>().len()
}

#[test]
fn the_program_finds_what_the_generator_put_in() {
    let findings = findings();
    let let_pass = [
        complaints::UNVERIFIED,
        complaints::UNCORRECTED + 1,
        complaints::WITHOUT_MEASURES,
        complaints::DISSATISFIED,
    ];
    let put_in = [
        ("closed_unverified", let_pass[0]),
        ("closed_uncorrected", let_pass[1]),
        ("closed_without_measures", let_pass[2]),
        ("closed_dissatisfied", let_pass[3]),
        // one complaint is closed against two of the four
        ("reopen", let_pass.iter().sum::<usize>() - 1),
        ("not_decomposed", complaints::WITHOUT_PERSON + complaints::WITHOUT_TEAM),
        ("could_have_been_joined", outages::JOINABLE),
        ("notice_missing", outages::SILENT),
        ("notice_short", outages::SHORT + outages::SHORT_TEMPORARY),
        ("notice_media", outages::ONE_MEDIUM),
        ("analysis_missing", registers::NOT_ANALYSED),
        ("analysis_late", registers::ANALYSED_LATE),
        ("analysis_incomplete", registers::ANALYSED_POORLY),
        ("duty_missed", registers::MISSED.iter().sum::<usize>() + 1),
        ("duty_late", registers::LATE.iter().sum()),
        ("study_missing", 1),
        ("study_attendance", 1),
        ("queue_priority", 12),
        ("project_without_visit", 1),
        ("operation_overdue", 3),
    ];
    for (clause, many) in put_in {
        assert_eq!(records(&findings, clause), many, "{clause}");
    }
}

// ---------------------------------------------------------------- worked by hand: 己所 U6
//
// 43 complaints of October fall to U6. Counted from the files alone:
//   own fault and verified, 11: nine general at 0.2 (GD-1453 1489 1563 1569 1615 1718 1723 1769 1777),
//     two serious at 0.5 (GD-1495 1760)                                                          −1.8 − 1.0
//   closed against one of the four: GD-1423, not corrected                                             −0.5
//   GD-1760 is serious, and no analysis names it                                                       −0.5
//   supply quality, 3 outages or more of the area in 60 days: GD-1423 1457 1486 1544 1615 1616          −3.0
//   planned again within 15 days and without a reason: TD-2107, TD-2109                                −1.0
//   TD-2109 is grid renovation, and in one medium only                                                 −0.5
//   6 planned outages after 2 in September: 4 more at 0.5                                               −2.0
//   a daily watch missed (GZ-7018), three late (GZ-7120 7132 7150)                                −0.2 − 0.6
//   DY-5013 has no load reading                                                                        −0.5
//   CS-6025 was done on 25 September; two of its cause in the 30 days before 2 October, none since     +1.0
// 100 − 10.6 = 89.4. With the queue of DY-5013 in the project reserve it would be 1 less, as it was not raised.

const STATION_F: [(&str, i64); 11] = [
    ("bearers", -28),
    ("reopen", -5),
    ("analysis_missing", -5),
    ("frequent_outages", -30),
    ("could_have_been_joined", -10),
    ("notice_media", -5),
    ("more_outages", -20),
    ("duty_missed", -2),
    ("duty_late", -6),
    ("load_not_read", -5),
    ("measure_helped", 10),
];

/// Points in tenths: no figure of the pack is finer.
fn tenths(amount: &str) -> i64 {
    let (whole, tenth) = amount.split_once('.').unwrap_or((amount, "0"));
    let tenths = whole.trim_start_matches('-').parse::<i64>().unwrap() * 10 + tenth.parse::<i64>().unwrap();
    if amount.starts_with('-') { -tenths } else { tenths }
}

#[test]
fn a_unit_of_the_power_book_comes_to_what_was_worked_out_by_hand() {
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    let of_unit =
        |row: &&Row| row["card_kind"] == "unit" && row["subject"] == "U6" && row["certain"] == "true";
    for row in findings().iter().filter(of_unit) {
        *found.entry(row["clause"].clone()).or_default() += tenths(&row["counted"]);
    }
    let by_hand: BTreeMap<String, i64> =
        STATION_F.iter().map(|(clause, points)| ((*clause).to_owned(), *points)).collect();
    assert_eq!(found, by_hand);
    assert_eq!(1000 + by_hand.values().sum::<i64>(), 894);
}
