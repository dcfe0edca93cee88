//! The book of a made-up district market regulator for October 2026: the generator that makes it from a seed, the tests
//! that hold the shipped files and the stated rates to it, and what the pack says of it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "test data: small numbers and fixed tables, and a fault should stop the test"
)]

mod complaints;
mod days;
mod deal;
mod organisation;
mod reports;

use super::chance::Chance;
use super::commands::{assert_is, renze};
use super::generated::{self, assert_shipped};
use super::shared::root;
use days::{DAY, END, day, moment, working_days_between};
use deal::{CHANNELS, STATION_SHARES};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use tempfile::TempDir;

const BOOK: &str = "fixtures/market-regulator-2026-10";
const PACK: &str = "rules/market-regulator";
/// The seed of the shipped book.
const SEED: u64 = 20_261_031;

/// The files of the book made from a seed, by name; `book.toml` is written by hand.
fn generate(seed: u64) -> BTreeMap<&'static str, String> {
    let mut chance = Chance(seed);
    BTreeMap::from([
        ("complaints.csv", complaints::complaints_csv(&mut chance)),
        ("reports.csv", reports::reports_csv(&mut chance)),
        ("organisation.csv", organisation::organisation_csv()),
        ("posts.csv", organisation::posts_csv()),
    ])
}

// ---------------------------------------------------------------- reading it back

/// One row, by heading.
struct Row(generated::Row);

impl Row {
    fn cell(&self, heading: &str) -> &str {
        &self.0[heading]
    }

    fn is(&self, heading: &str, word: &str) -> bool {
        self.cell(heading) == word
    }

    fn at(&self, heading: &str) -> Option<usize> {
        Some(self.cell(heading)).filter(|cell| !cell.is_empty()).map(moment)
    }

    fn received(&self) -> usize {
        self.at("收到时间").unwrap()
    }

    /// Working days from one moment to another, or to the day the book was made.
    fn took(&self, from: &str, to: &str) -> usize {
        let until = self.at(to).unwrap_or(END);
        self.at(from).map_or(0, |from| working_days_between(from / DAY, until / DAY))
    }

    /// Whether it counts in October: closed in it, or open for ninety days that end in it.
    fn counts(&self) -> bool {
        let last = self.received() / DAY + 90;
        let counted = self.at("办结时间").map_or(last, |closed| last.min(closed / DAY));
        (day(10, 1)..=day(10, 31)).contains(&counted)
    }
}

fn rows(csv: &str) -> Vec<Row> {
    generated::rows(csv).into_iter().map(Row).collect()
}

/// What may be true of a row.
type Trait = fn(&Row) -> bool;

/// What makes a complaint answer for something, worked out from the row alone, with a calendar of the test's own.
const OF_COMPLAINTS: [(&str, Trait); 8] = [
    ("late_decision", |row| row.took("收到时间", "受理告知时间") > 7),
    ("late_mediation", is_mediated_late),
    ("late_result", |row| row.at("调解终结时间").is_some() && row.took("调解终结时间", "告知结果时间") > 7),
    ("late_start", |row| row.took("分流时间", "开始处理时间") > 1),
    ("late_arrival", |row| row.is("须到场", "是") && row.took("分流时间", "到场时间") > 2),
    ("late_reply", |row| row.took("收到时间", "首次回复时间") > 3),
    ("not_verified", |row| row.is("受理决定", "受理") && ["未核查", ""].contains(&row.cell("核查结果"))),
    ("attitude", |row| row.is("态度投诉查实", "是")),
];

const OF_REPORTS: [(&str, Trait); 6] = [
    ("late_verification", is_verified_late),
    ("informer_late", |row| {
        row.is("实名", "是")
            && row.at("立案决定时间").is_some()
            && row.took("立案决定时间", "告知结果时间") > 5
    }),
    ("report_late_start", |row| row.took("分流时间", "开始处理时间") > 1),
    ("report_late_arrival", |row| row.is("须到场", "是") && row.took("分流时间", "到场时间") > 2),
    ("violation_not_filed", |row| row.is("违法行为", "存在") && row.is("立案情况", "不予立案")),
    ("report_attitude", |row| row.is("态度投诉查实", "是")),
];

