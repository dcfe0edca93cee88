//! Appeals, late data and corrected policies: what was sealed stays, and what is entered behind it makes good.

use super::office::{CONFIRM, Office, SEAL, VERIFY};
use crate::commands::copy_folder;
use std::fs;

pub(super) const OPEN: &str =
    "appeal open book --ledger ledger --by Jia --on 2026-11-06 --subject P1 --record A-3 --grounds agent";
pub(super) const UPHELD: &str =
    "appeal decide book --ledger ledger --by Sun --on 2026-11-10 --appeal 5 --outcome upheld --reason agent";
const SHOW: &str = "adjust book --ledger ledger";
pub(super) const CONFIRM_ANEW: &str = "confirm book --ledger ledger --by Zhao --on 2026-11-19";
pub(super) const ADJUST: &str =
    "adjust book --ledger ledger --by Wang --on 2026-11-20 --effect 2026-11 --reason appeal";

/// The lines of a report that name a subject.
fn of<'t>(report: &'t str, subject: &str) -> Vec<&'t str> {
    report.lines().filter(|line| line.contains(subject)).collect()
}

#[test]
fn what_an_appeal_gains_is_entered_behind_what_was_sealed() {
    let office = Office::closed();
    office.does(OPEN);
    let sealed = office.ledger();
    assert!(office.does(SHOW).contains("nothing is new"), "an appeal alone changes nothing");
    office.does(UPHELD);
    let before = office.ledger();
    let shown = office.does(SHOW);
    assert_eq!(of(&shown, "P1").len(), 2, "{shown}");
    assert!(shown.contains("¥300.00    ¥100.00    −¥200.00"), "{shown}");
    assert_eq!(office.ledger(), before, "looking changes nothing");
    office.refuses(ADJUST, &["L012"]);
    office.does(CONFIRM_ANEW);
    office.does(ADJUST);
    assert!(office.ledger().starts_with(&sealed), "what was sealed stays, byte for byte");
    assert!(office.does(SHOW).contains("it stands in entry 8 already"));
    assert!(office.does(ADJUST).contains("it stands in entry 8 already"));
    assert!(office.does(SEAL).contains("nothing is new"));
    let verified = office.does(VERIFY);
    assert!(verified.contains("held against the book: entry 1-8"), "{verified}");
    let shown = office.does("ledger show ledger 8");
    assert!(shown.contains("money 200.00") && shown.contains("replaces 4"), "{shown}");
}

