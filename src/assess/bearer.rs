//! Who bears: a role of a row leads to cards, by the organisation of that day.

use super::raise::Raised;
use super::roster::Cards;
use crate::calendar::Period;
use crate::intake::{Holders, Rows};
use crate::language::Text;
use crate::organisation::Organisation;
use crate::policy::{self, Holder, Kind, Policy, Role, Several};
use chrono::{NaiveDate, NaiveDateTime};
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
    /// As typed by hand for rows that are, by kind and identifier; a role that is not typed is a bearer of its own.
    Typed(&'a TypedRoles),
}

/// Whom the roles of rows typed by hand name: by kind and identifier, then by role.
pub type TypedRoles = BTreeMap<(String, String), BTreeMap<String, Vec<String>>>;

/// For every row the cards that one role leads to: each different list once, and which of them a row has.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding {
    lists: Vec<Vec<u32>>,
    rows: Vec<u32>,
}

/// The rows whose roles are resolved.
pub(super) enum Led<'l> {
    /// Rows of a table.
    Table(&'l Rows),
    /// Cards with these subjects, each on a day.
    Cards(&'l [(String, NaiveDate)]),
    /// Rows that clauses raised.
    Raised(&'l [Raised]),
}

impl Led<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Table(rows) => rows.len(),
            Self::Cards(subjects) => subjects.len(),
            Self::Raised(raised) => raised.len(),
        }
    }

    fn id(&self, row: usize) -> String {
        match self {
            Self::Table(rows) => rows.id(row).into_owned(),
            Self::Cards(subjects) => subjects.get(row).map(|(id, _)| id.clone()).unwrap_or_default(),
            Self::Raised(raised) => raised.get(row).map(|raised| raised.id.clone()).unwrap_or_default(),
        }
    }

    fn day(&self, row: usize) -> NaiveDate {
        match self {
            Self::Table(rows) => rows.at().get(row).map(NaiveDateTime::date).unwrap_or_default(),
            Self::Cards(subjects) => subjects.get(row).map(|(_, day)| *day).unwrap_or_default(),
            Self::Raised(raised) => raised.get(row).map(|raised| raised.at.date()).unwrap_or_default(),
        }
    }
}

impl Holding {
    fn of_all(list: Vec<u32>, rows: usize) -> Self {
        Self { lists: vec![list], rows: vec![0; rows] }
    }

    fn list_of(&self, row: usize) -> Option<u32> {
        self.rows.get(row).copied()
    }

    /// The cards of a row.
    pub(super) fn of(&self, row: usize) -> &[u32] {
        let list = self.list_of(row).and_then(|list| self.lists.get(usize::try_from(list).ok()?));
        list.map_or(&[], Vec::as_slice)
    }

    /// The same with the positions that the numbers have on the roster.
    pub(super) fn placed(mut self, positions: &[u32]) -> Self {
        self.place(positions);
        self
    }

    /// Gives every card the position that its number stands for.
    pub(super) fn place(&mut self, positions: &[u32]) {
        for list in &mut self.lists {
            list.iter_mut().for_each(|card| *card = placed(*card, positions));
            list.sort_unstable();
            list.dedup();
        }
    }
}

/// The position that a number stands for; whoever is not on the roster keeps the number.
pub(super) fn placed(number: u32, positions: &[u32]) -> u32 {
    let place = usize::try_from(number).ok().and_then(|number| positions.get(number));
    place.copied().unwrap_or(number)
}

