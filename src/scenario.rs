//! A pack's own scenarios: situations a manager would recognise, with what must follow. Also one row typed by hand.

mod outcome;
mod scene;
mod situation;

pub use scene::{Scene, TypedRow};
pub use situation::Situation;

use crate::amount;
use crate::assess::Assessment;
use crate::calendar::Period;
use crate::clause::Rulebook;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Faults;
use crate::document::{Entry, Section, Source};
use crate::language::{Language, Text};
use crate::policy::Pack;
use outcome::{card_key, of_cards, outcome};
use std::collections::{BTreeMap, BTreeSet};

/// A figure of a card: its kind, its subject where one is said, and the figure.
type Asked = (String, String, String);

/// One scene with what must follow.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it shows.
    pub name: Text,
    /// The rows and cards typed.
    pub scene: Scene,
    /// What must follow: verb or `veto` → role → amount, the clauses that apply, and what cards settle at.
    pub expected: BTreeMap<String, String>,
    /// The cards asked about: kind, subject and figure.
    cards: Vec<Asked>,
    /// Where it stands.
    pub place: crate::diagnostic::Place,
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
        let period = section.get("period").and_then(|entry| read_period(&entry));
        let rows = Scene::rows_of(section, pack);
        let earlier = Scene::earlier_of(section, pack);
        let mut expected = BTreeMap::new();
        if let Some(expect) = section.required("expect").and_then(|entry| entry.section()) {
            read_expected(&expect, &mut expected)?;
        }
        let mut cards = Vec::new();
        if let Some(asked) = section.section("cards") {
            read_cards(&asked, pack, (&mut cards, &mut expected));
        }
        section.finish();
        if rows.is_empty() {
            let kinds: Vec<&str> = pack.policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
            let kinds = kinds.join("、");
            section.fault(
                "S001",
                Text::new(format!("缺少情形：{kinds} 之一"), format!("lacks a situation: one of {kinds}")),
            );
            return None;
        }
        let scene = Scene { on: on?, period, rows, earlier };
        Some(Self { name: name?, scene, expected, cards, place: section.place() })
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
        self.assess(pack, rules).map(|(_, found)| found)
    }

    /// What its rows come to, and what of that a scenario can say.
    ///
    /// # Errors
    /// Facts that the kind does not have or that cannot be read.
    pub fn assess(
        &self,
        pack: &Pack,
        rules: &Rulebook,
    ) -> Result<(Assessment, BTreeMap<String, String>), Vec<Diagnostic>> {
        let placed = |faults: Vec<Diagnostic>| -> Vec<Diagnostic> {
            faults.into_iter().map(|fault| fault.at(self.place.clone())).collect()
        };
        let (assessment, _) = self.scene.assess(pack, rules).map_err(placed)?;
        let mut found = outcome(&assessment, &self.scene.kinds(pack));
        found.extend(of_cards(pack, &assessment, self.cards.iter().cloned()));
        Ok((assessment, found))
    }

    /// Whether it asks what any card settled at.
    pub fn asks_about_cards(&self) -> bool {
        !self.cards.is_empty()
    }

    /// Whether it asks what this card settled at.
    pub fn asks_about(&self, kind: &str, subject: &str) -> bool {
        let of_card = |(own, whose, _): &Asked| own == kind && (whose.is_empty() || whose == subject);
        self.cards.iter().any(of_card)
    }
}

fn read_period(entry: &Entry<'_>) -> Option<Period> {
    let written = entry.text()?;
    let period = Period::parse(&written);
    if period.is_none() {
        entry.fault(
            "S005",
            Text::new(
                format!("考核期「{written}」应写作 2026-10、2026-Q4 或 2026"),
                format!("write the period `{written}` as 2026-10, 2026-Q4 or 2026"),
            ),
        );
    }
    period
}

fn read_expected(expect: &Section<'_>, expected: &mut BTreeMap<String, String>) -> Option<()> {
    let lists = ["clauses", "veto", "undetermined"];
    for key in lists {
        if let Some(entry) = expect.get(key) {
            expected.insert(key.to_owned(), texts(&entry)?.join(", "));
        }
    }
    for verb in expect.entries_beside(&lists) {
        for role in verb.section()?.entries() {
            // a verb that sets a grade names it, or several; any other has an amount
            let said = match verb.name() {
                "cap_grade" | "fix_grade" if role.is_text() => role.text()?,
                "cap_grade" | "fix_grade" => texts(&role)?.join(", "),
                _ => amount::plain(role.number()?.0),
            };
            expected.insert(format!("{} {}", verb.name(), role.name()), said);
        }
    }
    Some(())
}

/// The texts of a list, in order.
fn texts(entry: &Entry<'_>) -> Option<Vec<String>> {
    let mut texts: Vec<String> = entry.list()?.iter().filter_map(Entry::text).collect();
    texts.sort();
    Some(texts)
}

/// `person = { points = 97 }`, or by subject: `person = { A = { points = 97 } }`.
fn read_cards(
    asked: &Section<'_>,
    pack: &Pack,
    (cards, expected): (&mut Vec<Asked>, &mut BTreeMap<String, String>),
) {
    for entry in asked.entries() {
        let kind = entry.name().to_owned();
        if pack.policy.kind(&kind).is_none_or(|(_, kind)| !kind.is_card()) {
            let known = pack.policy.kinds.iter().filter(|kind| kind.is_card());
            let known = known.map(|kind| kind.name.as_str());
            entry.unknown(Text::new("记分卡", "card"), &kind, known);
            continue;
        }
        let mut take = |subject: &str, figure: &Entry<'_>| {
            let Some(typed) = figure.typed() else { return };
            let shown = amount::read(&typed).map_or(typed.clone(), |(number, _)| amount::plain(number));
            expected.insert(card_key(&kind, subject, figure.name()), shown);
            cards.push((kind.clone(), subject.to_owned(), figure.name().to_owned()));
        };
        for figure in entry.section().map(|section| section.entries()).unwrap_or_default() {
            if figure.is_table() {
                let of_subject = figure.section().map(|section| section.entries()).unwrap_or_default();
                of_subject.iter().for_each(|own| take(figure.name(), own));
            } else {
                take("", &figure);
            }
        }
    }
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
