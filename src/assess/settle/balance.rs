//! Opening plus entries, kept between floor and ceiling.

use crate::assess::entry::Entry;
use crate::assess::finding::Deduction;
use crate::assess::scorecard::{Balance, Bounds};
use crate::policy::{Account, Kind};
use rust_decimal::Decimal;

/// What is entered on one account: at least, and at most where that is bounded.
#[derive(Clone, Copy)]
struct Entered {
    taken: (Decimal, Option<Decimal>),
    added: (Decimal, Option<Decimal>),
}

pub(super) fn balance(kind: &Kind, entries: &[&Entry]) -> Vec<Balance> {
    let nothing = (Decimal::ZERO, Some(Decimal::ZERO));
    let mut all = vec![Entered { taken: nothing, added: nothing }; kind.accounts.len()];
    for entry in entries {
        let Some(entered) = entry.account().and_then(|account| all.get_mut(account)) else { continue };
        let counted = entry.counted();
        let sum = if entry.sign == Deduction::Takes { &mut entered.taken } else { &mut entered.added };
        sum.0 = sum.0.saturating_add(counted.least);
        sum.1 = sum.1.zip(counted.most).map(|(so_far, most)| so_far.saturating_add(most));
    }
    kind.accounts.iter().zip(all).map(|(account, entered)| of_account(account, entered)).collect()
}

/// An entry without a bound leaves the account's own limit.
fn of_account(account: &Account, Entered { taken, added }: Entered) -> Balance {
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
