//! Renze (认责) turns complaint outcomes into accountability: who answers for what, under which clause,
//! for how many points and how much money, and why.

pub mod amount;
pub mod assess;
pub mod bulletin;
pub mod calendar;
pub mod clause;
pub mod cli;
pub mod closing;
pub mod comparison;
pub mod construct;
pub mod counterfactual;
pub mod coverage;
pub mod decision;
pub mod diagnostic;
pub mod document;
pub mod fact;
pub mod fingerprint;
pub mod inspection;
pub mod intake;
pub mod interval;
pub mod language;
pub mod ledger;
pub mod mask;
pub mod ordered;
pub mod organisation;
pub mod policy;
pub mod report;
pub mod scenario;
pub mod verification;
