//! The functions a clause may call, beside its own and the pack's verbs.

use super::operators::calculate;
use super::run::{Raised, Trouble, with_run, wrong};
use super::values::{Moment, Number, Opaque, expression};
use crate::amount::RoundingMode;
use crate::decision::{Answer, Operation, Question, StepReading};
use crate::language::Text;
use rhai::{Dynamic, Engine, ImmutableString, NativeCallContext};
use rust_decimal::Decimal;
use std::any::TypeId;

/// Every name that can be called in a clause, for the check of names and its suggestions.
pub const NAMES: [&str; 17] = [
    "min", "max", "abs", "floor", "ceiling", "round", "steps", "within", "how_many", "split", "known",
    "same", "matches", "contains", "len", "push", "range",
];

pub(super) fn register(engine: &mut Engine, rounding: RoundingMode) {
    let numbers = [TypeId::of::<Number>(), TypeId::of::<Decimal>(), TypeId::of::<i64>()];
    for first in numbers {
        for (name, operation) in
            [("abs", Operation::Abs), ("floor", Operation::Floor), ("ceiling", Operation::Ceiling)]
        {
            engine.register_raw_fn(name, [first], move |context, operands| {
                apply(&context, operation, operands)
            });
        }
        for second in numbers {
            for (name, operation) in [("min", Operation::Min), ("max", Operation::Max)] {
                engine.register_raw_fn(name, [first, second], move |context, operands| {
                    apply(&context, operation, operands)
                });
            }
            let steps = [first, second, TypeId::of::<ImmutableString>()];
            engine.register_raw_fn("steps", steps, |context, operands| {
                let (numbers, reading) = operands.split_at(operands.len().saturating_sub(1));
                let word = reading.first().map(|word| word.to_string()).unwrap_or_default();
                let reading = with_run(&context, |_| {
                    StepReading::named(&word).ok_or_else(|| {
                        Trouble::Wrong(Text::new(
                            format!("不认识的步长计法「{word}」，可用 started、full、proportional"),
                            format!("`{word}` is no way to count steps: started, full, proportional"),
                        ))
                    })
                })?;
                let operands: Vec<Dynamic> = numbers.iter().map(|operand| (**operand).clone()).collect();
                with_run(&context, |run| {
                    let size = operands.get(1).and_then(expression).filter(|size| size.is_constant());
                    let size = size.and_then(|size| size.value.exact()).filter(|size| *size < Decimal::ZERO);
                    // told of the policy, where no row is there: on a row every answerer works out the same
                    match size.filter(|_| run.record.is_blank()) {
                        Some(size) => wrong(
                            format!("步长须大于零，此处为 {}", crate::amount::plain(size)),
                            format!(
                                "a step is larger than zero, and here it is {}",
                                crate::amount::plain(size)
                            ),
                        ),
                        None => calculate(run, Operation::Steps(reading), &operands),
                    }
                })
            });
        }
        // the script language's own rounds a half to the even neighbour, whatever the pack says
        engine.register_raw_fn("round", [first], |context, _| -> Result<Dynamic, Raised> {
            with_run(&context, |_| wrong("round 须写明小数位数", "`round` must say to how many places"))
        });
        engine.register_raw_fn("round", [first, TypeId::of::<i64>()], move |context, operands| {
            let places = operands.get(1).and_then(|places| places.as_int().ok());
            let places = places.and_then(|places| u32::try_from(places).ok());
            let places = with_run(&context, |_| match places {
                Some(places) => Ok(places),
                None => wrong("小数位数不能小于零", "there are no fewer than no decimal places"),
            })?;
            let operand: Vec<Dynamic> = operands.iter().take(1).map(|operand| (**operand).clone()).collect();
            with_run(&context, |run| calculate(run, Operation::Round(places, rounding), &operand))
        });
    }
    // the script language would take the word that comes first in the alphabet
    for word in [TypeId::of::<ImmutableString>(), TypeId::of::<char>()] {
        for name in ["min", "max"] {
            engine.register_raw_fn(name, [word, word], |context, _| -> Result<Dynamic, Raised> {
                with_run(&context, |_| wrong("词没有大小", "words are neither smaller nor larger"))
            });
        }
    }
    register_texts(engine);
    super::discretion::register(engine);
}

fn apply(
    context: &NativeCallContext<'_>,
    operation: Operation,
    operands: &[&mut Dynamic],
) -> Result<Dynamic, Raised> {
    let operands: Vec<Dynamic> = operands.iter().map(|operand| (**operand).clone()).collect();
    with_run(context, |run| calculate(run, operation, &operands))
}

fn register_texts(engine: &mut Engine) {
    let ask = |context: &NativeCallContext<'_>, question: Question| -> Result<bool, Raised> {
        with_run(context, |run| Ok(run.ask(question)? == Answer::Yes))
    };
    engine.register_fn(
        "same",
        move |context: NativeCallContext<'_>, left: Opaque, right: Opaque| -> Result<bool, Raised> {
            ask(&context, Question::Same(left.0.to_string(), right.0.to_string()))
        },
    );
    engine.register_fn(
        "same",
        move |context: NativeCallContext<'_>, left: Moment, right: Moment| -> Result<bool, Raised> {
            let relation = crate::interval::Relation::Equal;
            ask(&context, Question::Moments(relation, left.0.to_string(), right.0.to_string()))
        },
    );
    engine.register_fn(
        "matches",
        move |context: NativeCallContext<'_>, text: Opaque, word: ImmutableString| -> Result<bool, Raised> {
            ask(&context, Question::Matches(text.0.to_string(), word.to_string()))
        },
    );
    for opaque_first in [true, false] {
        let (text, word) = (TypeId::of::<Opaque>(), TypeId::of::<ImmutableString>());
        let operands = if opaque_first { [text, word] } else { [word, text] };
        engine.register_raw_fn("same", operands, move |context, operands| {
            let opaque =
                operands.iter().find_map(|operand| operand.read_lock::<Opaque>().map(|it| it.0.to_string()));
            let word = operands.iter().find(|operand| operand.is_string()).map(|operand| operand.to_string());
            ask(&context, Question::Matches(opaque.unwrap_or_default(), word.unwrap_or_default()))
        });
    }
    // two words that were read are no question any more
    for name in ["same", "matches"] {
        engine.register_fn(name, |left: ImmutableString, right: ImmutableString| left == right);
    }
    engine.register_fn(
        "contains",
        move |context: NativeCallContext<'_>, text: Opaque, word: ImmutableString| -> Result<bool, Raised> {
            ask(&context, Question::Contains(text.0.to_string(), word.to_string()))
        },
    );
}
