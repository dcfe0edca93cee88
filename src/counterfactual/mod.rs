//! Why a clause did or did not apply to a row, and the smallest change that would have made it otherwise.
//! A change is proposed by the decision trees and counts only once the whole period has been assessed again with it.

mod blocking;
mod candidate;
mod case;
mod confirm;
mod count;
mod search;

pub use blocking::{Asked, Nothing, Stopped, asked, because};
pub use case::{Case, Target, Verdict};
pub use confirm::{Again, Changed, Confirmed, Touched};
pub use count::{Shortage, shortages};
pub use search::{FACTS, Scope, Search};

use crate::fact::Value;

/// One fact of a row that is taken to be otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The fact.
    pub fact: String,
    /// What it is.
    pub before: Value,
    /// What it would have been.
    pub after: Value,
}
