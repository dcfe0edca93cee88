//! Facts made out of several rows: every scenario of a pack of them holds, and each value is as counted by hand.

#![cfg(test)]

use super::shared::{open_pack, root};
use renze::assess::Assessment;
use renze::diagnostic::Faults;
use renze::fact::{FactType, Facts as _};
use renze::language::Language;
use renze::scenario::{Scenario, differences};

/// The facts of every complaint of a scenario, those from before the period too.
fn facts(assessment: &Assessment, number: &str, names: &[&str]) -> Vec<String> {
    let stores = [assessment.rows.get(&1), assessment.before.get(&1)];
    let mut rows = stores.into_iter().flatten().flat_map(|rows| rows.iter());
    let row = rows.find(|row| row.id == number).unwrap();
    names.iter().map(|name| FactType::plain(&row.record.value(name))).collect()
}

/// Every scenario of a pack holds; how many there are.
fn held(pack: &str) -> usize {
    let (pack, rules) = open_pack(&root().join("fixtures").join(pack));
    let faults = Faults::default();
    let sources = pack.scenarios(&faults);
    let scenarios = sources.iter().flat_map(|source| Scenario::read_file(source, &pack, &faults));
    let scenarios: Vec<Scenario> = scenarios.collect();
    for scenario in &scenarios {
        let found = scenario.outcome(&pack, &rules).unwrap();
        let wrong = differences(&scenario.expected, &found, Language::En);
        assert!(wrong.is_empty(), "{}: {wrong:?}", scenario.name.en);
    }
    assert!(faults.into_sorted().is_empty());
    scenarios.len()
}

#[test]
fn every_scenario_of_a_pack_that_looks_back_holds() {
    assert_eq!(held("lookback"), 4);
}

#[test]
fn every_scenario_of_a_pack_that_raises_rows_holds() {
    assert_eq!(held("raised"), 2);
}

#[test]
fn every_scenario_of_cards_made_of_cards_holds() {
    assert_eq!(held("rollup"), 4);
}

#[test]
fn every_fact_that_looks_back_is_as_counted_by_hand() {
    let (pack, rules) = open_pack(&root().join("fixtures/lookback"));
    let faults = Faults::default();
    let sources = pack.scenarios(&faults);
    let mut scenarios = sources.iter().flat_map(|source| Scenario::read_file(source, &pack, &faults));
    let by_hand = scenarios.find(|scenario| scenario.name.en.ends_with("by hand")).unwrap();
    let (assessment, _) = by_hand.scene.assess(&pack, &rules).unwrap();
    let names =
        ["in_year", "lost", "largest", "loss_before", "streak", "warned", "warned_still", "since_warned"];
    for (number, expected) in [
        ("P", ["1", "100", "100", "", "1", "0", "0", "1"]),
        ("Q", ["2", "40", "100", "", "0", "0", "1", "1"]),
        ("R", ["3", "340", "300", "100", "1", "1", "2", "1"]),
        ("S", ["4", "640", "300", "40", "2", "1", "1", "1"]),
        ("T", ["5", "940", "300", "300", "3", "1", "1", "2"]),
    ] {
        assert_eq!(facts(&assessment, number, &names), expected, "{number}: {names:?}");
    }
    let share = |number: &str| facts(&assessment, number, &["share"]).concat();
    assert_eq!(["P", "R", "S", "T"].map(share), ["100", "42.86", "85.71", "171.43"]);
}
