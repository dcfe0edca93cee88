//! What a card comes to, as entries carry it: the balance of every account in its unit, plain.

use crate::amount::Unit;
use crate::assess::{Balance, Bounds, Scorecard, Veto};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// The figures of a card that is final.
pub(super) fn settled(card: &Scorecard) -> Map<String, Value> {
    let mut figures = Map::new();
    figures.insert("balances".to_owned(), balances(card, |bounds| Some(bounds.so_far)));
    figures.insert("vetoed".to_owned(), (card.veto == Veto::Stands).into());
    if let Some(grade) = card.grades.first() {
        figures.insert("grade".to_owned(), grade.clone().into());
    }
    if let Some(rank) = card.rank {
        figures.insert("place".to_owned(), rank.place.so_far.normalize().to_string().into());
    }
    figures
}

/// Between what the figures of a card lie that is not final.
pub(super) fn bounds(card: &Scorecard) -> Map<String, Value> {
    let mut figures = Map::new();
    figures.insert("low".to_owned(), balances(card, |bounds| bounds.low));
    figures.insert("high".to_owned(), balances(card, |bounds| bounds.high));
    figures
}

/// What is charged: what the accounts in money lack.
pub(super) fn charge(card: &Scorecard) -> Decimal {
    let money = card.balances.iter().filter(|balance| matches!(balance.unit, Unit::Yuan));
    let sum = money.fold(Decimal::ZERO, |sum, balance| sum.saturating_add(balance.settled.so_far));
    Decimal::ZERO.saturating_sub(sum)
}

/// A figure of every account; blank where nothing bounds it.
fn balances(card: &Scorecard, pick: fn(&Bounds) -> Option<Decimal>) -> Value {
    let figure = |balance: &Balance| {
        pick(&balance.settled).map(|figure| balance.unit.plain(figure)).unwrap_or_default()
    };
    card.balances
        .iter()
        .map(|balance| (balance.account.clone(), json!(figure(balance))))
        .collect::<Map<_, _>>()
        .into()
}
