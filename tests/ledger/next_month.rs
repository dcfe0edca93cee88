//! What was adjusted of a month takes effect in a later one: on its screen, in its files, on its statements; and whoever asks is
//! shown both.

use super::appeals::{ADJUST, CONFIRM_ANEW, OPEN, UPHELD};
use super::office::Office;
use std::fs;

/// October closed, appealed against and adjusted into November; and November itself.
fn november() -> Office {
    let office = Office::closed();
    for step in [OPEN, UPHELD, CONFIRM_ANEW, ADJUST] {
        office.does(step);
    }
    crate::commands::copy_folder(&office.path("book"), &office.path("next"));
    office.change("next/book.toml", "2026-10", "2026-11");
    office.change("next/book.toml", "2026-11-03", "2026-12-03");
    office
}

#[test]
fn what_was_adjusted_is_paid_in_the_month_in_which_it_takes_effect() {
    let office = november();
    let screen = office.does("assess next --ledger ledger --out out --format payroll,statements,html,xlsx");
    assert!(screen.contains("adjustments of earlier periods that take effect now"), "{screen}");
    let own = screen.lines().find(|line| line.contains("charges") && line.contains("P1")).unwrap().to_owned();
    for part in ["2026-10", "Jia", "¥300.00", "¥100.00", "−¥200.00", "appeal (entry 8)"] {
        assert!(own.contains(part), "{part}: {own}");
    }
    let read = |file: &str| fs::read_to_string(office.path("out").join(file)).unwrap();
    let adjustments = read("adjustments.csv");
    assert!(
        adjustments.contains("8,2026-11-20,2026-10,person,P1,甲,money,CNY,-300.00,-100.00,200.00,appeal"),
        "{adjustments}"
    );
    let payroll = read("payroll-adjustments-people.csv");
    assert_eq!(payroll.lines().nth(1), Some("P1,甲,2026-10,-200.00,final,-200.00,-200.00"), "{payroll}");
    assert!(
        screen.contains("payroll-adjustments-people.csv: 1 row, adjustments of earlier periods, −¥200.00"),
        "{screen}"
    );
    assert!(!office.path("out/payroll-adjustments-pools.csv").exists(), "no pool is adjusted");
    let statement = read("statements/P1.html");
    assert!(statement.contains("adjustments of earlier periods"));
    assert!(statement.contains("entry 8: Appeal until: 2026-11-27"), "five working days after the 20th");
    assert!(statement.contains("−¥200.00 in all"));
    assert!(
        !office.path("out/statements/P2.html").exists(),
        "nothing was found of P2 in November, or adjusted"
    );
    assert!(read("report.html").contains("Adjustments of earlier periods"));

    // another month has nothing of it, and without a ledger nobody knows
    office.change("next/book.toml", "2026-11", "2026-12");
    office.change("next/book.toml", "2026-12-03", "2027-01-03");
    let screen = office.does("assess next --ledger ledger --out later --format payroll");
    assert!(!screen.contains("adjustments of earlier periods"), "{screen}");
    let later = fs::read_to_string(office.path("later/adjustments.csv")).unwrap();
    assert_eq!(later.lines().count(), 1);
    assert!(!office.path("later/payroll-adjustments-people.csv").exists());
    office.does("assess next --out bare");
    assert!(!office.path("bare/adjustments.csv").exists());
}

#[test]
fn masked_it_names_nobody() {
    let office = november();
    fs::write(office.path("mask.key"), "a key of a test, long enough to be one").unwrap();
    let screen = office.does("assess next --ledger ledger --mask mask.key --out out");
    let table = fs::read_to_string(office.path("out/adjustments.csv")).unwrap();
    for text in [&screen, &table] {
        assert!(text.contains("2026-10") && !text.contains("Jia") && !text.contains("甲"), "{text}");
        assert!(!text.contains("P1"), "{text}");
    }
}

#[test]
fn whoever_asks_why_is_shown_what_was_sealed_and_what_it_is_now() {
    let office = november();
    for name in ["P1", "甲", "Jia"] {
        let said = office.does(&format!("explain book --subject {name} --ledger ledger"));
        let (now, sealed) = said.split_once("── as it was first sealed ──").unwrap();
        let (entries, now) = now.split_once("── now, with what was decided ──").unwrap();
        assert!(entries.contains("4  2026-11-04  assessment sealed"), "{entries}");
        assert!(
            entries.contains("charges −¥100.00 (+¥200.00)") && entries.contains("in effect in 2026-11"),
            "{entries}"
        );
        assert!(now.contains("= −¥100.00") && !now.contains("A-3"), "{now}");
        assert!(sealed.contains("= −¥300.00") && sealed.contains("A-3 row 4"), "{sealed}");
    }
    let said = office.does("explain book --complaint A-3 --ledger ledger");
    assert!(said.contains("A-3: does not count: an appeal was upheld (entry 6 of the ledger)"), "{said}");
    assert!(said.contains("handler Jia: charges −¥200.00"), "{said}");
    let said = office.does("explain book --complaint A-1 --ledger ledger");
    assert!(said.starts_with("nothing in the ledger is about it"), "{said}");
    assert_eq!(said.matches("an upheld complaint: points and charge · applies").count(), 1, "{said}");
}

