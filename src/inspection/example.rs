//! A complaint that shows a finding.

use crate::clause::Clause;
use crate::construct::construct;
use crate::decision::Step;
pub(super) use crate::report::situation_in_words as shown;
use crate::scenario::Situation;

use super::subject::{Stretch, Subject};

/// A situation in which every answer holds, where one is found.
pub(super) fn example(
    subject: &Subject<'_>,
    stretch: &Stretch,
    clauses: &[&Clause],
    wanted: &[Step],
) -> Option<Situation> {
    let kind = &clauses.first()?.kind;
    construct(subject.pack, subject.rules, kind, stretch.day(subject.pack, clauses), wanted)
}
