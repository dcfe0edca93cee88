//! Which rows of an earlier kind belong to which card of a later one.

use super::CardKey;
use super::field::{Field, Spot};
use super::look::{Look, Seen};
use super::roster::Roster;
use super::row::JudgedRows;
use crate::calendar::{Grid, Period};
use crate::diagnostic::Diagnostic;
use crate::fact::{Facts as _, Span, Value, Window};
use crate::policy::{Kind, Policy, Rows, Vacant};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rows of an earlier kind that lead to the cards of a later one, by card; `false` where nobody held the role
/// that would say.
pub(super) struct Leads {
    of_card: BTreeMap<u32, Vec<usize>>,
    of_any: BTreeSet<usize>,
}

impl Leads {
    /// By the roles at these places; `to` is the place of the kind the cards are of.
    fn new(rows: &JudgedRows, (kind, roles): (&Kind, &[usize]), (roster, to): (&Roster, usize)) -> Self {
        let mut leads = Self { of_card: BTreeMap::new(), of_any: BTreeSet::new() };
        // a role may lead to another card of the same subject
        let own = |card: u32| {
            let key = rows.key(card)?;
            if key.kind == to && roster.key(card).is_some() {
                return Some(card);
            }
            let own = roster.find(&CardKey { kind: to, subject: key.subject.clone() })?;
            u32::try_from(own).ok()
        };
        for position in roles {
            let Some(way) = kind.roles.get(*position) else { continue };
            for row in 0..rows.len() {
                let cards = rows.cards(*position, row);
                for card in cards.iter().filter_map(|card| own(*card)) {
                    leads.of_card.entry(card).or_default().push(row);
                }
                if cards.is_empty() && way.vacant == Vacant::Undetermined {
                    leads.of_any.insert(row);
                }
            }
        }
        leads
    }

    /// The cards of a kind of cards by subject: each leads to the card of the same subject.
    fn by_subject(rows: &JudgedRows, roster: &Roster, to: usize) -> Self {
        let mut leads = Self { of_card: BTreeMap::new(), of_any: BTreeSet::new() };
        for row in 0..rows.len() {
            let key = CardKey { kind: to, subject: rows.id(row).to_owned() };
            if let Some(card) = roster.find(&key).and_then(|card| u32::try_from(card).ok()) {
                leads.of_card.entry(card).or_default().push(row);
            }
        }
        leads
    }

    /// The rows that lead to a card, and whether each certainly does.
    pub(super) fn to(&self, card: u32) -> impl Iterator<Item = (usize, bool)> {
        let mut rows: BTreeMap<usize, bool> = self.of_any.iter().map(|row| (*row, false)).collect();
        rows.extend(self.of_card.get(&card).into_iter().flatten().map(|row| (*row, true)));
        rows.into_iter()
    }
}

/// Which rows of a field belong to which card.
pub(super) struct CardLeads {
    before: Option<Leads>,
    now: Option<Leads>,
}

impl CardLeads {
    /// By a role of the rows, else by every role that is a card of the kind; cards lead to the card of their subject.
    pub(super) fn new(
        field: &Field<'_>,
        role: Option<&str>,
        (policy, to): (&Policy, &Kind),
        roster: &Roster,
    ) -> Self {
        let position = policy.kind(&to.name).map_or(0, |(position, _)| position);
        let itself = field.kind.is_card() && field.kind.subjects() == to.subjects() && role.is_none();
        let roles = policy.leading(field.kind, role, to);
        let leads = |rows: &JudgedRows| {
            if itself {
                Leads::by_subject(rows, roster, position)
            } else {
                Leads::new(rows, (field.kind, &roles), (roster, position))
            }
        };
        Self { before: field.before.map(leads), now: field.now.map(leads) }
    }

    fn to(&self, card: u32) -> impl Iterator<Item = Seen> {
        let before = self.before.as_ref().into_iter().flat_map(move |leads| leads.to(card));
        let now = self.now.as_ref().into_iter().flat_map(move |leads| leads.to(card));
        before
            .map(|(row, certain)| (Spot::Before(row), certain))
            .chain(now.map(|(row, certain)| (Spot::Now(row), certain)))
    }
}

