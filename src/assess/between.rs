//! Facts of a row made out of other rows that have something in common with it: the nth of a customer, a sum over
//! ninety days, a streak, a share of one loss.

use super::bearer::{Bearers, Led};
use super::field::{Field, Spot};
use super::look::{Look, Seen};
use super::roster::{Cards as _, Enrolment};
use super::row::JudgedRows;
use crate::calendar::Grid;
use crate::diagnostic::Diagnostic;
use crate::fact::{FactType, Facts as _, Measure, Running, Span, Value, Window, root_of};
use crate::interval::Interval;
use crate::policy::{Kind, Policy, Vacant};
use chrono::{NaiveDate, NaiveDateTime};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a row has in common with others.
type Key = Result<Vec<String>, Apart>;

/// Why a row has nothing in common with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Apart {
    /// What it would be is not known.
    Unknown,
    /// It names nobody under a role that need not be held.
    Nobody,
}

/// An aggregate of rows over rows.
pub(super) struct Between<'a> {
    pub(super) look: Look<'a>,
    pub(super) policy: &'a Policy,
    pub(super) bearers: Bearers<'a>,
    /// The kind the fact belongs to, and its rows.
    pub(super) own: (&'a Kind, &'a JudgedRows),
    /// The rows of the kind since which the window runs.
    pub(super) since: Option<Field<'a>>,
}

/// The values of some rows, by their positions.
type Found = Result<Vec<(usize, Value)>, Box<Diagnostic>>;

/// The rows of one key, in order, with their moments.
#[derive(Default)]
struct Group {
    seen: Vec<(NaiveDateTime, Spot)>,
    /// Whether the rows stood in this order: those from before may be dated after others, and those against a lower office
    /// come first.
    is_sorted: bool,
}

/// The rows of one key since which a window runs, and those that may be of any key.
#[derive(Clone, Copy)]
struct Since<'g> {
    own: &'g Group,
    unkeyed: &'g Group,
}

