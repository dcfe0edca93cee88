//! The row a clause is asked about, and how the script reads its facts.

use super::operators::{Moment, Number, Opaque};
use super::run::{Answerer, Raised, Run, Shared, Trouble, with_run, wrong};
use crate::decision::{Answer, Expression, Question};
use crate::diagnostic::suggestion;
use crate::fact::{Fact, FactType, Facts, Schema, Value};
use crate::interval::Interval;
use rhai::{Dynamic, Engine, EvalContext, Expression as Argument, ImmutableString, NativeCallContext};
use std::sync::Arc;

/// A row of a kind, or a blank one of which anything may be true.
#[derive(Clone, Debug)]
pub struct Record {
    /// The kind's name.
    pub kind: String,
    /// Its facts.
    pub schema: Arc<Schema>,
    /// Their values, in the order of the schema.
    pub values: Vec<Value>,
}

/// The handle a script holds; the row itself is in the run.
#[derive(Clone, Debug)]
pub(super) struct RecordHandle;

impl Facts for Record {
    fn value(&self, fact: &str) -> Value {
        self.schema
            .position(fact)
            .and_then(|position| self.values.get(position))
            .cloned()
            .unwrap_or(Value::Missing)
    }
}

impl Record {
    /// A row of which nothing is known: a clause run on it shows all its paths.
    pub fn blank(kind: &str, schema: &Arc<Schema>) -> Self {
        let values = schema.facts().iter().map(|_| Value::Any).collect();
        Self { kind: kind.to_owned(), schema: Arc::clone(schema), values }
    }

    /// The same row with another value for one fact.
    #[must_use]
    pub fn with(&self, fact: &str, value: Value) -> Self {
        let mut record = self.clone();
        if let Some(slot) = record.schema.position(fact).and_then(|place| record.values.get_mut(place)) {
            *slot = value;
        }
        record
    }
}

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
            format!("{} 没有事实 `{name}`;{}", record.kind, help.zh),
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
