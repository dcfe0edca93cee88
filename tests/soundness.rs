//! Clauses written to fool the tracer: each is traced right, run row by row with the reason said, or refused by name.
//! Never wrong.
//!
//! A line of a table is a clause, what must become of it, and what it comes to, said by hand over a row without gaps.
//! The bench tries every combination of values of the facts it names, numbers around all limits, and gaps, and holds the
//! recorded run, the bare run, the tree and the tree over columns against what is said here, not only against each other.
//! A gap must come to exactly what the ways of filling it come to. Every operator on every pair of types is held
//! against a rule of its own beside the operators themselves; this table is about clauses.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "an overflow or a wrong index fails the test that made it"
)]

mod bench;
mod lists;
mod names;
mod numbers;
mod outcome;
mod questions;
mod row_by_row;
mod tables;
mod words;
