//! A result that was written earlier, held against the same result worked out anew: cell by cell, entry by entry.

mod answered;
mod entries;
mod rows;

pub use answered::{Answered, answered};
pub use entries::compare_json;
pub use rows::compare_csv;

/// Where a written result is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file.
    pub file: String,
    /// The row as a spreadsheet numbers it, where it is about one that is written.
    pub row: Option<usize>,
    /// What the row or entry is about, in the file's own words.
    pub about: String,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What is wrong with a written result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A value.
    Value {
        /// The column, or the place of the entry.
        column: String,
        /// As it is written.
        written: String,
        /// As it is worked out.
        again: String,
    },
    /// A row or entry that is not written.
    Missing,
    /// A row or entry that does not follow.
    Extra,
    /// The rows stand in another order.
    Order,
    /// Every value is right, but the bytes are others.
    Bytes,
    /// The file is not there.
    Absent,
    /// The file cannot be read.
    Unreadable,
}
