//! Where a row counts that has not ended in the period in which it began: stated by the pack, never assumed.

use super::role::word;
use crate::document::Section;
use crate::language::Text;

/// Where a row counts that has not ended by the end of the period it began in: now, later, or never. Either way once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unended {
    /// In the period in which it began, whenever it ends.
    Count,
    /// In the period in which it ends.
    CarryOver,
    /// Nowhere: only what ends in the period in which it began counts.
    Exclude,
}

impl Unended {
    pub(super) fn read(section: &Section<'_>) -> Option<Self> {
        let choices = [("count", Self::Count), ("carry over", Self::CarryOver), ("exclude", Self::Exclude)];
        let open = word(section, "open", &choices);
        if open.is_some() && section.get("counted_at").is_none() {
            section.fault(
                "P123",
                Text::new(
                    "`open` 说的是何时算未了结，须先写明了结时间 `counted_at`",
                    "`open` is about rows that have not ended: say by `counted_at` when they end",
                ),
            );
        }
        open
    }
}
