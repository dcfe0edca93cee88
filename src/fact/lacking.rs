//! What a value can lack besides facts: a calendar, the beginning of a table.

use super::Covers;
use crate::calendar::NotAnnounced;
use crate::language::Text;

/// Why a value is not known, where what it lacks is no fact of the row.
pub fn reason_of(root: &str) -> Option<Text> {
    let year = NotAnnounced::of_root(root).map(NotAnnounced::reason);
    year.or_else(|| Covers::of_root(root).map(|covers| covers.reason()))
}