/// Sixty days without those of testing; what ends in the National Day holidays may end on the day after them.
fn is_mediated_late(row: &Row) -> bool {
    let Some(decided) = row.at("受理告知时间").filter(|_| row.is("受理决定", "受理")) else {
        return false;
    };
    let testing = row.at("送检时间").map_or(0, |sent| row.at("检测结果时间").unwrap() / DAY - sent / DAY);
    let mut due = decided / DAY + 60 + testing;
    while !days::is_worked(due) {
        due += 1;
    }
    row.at("调解终结时间").unwrap_or(END) / DAY > due
}

/// Fifteen working days, and fifteen more if that was approved before they were over.
fn is_verified_late(row: &Row) -> bool {
    let is_extended = row.at("延期批准时间").is_some() && row.took("收到时间", "延期批准时间") <= 15;
    row.took("收到时间", "核查完成时间") > if is_extended { 30 } else { 15 }
}

// ---------------------------------------------------------------- the rates

#[track_caller]
fn assert_words(rows: &[&Row], heading: &str, rates: &[(&str, usize)]) {
    for &(word, times) in rates {
        let found = rows.iter().filter(|row| row.is(heading, word)).count();
        assert_eq!(found, times, "{heading} {word}");
    }
}

/// A count lies within `slack` of so many of a hundred.
#[track_caller]
fn assert_rate(what: &str, count: usize, whole: usize, per_cent: usize, slack: usize) {
    let got = count * 100 / whole;
    assert!(got.abs_diff(per_cent) <= slack, "{what}: {got} % instead of {per_cent} %");
}

fn check_complaints(rows: &[Row]) {
    use complaints::{
        ACCEPTED, ARRIVED_LATE, DECIDED_LATE, DISPATCHED_LATE, EXPIRED, MEDIATED_LATE, OPEN, OUTCOMES,
        REFUSED, REPLIED_LATE, RUDE, SATISFACTIONS, STAGED, STARTED_LATE, TEMPERS, TESTED, TOLD_LATE,
        UNCLEAR, VERIFICATIONS, VISITED,
    };
    let closed: Vec<&Row> = rows.iter().filter(|row| !row.is("办结时间", "")).collect();
    let accepted: Vec<&Row> = closed.iter().copied().filter(|row| row.is("受理决定", "受理")).collect();
    assert_eq!(rows.len(), 1 + ACCEPTED + REFUSED + OPEN + EXPIRED);
    assert_eq!((closed.len(), accepted.len()), (1 + ACCEPTED + REFUSED, 1 + ACCEPTED));
    assert!(closed.iter().all(|row| row.counts()));
    assert_eq!(rows.iter().filter(|row| row.counts()).count(), closed.len() + EXPIRED);
    // the staged one was agreed, upheld, calmed and satisfied
    let dealt: Vec<&Row> = accepted.iter().copied().filter(|row| !row.is("收到时间", STAGED)).collect();
    assert_words(&dealt, "调解结果", &OUTCOMES);
    assert_words(&dealt, "核查结果", &VERIFICATIONS);
    assert_words(&dealt, "情绪", &TEMPERS);
    let dealt: Vec<&Row> = closed.iter().copied().filter(|row| !row.is("收到时间", STAGED)).collect();
    assert_words(&dealt, "回访满意度", &SATISFACTIONS);
    assert_words(&closed, "答复明确", &[("否", UNCLEAR)]);
    assert_words(&closed, "态度投诉查实", &[("是", RUDE)]);
    assert_words(&accepted, "须到场", &[("是", VISITED)]);
    let is_dispatched_late =
        |row: &&&Row| days::working_minutes_after(row.received(), 240) < row.at("分流时间").unwrap();
    assert_eq!(closed.iter().filter(is_dispatched_late).count(), DISPATCHED_LATE);
    let rates = [DECIDED_LATE, MEDIATED_LATE, TOLD_LATE, STARTED_LATE, ARRIVED_LATE, REPLIED_LATE];
    for ((name, holds), rate) in OF_COMPLAINTS.into_iter().zip(rates) {
        assert_eq!(closed.iter().filter(|row| holds(row)).count(), rate, "{name}");
    }
    assert_eq!(closed.iter().filter(|row| row.at("送检时间").is_some()).count(), TESTED);
}