#[test]
fn until_it_is_adjusted_whoever_asks_is_told_so() {
    let office = Office::closed();
    office.does(OPEN);
    office.does(UPHELD);
    let said = office.does("explain book --subject P1 --ledger ledger");
    assert!(said.contains("is not what entry 4 says, and no adjustment is entered yet"), "{said}");
}

#[test]
fn the_days_to_appeal_count_from_the_day_of_sealing() {
    let office = Office::closed();
    office.does("assess book --ledger ledger --out sealed --format statements");
    office.does("assess book --out bare --format statements");
    let until = |folder: &str| {
        let sheet = fs::read_to_string(office.path(folder).join("statements/P2.html")).unwrap();
        let (_, until) = sheet.split_once("Appeal until: ").unwrap();
        until.split(' ').next().unwrap().to_owned()
    };
    // sealed on the 4th, assessed as of the 3rd
    assert_eq!((until("sealed").as_str(), until("bare").as_str()), ("2026-11-11", "2026-11-10"));
}

#[test]
fn an_auditor_sees_control_totals_decisions_and_what_does_not_count() {
    let office = november();
    let said = office.does("audit book --ledger ledger --out audit");
    let line = said.lines().find(|line| line.contains("Complaints") && line.contains("points")).unwrap();
    let counts: Vec<&str> = line.split_whitespace().take(7).collect();
    assert_eq!(counts, ["Complaints", "5", "4", "0", "0", "0", "1"], "read 5 = judged 4 + set aside 1");
    assert!(said.contains("A-3") && said.contains("an appeal was upheld"), "{said}");
    assert!(said.contains("Sun (claimed)") && said.contains("entry 5 upheld: agent"), "{said}");
    let read = |file: &str| fs::read_to_string(office.path("audit").join(file)).unwrap();
    // 400 − 4 − 98 by the veto of P2 = 298; ¥100 of P1 and ¥500 of P2
    assert!(read("accounts.csv").contains("个人,得分,4,points,400,-4,-98,298,1"), "{}", read("accounts.csv"));
    assert!(read("accounts.csv").contains("个人,扣款,4,CNY,0.00,-600.00,0.00,-600.00,1"));
    assert_eq!(read("decisions.csv").lines().count(), 8);
    assert_eq!(read("not_counted.csv").lines().count(), 2);
}

#[test]
fn a_veto_that_is_gone_is_told_in_the_month_in_which_it_takes_effect() {
    let office = Office::closed();
    office.does(&OPEN.replace("P1 --record A-3", "P2 --record A-2").replace("--by Jia", "--by Yi"));
    office.does(UPHELD);
    office.does(CONFIRM_ANEW);
    office.does(ADJUST);
    crate::commands::copy_folder(&office.path("book"), &office.path("next"));
    office.change("next/book.toml", "2026-10", "2026-11");
    office.change("next/book.toml", "2026-11-03", "2026-12-03");
    let screen = office.does("assess next --ledger ledger");
    let own: Vec<&str> = screen.lines().filter(|line| line.contains("P2")).collect();
    assert!(
        own.iter().any(|line| line.contains("veto") && line.contains("yes") && line.contains("no")),
        "{screen}"
    );
    assert!(office.does("explain next --subject P2 --ledger ledger").contains("adjustment sealed"));
    assert!(office.does("audit next --ledger ledger").contains("adjustment sealed"));
}

#[test]
fn a_month_that_was_paid_is_not_paid_again_with_what_was_adjusted() {
    let office = november();
    let refused = office.refuses("assess book --ledger ledger --out again --format payroll", &["L032"]);
    assert!(refused.contains("P1: what is charged is not what was sealed"), "{refused}");
    assert!(!office.path("again").exists());
    let screen = office.does("assess book --ledger ledger --out again --format statements");
    assert!(screen.contains("sealed by entry 4, adjusted by entry 8 (in effect in 2026-11)"), "{screen}");
    Office::closed().does("assess book --ledger ledger --out first --format payroll");
}

#[test]
fn what_an_appeal_left_out_does_not_keep_a_month_open() {
    let office = Office::new();
    office.change("book/complaints.csv", "11:00,较重,,P3", "11:00,较重,否,P3");
    for step in [super::office::APPROVE, super::office::CONFIRM, super::office::SEAL, OPEN, UPHELD] {
        office.does(step);
    }
    let said = office.run("assess book --ledger ledger");
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.out.contains("FINAL") && said.out.contains("1 left out by appeals"), "{}", said.out);
}
