//! Findings become one row a subject: score, charge, veto and how many findings there are.

use super::case::Subjects;
use super::clauses::{Entry, Finding};
use super::in_hundredths;
use crate::Fault;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// The heading of the subject CSV, which is also what Renze's scorecards are turned into.
pub(crate) const HEADING: &str = "subject,score,charge,vetoed,n_findings";
/// What a score opens at, in hundredths.
const OPENING: i64 = 100 * 100;

/// What the findings of a subject come to.
#[derive(Clone, Copy, Default)]
pub(super) struct Total {
    points: i64,
    charge: i64,
    vetoed: bool,
    findings: u32,
}

/// The totals of all subjects, in the order in which they were named.
pub(super) fn settle(subjects: &Subjects, findings: &[Finding]) -> Vec<Total> {
    let mut totals = vec![Total::default(); subjects.names().len()];
    for finding in findings {
        let total = usize::try_from(finding.subject).ok().and_then(|place| totals.get_mut(place));
        let Some(total) = total else { continue };
        total.findings += 1;
        match finding.entry {
            Entry::Points(taken) => total.points += taken,
            Entry::Charge(taken) => total.charge += taken,
            Entry::Veto => total.vetoed = true,
        }
    }
    totals
}

/// Writes the subject CSV, sorted by subject.
pub(super) fn write_subjects(file: &Path, subjects: &Subjects, totals: &[Total]) -> Result<(), Fault> {
    let mut rows: Vec<_> = subjects.names().iter().zip(totals).collect();
    rows.sort_unstable_by_key(|(name, _)| *name);
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "{HEADING}")?;
    for (name, total) in rows {
        let score = if total.vetoed { 0 } else { (OPENING - total.points).max(0) };
        let (score, charge) = (in_hundredths(score), in_hundredths(total.charge));
        out.write_all(name)?;
        writeln!(out, ",{score},{charge},{},{}", total.vetoed, total.findings)?;
    }
    Ok(out.flush()?)
}
