//! The wage guard: what is withheld from a month's pay, as worked out by hand; what becomes of the rest; and that nobody's
//! pay is to be read anywhere.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "test code: small tables, and a fault should stop the test"
)]

use super::commands::{LANGUAGES, copy_folder, entries, renze_in};
use super::lookback::held;
use super::shared::root;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const MONTHS: [&str; 3] = ["2026-01", "2026-02", "2026-03"];
const DONE: i32 = 0;
const FAULTS: i32 = 1;
const PROVISIONAL: i32 = 4;

/// The book of three months in a folder of its own, beside its pack.
fn copied() -> TempDir {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/guard"), &place.path().join("guard"));
    copy_folder(&root().join("fixtures/guard-book"), &place.path().join("book"));
    place
}

/// Puts one text instead of another in a file.
fn change(path: &Path, find: &str, replace: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(find), "{find} in {}", path.display());
    fs::write(path, text.replace(find, replace)).unwrap();
}

/// Assesses a month; how it ended, and all that was said.
fn assessed(place: &Path, month: &str) -> (i32, String) {
    let (book, out) = (format!("book/{month}"), format!("book/{month}/out"));
    let said = renze_in(place, &["--lang", "en", "assess", &book, "--out", &out]);
    (said.code, format!("{}{}", said.out, said.err))
}

/// Assesses the three months, one after the other.
fn assess_all(place: &Path) -> Vec<(i32, String)> {
    MONTHS.map(|month| assessed(place, month)).to_vec()
}

/// The columns of a month that stand before the bounds, a line a person.
fn withheld(place: &Path, month: &str) -> Vec<String> {
    let text = fs::read_to_string(place.join(format!("book/{month}/out/withholdings.csv"))).unwrap();
    let line = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [&cells[..1], &cells[3..9], &cells[10..11]].concat().join(" ")
    };
    text.trim_start_matches('\u{feff}').lines().skip(1).map(line).collect()
}

fn row<'r>(rows: &'r [String], person: &str) -> &'r str {
    rows.iter().find(|row| row.starts_with(person)).unwrap()
}

#[test]
fn three_months_are_withheld_as_worked_out_by_hand() {
    let place = copied();
    let said = assess_all(place.path());
    assert!(said.iter().all(|(code, _)| *code == PROVISIONAL), "{said:?}");
    // person, charged, carried in, owed, taken, carried on, waived
    let january = [
        // 20 % of 6,000
        "P1 3000.00 0.00 3000.00 1200.00 1800.00 0.00 known",
        // 20 % of 2,300 are 460, but only 300 leave the minimum wage of 2,000
        "P2 500.00 0.00 500.00 300.00 200.00 0.00 known",
        // pay of 1,800 is below the minimum wage
        "P3 200.00 0.00 200.00 0.00 200.00 0.00 known",
        // pay is not given: between nothing and all
        "P4 400.00 0.00 400.00   0.00 pay not given",
        // own card 900, and as unit head 10 % of 5,000 lost in the unit: 20 % of 5,000 over both
        "P5 1400.00 0.00 1400.00 1000.00 400.00 0.00 known",
        // within the guard; nobody heads the unit, and what nobody bears is withheld from nobody
        "P6 100.55 0.00 100.55 100.55 0.00 0.00 known",
        // 20 % of 3,000
        "P7 5000.00 0.00 5000.00 600.00 4400.00 0.00 known",
    ];
    assert_eq!(withheld(place.path(), "2026-01"), january);
    let february = [
        "P1 0.00 1800.00 1800.00 1200.00 600.00 0.00 known",
        "P2 0.00 200.00 200.00 200.00 0.00 0.00 known",
        "P3 0.00 200.00 200.00 0.00 200.00 0.00 known",
        // what was carried on is not known either
        "P4 100.00     0.00 pay not given",
        "P5 10.00 400.00 410.00 410.00 0.00 0.00 known",
        // 20 % of 4,000.33 are 800.066: rounded down
        "P6 900.00 0.00 900.00 800.06 99.94 0.00 known",
        // left at the end of January
        "P7 0.00 4400.00 4400.00 0.00 4400.00 0.00 no pay",
    ];
    assert_eq!(withheld(place.path(), "2026-02"), february);
    let march = [
        // 1,200 + 1,200 + 600: paid off
        "P1 0.00 600.00 600.00 600.00 0.00 0.00 known",
        // the minimum wage has risen to 2,100
        "P2 1000.00 0.00 1000.00 200.00 800.00 0.00 known",
        // paid 2,600 from March on: up to 500 can be taken
        "P3 0.00 200.00 200.00 200.00 0.00 0.00 known",
        // pay is given from March on, but not what January and February left
        "P4 0.00     0.00 known",
        "P5 100.00 0.00 100.00 100.00 0.00 0.00 known",
        "P6 0.00 99.94 99.94 99.94 0.00 0.00 known",
        "P7 0.00 4400.00 4400.00 0.00 4400.00 0.00 no pay",
    ];
    assert_eq!(withheld(place.path(), "2026-03"), march);
}

