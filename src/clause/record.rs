//! The row a clause is asked about.

use crate::fact::{FactType, Facts, Schema, Value};
use crate::interval::Interval;
use crate::language::Text;
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

impl Facts for Record {
    fn value(&self, fact: &str) -> Value {
        self.schema
            .position(fact)
            .and_then(|position| self.values.get(position))
            .cloned()
            .unwrap_or(Value::Missing)
    }

    fn title(&self, fact: &str) -> Text {
        self.schema.title(fact)
    }
}

impl Record {
    /// A row of which nothing is known: a clause run on it shows all its paths.
    pub fn blank(kind: &str, schema: &Arc<Schema>) -> Self {
        let values = schema.facts().iter().map(|_| Value::Any).collect();
        Self { kind: kind.to_owned(), schema: Arc::clone(schema), values }
    }

    /// Whether nothing is known of it: it stands for every row.
    pub(super) fn is_blank(&self) -> bool {
        self.values.iter().all(|value| *value == Value::Any)
    }

    /// The decimal places of a number fact and the bounds declared for it.
    pub(super) fn grain(&self, fact: &str) -> (Option<u32>, Interval) {
        match self.schema.get(fact).map(|fact| &fact.kind) {
            Some(FactType::Number { places, bounds, .. }) => (*places, *bounds),
            Some(FactType::Few { most }) => (Some(0), Interval::between(0.into(), (*most).into())),
            _ => (None, Interval::UNKNOWN),
        }
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
