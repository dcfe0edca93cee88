//! How far back a table is complete: what happened before is not known to have been nothing.

use crate::language::Text;
use chrono::NaiveDate;

/// The first day from which on the files of a table hold everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covers {
    /// The files as the user knows them.
    pub files: String,
    /// The day.
    pub from: NaiveDate,
}

impl Covers {
    /// Whether days that begin then reach back before it; `None` is without beginning.
    pub fn lacks(&self, first: Option<NaiveDate>) -> bool {
        first.is_none_or(|first| first < self.from)
    }

    /// Why something that looks further back is not known.
    pub fn reason(&self) -> Text {
        let (files, from) = (&self.files, self.from);
        Text::new(format!("{files} 自 {from} 起才完整"), format!("{files} is complete since {from} only"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::read_day;

    #[test]
    fn what_begins_before_a_table_reaches_back_too_far() {
        let covers = Covers { files: "a b.csv".to_owned(), from: read_day("2025-01-01").unwrap() };
        let day = |text: &str| read_day(text);
        assert!(covers.lacks(None) && covers.lacks(day("2024-12-31")) && !covers.lacks(day("2025-01-01")));
    }
}
