//! The value of one fact of one row.

use crate::calendar::Period;
use crate::interval::Interval;
use crate::language::Text;
use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What is known of a fact. Everything that is not one value says how it is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Any value its type allows: what a clause is traced with.
    Any,
    /// The cell was blank.
    Missing,
    /// It could not be worked out, because these facts are missing.
    Undetermined(Arc<[String]>),
    /// True or false.
    Bool(bool),
    /// One word of its domain.
    Word(Arc<str>),
    /// A number.
    Number(Decimal),
    /// A number of which only bounds are known.
    Between(Interval),
    /// A clock that has not ended: the time it ran up to the assessment date.
    Running(Decimal),
    /// A day and time.
    Moment(NaiveDateTime),
    /// Free text or an identifier.
    Text(Arc<str>),
}

impl Value {
    /// Whether the fact has a value; `None` where that is still open. What could not be worked out may have one all the
    /// same, unless it lacks nothing but assessments of earlier periods: of those it is known that they are not there.
    pub fn known(&self) -> Option<bool> {
        match self {
            Self::Any => None,
            Self::Missing => Some(false),
            Self::Undetermined(roots) => {
                let is_period = |root: &String| Period::parse(root).is_some();
                (!roots.is_empty() && roots.iter().all(is_period)).then_some(false)
            }
            _ => Some(true),
        }
    }

    /// Whether it is one value and no range, so that rows can be told apart by it.
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Bool(_) | Self::Word(_) | Self::Number(_) | Self::Moment(_) | Self::Text(_))
    }

    /// The number, as far as it is known.
    pub fn interval(&self) -> Interval {
        match self {
            Self::Number(number) | Self::Running(number) => Interval::exactly(*number),
            Self::Between(interval) => *interval,
            _ => Interval::UNKNOWN,
        }
    }
}

/// A row whose facts can be asked for by name.
pub trait Facts {
    /// What is known of a fact; `Missing` where the row has no such fact.
    fn value(&self, fact: &str) -> Value;

    /// What reports call a fact; its name where that is not known.
    fn title(&self, fact: &str) -> Text {
        Text::same(fact)
    }
}
