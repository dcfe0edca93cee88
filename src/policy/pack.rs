//! Reading a pack: every fault of every file, then the relations between its parts.

use super::{
    Grade, Kind, Limit, Parameter, ParameterValue, Policy, Rows, Terms, clock, lookback, role, settlement,
    table,
};
use crate::diagnostic::{Diagnostic, Faults, Place, reason};
use crate::document::{Entry, Source};
use crate::fact::{Fact, FactType, Origin};
use crate::language::Text;
use crate::organisation::Days;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A policy pack as its folder holds it; the clauses are not compiled yet.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its folder.
    pub root: PathBuf,
    /// `policy.toml` as it is written.
    pub manifest: Source,
    /// `policy.toml`.
    pub policy: Arc<Policy>,
    /// `parameters.toml`, in the order of the file.
    pub parameters: Vec<Arc<Parameter>>,
    /// `clauses/*.rhai`, by name.
    pub clauses: Vec<Source>,
    /// SHA-256 over declarations, parameters and clauses; the names and order of clause files do not enter it.
    pub digest: String,
    editions: Vec<(NaiveDate, Arc<Terms>)>,
    before: Arc<Terms>,
}

/// Files of one folder are not more than this.
const FILES: usize = 256;

impl Pack {
    /// Reads a pack's folder. The faults hold every error and warning found.
    pub fn read(root: &Path, faults: &Faults) -> Option<Self> {
        let shown = |name: &str| root.join(name).display().to_string();
        let source = |name: &str| match Source::read(&root.join(name), &shown(name)) {
            Ok(source) => Some(source),
            Err(fault) => {
                faults.push(fault);
                None
            }
        };
        let manifest = source("policy.toml");
        let numbers = source("parameters.toml");
        let clauses = files(&root.join("clauses"), "rhai", faults);
        let (manifest, numbers, clauses) = (manifest?, numbers?, clauses?);
        let policy = manifest.parse(faults, Policy::read);
        let parameters = numbers.parse(faults, |document| {
            let sections: Vec<_> = document.entries().iter().filter_map(Entry::section).collect();
            sections.iter().map(|section| Arc::new(Parameter::read(section))).collect::<Vec<_>>()
        });
        let mut digests: Vec<Vec<u8>> =
            clauses.iter().map(|source| Sha256::digest(source.text.as_bytes()).to_vec()).collect();
        digests.sort();
        let mut digest = Sha256::new();
        digest.update(Sha256::digest(manifest.text.as_bytes()));
        digest.update(Sha256::digest(numbers.text.as_bytes()));
        for part in digests {
            digest.update(part);
        }
        let digest = crate::fingerprint::hex(&digest.finalize());
        let (policy, parameters) = (policy??, parameters?);
        check_relations(&policy, &parameters, &|at, word| manifest.find(at, word), faults);
        let root = root.to_owned();
        Some(Self::with((root, manifest), Arc::new(policy), parameters, clauses, digest))
    }

    fn with(
        (root, manifest): (PathBuf, Source),
        policy: Arc<Policy>,
        parameters: Vec<Arc<Parameter>>,
        clauses: Vec<Source>,
        digest: String,
    ) -> Self {
        let mut days: Vec<NaiveDate> = parameters.iter().flat_map(|parameter| parameter.changes()).collect();
        // a policy without any number is in force all the same
        if days.is_empty() {
            days.push(policy.from);
        }
        days.sort_unstable();
        days.dedup();
        let dated = |(edition, day)| (day, Arc::new(Terms::on(&parameters, day, edition)));
        let editions = days.into_iter().enumerate().map(dated).collect();
        Self { root, manifest, policy, parameters, clauses, digest, editions, before: Arc::default() }
    }

    /// The same pack with other parameters; what they may refer to is checked anew.
    pub(super) fn with_parameters(
        &self,
        parameters: Vec<Arc<Parameter>>,
        what: &str,
        faults: &Faults,
    ) -> Self {
        let whole = |_: &str, _: &str| Place::File { file: format!("--set {what}") };
        check_relations(&self.policy, &parameters, &whole, faults);
        let digest = Sha256::digest(format!("{} {what}", self.digest).as_bytes());
        let (whose, clauses) = ((self.root.clone(), self.manifest.clone()), self.clauses.clone());
        Self::with(whose, Arc::clone(&self.policy), parameters, clauses, crate::fingerprint::hex(&digest))
    }

