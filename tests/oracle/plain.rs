//! A second host for the same clauses, written for this test alone: the script language as it comes, facts as plain values,
//! and every function of the library anew. The answerers of the product share their arithmetic and their tables; a
//! mistake there would be made by all of them alike.

use super::pack::RandomPack;
use super::policy::DEFINITIONS;
use crate::outcome::{Done, Outcome};
use renze::amount::RoundingMode;
use renze::clause::{Clause, Record};
use renze::decision::StepReading;
use renze::fact::{Facts as _, Value};
use renze::policy::{Cell, Condition, ParameterValue, TableRow, Terms};
use rhai::packages::{Package as _, StandardPackage};
use rhai::{
    AST, CallFnOptions, Dynamic, Engine, EvalAltResult, ImmutableString, Map, NativeCallContext,
    OptimizationLevel, Scope,
};
use rust_decimal::{Decimal, RoundingStrategy};
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

type Raised = Box<EvalAltResult>;

/// The plain host of one pack.
pub(crate) struct Plain {
    engine: Engine,
    files: BTreeMap<String, AST>,
    done: Arc<Mutex<Vec<Done>>>,
}

/// A table of which some keys are given.
#[derive(Clone)]
struct Table {
    rows: Vec<TableRow>,
    depth: usize,
    width: usize,
}

/// A number of which only bounds are known.
#[derive(Clone)]
struct Bounded;

impl Plain {
    pub(crate) fn of(random: &RandomPack) -> Self {
        let done: Arc<Mutex<Vec<Done>>> = Arc::default();
        let mut engine = Engine::new_raw();
        StandardPackage::new().register_into_engine(&mut engine);
        engine.set_fast_operators(false);
        // it would write a worked-out number into a text before anybody is asked how
        engine.set_optimization_level(OptimizationLevel::None);
        engine.set_max_expr_depths(128, 128);
        arithmetic(&mut engine);
        library(&mut engine, random.pack.policy.rounding.mode);
        tables(&mut engine);
        verbs(&mut engine, &done);
        let compile = |text: &String| engine.compile(text).unwrap();
        let files = random.files.iter().map(|(file, text)| (file.clone(), compile(text))).collect();
        Self { engine, files, done }
    }

    /// What a clause comes to on a row that says everything the clause reads.
    pub(crate) fn run(&self, clause: &Clause, row: &Record, terms: &Terms) -> Outcome {
        let defines = DEFINITIONS.iter().any(|(_, name)| *name == clause.name);
        self.done.lock().unwrap().clear();
        let facts: Map = row.schema.names().map(|name| (name.into(), value(&row.value(name)))).collect();
        let terms: Map = terms.names().map(|name| (name.into(), term(terms, name))).collect();
        let file = clause.file.rsplit('/').next().unwrap();
        let arguments = (Dynamic::from_map(facts), Dynamic::from_map(terms));
        let called = self.engine.call_fn_with_options::<Dynamic>(
            CallFnOptions::new(),
            &mut Scope::new(),
            &self.files[file],
            &clause.name,
            arguments,
        );
        let done = std::mem::take(&mut *self.done.lock().unwrap());
        let Ok(returned) = called else { return Outcome::undetermined(done) };
        let number = decimal(&returned).map(|number| (Some(number.normalize()), Some(number.normalize())));
        let end = match (number, returned.as_bool()) {
            // what a clause returns is nothing to anybody
            _ if !defines => "done".to_owned(),
            (Some(_), _) => "a number".to_owned(),
            (None, Ok(flag)) => flag.to_string(),
            _ => returned.to_string(),
        };
        let number = number.filter(|_| end == "a number");
        Outcome { done, end, number, may_fail: false }
    }
}

fn value(value: &Value) -> Dynamic {
    match value {
        Value::Bool(flag) => (*flag).into(),
        Value::Word(word) | Value::Text(word) => word.as_ref().into(),
        Value::Number(number) | Value::Running(number) => Dynamic::from_decimal(*number),
        Value::Moment(moment) => moment.and_utc().timestamp().into(),
        // it is known, but nothing here can calculate with it
        Value::Between(_) => Dynamic::from(Bounded),
        _ => Dynamic::UNIT,
    }
}

fn term(terms: &Terms, name: &str) -> Dynamic {
    let term = terms.get(name).unwrap();
    match &term.value {
        ParameterValue::Number(number) => Dynamic::from_decimal(*number),
        ParameterValue::Word(word) => word.as_str().into(),
        ParameterValue::Table(table) => {
            let width = term.parameter.keys.len();
            Dynamic::from(Table { rows: table.rows.clone(), depth: 0, width })
        }
    }
}

