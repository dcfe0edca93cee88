//! From rows to scorecards: facts are worked out, clauses judge, settlement follows in its fixed order.

mod assessment;
mod bearer;
mod derive;
mod entry;
mod finding;
mod judge;
mod open;
mod plain;
mod progress;
mod roster;
mod row;
mod scorecard;
mod settle;
mod tally;

pub use assessment::{Assessment, Inputs, Totals};
pub use bearer::{Bearers, CardKey};
pub use derive::derive;
pub use finding::{Deduction, Finding, Magnitude, Outcome, Suppression, Way, WayKey};
pub use open::{Open, OpenEffect};
pub use roster::Roster;
pub use row::{JudgedRow, JudgedRows};
pub use scorecard::{Balance, Bounds, Scorecard, Veto};
pub use tally::{Sum, Tally};
