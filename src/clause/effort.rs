//! What following a clause has taken so far: the operations of all its runs, and the time of the last.

use super::limits;
use std::cell::Cell;
use std::time::{Duration, Instant};

thread_local! {
    /// Of the clause that this thread follows: a run never moves to another one.
    static SO_FAR: Cell<Effort> = Cell::new(Effort::none());
}

/// The operations since a clause was begun, and the time since one of its runs was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    operations: u64,
    spent: Duration,
    last: Instant,
}

/// The deadline is over.
#[derive(Debug)]
pub(super) struct Overdue;

impl Effort {
    fn none() -> Self {
        Self { operations: 0, spent: Duration::ZERO, last: Instant::now() }
    }

    /// Begins to follow a clause.
    pub(super) fn begin() {
        SO_FAR.set(Self::none());
    }

    /// Begins one more run of the same clause: its operations go on, its time starts anew.
    pub(super) fn again() {
        let effort = SO_FAR.get();
        SO_FAR.set(Self { operations: effort.operations, ..Self::none() });
    }

    /// Counts one more operation.
    pub(super) fn step() -> Result<(), Overdue> {
        let mut effort = SO_FAR.get();
        let now = Instant::now();
        let passed = now.saturating_duration_since(effort.last).min(limits::PAUSE);
        effort.operations = effort.operations.saturating_add(1);
        effort.spent = effort.spent.saturating_add(passed);
        effort.last = now;
        SO_FAR.set(effort);
        if effort.spent > limits::DEADLINE { Err(Overdue) } else { Ok(()) }
    }

    /// Whether there are more operations than all paths of a clause may need.
    pub(super) fn is_too_much() -> bool {
        SO_FAR.get().operations > limits::OPERATIONS_OF_PATHS
    }
}