fn decimal(number: &Dynamic) -> Option<Decimal> {
    number.as_decimal().ok().or_else(|| number.as_int().ok().map(Decimal::from))
}

fn numbers<const N: usize>(values: &[&mut Dynamic]) -> [Decimal; N] {
    std::array::from_fn(|place| decimal(values[place]).unwrap())
}

fn or_fault(number: Option<Decimal>) -> Result<Dynamic, Raised> {
    number.map(Dynamic::from_decimal).ok_or_else(|| "cannot be worked out".into())
}

fn plain_types() -> [TypeId; 2] {
    [TypeId::of::<i64>(), TypeId::of::<Decimal>()]
}

/// A division is never truncated; a variable may change from a whole number to a decimal.
fn arithmetic(engine: &mut Engine) {
    type Calculate = fn(Decimal, Decimal) -> Option<Decimal>;
    let signs: [(&str, Calculate); 5] = [
        ("+", Decimal::checked_add),
        ("-", Decimal::checked_sub),
        ("*", Decimal::checked_mul),
        ("/", |left, right| if right.is_zero() { None } else { left.checked_div(right) }),
        ("%", |left, right| if right.is_zero() { None } else { left.checked_rem(right) }),
    ];
    for left in plain_types() {
        for right in plain_types() {
            for (sign, calculate) in signs {
                engine.register_raw_fn(format!("{sign}="), [left, right], move |_, values| {
                    let [left, right] = numbers(values);
                    *values[0] = or_fault(calculate(left, right))?;
                    Ok(())
                });
                if sign == "/" {
                    engine.register_raw_fn(sign, [left, right], move |_, values| {
                        let [left, right] = numbers(values);
                        or_fault(calculate(left, right))
                    });
                }
            }
            for sign in ["..", "..=", "range"] {
                engine.register_raw_fn(sign, [left, right], move |_, values| {
                    let [first, last]: [Decimal; 2] = numbers(values);
                    let whole =
                        |end: Decimal| i64::try_from(end).map_err(|_| Raised::from("no whole number"));
                    if !first.fract().is_zero() || !last.fract().is_zero() {
                        return Err("no whole number".into());
                    }
                    let (first, last) = (whole(first)?, whole(last)?);
                    Ok(if sign == "..=" { Dynamic::from(first..=last) } else { Dynamic::from(first..last) })
                });
            }
        }
    }
}

fn library(engine: &mut Engine, mode: RoundingMode) {
    let strategy = match mode {
        RoundingMode::HalfUp => RoundingStrategy::MidpointAwayFromZero,
        RoundingMode::HalfEven => RoundingStrategy::MidpointNearestEven,
        RoundingMode::Down => RoundingStrategy::ToZero,
        RoundingMode::Up => RoundingStrategy::AwayFromZero,
    };
    for first in plain_types() {
        type Change = fn(Decimal) -> Decimal;
        let changes: [(&str, Change); 3] = [
            ("abs", |number| if number < Decimal::ZERO { Decimal::ZERO - number } else { number }),
            ("floor", |number| number.floor()),
            ("ceiling", |number| Decimal::ZERO - (Decimal::ZERO - number).floor()),
        ];
        for (name, change) in changes {
            engine.register_raw_fn(name, [first], move |_, values| {
                let [number] = numbers(values);
                Ok(Dynamic::from_decimal(change(number)))
            });
        }
        engine.register_raw_fn("round", [first, TypeId::of::<i64>()], move |_, values| {
            let [number, places]: [Decimal; 2] = numbers(values);
            let places = u32::try_from(places).map_err(|_| Raised::from("places"))?;
            Ok(Dynamic::from_decimal(number.round_dp_with_strategy(places, strategy)))
        });
        for second in plain_types() {
            for (name, wanted) in [("min", true), ("max", false)] {
                engine.register_raw_fn(name, [first, second], move |_, values| {
                    let [left, right] = numbers(values);
                    Ok(Dynamic::from_decimal(if (left < right) == wanted { left } else { right }))
                });
            }
            let operands = [first, second, TypeId::of::<ImmutableString>()];
            engine.register_raw_fn("steps", operands, |_, values| {
                let [number, size]: [Decimal; 2] = numbers(values);
                let reading = StepReading::named(&values[2].to_string()).unwrap();
                let number = if number < Decimal::ZERO { Decimal::ZERO } else { number };
                let steps = if size.is_zero() { None } else { number.checked_div(size) };
                or_fault(steps.map(|steps| match reading {
                    StepReading::Started if steps.fract() > Decimal::ZERO => steps.trunc() + Decimal::ONE,
                    StepReading::Full if steps.fract() < Decimal::ZERO => steps.trunc() - Decimal::ONE,
                    StepReading::Started | StepReading::Full => steps.trunc(),
                    StepReading::Proportional => steps,
                }))
            });
        }
    }
    engine.register_fn("to_string", |number: &mut Decimal| number.normalize().to_string());
    engine.register_fn("+=", |text: &mut ImmutableString, number: Decimal| {
        *text = format!("{text}{}", number.normalize()).into();
    });
    engine.register_fn("known", |value: Dynamic| !value.is_unit());
    for name in ["same", "matches"] {
        engine.register_fn(name, |left: ImmutableString, right: ImmutableString| left == right);
    }
    engine.register_fn("same", |left: i64, right: i64| left == right);
}

