//! Every operator on every pair of operand types: numbers keep their working, and whatever would be silently false,
//! truncated or printed as a type name is an error.

use super::limits;
use super::run::{Raised, Run, Trouble, raise, with_run};
use super::values::{
    Moment, Number, NumbersHandle, Opaque, Parts, RecordHandle, TableHandle, TermsHandle, expression,
};
use crate::amount;
use crate::decision::{Answer, Expression, Operation, Question};
use crate::interval::{ArithmeticFault, Relation};
use crate::language::Text;
use rhai::{Array, Dynamic, Engine, ImmutableString, Map, NativeCallContext};
use rust_decimal::Decimal;
use std::any::TypeId;
use std::sync::Arc;

const ARITHMETIC: [(&str, Operation); 5] = [
    ("+", Operation::Add),
    ("-", Operation::Subtract),
    ("*", Operation::Multiply),
    ("/", Operation::Divide),
    ("%", Operation::Remainder),
];

/// Operators that have no meaning for a policy's numbers.
const REFUSED_ARITHMETIC: [&str; 6] = ["**", "&", "|", "^", "<<", ">>"];

/// Every operator that changes a variable.
const ASSIGNMENTS: [&str; 11] = ["+=", "-=", "*=", "/=", "%=", "**=", "&=", "|=", "^=", "<<=", ">>="];

/// An operation over script numbers; it stays plain where every operand is plain.
pub(super) fn calculate(
    run: &mut Run,
    operation: Operation,
    operands: &[Dynamic],
) -> Result<Dynamic, Trouble> {
    let expressions: Option<Vec<Arc<Expression>>> = operands.iter().map(expression).collect();
    let Some(expressions) = expressions else {
        return Err(Trouble::Wrong(Text::new("此处只能是数字", "only a number can stand here")));
    };
    let result = Expression::apply(operation, expressions).map_err(trouble)?;
    if operands.iter().any(|operand| operand.is::<Number>()) {
        if result.has_more_parts_than(limits::WORKING) {
            return Err(too_long(run));
        }
        run.calculated(&result)?;
        return Ok(Dynamic::from(Number(result)));
    }
    result.value.exact().map(Dynamic::from_decimal).ok_or_else(|| trouble(ArithmeticFault::Overflow))
}

/// A clause whose working is too long for every row can never work; one row for which it is is only not decided.
fn too_long(run: &Run) -> Trouble {
    let most = limits::WORKING;
    let said = Text::new(
        format!("一个数的算式超过 {most} 步"),
        format!("a number is worked out in more than {most} steps"),
    );
    if run.record.is_blank() { Trouble::Wrong(said) } else { Trouble::Undetermined(said) }
}

pub(super) fn trouble(fault: ArithmeticFault) -> Trouble {
    Trouble::Undetermined(match fault {
        ArithmeticFault::Overflow => {
            Text::new("数字过大，无法精确计算", "the number is too large to be exact")
        }
        ArithmeticFault::DivisionByZero => Text::new("除数为零", "a division by zero"),
    })
}

fn numbers() -> [TypeId; 3] {
    [TypeId::of::<Number>(), TypeId::of::<Decimal>(), TypeId::of::<i64>()]
}

/// Every type a script can hold, with the name a policy author knows it by.
fn types() -> Vec<(TypeId, &'static str, &'static str)> {
    vec![
        (TypeId::of::<Number>(), "数字", "a number"),
        (TypeId::of::<Decimal>(), "数字", "a number"),
        (TypeId::of::<i64>(), "数字", "a number"),
        (TypeId::of::<bool>(), "是非", "true or false"),
        (TypeId::of::<ImmutableString>(), "文字", "a word"),
        (TypeId::of::<char>(), "字符", "a character"),
        (TypeId::of::<()>(), "空", "nothing"),
        (TypeId::of::<Array>(), "列表", "a list"),
        (TypeId::of::<Map>(), "映射", "a map"),
        (TypeId::of::<Moment>(), "时间", "a time"),
        (TypeId::of::<Opaque>(), "文本", "a text"),
        (TypeId::of::<RecordHandle>(), "整条记录", "a whole record"),
        (TypeId::of::<TermsHandle>(), "参数", "the terms"),
        (TypeId::of::<TableHandle>(), "表", "a table"),
        (TypeId::of::<NumbersHandle>(), "一格中的几个数", "a cell of several numbers"),
        (TypeId::of::<Parts>(), "分摊的各份", "an amount that is split"),
    ]
}

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Number>("number");
    engine.register_type_with_name::<Moment>("time");
    engine.register_type_with_name::<Opaque>("text");
    // later registrations win: first refuse everything, then allow what has a meaning
    register_refusals(engine);
    register_plain(engine);
    register_arithmetic(engine);
    register_comparisons(engine);
    register_texts(engine);
}

