//! What payroll takes over: who is charged how much. People, and apart from them pools, which are on no payroll.

use super::Subject;
use super::files::{safe, write};
use crate::amount::Unit;
use crate::assess::{Scorecard, Withholding};
use crate::language::{Language, Text};
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
            most: Some(Decimal::ZERO),
            parts: Vec::new(),
            withheld: None,
        }
    }

    /// Adds what is taken from this period's pay.
    fn withhold(&mut self, withheld: &Withholding) {
        self.amount = self.amount.saturating_add(withheld.taken.low.unwrap_or_default());
        let most = self.most.zip(withheld.taken.high);
        self.most = most.map(|(most, taken)| most.saturating_add(taken));
        self.parts.clear();
        self.withheld = Some(withheld.clone());
    }

    /// Whether it can still turn out to be another amount: then it is not to be paid by.
    pub(super) fn is_provisional(&self) -> bool {
        self.most != Some(self.amount)
    }
}

impl Payroll {
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
    charge.most = charge.most.zip(settled.low).map(|(most, low)| most.saturating_sub(low));
    charge.parts.push((position, account.name.clone()));
}

/// The accounts of money of a kind, a sum for all that it is made of.
pub(super) fn accounts(kind: &Kind) -> impl Iterator<Item = &Account> {
    let is_part = |name: &String| kind.accounts.iter().any(|sum| sum.parts.contains(name));
    kind.accounts.iter().filter(move |account| account.unit == Unit::Yuan && !is_part(&account.name))
}

/// `payroll-people.csv`: a line a person and period with what is charged.
pub fn payroll_people_csv(subject: &Subject<'_>) -> Vec<u8> {
    csv(&Payroll::of(subject).people, subject.pack.policy.wage_guard.is_some())
}

/// `payroll-pools.csv`: the same for whatever bears money and is on no payroll.
pub fn payroll_pools_csv(subject: &Subject<'_>) -> Vec<u8> {
    csv(&Payroll::of(subject).pools, false)
}

fn csv(charges: &[Charge], is_guarded: bool) -> Vec<u8> {
    let headings = ["code", "name", "amount", "period", "provisional", "amount_most"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    let beside = Withholding::AMOUNTS.into_iter().filter(|name| is_guarded && *name != "taken");
    rows.iter_mut().for_each(|row| row.extend(beside.clone().map(str::to_owned)));
    for charge in charges {
        let mut row = vec![
            safe(&charge.code).into_owned(),
            safe(charge.name.get(Language::Zh)).into_owned(),
            Unit::Yuan.plain(charge.amount),
            charge.period.clone(),
            charge.is_provisional().to_string(),
            charge.most.map(|most| Unit::Yuan.plain(most)).unwrap_or_default(),
        ];
        let amounts = charge.withheld.as_ref().map(Withholding::amounts);
        let amount = |wanted: &str| {
            let of_name = amounts.as_ref()?.iter().find(|(name, _)| *name == wanted)?;
            of_name.1.exact().map(|amount| Unit::Yuan.plain(amount))
        };
        row.extend(beside.clone().map(|name| amount(name).unwrap_or_default()));
        rows.push(row);
    }
    write(&rows)
}