#[test]
fn what_is_open_has_bounds_and_is_never_nothing() {
    let place = copied();
    assess_all(place.path());
    let text = fs::read_to_string(place.path().join("book/2026-02/out/withholdings.csv")).unwrap();
    let line = text.lines().find(|line| line.starts_with("P4,")).unwrap();
    assert!(line.ends_with("true,pay not given,100.00,500.00,0.00,500.00,0.00,500.00,0.00,0.00"), "{line}");
    let said = renze_in(place.path(), &["--lang", "en", "explain", "book/2026-02", "--subject", "P4"]).out;
    assert!(said.contains("owed ¥100.00–¥500.00: taken this month ¥0.00–¥500.00"), "{said}");
    assert!(said.contains("pay is not given"), "{said}");
}

#[test]
fn what_is_waived_is_not_asked_for_again() {
    let place = copied();
    change(&place.path().join("guard/policy.toml"), "rest = \"carry\"", "rest = \"waive\"");
    assess_all(place.path());
    let january = withheld(place.path(), "2026-01");
    assert_eq!(row(&january, "P1"), "P1 3000.00 0.00 3000.00 1200.00 0.00 1800.00 known");
    let february = withheld(place.path(), "2026-02");
    let persons: Vec<&str> = february.iter().map(|row| &row[..2]).collect();
    assert_eq!(persons, ["P4", "P5", "P6"], "those with charges of February");
}

#[test]
fn without_a_column_for_pay_every_amount_is_open_and_the_charges_stand() {
    let place = copied();
    change(&place.path().join("book/organisation.csv"), "月工资", "岗级");
    let (code, said) = assessed(place.path(), "2026-01");
    assert_eq!(code, PROVISIONAL);
    assert!(said.contains("warning[O014]: no column for pay (月工资、monthly pay)"), "{said}");
    assert!(
        said.contains("open: 7 people, ¥10,600.55 owed, ¥0.00–¥10,600.55 taken; pay is not given"),
        "{said}"
    );
    assert!(withheld(place.path(), "2026-01").iter().all(|row| row.ends_with("pay not given")));
    let scorecards = fs::read_to_string(place.path().join("book/2026-01/out/scorecards.csv")).unwrap();
    let own = scorecards.lines().find(|line| line.starts_with("person,P1,")).unwrap();
    assert!(own.contains(",3000.00,") && own.contains(",false,"), "the card itself is settled: {own}");
}

#[test]
fn a_book_that_names_earlier_months_names_the_one_before() {
    let place = copied();
    assess_all(place.path());
    let book = place.path().join("book/2026-03/book.toml");
    change(&book, "2026-02/out", "2026-01/out");
    let said = renze_in(place.path(), &["--lang", "en", "assess", "book/2026-03"]);
    assert_eq!(said.code, FAULTS);
    assert!(said.err.contains("error[B010]"), "{}", said.err);
    // a document that no longer says what it carried on
    change(&book, "2026-01/out", "2026-02/out");
    change(&place.path().join("book/2026-02/out/assessment.json"), "\"carried_on\"", "\"carried\"");
    let said = renze_in(place.path(), &["--lang", "en", "assess", "book/2026-03"]);
    assert_eq!(said.code, FAULTS);
    assert!(said.err.contains("error[H005]"), "{}", said.err);
}

