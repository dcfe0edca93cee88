//! Whoever can write to a ledger writes entries by hand and makes everything fit again. Held against the book, what each entry says
//! is done once more, and does not come to the same.

use super::appeals::{ADJUST, CONFIRM_ANEW, OPEN, UPHELD};
use super::office::{Office, VERIFY};
use renze::ledger::{Draft, Entry, EntryKind, NOTHING_BEFORE};
use serde_json::{Map, Value, json};
use std::fs;

/// Rewrites one entry and puts all behind it in a chain again, as a cheat would.
fn forge(whole: &str, number: u64, change: &dyn Fn(&mut Map<String, Value>)) -> String {
    let (mut forged, mut parent) = (String::new(), NOTHING_BEFORE.to_owned());
    for line in whole.lines() {
        let Entry { seq, kind, mut on, mut body, .. } = Entry::read(line.as_bytes()).unwrap();
        if seq == number {
            change(&mut body);
            on = body["on"].as_str().unwrap().parse().unwrap();
        }
        let by = body["by"].as_str().unwrap().to_owned();
        let again = Entry::next(Draft { kind, body }, (&by, on, None), (seq, &parent));
        forged.push_str(&(again.line() + "\n"));
        parent = again.hash;
    }
    forged
}

/// A month that was closed, appealed against and adjusted: eight entries.
fn adjusted() -> Office {
    let office = Office::closed();
    for step in [OPEN, UPHELD, CONFIRM_ANEW, ADJUST] {
        office.does(step);
    }
    office
}

/// A case: which entry, where in its body, what is written there, and what is said of it.
type Case = (u64, &'static str, Value, &'static str);

#[test]
fn an_entry_that_was_written_to_fit_does_not_come_out_again() {
    let office = adjusted();
    let whole = office.ledger();
    assert!(office.does(VERIFY).contains("held against the book: entry 1-8"));
    let cases: [Case; 32] = [
        (1, "/version", json!("2026.2"), "entry 1, version: it says 2026.2, and done again it is 2026.1"),
        (1, "/by", json!("Wang"), "entry 4: `Wang` approved the policy"),
        (2, "/judged", json!("4"), "entry 2, judged: it says 4"),
        (2, "/as_of", json!("2026-11-02"), "entry 2, as_of"),
        (
            3,
            "/cards/person/P1/charge",
            json!("100.00"),
            "entry 3, charge: it says 100.00, and done again it is 300.00",
        ),
        (3, "/cards/person/P2/vetoed", json!(false), "entry 3, vetoed: it says false"),
        (3, "/cards/person/P1/root", json!("0"), "entry 4: vetoes or charges of a card are not confirmed"),
        (4, "/cards/person/P1/balances/points", json!("99"), "points was sealed as 99 and is 96"),
        (
            4,
            "/cards/person/P1/balances/money",
            json!("-100.00"),
            "money was sealed as -100.00 and is -300.00",
        ),
        (4, "/cards/person/P2/vetoed", json!(false), "vetoed was sealed as false and is true"),
        (4, "/cards/person/P1/root", json!("0"), "its figures are as they were, and what stands behind them"),
        (4, "/charged", json!("1.00"), "entry 4, charged: it says 1.00, and done again it is 800.00"),
        (4, "/calendar", json!("0"), "entry 4, calendar"),
        (4, "/data", json!("1"), "entry 4 rests on entry 1"),
        (4, "/approval", json!("3"), "entry 4, approval: it says 3"),
        (4, "/leaves", json!("1"), "entry 4, leaves"),
        (4, "/provisional/person/P3/waits_for", json!([]), "entry 4, waits_for"),
        (
            5,
            "/until",
            json!("2026-12-31"),
            "entry 5, until: it says 2026-12-31, and done again it is 2026-11-11",
        ),
        (5, "/record", json!("A-2"), "entry 5: `A-2` stands on no sealed card of `P1`"),
        (5, "/against", json!("2"), "entry 5, against: it says 2, and done again it is 4"),
        (6, "/by", json!("Wang"), "entry 6: `Wang` took part in the assessment (entry 4)"),
        (6, "/by", json!("jia"), "entry 6: `jia` appealed and cannot decide"),
        (6, "/by", json!("P1"), "entry 6: `P1` (P1) is in the line of `P1`"),
        (6, "/appeal", json!("4"), "entry 6: entry 4 of the ledger is no appeal"),
        (6, "/subject", json!("P2"), "entry 6, subject: it says P2, and done again it is P1"),
        (6, "/outcome", json!("pardoned"), "entry 6: there is no outcome `pardoned`"),
        (8, "/takes_effect", json!("2026-10"), "an adjustment takes effect in a later period"),
        (8, "/takes_effect", json!("2026-13"), "`2026-13` is no way to write a period"),
        (8, "/cards/person/P1/replaces", json!("3"), "entry 8, replaces: it says 3, and done again it is 4"),
        (
            8,
            "/cards/person/P1/differences/money",
            json!("900.00"),
            "entry 8, money: it says 900.00, and done again it is 200.00",
        ),
        (8, "/decisions", json!([]), "entry 8, decisions"),
        (8, "/secret", json!("more"), "entry 8, secret: it says more"),
    ];
    for (number, way, value, named) in cases {
        let forged = forge(&whole, number, &|body| {
            let (parent, key) = way.rsplit_once('/').unwrap();
            let mut whole = Value::Object(std::mem::take(body));
            let member = whole.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            member.insert(key.to_owned(), value.clone());
            *body = whole.as_object().cloned().unwrap();
        });
        fs::write(office.path("ledger"), forged).unwrap();
        let said = office.run(VERIFY);
        assert_eq!(said.code, 1, "{number}{way}");
        assert!(said.err.contains(named), "{number}{way}: {}", said.err);
    }
}

