//! Clocks and due moments: every scenario of a pack of them holds, each value is as counted by hand on the calendar,
//! and a clock opens day by day.

#![cfg(test)]

use super::commands::{LANGUAGES, assert_is, copy_folder, renze, renze_in};
use super::lookback::held;
use super::shared::{open_pack, root};
use renze::calendar::{end_of, read_day, read_moment};
use renze::clause::Record;
use renze::fact::{Clock, ClockUnit, FactType, Facts as _, Origin, Value};
use renze::language::Language;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A ticket with these moments and words, and everything worked out as of a day.
fn ticket(facts: &[(&str, &str)], as_of: &str) -> Record {
    let (pack, rules) = open_pack(&root().join("fixtures/clocks"));
    let (_, kind) = pack.policy.kind("ticket").unwrap();
    let given: BTreeSet<&str> = facts.iter().map(|(name, _)| *name).collect();
    let value = |fact: &renze::fact::Fact| match facts.iter().find(|(name, _)| *name == fact.name) {
        Some((_, text)) => fact.kind.read(text, pack.policy.offset).unwrap(),
        None => fact.ordinary.clone().unwrap_or(Value::Missing),
    };
    let record = Record {
        kind: kind.name.clone(),
        schema: Arc::clone(&kind.schema),
        values: kind.schema.facts().iter().map(value).collect(),
    };
    assert!(given.contains("accepted"));
    let as_of = read_day(as_of).unwrap();
    renze::assess::derive(&rules, record, &pack.terms(as_of), as_of, &BTreeSet::new()).unwrap()
}

fn shown(record: &Record, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| FactType::plain(&record.value(name))).collect()
}

#[test]
fn every_scenario_of_a_pack_of_clocks_holds() {
    assert_eq!(held("clocks"), 7);
}

#[test]
fn every_unit_is_as_counted_by_hand() {
    // Wednesday before the holidays to the Tuesday after: 8 and 9 October, Saturday the 10th worked, 12 and 13 October
    let record = ticket(&[("accepted", "2026-09-30 16:00"), ("answered", "2026-10-13 09:30")], "2026-10-31");
    let names = ["minutes", "hours", "days", "weeks", "working_days", "working_hours"];
    assert_eq!(shown(&record, &names)[..3], ["18330", "305.5", "14"]);
    assert_eq!(
        record.value("weeks"),
        Value::Number(rust_decimal::Decimal::from(13) / rust_decimal::Decimal::from(7))
    );
    // 1.5 hours on the 30th, four whole days of 7.5, one hour on the 13th
    assert_eq!(shown(&record, &names)[4..], ["5", "32.5"]);
}

#[test]
fn the_calendar_of_the_place_is_the_one_that_counts() {
    let at = |place: &str| {
        let facts = [("accepted", "2026-10-09 16:00"), ("answered", "2026-10-13 10:00"), ("place", place)];
        shown(&ticket(&facts, "2026-10-31"), &["working_hours"]).concat()
    };
    // Friday, Saturday the 10th and Monday the 12th, an hour and a half of Tuesday
    assert_eq!(at("office"), "18");
    // the halls are closed on Monday and open on Sunday the 11th: 2 + 9 + 9 + 1
    assert_eq!(at("hall"), "21");
    // the hotline knows the week alone, day and night: 8 + 24 + 10
    assert_eq!(at("hotline"), "42");
}

#[test]
fn time_that_stands_still_is_not_counted() {
    let facts = [
        ("accepted", "2026-10-19 16:30"),
        ("asked", "2026-10-20 10:30"),
        ("heard", "2026-10-22 15:30"),
        ("answered", "2026-10-23 09:30"),
    ];
    let record = ticket(&facts, "2026-10-31");
    // Tuesday and Wednesday end while the customer is waited for, Thursday does not
    assert_eq!(shown(&record, &["working_days", "hours", "working_hours"]), ["2", "36", "6"]);
    // nobody answered: the clock stands still to the end
    let waiting = ticket(&facts[..2], "2026-10-31");
    assert_eq!(waiting.value("working_hours"), Value::Running(3.into()));
    assert_eq!(waiting.value("minutes"), Value::Missing, "a clock that excludes what is open has no value");
}

