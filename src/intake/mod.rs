//! The only reader of rows: books, complaints, the organisation. Every defect has its file, row and column.

mod alike;
mod amendment;
mod book;
mod card_facts;
mod cutoff;
mod defect;
mod earlier;
mod holders;
mod layout;
mod organisation;
mod overview;
mod part;
mod pay;
mod plain;
mod reader;
mod repeated;
mod rows;
mod sheet;
mod sought;
mod table;
mod way;

pub use alike::is_invisible;
pub use amendment::Amendment;
pub use book::Book;
pub use card_facts::{card_fact_lines, card_facts, cell};
pub use earlier::{Earlier, EarlierCard, EarlierRow, check_carried, read_earlier};
pub use holders::Holders;
use layout::{Belongs, Layout, Shaped};
pub use organisation::{check_names, read_organisation, read_organisation_sheets};
pub use overview::{
    ColumnOverview, KindOverview, Overview, Source, Written, held_by, likely_table, overview,
};
pub use pay::{Pay, pay_lines};
pub use rows::{Row, Rows};
use sheet::Sheet;
use sought::Sought;
pub use table::{Intake, SetAside, read_rows};
