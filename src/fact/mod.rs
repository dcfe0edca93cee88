//! What is known of a row: types, the schema a pack declares, values, and the typed columns of many rows.

mod aggregate;
mod clock;
mod column;
mod columns;
mod covers;
mod due;
mod lacking;
mod numbers;
mod schema;
mod texts;
mod types;
mod value;
mod window;

pub use aggregate::{Aggregate, Measure, Measured, Running};
pub use clock::{By, Clock, ClockUnit, DayOfClock, Open};
pub use column::{Column, MISSING_CODE, OTHER_CODE, Plain};
pub use columns::{Columns, RowFacts};
pub use covers::Covers;
pub use due::Due;
pub use lacking::{reason_of, root_of};
pub use numbers::{Grain, MISSING_NUMBER, Numbers, OTHER_NUMBER};
pub use schema::{FORKED_WORDS, Fact, Origin, Schema};
pub use texts::Texts;
pub use types::{FactType, Word};
pub use value::{Facts, Value};
pub use window::{Span, Window};
