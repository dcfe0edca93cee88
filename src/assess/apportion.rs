//! One amount shared among several rows by their weights, to the last cent.

use super::field::Spot;
use super::look::Look;
use crate::amount::RoundingMode;
use crate::fact::{Aggregate, FactType, Value};
use crate::policy::{Kind, Policy};
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// The grain in which an amount is shared: that of the fact, else that of the policy.
pub(super) fn places(policy: &Policy, kind: &Kind, aggregate: &Aggregate) -> u32 {
    let fact = aggregate.fact.as_ref().and_then(|fact| kind.schema.get(fact));
    match fact.map(|fact| &fact.kind) {
        Some(FactType::Number { places: Some(places), .. }) => *places,
        _ => policy.rounding.places,
    }
}

/// The share of every row of one key: `None` where the amount or a weight is not known, or where the rows say different
/// amounts. What is left after cutting goes to the largest remainders, of equal ones to the earlier row.
pub(super) fn shares(look: &Look<'_>, rows: &[usize], places: u32) -> Vec<(usize, Option<Value>)> {
    let shared = shared(look, rows, places);
    let of = |position: usize| shared.as_ref()?.get(position).copied().map(Value::Number);
    rows.iter().enumerate().map(|(position, row)| (*row, of(position))).collect()
}

fn shared(look: &Look<'_>, rows: &[usize], places: u32) -> Option<Vec<Decimal>> {
    let number = |row: usize, fact: &Option<String>| match look.field.value(Spot::Now(row), fact.as_ref()?) {
        Value::Number(number) => Some(number),
        _ => None,
    };
    let amount = number(*rows.first()?, &look.aggregate.fact)?;
    if rows.iter().any(|row| number(*row, &look.aggregate.fact) != Some(amount)) {
        return None;
    }
    let weights: Vec<Decimal> =
        rows.iter().map(|row| number(*row, &look.aggregate.weight)).collect::<Option<_>>()?;
    if weights.iter().any(Decimal::is_sign_negative) {
        return None;
    }
    let whole = weights.iter().try_fold(Decimal::ZERO, |sum, weight| sum.checked_add(*weight))?;
    let exact: Vec<Decimal> = weights
        .iter()
        .map(|weight| amount.checked_mul(*weight)?.checked_div(whole))
        .collect::<Option<_>>()?;
    let mut shares: Vec<Decimal> =
        exact.iter().map(|share| RoundingMode::Down.round(*share, places)).collect();
    let grain = Decimal::new(1, places);
    let mut left = shares.iter().try_fold(amount, |left, share| left.checked_sub(*share))?;
    let mut order: Vec<usize> = (0..shares.len()).collect();
    let remainder = |place: usize| Some(exact.get(place)?.checked_sub(*shares.get(place)?)?.abs());
    let remainders: Vec<Option<Decimal>> = (0..shares.len()).map(remainder).collect();
    order.sort_by_key(|place| Reverse(remainders.get(*place).copied().flatten()));
    let step = if left.is_sign_negative() { grain.checked_mul(Decimal::NEGATIVE_ONE)? } else { grain };
    for place in order {
        if left.abs() < grain {
            break;
        }
        let share = shares.get_mut(place)?;
        *share = share.checked_add(step)?;
        left = left.checked_sub(step)?;
    }
    // what is finer than the grain stays with the first, so that nothing is lost
    if let Some(first) = shares.first_mut() {
        *first = first.checked_add(left)?;
    }
    Some(shares)
}
