//! The rows or cards a topic is about, and what can be shown of each.

use super::{Cell, Editor, Heading};
use crate::assess::{Assessment, CardKey, JudgedRow, JudgedRows, Scorecard};
use crate::calendar::Period;
use crate::fact::{Facts as _, Value};
use crate::language::Text;
use crate::policy::{Kind, Reach, Topic};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// A topic with the kind it is about.
pub(super) struct About<'a> {
    pub(super) editor: Editor<'a>,
    pub(super) topic: &'a Topic,
    pub(super) kind: &'a Kind,
    position: usize,
}

/// A row or card that meets the criteria of a topic.
pub(super) struct Candidate<'a> {
    pub(super) row: JudgedRow,
    pub(super) card: Option<&'a Scorecard>,
    /// Whether it does whatever the open facts turn out to be.
    pub(super) is_certain: bool,
}

/// How many rows there are of a sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Those that certainly are of it.
    pub(super) certain: usize,
    /// All that may be.
    pub(super) possible: usize,
}

/// What rows are ordered by; what is not known comes last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Number(Decimal),
    Latest(Reverse<Decimal>),
    Moment(NaiveDateTime),
    Newest(Reverse<NaiveDateTime>),
    Text(String),
    LastText(Reverse<String>),
    Unknown,
}

impl Tally {
    pub(super) fn add(&mut self, is_certain: bool) {
        self.certain = self.certain.saturating_add(usize::from(is_certain));
        self.possible = self.possible.saturating_add(1);
    }
}

impl<'a> Editor<'a> {
    pub(super) fn about(self, topic: &'a Topic) -> Option<About<'a>> {
        let (position, kind) = self.pack.policy.kind(&topic.kind)?;
        Some(About { editor: self, topic, kind, position })
    }

    /// What a subject is called.
    pub(super) fn name(&self, subject: &str) -> Text {
        self.organisation.name(subject)
    }
}

impl<'a> About<'a> {
    /// Everything that meets the criteria in the own span.
    pub(super) fn candidates(&self) -> Vec<Candidate<'a>> {
        let days = self.editor.span.days;
        let of = |(row, belongs): (JudgedRow, bool)| self.candidate(row, Some(days), belongs);
        self.rows().filter_map(of).collect()
    }

    /// Everything that meets the criteria, whenever it was, with the moment by which it belongs to a span.
    pub(super) fn dated(&self) -> Vec<(Option<NaiveDate>, Candidate<'a>)> {
        let of = |(row, belongs): (JudgedRow, bool)| {
            let day = self.moment(&row).ok().flatten().map(|moment| moment.date());
            Some((day, self.candidate(row, None, belongs)?))
        };
        self.rows().filter_map(of).collect()
    }

    /// Since when the rows of the kind are complete.
    pub(super) fn complete_since(&self) -> NaiveDate {
        let assessment = self.editor.assessment;
        let covers = [&assessment.rows, &assessment.before]
            .into_iter()
            .find_map(|rows| rows.get(&self.position)?.complete_since());
        let earlier = assessment.earlier.iter().map(|earlier| earlier.period.first).min();
        let of_raised = earlier.filter(|_| self.kind.table().is_none());
        covers.or(of_raised).unwrap_or(assessment.period.first)
    }

