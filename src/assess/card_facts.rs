//! What a card knows of its subject from the file of members: the value in force on the card's last day.

use super::bearer::Bearers;
use crate::calendar::Period;
use crate::fact::{Columns, Value};
use crate::intake::{card_facts, cell};
use crate::policy::Kind;
use chrono::FixedOffset;

/// Fills in the facts of cards, a row a subject, that stand in further columns of the organisation.
pub(super) fn fill(
    bearers: Bearers<'_>,
    (kind, period): (&Kind, &Period),
    offset: FixedOffset,
    subjects: &[String],
    facts: &mut Columns,
) {
    let Bearers::Organisation(organisation) = bearers else { return };
    let further = organisation.further();
    for (place, fact, headings) in card_facts(kind) {
        for (row, subject) in subjects.iter().enumerate() {
            let found = further.on_last_day(subject, period);
            let found = found.and_then(|row| cell(further, row, headings));
            // what cannot be read has stopped the assessment already
            let value = found.and_then(|(_, cell)| fact.read(cell, offset).ok());
            facts.set(place, row, value.unwrap_or(Value::Missing));
        }
    }
}
