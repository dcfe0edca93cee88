//! 工资保护: what of a person's charges is withheld from the month's pay. It erases nothing: charges and balances stay, and
//! what is withheld stands beside them.

use crate::assess::bearer::{Bearers, CardKey};
use crate::assess::scorecard::{Bounds, Scorecard};
use crate::assess::withholding::{Limit, Withholding, sum};
use crate::calendar::Period;
use crate::intake::{Earlier, Pay};
use crate::interval::Interval;
use crate::policy::{Policy, Terms, WageGuard};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What the guard looks things up in.
pub(in crate::assess) struct Guard<'g> {
    pub(in crate::assess) policy: &'g Policy,
    pub(in crate::assess) terms: &'g Terms,
    pub(in crate::assess) bearers: Bearers<'g>,
    pub(in crate::assess) period: Period,
    pub(in crate::assess) earlier: &'g [Earlier],
    /// The pay of rows typed by hand, by person.
    pub(in crate::assess) pay: &'g BTreeMap<String, Option<Decimal>>,
}

/// What one person owes: what was carried on, and what each card is charged.
struct Owed {
    carried_in: Interval,
    charges: Vec<(CardKey, Interval)>,
}

impl Guard<'_> {
    /// What is withheld from everybody who owes anything, or may, by person; from the settled cards of all kinds.
    pub(in crate::assess) fn withhold(&self, cards: &[Scorecard]) -> Vec<Withholding> {
        let Some(guard) = &self.policy.wage_guard else { return Vec::new() };
        let mut owing = self.carried_in();
        for (card, charge) in self.charges(guard, cards) {
            let own = owing.entry(&card.key.subject).or_insert_with(|| Owed::carried(nothing()));
            own.charges.push((card.key.clone(), charge));
        }
        // of what is typed by hand only those have pay of whom it is typed
        owing.retain(|person, _| {
            matches!(self.bearers, Bearers::Organisation(_)) || self.pay.contains_key(*person)
        });
        owing.into_iter().map(|(person, own)| self.of_person(guard, person, own)).collect()
    }

    /// What is charged on every guarded account that is charged anything, or may be, in judging order.
    fn charges<'c>(&self, guard: &WageGuard, cards: &'c [Scorecard]) -> Vec<(&'c Scorecard, Interval)> {
        let mut charges = Vec::new();
        for card in cards {
            let accounts = guard.charges.iter().filter_map(|guarded| guarded.of(self.policy));
            let accounts = accounts.filter(|(kind, ..)| *kind == card.key.kind);
            let balances = accounts.filter_map(|(.., account)| card.balance(&account.name));
            let charge = sum(balances.map(|balance| charged(balance.settled)));
            if charge != nothing() {
                charges.push((card, charge));
            }
        }
        charges
    }

    /// What the period before carried on.
    fn carried_in(&self) -> BTreeMap<&str, Owed> {
        let before = self.policy.grid().before(&self.period);
        let earlier = self.earlier.iter().find(|earlier| Some(earlier.period) == before);
        let carried = earlier.into_iter().flat_map(|earlier| &earlier.carried_on);
        let carried = carried.filter(|(_, amount)| **amount != nothing());
        carried.map(|(person, amount)| (person.as_str(), Owed::carried(*amount))).collect()
    }

    fn of_person(&self, guard: &WageGuard, person: &str, owed: Owed) -> Withholding {
        let (limit, most) = self.limit(guard, person);
        let (taken, left) = withheld(owed.sum(), most);
        let name = self.bearers.name(self.policy, person);
        let Owed { carried_in, charges } = owed;
        let (person, rest) = (person.to_owned(), guard.rest);
        Withholding { person, name, charges, carried_in, taken, left, rest, limit }
    }

    /// The most that may be withheld from a person's pay, where it is known.
    fn limit(&self, guard: &WageGuard, person: &str) -> (Limit, Option<Decimal>) {
        let pay = match self.bearers {
            Bearers::Organisation(organisation) => guard.pay_of(organisation, person, &self.period),
            Bearers::Typed(_) => self.pay.get(person).copied().flatten().map_or(Pay::NotGiven, Pay::Given),
        };
        let (share, minimum) = (self.terms.number(&guard.share), self.terms.number(&guard.minimum));
        match (pay, share.zip(minimum)) {
            (Pay::NotInForce, _) => (Limit::NoPay, Some(Decimal::ZERO)),
            (Pay::NotGiven, _) => (Limit::PayNotGiven, None),
            (Pay::Given(_), None) => (Limit::NotInForce, None),
            (Pay::Given(pay), Some((share, minimum))) => {
                let places = self.policy.rounding.places;
                (Limit::Known, Some(WageGuard::limit(pay, share, minimum, places)))
            }
        }
    }
}

impl Owed {
    fn carried(carried_in: Interval) -> Self {
        Self { carried_in, charges: Vec::new() }
    }

    fn sum(&self) -> Interval {
        sum(self.charges.iter().map(|(_, charge)| *charge).chain([self.carried_in]))
    }
}

fn nothing() -> Interval {
    Interval::exactly(Decimal::ZERO)
}

/// What a balance takes: it lies below zero by so much. What is credited pays for no other charge.
fn charged(settled: Bounds) -> Interval {
    Interval { low: settled.low, high: settled.high }.negate().max(nothing())
}

/// Of what is owed, what is taken and what is left; both add up to it.
///
/// Where it is open whether the limit is reached, the bounds are those of what is owed: narrower ones would tell the limit,
/// and with it pay, of people from whom less is taken.
fn withheld(owed: Interval, limit: Option<Decimal>) -> (Interval, Interval) {
    let least = owed.low.unwrap_or_default();
    let less = |amount: Decimal, by: Decimal| amount.saturating_sub(by).max(Decimal::ZERO);
    let Some(limit) = limit else {
        let open = Interval { low: Some(Decimal::ZERO), high: owed.high };
        return if owed == nothing() { (owed, owed) } else { (open, open) };
    };
    if least >= limit {
        return (Interval::exactly(limit), owed.rising(|owed| less(owed, limit)));
    }
    (owed, Interval { low: Some(Decimal::ZERO), high: owed.high.map(|most| less(most, least)) })
}
