//! Which way round figures are shown: rules count money that is taken as negative, as they do points; every reader is shown
//! it positive, as it stands on a payroll.

use crate::amount::Unit;
use crate::assess::Bounds;
use crate::language::Language;
use rust_decimal::Decimal;

/// Whether figures of a unit are shown the other way round: money as on the screen and on the payroll, where what is taken
/// is positive.
pub(super) fn is_turned(unit: &Unit) -> bool {
    *unit == Unit::Yuan
}

/// A figure as it is shown.
pub(super) fn shown(unit: &Unit, figure: Decimal) -> Decimal {
    if is_turned(unit) { Decimal::ZERO.saturating_sub(figure) } else { figure }
}

/// Bounds as they are shown: turned round, what is left least is charged most.
pub(super) fn shown_bounds(unit: &Unit, bounds: Bounds) -> Bounds {
    let show = |bound: Option<Decimal>| bound.map(|bound| shown(unit, bound));
    let (low, high) = match is_turned(unit) {
        true => (bounds.high, bounds.low),
        false => (bounds.low, bounds.high),
    };
    Bounds { low: show(low), so_far: shown(unit, bounds.so_far), high: show(high) }
}

/// What is positive and what negative.
pub(super) fn signs(language: Language) -> &'static str {
    language.pick(
        "金额：扣款为正，返还为负，与屏幕及扣款名单一致；分数：扣分为负，加分为正",
        "money: what is taken is positive and what is given back negative, as on the screen and the payroll; points: what is taken is negative",
    )
}
