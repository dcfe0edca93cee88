//! A pack's own scenarios: situations a manager would recognise, with what must follow. Also one row typed by hand.

use crate::amount;
use crate::assess::{Assessment, Bearers, Inputs, Outcome};
use crate::calendar::Period;
use crate::clause::Rulebook;
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::{Section, Source};
use crate::fact::{Origin, Value};
use crate::intake::{Intake, Row, Rows};
use crate::language::{Language, Text};
use crate::policy::{Kind, Pack};
use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// One situation.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it shows.
    pub name: Text,
    /// The situation itself.
    pub situation: Situation,
    /// What must follow: verb or `veto` → role → amount, and the clauses that apply.
    pub expected: BTreeMap<String, String>,
    /// Where it stands.
    pub place: crate::diagnostic::Place,
}

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

impl Scenario {
    /// Reads one file of scenarios.
    pub fn read_file(source: &Source, pack: &Pack, faults: &Faults) -> Vec<Self> {
        let scenarios = source.parse(faults, |document| {
            let sections = document.list("scenario");
            sections.iter().filter_map(|entry| Self::read(&entry.section()?, pack)).collect::<Vec<_>>()
        });
        scenarios.unwrap_or_default()
    }

    fn read(section: &Section<'_>, pack: &Pack) -> Option<Self> {
        let name = section.required("name").and_then(|entry| entry.title());
        let on = section.required("on").and_then(|entry| entry.day());
        let mut situation = None;
        for kind in &pack.policy.kinds {
            let Some(entry) = section.get(&kind.name) else { continue };
            let table = entry.section()?;
            let typed = table
                .entries()
                .iter()
                .filter_map(|fact| Some((fact.name().to_owned(), fact.typed()?)))
                .collect();
            situation = Some((kind.name.clone(), typed));
        }
        let mut expected = BTreeMap::new();
        if let Some(expect) = section.required("expect").and_then(|entry| entry.section()) {
            for entry in expect.entries() {
                match entry.name() {
                    key @ ("clauses" | "veto" | "undetermined") => {
                        let mut names: Vec<String> =
                            entry.list()?.iter().filter_map(crate::document::Entry::text).collect();
                        names.sort();
                        expected.insert(key.to_owned(), names.join(", "));
                    }
                    verb => {
                        let roles = entry.section()?;
                        for role in roles.entries() {
                            let (number, _) = role.number()?;
                            expected.insert(format!("{verb} {}", role.name()), amount::plain(number));
                        }
                    }
                }
            }
        }
        section.finish();
        let Some((kind, facts)) = situation else {
            let kinds: Vec<&str> = pack.policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
            let kinds = kinds.join("、");
            section.fault(
                "S001",
                Text::new(format!("缺少情形：{kinds} 之一"), format!("lacks a situation: one of {kinds}")),
            );
            return None;
        };
        Some(Self {
            name: name?,
            situation: Situation { kind, on: on?, facts },
            expected,
            place: section.place(),
        })
    }

    /// What follows, and what should; equal where the scenario holds.
    ///
    /// # Errors
    /// Facts that the kind does not have or that cannot be read.
    pub fn outcome(
        &self,
        pack: &Pack,
        rules: &Rulebook,
    ) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
        self.situation
            .outcome(pack, rules)
            .map_err(|faults| faults.into_iter().map(|fault| fault.at(self.place.clone())).collect())
    }
}

