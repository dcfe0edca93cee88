//! A random pack in a folder of its own, compiled as a user's would be.

use super::construct::Uses;
use super::policy::{DEFINITIONS, parameters, policy};
use super::writer::{Callable, CalledSort, Writer};
use crate::chance::Chance;
use renze::clause::{Clause, Rulebook};
use renze::diagnostic::{Diagnostic, Faults, Place, Severity};
use renze::fact::FactType;
use renze::policy::Pack;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The clauses of a pack, with the kind each judges.
const CLAUSES: [(&str, &str); 9] = [
    ("complaint", "late"),
    ("complaint", "rude"),
    ("complaint", "repeat"),
    ("complaint", "costly"),
    ("complaint", "越级追责"),
    ("complaint", "unheard"),
    ("person", "often"),
    ("person", "slow"),
    ("unit", "rates"),
];

/// The functions of each clause file, by the lines at which they begin.
type Lines = BTreeMap<String, Vec<(usize, String)>>;

/// One function of a pack: its source and what it is made of.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) uses: Uses,
    /// The product would not take it: something that does nothing stands in its place.
    pub(crate) refused: bool,
}

/// A random pack.
pub(crate) struct RandomPack {
    pub(crate) pack: Pack,
    pub(crate) rules: Rulebook,
    pub(crate) functions: Vec<Written>,
    /// The text of every clause file.
    pub(crate) files: BTreeMap<String, String>,
}

impl RandomPack {
    /// The pack of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("clauses")).unwrap();
        fs::write(folder.path().join("policy.toml"), policy(&mut chance)).unwrap();
        fs::write(folder.path().join("parameters.toml"), parameters(&mut chance)).unwrap();
        let declared = read(folder.path());
        let mut functions = write_all(&mut chance, &declared);
        let mut said = Vec::new();
        // what is refused makes way, until the rest is taken
        for _ in 0..=functions.len() {
            let (files, lines) = place(folder.path(), &functions);
            let pack = read(folder.path());
            let faults = Faults::default();
            let rules = Rulebook::compile(&pack, &faults);
            let mut errors = faults.into_sorted();
            errors.retain(|fault| fault.severity == Severity::Error);
            if errors.is_empty() {
                return Self { pack, rules, functions, files };
            }
            drop_refused(&mut functions, &lines, &errors);
            said = errors;
        }
        panic!("seed {seed}: a pack that is refused even without its clauses: {said:#?}");
    }

    /// A function as the product knows it.
    pub(crate) fn clause(&self, written: &Written) -> Option<&Clause> {
        let definition = DEFINITIONS.iter().find(|(_, name)| *name == written.name);
        match definition {
            Some((kind, name)) => self.rules.definition(kind, name),
            None => self.rules.clause(&written.name),
        }
    }
}

fn read(folder: &Path) -> Pack {
    let faults = Faults::default();
    let pack = Pack::read(folder, &faults).filter(|_| !faults.has_errors());
    pack.unwrap_or_else(|| panic!("the declarations are refused: {:#?}", faults.into_sorted()))
}

/// Every function of the pack. Some clauses stand in the file of a definition and may call it.
fn write_all(chance: &mut Chance, pack: &Pack) -> Vec<Written> {
    let mut functions = Vec::new();
    for (kind, name) in DEFINITIONS {
        let (_, judged) = pack.policy.kind(kind).unwrap();
        let of = judged.schema.get(name).unwrap().kind.clone();
        let (source, uses) = Writer::new(chance, pack, judged, &[], None).definition(name, &of);
        functions.push(Written { name: name.to_owned(), source, uses, refused: false });
    }
    for (kind, name) in CLAUSES {
        let (_, judged) = pack.policy.kind(kind).unwrap();
        let names: Vec<String> =
            CLAUSES.iter().filter(|(other, _)| *other == kind).map(|(_, name)| (*name).to_owned()).collect();
        let callable = hosts(name).map(|definition| {
            let number = matches!(judged.schema.get(definition).unwrap().kind, FactType::Number { .. });
            let sort = if number { CalledSort::Number } else { CalledSort::Flag };
            Callable { name: definition.to_owned(), sort }
        });
        let (source, uses) = Writer::new(chance, pack, judged, &names, callable).clause(name);
        functions.push(Written { name: name.to_owned(), source, uses, refused: false });
    }
    functions
}

/// The definition in whose file a clause stands.
fn hosts(clause: &str) -> Option<&'static str> {
    match clause {
        "late" => Some("counts"),
        "rude" => Some("weight"),
        "often" => Some("rate_of_person"),
        "rates" => Some("is_good_unit"),
        _ => None,
    }
}

/// Writes the clause files; gives the text and the functions of each.
fn place(folder: &Path, functions: &[Written]) -> (BTreeMap<String, String>, Lines) {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut lines: Lines = BTreeMap::new();
    for written in functions {
        let file = format!("{}.rhai", hosts(&written.name).unwrap_or(&written.name));
        let text = texts.entry(file.clone()).or_default();
        // helpers of two functions in one file must not share a name
        let own = written.source.replace("help", &format!("help_of_{}_", written.name));
        lines.entry(file).or_default().push((text.lines().count() + 1, written.name.clone()));
        text.push_str(&own);
    }
    for (file, text) in &texts {
        fs::write(folder.join("clauses").join(file), text).unwrap();
    }
    (texts, lines)
}

/// Replaces every function in which a fault was found by one that does nothing.
fn drop_refused(functions: &mut [Written], files: &Lines, errors: &[Diagnostic]) {
    let mut dropped = false;
    for error in errors {
        let shown = format!("{:?}", error.place);
        for (file, lines) in files {
            if !shown.contains(&format!("clauses/{file}")) {
                continue;
            }
            let line = match error.place {
                Some(Place::Line { line, .. }) => line,
                _ => 1,
            };
            let name = lines.iter().rfind(|(first, _)| *first <= line).map(|(_, name)| name);
            for written in functions.iter_mut().filter(|written| Some(&written.name) == name) {
                dropped |= !written.refused;
                written.source = without(&written.name);
                written.refused = true;
            }
        }
    }
    assert!(dropped, "a fault of no function: {errors:#?}");
}

/// A function of that name that does nothing.
fn without(name: &str) -> String {
    let kind = |functions: &[(&'static str, &'static str)]| {
        functions.iter().find(|(_, other)| *other == name).map(|(kind, _)| *kind)
    };
    let (body, kind) = match (kind(&DEFINITIONS), kind(&CLAUSES)) {
        (Some(kind), _) if name.starts_with("rate") || name == "weight" => ("1", kind),
        (Some(kind), _) if name == "class" => ("terms.reading", kind),
        (Some(kind), _) => ("true", kind),
        (None, clause) => ("", clause.unwrap_or("complaint")),
    };
    format!("/// {name}\n/// basis: 1\nfn {name}({kind}, terms) {{ {body} }}\n")
}