/// Some entries of a ledger in a chain of their own.
fn chained(whole: &str, numbers: &[usize]) -> String {
    let lines: Vec<&str> = whole.lines().collect();
    let (mut forged, mut parent) = (String::new(), NOTHING_BEFORE.to_owned());
    for (number, seq) in numbers.iter().zip(1..) {
        let line = lines.iter().zip(1..).find(|(_, own)| own == number).unwrap().0;
        let Entry { kind, by, on, body, .. } = Entry::read(line.as_bytes()).unwrap();
        let again = Entry::next(Draft { kind, body }, (&by, on, None), (seq, &parent));
        forged.push_str(&(again.line() + "\n"));
        parent = again.hash;
    }
    forged
}

#[test]
fn a_step_that_was_left_out_is_missed() {
    let office = adjusted();
    let whole = office.ledger();
    let cases: [(&[usize], &str); 5] = [
        (&[2, 3, 4], "entry 3 rests on entry 2, which is no import"),
        (&[1, 2, 4], "entry 3: vetoes or charges of 2 cards are not confirmed by anybody: P1, P2"),
        (&[1, 2, 3, 4, 4], "entry 5: what it says stood in entry 4 before"),
        (&[1, 2, 3, 4, 5, 8], "P1 (entry 6): money was sealed as -100.00 and is -300.00"),
        (&[1, 2, 3, 4, 6], "entry 5: entry 5 of the ledger is no appeal"),
    ];
    for (numbers, named) in cases {
        fs::write(office.path("ledger"), chained(&whole, numbers)).unwrap();
        let said = office.run(VERIFY);
        assert_eq!(said.code, 1, "{numbers:?}");
        assert!(said.err.contains(named), "{numbers:?}: {}", said.err);
    }
}

/// A forged ledger verified without any book.
fn told_without_a_book(office: &Office, number: u64, change: &dyn Fn(&mut Map<String, Value>)) -> String {
    let whole = office.ledger();
    fs::write(office.path("forged"), forge(&whole, number, change)).unwrap();
    let said = office.run("ledger verify forged");
    assert_eq!(said.code, 1);
    said.err
}

