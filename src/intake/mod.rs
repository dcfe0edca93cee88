//! The only reader of rows: books, complaints, the organisation. Every defect has its file, row and column.

mod book;
mod organisation;
mod rows;
mod sheet;

pub use book::Book;
pub use organisation::{check_names, read_organisation};
pub use rows::{Intake, Row, SetAside, read_rows};
pub use sheet::Sheet;
