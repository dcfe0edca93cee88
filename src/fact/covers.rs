//! How far back a table is complete: what happened before is not known to have been nothing.

use crate::calendar::read_day;
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

    /// What stands among the facts that are lacking where it is this that is not known.
    pub fn root(&self) -> String {
        self.reason().en
    }

    /// What was lacking, where it was the beginning of a table.
    pub fn of_root(root: &str) -> Option<Self> {
        let (files, from) = root.strip_suffix(" only")?.split_once(" is complete since ")?;
        Some(Self { files: files.to_owned(), from: read_day(from)? })
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

    #[test]
    fn a_table_that_begins_late_is_told_again_from_what_was_lacking() {
        let covers = Covers { files: "a b.csv".to_owned(), from: read_day("2025-01-01").unwrap() };
        assert_eq!(Covers::of_root(&covers.root()), Some(covers.clone()));
        assert_eq!(Covers::of_root("liability"), None);
        let day = |text: &str| read_day(text);
        assert!(covers.lacks(None) && covers.lacks(day("2024-12-31")) && !covers.lacks(day("2025-01-01")));
    }
}