fn check_reports(rows: &[Row]) {
    use reports::{
        ARRIVED_LATE, CLOSED, COURSES, DISPATCHED_LATE, EXPIRED, FINDINGS, FOUND_IN_MEDIATION, NAMED, OPEN,
        RUDE, SATISFACTIONS, STARTED_LATE, TOLD_LATE, UNCLEAR, VISITED,
    };
    let closed: Vec<&Row> = rows.iter().filter(|row| !row.is("办结时间", "")).collect();
    let named: Vec<&Row> = closed.iter().copied().filter(|row| row.is("实名", "是")).collect();
    assert_eq!((rows.len(), closed.len(), named.len()), (CLOSED + OPEN + EXPIRED, CLOSED, NAMED));
    assert!(closed.iter().all(|row| row.counts()));
    assert_eq!(rows.iter().filter(|row| row.counts()).count(), CLOSED + EXPIRED);
    for (words, times) in FINDINGS {
        let (violation, filing) = words.split_once('/').unwrap();
        let such = |row: &&&Row| row.is("违法行为", violation) && row.is("立案情况", filing);
        assert_eq!(closed.iter().filter(such).count(), times, "{words}");
    }
    assert_words(&named, "回访满意度", &SATISFACTIONS);
    assert_words(&named, "答复明确", &[("否", UNCLEAR)]);
    assert_words(&closed, "态度投诉查实", &[("是", RUDE)]);
    assert_words(&closed, "须到场", &[("是", VISITED)]);
    assert_words(&closed, "渠道", &[("调解中发现", FOUND_IN_MEDIATION)]);
    let late: usize =
        COURSES.iter().filter(|(course, _)| course.contains("late")).map(|(_, times)| times).sum();
    let rates = [late, TOLD_LATE, STARTED_LATE, ARRIVED_LATE];
    for ((name, holds), rate) in OF_REPORTS.into_iter().zip(rates) {
        assert_eq!(closed.iter().filter(|row| holds(row)).count(), rate, "{name}");
    }
    let is_dispatched_late =
        |row: &&&Row| days::working_minutes_after(row.received(), 240) < row.at("分流时间").unwrap();
    assert_eq!(closed.iter().filter(is_dispatched_late).count(), DISPATCHED_LATE);
}

/// What came first stands first, and nothing lies after the day on which the book was made.
fn check_order(rows: &[Row], courses: &[&[&str]]) {
    assert!(rows.is_sorted_by_key(Row::received));
    for row in rows {
        for course in courses {
            let times: Vec<usize> = course.iter().filter_map(|heading| row.at(heading)).collect();
            assert!(times.is_sorted() && times.iter().all(|&time| time <= END), "{course:?}: {times:?}");
        }
    }
}

#[test]
fn the_generator_keeps_its_rates() {
    for seed in [SEED, 1, 2, 3] {
        let files = generate(seed);
        let (complaints, reports) = (rows(&files["complaints.csv"]), rows(&files["reports.csv"]));
        check_complaints(&complaints);
        check_reports(&reports);
        check_order(
            &complaints,
            &[
                &["收到时间", "分流时间", "开始处理时间", "到场时间", "办结时间"],
                &["分流时间", "首次回复时间", "办结时间"],
                &["受理告知时间", "送检时间", "检测结果时间", "调解终结时间", "告知结果时间", "办结时间"],
            ],
        );
        check_order(
            &reports,
            &[
                &["收到时间", "分流时间", "开始处理时间", "到场时间", "核查完成时间", "立案决定时间"],
                &["分流时间", "首次回复时间", "办结时间"],
                &["延期批准时间", "核查完成时间", "立案决定时间", "告知结果时间", "办结时间"],
            ],
        );
        let all: Vec<&Row> = complaints.iter().chain(&reports).collect();
        let of_channel = |word: &str| all.iter().filter(|row| row.is("渠道", word)).count();
        for (word, rate) in CHANNELS {
            assert_rate(word, of_channel(word), all.len(), rate, 6);
        }
        let station = |row: &&Row| organisation::station_of(row.cell("承办人"), row.received() / DAY);
        for (number, rate) in (1..).zip(STATION_SHARES) {
            let theirs = all.iter().filter(|row| station(row) == number).count();
            assert_rate("station", theirs, all.len(), rate / 10, 5);
        }
    }
}