#[test]
fn taken_back_after_it_was_upheld_an_appeal_leaves_the_original_figures() {
    let office = Office::closed();
    for step in [OPEN, UPHELD, CONFIRM_ANEW, ADJUST] {
        office.does(step);
    }
    office.does("appeal decide book --ledger ledger --by Jia --on 2026-11-21 --appeal 5 --outcome withdrawn --reason peace");
    office.does("confirm book --ledger ledger --by Zhao --on 2026-11-21");
    office.does("adjust book --ledger ledger --by Wang --on 2026-11-22 --effect 2026-12 --reason peace");
    office.does("ledger prove book --ledger ledger --subject P1 --out back.json");
    let fresh = Office::closed();
    fresh.does("ledger prove book --ledger ledger --subject P1 --out first.json");
    let rows = |office: &Office, file: &str| {
        let proof: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(office.path(file)).unwrap()).unwrap();
        let rows = proof["sealed"][0]["rows"].as_array().unwrap().clone();
        rows.into_iter().map(|row| row["row"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(rows(&office, "back.json"), rows(&fresh, "first.json"));
    assert!(office.does(VERIFY).contains("held against the book: entry 1-11"));
}

#[test]
fn an_upheld_appeal_comes_to_what_the_month_would_be_without_the_case() {
    let office = Office::closed();
    for step in [OPEN, UPHELD, CONFIRM_ANEW, ADJUST] {
        office.does(step);
    }
    let without = Office::new();
    without.change("book/complaints.csv", "A-3,2026-10-09 16:00,较重,是,P1\n", "");
    for step in [super::office::APPROVE, CONFIRM, SEAL] {
        without.does(step);
    }
    let figures = |office: &Office, entry: &str| {
        let shown = office.does(&format!("ledger show ledger {entry}"));
        let line = shown.lines().find(|line| line.contains("person / P1")).unwrap().to_owned();
        let balances = line.split_once("balances ").unwrap().1;
        balances.split(" · differences").next().unwrap().split(" · vetoed").next().unwrap().to_owned()
    };
    assert_eq!(figures(&office, "8"), figures(&without, "4"));
}

#[test]
fn a_fact_that_was_wrong_is_amended_and_the_month_worked_out_with_it() {
    let office = Office::closed();
    office.does(OPEN);
    let decide = "appeal decide book --ledger ledger --by Sun --on 2026-11-10 --appeal 5 --outcome amended --reason file";
    let said = office.run(decide);
    assert_eq!(said.code, 2, "without a fact there is nothing to amend");
    office.refuses(&format!("{decide} --set severty=一般"), &["L023"]);
    office.refuses(&format!("{decide} --set severity=小事"), &["L023"]);
    office.does(&format!("{decide} --set severity=一般"));
    let shown = office.does(SHOW);
    assert_eq!(of(&shown, "P1").len(), 1, "{shown}");
    assert!(shown.contains("200.00"), "{shown}");
}

#[test]
fn another_bearer_is_named_by_a_role() {
    let office = Office::closed();
    office.does(OPEN);
    office.does("appeal decide book --ledger ledger --by Sun --on 2026-11-10 --appeal 5 --outcome amended --reason file --set handler=P4");
    let shown = office.does(SHOW);
    assert!(!of(&shown, "P1").is_empty() && !of(&shown, "P4").is_empty(), "{shown}");
}

#[test]
fn one_appeals_in_time_against_what_stands_on_the_card() {
    let office = Office::new();
    office.refuses(OPEN, &["L015"]);
    let office = Office::closed();
    let late = OPEN.replace("2026-11-06", "2026-11-12");
    let refused = office.refuses(&late, &["L020"]);
    assert!(refused.contains("the last day was 2026-11-11"), "five working days: {refused}");
    let refused = office.refuses(&OPEN.replace("A-3", "A-2"), &["L022"]);
    assert!(refused.contains("A-1"), "{refused}");
    office.does(&OPEN.replace("2026-11-06", "2026-11-11"));
    assert!(office.does(&OPEN.replace("2026-11-06", "2026-11-11")).contains("nothing is new"));
}

#[test]
fn whoever_assessed_appealed_or_leads_does_not_decide() {
    let office = Office::closed();
    office.does(OPEN);
    // P1 is head of the unit; the appellant's own name in both languages is P1's
    let both = ["L021", "L021"];
    for (by, codes) in
        [("Wang", &both[..1]), ("Zhao", &both[..1]), ("Jia", &both), ("P1", &both[..1]), ("甲", &both[..1])]
    {
        office.refuses(&UPHELD.replace("--by Sun", &format!("--by {by}")), codes);
    }
    office.does(UPHELD);
    office.refuses(UPHELD, &["L022"]);
    let back = UPHELD.replace("upheld", "withdrawn");
    office.refuses(&back, &["L022"]);
}

#[test]
fn evidence_is_added_until_it_is_decided() {
    let office = Office::closed();
    office.does(OPEN);
    fs::write(office.path("photo.jpg"), "light").unwrap();
    let add =
        "appeal add --ledger ledger --by Jia --on 2026-11-07 --appeal 5 --text photo --evidence photo.jpg";
    office.does(add);
    assert!(office.does("ledger show ledger 6").contains("photo.jpg"));
    office.refuses(&add.replace("--appeal 5", "--appeal 4"), &["L022"]);
    office.does(UPHELD);
    office.refuses(&add.replace("2026-11-07", "2026-11-11"), &["L022"]);
}

#[test]
fn late_data_and_a_corrected_policy_are_adjusted_the_same_way() {
    let office = Office::closed();
    office.change("book/complaints.csv", "09:00,一般,是,P1", "09:00,一般,否,P1");
    let shown = office.does(SHOW);
    assert!(of(&shown, "P1").len() == 2 && shown.contains("nothing was entered"), "{shown}");
    office.does(CONFIRM_ANEW);
    office.does(ADJUST);
    let verified = office.does(VERIFY);
    assert!(verified.contains("NOT held against any book: entry 2-4"), "{verified}");
    assert!(verified.contains("held against the book: entry 1, 5-7"), "{verified}");
    assert_eq!(office.run(VERIFY).code, 4, "not everything was looked at");
    // with the book of before as well, all of it is
    copy_folder(&office.path("book"), &office.path("before"));
    office.change("before/complaints.csv", "09:00,一般,否,P1", "09:00,一般,是,P1");
    let said = office.run(&format!("{VERIFY} --book before"));
    assert_eq!((said.code, said.out.contains("held against the book: entry 1-7")), (0, true), "{}", said.out);

    let office = Office::closed();
    office.change("book/pack/parameters.toml", "[\"general\", \"100\"]", "[\"general\", \"50\"]");
    assert!(office.does(SHOW).contains("nothing was entered"));
    office.refuses(ADJUST, &["L010"]);
    office.does("approve book/pack --ledger ledger --by Li --on 2026-11-19");
    office.does(CONFIRM_ANEW);
    office.does(ADJUST);
}

#[test]
fn an_adjustment_takes_effect_in_a_later_period_that_is_still_to_be_sealed() {
    let office = Office::closed();
    office.does(OPEN);
    office.does(UPHELD);
    office.does(CONFIRM_ANEW);
    let before = office.ledger();
    for effect in ["2026-10", "2026-09", "2026-13", "2026-Q4", "2126-11", "next", "2026-11-01"] {
        office.refuses(&ADJUST.replace("--effect 2026-11", &format!("--effect {effect}")), &["L025"]);
    }
    assert_eq!(office.ledger(), before);
    // November is sealed before October is adjusted into it
    copy_folder(&office.path("book"), &office.path("next"));
    office.change("next/book.toml", "2026-10", "2026-11");
    office.change("next/book.toml", "2026-11-03", "2026-12-03");
    office.does("seal next --ledger ledger --by Wang --on 2026-12-04");
    let late = ADJUST.replace("2026-11-20", "2026-12-05");
    let refused = office.refuses(&late, &["L025"]);
    assert!(refused.contains("2026-11 is sealed by entry 9 already"), "{refused}");
    office.does(&late.replace("--effect 2026-11", "--effect 2026-12"));
}

#[test]
fn what_is_open_now_is_adjusted_when_it_is_settled_and_the_rest_before() {
    let office = Office::closed();
    office.change("book/complaints.csv", "10:30,重大,是,P2", "10:30,一般,是,P2");
    office.change("book/complaints.csv", "09:00,一般,是,P1", "09:00,一般,,P1");
    let shown = office.does(SHOW);
    assert!(shown.contains("P1 is open now, and adjusted when it is settled: A-1: upheld"), "{shown}");
    assert!(shown.lines().any(|line| line.contains("P2") && line.contains("¥500.00    ¥100.00")), "{shown}");
    office.does(CONFIRM_ANEW);
    office.does(ADJUST);
    office.refuses(ADJUST, &["L014"]);
    assert!(office.does(VERIFY).contains("every entry stands as it was written"));
    office.change("book/complaints.csv", "09:00,一般,,P1", "09:00,一般,否,P1");
    office.does(&CONFIRM_ANEW.replace("2026-11-19", "2026-11-20"));
    office.does(ADJUST);
    assert!(office.does(VERIFY).contains("every entry stands as it was written"));
}

#[test]
fn what_is_amended_is_what_the_book_could_say() {
    let office = Office::closed();
    office.does(OPEN);
    let decide = |set: &str| UPHELD.replace("upheld", "amended") + " --set " + set;
    for (set, named) in [
        ("handler=P99", "the organisation has no handler `P99`"),
        ("handler=戊", "the organisation has no handler"),
        ("number=X", "what identifies a row stays"),
        ("accepted=2026-11-02", "would then not be in 2026-10"),
        ("accepted=2026-12-05", "is later than the assessment date"),
        ("severity=较重", "is so already: nothing is amended"),
        ("severity=", "no value is blank"),
    ] {
        let refused = office.refuses(&decide(set), &["L023"]);
        assert!(refused.contains(named), "{set}: {refused}");
    }
    // by titles as by names, and a holder by name as by code
    office.does(&decide("处理人=丁"));
    assert!(!of(&office.does(SHOW), "P4").is_empty());
}

#[test]
fn nobody_stands_in_the_way_of_another_s_appeal_and_nothing_of_one_is_swallowed() {
    let office = Office::closed();
    office.does(&OPEN.replace("--by Jia", "--by Lu"));
    let said = office.does(OPEN);
    assert!(
        said.contains("the appeal is entered as number 6; the last day to appeal is 2026-11-11"),
        "{said}"
    );
    assert!(office.does(OPEN).contains("it stands in entry 6 already"));
    let refused = office.refuses(&OPEN.replace("agent", "more"), &["L022"]);
    assert!(refused.contains("add to it by renze appeal add --appeal 6"), "{refused}");
    assert_eq!(office.run("appeal add --ledger ledger --by Jia --on 2026-11-06 --appeal 6").code, 2);
    let add = "appeal add --ledger ledger --by Jia --on 2026-11-06 --appeal 6 --text more";
    office.does(add);
    assert!(office.does(add).contains("it stands in entry 7 already"));
    // both are upheld: the row does not count, once
    office.does(UPHELD);
    office.does(&UPHELD.replace("--appeal 5", "--appeal 6"));
    office.does(CONFIRM_ANEW);
    office.does(ADJUST);
    let list = office.does("appeal list --ledger ledger");
    assert_eq!(list.matches("upheld").count(), 2, "{list}");
    assert!(office.does(VERIFY).contains("every entry stands as it was written"));
}

#[test]
fn whoever_appealed_or_decided_does_not_adjust_and_what_is_not_adjusted_yet_is_said() {
    let office = Office::closed();
    office.does(OPEN);
    office.does(UPHELD);
    let said = office.run(VERIFY);
    assert!(
        said.code == 4 && said.out.contains("NOT adjusted yet: what P1 comes to is not what entry 4 says"),
        "{}",
        said.out
    );
    assert!(office.does("audit book --ledger ledger").contains("NOT adjusted yet"));
    office.does(CONFIRM_ANEW);
    for by in ["Sun", "Jia"] {
        office.refuses(&ADJUST.replace("--by Wang", &format!("--by {by}")), &["L021"]);
    }
    office.does(ADJUST);
    assert_eq!(office.run(VERIFY).code, 0);
    office.does("assess book --ledger ledger --out out");
    let said = office.run("verify book --against out --ledger ledger");
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

#[test]
fn a_wrong_decision_is_made_anew_and_both_stay() {
    let office = Office::closed();
    office.does(OPEN);
    office.refuses(&(UPHELD.to_owned() + " --anew"), &["L022"]);
    office.does(&UPHELD.replace("upheld", "rejected"));
    let refused = office.refuses(UPHELD, &["L022"]);
    assert!(refused.contains("--anew"), "{refused}");
    office.does(&(UPHELD.to_owned() + " --anew"));
    assert!(office.does("ledger show ledger 7").contains("instead_of"));
    assert!(of(&office.does(SHOW), "P1").len() == 2);
    assert!(office.does(VERIFY).contains("every entry stands as it was written"));
}

#[test]
fn what_an_adjustment_brings_can_be_appealed_against_from_then_on() {
    let office = Office::closed();
    office.change("book/complaints.csv", "08:00,一般,否,P4", "08:00,一般,是,P4");
    office.does(CONFIRM_ANEW);
    office.does(ADJUST);
    let late =
        "appeal open book --ledger ledger --by Ding --on 2026-11-26 --subject 丁 --record A-5 --grounds mine";
    office.refuses(&late.replace("2026-11-26", "2026-11-30"), &["L020"]);
    assert!(office.does(late).contains("the last day to appeal is 2026-11-27"));
}

#[test]
fn others_stay_where_the_policy_says_so() {
    for (policy, heads) in [("others = \"follow\"\n", 1), ("others = \"stay\"\n", 0)] {
        let office = Office::new();
        office.change("book/pack/policy.toml", "days = 5\n", &format!("days = 5\n{policy}"));
        // nothing is open: the heads' cards are sealed as well
        office.change("book/complaints.csv", "11:00,较重,,P3", "11:00,较重,否,P3");
        for step in [super::office::APPROVE, CONFIRM, SEAL] {
            office.does(step);
        }
        let open = OPEN.replace("P1 --record A-3", "P2 --record A-2").replace("--by Jia", "--by Yi");
        office.does(&open);
        office.does(&UPHELD.replace("agent", "mine"));
        let shown = office.does(SHOW);
        let head = shown.lines().find(|line| line.contains("Unit heads")).unwrap();
        assert_eq!(head.contains("stays, as the policy says"), heads == 0, "{shown}");
        office.does(CONFIRM_ANEW);
        office.does(ADJUST);
        assert!(office.does(SHOW).contains("nothing is new"), "{policy}");
        let entry = office.does("ledger show ledger 8");
        let line = entry.lines().find(|line| line.contains("unit_head / P4")).unwrap();
        assert_eq!(line.contains("points 99"), heads == 0, "{entry}");
        assert!(office.does(VERIFY).contains("every entry stands as it was written"), "{policy}");
    }
}

#[test]
fn the_head_stands_on_every_report_and_statement() {
    let office = Office::closed();
    let screen = office.does("assess book --ledger ledger --out first --format xlsx,html,statements");
    assert!(screen.contains("sealed by entry 4 · ledger: 4 entries; the head is"), "{screen}");
    assert!(screen.contains(&office.head()), "{screen}");
    for file in ["report.html", "statements.html", "statements/P1.html"] {
        let text = fs::read_to_string(office.path("first").join(file)).unwrap();
        assert!(text.contains(&office.head()), "{file}");
    }
    for step in [OPEN, UPHELD, CONFIRM_ANEW, ADJUST] {
        office.does(step);
    }
    let screen = office.does("assess book --ledger ledger --out second");
    assert!(
        screen.contains("sealed by entry 4, adjusted by entry 8") && screen.contains("¥600.00 charged"),
        "{screen}"
    );
    let plain = office.does("assess book");
    assert!(plain.contains("¥800.00 charged") && !plain.contains("ledger:"), "{plain}");
    office.does(&format!("ledger verify ledger --head {:.16}", office.head()));
}

#[test]
fn to_look_at_an_adjustment_begins_no_ledger() {
    let office = Office::new();
    office.refuses(SHOW, &["L001"]);
    assert!(!office.path("ledger").exists());
}

#[test]
fn a_sealed_card_that_is_gone_is_named_and_not_passed_over() {
    let office = Office::closed();
    office.change("book/posts.csv", "P4,unit_head,U2,2025-01-01,\n", "");
    let refused = office.refuses(SHOW, &["L019"]);
    assert!(refused.contains("P4: entry 4 seals a card that is not there now"), "{refused}");
}

#[test]
fn an_appeal_is_about_the_book_that_was_sealed_and_decided_by_nobody_whom_its_row_touches() {
    let office = Office::closed();
    office.change("book/organisation.csv", "P1,甲,Jia", "P1,甲,Jia Jia");
    let refused = office.refuses(OPEN, &["L031"]);
    assert!(refused.contains("the book is not the one that was sealed"), "{refused}");
    office.change("book/organisation.csv", "Jia Jia", "Jia");
    office.does(OPEN);
    office.change("book/organisation.csv", "P1,甲,Jia", "P1,子,Zi");
    office.refuses(&UPHELD.replace("--by Sun", "--by 甲"), &["L031"]);
    office.change("book/organisation.csv", "P1,子,Zi", "P1,甲,Jia");
    // the head of P2's unit lost a point by the same row
    let office = Office::closed();
    office.does(&OPEN.replace("P1 --record A-3", "P2 --record A-2").replace("--by Jia", "--by Yi"));
    let refused = office.refuses(&UPHELD.replace("--by Sun", "--by Ding"), &["L021"]);
    assert!(refused.contains("(P4) is in the line of `P2`"), "{refused}");
    let office = Office::closed();
    office.does(
        &OPEN
            .replace("--subject P1 --record A-3", "--subject P4 --record A-2")
            .replace("--by Jia", "--by Ding"),
    );
    let refused = office.refuses(&UPHELD.replace("--by Sun", "--by Yi"), &["L021"]);
    assert!(refused.contains("(P2) is charged or credited by the same row"), "{refused}");
}

#[test]
fn what_stands_behind_a_card_is_adjusted_even_where_no_figure_changes() {
    let office = Office::closed();
    office.change("book/complaints.csv", "A-1,2026-10-02 09:00", "A-1,2026-10-02 09:30");
    office.refuses(SEAL, &["L013"]);
    let shown = office.does(SHOW);
    assert!(shown.contains("what stands behind it (no figure changes)"), "{shown}");
    office.does(CONFIRM_ANEW);
    office.does(ADJUST);
    assert!(office.does(SHOW).contains("nothing is new"));
}
