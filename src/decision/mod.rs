//! What a clause decides: expressions, the questions it asks, the paths it takes and the tree they form.
//! Nothing here knows of the script language.

mod band;
mod column;
mod compare;
mod evaluate;
mod expression;
mod knowledge;
mod order;
mod path;
mod question;
mod reason;
mod said;
mod share;
mod table;
mod tree;

pub use band::Band;
pub use column::{Case, Column, Topic};
pub use compare::{Divergence, divergences};
pub use evaluate::Evaluator;
pub use expression::{Expression, Node, Operation, StepReading};
pub use knowledge::{Grain, Knowledge};
pub use path::{Deed, Effect, End, Grading, Path, Returned, Step};
pub use question::{Answer, Question};
pub use reason::{Reason, ReasonPart};
pub use share::Share;
pub use table::{DecisionRow, DecisionTable};
pub use tree::{Branch, Tree};
