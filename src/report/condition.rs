//! The conditions of a path in words, for a row of which nothing else is known.

use super::wording::Wording;
use crate::clause::Record;
use crate::decision::{Expression, Step};
use crate::language::{Language, Text};
use crate::policy::{Kind, Terms};

/// Answers to questions, as conditions that a row may meet.
pub fn conditions(kind: &Kind, terms: &Terms, steps: &[Step]) -> Text {
    let record = Record::blank(&kind.name, &kind.schema);
    let all = |language: Language, between: &str| {
        let wording = Wording { language, record: &record, terms };
        steps.iter().map(|step| wording.condition(step)).collect::<Vec<_>>().join(between)
    };
    Text::new(all(Language::Zh, "；"), all(Language::En, "; "))
}

/// A number by its name, or by how it is worked out.
pub fn number_in_words(kind: &Kind, terms: &Terms, number: &Expression) -> Text {
    let record = Record::blank(&kind.name, &kind.schema);
    let said = |language: Language| Wording { language, record: &record, terms }.working(number);
    Text::new(said(Language::Zh), said(Language::En))
}
