//! How the script reads the facts of a row.

use super::run::{Answerer, Raised, Run, Shared, Trouble, in_run, with_run, wrong};
use super::values::{Moment, Number, Opaque, RecordHandle};
use crate::decision::{Answer, Expression, Question};
use crate::diagnostic::suggestion;
use crate::fact::{Fact, FactType, Facts as _, Value};
use crate::interval::Interval;
use crate::language::Text;
use rhai::{Dynamic, Engine, EvalContext, Expression as Argument, ImmutableString, NativeCallContext};
use rust_decimal::prelude::ToPrimitive as _;
use std::sync::{Arc, PoisonError};

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
            let set = |asking: Option<bool>| {
                shared.as_ref().and_then(|shared| {
                    let mut run = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    std::mem::replace(&mut run.asking_known, asking)
                })
            };
            let Some(input) = inputs.first() else { return Ok(Dynamic::UNIT) };
            set(Some(false));
            let answer = context.eval_expression_tree(input);
            if set(None) == Some(true) || answer.is_err() {
                return answer;
            }
            in_run(shared, input.position(), |_| {
                wrong("known(…) 只能询问一个事实", "known(…) asks about one fact of the row")
            })
        },
    );
    debug_assert!(registered.is_ok(), "the syntax of `known` is fixed");
}

pub(super) fn read(run: &mut Run, name: &str) -> Result<Dynamic, Trouble> {
    let record = Arc::clone(&run.record);
    let Some(fact) = record.schema.get(name) else {
        let help = suggestion(name, record.schema.names()).unwrap_or_default();
        return wrong(
            format!("{} 没有事实 `{name}`；{}", record.kind, help.zh),
            format!("{} has no fact `{name}`; {}", record.kind, help.en),
        );
    };
    if run.asking_known.is_some() {
        run.asking_known = Some(true);
        return Ok((run.ask(Question::Known(name.to_owned()))? == Answer::Yes).into());
    }
    let value = record.value(name);
    if run.answerer == Answerer::Bare && value.known() != Some(true) {
        return Err(Trouble::Missing(vec![name.to_owned()]));
    }
    match &fact.kind {
        FactType::OneOf(_) if !fact.forks() && run.is_asked_whole() => {
            Ok(Dynamic::from(Opaque(Arc::from(name))))
        }
        FactType::OneOf(_) if !fact.forks() && value == Value::Any => Err(Trouble::Untraceable(Text::new(
            format!("「{}」的取值过多，不逐一展开", fact.title.zh),
            format!("{} has too many words to follow one by one", fact.title.en),
        ))),
        FactType::Bool { .. } | FactType::OneOf(_) | FactType::Few { .. } => match run
            .ask(Question::Fact(name.to_owned()))?
        {
            Answer::Is(Value::Bool(flag)) => Ok(flag.into()),
            Answer::Is(Value::Word(word)) => Ok(ImmutableString::from(word.as_ref()).into()),
            Answer::Is(Value::Number(number)) => Ok(number.to_i64().map_or(Dynamic::UNIT, Dynamic::from_int)),
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
        // where nothing is known of it, it is what its type allows: so the trees say too
        value => Some(value.interval()).filter(|known| *known != Interval::UNKNOWN).unwrap_or(bounds),
    };
    match (answerer, interval.exact()) {
        (Answerer::Bare, Some(number)) => Ok(Dynamic::from_decimal(number)),
        (Answerer::Bare, None) => Err(Trouble::Missing(vec![fact.name.clone()])),
        (Answerer::Recorded, _) => Ok(Dynamic::from(Number(Expression::fact(&fact.name, interval)))),
    }
}
