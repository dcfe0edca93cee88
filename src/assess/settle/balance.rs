//! Opening plus entries, kept between floor and ceiling.

use crate::assess::entry::Entry;
use crate::assess::finding::Deduction;
use crate::assess::scorecard::{Balance, Bounds};
use crate::policy::{Account, Kind};
use rust_decimal::Decimal;

pub(super) fn balance(kind: &Kind, findings: &[&Entry]) -> Vec<Balance> {
    let accounts = kind.accounts.iter().enumerate();
    accounts.map(|(position, account)| of_account((position, account), findings)).collect()
}

fn of_account((position, account): (usize, &Account), findings: &[&Entry]) -> Balance {
    // (at least, at most) taken and added; an unbounded entry leaves the account's own limit
    let mut taken = (Decimal::ZERO, Some(Decimal::ZERO));
    let mut added = (Decimal::ZERO, Some(Decimal::ZERO));
    for finding in findings {
        if finding.account() != Some(position) {
            continue;
        }
        let (sign, counted) = (finding.sign, finding.counted());
        let sum = if sign == Deduction::Takes { &mut taken } else { &mut added };
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
