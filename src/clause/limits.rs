//! Every limit on a clause, by name. A clause that meets one is named with its line; none of them decides a finding.

use std::time::Duration;

/// Operations of one run of one clause.
pub(super) const OPERATIONS: u64 = 20_000;
/// Operations of all runs that follow the paths of one clause.
pub(super) const OPERATIONS_OF_PATHS: u64 = 1_000_000;
/// Nested function calls.
pub(super) const CALL_DEPTH: usize = 32;
/// Nesting of expressions outside and inside functions. Never zero: unlimited nesting aborts the process.
pub(super) const EXPRESSION_DEPTH: usize = 64;
/// Characters of a text.
pub(super) const TEXT_LENGTH: usize = 4_096;
/// Elements of a list.
pub(super) const LIST_LENGTH: usize = 256;
/// Entries of a map.
pub(super) const MAP_SIZE: usize = 256;
/// Variables in scope.
pub(super) const VARIABLES: usize = 64;
/// Functions of one file.
pub(super) const FUNCTIONS: usize = 256;
/// Bytes of one clause file.
pub(super) const SOURCE_BYTES: usize = 256 * 1024;
/// Things one run of a clause does.
pub(super) const EFFECTS: usize = 256;
/// Numbers and operations that one number is worked out of. One joined to itself thirty times has a billion.
pub(super) const WORKING: usize = 1_024;
/// Numbers that one run works out of what is not known.
pub(super) const CALCULATIONS: usize = 256;
/// Paths through one clause.
pub(super) const PATHS: usize = 4_096;
/// Questions on one path.
pub(super) const STEPS: usize = 512;
/// One run of one clause takes no longer; it ends the whole assessment and decides nothing.
pub(super) const DEADLINE: Duration = Duration::from_secs(5);
/// What counts of the time between two operations: a machine that stood still is no fault of a clause.
pub(super) const PAUSE: Duration = Duration::from_millis(2);