    /// Every known row, and whether it is there whatever the open facts turn out to be.
    fn rows(&self) -> impl Iterator<Item = (JudgedRow, bool)> + use<'a> {
        let assessment: &'a Assessment = self.editor.assessment;
        let is_card = self.kind.is_card();
        let before = assessment.before.get(&self.position).filter(|_| !is_card);
        let all = before.into_iter().chain(assessment.rows.get(&self.position));
        all.flat_map(|rows: &JudgedRows| {
            (0..rows.len()).filter_map(|row| Some((rows.get(row)?, rows.is_certain(row))))
        })
    }

    fn candidate(&self, row: JudgedRow, days: Option<Period>, belongs: bool) -> Option<Candidate<'a>> {
        let mut is_certain = belongs;
        if let Some(days) = days.filter(|_| !self.kind.is_card() && self.topic.reach != Reach::Ever) {
            match self.moment(&row) {
                Ok(moment) => moment.filter(|moment| days.contains(moment.date())).map(|_| ())?,
                Err(()) => is_certain = false,
            }
        }
        for criterion in &self.topic.criteria {
            match criterion.is_met(&row.record.value(&criterion.fact)) {
                Some(true) => {}
                Some(false) => return None,
                None => is_certain = false,
            }
        }
        let key = CardKey { kind: self.position, subject: row.id.clone() };
        let card = if self.kind.is_card() { self.editor.assessment.card(&key) } else { None };
        Some(Candidate { row, card, is_certain })
    }

    /// The moment by which a row belongs to a span; none where it has not come.
    fn moment(&self, row: &JudgedRow) -> Result<Option<NaiveDateTime>, ()> {
        let Reach::On(name) = &self.topic.reach else { return Ok(Some(row.at)) };
        match row.record.value(name) {
            Value::Moment(moment) => Ok(Some(moment)),
            Value::Missing => Ok(None),
            _ => Err(()),
        }
    }

    /// What a column of that name is headed.
    pub(super) fn heading(&self, name: &str) -> Heading {
        if let Some(fact) = self.kind.schema.get(name) {
            let is_number =
                matches!(fact.kind, crate::fact::FactType::Number { .. } | crate::fact::FactType::Few { .. });
            return Heading { is_number, ..Heading::text(name, fact.title.clone()) };
        }
        if let Some(role) = self.kind.role(name) {
            return Heading::text(name, role.title.clone());
        }
        match self.kind.account(name) {
            Some(account) => Heading::number(name, account.title.clone()),
            None => Heading::text(name, Text::new("等次", "grade")),
        }
    }

    /// What stands under that heading.
    pub(super) fn cell(&self, of: &Candidate<'_>, name: &str) -> Cell {
        if let Some(fact) = self.kind.schema.get(name) {
            return Cell::value(&fact.kind, &of.row.record.value(name));
        }
        if self.kind.role(name).is_some() {
            return self.holders(of, name);
        }
        let Some(card) = of.card else { return Cell::none() };
        match card.balance(name) {
            Some(balance) => Cell::amount(&balance.unit, (balance.settled.low, balance.settled.high)),
            None => Cell {
                shown: Text::new(card.grades.join(" 或 "), card.grades.join(" or ")),
                plain: card.grades.join("|"),
            },
        }
    }

    fn holders(&self, of: &Candidate<'_>, role: &str) -> Cell {
        let keys = of.row.bearers.get(role).map(Vec::as_slice).unwrap_or_default();
        if keys.is_empty() {
            return Cell::none();
        }
        let names: Vec<Text> = keys.iter().map(|key| self.editor.name(&key.subject)).collect();
        let joined = |pick: fn(&Text) -> &String, between| {
            names.iter().map(|name| pick(name).as_str()).collect::<Vec<_>>().join(between)
        };
        let codes: Vec<&str> = keys.iter().map(|key| key.subject.as_str()).collect();
        Cell {
            shown: Text::new(joined(|name| &name.zh, "、"), joined(|name| &name.en, ", ")),
            plain: codes.join("|"),
        }
    }

    /// What rows are ordered by.
    pub(super) fn order(&self, of: &Candidate<'_>, name: Option<&str>, reverse: bool) -> Order {
        let Some(name) = name else { return Order::moment(of.row.at, reverse) };
        match of.row.record.value(name) {
            Value::Moment(moment) => Order::moment(moment, reverse),
            Value::Number(number) | Value::Running(number) => Order::number(number, reverse),
            Value::Bool(flag) => Order::number(Decimal::from(u8::from(flag)), reverse),
            Value::Word(_) | Value::Text(_) => Order::text(self.cell(of, name).plain, reverse),
            Value::Any | Value::Missing | Value::Undetermined(_) | Value::Between(_) => {
                match of.card.and_then(|card| card.balance(name)) {
                    Some(balance) => Order::number(balance.settled.so_far, reverse),
                    None if self.kind.role(name).is_some() => Order::text(self.cell(of, name).plain, reverse),
                    None => Order::Unknown,
                }
            }
        }
    }
}

impl Order {
    fn number(number: Decimal, reverse: bool) -> Self {
        if reverse { Self::Latest(Reverse(number)) } else { Self::Number(number) }
    }

    fn moment(moment: NaiveDateTime, reverse: bool) -> Self {
        if reverse { Self::Newest(Reverse(moment)) } else { Self::Moment(moment) }
    }

    fn text(text: String, reverse: bool) -> Self {
        if reverse { Self::LastText(Reverse(text)) } else { Self::Text(text) }
    }
}
