//! What payroll takes over: who is charged how much. People, and apart from them pools, which are on no payroll.

use super::Subject;
use super::files::{safe, write};
use crate::amount::Unit;
use crate::assess::Scorecard;
use crate::language::{Language, Text};
use crate::policy::{Account, Kind, Rows};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of member whose wages a payroll knows, where no post says so.
const PERSON: &str = "person";

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
    /// The cards it comes from, by their position, each with the account.
    pub(super) parts: Vec<(usize, String)>,
}

/// Everybody who is charged, or may be.
pub(super) struct Payroll {
    /// People.
    pub(super) people: Vec<Charge>,
    /// Units, lines, shops and whatever else bears money without wages.
    pub(super) pools: Vec<Charge>,
}

impl Charge {
    /// Whether it can still turn out to be another amount: then it is not to be paid by.
    pub(super) fn is_provisional(&self) -> bool {
        self.most != Some(self.amount)
    }
}

impl Payroll {
    /// The charges of an assessment.
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let employed = employed(subject);
        let (mut people, mut pools) = (BTreeMap::new(), BTreeMap::new());
        for (position, card) in subject.assessment.scorecards.iter().enumerate() {
            let Some(kind) = subject.pack.policy.kinds.get(card.key.kind) else { continue };
            let charges = if is_of_people(kind, &employed) { &mut people } else { &mut pools };
            for account in accounts(kind) {
                add(charges, subject, (position, card), account);
            }
        }
        let list = |charges: BTreeMap<(String, String), Charge>| {
            let mut charges: Vec<Charge> = charges.into_values().collect();
            charges.retain(|charge| !charge.amount.is_zero() || charge.is_provisional());
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
    let (code, period) = (card.key.subject.clone(), subject.period_of(&card.key).code());
    let charge = charges.entry((code.clone(), period.clone())).or_insert_with(|| Charge {
        name: subject.organisation.name(&code),
        code,
        period,
        amount: Decimal::ZERO,
        most: Some(Decimal::ZERO),
        parts: Vec::new(),
    });
    charge.amount = charge.amount.saturating_sub(settled.so_far);
    charge.most = charge.most.zip(settled.low).map(|(most, low)| most.saturating_sub(low));
    charge.parts.push((position, account.name.clone()));
}

/// The kinds of members whose wages a payroll knows: people, and of whatever kind those are who hold posts.
fn employed<'s>(subject: &Subject<'s>) -> BTreeSet<&'s str> {
    let holders =
        subject.organisation.posts().iter().flat_map(|post| subject.organisation.rows_of(&post.person));
    holders.map(|member| member.kind.as_str()).chain([PERSON]).collect()
}

fn is_of_people(kind: &Kind, employed: &BTreeSet<&str>) -> bool {
    match &kind.rows {
        Rows::Posts { .. } => true,
        Rows::Members { member } => employed.contains(member.as_str()),
        Rows::Table { .. } | Rows::Raised => false,
    }
}

/// The accounts of money of a kind, a sum for all that it is made of.
pub(super) fn accounts(kind: &Kind) -> impl Iterator<Item = &Account> {
    let is_part = |name: &String| kind.accounts.iter().any(|sum| sum.parts.contains(name));
    kind.accounts.iter().filter(move |account| account.unit == Unit::Yuan && !is_part(&account.name))
}

/// `payroll-people.csv`: a line a person and period with what is charged.
pub fn payroll_people_csv(subject: &Subject<'_>) -> Vec<u8> {
    csv(&Payroll::of(subject).people)
}

/// `payroll-pools.csv`: the same for whatever bears money and is on no payroll.
pub fn payroll_pools_csv(subject: &Subject<'_>) -> Vec<u8> {
    csv(&Payroll::of(subject).pools)
}

fn csv(charges: &[Charge]) -> Vec<u8> {
    let headings = ["code", "name", "amount", "period", "provisional", "amount_most"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for charge in charges {
        rows.push(vec![
            safe(&charge.code).into_owned(),
            safe(charge.name.get(Language::Zh)).into_owned(),
            Unit::Yuan.plain(charge.amount),
            charge.period.clone(),
            charge.is_provisional().to_string(),
            charge.most.map(|most| Unit::Yuan.plain(most)).unwrap_or_default(),
        ]);
    }
    write(&rows)
}