/// An aggregate of cards over the rows that lead to them.
pub(super) struct OfCards<'a> {
    pub(super) look: Look<'a>,
    pub(super) leads: &'a CardLeads,
    /// The kind of the cards, and a row for each.
    pub(super) kind: &'a Kind,
    pub(super) rows: &'a JudgedRows,
    /// The position of the first card on the roster.
    pub(super) first: usize,
    /// The period that is assessed.
    pub(super) assessed: Period,
}

impl OfCards<'_> {
    /// The value for every card; the period that is assessed is one of `grid`.
    ///
    /// # Errors
    /// The function of a fold can never work, or took too long.
    pub(super) fn values(&self, grid: Grid) -> Result<Vec<Value>, Box<Diagnostic>> {
        let value = |row: usize| match self.seen(row, grid) {
            Some(seen) => match (self.lacking(row), self.uncovered(row)) {
                (Some(lacking), _) => Ok(Value::Undetermined(Arc::from([lacking]))),
                (None, Some(unknown)) => Ok(unknown),
                (None, None) => self.look.over(seen.into_iter()),
            },
            None => Ok(Value::Missing),
        };
        (0..self.rows.len()).into_par_iter().map(value).collect()
    }

    /// A period of which there is no assessment, though a card looks back on it.
    fn lacking(&self, row: usize) -> Option<String> {
        let (field, aggregate) = (&self.look.field, self.look.aggregate);
        if !field.kind.is_card() || aggregate.leave_out {
            return None;
        }
        let span = self.span(row)?;
        let first = span.first?;
        let known = |period: &Period| {
            field.past.is_some_and(|past| past.periods.contains(period))
                || (field.now.is_some() && *period == field.kind.period_of(&self.assessed))
        };
        let needed = field.kind.grid.within(&Period { first, last: span.last });
        // a card looks back on earlier ones of its own kind, not on itself
        let own = field.kind.name == self.kind.name;
        let day = self.rows.at(row).date();
        let mut needed = needed.into_iter().filter(|period| !(own && period.contains(day)));
        needed.find(|period| !known(period)).map(|period| period.code())
    }

    /// Why a card does not know what came of its rows, where their table begins too late.
    fn uncovered(&self, row: usize) -> Option<Value> {
        self.look.uncovered(self.span(row)?.first, self.rows.at(row).date())
    }

    fn span(&self, row: usize) -> Option<Span> {
        let window = &self.look.aggregate.window;
        let day = self.rows.at(row).date();
        let anniversary = match window {
            Window::Anniversary(fact) => match self.rows.facts().row(row).value(fact) {
                Value::Moment(moment) => Some(moment.date()),
                _ => None,
            },
            _ => None,
        };
        window.span(day, (self.kind.grid, self.kind.grid.containing(day)), anniversary)
    }

    /// The rows a card looks at, in order; `None` where its window is not known.
    pub(super) fn seen(&self, row: usize, grid: Grid) -> Option<Vec<Seen>> {
        let card = u32::try_from(self.first.saturating_add(row)).ok()?;
        let (field, window) = (&self.look.field, &self.look.aggregate.window);
        if *window == Window::Period && self.kind.grid == grid && !self.kind.is_as_of_a_day() {
            let now = self.leads.to(card).filter(|(spot, _)| matches!(spot, Spot::Now(_)));
            // rows that clauses raise stand office by office, all others in the order of their dates
            let in_order = field.kind.rows != Rows::Raised;
            return Some(if in_order { now.collect() } else { field.in_order(now.collect()) });
        }
        let day = self.rows.at(row).date();
        let span = self.span(row)?;
        let seen = self.leads.to(card).filter(|(spot, _)| field.lies_in(*spot, &span));
        let seen = seen.filter_map(|(spot, certain)| {
            let valid = if *window == Window::Valid { field.is_valid(spot, day) } else { Some(true) };
            (valid != Some(false)).then_some((spot, certain && valid == Some(true)))
        });
        Some(field.in_order(seen.collect()))
    }
}
