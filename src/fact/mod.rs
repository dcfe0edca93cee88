//! What is known of a row: types, the schema a pack declares, values.

mod aggregate;
mod schema;
mod types;
mod value;

pub use aggregate::{Aggregate, Measure};
pub use schema::{Clock, Fact, Origin, Schema};
pub use types::{FactType, Word};
pub use value::{Facts, Value};
