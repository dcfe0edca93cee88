//! From rows to scorecards: facts are worked out, clauses judge, settlement follows in its fixed order.

mod apportion;
mod assessment;
mod bearer;
mod between;
mod card_facts;
mod contradiction;
mod counted;
mod derive;
mod entry;
mod field;
mod finding;
mod history;
mod judge;
mod leads;
mod look;
mod open;
mod plain;
mod progress;
mod raise;
mod roster;
mod row;
mod scorecard;
mod settle;
mod tally;

pub use assessment::{Assessment, Inputs, Totals, Typed};
pub use bearer::{Bearers, CardKey, TypedRoles};
pub use counted::Counted;
pub use derive::derive;
pub use finding::{Deduction, Finding, Magnitude, Outcome, Suppression, Way, WayKey};
pub use history::Past;
pub use open::{Open, OpenEffect};
pub use raise::Raised;
pub use roster::Roster;
pub use row::{JudgedRow, JudgedRows};
pub use scorecard::{Balance, Bounds, Demotion, Rank, Scorecard, Veto};
pub use tally::{Sum, Tally};
