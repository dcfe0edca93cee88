//! One row typed by hand, and how a scenario file holds it.

use super::Scene;
use super::outcome::outcome;
use crate::assess::Assessment;
use crate::clause::Rulebook;
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::policy::Pack;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// One row typed by hand.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The kind of the row.
    pub kind: String,
    /// The day it happened.
    pub on: NaiveDate,
    /// Facts as typed; those not given are the pack's ordinary ones.
    pub facts: BTreeMap<String, String>,
}

impl Situation {
    /// What follows: verb and role → amount, with the clauses that apply.
    ///
    /// # Errors
    /// Facts that the kind does not have or that cannot be read.
    pub fn outcome(
        &self,
        pack: &Pack,
        rules: &Rulebook,
    ) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
        let (assessment, kind) = self.assess(pack, rules)?;
        Ok(outcome(&assessment, rules, &BTreeSet::from([kind])))
    }

    /// Assesses the one row; every role is a bearer of its own.
    ///
    /// # Errors
    /// Facts that the kind does not have or that cannot be read.
    pub fn assess(&self, pack: &Pack, rules: &Rulebook) -> Result<(Assessment, usize), Vec<Diagnostic>> {
        Scene::from(self).assess(pack, rules)
    }

    /// The situation with what must follow, as a scenario file holds it.
    pub fn written(&self, name: &Text, expected: &BTreeMap<String, String>) -> String {
        let facts = self.facts.iter().map(|(fact, value)| format!("{} = {}", key(fact), scalar(value)));
        let mut of_verbs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut lists = Vec::new();
        for (what, value) in expected {
            match what.split_once(' ') {
                Some((verb, role)) => {
                    let amount = format!("{} = {}", key(role), scalar(value));
                    of_verbs.entry(verb).or_default().push(amount);
                }
                None if what == "set_aside" => lists.push(format!("{what} = {value}")),
                None => {
                    let names = value.split(", ").filter(|name| !name.is_empty()).map(quoted);
                    lists.push(format!("{} = [{}]", key(what), names.collect::<Vec<_>>().join(", ")));
                }
            }
        }
        let verbs = of_verbs.iter().map(|(verb, roles)| format!("{} = {}", key(verb), braced(roles)));
        let expected: Vec<String> = verbs.chain(lists).collect();
        format!(
            "[[scenario]]\nname = {{ zh = {}, en = {} }}\non = {}\n{} = {}\nexpect = {}\n",
            quoted(&name.zh),
            quoted(&name.en),
            self.on,
            key(&self.kind),
            braced(&facts.collect::<Vec<_>>()),
            braced(&expected)
        )
    }
}

/// A name as a key of a file.
fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(plain) { name.to_owned() } else { quoted(name) }
}

/// A text as a value of a file.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// What was typed as a value of a file: whole numbers and truth values bare, everything else as text.
fn scalar(typed: &str) -> String {
    let is_whole = typed.parse::<i64>().is_ok_and(|number| number.to_string() == typed);
    if is_whole || typed == "true" || typed == "false" { typed.to_owned() } else { quoted(typed) }
}

fn braced(entries: &[String]) -> String {
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}
