//! The script host: sandbox, facts, terms and verbs; the only place that knows of the script language.
//!
//! One host serves three answerers over the same face. *Recorded*: facts come from a row and every number carries
//! its working. *Enumerated*: the row is blank, every question forks, and the paths are the clause's tree.
//! *Bare*: plain decimals and words, nothing recorded; the oracle for the other two.

mod answer;
mod bare;
mod brackets;
mod discretion;
mod effort;
mod facts;
mod fold;
mod function;
#[cfg(test)]
mod function_table;
mod inspect;
mod library;
mod limits;
mod messages;
#[cfg(test)]
mod operator_table;
mod operators;
mod order;
mod raise;
mod ranges;
mod reachable;
mod reasons;
mod record;
mod rulebook;
mod run;
mod sandbox;
mod scope;
mod split;
mod switch;
mod terms;
mod trace;
mod values;
mod verbs;
mod watch;

pub use answer::Taken;
pub use bare::AnsweredBy;
pub use discretion::is_choice;
pub use function::{COMMENT_LINES, Clause, Touch};
pub use library::NAMES as FUNCTIONS;
pub use record::Record;
pub use rulebook::Rulebook;
pub use run::Stop;
pub use trace::Trees;
pub use verbs::VERBS;
pub use watch::{Asked, Mentions, Spot, VerbCall, Watched};
