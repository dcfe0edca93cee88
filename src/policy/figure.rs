//! A figure that a card opens at or is kept within: a number, or the name of the fact or the parameter that says it.

use super::{Kind, Terms};
use crate::amount;
use crate::document::Section;
use crate::fact::{FactType, Facts};
use crate::interval::Interval;
use rust_decimal::Decimal;

/// A figure of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The same for every card and day.
    Number(Decimal),
    /// What this fact of the card or this parameter says.
    Named(String),
}

impl Figure {
    pub(super) fn read(section: &Section<'_>, key: &str) -> Option<Self> {
        let entry = section.get(key)?;
        if entry.is_text() {
            let text = entry.text()?;
            // what begins as a number and is none is a slip of the pen and no name
            let begins = text.trim_start_matches(['-', '\u{a5}', '\u{ffe5}']).chars().next();
            if amount::read(&text).is_none() && begins.is_some_and(char::is_alphabetic) {
                return Some(Self::Named(text));
            }
        }
        entry.number().map(|(number, _)| Self::Number(number))
    }

    /// The figure on a card with these facts, under the parameters in force.
    pub fn on(&self, kind: &Kind, card: &dyn Facts, terms: &Terms) -> Interval {
        match self {
            Self::Number(number) => Interval::exactly(*number),
            // a figure beyond all counting is no figure: sums with it would lose their cents
            Self::Named(name) if kind.schema.get(name).is_some() => card.value(name).interval().countable(),
            Self::Named(name) => terms.number(name).map_or(Interval::UNKNOWN, Interval::exactly),
        }
    }

    /// Between what the figure lies on any card.
    pub fn range(&self, kind: &Kind, terms: &Terms) -> Interval {
        match self {
            Self::Number(number) => Interval::exactly(*number),
            Self::Named(name) => match kind.schema.get(name).map(|fact| &fact.kind) {
                Some(FactType::Number { bounds, .. }) => *bounds,
                Some(FactType::Few { most }) => Interval::between(Decimal::ZERO, (*most).into()),
                Some(_) => Interval::UNKNOWN,
                None => terms.number(name).map_or(Interval::UNKNOWN, Interval::exactly),
            },
        }
    }

    /// What it is named by.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Number(_) => None,
            Self::Named(name) => Some(name),
        }
    }
}
