//! Who bears: a role of a row leads to cards, by the organisation of that day.

use super::roster::Enrolment;
use crate::calendar::Period;
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

/// For every row the cards that one role leads to.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding {
    ends: Vec<usize>,
    cards: Vec<u32>,
}

/// What is known of the rows whose roles are resolved.
pub(super) struct Holders<'h> {
    pub(super) kind: &'h Kind,
    pub(super) rows: usize,
    /// The subject of a row that is a card.
    pub(super) subject: &'h dyn Fn(usize) -> Option<String>,
    /// The codes in the column of a role.
    pub(super) column: &'h dyn Fn(usize, &str) -> Vec<String>,
    /// The day that decides.
    pub(super) day: &'h dyn Fn(usize) -> NaiveDate,
}

impl Holding {
    fn push(&mut self, cards: impl IntoIterator<Item = u32>) {
        self.cards.extend(cards);
        self.ends.push(self.cards.len());
    }

    /// The cards of a row.
    pub(super) fn of(&self, row: usize) -> &[u32] {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(row).copied().unwrap_or(start);
        self.cards.get(start..end).unwrap_or_default()
    }

    /// The same with the positions that the numbers have on the roster.
    pub(super) fn placed(mut self, positions: &[u32]) -> Self {
        for card in &mut self.cards {
            let number = usize::try_from(*card).ok();
            *card = number.and_then(|number| positions.get(number)).copied().unwrap_or(*card);
        }
        let mut start = 0_usize;
        for end in &self.ends {
            if let Some(of_row) = self.cards.get_mut(start..*end) {
                of_row.sort_unstable();
            }
            start = *end;
        }
        self
    }
}

impl Bearers<'_> {
    /// The cards that every role of some rows leads to, in the order of the roles.
    pub(super) fn resolve(
        &self,
        policy: &Policy,
        holders: &Holders<'_>,
        enrolment: &mut Enrolment,
    ) -> Vec<Holding> {
        let mut held: Vec<Holding> = Vec::new();
        for role in &holders.kind.roles {
            let mut holding = Holding::default();
            let Some((place, card)) = policy.kind(&role.is) else {
                (0..holders.rows).for_each(|_| holding.push([]));
                held.push(holding);
                continue;
            };
            let before = match &role.holder {
                Holder::Of(of) => holders.kind.roles.iter().position(|role| role.name == *of),
                _ => None,
            };
            let mut known: BTreeMap<(u32, NaiveDate), Vec<u32>> = BTreeMap::new();
            for row in 0..holders.rows {
                match (self, &role.holder) {
                    (_, Holder::Itself) => {
                        let subject = (holders.subject)(row);
                        holding.push(subject.map(|subject| enrolment.enrol(place, &subject)));
                    }
                    (Self::Roles, _) => holding.push([enrolment.enrol(place, &role.name)]),
                    (_, Holder::Column { .. }) => {
                        let codes: BTreeSet<String> = (holders.column)(row, &role.name).into_iter().collect();
                        holding
                            .push(codes.iter().map(|code| enrolment.enrol(place, code)).collect::<Vec<_>>());
                    }
                    (Self::Organisation(organisation), Holder::Of(_)) => {
                        let below =
                            before.and_then(|role| held.get(role)).map_or(&[][..], |held| held.of(row));
                        let day = (holders.day)(row);
                        let mut cards = BTreeSet::new();
                        for holder in below {
                            let found = known.entry((*holder, day)).or_insert_with(|| {
                                let subject = enrolment.subject(*holder).to_owned();
                                let above = above(organisation, card, &subject, day);
                                above.iter().map(|subject| enrolment.enrol(place, subject)).collect()
                            });
                            cards.extend(found.iter().copied());
                        }
                        holding.push(cards);
                    }
                }
            }
            held.push(holding);
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