fn register_refusals(engine: &mut Engine) {
    let types = types();
    let symbols = Relation::ALL.iter().map(|relation| relation.symbol()).chain(["+", "-", "*", "/", "%"]);
    let symbols: Vec<&'static str> = symbols.chain(REFUSED_ARITHMETIC).collect();
    for &(left, left_zh, left_en) in &types {
        for &(right, right_zh, right_en) in &types {
            for &symbol in &symbols {
                if built_in(symbol, left, right) {
                    continue;
                }
                engine.register_raw_fn(symbol, [left, right], move |context, _| -> Result<Dynamic, Raised> {
                    with_run(&context, |_| {
                        Err(Trouble::Wrong(Text::new(
                            format!("`{symbol}` 不能用于{left_zh}与{right_zh}"),
                            format!("`{symbol}` does not work between {left_en} and {right_en}"),
                        )))
                    })
                });
            }
        }
    }
    for symbol in ASSIGNMENTS {
        let operator = symbol.trim_end_matches('=');
        for &(left, left_zh, left_en) in &types {
            for &(right, _, _) in &types {
                let both_numbers = numbers().contains(&left) && numbers().contains(&right);
                let calculates = both_numbers && !REFUSED_ARITHMETIC.contains(&operator);
                let joins = symbol == "+=" && left == TypeId::of::<ImmutableString>();
                if calculates || joins || built_in(operator, left, right) {
                    continue;
                }
                engine.register_raw_fn(symbol, [left, right], move |context, _| -> Result<(), Raised> {
                    with_run(&context, |_| {
                        Err(Trouble::Wrong(Text::new(
                            format!("`{symbol}` 不能用于{left_zh}"),
                            format!("`{symbol}` does not work on {left_en}"),
                        )))
                    })
                });
            }
        }
    }
}

/// The pairs that keep the meaning the script language gives them.
fn built_in(symbol: &str, left: TypeId, right: TypeId) -> bool {
    let (text, character) = (TypeId::of::<ImmutableString>(), TypeId::of::<char>());
    let plain = [TypeId::of::<Decimal>(), TypeId::of::<i64>()];
    let ordered = !matches!(symbol, "==" | "!=");
    if plain.contains(&left) && plain.contains(&right) {
        return !REFUSED_ARITHMETIC.contains(&symbol) && symbol != "/";
    }
    if left == text && right == text {
        return !matches!(symbol, "-" | "*" | "/" | "%" | "<" | "<=" | ">" | ">=")
            && !REFUSED_ARITHMETIC.contains(&symbol);
    }
    if left == character && right == character {
        return !ordered;
    }
    if left == TypeId::of::<bool>() && right == left {
        return !ordered || matches!(symbol, "&" | "|" | "^");
    }
    false
}

fn register_plain(engine: &mut Engine) {
    let plain = [TypeId::of::<Decimal>(), TypeId::of::<i64>()];
    for left in plain {
        for right in plain {
            // `7 / 2` is 3 otherwise
            engine.register_raw_fn("/", [left, right], |context, operands| {
                let operands: Vec<Dynamic> = operands.iter().map(|operand| (**operand).clone()).collect();
                with_run(&context, |run| calculate(run, Operation::Divide, &operands))
            });
        }
    }
}

fn register_arithmetic(engine: &mut Engine) {
    for left in numbers() {
        for right in numbers() {
            let plain = left != TypeId::of::<Number>() && right != TypeId::of::<Number>();
            for (symbol, operation) in ARITHMETIC {
                if !plain {
                    engine.register_raw_fn(symbol, [left, right], move |context, operands| {
                        let operands: Vec<Dynamic> = operands.iter().map(|value| (**value).clone()).collect();
                        with_run(&context, |run| calculate(run, operation, &operands))
                    });
                }
                // the variable may change from a whole number to a decimal or to one with a working
                engine.register_raw_fn(format!("{symbol}="), [left, right], move |context, operands| {
                    let values: Vec<Dynamic> = operands.iter().map(|value| (**value).clone()).collect();
                    let result = with_run(&context, |run| calculate(run, operation, &values))?;
                    if let Some(variable) = operands.first_mut() {
                        **variable = result;
                    }
                    Ok(())
                });
            }
        }
    }
    engine.register_raw_fn("-", [TypeId::of::<Number>()], |context, operands| {
        let operands: Vec<Dynamic> = operands.iter().map(|operand| (**operand).clone()).collect();
        with_run(&context, |run| calculate(run, Operation::Negate, &operands))
    });
    engine.register_fn("+", |number: Number| number);
}