#[test]
fn a_month_before_the_guard_carries_nothing_on() {
    let place = copied();
    let policy = place.path().join("guard/policy.toml");
    let with_guard = fs::read_to_string(&policy).unwrap();
    let (without, _) = with_guard.split_once("[wage_guard]").unwrap();
    fs::write(&policy, without).unwrap();
    let (_, said) = assessed(place.path(), "2026-01");
    assert!(!said.contains("WITHHELD"), "{said}");
    let out = place.path().join("book/2026-01/out");
    assert_eq!(entries(&out), ["assessment.json", "findings.csv", "scorecards.csv", "set_aside.csv"]);
    assert!(!fs::read_to_string(out.join("assessment.json")).unwrap().contains("withholdings"));
    fs::write(&policy, &with_guard).unwrap();
    assert_eq!(assessed(place.path(), "2026-02").0, PROVISIONAL);
    let february = withheld(place.path(), "2026-02");
    assert_eq!(february.len(), 3, "{february:?}");
    assert_eq!(row(&february, "P6"), "P6 900.00 0.00 900.00 800.06 99.94 0.00 known");
}

#[test]
fn a_result_covers_what_is_withheld() {
    let place = copied();
    let result = |pay: &str| {
        let organisation = place.path().join("book/organisation.csv");
        let before = fs::read_to_string(&organisation).unwrap();
        change(&organisation, "5000", pay);
        let (_, said) = assessed(place.path(), "2026-01");
        fs::remove_dir_all(place.path().join("book/2026-01/out")).unwrap();
        fs::write(&organisation, before).unwrap();
        said.lines().find(|line| line.starts_with("book ")).unwrap().to_owned()
    };
    let (less, more) = (result("5000"), result("5500"));
    let parts = |line: &str| line.split(" · ").map(str::to_owned).collect::<Vec<_>>();
    assert_ne!(parts(&less)[0], parts(&more)[0], "the book's fingerprint");
    assert_ne!(parts(&less)[3], parts(&more)[3], "the result's fingerprint");
    assess_all(place.path());
    let arguments = ["--lang", "en", "verify", "book/2026-01", "--against", "book/2026-01/out"];
    let verified = renze_in(place.path(), &arguments);
    assert_eq!(verified.code, DONE, "{}", verified.out);
    let written = place.path().join("book/2026-01/out/withholdings.csv");
    change(&written, "1200.00,1800.00", "1300.00,1700.00");
    let verified = renze_in(place.path(), &arguments);
    assert_eq!(verified.code, FAULTS);
    assert!(verified.out.contains("withholdings.csv  ") && verified.out.contains("P1"), "{}", verified.out);
}

#[test]
fn every_scenario_of_the_guard_holds() {
    assert_eq!(held("guard"), 7);
}

// ---------------------------------------------------------------- confidence

/// What everybody is paid in the book of this test: numbers that stand nowhere else.
const PAY: [(&str, &str); 7] = [
    ("\"6,000\"", "6137.41"),
    ("2300.00", "2319.57"),
    (",1800", ",1876.53"),
    (",2600", ",2671.39"),
    (",4321", ",4337.91"),
    (",5000", ",5239.87"),
    ("4000.33,", "4000.33,"),
];

