//! Opening plus entries, kept between floor and ceiling; then what is the sum of other accounts.

use super::{Card, veto};
use crate::assess::entry::Entry;
use crate::assess::finding::Deduction;
use crate::assess::scorecard::{Balance, Bounds, Veto};
use crate::interval::Interval;
use crate::policy::Account;
use rust_decimal::Decimal;

/// What is entered on one account: at least, and at most where that is bounded.
#[derive(Clone, Copy)]
struct Entered {
    taken: (Decimal, Option<Decimal>),
    added: (Decimal, Option<Decimal>),
}

const NOTHING: Entered = {
    let nothing = (Decimal::ZERO, Some(Decimal::ZERO));
    Entered { taken: nothing, added: nothing }
};

/// Every account of a card: first what has entries of its own, then the sums of what those settle at.
pub(super) fn settle(card: &Card<'_>, entries: &[&Entry], veto: Veto) -> Vec<Balance> {
    let kind = card.kind;
    let mut all = vec![NOTHING; kind.accounts.len()];
    for entry in entries {
        let Some(entered) = entry.account().and_then(|account| all.get_mut(account)) else { continue };
        let counted = entry.counted();
        let sum = if entry.sign == Deduction::Takes { &mut entered.taken } else { &mut entered.added };
        sum.0 = sum.0.saturating_add(counted.least);
        sum.1 = sum.1.zip(counted.most).map(|(so_far, most)| so_far.saturating_add(most));
    }
    let mut settled: Vec<Balance> = Vec::with_capacity(all.len());
    for account in kind.in_order() {
        let place = kind.accounts.iter().position(|own| own.name == account.name);
        let balance = if account.is_sum() {
            of_parts(card, account, &settled)
        } else {
            of_entries(card, account, place.and_then(|place| all.get(place)).copied().unwrap_or(NOTHING))
        };
        let under_veto = veto::under(kind, account, balance.settled, veto);
        settled.push(Balance { settled: under_veto, ..balance });
    }
    settled.sort_by_key(|balance| kind.accounts.iter().position(|own| own.name == balance.account));
    settled
}

/// What the card opens at and what was entered. An entry without a bound leaves the account's own limit.
fn of_entries(card: &Card<'_>, account: &Account, Entered { taken, added }: Entered) -> Balance {
    let opening = card.opens_at(account);
    let end = |start: Option<Decimal>, added: Option<Decimal>, taken: Option<Decimal>| {
        start?.checked_add(added?)?.checked_sub(taken?)
    };
    let reached = Bounds {
        low: end(opening.low, Some(added.0), taken.1),
        so_far: opening.so_far.saturating_add(added.0).saturating_sub(taken.0),
        high: end(opening.high, added.1, Some(taken.0)),
    };
    let bounds = card.clamp(account, reached);
    Balance {
        account: account.name.clone(),
        unit: account.unit.clone(),
        opening,
        entered: added.0.saturating_sub(taken.0),
        before_veto: bounds,
        settled: bounds,
    }
}

/// The sum of the parts, each as it settles, and within limits of its own.
fn of_parts(card: &Card<'_>, account: &Account, settled: &[Balance]) -> Balance {
    let parts = || settled.iter().filter(|balance| account.parts.contains(&balance.account));
    let sum = |of: fn(&Balance) -> Bounds| {
        parts().map(of).fold(Bounds::settled(Decimal::ZERO), |sum, part| {
            let side = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).and_then(|(a, b)| a.checked_add(b));
            Bounds {
                low: side(sum.low, part.low),
                so_far: sum.so_far.saturating_add(part.so_far),
                high: side(sum.high, part.high),
            }
        })
    };
    Balance {
        account: account.name.clone(),
        unit: account.unit.clone(),
        opening: sum(|part| part.opening),
        entered: parts().fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.entered)),
        before_veto: card.clamp(account, sum(|part| part.before_veto)),
        settled: card.clamp(account, sum(|part| part.settled)),
    }
}

impl Card<'_> {
    fn opens_at(&self, account: &Account) -> Bounds {
        bounds(account.opens_at(self.kind, self.record, self.terms))
    }

    /// Bounds kept between floor and ceiling, which may be open themselves.
    fn clamp(&self, account: &Account, reached: Bounds) -> Bounds {
        let clamp = |interval| account.clamp(interval, self.kind, self.record, self.terms);
        let kept = clamp(Interval { low: reached.low, high: reached.high });
        let so_far = bounds(clamp(Interval::exactly(reached.so_far))).so_far;
        Bounds { low: kept.low, so_far, high: kept.high }
    }
}

/// Of what is open, the least stands so far.
fn bounds(interval: Interval) -> Bounds {
    let so_far = interval.low.or(interval.high).unwrap_or_default();
    Bounds { low: interval.low, so_far, high: interval.high }
}