#[test]
fn a_limit_ends_when_the_calendar_says() {
    let facts = [("accepted", "2026-09-30 16:00")];
    let names = ["normal_due", "due", "month_due", "desk_due"];
    let record = ticket(&facts, "2026-10-31");
    assert_eq!(
        shown(&record, &names),
        ["2026-10-13T23:59:59", "2026-10-13T23:59:59", "2026-10-15T23:59:59", "2026-10-08T16:30:00"],
    );
    // fifteen days on is Sunday the 11th: it moves to Monday
    let record = ticket(&[("accepted", "2026-09-26 10:00")], "2026-10-31");
    assert_eq!(shown(&record, &["month_due"]), ["2026-10-12T23:59:59"]);
    // and Saturday the 10th is worked: nothing moves
    let record = ticket(&[("accepted", "2026-09-25 10:00")], "2026-10-31");
    assert_eq!(shown(&record, &["month_due"]), ["2026-10-10T23:59:59"]);
}

#[test]
fn a_year_that_is_not_announced_is_undetermined() {
    let record = ticket(&[("accepted", "2026-12-29 10:00"), ("answered", "2027-01-05 10:00")], "2027-01-31");
    let value = record.value("working_days");
    let fact = record.schema.get("working_days").unwrap();
    assert_eq!(fact.kind.show(&value, Language::En), "undetermined: calendar 2027 not announced");
    assert_eq!(fact.kind.show(&value, Language::Zh), "待定：2027 年工作日尚未公布");
    assert_eq!(shown(&record, &["hours"]), ["168"]);
    assert!(matches!(record.value("due"), Value::Undetermined(_)));
}

#[test]
fn the_days_of_a_clock_sum_to_what_it_shows() {
    let east = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
    let (pack, _) = open_pack(&root().join("fixtures/clocks"));
    let (_, kind) = pack.policy.kind("ticket").unwrap();
    for start in 1..28 {
        let (accepted, answered) = (format!("2026-09-{start:02} 09:07"), format!("2026-10-{start:02} 15:41"));
        let facts = [
            ("accepted", accepted.as_str()),
            ("answered", answered.as_str()),
            ("asked", "2026-09-29 11:00"),
            ("heard", "2026-10-02 09:00"),
        ];
        let record = ticket(&facts, "2026-10-31");
        assert!(read_moment(&accepted, east).is_some());
        for name in ["days", "working_days", "working_hours"] {
            let Some(Origin::Clock(clock)) = kind.schema.get(name).map(|fact| &fact.origin) else { panic!() };
            let days = clock.day_by_day(&record, end_of(read_day("2026-10-31").unwrap()));
            let sum = days.iter().map(|day| day.counted).sum();
            assert_eq!(Value::Number(sum), record.value(name), "{name} from {accepted}");
        }
    }
}

#[test]
fn explain_opens_a_clock_day_by_day() {
    let book = "fixtures/clocks-book";
    for language in LANGUAGES {
        for ticket in ["W1", "W2", "W3"] {
            let said = renze(&["--lang", language, "explain", book, "--complaint", ticket]);
            assert_eq!((said.code, said.err.as_str()), (0, ""));
            let file = root().join(book).join(format!("expected/explain-{ticket}.{language}.txt"));
            assert_is(&file, &said.out);
        }
    }
}

#[test]
fn a_book_whose_calendar_ends_says_so() {
    let said = renze_in(&root(), &["--lang", "en", "assess", "fixtures/clocks-book"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("calendar 2027 not announced"), "{}", said.out);
}

#[test]
fn rows_fall_into_the_period_of_a_moment_that_is_worked_out() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("fixtures/clocks"), &folder.path().join("clocks"));
    copy_folder(&root().join("fixtures/clocks-book"), &folder.path().join("book"));
    let policy = folder.path().join("clocks/policy.toml");
    let text = std::fs::read_to_string(&policy).unwrap();
    let counted = text.replace("at = \"accepted\"", "at = \"accepted\"\ncounted_at = \"due\"");
    std::fs::write(&policy, counted).unwrap();
    // of three tickets two are due in December; when the third is due is not known before 2027 is announced
    let said = renze_in(folder.path(), &["--lang", "en", "assess", "book"]);
    assert!(
        said.out.contains("3 rows = 2 judged + 0 set aside + 1 of other periods"),
        "{}{}",
        said.out,
        said.err
    );
}

#[test]
fn a_row_typed_alone_that_falls_into_no_period_says_so() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("fixtures/clocks"), &folder.path().join("clocks"));
    let policy = folder.path().join("clocks/policy.toml");
    let text = std::fs::read_to_string(&policy).unwrap();
    std::fs::write(
        &policy,
        text.replace("at = \"accepted\"", "at = \"accepted\"\ncounted_at = \"answered\""),
    )
    .unwrap();
    let said = renze_in(folder.path(), &["--lang", "en", "try", "clocks", "accepted=2026-10-09"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.err.contains("counts in the period of 'answered'"), "{}", said.err);
    let later = ["--lang", "en", "try", "clocks", "accepted=2026-10-30", "answered=2026-11-03"];
    assert_eq!(renze_in(folder.path(), &later).code, 0);
}

