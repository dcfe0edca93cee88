//! The standard questions: each is asked where a pack raises it, and no more where a reading answers it or the pack's own
//! form does.

#![allow(clippy::unwrap_used, reason = "test code: a fault should stop the test")]

use super::commands::{LANGUAGES, assert_is, copy_folder, renze_in};
use super::shared::root;
use renze::policy::Unsaid;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The pack that raises every question, in a folder of its own.
fn pack() -> TempDir {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/unsaid"), place.path());
    place
}

/// How a check ends, and what it says of what is left unsaid.
fn check(place: &Path, arguments: &[&str]) -> (i32, String) {
    let said = renze_in(place, &[&["check", "pack"], arguments].concat());
    let title = ["── left unsaid", "── 原文没有说的"].into_iter().find_map(|title| said.err.find(title));
    (said.code, title.and_then(|start| said.err.get(start..)).unwrap_or_default().to_owned())
}

/// The codes of the questions asked.
fn asked(place: &Path) -> BTreeSet<&'static str> {
    let (_, said) = check(place, &[]);
    let codes = Unsaid::ALL.map(Unsaid::code).into_iter();
    codes.filter(|code| said.contains(&format!("note[{code}]"))).collect()
}

fn change(place: &Path, file: &str, from: &str, to: &str) {
    let path = place.join("pack").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {file}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn append(place: &Path, reading: &str) {
    let path = place.join("pack/policy.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, format!("{text}\n{reading}\n")).unwrap();
}

#[test]
fn every_question_is_asked_with_where_it_arises_and_a_reading_to_paste() {
    let place = pack();
    assert_eq!(asked(place.path()), Unsaid::ALL.map(Unsaid::code).into_iter().collect());
    for language in LANGUAGES {
        let (code, said) = check(place.path(), &["--lang", language]);
        assert_eq!(code, 0, "{said}");
        assert_is(&root().join(format!("fixtures/unsaid/expected.{language}.txt")), &said);
        let (code, said) = check(place.path(), &["--lang", language, "--strict"]);
        assert_eq!(code, 1, "what is shipped has answered them");
        let note = if language == "zh" { "说明[" } else { "note[" };
        assert!(said.contains("[I060]") && !said.contains(note), "{said}");
    }
}

/// The readings that a check proposes.
fn proposed(said: &str) -> Vec<String> {
    let mut readings = Vec::new();
    let mut lines = said.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line == "[[reading]]" {
            let mut reading = vec![line.to_owned()];
            while !reading.last().unwrap().starts_with("answers") {
                reading.push(lines.next().unwrap().to_owned());
            }
            readings.push(reading.join("\n"));
        }
    }
    readings
}

#[test]
fn a_reading_as_it_is_proposed_answers_its_own_question_and_no_other() {
    let (_, said) = check(pack().path(), &["--lang", "en"]);
    let readings = proposed(&said);
    assert!(readings.len() >= Unsaid::ALL.len(), "{said}");
    for reading in &readings {
        let place = pack();
        append(place.path(), reading);
        let (_, left) = check(place.path(), &["--lang", "en"]);
        let others: Vec<&String> = readings.iter().filter(|other| *other != reading).collect();
        assert_eq!(proposed(&left).iter().collect::<Vec<_>>(), others, "after\n{reading}");
    }
    let place = pack();
    append(place.path(), &readings.join("\n\n"));
    assert_eq!(check(place.path(), &["--strict"]), (0, String::new()));
}

#[test]
fn a_reading_of_another_clause_answers_nothing() {
    let place = pack();
    append(
        place.path(),
        "[[reading]]\nquestion = \"?\"\nanswer = \"!\"\nclauses = [\"late\"]\nanswers = [\"percentage base\", \"step or proportional\"]",
    );
    let left = asked(place.path());
    assert!(left.contains(Unsaid::PercentageBase.code()) && !left.contains(Unsaid::Steps.code()), "{left:?}");
}

/// What answers a question by the form of the pack.
const FORMS: [(Unsaid, &str, &str, &str); 9] = [
    (
        Unsaid::Window,
        "policy.toml",
        "cases = { count = \"complaint\",",
        "cases = { count = \"complaint\", within = \"period\",",
    ),
    (
        Unsaid::HighestScope,
        "policy.toml",
        "per = [\"card\", \"account\"]",
        "per = [\"record\", \"card\", \"account\"]",
    ),
    (Unsaid::VetoEffect, "policy.toml", "sets = { points = 0 }", "sets = { points = 0, money = 0 }"),
    (Unsaid::FloorAndBonus, "policy.toml", "floor = 0, plus", "plus"),
    (
        Unsaid::Steps,
        "clauses/all.rhai",
        "complaint.waited * terms",
        "steps(complaint.waited, 1, \"full\") * terms",
    ),
    (Unsaid::Leaders, "clauses/all.rhai", "charge(\"head\", terms.base * terms.head_share);", ""),
    (Unsaid::PercentageBase, "clauses/all.rhai", "terms.base * terms.head_share", "10"),
    (
        Unsaid::ClockStops,
        "policy.toml",
        "in = \"hours\",",
        "in = \"hours\", pauses = [[\"asked\", \"heard\"]],",
    ),
    (Unsaid::Appeal, "clauses/all.rhai", "raise(\"handler\", \"warning\");", ""),
];

#[test]
fn what_the_form_of_the_pack_says_is_not_asked() {
    for (unsaid, file, from, to) in FORMS {
        let place = pack();
        change(place.path(), file, from, to);
        let left = asked(place.path());
        assert!(!left.contains(unsaid.code()), "{unsaid:?} is asked all the same");
        // a head without a share is one question less; everything else stays
        assert!(left.len() >= Unsaid::ALL.len() - 2, "{unsaid:?} silences {left:?}");
    }
    let place = pack();
    for (role, end) in [("handler", "from = [\"处理人\"]"), ("head", "of = \"handler\"")] {
        change(place.path(), "policy.toml", end, &format!("{end}, vacant = \"nobody\""));
        let left = asked(place.path()).contains(Unsaid::Vacancy.code());
        assert_eq!(left, role == "handler", "every role that is named has to say it");
    }
}

#[test]
fn ranks_are_asked_of_as_raised_rows_are() {
    let place = pack();
    change(place.path(), "clauses/all.rhai", "raise(\"handler\", \"warning\");", "");
    assert!(!asked(place.path()).contains(Unsaid::Appeal.code()));
    let rank =
        "rank = { by = \"money\", best = \"lowest\", ties = \"same rank, next skipped\", vetoed = \"last\" }";
    change(place.path(), "policy.toml", "office = \"unit_head\"", &format!("office = \"unit_head\"\n{rank}"));
    assert!(asked(place.path()).contains(Unsaid::Appeal.code()));
}

#[test]
fn a_veto_says_enough_of_a_sum_by_its_parts_and_of_parts_by_their_sum() {
    for sets in ["points = 0, money = 0", "total = 0, money = 0"] {
        let place = pack();
        change(place.path(), "policy.toml", "sets = { points = 0 }", &format!("sets = {{ {sets} }}"));
        let total = "total = { sum = [\"points\"] }\n[person.veto]";
        change(place.path(), "policy.toml", "[person.veto]", total);
        assert!(!asked(place.path()).contains(Unsaid::VetoEffect.code()), "{sets}");
    }
}

#[test]
fn an_amount_that_is_split_says_so_itself() {
    let place = pack();
    let whole = "charge(\"handler\", terms.base);";
    let split = "charge(split(terms.base, #{ handler: 0.9, head: 0.1 }));";
    change(place.path(), "clauses/all.rhai", whole, split);
    change(place.path(), "clauses/all.rhai", "charge(\"head\", terms.base * terms.head_share);", "");
    let left = asked(place.path());
    assert!(left.contains(Unsaid::Appeal.code()), "{left:?}");
    assert!(
        !left.contains(Unsaid::Leaders.code()) && !left.contains(Unsaid::PercentageBase.code()),
        "{left:?}"
    );
}

#[test]
fn numbers_that_are_whole_and_limits_of_zero_raise_no_question() {
    let place = pack();
    change(place.path(), "clauses/all.rhai", "complaint.waited > terms.limit", "complaint.waited > 0");
    change(place.path(), "clauses/all.rhai", "person.cases >= 3", "person.cases > 0");
    change(
        place.path(),
        "clauses/all.rhai",
        "complaint.waited * terms.points_an_hour",
        "complaint.nth * terms.points_an_hour",
    );
    let left = asked(place.path());
    for unsaid in [Unsaid::Edge, Unsaid::Window, Unsaid::Steps] {
        assert!(!left.contains(unsaid.code()), "{unsaid:?} is asked");
    }
}