fn register_comparisons(engine: &mut Engine) {
    for relation in Relation::ALL {
        for left in numbers() {
            for right in numbers() {
                if left != TypeId::of::<Number>() && right != TypeId::of::<Number>() {
                    continue;
                }
                engine.register_raw_fn(relation.symbol(), [left, right], move |context, operands| {
                    let sides: Vec<Arc<Expression>> =
                        operands.iter().filter_map(|value| expression(value)).collect();
                    compare(&context, relation, &sides)
                });
            }
        }
        engine.register_fn(
            relation.symbol(),
            move |context: NativeCallContext<'_>, left: Moment, right: Moment| -> Result<bool, Raised> {
                with_run(&context, |run| {
                    let question = Question::Moments(relation, left.0.to_string(), right.0.to_string());
                    Ok(run.ask(question)? == Answer::Yes)
                })
            },
        );
    }
}

fn compare(
    context: &NativeCallContext<'_>,
    relation: Relation,
    sides: &[Arc<Expression>],
) -> Result<bool, Raised> {
    let [left, right] = sides else {
        return Err(raise("a comparison has two sides", context.call_position()));
    };
    with_run(context, |run| holds(run, relation, left, right))
}

/// Whether a relation holds between two numbers; a question to the row where one of them is worked out of it.
pub(super) fn holds(
    run: &mut Run,
    relation: Relation,
    left: &Arc<Expression>,
    right: &Arc<Expression>,
) -> Result<bool, Trouble> {
    // two numbers of the clause or the parameters are no question to the row
    let asks_the_row = !left.is_constant() || !right.is_constant();
    if !asks_the_row && let Some(holds) = left.value.decide(relation, right.value) {
        return Ok(holds);
    }
    let question = Question::Compare(relation, Arc::clone(left), Arc::clone(right));
    Ok(run.ask(question)? == Answer::Yes)
}

/// A number put into a text by an operator: the text may be asked about, so the number must be known.
fn joined(context: &NativeCallContext<'_>, number: &Number) -> Result<String, Raised> {
    with_run(context, |_| {
        number.0.value.exact().map(amount::plain).ok_or_else(|| {
            Trouble::Wrong(Text::new(
                "数字写入理由请用 `${…}`",
                "to show a number in a reason write it as `${…}` there",
            ))
        })
    })
}

fn unwritable() -> Trouble {
    Trouble::Wrong(Text::new("理由文字中只能写入数字和词", "a reason can hold only numbers and words"))
}

/// A number inside a reason: a mark that is filled in from its working.
fn register_texts(engine: &mut Engine) {
    engine.register_fn(
        "+",
        |context: NativeCallContext<'_>, text: ImmutableString, number: Number| -> Result<String, Raised> {
            Ok(format!("{text}{}", joined(&context, &number)?))
        },
    );
    engine.register_fn(
        "+",
        |context: NativeCallContext<'_>, number: Number, text: ImmutableString| -> Result<String, Raised> {
            Ok(format!("{}{text}", joined(&context, &number)?))
        },
    );
    engine.register_fn(
        "+=",
        |context: NativeCallContext<'_>, text: &mut ImmutableString, number: Number| -> Result<(), Raised> {
            *text = format!("{text}{}", joined(&context, &number)?).into();
            Ok(())
        },
    );
    // what `${…}` calls; the check of words lets it stand only in a reason
    engine.register_fn(
        "to_string",
        |context: NativeCallContext<'_>, number: &mut Number| -> Result<String, Raised> {
            with_run(&context, |run| Ok(run.mention(&number.0)))
        },
    );
    engine.register_fn("to_string", |number: &mut Decimal| amount::plain(*number));
    // whatever else `${…}` is given would be shown as the name of its type
    for (other, _, _) in types() {
        let shown = [TypeId::of::<bool>(), TypeId::of::<ImmutableString>(), TypeId::of::<char>()];
        if !numbers().contains(&other) && !shown.contains(&other) {
            engine.register_raw_fn("to_string", [other], |context, _| -> Result<String, Raised> {
                with_run(&context, |_| Err(unwritable()))
            });
        }
    }
    let text = TypeId::of::<ImmutableString>();
    let plain = [TypeId::of::<Decimal>(), TypeId::of::<i64>(), text];
    for (other, _, _) in types() {
        if plain.contains(&other) || other == TypeId::of::<Number>() {
            continue;
        }
        engine.register_raw_fn("+=", [text, other], |context, _| -> Result<(), Raised> {
            with_run(&context, |_| Err(unwritable()))
        });
    }
    for number in [TypeId::of::<Decimal>(), TypeId::of::<i64>()] {
        for operands in [[text, number], [number, text]] {
            engine.register_raw_fn("+", operands, |_, operands| {
                let show = |operand: &Dynamic| {
                    operand.as_decimal().map_or_else(|_| operand.to_string(), amount::plain)
                };
                Ok(operands.iter().map(|operand| show(operand)).collect::<String>())
            });
        }
    }
    // the script language would show the zeros a cell or a product happens to end with
    engine.register_fn("+=", |text: &mut ImmutableString, number: Decimal| {
        *text = format!("{text}{}", amount::plain(number)).into();
    });
}
