//! A month is approved, confirmed, sealed, proven; and whatever is changed behind anybody's back is found and named.

mod appeals;
mod archive;
mod flips;
mod forgeries;
mod keys;
mod laws;
mod next_month;
mod office;

use crate::commands::copy_folder;
use crate::shared::root;
use office::{APPROVE, CONFIRM, Office, SEAL, VERIFY};
use renze::ledger::{Chain, Draft, Entry, EntryKind, NOTHING_BEFORE};
use std::fs;

// ---------------------------------------------------------------- closing a month

#[test]
fn a_month_is_sealed_when_somebody_else_approved_it_and_somebody_confirmed_what_hurts() {
    let office = Office::new();
    office.refuses(SEAL, &["L010", "L012"]);
    office.does(APPROVE);
    let refused = office.refuses("seal book --ledger ledger --by Li --on 2026-11-04", &["L011", "L012"]);
    assert!(refused.contains("P1, P2"), "{refused}");
    let confirmed = office.does(CONFIRM);
    assert!(confirmed.contains("¥300.00") && confirmed.contains("¥500.00  veto"), "{confirmed}");
    office.refuses(&format!("{SEAL} --all-or-nothing"), &["L014"]);
    let sealed = office.run(SEAL);
    assert_eq!(sealed.code, 4, "three cards are still open");
    assert!(sealed.out.contains("5 cards sealed (0 before), ¥800.00 charged, 1 vetoed; 3 still open"));
    let kinds: Vec<&str> =
        office.ledger().lines().map(|line| Entry::read(line.as_bytes()).unwrap().kind.code()).collect();
    assert_eq!(kinds, ["policy_approved", "data_imported", "confirmed", "assessment_sealed"]);
}

#[test]
fn what_is_refused_begins_no_ledger_and_what_is_open_is_said() {
    let office = Office::new();
    office.refuses(SEAL, &["L010", "L012"]);
    office.refuses("approve book --ledger ledger --by Li --on 2026-11-03", &["F001"; 3]);
    assert!(!office.path("ledger").exists());
    let said = office.run(CONFIRM);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("3 cards are still open: confirm them when they are settled"), "{}", said.out);
}

#[test]
fn what_stands_already_is_not_entered_again() {
    let office = Office::closed();
    let before = office.ledger();
    for step in [APPROVE, CONFIRM, SEAL] {
        let said = office.does(step);
        assert!(said.contains("nothing is new"), "{said}");
    }
    assert_eq!(office.ledger(), before);
}

#[test]
fn what_was_open_is_sealed_later_and_what_was_sealed_stays() {
    let office = Office::closed();
    office.change("book/complaints.csv", "11:00,较重,,P3", "11:00,较重,是,P3");
    office.refuses(SEAL, &["L012"]);
    office.does(CONFIRM);
    let said = office.run(SEAL);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("3 cards sealed (5 before), ¥200.00 charged"), "{}", said.out);
    assert!(office.does(VERIFY).contains("every entry stands as it was written"));
}

#[test]
fn a_sealed_card_that_comes_to_something_else_is_not_sealed_over() {
    let office = Office::closed();
    office.change("book/complaints.csv", "09:00,一般,是,P1", "09:00,一般,否,P1");
    let before = office.ledger();
    let refused = office.refuses(SEAL, &["L013"]);
    assert!(refused.contains("P1 is sealed by entry 4"), "{refused}");
    assert_eq!(office.ledger(), before);
}

#[test]
fn what_is_withheld_from_pay_is_sealed_with_the_person() {
    let office = Office::new();
    copy_folder(&root().join("fixtures/guard-book"), &office.path("guard-book"));
    copy_folder(&root().join("fixtures/guard"), &office.path("guard"));
    office.does("approve guard --ledger ledger --by Li --on 2026-02-03");
    office.does("confirm guard-book/2026-01 --ledger ledger --by Zhao --on 2026-02-04");
    office.does("seal guard-book/2026-01 --ledger ledger --by Wang --on 2026-02-04");
    office.does("ledger prove guard-book/2026-01 --ledger ledger --subject P1 --out proof.json");
    let proven = office.does("ledger check-proof proof.json");
    assert!(proven.contains("withholdings.csv") && proven.contains("carried_on"), "{proven}");
}

