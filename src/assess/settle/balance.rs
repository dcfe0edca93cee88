//! Opening plus entries, kept between floor and ceiling.

use crate::assess::finding::{Deduction, Finding, Outcome};
use crate::assess::scorecard::{Balance, Bounds};
use crate::policy::{Account, Kind};
use rust_decimal::Decimal;

pub(super) fn balance(kind: &Kind, findings: &[&Finding]) -> Vec<Balance> {
    kind.accounts.iter().map(|account| of_account(account, findings)).collect()
}

fn of_account(account: &Account, findings: &[&Finding]) -> Balance {
    // (at least, at most) taken and added; an unbounded entry leaves the account's own limit
    let mut taken = (Decimal::ZERO, Some(Decimal::ZERO));
    let mut added = (Decimal::ZERO, Some(Decimal::ZERO));
    for finding in findings {
        let Outcome::Entry { account: entered, sign, counted, .. } = &finding.outcome else { continue };
        if *entered != account.name {
            continue;
        }
        let sum = if *sign == Deduction::Takes { &mut taken } else { &mut added };
        sum.0 = sum.0.saturating_add(counted.least);
        sum.1 = sum.1.zip(counted.most).map(|(so_far, most)| so_far.saturating_add(most));
    }
    let total = |added: Decimal, taken: Decimal| {
        account.clamp(account.opening.saturating_add(added).saturating_sub(taken))
    };
    let bounds = Bounds {
        low: taken.1.map_or(account.floor, |most| Some(total(added.0, most))),
        so_far: total(added.0, taken.0),
        high: added.1.map_or(account.ceiling, |most| Some(total(most, taken.0))),
    };
    Balance {
        account: account.name.clone(),
        unit: account.unit.clone(),
        opening: account.opening,
        entered: added.0.saturating_sub(taken.0),
        before_veto: bounds,
        settled: bounds,
    }
}
