//! `split(amount, shares)`: one amount on several roles, so that nothing of it is lost and nothing is added.

use super::run::{Raised, Run, Trouble, with_run, wrong};
use super::values::{Number, NumbersHandle, Parts, expression};
use crate::amount::{Rounding, Unit};
use crate::decision::{Expression, Operation, Share};
use crate::language::Language;
use crate::policy::Policy;
use rhai::{Dynamic, Engine, ImmutableString, Map, NativeCallContext};
use rust_decimal::Decimal;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The roles of every kind, in the order in which the policy declares them.
type Roles = BTreeMap<String, Vec<String>>;

pub(super) fn register(engine: &mut Engine, policy: &Policy) {
    let roles: Arc<Roles> = Arc::new(
        policy
            .kinds
            .iter()
            .map(|kind| (kind.name.clone(), kind.roles.iter().map(|role| role.name.clone()).collect()))
            .collect(),
    );
    register_refusals(engine);
    let rounding = policy.rounding;
    for number in [TypeId::of::<Number>(), TypeId::of::<Decimal>(), TypeId::of::<i64>()] {
        for shares in [TypeId::of::<NumbersHandle>(), TypeId::of::<Map>()] {
            let roles = Arc::clone(&roles);
            engine.register_raw_fn("split", [number, shares], move |context, operands| {
                let operands: Vec<Dynamic> = operands.iter().map(|operand| (**operand).clone()).collect();
                with_run(&context, |run| split(run, (rounding, &roles), &operands))
            });
        }
    }
}

/// The script language's own `split` cuts a text into a list, at a price that no count of operations bounds.
fn register_refusals(engine: &mut Engine) {
    let text = TypeId::of::<ImmutableString>();
    let refused = |context: NativeCallContext<'_>, _: &mut [&mut Dynamic]| -> Result<Dynamic, Raised> {
        with_run(&context, |_| {
            wrong("split 只能分摊金额，不能拆分文字", "`split` divides an amount, not a text")
        })
    };
    engine.register_raw_fn("split", [text], refused);
    for at in [text, TypeId::of::<char>(), TypeId::of::<i64>()] {
        engine.register_raw_fn("split", [text, at], refused);
        engine.register_raw_fn("split", [text, at, TypeId::of::<i64>()], refused);
    }
}

fn split(
    run: &mut Run,
    (rounding, roles): (Rounding, &Roles),
    operands: &[Dynamic],
) -> Result<Parts, Trouble> {
    let [amount, shares] = operands else {
        return wrong("split 须有金额和各份", "`split` takes an amount and its shares");
    };
    let Some(amount) = expression(amount) else {
        return wrong("此处须为数字", "a number must stand here");
    };
    let named = match shares.read_lock::<NumbersHandle>() {
        Some(cell) => of_cell(&cell),
        None => of_map(run, shares.clone().try_cast::<Map>().unwrap_or_default(), roles)?,
    };
    let exact = |share: &Arc<Expression>| share.value.exact().filter(|_| share.is_constant());
    let mut sum = Decimal::ZERO;
    for (name, share) in &named {
        match exact(share) {
            Some(share) if share >= Decimal::ZERO => sum = sum.saturating_add(share),
            Some(_) => {
                return wrong(
                    format!("`{name}` 的份额小于零"),
                    format!("the share of `{name}` lies below zero"),
                );
            }
            None => {
                return wrong(
                    format!("`{name}` 的份额须为规则或参数中的数字"),
                    format!("the share of `{name}` must be a number of the clause or the parameters"),
                );
            }
        }
    }
    if sum != Decimal::ONE {
        let sum = |language: Language| Unit::Percent.show(sum, language);
        return wrong(
            format!("各份合计 {}，须恰为 100 %", sum(Language::Zh)),
            format!("the shares add up to {}, and must to exactly 100 %", sum(Language::En)),
        );
    }
    let mut operands = vec![amount];
    operands.extend(named.iter().map(|(_, share)| Arc::clone(share)));
    let mut parts = Vec::with_capacity(named.len());
    for (place, (name, _)) in named.iter().enumerate() {
        let share = Share { place, of: named.len(), places: rounding.places, mode: rounding.mode };
        let part = Expression::apply(Operation::Share(share), operands.clone())
            .map_err(super::operators::trouble)?;
        run.calculated(&part)?;
        parts.push((name.clone(), part));
    }
    Ok(Parts(Arc::from(parts)))
}

/// The numbers of a cell, in the order of the file.
fn of_cell(cell: &NumbersHandle) -> Vec<(String, Arc<Expression>)> {
    let term = |name: &str, number: Decimal| {
        let keys = cell.keys.iter().cloned().chain([name.to_owned()]).collect();
        Expression::term(&cell.name, keys, number)
    };
    cell.numbers.iter().map(|named| (named.name.clone(), term(&named.name, named.number))).collect()
}

/// The numbers of a map written in the clause, in the order in which the policy declares the roles: a map has none.
fn of_map(run: &Run, map: Map, roles: &Roles) -> Result<Vec<(String, Arc<Expression>)>, Trouble> {
    let order = roles.get(&run.record.kind).map_or(&[][..], Vec::as_slice);
    let mut named = Vec::with_capacity(map.len());
    for (name, share) in map {
        match expression(&share) {
            Some(share) => named.push((name.to_string(), share)),
            None => {
                return wrong(
                    format!("`{name}` 的份额不是数字"),
                    format!("the share of `{name}` is no number"),
                );
            }
        }
    }
    let place = |name: &str| order.iter().position(|role| role == name).unwrap_or(order.len());
    named.sort_by_key(|(name, _)| (place(name), name.clone()));
    Ok(named)
}