fn tables(engine: &mut Engine) {
    let by_number = |table: &Table, number: Decimal| {
        narrowed(table, |condition| match condition {
            Condition::Band(band) => {
                band.low.is_none_or(|(low, with)| if with { number >= low } else { number > low })
                    && band.high.is_none_or(|(high, with)| if with { number <= high } else { number < high })
            }
            Condition::Any => true,
            Condition::Word(_) => false,
        })
    };
    engine.register_indexer_get(move |table: &mut Table, number: Decimal| by_number(table, number));
    engine.register_indexer_get(move |table: &mut Table, number: i64| by_number(table, number.into()));
    engine.register_indexer_get(|table: &mut Table, word: ImmutableString| {
        narrowed(table, |condition| match condition {
            Condition::Word(known) => *known == word.as_str(),
            Condition::Any => true,
            Condition::Band(_) => false,
        })
    });
}

/// The rows that a key leaves, or the cell of the first of them.
fn narrowed(table: &Table, fits: impl Fn(&Condition) -> bool) -> Result<Dynamic, Raised> {
    let rows = table.rows.iter().filter(|row| fits(&row.conditions[table.depth]));
    let rows: Vec<TableRow> = rows.cloned().collect();
    let depth = table.depth + 1;
    match rows.first().map(|row| &row.cell) {
        None => Err("a gap of the table".into()),
        Some(_) if depth < table.width => Ok(Dynamic::from(Table { rows, depth, width: table.width })),
        Some(Cell::Number(number)) => Ok(Dynamic::from_decimal(*number)),
        Some(Cell::Word(word)) => Ok(word.as_str().into()),
        Some(_) => Err("a cell that this host does not have".into()),
    }
}

fn verbs(engine: &mut Engine, done: &Arc<Mutex<Vec<Done>>>) {
    let text = TypeId::of::<ImmutableString>();
    for (verb, deed, takes) in [
        ("award", "enter points", false),
        ("deduct", "enter points", true),
        ("credit", "enter money", false),
        ("charge", "enter money", true),
        ("mitigate", "mitigate", false),
        ("veto", "veto", false),
        ("exempt", "exempt", false),
    ] {
        let bare = ["veto", "exempt"].contains(&verb);
        let operands: Vec<Vec<TypeId>> = if bare {
            vec![vec![text], vec![text, text]]
        } else {
            let numbers = plain_types().into_iter();
            numbers.flat_map(|number| [vec![text, number], vec![text, number, text]]).collect()
        };
        for operands in operands {
            let done = Arc::clone(done);
            engine.register_raw_fn(verb, operands, move |context: NativeCallContext<'_>, values| {
                let name = values[0].to_string();
                let amount = values.get(1).and_then(|value| decimal(value)).map(|number| number.normalize());
                let amount =
                    amount.map(|number| if takes { (Decimal::ZERO - number).normalize() } else { number });
                let reason = values.get(if bare { 1 } else { 2 }).map(|reason| reason.to_string());
                if deed.starts_with("enter") && amount == Some(Decimal::ZERO) {
                    return Ok(());
                }
                // more than can be counted to the cent is no amount
                if deed.starts_with("enter")
                    && amount.is_some_and(|amount| amount.abs() > Decimal::from(1_000_000_000_000_000_u64))
                {
                    return Err("cannot be counted".into());
                }
                let relieves = ["mitigate", "exempt"].contains(&deed);
                let (role, deed) = if relieves {
                    (String::new(), format!("{deed} {name}"))
                } else {
                    (name, deed.to_owned())
                };
                let line = context.call_position().line().unwrap();
                let amount = amount.map(|number| (Some(number), Some(number)));
                done.lock().unwrap().push(Done { role, deed, amount, reason, line });
                Ok(())
            });
        }
    }
}