impl Bearers<'_> {
    /// The cards that every role of some rows leads to, in the order of the roles.
    pub(super) fn resolve(
        &self,
        policy: &Policy,
        kind: &Kind,
        led: &Led<'_>,
        cards: &mut dyn Cards,
    ) -> Vec<Holding> {
        let mut held: Vec<Holding> = Vec::new();
        for role in &kind.roles {
            let Some((place, card)) = policy.kind(&role.is) else {
                held.push(Holding::of_all(Vec::new(), led.len()));
                continue;
            };
            let holding = match (self, &role.holder, led) {
                (_, Holder::Itself, Led::Cards(subjects)) => {
                    let lists = subjects
                        .iter()
                        .map(|(subject, _)| cards.number(place, subject).into_iter().collect());
                    let lists = lists.collect();
                    Holding {
                        lists,
                        rows: (0..subjects.len()).map_while(|row| row.try_into().ok()).collect(),
                    }
                }
                (_, Holder::Raised, Led::Raised(raised)) => raised_for(raised, place, cards),
                (Self::Organisation(_), Holder::Fixed(code), _) => {
                    Holding::of_all(cards.number(place, code).into_iter().collect(), led.len())
                }
                (Self::Typed(typed), _, _) => {
                    let mut of_row = |row: usize| -> Vec<u32> {
                        let key = (kind.name.clone(), led.id(row));
                        let own = std::slice::from_ref(&role.name);
                        let named = typed.get(&key).and_then(|roles| roles.get(&role.name));
                        let named = named.map_or(own, Vec::as_slice);
                        let named =
                            answering(role, named.iter().filter_map(|subject| cards.number(place, subject)));
                        named.collect()
                    };
                    let lists = (0..led.len()).map(&mut of_row).collect();
                    Holding { lists, rows: (0..led.len()).map_while(|row| row.try_into().ok()).collect() }
                }
                (_, Holder::Column { .. }, Led::Table(rows)) => {
                    let Some(holders) = rows.holders(&role.name) else {
                        held.push(Holding::of_all(Vec::new(), led.len()));
                        continue;
                    };
                    named(holders, (role, place), cards)
                }
                (Self::Organisation(organisation), Holder::Of(of), _) => {
                    let below = kind.roles.iter().position(|role| role.name == *of);
                    let below = below.and_then(|role| held.get(role));
                    resolve_above(organisation, (role, place, card), below, led, cards)
                }
                (_, Holder::Itself | Holder::Raised | Holder::Column { .. } | Holder::Outside, _) => {
                    Holding::of_all(Vec::new(), led.len())
                }
            };
            held.push(holding);
        }
        held
    }

    /// Puts whoever a raised row may lead to on the roster, where nobody else would: roles typed by hand are no members.
    pub(super) fn enrol_raised(&self, policy: &Policy, kind: &Kind, cards: &mut dyn Cards) {
        if !matches!(self, Self::Typed(_)) || kind.rows != policy::Rows::Raised {
            return;
        }
        for role in kind.roles.iter().filter(|role| role.holder != Holder::Raised) {
            if let Some((place, _)) = policy.kind(&role.is) {
                cards.number(place, &role.name);
            }
        }
    }

    /// The subjects that have a card of this kind in the period, and what each holds its post of.
    pub(super) fn subjects(&self, kind: &Kind, period: &Period) -> BTreeMap<String, BTreeSet<String>> {
        let Self::Organisation(organisation) = self else { return BTreeMap::new() };
        match &kind.rows {
            policy::Rows::Members { member } => {
                organisation.in_force(member, period).into_iter().map(|id| (id, BTreeSet::new())).collect()
            }
            policy::Rows::Posts { office } => organisation.holders_during(office, period),
            policy::Rows::Table { .. } | policy::Rows::Raised => BTreeMap::new(),
        }
    }

    /// The name of a subject.
    pub(super) fn name(&self, policy: &Policy, subject: &str) -> Text {
        match self {
            Self::Organisation(organisation) => organisation.name(subject),
            Self::Typed(_) => policy
                .kinds
                .iter()
                .find_map(|kind| kind.role(subject))
                .map_or_else(|| Text::same(subject), |role| role.title.clone()),
        }
    }
}

/// Those of several holders who answer at all.
fn answering(role: &Role, holders: impl Iterator<Item = u32>) -> impl Iterator<Item = u32> {
    holders.take(if role.several == Several::First { 1 } else { usize::MAX })
}

/// The cards that a column names; what only rows named that are not judged has none.
fn named(holders: &Holders, (role, place): (&Role, usize), cards: &mut dyn Cards) -> Holding {
    let used: BTreeSet<u32> = holders.rows().iter().copied().collect();
    let mut lists = vec![Vec::new(); holders.lists().len()];
    for list in used {
        let numbers =
            answering(role, holders.list(list).filter_map(|code| cards.number(place, code))).collect();
        if let Some(slot) = usize::try_from(list).ok().and_then(|list| lists.get_mut(list)) {
            *slot = numbers;
        }
    }
    Holding { lists, rows: holders.rows().to_vec() }
}

/// The cards that rows were raised for, where they are of the kind the role is.
fn raised_for(raised: &[Raised], place: usize, cards: &dyn Cards) -> Holding {
    let is_own = |card: &u32| cards.kind(*card) == Some(place);
    let lists = raised.iter().map(|raised| Some(raised.card).filter(is_own).into_iter().collect()).collect();
    Holding { lists, rows: (0..raised.len()).map_while(|row| row.try_into().ok()).collect() }
}

/// The cards above those of another role, as the organisation was on each row's day.
fn resolve_above(
    organisation: &Organisation,
    (role, place, card): (&Role, usize, &Kind),
    below: Option<&Holding>,
    led: &Led<'_>,
    cards: &mut dyn Cards,
) -> Holding {
    let mut holding = Holding::default();
    let mut known: BTreeMap<(Option<u32>, NaiveDate), u32> = BTreeMap::new();
    for row in 0..led.len() {
        let key = (below.and_then(|below| below.list_of(row)), led.day(row));
        let list = *known.entry(key).or_insert_with(|| {
            let mut numbers = Vec::new();
            for holder in below.map_or(&[][..], |below| below.of(row)) {
                let subject = cards.subject(*holder).to_owned();
                let found = above(organisation, card, &subject, key.1);
                numbers.extend(found.iter().filter_map(|subject| cards.number(place, subject)));
            }
            let numbers = answering(role, numbers.into_iter()).collect();
            holding.lists.push(numbers);
            u32::try_from(holding.lists.len().saturating_sub(1)).unwrap_or(u32::MAX)
        });
        holding.rows.push(list);
    }
    holding
}

fn above(organisation: &Organisation, card: &Kind, subject: &str, day: NaiveDate) -> Vec<String> {
    match &card.rows {
        policy::Rows::Members { member } => {
            organisation.above(subject, member, day).map(|found| found.id.clone()).into_iter().collect()
        }
        policy::Rows::Posts { office } => {
            organisation.holders(office, subject, day).map(str::to_owned).collect()
        }
        policy::Rows::Table { .. } | policy::Rows::Raised => Vec::new(),
    }
}
