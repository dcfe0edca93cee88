//! The facts a kind of row has, in the order the pack declares them.

use crate::calendar::Written;
use crate::fact::{Aggregate, Clock, Due, FactType, Value};
use crate::language::Text;
use chrono::FixedOffset;
use std::collections::BTreeMap;

/// One named, typed thing that is known of a row.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The name clauses use.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// Its type.
    pub kind: FactType,
    /// Where it comes from.
    pub origin: Origin,
    /// What it is on an ordinary row: the value `try` and scenarios take where none is given.
    pub ordinary: Option<Value>,
    /// The word a blank cell stands for; else a blank is missing.
    pub blank: Option<Value>,
    /// How the column writes a moment, where it is not an ISO date or time.
    pub format: Option<Written>,
    /// Whether somebody whose work is assessed could have made it otherwise.
    pub changeable: bool,
    /// Whether a time may lie after the assessment date: a deadline, a planned day.
    pub future: bool,
    /// The moment since when it is known, where a column of its own says so: before it the cell was blank.
    pub known_at: Option<String>,
    /// What it was before that moment, where it was not blank.
    pub before: Option<Value>,
    /// Whether a clause is followed once for every word of the fact, however many it has.
    pub fork: bool,
}

/// So many words of a fact are followed one by one without being asked to: each multiplies the paths of a clause.
pub const FORKED_WORDS: usize = 16;

impl Fact {
    /// What a cell of its column says; a blank one is the word it stands for, else missing.
    ///
    /// # Errors
    /// What was expected instead, and what may have been meant.
    pub fn read(&self, cell: &str, offset: FixedOffset) -> Result<Value, (Text, Option<Text>)> {
        if cell.is_empty() {
            return Ok(self.blank.clone().unwrap_or(Value::Missing));
        }
        let Some(format) = &self.format else { return self.kind.read(cell, offset) };
        format.read(cell).map(Value::Moment).ok_or_else(|| {
            let form = format.form();
            (Text::new(format!("按「{form}」书写的时间"), format!("a time written as `{form}`")), None)
        })
    }

    /// Whether reading the fact asks which of its values it has. Otherwise it can only be asked single questions about:
    /// is it this word, does it contain that one, is it the same as another fact, is it known.
    pub fn forks(&self) -> bool {
        match &self.kind {
            FactType::Bool { .. } | FactType::Few { .. } => true,
            FactType::OneOf(words) => self.fork || words.len() <= FORKED_WORDS,
            FactType::Number { .. } | FactType::Moment | FactType::Text => false,
        }
    }
}

/// Where the value of a fact comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A column with any of these headings.
    Column(Vec<String>),
    /// The time between two moments.
    Clock(Box<Clock>),
    /// The last moment of a limit.
    Due(Box<Due>),
    /// Several rows, counted, summed, or carried from one to the next.
    Aggregate(Box<Aggregate>),
    /// A function of the pack that returns it.
    Definition(String),
    /// The fact of that name of the row that raised this one.
    Carried(String),
}

impl Origin {
    /// The facts of the same row that a clock or a due moment is worked out from.
    pub fn inputs(&self) -> Vec<&str> {
        match self {
            Self::Clock(clock) => clock.inputs().collect(),
            Self::Due(due) => due.inputs().collect(),
            Self::Column(_) | Self::Aggregate(_) | Self::Definition(_) | Self::Carried(_) => Vec::new(),
        }
    }
}

/// The facts of one kind.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    facts: Vec<Fact>,
    index: BTreeMap<String, usize>,
}

impl Schema {
    /// A schema of these facts; of two with one name the first counts.
    pub fn new(facts: Vec<Fact>) -> Self {
        let mut index = BTreeMap::new();
        for (position, fact) in facts.iter().enumerate() {
            index.entry(fact.name.clone()).or_insert(position);
        }
        Self { facts, index }
    }

    /// All facts in declared order.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The fact of that name.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.facts.get(self.position(name)?)
    }

    /// What reports call the fact of that name; the name where there is none.
    pub fn title(&self, name: &str) -> Text {
        self.get(name).map_or_else(|| Text::same(name), |fact| fact.title.clone())
    }

    /// Its place in the declared order.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// All names in declared order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(|fact| fact.name.as_str())
    }
}
