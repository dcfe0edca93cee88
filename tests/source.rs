//! The source document, row by row: everything that `docs/coverage.md` names exists in the pack it names.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a fault should stop the test")]

use super::shared::{open_pack, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The packs that encode the source, each with the number of its sentences.
const PACKS: [(&str, usize); 3] = [("power-supply", 14), ("telecom", 19), ("market-regulator", 9)];

/// Everything of a pack that can be named: clauses, definitions, parameters, kinds, their facts, roles and accounts;
/// and, behind a colon, the titles of topics.
fn names(pack: &str) -> BTreeSet<String> {
    let (own, rules) = open_pack(&root().join(format!("rules/{pack}")));
    let mut names: BTreeSet<String> = rules.clauses().iter().map(|clause| clause.name.clone()).collect();
    names.extend(own.parameters.iter().map(|parameter| parameter.name.clone()));
    for kind in &own.policy.kinds {
        names.insert(kind.name.clone());
        let inner = kind.schema.names().map(str::to_owned);
        let roles = kind.roles.iter().map(|role| role.name.clone());
        let accounts = kind.accounts.iter().map(|account| account.name.clone());
        names.extend(inner.chain(roles).chain(accounts).map(|name| format!("{}.{name}", kind.name)));
    }
    let mut all: BTreeSet<String> = names.iter().map(|name| format!("{pack}/{name}")).collect();
    all.extend(own.policy.topics.iter().map(|topic| format!("{pack}: {}", topic.title.en)));
    all
}

#[test]
fn everything_that_does_a_sentence_of_the_source_exists() {
    let text = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    let mut wrong = Vec::new();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    for (pack, _) in PACKS {
        let names = names(pack);
        for line in text.lines().filter(|line| line.starts_with("| ")) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let spans: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
            let own: Vec<&str> = spans.iter().copied().filter(|span| span.starts_with(pack)).collect();
            if own.is_empty() {
                continue;
            }
            assert_eq!(own.len(), spans.len(), "a row names two packs: {line}");
            *rows.entry(pack).or_default() += 1;
            wrong.extend(own.into_iter().filter(|span| !names.contains(*span)).map(str::to_owned));
        }
    }
    assert!(wrong.is_empty(), "not in its pack: {wrong:#?}");
    for (pack, sentences) in PACKS {
        assert_eq!(rows[pack], sentences, "{pack}");
    }
}

#[test]
fn every_clause_of_the_three_packs_does_some_sentence_of_the_source() {
    let text = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    for (pack, _) in PACKS {
        let (_, rules) = open_pack(&root().join(format!("rules/{pack}")));
        let told = |name: &str| text.contains(&format!("`{pack}/{name}`"));
        let untold: Vec<&str> =
            rules.clauses().iter().map(|clause| clause.name.as_str()).filter(|name| !told(name)).collect();
        assert!(untold.is_empty(), "{pack}: no sentence of the source names {untold:?}");
    }
}
