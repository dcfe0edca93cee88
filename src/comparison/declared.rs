//! What is declared otherwise: windows, scopes, groups, accounts, grades, roles, readings. Both files are held against
//! each other entry by entry, so that nothing a pack can declare is passed over.

use super::Version;
use crate::clause::Clause;
use crate::language::Text;
use crate::policy::{Overlap, Pack, Policy};
use std::collections::{BTreeMap, BTreeSet};

/// One entry that is declared otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Where it stands, as `complaint.roles.handler.several`.
    pub name: String,
    /// What that is called in reports.
    pub title: Text,
    /// As it was declared; none where it was not.
    pub before: Option<String>,
    /// As it is declared now.
    pub after: Option<String>,
}

/// Keys that tell one table of a list from another.
const NAMING: [&str; 3] = ["by", "question", "clauses"];
/// Tables in which an entry may refer to those before it.
const ORDERED: [&str; 3] = ["facts", "roles", "accounts"];
/// The entry that says in which order its neighbours stand.
const ORDER: &str = "(order)";

type Entries = BTreeMap<Vec<String>, String>;

pub(super) fn changes(before: Version<'_>, after: Version<'_>) -> Vec<Declared> {
    let (mut old, mut new) = (entries(before), entries(after));
    clauses(before, after, &mut old);
    clauses(after, before, &mut new);
    let names: BTreeSet<&Vec<String>> = old.keys().chain(new.keys()).collect();
    let differing = names.into_iter().filter(|name| match (old.get(*name), new.get(*name)) {
        // what was added or left out stands in the list itself
        (one, other) if name.last().is_some_and(|last| last == ORDER) => {
            one != other && sorted(one).is_some() && sorted(one) == sorted(other)
        }
        (one, other) => one != other,
    });
    let (before, after) = (&before.pack.policy, &after.pack.policy);
    let declared = differing.map(|name| Declared {
        name: name.join("."),
        title: title(before, name).or_else(|| title(after, name)).unwrap_or_default(),
        before: old.get(name).cloned(),
        after: new.get(name).cloned(),
    });
    declared.collect()
}

/// The neighbours in one order, whichever they have.
fn sorted(order: Option<&String>) -> Option<Vec<&str>> {
    let mut names: Vec<&str> = order?.split(" → ").collect();
    names.sort_unstable();
    Some(names)
}

/// Everything a pack declares beside the values of its parameters and what its clauses do.
fn entries(version: Version<'_>) -> Entries {
    let Pack { manifest, parameters, .. } = version.pack;
    let mut entries = Entries::new();
    let table: toml::Table = toml::from_str(&manifest.text).unwrap_or_default();
    flatten(&mut Vec::new(), &toml::Value::Table(table), &mut entries);
    for parameter in parameters {
        let mut put = |key: &str, value: String| {
            if !value.is_empty() {
                entries.insert(vec!["parameters".to_owned(), parameter.name.clone(), key.to_owned()], value);
            }
        };
        put("title.zh", parameter.title.zh.clone());
        put("title.en", parameter.title.en.clone());
        put("unit", parameter.unit.code().to_owned());
        put("keys", parameter.keys.join(", "));
        let overlap = match parameter.overlap {
            None => "",
            Some(Overlap::First) => "first",
            Some(Overlap::Last) => "last",
        };
        put("overlap", overlap.to_owned());
        let places = parameter.places.iter().map(|(key, places)| format!("{key} {places}"));
        put("places", places.collect::<Vec<_>>().join(", "));
        for dated in &parameter.values {
            put(&format!("{}.basis", dated.from), dated.basis.clone());
        }
    }
    entries
}

/// What the comments of the clauses say; of a clause that only this version has, that it has it.
fn clauses(version: Version<'_>, other: Version<'_>, entries: &mut Entries) {
    for clause in version.rules.clauses() {
        if other.rules.clause(&clause.name).is_some() {
            of_clause(clause, entries);
        } else {
            entries.insert(
                vec!["clauses".to_owned(), clause.name.clone()],
                format!("{}({})", clause.name, clause.kind),
            );
        }
    }
}

/// What the comment of a clause says.
fn of_clause(clause: &Clause, entries: &mut Entries) {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    for (key, value) in [
        ("title.zh", clause.title.zh.clone()),
        ("title.en", clause.title.en.clone()),
        ("basis", clause.basis.clone()),
        ("kind", clause.kind.clone()),
        ("from", day(clause.days.from)),
        ("until", day(clause.days.until)),
    ] {
        if !value.is_empty() {
            entries.insert(vec!["clauses".to_owned(), clause.name.clone(), key.to_owned()], value);
        }
    }
}

fn flatten(at: &mut Vec<String>, value: &toml::Value, entries: &mut Entries) {
    let listed = |list: &[toml::Value]| list.iter().any(toml::Value::is_table);
    match value {
        toml::Value::Table(table) => {
            if at.last().is_some_and(|name| ORDERED.contains(&name.as_str())) {
                put_order(at, table.keys().cloned().collect(), entries);
            }
            for (key, value) in table {
                at.push(key.clone());
                flatten(at, value, entries);
                at.pop();
            }
        }
        toml::Value::Array(list) if listed(list) => {
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            let mut names = Vec::new();
            for value in list {
                let naming = NAMING.iter().find_map(|key| value.get(key));
                let name = naming.map(named).unwrap_or_default();
                let times = seen.entry(name.clone()).or_default();
                *times = times.saturating_add(1);
                let again = if *times > 1 { format!(" {times}") } else { String::new() };
                names.push(format!("[{name}{again}]"));
                at.push(format!("[{name}{again}]"));
                flatten(at, value, entries);
                at.pop();
            }
            put_order(at, names, entries);
        }
        value => drop(entries.insert(at.clone(), shown(value))),
    }
}

fn put_order(at: &[String], names: Vec<String>, entries: &mut Entries) {
    let place = at.iter().cloned().chain([ORDER.to_owned()]).collect();
    entries.insert(place, names.join(" → "));
}

/// What tells a table from its neighbours, in one word or a few.
fn named(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(titles) => {
            let first = titles.get("zh").or_else(|| titles.values().next());
            first.map(shown).unwrap_or_default()
        }
        value => shown(value),
    }
}

fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}

/// What reports call the kind, and the fact, role or account of it, that an entry is about.
fn title(policy: &Policy, name: &[String]) -> Option<Text> {
    let (_, kind) = policy.kind(name.first()?)?;
    let part = name.get(2).and_then(|part| match name.get(1)?.as_str() {
        "facts" => kind.schema.get(part).map(|fact| &fact.title),
        "roles" => kind.role(part).map(|role| &role.title),
        "accounts" => kind.account(part).map(|account| &account.title),
        _ => None,
    });
    Some(match part {
        Some(part) => Text::new(
            format!("{}\u{b7}{}", kind.title.zh, part.zh),
            format!("{}: {}", kind.title.en, part.en),
        ),
        None => kind.title.clone(),
    })
}
