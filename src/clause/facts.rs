//! How the script reads the facts of a row.

use super::run::{Answerer, Raised, Run, Shared, Trouble, with_run, wrong};
use super::values::{Moment, Number, Opaque, RecordHandle};
use crate::decision::{Answer, Expression, Question};
use crate::diagnostic::suggestion;
use crate::fact::{Fact, FactType, Facts as _, Value};
use crate::interval::Interval;
use rhai::{Dynamic, Engine, EvalContext, Expression as Argument, ImmutableString, NativeCallContext};
use std::sync::Arc;

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<RecordHandle>("record");
    engine.register_indexer_get(
        |context: NativeCallContext<'_>,
         _: &mut RecordHandle,
         name: ImmutableString|
         -> Result<Dynamic, Raised> { with_run(&context, |run| read(run, &name)) },
    );
    // an ordinary function would read the fact before it is called, and fork on it
    let registered = engine.register_custom_syntax(
        ["known", "(", "$expr$", ")"],
        false,
        |context: &mut EvalContext<'_, '_, '_, '_, '_, '_>, inputs: &[Argument<'_>]| {
            let shared = context.tag().clone().try_cast::<Shared>();
            let set = |flag: bool| {
                if let Some(shared) = &shared {
                    shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner).asking_known = flag;
                }
            };
            let Some(input) = inputs.first() else { return Ok(Dynamic::UNIT) };
            set(true);
            let answer = context.eval_expression_tree(input);
            set(false);
            answer
        },
    );
    debug_assert!(registered.is_ok(), "the syntax of `known` is fixed");
}

fn read(run: &mut Run, name: &str) -> Result<Dynamic, Trouble> {
    let record = Arc::clone(&run.record);
    let Some(fact) = record.schema.get(name) else {
        let help = suggestion(name, record.schema.names()).unwrap_or_default();
        return wrong(
            format!("{} 没有事实 `{name}`；{}", record.kind, help.zh),
            format!("{} has no fact `{name}`; {}", record.kind, help.en),
        );
    };
    if run.asking_known {
        return Ok((run.ask(Question::Known(name.to_owned()))? == Answer::Yes).into());
    }
    let value = record.value(name);
    if run.answerer == Answerer::Bare && value.known() != Some(true) {
        return Err(Trouble::Missing(vec![name.to_owned()]));
    }
    match &fact.kind {
        FactType::Bool { .. } | FactType::OneOf(_) => match run.ask(Question::Fact(name.to_owned()))? {
            Answer::Is(Value::Bool(flag)) => Ok(flag.into()),
            Answer::Is(Value::Word(word)) => Ok(ImmutableString::from(word.as_ref()).into()),
            _ => wrong("事实的取值与类型不符", "the value of the fact is not of its type"),
        },
        FactType::Number { bounds, .. } => number(run.answerer, fact, &value, *bounds),
        FactType::Moment => Ok(Dynamic::from(Moment(Arc::from(name)))),
        FactType::Text => Ok(Dynamic::from(Opaque(Arc::from(name)))),
    }
}

fn number(answerer: Answerer, fact: &Fact, value: &Value, bounds: Interval) -> Result<Dynamic, Trouble> {
    let interval = match value {
        Value::Any | Value::Missing | Value::Undetermined(_) => bounds,
        value => value.interval(),
    };
    match (answerer, interval.exact()) {
        (Answerer::Bare, Some(number)) => Ok(Dynamic::from_decimal(number)),
        (Answerer::Bare, None) => Err(Trouble::Missing(vec![fact.name.clone()])),
        (Answerer::Recorded, _) => Ok(Dynamic::from(Number(Expression::fact(&fact.name, interval)))),
    }
}
