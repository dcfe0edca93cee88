//! Every bad input belongs to a family, and `docs/quality.md` lists those that there are.

#![allow(clippy::unwrap_used, reason = "test code: a fault should stop the test")]

use super::commands::{assert_is, entries};
use super::shared::root;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;

#[derive(Deserialize)]
struct Families {
    family: Vec<Family>,
}

/// What is bad about some inputs.
#[derive(Deserialize)]
struct Family {
    title: String,
    inputs: Vec<String>,
}

fn families() -> Vec<Family> {
    let text = fs::read_to_string(root().join("fixtures/families.toml")).unwrap();
    toml::from_str::<Families>(&text).unwrap().family
}

#[test]
fn every_bad_input_is_of_one_family_and_every_family_has_three() {
    let mut listed = BTreeSet::new();
    for family in families() {
        assert!(family.inputs.len() >= 3, "{} has fewer than three inputs", family.title);
        for input in family.inputs {
            assert!(listed.insert(input.clone()), "{input} is listed twice");
        }
    }
    let mut there: BTreeSet<String> = entries(&root().join("fixtures/bad")).into_iter().collect();
    there.remove("base");
    let messages = entries(&root().join("fixtures/hostile"));
    there.extend(messages.iter().filter_map(|file| file.strip_suffix(".en.txt")).map(str::to_owned));
    assert_eq!(listed, there);
}

#[test]
fn the_document_lists_every_family_with_its_inputs() {
    let families = families();
    let row = |family: &Family| {
        let inputs: Vec<String> = family.inputs.iter().map(|input| input.replace('-', " ")).collect();
        format!("| {} | {} | {} |\n", family.title, family.inputs.len(), inputs.join(", "))
    };
    let all: usize = families.iter().map(|family| family.inputs.len()).sum();
    let rows: String = families.iter().map(row).collect();
    let path = root().join("docs/quality.md");
    let text = fs::read_to_string(&path).unwrap();
    let head = "| family | inputs | what is tried |\n|---|---|---|\n";
    let (before, behind) = text.split_once(head).unwrap();
    let (_, after) = behind.split_once("\n\n").unwrap();
    assert_is(&path, &format!("{before}{head}{rows}| all | {all} | |\n\n{after}"));
}