// ---------------------------------------------------------------- what is found

#[test]
fn an_auditor_is_told_what_was_changed() {
    let changes = [
        (
            "book/complaints.csv",
            "16:00,较重,是,P1",
            "16:00,一般,是,P1",
            "P1 (entry 4): money was sealed as -300.00 and is -200.00",
        ),
        (
            "book/pack/parameters.toml",
            "[\"general\", \"100\"]",
            "[\"general\", \"150\"]",
            "pack/parameters.toml",
        ),
        (
            "book/pack/clauses/all.rhai",
            "deduct(\"handler\", 2)",
            "deduct(\"handler\", 3)",
            "points was sealed as 96 and is 94",
        ),
        ("book/organisation.csv", "P4,丁", "P4,戊", "organisation/organisation.csv"),
    ];
    for (file, from, to, named) in changes {
        let office = Office::closed();
        assert!(office.does(VERIFY).contains("held against the book: entry 1-4"));
        office.change(file, from, to);
        let said = office.run(VERIFY);
        assert_eq!(said.code, 1, "{file}");
        assert!(said.err.contains(named) && said.err.contains("error[L018]"), "{file}: {}", said.err);
    }
}

#[test]
fn a_ledger_that_was_cut_moved_doubled_or_mixed_is_told_by_its_entries() {
    let office = Office::closed();
    let (whole, head) = (office.ledger(), office.head());
    let lines: Vec<&str> = whole.lines().collect();
    let foreign = Office::new();
    foreign.does("ledger note --ledger ledger --by Sun --on 2026-11-03 --text other");
    foreign.does(APPROVE);
    let other = foreign.ledger();
    let cases: [(&str, Vec<&str>, &str, &str); 5] = [
        (
            "swapped",
            vec![lines[0], lines[2], lines[1], lines[3]],
            "L005",
            "entry 2 is due here, and this is entry 3",
        ),
        ("missing", vec![lines[0], lines[2], lines[3]], "L005", "entry 2 is due here, and this is entry 3"),
        ("doubled", [&lines[..], &lines[3..]].concat(), "L005", "entry 4 stands here again"),
        (
            "foreign",
            [&lines[..1], &[other.lines().last().unwrap()]].concat(),
            "L005",
            "entry 2 does not follow on the one before it",
        ),
        ("without the first", lines[1..].to_vec(), "L005", "entry 1 is due here, and this is entry 2"),
    ];
    for (name, lines, code, words) in cases {
        fs::write(office.path("ledger"), lines.join("\n") + "\n").unwrap();
        let said = office.run("ledger verify ledger");
        assert_eq!(said.code, 1, "{name}");
        assert!(said.err.contains(code) && said.err.contains(words), "{name}: {}", said.err);
    }
    // a tail that was cut off is told by a head that was printed elsewhere, and by nothing else
    fs::write(office.path("ledger"), lines[..3].join("\n") + "\n").unwrap();
    office.does("ledger verify ledger");
    office.refuses(&format!("ledger verify ledger --head {head}"), &["L009"]);
    fs::write(office.path("ledger"), &whole).unwrap();
    assert!(office.does(&format!("ledger verify ledger --head {head}")).contains("is entry 4"));
}