    /// The parameters in force on a day.
    pub fn terms(&self, day: NaiveDate) -> Arc<Terms> {
        let edition = self.editions.iter().rfind(|(from, _)| *from <= day);
        Arc::clone(edition.map_or(&self.before, |(_, terms)| terms))
    }

    /// The parameters of every stretch of days between two changes, from the first on.
    pub fn editions(&self) -> impl Iterator<Item = &Arc<Terms>> {
        self.editions.iter().map(|(_, terms)| terms)
    }

    /// The days of every such stretch.
    pub fn edition_days(&self) -> Vec<Days> {
        let ends = self.editions.iter().skip(1).map(|(next, _)| next.pred_opt()).chain([None]);
        self.editions.iter().zip(ends).map(|((from, _), until)| Days { from: Some(*from), until }).collect()
    }

    /// The scenario files of the pack, by name.
    pub fn scenarios(&self, faults: &Faults) -> Vec<Source> {
        files(&self.root.join("scenarios"), "toml", faults).unwrap_or_default()
    }
}

fn files(folder: &Path, extension: &str, faults: &Faults) -> Option<Vec<Source>> {
    let failed = |zh: String, en: String| {
        let place = Place::File { file: folder.display().to_string() };
        faults.push(Diagnostic::error("F001", Text::new(zh, en)).at(place));
    };
    let listing = match std::fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) => {
            let why = reason(&error);
            failed(format!("无法读取文件夹：{}", why.zh), format!("cannot read the folder: {}", why.en));
            return None;
        }
    };
    let mut paths: Vec<PathBuf> = listing
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    if paths.len() > FILES {
        failed(format!("超过 {FILES} 个文件"), format!("more than {FILES} files"));
        return None;
    }
    paths.sort();
    let mut sources = Vec::new();
    for path in paths {
        match Source::read(&path, &path.display().to_string()) {
            Ok(source) => sources.push(source),
            Err(fault) => faults.push(fault),
        }
    }
    Some(sources)
}

/// What one file cannot see: names that must exist elsewhere.
fn check_relations(
    policy: &Policy,
    parameters: &[Arc<Parameter>],
    place: &dyn Fn(&str, &str) -> Place,
    faults: &Faults,
) {
    let report = |at: &str, zh: String, en: String, wrong: &str, known: Vec<&str>| {
        // which of a list it is, the place says
        let named: Vec<&str> = at.split('.').filter(|key| key.parse::<usize>().is_err()).collect();
        let named = named.join(".");
        let message = Text::new(format!("[{named}] {zh}"), format!("[{named}] {en}"));
        faults.push(Diagnostic::error("P060", message).at(place(at, wrong)).suggest(wrong, known));
    };
    let known_parameter = |at: &str, name: &str| {
        if !parameters.iter().any(|parameter| parameter.name == name) {
            report(
                at,
                format!("没有名为 `{name}` 的参数"),
                format!("there is no parameter `{name}`"),
                name,
                parameters.iter().map(|parameter| parameter.name.as_str()).collect(),
            );
        }
    };
    for parameter in parameters {
        let first = parameter.values.first().map(|dated| dated.from);
        if let Some(first) = first.filter(|first| *first > policy.from) {
            let (name, from) = (&parameter.name, policy.from);
            let message = Text::new(
                format!(
                    "参数 `{name}` 自 {first} 起才有取值，而办法自 {from} 起施行：此前用到它的规则不能判定"
                ),
                format!(
                    "the parameter `{name}` begins on {first}, the policy on {from}: before, clauses that read it are undetermined"
                ),
            );
            let help = Text::new(
                "给出更早的取值，或在规则的注释里写 from: 起始日",
                "give it an earlier value, or begin the clause later with `from:` in its comment",
            );
            faults.push(Diagnostic::warning("P061", message).at(parameter.place.clone()).help(help));
        }
    }
    for group in &policy.groups {
        if let Limit::Cap(at) = &group.limit {
            known_parameter("cap", at);
            check_cap(parameters, at, &report);
        }
        group.check(policy, &report);
    }
    for (position, kind) in policy.kinds.iter().enumerate() {
        check_facts(policy, (position, kind), parameters, &report);
        role::check(policy, position, kind, &report);
        table::check(policy, kind, &report);
        table::check_card(kind, &report);
        for parameter in [&kind.weight, &kind.coefficient].into_iter().flatten() {
            known_parameter(&kind.name, parameter);
        }
        if let Some((table, _)) = kind.grade.as_ref().and_then(Grade::table) {
            known_parameter(&format!("{}.grade", kind.name), table);
        }
        settlement::check(kind, parameters, &report);
    }
    policy.topics.iter().for_each(|topic| topic.check(policy, &report));
    if let Some(guard) = &policy.wage_guard {
        guard.check(policy, parameters, place, (&report, faults));
    }
}

