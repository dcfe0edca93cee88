//! What a clause decides: expressions, the questions it asks, the paths it takes and the tree they form.
//! Nothing here knows of the script language.

mod expression;
mod path;
mod question;
mod tree;

pub use expression::{Expression, Node, Operation, StepReading};
pub use path::{Deed, Effect, End, Path, Returned, Step};
pub use question::{Answer, Band, Question};
pub use tree::{Leaf, Tree};