#[test]
fn every_bit_that_is_turned_over_is_found_and_its_entry_named() {
    let office = Office::closed();
    let whole = office.ledger().into_bytes();
    let ends: Vec<usize> =
        whole.iter().zip(0..).filter(|(byte, _)| **byte == b'\n').map(|(_, at)| at).collect();
    for bit in 0..whole.len() * 8 {
        let mut turned = whole.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        let chain = Chain::read("ledger", &turned[..], |_| ()).unwrap();
        if bit / 8 == whole.len() - 1 {
            assert!(chain.torn.is_some(), "the end of the last line");
            continue;
        }
        let line = ends.iter().position(|end| bit / 8 <= *end).unwrap() + 1;
        let places: Vec<String> = chain
            .faults
            .iter()
            .map(|fault| fault.place.as_ref().unwrap().short(renze::language::Language::En))
            .collect();
        assert!(places.contains(&format!("ledger row {line}")), "bit {bit} of line {line}: {places:?}");
    }
}

#[test]
fn what_was_confirmed_and_changed_since_is_confirmed_anew() {
    let office = Office::new();
    office.does(APPROVE);
    office.does(CONFIRM);
    office.change("book/complaints.csv", "A-1,", "Z-777,");
    office.refuses(SEAL, &["L012"]);
    office.change("book/complaints.csv", "Z-777,2026-10-02 09:00,一般,是,P1\n", "");
    office.change("book/complaints.csv", "A-3,2026-10-09 16:00,较重,是,P1\n", "");
    let refused = office.refuses(SEAL, &["L012"]);
    assert!(refused.contains("P1"), "a charge that was confirmed and is gone: {refused}");
}

#[test]
fn a_month_is_not_sealed_before_it_is_assessed_nor_with_words_that_cannot_be_seen() {
    let office = Office::new();
    office.does(APPROVE);
    office.does("confirm book --ledger ledger --by Zhao --on 2026-11-03");
    let early = Office::new();
    early.does("approve book/pack --ledger ledger --by Li --on 2026-10-01");
    early.refuses("confirm book --ledger ledger --by Zhao --on 2026-10-02", &["L006"]);
    early.refuses("seal book --ledger ledger --by Wang --on 2026-10-02", &["L012", "L006"]);
    for name in ["W\u{200b}ang", "Wang\u{1b}[2K"] {
        assert_eq!(office.run(&SEAL.replace("Wang", name)).code, 2, "{name:?}");
    }
    for name in ["li", "Ｌi", "L\u{456}"] {
        office.refuses(&SEAL.replace("Wang", name), &["L011"]);
    }
}

#[test]
fn an_entry_of_an_earlier_day_is_not_written_and_is_found_where_it_was() {
    let office = Office::closed();
    let refused =
        office.refuses("ledger note --ledger ledger --by Wang --on 2026-11-03 --text late", &["L006"]);
    assert!(refused.contains("2026-11-04, that of entry 4"), "{refused}");
    let last = Entry::read(office.ledger().lines().last().unwrap().as_bytes()).unwrap();
    let on = renze::calendar::read_day("2026-11-03").unwrap();
    let draft = Draft { kind: EntryKind::Note, body: Default::default() };
    let early = Entry::next(draft, ("Wang", on, None), (last.seq + 1, &last.hash));
    fs::write(office.path("ledger"), format!("{}{}\n", office.ledger(), early.line())).unwrap();
    office.refuses("ledger verify ledger", &["L006"]);
}

// ---------------------------------------------------------------- a line that was not finished

#[test]
fn an_unfinished_line_is_named_and_cut_off_by_repair_alone_which_keeps_it() {
    let office = Office::closed();
    let whole = office.ledger();
    let torn = format!("{whole}{{\"body\":{{\"by\":\"Wa");
    fs::write(office.path("ledger"), &torn).unwrap();
    for command in ["ledger verify ledger", CONFIRM, SEAL] {
        let refused = office.refuses(command, &["L007"]);
        assert!(refused.contains("behind entry 4 a line of 17 bytes"), "{refused}");
    }
    assert_eq!(office.ledger(), torn, "nothing but repair cuts it off");
    let said = office.does("ledger repair ledger");
    assert_eq!(office.ledger(), whole);
    let kept = said.trim().rsplit(' ').next().unwrap();
    assert_eq!(fs::read_to_string(office.path(kept)).unwrap(), "{\"body\":{\"by\":\"Wa");
    assert!(office.does("ledger repair ledger").contains("nothing was changed"));
}

