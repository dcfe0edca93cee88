//! Statements (考核通知单): for every person what was found on all of their cards, why, how much, and how to appeal. One
//! sheet a person, to be printed and signed for.

mod appeal;
mod file_name;
mod sheet;
mod standing;

use super::card::CardInWords;
use super::in_effect::in_effect;
use super::left_out::LeftOut;
use super::markup::{Frame, Markup, closing, opening, styled};
use super::{Digests, Subject};
use crate::language::Language;
use file_name::FileNames;
use sheet::Sheet;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How it looks, beside what every page shares.
const STYLE: &str = include_str!("statement.css");

/// The statements of an assessment.
pub struct Statements<'s> {
    subject: &'s Subject<'s>,
    digests: &'s Digests,
    language: Language,
    left_out: LeftOut<'s>,
    people: Vec<Person<'s>>,
    /// People with cards and without any finding.
    without: Vec<CardInWords<'s>>,
}

/// Somebody for whom there is a statement.
pub struct Person<'s> {
    cards: Vec<CardInWords<'s>>,
    file: String,
    /// What their sheet is called in the document, and its pages in the style.
    anchor: String,
}

impl<'s> Statements<'s> {
    /// The statements: one for everybody with a finding, certain or possible, on any card of theirs, or with an adjustment of an
    /// earlier period.
    pub fn of(subject: &'s Subject<'s>, digests: &'s Digests, language: Language) -> Self {
        let mut people: BTreeMap<&str, Vec<CardInWords<'s>>> = BTreeMap::new();
        let kinds = subject.organisation.kinds_of_people();
        for card in &subject.assessment.scorecards {
            let words = CardInWords::of(subject, card, language);
            if let Some(words) = words.filter(|words| words.kind.is_of_people(&kinds)) {
                people.entry(card.key.subject.as_str()).or_default().push(words);
            }
        }
        let adjusted: BTreeSet<&str> = in_effect(digests).iter().map(|one| one.subject.as_str()).collect();
        let (concerned, without): (Vec<_>, Vec<_>) = people.into_iter().partition(|(code, cards)| {
            adjusted.contains(code) || cards.iter().any(CardInWords::has_findings)
        });
        let files = FileNames::of(concerned.iter().map(|(code, _)| *code));
        let person = |(place, (code, cards)): (usize, (&str, Vec<CardInWords<'s>>))| {
            let (file, anchor) = (files.of_code(code), format!("sheet{place}"));
            Person { cards, file, anchor }
        };
        let people = concerned.into_iter().enumerate().map(person).collect();
        let without = without.into_iter().filter_map(|(_, cards)| cards.into_iter().next()).collect();
        Self { subject, digests, language, left_out: LeftOut::new(subject), people, without }
    }

    /// Everybody who gets one, by code.
    pub fn people(&self) -> &[Person<'s>] {
        &self.people
    }

    /// The sheet of one person as a document of its own.
    pub fn document(&self, person: &Person<'_>, sheet: &str) -> String {
        let style = self.style([person]);
        format!("{}{sheet}</main>\n{}", self.begun(&style), closing(&self.frame("", "")))
    }

    /// What stands before the sheets where all of them are one document.
    pub fn opening(&self) -> String {
        self.begun(&self.style(&self.people))
    }

    fn begun(&self, style: &str) -> String {
        format!("{}<main>\n", opening(&self.frame(&self.title(), style)))
    }

    /// How these sheets look: every page says whose it is, and which of theirs.
    fn style<'p>(&self, people: impl IntoIterator<Item = &'p Person<'p>>) -> String {
        let mut style = STYLE.to_owned();
        let what = self.pick("考核通知单", "Statement of assessment");
        let period = self.subject.assessment.period.title();
        let (before, behind) = (self.pick("第 ", "page "), self.pick(" 页", ""));
        for person in people {
            let (anchor, name) = (&person.anchor, person.cards.first().map(CardInWords::name));
            let name = name.unwrap_or_default();
            let (period, whose) = (period.get(self.language), styled(&name));
            // writing to memory cannot fail
            let _ = writeln!(
                style,
                "#{anchor} {{ page: {anchor}; }}\n@page {anchor} {{ counter-increment: {anchor}; @top-left {{ content: \"{what} · {period} · {whose}\"; }} @bottom-right {{ content: \"{before}\" counter({anchor}) \"{behind}\"; }} }}"
            );
        }
        style
    }

    /// The sheet of one person, to stand in a document.
    pub fn sheet(&self, person: &Person<'_>) -> String {
        let mut sheet = Sheet {
            subject: self.subject,
            digests: self.digests,
            language: self.language,
            left_out: &self.left_out,
            markup: Markup::default(),
        };
        sheet.person(&person.cards, &person.anchor);
        sheet.markup.finish()
    }

    /// What stands behind them: who gets none.
    pub fn closing(&self) -> String {
        let mut markup = Markup::default();
        if !self.without.is_empty() {
            let language = self.language;
            markup.put("<section class=\"sheet\">\n");
            markup.element(
                "h1",
                "",
                language.pick("无认定人员（不发通知单）", "Without any finding, and so without a statement"),
            );
            markup.put("<ul class=\"without\">\n");
            for card in &self.without {
                markup.element("li", "", &card.name());
                markup.put("\n");
            }
            markup.put("</ul>\n</section>\n");
        }
        format!("{}</main>\n{}", markup.finish(), closing(&self.frame("", "")))
    }

    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.language.pick(zh, en)
    }

    fn title(&self) -> String {
        let what = self.language.pick("考核通知单", "Statements");
        let period = self.subject.assessment.period.title();
        let policy = self.subject.pack.policy.title.get(self.language);
        format!("{what} · {policy} · {}", period.get(self.language))
    }

    fn frame<'f>(&self, title: &'f str, style: &'f str) -> Frame<'f> {
        Frame { language: self.language, title, style, script: None }
    }
}

impl Person<'_> {
    /// The name of their file, safe on every system and no one else's.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Their code.
    pub fn code(&self) -> &str {
        self.cards.first().map_or("", |card| card.card.key.subject.as_str())
    }
}