impl Between<'_> {
    /// The value for every row.
    ///
    /// # Errors
    /// The function of a fold can never work, or took too long.
    pub(super) fn values(&self) -> Result<Vec<Value>, Box<Diagnostic>> {
        let (kind, rows) = self.own;
        let aggregate = self.look.aggregate;
        let (own_names, their_names): (Vec<&str>, Vec<&str>) =
            aggregate.same.iter().map(|(own, theirs)| (own.as_str(), theirs.as_str())).unzip();
        let own_keys = self.keys(kind, rows, &own_names);
        let is_own = aggregate.over == kind.name && !kind.is_card();
        let (groups, unkeyed) = self.groups(&their_names);
        let since = self.since.as_ref().map(|field| self.groups_of(field, &own_names));
        let mut of_key: BTreeMap<&Vec<String>, Vec<usize>> = BTreeMap::new();
        for (row, key) in own_keys.iter().enumerate() {
            if let Ok(key) = key {
                of_key.entry(key).or_default().push(row);
            }
        }
        if aggregate.measure == Measure::Apportion {
            let places = super::apportion::places(self.policy, kind, aggregate);
            let shares = of_key.values().map(|rows| super::apportion::shares(&self.look, rows, places));
            let unknown = || self.unknown();
            let mut values = self.apart(&own_keys);
            for (row, share) in shares.flatten() {
                if let Some(slot) = values.get_mut(row) {
                    *slot = share.unwrap_or_else(unknown);
                }
            }
            return Ok(values);
        }
        let nothing = Group::default();
        let found: Vec<Found> = of_key
            .into_par_iter()
            .map(|(key, own)| {
                let group = groups.get(key).unwrap_or(&nothing);
                let since = since
                    .as_ref()
                    .map(|(own, unkeyed)| Since { own: own.get(key).unwrap_or(&nothing), unkeyed });
                self.of_group(&own, is_own, group, (&unkeyed, since))
            })
            .collect();
        let mut values = self.apart(&own_keys);
        for of_group in found {
            for (row, value) in of_group? {
                if let Some(slot) = values.get_mut(row) {
                    *slot = value;
                }
            }
        }
        Ok(values)
    }

    /// What rows come to that have nothing in common with others.
    fn apart(&self, keys: &[Key]) -> Vec<Value> {
        let aggregate = self.look.aggregate;
        let nothing = match aggregate.measure {
            Measure::Fold => aggregate.start.clone().unwrap_or(Value::Missing),
            _ => aggregate.over(std::iter::empty()).unwrap_or(Value::Missing),
        };
        let of = |key: &Key| if *key == Err(Apart::Nobody) { nothing.clone() } else { self.unknown() };
        keys.iter().map(of).collect()
    }

    /// Not known for want of what the rows would have in common.
    fn unknown(&self) -> Value {
        Value::Undetermined(self.look.aggregate.same.iter().map(|(own, _)| own.clone()).collect())
    }

    /// The rows that one row looks at, in order; `None` where that is not known.
    pub(super) fn seen_by(&self, row: usize) -> Option<Vec<Seen>> {
        let (kind, rows) = self.own;
        let aggregate = self.look.aggregate;
        let (own_names, their_names): (Vec<&str>, Vec<&str>) =
            aggregate.same.iter().map(|(own, theirs)| (own.as_str(), theirs.as_str())).unzip();
        let keys = self.keys(kind, rows, &own_names);
        let key = keys.get(row)?.as_ref().ok()?;
        let (groups, unkeyed) = self.groups(&their_names);
        let since = self.since.as_ref().map(|field| self.groups_of(field, &own_names));
        let nothing = Group::default();
        let since = since.as_ref();
        let since = since.map(|(own, unkeyed)| Since { own: own.get(key).unwrap_or(&nothing), unkeyed });
        let is_own = aggregate.over == kind.name && !kind.is_card();
        let group = groups.get(key).unwrap_or(&nothing);
        if aggregate.measure == Measure::Apportion {
            return Some(group.seen.iter().map(|(_, spot)| (*spot, true)).collect());
        }
        self.seen(row, is_own, group, (&unkeyed, since))
    }

    fn of_group(
        &self,
        own: &[usize],
        is_own: bool,
        group: &Group,
        (unkeyed, since): (&Group, Option<Since<'_>>),
    ) -> Found {
        let aggregate = self.look.aggregate;
        let alone = unkeyed.seen.is_empty() || aggregate.leave_out;
        let sums = matches!(aggregate.measure, Measure::Count | Measure::Sum);
        let moves_on = !matches!(aggregate.window, Window::Valid | Window::Anniversary(_) | Window::Since(_));
        let in_order = group.is_sorted || !is_own;
        if sums && moves_on && alone && in_order {
            let mut own = own.to_vec();
            own.sort_by_key(|row| self.own.1.at(*row));
            return Ok(self.sliding(&own, is_own, group));
        }
        own.iter()
            .map(|row| {
                let Some(seen) = self.seen(*row, is_own, group, (unkeyed, since)) else {
                    return Ok((*row, self.unknown()));
                };
                if let Some(unknown) = self.uncovered(*row, since) {
                    return Ok((*row, unknown));
                }
                Ok((*row, self.look.over(seen.into_iter())?))
            })
            .collect()
    }

    /// Counts and sums, each row taken in once and let go once.
    fn sliding(&self, own: &[usize], is_own: bool, group: &Group) -> Vec<(usize, Value)> {
        let amounts: Vec<Interval> = group
            .seen
            .iter()
            .map(|(_, spot)| self.look.aggregate.amount(&self.look.measured((*spot, true))))
            .collect();
        let (mut first, mut end, mut running) = (0_usize, 0_usize, Ok(Running::default()));
        let mut values = Vec::with_capacity(own.len());
        for row in own {
            let Some(span) = self.span(*row) else {
                values.push((*row, self.unknown()));
                continue;
            };
            while let Some((at, spot)) = group.seen.get(end)
                && self.is_reached(*row, is_own, (*at, *spot), &span)
            {
                let amount = amounts.get(end).copied().unwrap_or(Interval::UNKNOWN);
                running = running.and_then(|mut sum: Running| sum.add(amount).map(|()| sum));
                end = end.saturating_add(1);
            }
            while let Some((at, _)) = group.seen.get(first).filter(|_| first < end)
                && span.first.is_some_and(|begins| at.date() < begins)
            {
                let amount = amounts.get(first).copied().unwrap_or(Interval::UNKNOWN);
                running = running.and_then(|mut sum: Running| sum.remove(amount).map(|()| sum));
                first = first.saturating_add(1);
            }
            let total = running.as_ref().map_or(Interval::UNKNOWN, Running::total);
            let unknown = self.look.uncovered(span.first, self.own.1.at(*row).date());
            values.push((*row, unknown.unwrap_or_else(|| self.look.aggregate.shown(total))));
        }
        values
    }

    /// Whether a row does not come after the one that looks back.
    fn is_reached(&self, row: usize, is_own: bool, (at, spot): (NaiveDateTime, Spot), span: &Span) -> bool {
        let (kind, rows) = self.own;
        let not_later = match spot {
            Spot::Now(other) if is_own => {
                other <= row && (at, self.look.field.id(spot)) <= (rows.at(row), rows.id(row))
            }
            Spot::Before(_) if is_own => (at, self.look.field.id(spot)) <= (rows.at(row), rows.id(row)),
            // a card looks on to the end of its last day
            _ if kind.is_card() => true,
            _ => at <= rows.at(row),
        };
        not_later && at.date() <= span.last
    }

    /// The rows that one row looks back on, in order; `None` where the window is not known.
    fn seen(
        &self,
        row: usize,
        is_own: bool,
        group: &Group,
        (unkeyed, since): (&Group, Option<Since<'_>>),
    ) -> Option<Vec<Seen>> {
        let mut span = self.span(row)?;
        let after = since.and_then(|since| self.last_of(since, row));
        // a row that may be one since which the window runs leaves open what lies before it
        let perhaps = since.and_then(|since| self.perhaps_last_of(since, row));
        if since.is_some() {
            span.first = after.map(|at| at.date());
        }
        let aggregate = self.look.aggregate;
        let lies = |(at, spot): &(NaiveDateTime, Spot)| {
            let itself = is_own && *spot == Spot::Now(row);
            self.is_reached(row, is_own, (*at, *spot), &span)
                && span.first.is_none_or(|first| first <= at.date())
                && after.is_none_or(|after| after < *at)
                // the last one before is what a row asks for
                && !(itself && aggregate.measure == Measure::Last)
        };
        let is_sure = |at: &NaiveDateTime| perhaps.is_none_or(|perhaps| perhaps < *at);
        let known = group.seen.iter().filter(|place| lies(place));
        let mut seen: Vec<Seen> = known.map(|(at, spot)| (*spot, is_sure(at))).collect();
        seen.extend(unkeyed.seen.iter().filter(|place| lies(place)).map(|(_, spot)| (*spot, false)));
        if aggregate.window == Window::Valid {
            let day = self.own.1.at(row).date();
            seen = seen
                .into_iter()
                .filter_map(|(spot, certain)| match self.look.field.is_valid(spot, day) {
                    Some(false) => None,
                    valid => Some((spot, certain && valid == Some(true))),
                })
                .collect();
        }
        Some(if unkeyed.seen.is_empty() { seen } else { self.look.field.in_order(seen) })
    }

    /// The moment of the last row since which a window runs.
    fn last_of(&self, since: Since<'_>, row: usize) -> Option<NaiveDateTime> {
        let (own_at, field) = (self.own.1.at(row), self.since.as_ref()?);
        let certain = since.own.seen.iter().filter(|(_, spot)| field.is_certain(*spot));
        certain.map(|(at, _)| *at).filter(|at| *at <= own_at).max()
    }

    /// The moment of the last row since which the window may run: of one that may not be there, or be of another key.
    fn perhaps_last_of(&self, since: Since<'_>, row: usize) -> Option<NaiveDateTime> {
        let (own_at, field) = (self.own.1.at(row), self.since.as_ref()?);
        let uncertain = since.own.seen.iter().filter(|(_, spot)| !field.is_certain(*spot));
        uncertain.chain(&since.unkeyed.seen).map(|(at, _)| *at).filter(|at| *at <= own_at).max()
    }

    /// Why a row does not know what came before it, where a table begins too late.
    fn uncovered(&self, row: usize, since: Option<Since<'_>>) -> Option<Value> {
        let day = self.own.1.at(row).date();
        let first = match since {
            Some(since) => self.last_of(since, row).map(|at| at.date()),
            None => self.span(row)?.first,
        };
        // the last row that is known is the last there was only where nothing is missing behind it
        let of_since = self.since.as_ref().and_then(Field::covers).filter(|_| !self.look.aggregate.leave_out);
        let unknown = of_since.filter(|covers| covers.lacks(first));
        let unknown = unknown.map(|covers| Value::Undetermined(Arc::from([root_of(&covers.reason())])));
        unknown.or_else(|| self.look.uncovered(first, day))
    }

    fn span(&self, row: usize) -> Option<Span> {
        let (kind, rows) = self.own;
        let day: NaiveDate = rows.at(row).date();
        let grid: Grid = if kind.is_card() { kind.grid } else { self.policy.grid() };
        let anniversary = match &self.look.aggregate.window {
            Window::Anniversary(fact) => match rows.facts().row(row).value(fact) {
                Value::Moment(moment) => Some(moment.date()),
                _ => None,
            },
            _ => None,
        };
        self.look.aggregate.window.span(day, (grid, grid.containing(day)), anniversary)
    }

    fn groups(&self, names: &[&str]) -> (BTreeMap<Vec<String>, Group>, Group) {
        self.groups_of(&self.look.field, names)
    }

    /// The rows of a field by what they have in common, and those of which that is not known.
    fn groups_of(&self, field: &Field<'_>, names: &[&str]) -> (BTreeMap<Vec<String>, Group>, Group) {
        let (mut groups, mut unkeyed) = (BTreeMap::<Vec<String>, Group>::new(), Group::default());
        for (rows, is_before) in [(field.before, true), (field.now, false)] {
            let Some(rows) = rows else { continue };
            for (row, key) in self.keys(field.kind, rows, names).into_iter().enumerate() {
                let group = match key {
                    Ok(key) => groups.entry(key).or_default(),
                    Err(Apart::Unknown) => &mut unkeyed,
                    Err(Apart::Nobody) => continue,
                };
                let spot = if is_before { Spot::Before(row) } else { Spot::Now(row) };
                group.seen.push((rows.at(row), spot));
            }
        }
        for group in groups.values_mut() {
            let order = |(at, spot): &(NaiveDateTime, Spot)| (*at, field.id(*spot));
            group.is_sorted = group.seen.is_sorted_by_key(order);
            if !group.is_sorted {
                group.seen.sort_by_key(order);
            }
        }
        (groups, unkeyed)
    }

    /// What each row has of these facts and roles.
    fn keys(&self, kind: &Kind, rows: &JudgedRows, names: &[&str]) -> Vec<Key> {
        let mut enrolment = Enrolment::default();
        let is_role = |name: &&&str| kind.schema.get(name).is_none();
        let held = match rows.table() {
            Some(table) if !rows.is_led() && names.iter().any(|name| is_role(&name)) => {
                self.bearers.resolve(self.policy, kind, &Led::Table(table), &mut enrolment)
            }
            _ => Vec::new(),
        };
        let facts = rows.facts();
        let of = |row: usize, name: &str| -> Key {
            if let Some(position) = facts.schema().position(name) {
                return match facts.value(position, row) {
                    Value::Missing | Value::Undetermined(_) | Value::Any => Err(Apart::Unknown),
                    value => Ok(vec![FactType::plain(&value)]),
                };
            }
            let Some(role) = kind.roles.iter().position(|role| role.name == name) else {
                return Err(Apart::Unknown);
            };
            let cards = match held.get(role) {
                Some(holding) => holding.of(row).iter().map(|card| enrolment.subject(*card)).collect(),
                None => rows.subjects(role, row),
            };
            let cards: Vec<&str> = cards;
            let need_not = kind.roles.get(role).is_some_and(|role| role.vacant == Vacant::Nobody);
            match cards.as_slice() {
                [] if need_not => Err(Apart::Nobody),
                [] => Err(Apart::Unknown),
                cards => Ok(vec![cards.join(" ")]),
            }
        };
        let key = |row: usize| -> Key {
            let parts: Result<Vec<Vec<String>>, Apart> = names.iter().map(|name| of(row, name)).collect();
            parts.map(|parts| parts.concat())
        };
        (0..rows.len()).into_par_iter().map(key).collect()
    }
}
