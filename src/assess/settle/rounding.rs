//! Rounding, where the policy says: at each finding, or at the settled card.

use super::{Relieved, Rounded, Settlement};
use crate::amount::RoundingStep;
use crate::assess::scorecard::{Balance, Bounds};
use crate::policy::Policy;

pub(super) fn round<'e>(settlement: &Settlement<'_>, Relieved(mut batch): Relieved<'e>) -> Rounded<'e> {
    let rounding = settlement.policy.rounding;
    if rounding.at == RoundingStep::Finding {
        for entry in batch.each().filter(|entry| entry.account().is_some()) {
            let rounded = entry.counted().map(|amount| rounding.round(amount));
            entry.count(rounded);
        }
    }
    Rounded(batch)
}

pub(super) fn round_card(policy: &Policy, mut balances: Vec<Balance>) -> Vec<Balance> {
    if policy.rounding.at == RoundingStep::Card {
        for balance in &mut balances {
            let Bounds { low, so_far, high } = balance.settled;
            let round = |value| policy.rounding.round(value);
            balance.settled = Bounds { low: low.map(round), so_far: round(so_far), high: high.map(round) };
        }
    }
    balances
}