/// A cap below zero would give back more than was taken.
fn check_cap(parameters: &[Arc<Parameter>], at: &str, report: &Report<'_>) {
    let values = parameters.iter().filter(|parameter| parameter.name == at);
    let is_negative = values.flat_map(|parameter| &parameter.values).any(|dated| match dated.value {
        ParameterValue::Number(number) => number < Decimal::ZERO,
        _ => false,
    });
    if is_negative {
        report(
            "cap",
            format!("at：上限 `{at}` 小于零"),
            format!("at: the cap `{at}` is below zero"),
            at,
            Vec::new(),
        );
    }
}

/// Says where in `policy.toml` something stands by the way of keys to it, what is wrong in both languages, the wrong name,
/// and those it could be.
pub(super) type Report<'r> = dyn Fn(&str, String, String, &str, Vec<&str>) + 'r;

fn check_facts(
    policy: &Policy,
    (position, kind): (usize, &Kind),
    parameters: &[Arc<Parameter>],
    report: &Report<'_>,
) {
    let names = || kind.schema.names().collect::<Vec<_>>();
    if let Rows::Table { id, at, counted_at, .. } = &kind.rows {
        let keys = [("id", Some(id)), ("at", Some(at)), ("counted_at", counted_at.as_ref())];
        for (key, name) in keys.into_iter().filter_map(|(key, name)| Some((key, name?))) {
            if kind.schema.get(name).is_none() {
                report(
                    &kind.name,
                    format!("{key}：没有事实 `{name}`"),
                    format!("{key}: there is no fact `{name}`"),
                    name,
                    names(),
                );
            }
            // another identifier is another row, and another date may be another version of the policy
            if kind.schema.get(name).is_some_and(|fact| fact.changeable) {
                report(
                    &kind.name,
                    format!("{key}：`{name}` 决定是哪一条记录、适用哪一版，不能标 `changeable`"),
                    format!(
                        "{key}: `{name}` says which row it is and which version applies; it cannot be `changeable`"
                    ),
                    name,
                    Vec::new(),
                );
            }
        }
    }
    for fact in kind.schema.facts() {
        check_known_at(kind, fact, report);
        match &fact.origin {
            Origin::Clock(_) | Origin::Due(_) => clock::check(kind, fact, parameters, report),
            Origin::Aggregate(aggregate) => {
                lookback::check(policy, position, kind, (fact, aggregate), report)
            }
            Origin::Column(_) | Origin::Definition(_) | Origin::Carried(_) => {}
        }
    }
}

/// What says since when a fact is known must be a time that is read like it.
fn check_known_at(kind: &Kind, fact: &Fact, report: &Report<'_>) {
    let Some(name) = &fact.known_at else { return };
    let is_read = |own: &&Fact| own.kind == FactType::Moment && matches!(own.origin, Origin::Column(_));
    if kind.schema.get(name).filter(is_read).is_none() {
        report(
            &format!("{}.facts.{}", kind.name, fact.name),
            format!("known_at：`{name}` 不是从列读取的时间"),
            format!("known_at: `{name}` is no time that is read from a column"),
            name,
            kind.schema.facts().iter().filter(is_read).map(|own| own.name.as_str()).collect(),
        );
    }
}
