//! Earlier assessments as rows that later ones look back on: cards with what they settled at, and rows raised then.

use super::bearer::{Bearers, Led};
use super::raise::Raised;
use super::roster::{Cards as _, Enrolled, Roster};
use super::row::JudgedRows;
use crate::amount;
use crate::calendar::{Period, read_day, read_moment};
use crate::fact::{Columns, FactType, Value};
use crate::intake::{Earlier, EarlierCard};
use crate::interval::Interval;
use crate::policy::{Kind, Pack, Rows};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is known of a kind of cards from before the assessed period.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// The periods of which there is an assessment.
    pub(super) periods: BTreeSet<Period>,
    /// What each card settled at, in the order of the rows.
    pub(super) settled: Vec<BTreeMap<String, Value>>,
}

/// Where the history of one kind is brought together.
pub(super) struct History<'a> {
    pub(super) pack: &'a Pack,
    pub(super) bearers: Bearers<'a>,
    pub(super) earlier: &'a [Earlier],
    pub(super) assessed: Period,
    pub(super) roster: &'a Arc<Roster>,
}

impl History<'_> {
    /// The rows of a kind from earlier assessments; none where there is nothing of the kind.
    pub(super) fn of(&self, kind: &Kind) -> Option<(JudgedRows, Past)> {
        if kind.rows == Rows::Raised {
            return Some((self.raised(kind), Past::default()));
        }
        let mut earlier: Vec<&Earlier> =
            self.earlier.iter().filter(|earlier| earlier.period.last < self.assessed.last).collect();
        if !kind.is_card() || earlier.is_empty() {
            return None;
        }
        earlier.sort_by_key(|earlier| earlier.period);
        let mut past = Past::default();
        let mut cards: Vec<(NaiveDate, &EarlierCard)> = Vec::new();
        for earlier in earlier.into_iter().filter(|earlier| kind.is_due(&earlier.period)) {
            past.periods.insert(kind.period_of(&earlier.period));
            let own = earlier.cards.iter().filter(|card| card.kind == kind.name);
            cards.extend(own.map(|card| (earlier.period.last, card)));
        }
        let mut facts = Columns::new(Arc::clone(&kind.schema), cards.len());
        for (row, (_, card)) in cards.iter().enumerate() {
            self.fill(kind, row, &card.figures, &mut facts);
            past.settled
                .push(card.figures.iter().filter_map(|(name, text)| settled(kind, name, text)).collect());
        }
        let subjects: Vec<(String, NaiveDate)> =
            cards.iter().map(|(day, card)| (card.subject.clone(), *day)).collect();
        let mut enrolled = Enrolled::new(self.roster);
        let led = Led::Cards(&subjects);
        let held = self.bearers.resolve(&self.pack.policy, kind, &led, &mut enrolled);
        let rows = JudgedRows::of_cards(self.pack, kind, subjects, facts);
        let rows = rows.led(kind, held, Arc::clone(self.roster)).with_strangers(enrolled.strangers());
        Some((rows, past))
    }

    fn raised(&self, kind: &Kind) -> JudgedRows {
        let mut rows: Vec<(Raised, &BTreeMap<String, String>)> = Vec::new();
        let mut enrolled = Enrolled::new(self.roster);
        for row in self.earlier.iter().flat_map(|earlier| &earlier.raised).filter(|row| row.kind == kind.name)
        {
            let at = read_moment(&row.at, self.pack.policy.offset);
            // others may look back on a row of somebody who has no card any more
            let card = self.pack.policy.kind(&row.card.0);
            let card = card.and_then(|(place, _)| enrolled.number(place, &row.card.1));
            let (Some(at), Some(card)) = (at, card) else { continue };
            let raised = Raised {
                id: row.id.clone(),
                at,
                counted_on: read_day(&row.counted_on).unwrap_or_else(|| at.date()),
                source: (usize::MAX, 0),
                root: row.root.clone(),
                clause: usize::MAX,
                role: row.role.clone(),
                card,
                certain: row.certain,
            };
            rows.push((raised, &row.facts));
        }
        rows.sort_by(|(a, _), (b, _)| (a.at, &a.id).cmp(&(b.at, &b.id)));
        let mut facts = Columns::new(Arc::clone(&kind.schema), rows.len());
        for (row, (_, figures)) in rows.iter().enumerate() {
            self.fill(kind, row, figures, &mut facts);
        }
        let raised: Vec<Raised> = rows.into_iter().map(|(raised, _)| raised).collect();
        let led = Led::Raised(&raised);
        let held = self.bearers.resolve(&self.pack.policy, kind, &led, &mut enrolled);
        let rows = JudgedRows::of_raised(self.pack, kind, raised, facts);
        rows.led(kind, held, Arc::clone(self.roster)).with_strangers(enrolled.strangers())
    }

    fn fill(&self, kind: &Kind, row: usize, figures: &BTreeMap<String, String>, facts: &mut Columns) {
        for (place, fact) in kind.schema.facts().iter().enumerate() {
            let Some(text) = figures.get(&fact.name).filter(|text| !text.is_empty()) else { continue };
            let number = matches!(fact.kind, FactType::Number { .. } | FactType::Few { .. });
            let value = match bounds(text).filter(|_| number) {
                Some(value) => value,
                None if text == "undetermined" => Value::Undetermined(Arc::from([])),
                None => fact.kind.read(text, self.pack.policy.offset).map_or(Value::Missing, |value| value),
            };
            facts.set(place, row, value);
        }
    }
}

/// What a card settled at under one name.
fn settled(kind: &Kind, name: &str, text: &str) -> Option<(String, Value)> {
    let value = match name {
        "grade" => Value::Word(Arc::from(text)),
        "vetoed" => Value::Bool(text == "true"),
        "rank" | "peers" => bounds(text)?,
        account => {
            kind.account(account)?;
            bounds(text)?
        }
    };
    Some((name.to_owned(), value))
}

/// A number, or two with what lies between them: `97`, `83..85`, `..100`.
fn bounds(text: &str) -> Option<Value> {
    let number = |text: &str| amount::read(text).map(|(number, _)| number);
    match text.split_once("..") {
        Some((low, high)) => Some(Value::Between(Interval { low: number(low), high: number(high) })),
        None => number(text).map(Value::Number),
    }
}