#[test]
fn a_line_that_is_wrong_and_whole_is_not_repaired_away() {
    let office = Office::closed();
    let wrong = office.ledger() + "{}\n";
    fs::write(office.path("ledger"), &wrong).unwrap();
    office.refuses("ledger verify ledger", &["L002"]);
    office.does("ledger repair ledger");
    assert_eq!(office.ledger(), wrong);
}

// ---------------------------------------------------------------- proofs

#[test]
fn a_proof_holds_without_the_ledger_and_says_nothing_of_others() {
    let office = Office::closed();
    office.does("ledger note --ledger ledger --by Wang --on 2026-11-06 --text later");
    office.does("ledger prove book --ledger ledger --subject P1 --out proof.json");
    let head = office.head();
    fs::remove_file(office.path("ledger")).unwrap();
    let proven = office.does(&format!("ledger check-proof proof.json --head {head}"));
    assert!(proven.contains("P1 · closing 2026-10 · sealed by Wang (claimed) on 2026-11-04"), "{proven}");
    assert!(proven.contains("300.00") && proven.contains(&head), "{proven}");
    let proof = fs::read_to_string(office.path("proof.json")).unwrap();
    assert!(
        !proof.contains("P2") && !proof.contains("500.00") && !proof.contains('乙'),
        "it tells of others"
    );
    office.refuses(&format!("ledger check-proof proof.json --head {NOTHING_BEFORE}"), &["L009"]);
}

#[test]
fn whatever_is_changed_in_a_proof_it_does_not_hold() {
    let office = Office::closed();
    office.does("ledger prove book --ledger ledger --subject P1 --out proof.json");
    let whole: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(office.path("proof.json")).unwrap()).unwrap();
    let mut texts = Vec::new();
    pointers(&whole, String::new(), &mut texts);
    assert!(texts.len() > 100, "{}", texts.len());
    for pointer in texts {
        let mut changed = whole.clone();
        let text = changed.pointer_mut(&pointer).unwrap();
        let other = text.as_str().unwrap().replace(['0', '3'], "1") + "1";
        *text = other.into();
        assert!(renze::closing::check_proof(&changed).is_err(), "{pointer}");
    }
}

/// Where each text of a value stands.
fn pointers(value: &serde_json::Value, way: String, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(all) => {
            for (key, one) in all {
                pointers(one, format!("{way}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        serde_json::Value::Array(all) => {
            for (place, one) in all.iter().enumerate() {
                pointers(one, format!("{way}/{place}"), found);
            }
        }
        _ => found.push(way),
    }
}

#[test]
fn only_what_was_sealed_is_proven() {
    let office = Office::closed();
    office.refuses("ledger prove book --ledger ledger --subject P3 --out proof.json", &["L015"]);
    office.change("book/complaints.csv", "16:00,较重,是,P1", "16:00,一般,是,P1");
    office.refuses("ledger prove book --ledger ledger --subject P1 --out proof.json", &["L016"]);
    assert!(!office.path("proof.json").exists());
    fs::write(office.path("proof.json"), "{}").unwrap();
    office.refuses("ledger check-proof proof.json", &["L017"]);
}

#[test]
fn a_closed_month_is_the_same_when_it_is_worked_out_by_plain_values() {
    let office = Office::closed();
    assert!(office.does(&format!("{VERIFY} --recompute")).contains("every entry stands as it was written"));
}

#[test]
fn the_entries_are_a_table_for_other_programs() {
    let office = Office::closed();
    office.does("ledger export ledger --out entries.csv");
    let table = fs::read_to_string(office.path("entries.csv")).unwrap();
    assert_eq!(table.lines().count(), 5);
    assert!(table.contains("assessment_sealed,Wang,closing,2026-10"), "{table}");
}
