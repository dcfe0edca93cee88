//! `docs/quality.md` counts the bad inputs that there are, and no others.

#![allow(clippy::unwrap_used, reason = "test code: a fault should stop the test")]

use super::commands::{assert_is, entries};
use super::shared::root;
use std::collections::BTreeMap;
use std::fs;

/// The families by the letter of the code that an input is refused with.
const FAMILIES: [(char, &str); 6] = [
    ('C', "clauses"),
    ('P', "policy and parameters"),
    ('F', "files"),
    ('B', "the book"),
    ('R', "rows and cells"),
    ('O', "the organisation"),
];

/// The family that an input names in its `change.toml`, or that of the first code it is refused with.
fn family(name: &str) -> String {
    let folder = root().join("fixtures/bad").join(name);
    let change: toml::Table =
        toml::from_str(&fs::read_to_string(folder.join("change.toml")).unwrap()).unwrap();
    if let Some(named) = change.get("family") {
        return named.as_str().unwrap().to_owned();
    }
    let said = fs::read_to_string(folder.join("expected.en.txt")).unwrap();
    let code = said.lines().find_map(|line| line.strip_prefix("error[")).unwrap();
    let of_code = FAMILIES.iter().find(|(letter, _)| code.starts_with(*letter));
    of_code.unwrap_or_else(|| panic!("{name}: {code} belongs to no family")).1.to_owned()
}

#[test]
fn the_bad_inputs_of_every_family_are_as_many_as_the_document_says() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in entries(&root().join("fixtures/bad")).iter().filter(|name| *name != "base") {
        *counts.entry(family(name)).or_default() += 1;
    }
    let path = root().join("docs/quality.md");
    let mut written = String::new();
    for line in fs::read_to_string(&path).unwrap().lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let counted = cells.get(1).and_then(|family| counts.remove_entry(*family));
        match (counted, cells.as_slice()) {
            (Some((family, count)), [_, _, _, what, _]) => {
                written.push_str(&format!("| {family} | {count} | {what} |\n"));
            }
            _ => written.push_str(&format!("{line}\n")),
        }
    }
    assert!(counts.is_empty(), "the document has no row for {counts:?}");
    assert_is(&path, &written);
}
