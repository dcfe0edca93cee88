//! A policy pack: a folder of declarations, dated numbers and clauses.

mod account;
mod aggregate;
mod assignment;
mod calendar;
mod clock;
mod fact;
mod group;
mod kind;
mod lasts;
mod lookback;
mod manifest;
mod pack;
mod parameter;
mod period;
mod reading;
mod role;
mod table;
mod unended;
mod unsaid;

pub use account::Account;
pub use assignment::Assignment;
use calendar::Calendars;
pub use group::{Group, Limit, Scope};
pub use kind::{Consistency, Grade, Inconsistent, Kind, Rows, Screen, Style, VetoRule};
pub use lasts::{Lasts, Length};
pub use manifest::Policy;
pub use pack::Pack;
pub use parameter::{Cell, Condition, Dated, Parameter, ParameterValue, Table, TableRow, Term, Terms};
use period::Periods;
pub use reading::Reading;
pub use role::{Holder, Role, Several, Vacant};
pub use table::{Listed, Pick, TableShape, Wide};
pub use unended::Unended;
pub use unsaid::Unsaid;
