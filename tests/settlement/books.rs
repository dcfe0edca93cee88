//! Random months of a pack with sums, ceilings, ranks and quotas, under every way the pack can say them.

use super::assert_settled_alike;
use crate::chance::Chance;
use crate::commands::copy_folder;
use crate::shared::{open_pack, root};
use renze::assess::Scorecard;
use renze::calendar::read_day;
use renze::scenario::{Scene, TypedRow};
use std::collections::BTreeMap;
use std::fs;

/// What the pack says, and what it could say instead.
const SAID: [(&str, &[&str]); 6] = [
    (
        "ties = \"same rank, next skipped\", vetoed = \"out\"",
        &[
            "ties = \"same rank, next follows\", vetoed = \"out\"",
            "ties = \"shared by mean\", vetoed = \"last\"",
            "ties = \"same rank, next follows\", vetoed = \"last\"",
        ],
    ),
    ("among = [\"team\"]", &["among = [\"conduct\"]", "among = []", "among = [\"team\", \"conduct\"]"]),
    ("by = \"total\", best = \"highest\"", &["by = \"points\", best = \"lowest\""]),
    ("rounded = \"half_up\", ties = \"all in\"", &["rounded = \"up\", ties = \"all out\""]),
    (
        "at_most = \"60%\", rounded = \"down\", ties = \"all out\"",
        &["at_most = 2, rounded = \"up\", ties = \"all in\""],
    ),
    ("sets = { total = 0 }", &["sets = { points = 0, total = 0 }", "sets = {}"]),
];

/// The pack as it could be written, one saying after the other.
fn packs(chance: &mut Chance) -> String {
    let mut text = fs::read_to_string(root().join("fixtures/grades/policy.toml")).unwrap();
    for (said, instead) in SAID {
        assert!(text.contains(said), "{said}");
        if chance.happens(1, 2) {
            text = text.replacen(said, chance.one::<&str>(instead), 1);
        }
    }
    text
}

fn facts(given: &[(&str, &str)]) -> BTreeMap<String, String> {
    given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A month of some people in two teams, with what happened.
fn month(chance: &mut Chance) -> Scene {
    let people = chance.between(1, 9);
    let mut rows = Vec::new();
    for person in 0..people {
        let base = *chance.one(&["100", "100", "98", "97.5", "95", "90", "85", "85", "72", "missing"]);
        let team = chance.one(&["一组", "一组", "二组"]);
        rows.push(TypedRow {
            kind: "person".to_owned(),
            subject: Some(format!("p{person}")),
            facts: facts(&[("base", base)]),
            roles: BTreeMap::from([("team".to_owned(), vec![(*team).to_owned()])]),
            ..TypedRow::default()
        });
    }
    for event in 0..chance.below(14) {
        let what = *chance.one(&[
            "fault",
            "fault",
            "fault",
            "praise",
            "bonus",
            "late",
            "complained",
            "absent",
            "disciplined",
            "major",
        ]);
        let upheld = chance.weighted(&[("true", 14), ("false", 1), ("missing", 5)]);
        let size = *chance.one(&["0.25", "1", "1.35", "3", "6", "25"]);
        let incident = *chance.one(&["一", "二"]);
        let person = format!("p{}", chance.below(people));
        rows.push(TypedRow {
            kind: "event".to_owned(),
            number: Some(event.to_string()),
            facts: facts(&[("what", what), ("upheld", upheld), ("size", size), ("incident", incident)]),
            roles: BTreeMap::from([("person".to_owned(), vec![person])]),
            ..TypedRow::default()
        });
    }
    Scene {
        on: read_day("2026-03-10").unwrap(),
        period: None,
        rows,
        earlier: [].into(),
        pay: BTreeMap::new(),
    }
}

#[test]
fn random_months_of_grades_ranks_and_quotas_settle_alike() {
    let mut chance = Chance(20_260_310);
    let (mut cards, mut ranked, mut open, mut demoted) = (0, 0, 0, 0);
    for number in 0..40 {
        let place = tempfile::tempdir().unwrap();
        copy_folder(&root().join("fixtures/grades"), place.path());
        let policy = packs(&mut chance);
        fs::write(place.path().join("policy.toml"), &policy).unwrap();
        let (pack, rules) = open_pack(place.path());
        for book in 0..25 {
            let scene = month(&mut chance);
            let (assessment, _) = scene.assess(&pack, &rules).unwrap();
            let said = format!("pack {number}, month {book}: {policy}\n{:?}", scene.rows);
            assert_settled_alike(&pack, &assessment, &said);
            let count = |is: fn(&&Scorecard) -> bool| assessment.scorecards.iter().filter(is).count();
            cards += assessment.scorecards.len();
            ranked += count(|card| card.rank.is_some());
            open += count(|card| card.rank.is_some_and(|rank| !rank.place.is_settled()));
            demoted += count(|card| !card.demoted.is_empty());
        }
    }
    // months in which nothing is ranked, open or above a quota would prove little
    assert!(
        ranked * 4 > cards && open * 10 > ranked && demoted * 20 > ranked,
        "{cards} {ranked} {open} {demoted}"
    );
}
