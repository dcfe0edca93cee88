//! Who signs is proven by a key; a name alone is claimed, and every output says so.

use super::office::{APPROVE, CONFIRM, Office, SEAL};
use renze::ledger::{Draft, Entry};
use std::fs;

fn with_key(office: &Office, name: &str) -> String {
    let said = office.does(&format!("key new {name}.key"));
    said.trim().rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn a_signed_entry_shows_its_key_and_an_unsigned_one_that_it_is_claimed() {
    let office = Office::new();
    let public = with_key(&office, "li");
    assert_eq!(office.does("key show li.key").trim(), format!("public key {public}"));
    office.does(&format!("{APPROVE} --key li.key"));
    office.does(CONFIRM);
    let log = office.does("ledger log ledger");
    assert!(log.contains(&format!("Li (key {:.8})", public)) && log.contains("Zhao (claimed)"), "{log}");
    office.does(SEAL);
    office.does("ledger verify ledger");
}

#[test]
fn a_signature_that_was_moved_onto_other_words_does_not_hold() {
    let office = Office::new();
    with_key(&office, "li");
    office.does("ledger note --ledger ledger --by Li --on 2026-11-03 --text one --key li.key");
    let line = office.ledger();
    let entry: serde_json::Value = serde_json::from_str(&line).unwrap();
    let mut body = entry["body"].as_object().unwrap().clone();
    body.insert("text".to_owned(), "two".into());
    let draft = Draft { kind: renze::ledger::EntryKind::Note, body };
    let on = renze::calendar::read_day("2026-11-03").unwrap();
    let forged = Entry::next(draft, ("Li", on, None), (1, renze::ledger::NOTHING_BEFORE));
    fs::write(office.path("ledger"), forged.line() + "\n").unwrap();
    office.refuses("ledger verify ledger", &["L028"]);
}

#[test]
fn two_names_with_one_key_are_one_person() {
    let office = Office::new();
    with_key(&office, "li");
    office.does(&format!("{APPROVE} --key li.key"));
    office.does(CONFIRM);
    office.refuses(&format!("{SEAL} --key li.key"), &["L011"]);
    office.does(SEAL);
}

#[test]
fn a_name_that_has_signed_goes_on_signing() {
    let office = Office::new();
    with_key(&office, "li");
    with_key(&office, "other");
    let note = "ledger note --ledger ledger --by Li --on 2026-11-03 --text more";
    office.does(note);
    office.does(&format!("{APPROVE} --key li.key"));
    let before = office.ledger();
    for words in [note.to_owned(), format!("{note} --key other.key"), note.replace("--by Li", "--by Ｌi")] {
        let refused = office.refuses(&words, &["L030"]);
        assert!(refused.contains("signed entry 2"), "{refused}");
    }
    assert_eq!(office.ledger(), before);
    office.does(&format!("{note} --key li.key"));
    // whoever takes the signature off an entry is told by the ones that it signed before
    let last = office.ledger().lines().last().map(|line| Entry::read(line.as_bytes()).unwrap()).unwrap();
    let mut body = last.body;
    body.retain(|key, _| key != "key" && key != "signature");
    let bare =
        Entry::next(Draft { kind: last.kind, body }, (&last.by, last.on, None), (last.seq, &last.parent));
    fs::write(office.path("ledger"), format!("{before}{}\n", bare.line())).unwrap();
    office.refuses("ledger verify ledger", &["L030"]);
}

#[test]
fn a_proof_says_who_signed() {
    let office = Office::new();
    let public = with_key(&office, "wang");
    for step in [APPROVE, CONFIRM, &format!("{SEAL} --key wang.key")] {
        office.does(step);
    }
    office.does("ledger prove book --ledger ledger --subject P1 --out proof.json");
    let said = office.does("ledger check-proof proof.json");
    let whole = fs::read_to_string(office.path("proof.json")).unwrap();
    // a signature that somebody else made, or none, does not prove the key
    let proof: serde_json::Value = serde_json::from_str(&whole).unwrap();
    for key in ["signature", "key", "by"] {
        let mut changed = proof.clone();
        changed["sealed"][0]["members"].as_object_mut().unwrap().remove(key);
        assert!(renze::closing::check_proof(&changed).is_err(), "{key}");
    }
    let mut hidden = proof.clone();
    let members = hidden["sealed"][0]["members"].as_object_mut().unwrap();
    members.retain(|key, _| key != "key" && key != "signature");
    assert!(renze::closing::check_proof(&hidden).is_err(), "a signed entry is not shown as an unsigned one");
    let mut more = proof.clone();
    more["paid"] = "forged".into();
    assert!(renze::closing::check_proof(&more).is_err(), "nothing else stands in it");
    fs::write(office.path("twice.json"), whole.replacen("{", "{\n  \"subject\": \"P2\",", 1)).unwrap();
    office.refuses("ledger check-proof twice.json", &["L017"]);
    assert!(said.contains(&format!("sealed by Wang (key {public:.8}) on 2026-11-04 (entry 4)")), "{said}");
}

#[test]
#[cfg(unix)]
fn only_its_owner_may_read_a_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::new();
    with_key(&office, "li");
    let mode = fs::metadata(office.path("li.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let said = office.run("key new li.key");
    assert_eq!(said.code, 1, "a key is never written over");
}