#[test]
fn without_any_book_entries_that_do_not_go_together_are_told() {
    let office = adjusted();
    let set = |way: &'static str, value: Value| {
        move |body: &mut Map<String, Value>| {
            let mut whole = Value::Object(std::mem::take(body));
            let (parent, key) = way.rsplit_once('/').unwrap();
            whole.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value.clone());
            *body = whole.as_object().cloned().unwrap();
        }
    };
    let cases: [Case; 19] = [
        (
            2,
            "/as_of",
            json!("2026-12-31"),
            "entry 2 is of a day before 2026-12-31, as of which it is assessed",
        ),
        (4, "/engine", json!(""), "entry 4 does not say which program wrote it"),
        (7, "/by", json!("Sun"), "entry 7 is confirmed by whoever took part in an appeal"),
        (2, "/inputs", json!("0"), "entry 2 has `inputs` that are not the fingerprint of the files it lists"),
        (3, "/data", json!("1"), "entry 3 rests on entry 1, which is no import"),
        (4, "/by", json!("Ｌi"), "entry 4 rests on no approval of its policy before, by somebody else"),
        (4, "/pack", json!("0"), "entry 4 rests on no approval of its policy before"),
        (
            4,
            "/cards/person/P1/root",
            json!("0"),
            "entry 4 seals a card of `P1` that is not the one that was confirmed",
        ),
        (5, "/against", json!("7"), "entry 5 is against `P1`, of whom nothing was sealed before"),
        (5, "/until", json!("2026-11-05"), "entry 5 is of a day after the last one it gives itself"),
        (6, "/by", json!("Wang"), "entry 6 is decided by whoever appealed or took part in the assessment"),
        (6, "/record", json!("A-1"), "entry 6 decides an appeal that is none"),
        (6, "/outcome", json!("withdrawn"), "entry 6 takes back what somebody else appealed"),
        (8, "/takes_effect", json!("2026-13"), "entry 8 takes effect in `2026-13`, which is no later period"),
        (8, "/by", json!("Sun"), "entry 8 is adjusted by whoever took part in an appeal"),
        (8, "/decisions", json!([]), "entry 8 does not rest on all decisions before it"),
        (
            8,
            "/cards/person/P1/replaces",
            json!("3"),
            "adjusts a card of `P1` by what does not lead from entry 4 to it",
        ),
        (
            8,
            "/cards/person/P1/differences/money",
            json!("99999.00"),
            "adjusts a card of `P1` by what does not lead",
        ),
        (
            8,
            "/period",
            json!("2026-09"),
            "entry 8 rests on entry 2, which is no import of its data before it",
        ),
    ];
    for (number, way, value, named) in cases {
        let told = told_without_a_book(&office, number, &set(way, value));
        assert!(told.contains(named), "{number}{way}: {told}");
    }
    let told = told_without_a_book(&office, 7, &|body| drop(body.remove("policy")));
    assert!(told.contains("entry 7 does not say of which policy and period it is"), "{told}");
}

#[test]
fn what_takes_effect_in_a_month_is_looked_at_with_that_month_s_book() {
    let office = adjusted();
    crate::commands::copy_folder(&office.path("book"), &office.path("next"));
    office.change("next/book.toml", "2026-10", "2026-11");
    office.change("next/book.toml", "2026-11-03", "2026-12-03");
    office.does("seal next --ledger ledger --by Wang --on 2026-12-04");
    let said = office.run("ledger verify ledger --book next");
    assert_eq!(said.code, 4);
    assert!(said.out.contains("NOT held against any book: entry 8"), "{}", said.out);
    assert_eq!(office.run("ledger verify ledger --book next --book book").code, 0);
}

#[test]
fn months_of_which_no_book_is_given_and_cards_that_nobody_sealed_are_told() {
    let office = adjusted();
    let whole = office.ledger();
    // a month that was made up behind an honest one, everything of it fitting
    let lines: Vec<&str> = whole.lines().collect();
    let made_up: Vec<String> = lines
        .iter()
        .skip(1)
        .take(3)
        .map(|line| line.replace("\"period\":\"2026-10\"", "\"period\":\"2026-12\""))
        .collect();
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let (mut forged, mut parent) = (whole.clone(), Entry::read(lines[7].as_bytes()).unwrap().hash);
    for (line, seq) in made_up.iter().zip(9..) {
        let value = read(line);
        let mut body = value["body"].as_object().unwrap().clone();
        body.insert("data".to_owned(), "9".into());
        let by = body["by"].as_str().unwrap().to_owned();
        let kind = EntryKind::ALL.into_iter().find(|kind| kind.code() == value["kind"]).unwrap();
        let on = "2026-11-20".parse().unwrap();
        let again = Entry::next(Draft { kind, body }, (&by, on, None), (seq, &parent));
        forged.push_str(&(again.line() + "\n"));
        parent = again.hash;
    }
    fs::write(office.path("ledger"), forged).unwrap();
    let said = office.run(VERIFY);
    assert!(said.out.contains("not looked at: entry 9-11"), "{}{}", said.out, said.err);
    // a later seal that was taken out again
    let office = Office::closed();
    office.change("book/complaints.csv", "11:00,较重,,P3", "11:00,较重,否,P3");
    office.does(super::office::CONFIRM);
    office.does(super::office::SEAL);
    let whole = office.ledger();
    let count = whole.lines().count();
    let kept: Vec<usize> = (1..count).collect();
    fs::write(office.path("ledger"), chained(&whole, &kept)).unwrap();
    let said = office.run(VERIFY);
    assert_eq!(said.code, 4, "{}{}", said.out, said.err);
    assert!(said.out.contains("NOT sealed yet: a card of P3 is settled"), "{}", said.out);
}

#[test]
fn nothing_is_entered_without_a_name() {
    let office = Office::closed();
    let forged = forge(&office.ledger(), 4, &|body| drop(body.insert("by".to_owned(), "  ".into())));
    fs::write(office.path("ledger"), forged).unwrap();
    office.refuses("ledger verify ledger", &["L002"]);
}
