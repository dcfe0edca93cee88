//! What is wrong with a scenario is named, with its place: it must not hold because it asks for nothing.

#![cfg(test)]

use super::commands::{LANGUAGES, assert_is, copy_folder, entries, renze_in};
use super::shared::root;
use std::fs;

#[test]
fn every_fault_of_a_scenario_is_refused_with_the_words_expected() {
    let folder = root().join("fixtures/scenario-faults");
    let names = entries(&folder);
    let names: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".toml")).collect();
    assert!(names.len() >= 3, "only {} faults", names.len());
    for name in names {
        let place = tempfile::tempdir().unwrap();
        copy_folder(&root().join("fixtures/bad/base/pack"), &place.path().join("pack"));
        fs::create_dir(place.path().join("pack/scenarios")).unwrap();
        fs::copy(folder.join(format!("{name}.toml")), place.path().join("pack/scenarios/all.toml")).unwrap();
        for language in LANGUAGES {
            for command in ["test", "check"] {
                let said = renze_in(place.path(), &["--lang", language, command, "pack"]);
                assert_eq!((said.code, said.out.as_str()), (1, ""), "{name}: {}", said.err);
                assert_is(&folder.join(format!("{name}.{language}.txt")), &said.err);
            }
        }
    }
}
