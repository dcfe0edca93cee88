//! The rows or cards a topic is about, and what can be shown of each.

use super::{Cell, Editor, Heading};
use crate::assess::{Assessment, CardKey, JudgedRow, JudgedRows, Scorecard};
use crate::calendar::Period;
use crate::fact::{FactType, Facts as _, Value};
use crate::language::Text;
use crate::policy::{Kind, Reach, Topic};
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

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

/// What rows are ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Number(Decimal),
    Moment(NaiveDateTime),
    Text(String),
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
        let days = Some(self.editor.span.days);
        self.rows().filter_map(|(rows, row)| self.candidate((rows, row), days)).collect()
    }

    /// Everything that meets the criteria, whenever it was, with the day by which it belongs to a span.
    pub(super) fn dated(&self) -> Vec<(Option<NaiveDate>, Candidate<'a>)> {
        let of = |(rows, row)| {
            let day = self.moment((rows, row)).ok().flatten().map(|moment| moment.date());
            Some((day, self.candidate((rows, row), None)?))
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

    /// Every known row, with the rows it is one of.
    fn rows(&self) -> impl Iterator<Item = (&'a JudgedRows, usize)> + use<'a> {
        let assessment: &'a Assessment = self.editor.assessment;
        let is_card = self.kind.is_card();
        let before = assessment.before.get(&self.position).filter(|_| !is_card);
        let all = before.into_iter().chain(assessment.rows.get(&self.position));
        all.flat_map(|rows| (0..rows.len()).map(move |row| (rows, row)))
    }

    fn candidate(&self, (rows, row): (&'a JudgedRows, usize), days: Option<Period>) -> Option<Candidate<'a>> {
        let mut is_certain = rows.is_certain(row);
        if let Some(days) = days.filter(|_| !self.kind.is_card() && self.topic.reach != Reach::Ever) {
            match self.moment((rows, row)) {
                Ok(moment) => moment.filter(|moment| days.contains(moment.date())).map(|_| ())?,
                Err(()) => is_certain = false,
            }
        }
        let facts = rows.facts().row(row);
        for criterion in &self.topic.criteria {
            match criterion.is_met(&facts.value(&criterion.fact)) {
                Some(true) => {}
                Some(false) => return None,
                None => is_certain = false,
            }
        }
        // only what is in is put together as a whole
        let row = rows.get(row)?;
        let key = CardKey { kind: self.position, subject: row.id.clone() };
        let card = if self.kind.is_card() { self.editor.assessment.card(&key) } else { None };
        Some(Candidate { row, card, is_certain })
    }

    /// The moment by which a row belongs to a span; none where it has not come.
    fn moment(&self, (rows, row): (&JudgedRows, usize)) -> Result<Option<NaiveDateTime>, ()> {
        let Reach::On(name) = &self.topic.reach else { return Ok(Some(rows.at(row))) };
        match rows.facts().row(row).value(name) {
            Value::Moment(moment) => Ok(Some(moment)),
            Value::Missing => Ok(None),
            _ => Err(()),
        }
    }

    /// What a column of that name is headed.
    pub(super) fn heading(&self, name: &str) -> Heading {
        if let Some(fact) = self.kind.schema.get(name) {
            let is_number = matches!(fact.kind, FactType::Number { .. } | FactType::Few { .. });
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

    /// What a row is ordered by; none where that is not known.
    pub(super) fn order(&self, of: &Candidate<'_>, name: Option<&str>) -> Option<Order> {
        let Some(name) = name else { return Some(Order::Moment(of.row.at)) };
        match of.row.record.value(name) {
            Value::Moment(moment) => Some(Order::Moment(moment)),
            Value::Number(number) | Value::Running(number) => Some(Order::Number(number)),
            Value::Bool(flag) => Some(Order::Number(Decimal::from(u8::from(flag)))),
            Value::Word(text) | Value::Text(text) => Some(Order::Text(text.to_string())),
            Value::Any | Value::Missing | Value::Undetermined(_) | Value::Between(_) => {
                let balance = of.card.and_then(|card| card.balance(name));
                let role = self.kind.role(name).map(|_| Order::Text(self.cell(of, name).plain));
                balance.map(|balance| Order::Number(balance.settled.so_far)).or(role)
            }
        }
    }
}