#[test]
fn the_shipped_book_is_what_the_generator_makes() {
    assert_shipped(BOOK, generate(SEED));
}

// ---------------------------------------------------------------- the pack

#[test]
fn the_pack_leaves_nothing_unsaid_and_no_row_untried() {
    let said = renze(&["check", PACK, "--strict", "--lang", "en"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    let said = renze(&["test", PACK, "--coverage", "--lang", "en"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(said.out.contains("COVERAGE  45 of 45 rows"), "{}", said.out);
}

#[test]
fn each_limit_bears_its_article_and_what_is_unconfirmed_says_so() {
    for (on, words) in [("2026-04-14", ["总局令第20号", "45"]), ("2026-04-15", ["总局令第121号", "60"])]
    {
        let said = renze(&["table", PACK, "--on", on, "--lang", "zh"]);
        let line = said.out.lines().find(|line| line.starts_with("| 调解期限 ")).unwrap();
        assert!(words.iter().all(|word| line.contains(word)), "{on}: {line}");
        let line = said.out.lines().find(|line| line.starts_with("| 举报核查的时限 ")).unwrap();
        assert!(line.contains("未核对"), "{line}");
    }
}

#[test]
fn the_october_book_reads_as_expected() {
    let folder = root().join(BOOK).join("expected");
    for language in ["zh", "en"] {
        let shown: [(&str, &[&str]); 5] = [
            ("screen", &["assess", BOOK]),
            ("late", &["explain", BOOK, "--complaint", "TS-2003"]),
            ("holidays", &["explain", BOOK, "--complaint", "TS-2004"]),
            ("report", &["explain", BOOK, "--complaint", "JB-569"]),
            ("station", &["explain", BOOK, "--subject", "U5"]),
        ];
        for (name, arguments) in shown {
            let said = renze(&[arguments, &["--lang", language]].concat());
            assert!(said.err.is_empty(), "{name}: {}", said.err);
            assert_is(&folder.join(format!("{name}.{language}.txt")), &said.out);
        }
    }
}

/// The records that a clause found something of: of a finding, the first cell is the clause and the sixth the record.
fn found<'a>(findings: &'a str, clause: &str) -> BTreeSet<&'a str> {
    let cells = findings.lines().map(|line| line.split(',').collect::<Vec<_>>());
    cells.filter(|cells| cells[0] == clause).map(|cells| cells[5]).collect()
}

#[test]
fn the_findings_are_those_that_the_rows_say() {
    let place = TempDir::new().unwrap();
    let out = place.path().join("out");
    renze(&["assess", BOOK, "--out", out.to_str().unwrap()]);
    let findings = fs::read_to_string(out.join("findings.csv")).unwrap();
    let files = generate(SEED);
    let tables =
        [("complaints.csv", "投诉编号", &OF_COMPLAINTS[..]), ("reports.csv", "举报编号", &OF_REPORTS[..])];
    for (file, id, clauses) in tables {
        let rows = rows(&files[file]);
        for (clause, holds) in clauses {
            let counted = rows.iter().filter(|row| row.counts() && holds(row));
            let expected: BTreeSet<&str> = counted.map(|row| row.cell(id)).collect();
            assert!(!expected.is_empty(), "{clause} is never tried");
            assert_eq!(found(&findings, clause), expected, "{clause}");
        }
    }
}