/// Everything that all commands say of the months, and all that they write.
fn everything(place: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut run = |arguments: &[&str]| {
        for language in LANGUAGES {
            let said = renze_in(place, &[&["--lang", language], arguments].concat());
            all.push((format!("{arguments:?}"), format!("{}{}", said.out, said.err)));
        }
    };
    for month in MONTHS {
        let (book, out) = (format!("book/{month}"), format!("book/{month}/out"));
        run(&["assess", &book, "--all"]);
        run(&["verify", &book, "--against", &out, "--all"]);
        run(&["compare", "guard", "guard", "--book", &book]);
        run(&["report", "--monthly", &book]);
        for person in ["P1", "P2", "P3", "P4", "P5", "P6", "P7"] {
            run(&["explain", &book, "--subject", person, "--all"]);
            run(&["explain", &book, "--subject", person, "--what-if"]);
        }
    }
    for row in ["E1", "E5"] {
        run(&["explain", "book/2026-01", "--complaint", row]);
        run(&["explain", "book/2026-01", "--complaint", row, "--why-not", "refunded"]);
    }
    run(&["intake", "book/organisation.csv", "--pack", "guard"]);
    run(&["intake", "book/2026-01/events.csv", "--pack", "guard", "--organisation", "book"]);
    for month in MONTHS {
        let out = place.join(format!("book/{month}/out"));
        for file in entries(&out) {
            let text = fs::read_to_string(out.join(&file)).unwrap();
            all.push((format!("{month}/{file}"), text));
        }
    }
    all
}

#[test]
fn nobodys_pay_is_to_be_read_anywhere() {
    let place = copied();
    for (file, paid) in PAY.iter().filter(|(file, paid)| file != paid) {
        change(&place.path().join("book/organisation.csv"), file, paid);
    }
    assess_all(place.path());
    let said = everything(place.path());
    assert!(
        said.iter().any(|(_, text)| text.contains("¥1,227.48")),
        "the limit of P1 is taken, and stands there"
    );
    for (what, text) in &said {
        for (_, paid) in PAY {
            let paid = paid.trim_matches(',');
            assert!(!stands(text, paid), "{paid} stands in {what}:\n{text}");
            assert!(!stands(text, &paid[..4]), "{} stands in {what}:\n{text}", &paid[..4]);
        }
        // limits that nobody's charges reach tell pay as well; P6 reaches the last one in February
        for limit in ["534.27", "867.58", "800.06"].iter().take(if what.contains("2026-01") { 3 } else { 2 })
        {
            assert!(!stands(text, limit), "the limit {limit} stands in {what}:\n{text}");
        }
    }
}

/// Whether a number stands in a text, with or without a comma between thousands; not inside a fingerprint.
fn stands(text: &str, number: &str) -> bool {
    let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    let grouped = format!("{},{}", &number[..1], &number[1..]);
    [number.to_owned(), grouped].iter().any(|form| {
        text.match_indices(form.as_str()).any(|(at, found)| {
            !is_part(text[..at].chars().next_back()) && !is_part(text[at + found.len()..].chars().next())
        })
    })
}

#[test]
fn no_clause_can_read_pay() {
    let place = copied();
    let clauses = place.path().join("guard/clauses/all.rhai");
    for name in ["pay", "月工资"] {
        let before = fs::read_to_string(&clauses).unwrap();
        let reads = format!(
            "\n/// 高薪\n/// basis: 自定\nfn well_paid(person) {{\n    if person.{name} > 5000 {{ charge(\"person\", 1); }}\n}}\n"
        );
        fs::write(&clauses, format!("{before}{reads}")).unwrap();
        let said = renze_in(place.path(), &["--lang", "en", "check", "guard"]);
        assert_eq!(said.code, FAULTS, "{name}: {}{}", said.out, said.err);
        fs::write(&clauses, before).unwrap();
    }
}

#[test]
fn neither_of_the_two_bounds_is_told_from_the_other() {
    let place = copied();
    assess_all(place.path());
    let explained = |person: &str| {
        let said =
            renze_in(place.path(), &["--lang", "en", "explain", "book/2026-01", "--subject", person]).out;
        said.lines().last().unwrap().to_owned()
    };
    // a fifth of pay binds the one, the minimum wage the other, and nothing the third
    assert_eq!(explained("P1"), explained("P2"));
    assert_eq!(explained("P1"), explained("P6"));
}
