//! Coverage: what the scenarios leave out, and that the generated ones, pasted into the pack, leave nothing out.

#![cfg(test)]

use super::construct::many_questions;
use super::shared::{open_pack, root};
use renze::coverage::Coverage;
use renze::diagnostic::Faults;
use renze::language::Language;
use renze::report::{coverage_report, proposed_scenarios, render};
use renze::scenario::{Scenario, Scene, differences};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The scenarios of a pack, of which every one holds.
fn held(folder: &Path) -> Vec<Scene> {
    let (pack, rules) = open_pack(folder);
    let faults = Faults::default();
    let mut scenes = Vec::new();
    for source in pack.scenarios(&faults) {
        for scenario in Scenario::read_file(&source, &pack, &faults) {
            let found = scenario.outcome(&pack, &rules).unwrap();
            let wrong = differences(&scenario.expected, &found, Language::En);
            assert!(wrong.is_empty(), "{}: {wrong:?}", scenario.name.en);
            scenes.push(scenario.scene);
        }
    }
    assert!(faults.into_sorted().is_empty());
    scenes
}

fn coverage(folder: &Path) -> Coverage {
    let (pack, rules) = open_pack(folder);
    Coverage::of(&pack, &rules, &held(folder))
}

/// Pastes what coverage proposes into the pack.
fn paste(folder: &Path, language: Language) {
    let proposed = proposed_scenarios(&coverage(folder).proposals, language);
    fs::write(folder.join("scenarios/generated.toml"), proposed).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let into = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &into);
        } else {
            fs::copy(entry.path(), into).unwrap();
        }
    }
}

#[test]
fn pasted_scenarios_hold_and_leave_no_row_of_the_shipped_packs_out() {
    for (pack, language) in [("rules/telecom", Language::Zh), ("benches/t8/pack", Language::En)] {
        let folder = TempDir::new().unwrap();
        copy(&root().join(pack), folder.path());
        // the telecom pack leaves none out of its own: some of its scenarios are taken away
        for taken in ["chain.toml", "three_levels.toml"] {
            let _ = fs::remove_file(folder.path().join("scenarios").join(taken));
        }
        let before = coverage(folder.path());
        let (rows, reached) = before.totals();
        assert!(0 < reached && reached < rows, "{pack}: {reached} of {rows}");
        paste(folder.path(), language);
        let after = coverage(folder.path());
        assert_eq!(after.totals(), (rows, rows), "{pack}");
        assert!(after.proposals.is_empty());
    }
}

#[test]
fn without_any_scenario_every_row_is_missed_and_the_proposals_reach_all_that_can_be() {
    let folder = TempDir::new().unwrap();
    copy(&root().join("rules/telecom"), folder.path());
    fs::remove_dir_all(folder.path().join("scenarios")).unwrap();
    fs::create_dir(folder.path().join("scenarios")).unwrap();
    let (rows, reached) = coverage(folder.path()).totals();
    assert_eq!(reached, 0);
    paste(folder.path(), Language::En);
    assert_eq!(coverage(folder.path()).totals(), (rows, rows));
    let cards =
        held(folder.path()).iter().filter(|scene| scene.rows.iter().any(|row| row.kind == "unit")).count();
    assert!(cards >= 2, "cards are covered by facts typed on the card");
}

#[test]
fn rows_that_nothing_reaches_are_told_from_rows_nobody_tried() {
    let folder = many_questions();
    fs::create_dir(folder.path().join("scenarios")).unwrap();
    paste(folder.path(), Language::Zh);
    let (pack, rules) = open_pack(folder.path());
    let coverage = coverage(folder.path());
    let left: Vec<(&str, Option<usize>)> = coverage
        .clauses
        .iter()
        .flat_map(|clause| clause.missed.iter().map(|missed| (clause.clause.as_str(), missed.proposal)))
        .collect();
    assert_eq!(left, [("impossible", None)]);
    let old = coverage.clauses.iter().find(|clause| clause.clause == "old").unwrap();
    assert_eq!((old.rows, old.reached()), (2, 2), "covered on the last day it was in force");
    let interpreted = coverage.clauses.iter().find(|clause| clause.clause == "one_by_one").unwrap();
    assert!(interpreted.rows == 0 && interpreted.interpreted.is_some());
    for (language, said) in [
        (Language::En, "no situation found that reaches it: perhaps none can"),
        (Language::Zh, "\u{672a}\u{627e}\u{5230}\u{5230}\u{8fbe}\u{5b83}\u{7684}\u{60c5}\u{5f62}"),
    ] {
        let report = render(&coverage_report(&pack, &rules, &coverage, language));
        assert!(report.contains(said), "{report}");
    }
}

#[test]
fn coverage_falls_when_a_scenario_is_taken_away() {
    let (pack, rules) = open_pack(&root().join("rules/telecom"));
    let scenes = held(&root().join("rules/telecom"));
    let (_, all) = Coverage::of(&pack, &rules, &scenes).totals();
    let vetoed = |scene: &Scene| scene.assess(&pack, &rules).unwrap().0.vetoes().next().is_some();
    let without: Vec<Scene> = scenes.into_iter().filter(|scene| !vetoed(scene)).collect();
    let coverage = Coverage::of(&pack, &rules, &without);
    assert!(coverage.totals().1 < all);
    let veto = coverage.clauses.iter().find(|clause| clause.clause == "major_veto").unwrap();
    assert_eq!((veto.rows, veto.reached()), (2, 1));
    let proposal = &coverage.proposals[veto.missed[0].proposal.unwrap()];
    assert_eq!(proposal.found["veto"], "handler, line_executive, unit, unit_head");
}