#[test]
fn a_row_that_was_not_judged_is_said_to_be_there() {
    let said = renze(&["--lang", "en", "explain", "fixtures/lookback-book", "--complaint", "P"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("`P` counts in another period"), "{}", said.err);
}

#[test]
fn a_clock_that_ends_or_rests_at_a_moment_that_is_not_known_is_not_known() {
    let record = ticket(&[("accepted", "2026-12-29 10:00")], "2027-01-31");
    let now = end_of(read_day("2027-01-31").unwrap());
    let due = Clock { unit: ClockUnit::Days, ..Clock::plain("accepted", "due") };
    assert!(matches!(due.run(&record, now), Value::Undetermined(_)));
    assert_eq!(due.day_by_day(&record, now), [], "no days of what is not known");
    let mut rests = Clock { unit: ClockUnit::Days, ..Clock::plain("accepted", "answered") };
    rests.pauses = vec![("asked".to_owned(), "due".to_owned())];
    assert!(matches!(rests.run(&record, now), Value::Undetermined(_)));
    assert_eq!(rests.day_by_day(&record, now), []);
    // a blank says that it has not ended
    assert!(matches!(Clock::plain("accepted", "answered").run(&record, now), Value::Running(_)));
}

#[test]
fn a_clock_that_ends_before_it_starts_is_no_number_and_says_why() {
    let record = ticket(&[("accepted", "2026-10-20 16:00"), ("answered", "2026-10-19 10:00")], "2026-10-31");
    for name in ["minutes", "hours", "days", "weeks", "working_hours", "working_days"] {
        let (value, fact) = (record.value(name), record.schema.get(name).unwrap());
        let show = |language| fact.kind.show(&value, language);
        assert_eq!(show(Language::En), "undetermined: 'answered' is before 'accepted'", "{name}");
        assert_eq!(show(Language::Zh), "待定：「答复」早于「受理」", "{name}");
    }
    let now = end_of(read_day("2026-10-31").unwrap());
    // a deadline that was kept is not overrun by less than nothing
    let late = Clock { early: true, ..Clock::plain("accepted", "answered") };
    assert_eq!(late.run(&record, now), Value::Number(0.into()));
    // what begins later has not run yet
    let open = ticket(&[("accepted", "2026-11-02 09:00")], "2026-10-31");
    assert_eq!(open.value("hours"), Value::Running(0.into()));
    // days know dates only: an end that was typed as a day lies on the day
    let day = ticket(&[("accepted", "2026-10-20 16:00"), ("answered", "2026-10-20")], "2026-10-31");
    assert_eq!(shown(&day, &["days", "working_days", "hours"]), ["1", "0", "undetermined"]);
}

#[test]
fn a_pause_that_ends_before_it_begins_or_begins_at_no_time_leaves_the_clock_open() {
    let facts =
        [("accepted", "2026-10-19 09:00"), ("answered", "2026-10-23 09:00"), ("heard", "2026-10-20 10:00")];
    let asked = [&facts[..], &[("asked", "2026-10-21 10:00")]].concat();
    let record = ticket(&asked, "2026-10-31");
    let fact = record.schema.get("working_days").unwrap();
    let said = fact.kind.show(&record.value("working_days"), Language::En);
    assert_eq!(said, "undetermined: 'heard' is before 'asked'");
    assert_eq!(shown(&record, &["minutes"]), ["5760"], "a clock without pauses is not touched");
    assert_eq!(ticket(&facts, "2026-10-31").value("hours"), Value::Undetermined(["asked".to_owned()].into()));
}

#[test]
fn a_book_says_which_moment_precedes_which() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("fixtures/clocks"), &folder.path().join("clocks"));
    copy_folder(&root().join("fixtures/clocks-book"), &folder.path().join("book"));
    let tickets = folder.path().join("book/tickets.csv");
    let more = "W9,2026-12-10 08:00,2026-12-09 09:00,,,热线,,否,甲\n";
    let text = std::fs::read_to_string(&tickets).unwrap();
    std::fs::write(&tickets, format!("{text}{more}")).unwrap();
    let said = renze_in(folder.path(), &["--lang", "en", "assess", "book"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("W9   'answered' is before 'accepted'"), "{}", said.out);
    let said = renze_in(folder.path(), &["--lang", "zh", "explain", "book", "--complaint", "W9"]);
    assert!(said.out.contains("待定：「答复」早于「受理」"), "{}", said.out);
}