/// Verb and role → amount, with the clauses that apply.
fn outcome(pack: &Pack, assessment: &Assessment, kind: usize) -> BTreeMap<String, String> {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    let (mut clauses, mut vetoes) = (BTreeSet::new(), BTreeSet::new());
    let mut open = BTreeSet::new();
    for finding in assessment.findings().filter(|finding| finding.kind() == kind) {
        if !finding.is_certain() {
            open.insert(finding.clause().to_owned());
            continue;
        }
        // found under one way of being, but counting nothing whichever way it is
        if !finding.stands() {
            continue;
        }
        clauses.insert(finding.clause().to_owned());
        match &finding.outcome() {
            Outcome::Veto { .. } => {
                vetoes.insert(finding.role().to_owned());
            }
            Outcome::Entry { account, sign, counted, .. } => {
                let card = finding.card().and_then(|card| pack.policy.kinds.get(card.kind));
                let account = card.and_then(|card| card.account(account));
                let verb = account.and_then(|account| match sign {
                    crate::assess::Deduction::Takes => account.minus.clone(),
                    crate::assess::Deduction::Adds => account.plus.clone(),
                });
                let key = format!("{} {}", verb.unwrap_or_default(), finding.role());
                let sum = sums.entry(key).or_default();
                *sum = sum.saturating_add(counted.least);
            }
        }
    }
    let mut outcome: BTreeMap<String, String> = sums
        .into_iter()
        .filter(|(_, sum)| !sum.is_zero())
        .map(|(key, sum)| (key, amount::plain(sum)))
        .collect();
    let list = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    outcome.insert("clauses".to_owned(), list(clauses));
    if !vetoes.is_empty() {
        outcome.insert("veto".to_owned(), list(vetoes));
    }
    if !open.is_empty() {
        outcome.insert("undetermined".to_owned(), list(open));
    }
    outcome
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
        Ok(outcome(pack, &assessment, kind))
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

    /// Assesses the one row; every role is a bearer of its own.
    ///
    /// # Errors
    /// Facts that the kind does not have or that cannot be read.
    pub fn assess(&self, pack: &Pack, rules: &Rulebook) -> Result<(Assessment, usize), Vec<Diagnostic>> {
        let Some((position, kind)) = pack.policy.kind(&self.kind) else {
            let message = Text::new(
                format!("没有 `{}` 这类对象", self.kind),
                format!("there is no kind `{}`", self.kind),
            );
            return Err(vec![Diagnostic::error("S002", message)]);
        };
        let values = self.values(pack, kind)?;
        let at = at_of(kind, &values).unwrap_or_else(|| self.on.and_hms_opt(9, 0, 0).unwrap_or_default());
        let on = at.date();
        let first = on.with_day(1).unwrap_or(on);
        let period = Period::parse(&first.format("%Y-%m").to_string());
        let period = period.unwrap_or(Period { first: on, last: on });
        let (mut rows, mut cards) = (BTreeMap::new(), BTreeMap::new());
        if kind.is_card() {
            cards.insert(kind.name.clone(), values);
        } else {
            let row =
                Row { id: "1".to_owned(), at, file: String::new(), row: 1, values, roles: BTreeMap::new() };
            let mut table = Rows::new(kind);
            table.push(row);
            rows.insert(kind.name.clone(), Intake { read: 1, rows: table, ..Intake::default() });
        }
        // an ordinary value of a fact that is otherwise worked out stands, unless what it is worked out from is given
        let given_clock = |fact: &crate::fact::Fact| match &fact.origin {
            Origin::Clock(clock) => [&clock.from, &clock.to].iter().all(|end| self.facts.contains_key(*end)),
            _ => false,
        };
        let held = kind.schema.facts().iter().filter(|fact| fact.ordinary.is_some() && !given_clock(fact));
        let mut given: BTreeSet<String> = held.map(|fact| fact.name.clone()).collect();
        given.extend(self.facts.keys().cloned());
        let assessment = Assessment::run(Inputs {
            pack,
            rules,
            bearers: Bearers::Roles,
            period,
            as_of: period.last,
            rows,
            given,
            cards,
        })?;
        Ok((assessment, position))
    }

    fn values(&self, pack: &Pack, kind: &Kind) -> Result<Vec<Value>, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        for name in self.facts.keys().filter(|name| kind.schema.get(name).is_none()) {
            let message = Text::new(
                format!("「{}」没有事实 `{name}`", kind.title.zh),
                format!("'{}' has no fact `{name}`", kind.title.en),
            );
            faults.push(Diagnostic::error("S003", message).suggest(name, kind.schema.names()));
        }
        let mut values = Vec::new();
        for fact in kind.schema.facts() {
            let value = match self.facts.get(&fact.name).map(|typed| typed.trim()) {
                None => fact.ordinary.clone().or(fact.blank.clone()).unwrap_or(Value::Missing),
                Some("") => fact.blank.clone().unwrap_or(Value::Missing),
                Some("missing") => Value::Missing,
                Some(typed) => match fact.kind.read(typed, pack.policy.offset) {
                    Ok(value) => value,
                    Err((expected, help)) => {
                        let message = Text::new(
                            format!("{}「{typed}」无法识别，应为{}", fact.title.zh, expected.zh),
                            format!("{}: `{typed}` is not understood; expected {}", fact.name, expected.en),
                        );
                        let fault = Diagnostic::error("S004", message);
                        faults.push(help.map_or(fault.clone(), |help| fault.help(help)));
                        Value::Missing
                    }
                },
            };
            values.push(value);
        }
        // the row's own date, where it is a fact that was not typed
        if let crate::policy::Rows::Table { at, .. } = &kind.rows
            && !self.facts.contains_key(at)
            && let Some(slot) = kind.schema.position(at).and_then(|position| values.get_mut(position))
        {
            *slot = Value::Moment(self.on.and_hms_opt(9, 0, 0).unwrap_or_default());
        }
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }
}

/// The date of a row, where its facts have one.
fn at_of(kind: &Kind, values: &[Value]) -> Option<NaiveDateTime> {
    let crate::policy::Rows::Table { at, .. } = &kind.rows else { return None };
    match values.get(kind.schema.position(at)?)? {
        Value::Moment(moment) => Some(*moment),
        _ => None,
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

/// A scenario that does not hold, side by side: what, expected, found.
pub fn differences(
    expected: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
    language: Language,
) -> Vec<Vec<String>> {
    let nothing = match language {
        Language::Zh => "无",
        Language::En => "nothing",
    };
    let keys: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    keys.into_iter()
        // a scenario that does not say which clauses apply does not care
        .filter(|key| expected.contains_key(*key) || key.as_str() != "clauses")
        .filter_map(|key| {
            let (wanted, got) = (expected.get(key), found.get(key));
            let show = |side: Option<&String>| {
                side.filter(|text| !text.is_empty()).cloned().unwrap_or_else(|| nothing.to_owned())
            };
            (show(wanted) != show(got)).then(|| vec![key.clone(), show(wanted), show(got)])
        })
        .collect()
}
