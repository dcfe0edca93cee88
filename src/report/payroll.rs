//! What payroll takes over: who is charged how much. People, and apart from them pools, which are on no payroll.

use super::Subject;
use crate::amount::Unit;
use crate::assess::{Scorecard, Withholding};
use crate::language::Text;
use crate::policy::{Account, Kind};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What somebody is charged in a period, over all of their cards.
pub(super) struct Charge {
    /// The code.
    pub(super) code: String,
    /// The name.
    pub(super) name: Text,
    /// The period, as data carries it.
    pub(super) period: String,
    /// What is taken, in yuan; negative where more is given than taken. While something is open, what stands so far.
    pub(super) amount: Decimal,
    /// The least it can turn out to be; `None` where nothing bounds it.
    pub(super) least: Option<Decimal>,
    /// The most it can turn out to be; `None` where nothing bounds it.
    pub(super) most: Option<Decimal>,
    /// The cards it comes from, by their position, each with the account; none where the wage guard had a say in it.
    pub(super) parts: Vec<(usize, String)>,
    /// What the wage guard makes of it, where there is one.
    pub(super) withheld: Option<Withholding>,
}

/// Everybody who is charged, or may be.
pub(super) struct Payroll {
    /// People.
    pub(super) people: Vec<Charge>,
    /// Units, lines, shops and whatever else bears money without wages.
    pub(super) pools: Vec<Charge>,
}

impl Charge {
    fn nothing(subject: &Subject<'_>, code: &str, period: &str) -> Self {
        Self {
            code: code.to_owned(),
            name: subject.organisation.name(code),
            period: period.to_owned(),
            amount: Decimal::ZERO,
            least: Some(Decimal::ZERO),
            most: Some(Decimal::ZERO),
            parts: Vec::new(),
            withheld: None,
        }
    }

    /// Adds what is taken from this period's pay.
    fn withhold(&mut self, withheld: &Withholding) {
        self.amount = self.amount.saturating_add(withheld.taken.low.unwrap_or_default());
        self.least = plus(self.least, withheld.taken.low);
        self.most = plus(self.most, withheld.taken.high);
        self.parts.clear();
        self.withheld = Some(withheld.clone());
    }

    /// Whether it can still turn out to be another amount: then it is not to be paid by.
    pub(super) fn is_provisional(&self) -> bool {
        self.most.is_none() || self.most != self.least
    }
}

impl Payroll {
    /// Whether the policy lets anybody be charged money at all: people, and pools.
    pub(super) fn is_foreseen(subject: &Subject<'_>) -> (bool, bool) {
        let employed = subject.organisation.kinds_of_people();
        let policy = &subject.pack.policy;
        let charges = |of_people: bool| {
            let mut kinds = policy.kinds.iter().filter(|kind| kind.is_of_people(&employed) == of_people);
            kinds.any(|kind| accounts(kind).next().is_some())
        };
        (policy.wage_guard.is_some() || charges(true), charges(false))
    }

    /// The charges of an assessment.
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let employed = subject.organisation.kinds_of_people();
        let guarded = |kind: &Kind, account: &Account| {
            let guard = subject.pack.policy.wage_guard.as_ref();
            let own = guard.into_iter().flat_map(|guard| &guard.charges);
            own.filter_map(|own| own.of(&subject.pack.policy))
                .any(|(_, of, guarded)| of.name == kind.name && guarded.name == account.name)
        };
        let (mut people, mut pools) = (BTreeMap::new(), BTreeMap::new());
        for (position, card) in subject.assessment.scorecards.iter().enumerate() {
            let Some(kind) = subject.pack.policy.kinds.get(card.key.kind) else { continue };
            let charges = if kind.is_of_people(&employed) { &mut people } else { &mut pools };
            for account in accounts(kind).filter(|account| !guarded(kind, account)) {
                add(charges, subject, (position, card), account);
            }
        }
        for withheld in subject.assessment.withholdings() {
            let code = (withheld.person.clone(), subject.assessment.period.code());
            let charge = people
                .entry(code)
                .or_insert_with_key(|(code, period)| Charge::nothing(subject, code, period));
            charge.withhold(withheld);
        }
        let list = |charges: BTreeMap<(String, String), Charge>| {
            let mut charges: Vec<Charge> = charges.into_values().collect();
            charges.retain(|charge| {
                !charge.amount.is_zero() || charge.is_provisional() || charge.withheld.is_some()
            });
            charges
        };
        Self { people: list(people), pools: list(pools) }
    }
}

fn add(
    charges: &mut BTreeMap<(String, String), Charge>,
    subject: &Subject<'_>,
    (position, card): (usize, &Scorecard),
    account: &Account,
) {
    let Some(settled) = card.balance(&account.name).map(|balance| balance.settled) else { return };
    let key = (card.key.subject.clone(), subject.period_of(&card.key).code());
    let charge =
        charges.entry(key).or_insert_with_key(|(code, period)| Charge::nothing(subject, code, period));
    charge.amount = charge.amount.saturating_sub(settled.so_far);
    // a balance with the other sign: what is left least is charged most
    let charged = |bound: Option<Decimal>| bound.map(|bound| Decimal::ZERO.saturating_sub(bound));
    charge.least = plus(charge.least, charged(settled.high));
    charge.most = plus(charge.most, charged(settled.low));
    charge.parts.push((position, account.name.clone()));
}

/// The accounts of money of a kind, a sum for all that it is made of.
pub(super) fn accounts(kind: &Kind) -> impl Iterator<Item = &Account> {
    let is_part = |name: &String| kind.accounts.iter().any(|sum| sum.parts.contains(name));
    kind.accounts.iter().filter(move |account| account.unit == Unit::Yuan && !is_part(&account.name))
}

fn plus(sum: Option<Decimal>, more: Option<Decimal>) -> Option<Decimal> {
    sum.zip(more).map(|(sum, more)| sum.saturating_add(more))
}
