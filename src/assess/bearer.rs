//! Who bears: a role of a row leads to cards, by the organisation of that day.

use crate::calendar::Period;
use crate::intake::Row;
use crate::language::Text;
use crate::organisation::Organisation;
use crate::policy::{Holder, Kind, Policy, Rows};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A card: a kind, by its place in the judging order, and a subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CardKey {
    /// The kind's place in the judging order.
    pub kind: usize,
    /// The subject's code.
    pub subject: String,
}

/// How roles find their bearers.
#[derive(Clone, Copy, Debug)]
pub enum Bearers<'a> {
    /// By the organisation of the day.
    Organisation(&'a Organisation),
    /// Each role is a bearer of its own: for one row typed by hand.
    Roles,
}

impl Bearers<'_> {
    /// The holders of every role of a row.
    pub(super) fn of_row(&self, policy: &Policy, kind: &Kind, row: &Row) -> BTreeMap<String, Vec<CardKey>> {
        self.resolve(policy, kind, None, &row.roles, row.at.date())
    }

    /// The holders of every role of a card.
    pub(super) fn of_card(
        &self,
        policy: &Policy,
        kind: &Kind,
        subject: &str,
        day: NaiveDate,
    ) -> BTreeMap<String, Vec<CardKey>> {
        self.resolve(policy, kind, Some(subject), &BTreeMap::new(), day)
    }

    fn resolve(
        &self,
        policy: &Policy,
        kind: &Kind,
        subject: Option<&str>,
        columns: &BTreeMap<String, Vec<String>>,
        day: NaiveDate,
    ) -> BTreeMap<String, Vec<CardKey>> {
        let mut held: BTreeMap<String, Vec<CardKey>> = BTreeMap::new();
        for role in &kind.roles {
            let Some((place, card)) = policy.kind(&role.is) else { continue };
            let subjects: BTreeSet<String> = match (self, &role.holder) {
                (_, Holder::Itself) => subject.iter().map(|subject| (*subject).to_owned()).collect(),
                (Self::Roles, _) => BTreeSet::from([role.name.clone()]),
                (_, Holder::Column { .. }) => {
                    columns.get(&role.name).into_iter().flatten().cloned().collect()
                }
                (Self::Organisation(organisation), Holder::Of(of)) => held
                    .get(of)
                    .into_iter()
                    .flatten()
                    .flat_map(|holder| above(organisation, card, &holder.subject, day))
                    .collect(),
            };
            let cards = subjects.into_iter().map(|subject| CardKey { kind: place, subject }).collect();
            held.insert(role.name.clone(), cards);
        }
        held
    }

    /// The subjects that have a card of this kind in the period, and what each holds its post of.
    pub(super) fn subjects(&self, kind: &Kind, period: &Period) -> BTreeMap<String, BTreeSet<String>> {
        let Self::Organisation(organisation) = self else { return BTreeMap::new() };
        match &kind.rows {
            Rows::Members { member } => {
                organisation.in_force(member, period).into_iter().map(|id| (id, BTreeSet::new())).collect()
            }
            Rows::Posts { office } => organisation.holders_during(office, period),
            Rows::Table { .. } => BTreeMap::new(),
        }
    }

    /// The name of a subject.
    pub(super) fn name(&self, policy: &Policy, subject: &str) -> Text {
        match self {
            Self::Organisation(organisation) => organisation.name(subject),
            Self::Roles => policy
                .kinds
                .iter()
                .find_map(|kind| kind.role(subject))
                .map_or_else(|| Text::same(subject), |role| role.title.clone()),
        }
    }
}

fn above(organisation: &Organisation, card: &Kind, subject: &str, day: NaiveDate) -> Vec<String> {
    match &card.rows {
        Rows::Members { member } => {
            organisation.above(subject, member, day).map(|found| found.id.clone()).into_iter().collect()
        }
        Rows::Posts { office } => organisation.holders(office, subject, day).map(str::to_owned).collect(),
        Rows::Table { .. } => Vec::new(),
    }
}
