//! What a value can lack besides facts: a calendar, the beginning of a table, moments in their order.

use crate::language::Text;

/// Stands between the two wordings of a reason, and in no name of a fact.
const BETWEEN: char = '\u{1f}';

/// How a reason stands among the facts that a value lacks.
pub fn root_of(reason: &Text) -> String {
    format!("{}{BETWEEN}{}", reason.zh, reason.en)
}

/// Why a value is not known, where what it lacks is no fact of the row.
pub fn reason_of(root: &str) -> Option<Text> {
    root.split_once(BETWEEN).map(|(zh, en)| Text::new(zh, en))
}
