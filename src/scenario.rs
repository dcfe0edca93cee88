//! A pack's own scenarios: situations a manager would recognise, with what must follow. Also one row typed by hand.

mod expected;
mod outcome;
mod scene;
mod situation;
mod withheld;

pub use scene::{Scene, TypedRow};
pub use situation::Situation;

use crate::assess::Assessment;
use crate::calendar::Period;
use crate::clause::Rulebook;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Faults;
use crate::document::{Entry, Section, Source};
use crate::language::{Language, Text};
use crate::policy::{Kind, Pack};
use expected::{Asked, read_cards, read_expected};
use outcome::{of_cards, outcome};
use std::collections::{BTreeMap, BTreeSet};
use withheld::{AskedOf, of_withheld, pay_of, read_withheld};

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
    /// The amounts withheld that are asked about.
    withheld: Vec<AskedOf>,
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
            let kinds: Vec<&Kind> =
                rows.iter().filter_map(|row| Some(pack.policy.kind(&row.kind)?.1)).collect();
            read_expected(&expect, (pack, &kinds), &mut expected)?;
        }
        let mut cards = Vec::new();
        if let Some(asked) = section.section("cards") {
            read_cards(&asked, pack, (&mut cards, &mut expected));
        }
        let pay = pay_of(section, pack);
        let mut withheld = Vec::new();
        read_withheld(section, pack, (&mut withheld, &mut expected));
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
        let scene = Scene { on: on?, period, rows, earlier, pay };
        Some(Self { name: name?, scene, expected, cards, withheld, place: section.place() })
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
        let mut found = outcome(&assessment, rules, &self.scene.kinds(pack));
        found.extend(of_cards(pack, &assessment, &self.cards).map_err(placed)?);
        found.extend(of_withheld(&assessment, &self.withheld));
        Ok((assessment, found))
    }

    /// Whether it asks what any card settled at.
    pub fn asks_about_cards(&self) -> bool {
        !self.cards.is_empty()
    }

    /// Whether it asks what this card settled at.
    pub fn asks_about(&self, kind: &str, subject: &str) -> bool {
        let of_card =
            |asked: &Asked| asked.kind == kind && (asked.subject.is_empty() || asked.subject == subject);
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
