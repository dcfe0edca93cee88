//! What a person decides and a clause only bounds: a number picked inside an interval, and how many of some conditions
//! are met.

use super::operators::{calculate, holds};
use super::ranges::facts_of;
use super::run::{Raised, Run, Trouble, with_run, wrong};
use super::values::{Number, RecordHandle, expression};
use crate::amount;
use crate::decision::{Expression, Operation};
use crate::fact::{FactType, Facts as _, Value};
use crate::interval::Relation;
use crate::language::Text;
use rhai::{Array, Dynamic, Engine, ImmutableString, NativeCallContext};
use rust_decimal::Decimal;
use std::any::TypeId;
use std::sync::Arc;

/// Stands in a reason for a number that only a row has.
const OPEN: char = '…';

/// Whether a clause is undetermined because a person has to pick a number, and not because something is wrong with it.
pub fn is_choice(why: &Text) -> bool {
    why.zh.contains(OPEN)
}

pub(super) fn register(engine: &mut Engine) {
    let numbers = [TypeId::of::<Number>(), TypeId::of::<Decimal>(), TypeId::of::<i64>()];
    for first in numbers {
        for second in numbers {
            for third in numbers {
                engine.register_raw_fn("within", [first, second, third], |context, operands| {
                    let operands: Vec<Dynamic> = operands.iter().map(|operand| (**operand).clone()).collect();
                    with_run(&context, |run| within(run, &operands))
                });
            }
        }
    }
    engine.register_fn(
        "how_many",
        |context: NativeCallContext<'_>, _: RecordHandle, names: Array| -> Result<i64, Raised> {
            with_run(&context, |run| how_many(run, &names))
        },
    );
}

/// The number where it is known and lies between the bounds, ends included; otherwise the clause is undetermined.
fn within(run: &mut Run, operands: &[Dynamic]) -> Result<Dynamic, Trouble> {
    let numbers: Vec<Arc<Expression>> = operands.iter().filter_map(expression).collect();
    let [number, low, high] = numbers.as_slice() else {
        return wrong("此处只能是数字", "only a number can stand here");
    };
    // bounds of the row may cross on one row; those of the clause and the parameters never hold anything
    if run.record.is_blank()
        && low.is_constant()
        && high.is_constant()
        && !holds(run, Relation::LessOrEqual, low, high)?
    {
        let (low, high) = (bound(run, low), bound(run, high));
        return wrong(
            format!("下限 {} 高于上限 {}", low.zh, high.zh),
            format!("the lower bound {} is above the upper bound {}", low.en, high.en),
        );
    }
    let inside = holds(run, Relation::GreaterOrEqual, number, low)?
        && holds(run, Relation::LessOrEqual, number, high)?;
    if !inside {
        return Err(Trouble::Undetermined(outside(run, number, low, high)));
    }
    calculate(run, Operation::Within, operands)
}

/// Why a number does not do: its facts, its value, and the bounds.
fn outside(run: &Run, number: &Expression, low: &Expression, high: &Expression) -> Text {
    let (name, low, high) = (name(run, number), bound(run, low), bound(run, high));
    let facts = facts_of(number);
    let lacks = facts.iter().any(|fact| !matches!(run.record.value(fact), Value::Any | Value::Number(_)));
    let value = match number.value.exact() {
        Some(exact) => {
            Text::new(format!("为 {}", amount::plain(exact)), format!("is {}", amount::plain(exact)))
        }
        None if lacks => Text::new("尚未确定", "is not known"),
        None => Text::new(format!("为 {OPEN}"), format!("is {OPEN}")),
    };
    Text::new(
        format!("{}{}，须在 {} 至 {} 之间", name.zh, value.zh, low.zh, high.zh),
        format!("{} {}; it must lie between {} and {}", name.en, value.en, low.en, high.en),
    )
}

/// The titles of the facts that a number is worked out of; of one without any, what it is.
fn name(run: &Run, number: &Expression) -> Text {
    let facts = facts_of(number);
    let titles = || facts.iter().filter_map(|fact| run.record.schema.get(fact)).map(|fact| &fact.title);
    if titles().next().is_none() {
        return Text::new("该数", "the number");
    }
    let (zh, en): (Vec<&str>, Vec<&str>) =
        titles().map(|title| (title.zh.as_str(), title.en.as_str())).unzip();
    Text::new(format!("「{}」", zh.join("、")), format!("'{}'", en.join(", ")))
}

fn bound(run: &Run, bound: &Expression) -> Text {
    match bound.value.exact() {
        Some(exact) => Text::same(amount::plain(exact)),
        None => name(run, bound),
    }
}

/// How many of the named facts are true; each is read as if it were read by itself.
fn how_many(run: &mut Run, names: &[Dynamic]) -> Result<i64, Trouble> {
    let mut count = 0_i64;
    for name in names {
        let Ok(name) = name.clone().into_immutable_string() else {
            return wrong("how_many 须列出事实的名字", "`how_many` takes the names of facts");
        };
        if flag(run, &name)? {
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

fn flag(run: &mut Run, name: &ImmutableString) -> Result<bool, Trouble> {
    let fact = run.record.schema.get(name);
    if let Some(fact) = fact.filter(|fact| !matches!(fact.kind, FactType::Bool { .. })) {
        let title = fact.title.clone();
        return wrong(
            format!("「{}」不是是非，不能计数", title.zh),
            format!("'{}' is not true or false and cannot be counted", title.en),
        );
    }
    let read = super::facts::read(run, name)?;
    read.as_bool().map_err(|_| Trouble::Wrong(Text::new("此处须为是非", "only true or false can stand here")))
}
