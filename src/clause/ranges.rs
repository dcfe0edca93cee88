//! Ranges from one number to another: a loop over one runs as often as the numbers say, so they must be known.

use super::run::{Raised, Run, Trouble, with_run};
use super::values::{Number, expression};
use crate::amount;
use crate::decision::{Expression, Node};
use crate::fact::{Fact, Facts as _, Value};
use crate::language::Text;
use rhai::{Dynamic, Engine, NativeCallContext};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::any::TypeId;
use std::collections::BTreeSet;

pub(super) fn register(engine: &mut Engine) {
    let numbers = [TypeId::of::<Number>(), TypeId::of::<Decimal>(), TypeId::of::<i64>()];
    for first in numbers {
        for second in numbers {
            if [first, second] != [TypeId::of::<i64>(); 2] {
                engine.register_raw_fn("..", [first, second], |context, ends| {
                    let (first, last) = two(&context, ends)?;
                    Ok(Dynamic::from(first..last))
                });
                engine.register_raw_fn("..=", [first, second], |context, ends| {
                    let (first, last) = two(&context, ends)?;
                    Ok(Dynamic::from(first..=last))
                });
                engine.register_raw_fn("range", [first, second], |context, ends| {
                    let (first, last) = two(&context, ends)?;
                    Ok(Dynamic::from(first..last))
                });
            }
            for step in numbers {
                if [first, second, step] == [TypeId::of::<i64>(); 3] {
                    continue;
                }
                engine.register_raw_fn("range", [first, second, step], |context, ends| {
                    let (first, last) = two(&context, ends)?;
                    let step = match ends.get(2) {
                        Some(step) => with_run(&context, |run| whole(run, step))?,
                        None => 1,
                    };
                    context.call_native_fn::<Dynamic>("range", (first, last, step))
                });
            }
        }
    }
}

fn two(context: &NativeCallContext<'_>, ends: &[&mut Dynamic]) -> Result<(i64, i64), Raised> {
    with_run(context, |run| match ends {
        [first, last, ..] => Ok((whole(run, first)?, whole(run, last)?)),
        _ => Err(Trouble::Wrong(Text::new("区间须有两端", "a range has two ends"))),
    })
}

/// The end of a range as a whole number.
fn whole(run: &Run, end: &Dynamic) -> Result<i64, Trouble> {
    let Some(number) = expression(end) else {
        return Err(Trouble::Wrong(Text::new("区间的两端须为数字", "the ends of a range are numbers")));
    };
    let Some(exact) = number.value.exact() else {
        let names = facts_of(&number);
        let facts: Vec<&Fact> = names.iter().filter_map(|name| run.record.schema.get(name)).collect();
        let zh: Vec<&str> = facts.iter().map(|fact| fact.title.zh.as_str()).collect();
        let en: Vec<&str> = facts.iter().map(|fact| fact.title.en.as_str()).collect();
        // a row that lacks one of them does not stand for others: only its own way ends here
        if names.iter().all(|fact| run.record.value(fact) != Value::Any) {
            let (zh, en) = (zh.join("、"), en.join(", "));
            return Err(Trouble::Undetermined(Text::new(
                format!("「{zh}」不明"),
                format!("{en} is not known"),
            )));
        }
        return Err(Trouble::Untraceable(Text::new(
            format!("循环的次数取决于「{}」", zh.join("、")),
            format!("how often a loop runs depends on {}", en.join(", ")),
        )));
    };
    let is_whole = exact.fract().is_zero();
    exact.to_i64().filter(|_| is_whole).ok_or_else(|| {
        let exact = amount::plain(exact);
        Trouble::Undetermined(Text::new(
            format!("区间的一端 {exact} 不是整数"),
            format!("the end {exact} of a range is not a whole number"),
        ))
    })
}

/// The facts that a number is worked out of.
pub(super) fn facts_of(number: &Expression) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    number.visit(&mut |part| {
        if let Node::Fact(name) = &part.node {
            facts.insert(name.clone());
        }
    });
    facts
}
