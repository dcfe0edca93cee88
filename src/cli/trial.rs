//! `renze try`: one row typed by hand.

use super::workspace::open_pack;
use super::{Halt, Outcome, say};
use crate::assess::JudgedRows;
use crate::calendar::{Period, read_day};
use crate::diagnostic::Diagnostic;
use crate::fact::Origin;
use crate::intake::Book;
use crate::language::{Language, Text};
use crate::organisation::Organisation;
use crate::policy::{Pack, Rows};
use crate::report::{self, Subject};
use crate::scenario::Situation;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Try {
    /// The pack's folder.
    pack: PathBuf,
    /// Facts as name=value, in the pack's names; `name=` for a missing one.
    facts: Vec<String>,
    /// The kind of row; by default the first one judged.
    #[arg(long)]
    kind: Option<String>,
    /// The day it happened, as 2026-10-12; by default the first day of the policy's latest parameters.
    #[arg(long)]
    on: Option<String>,
}

impl Try {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let (pack, rules) = open_pack(&self.pack, language)?;
        let on = self.day(&pack)?;
        let kind = match &self.kind {
            Some(kind) => kind.clone(),
            None => pack.policy.kinds.first().map(|kind| kind.name.clone()).unwrap_or_default(),
        };
        let facts = named(&pack, &kind, self.typed()?);
        let given: BTreeSet<String> = facts.keys().cloned().collect();
        let situation = Situation { kind, on, facts };
        let (assessment, kind) = situation.assess(&pack, &rules)?;
        if assessment.rows.get(&kind).is_none_or(JudgedRows::is_empty) {
            return Err(vec![of_no_period(&pack, kind)].into());
        }
        let organisation = Organisation::default();
        let book = Book::of_nothing(&self.pack, assessment.period, assessment.as_of);
        let subject = Subject {
            book: &book,
            pack: &pack,
            rules: &rules,
            organisation: &organisation,
            assessment: &assessment,
        };
        say(&report::render(&report::trial_report(&subject, kind, &given, language)));
        let of_row = || assessment.findings().filter(|finding| finding.kind() == kind);
        let settled = of_row().all(|finding| finding.is_certain());
        Ok(if settled { Outcome::Done } else { Outcome::Provisional })
    }

    fn day(&self, pack: &Pack) -> Result<chrono::NaiveDate, Halt> {
        match &self.on {
            Some(written) => read_day(written).ok_or_else(|| {
                Halt::Usage(Text::new(
                    format!("--on {written} 应写作 2026-10-12"),
                    format!("write --on {written} as 2026-10-12"),
                ))
            }),
            None => {
                let starts =
                    pack.parameters.iter().flat_map(|parameter| &parameter.values).map(|dated| dated.from);
                let latest = starts.chain([pack.policy.from]).max().unwrap_or(pack.policy.from);
                Ok(Period::parse(&latest.format("%Y-%m").to_string())
                    .map_or(latest, |period| period.last.min(latest)))
            }
        }
    }

    fn typed(&self) -> Result<BTreeMap<String, String>, Halt> {
        let mut facts = BTreeMap::new();
        let mut faults = Vec::new();
        for typed in &self.facts {
            match typed.split_once('=') {
                Some((name, value)) => {
                    if facts.insert(name.trim().to_owned(), value.to_owned()).is_some() {
                        let message =
                            Text::new(format!("`{name}` 给了两次"), format!("`{name}` is given twice"));
                        faults.push(Diagnostic::error("S005", message));
                    }
                }
                None => {
                    let message = Text::new(
                        format!("「{typed}」应写作 事实=取值"),
                        format!("write `{typed}` as fact=value"),
                    );
                    faults.push(Diagnostic::error("S006", message));
                }
            }
        }
        if faults.is_empty() { Ok(facts) } else { Err(faults.into()) }
    }
}

/// Why nothing was judged: the row falls into no period, or its facts contradict each other.
fn of_no_period(pack: &Pack, kind: usize) -> Diagnostic {
    let kind = pack.policy.kinds.get(kind);
    let counted = kind.and_then(|kind| match &kind.rows {
        Rows::Table { counted_at: Some(counted), .. } => kind.schema.get(counted),
        _ => None,
    });
    let Some(counted) = counted else {
        let message = Text::new(
            "没有判定任何一条：这一条自相矛盾，被搁置",
            "nothing was judged: the row contradicts itself and was set aside",
        );
        return Diagnostic::error("S007", message);
    };
    let message = Text::new(
        format!("没有判定任何一条：这一条按「{}」归期，尚不归入考核期", counted.title.zh),
        format!(
            "nothing was judged: the row counts in the period of '{}' and falls into none yet",
            counted.title.en
        ),
    );
    let (name, on) = (&counted.name, pack.policy.from);
    Diagnostic::error("S007", message)
        .help(Text::new(format!("写明它，如 {name}={on}"), format!("type it, as {name}={on}")))
}

/// Facts by the names of the pack, wherever their title or heading was typed.
fn named(pack: &Pack, kind: &str, typed: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let Some((_, kind)) = pack.policy.kind(kind) else { return typed };
    let name_of = |typed: &str| {
        let facts = kind.schema.facts().iter();
        let mut titled = facts.filter(|fact| {
            let headings = match &fact.origin {
                Origin::Column(headings) => headings.as_slice(),
                _ => &[],
            };
            fact.title.zh == typed
                || fact.title.en == typed
                || headings.iter().any(|heading| heading == typed)
        });
        titled.next().map(|fact| fact.name.clone())
    };
    let known = |name: &String| kind.schema.get(name).is_some();
    let resolve = |(name, value): (String, String)| {
        let resolved = if known(&name) { None } else { name_of(&name) };
        (resolved.unwrap_or(name), value)
    };
    typed.into_iter().map(resolve).collect()
}
