//! The hand-written program: the policy T8 and nothing else, in integers, on one thread.
//!
//! It is what Renze is compared with, and does the same work: it reads the same CSV, refuses what it cannot read, keeps
//! every finding, and writes the same numbers. It cannot explain any of them.

mod case;
mod clauses;
mod settle;

pub(crate) use case::{Case, Cases};
pub(crate) use clauses::evaluate;
pub(crate) use settle::HEADING;

use crate::Fault;
use case::Subjects;
use clauses::{Entry, Finding};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Reads complaints and writes a row for every subject, and a row for every finding where those are wanted.
pub(crate) fn run(complaints: &Path, subjects: &Path, findings: Option<&Path>) -> Result<(), Fault> {
    let mut cases = Cases::open(complaints)?;
    let mut found = Vec::new();
    let mut numbers: Vec<Box<[u8]>> = Vec::new();
    let mut row = 0;
    while let Some(case) = cases.next()? {
        evaluate(&case, row, &mut found);
        if findings.is_some() {
            numbers.push(cases.number().into());
        }
        row += 1;
    }
    let all = cases.into_subjects();
    settle::write_subjects(subjects, &all, &settle::settle(&all, &found))?;
    match findings {
        Some(file) => write_findings(file, &numbers, &all, &found),
        None => Ok(()),
    }
}

fn write_findings(
    file: &Path,
    numbers: &[Box<[u8]>],
    subjects: &Subjects,
    findings: &[Finding],
) -> Result<(), Fault> {
    let mut out = BufWriter::new(File::create(file)?);
    out.write_all(b"case_id,clause,subject,kind,value\n")?;
    for finding in findings {
        let number = numbers.get(usize::try_from(finding.row)?).ok_or("a finding without its case")?;
        out.write_all(number)?;
        write!(out, ",{:?},", finding.rule)?;
        out.write_all(subjects.name(finding.subject)?)?;
        match finding.entry {
            Entry::Points(taken) => writeln!(out, ",points,{}", in_hundredths(taken))?,
            Entry::Charge(taken) => writeln!(out, ",charge,{}", in_hundredths(taken))?,
            Entry::Veto => writeln!(out, ",veto,")?,
        }
    }
    Ok(out.flush()?)
}

/// `1250` as `12.50`.
fn in_hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let value = value.unsigned_abs();
    format!("{sign}{}.{:02}", value / 100, value % 100)
}
