//! `--format`: what is written for people, beside the data files.

use super::folder::Folder;
use super::statements;
use crate::language::{Language, Text};
use crate::report::{self, Digests, Subject};
use clap::ValueEnum;
use std::io;

/// What is written for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// workbook.xlsx: everything for people who live in a spreadsheet, its figures as formulas.
    Xlsx,
    /// report.html: the month on one page, and everything behind it.
    Html,
    /// statements.html, statements/<code>.html and, by a Chromium, statements.pdf: what each person is told and signs for.
    Statements,
    /// payroll-people.csv and payroll-pools.csv: who is charged how much; none where the policy charges no money. With a ledger
    /// payroll-adjustments-people.csv and payroll-adjustments-pools.csv too, where it says that money of an earlier period is
    /// adjusted in this one.
    Payroll,
}

impl Format {
    /// Whether it is of no use where nobody is named.
    pub(super) fn names_people(self) -> bool {
        matches!(self, Self::Statements | Self::Payroll)
    }
}

/// Writes the wanted ones into a folder, and tells what somebody should know of them.
pub(super) fn write(
    folder: &Folder,
    wanted: &[Format],
    (subject, digests): (&Subject<'_>, &Digests),
    language: Language,
) -> io::Result<Vec<Text>> {
    let mut notes = Vec::new();
    for format in Format::value_variants().iter().filter(|format| wanted.contains(format)) {
        match format {
            Format::Xlsx => {
                let book = report::workbook(subject, digests, language).map_err(io::Error::other)?;
                folder.write("workbook.xlsx", |out| out.write_all(&book))?;
            }
            Format::Html => {
                let page = report::assessment_page(subject, digests, language);
                folder.write("report.html", |out| out.write_all(page.as_bytes()))?;
            }
            Format::Statements => notes.push(statements::write(folder, (subject, digests), language)?),
            Format::Payroll => {
                let payroll = report::payroll_files(subject);
                for (name, rows) in &payroll.files {
                    folder.write(name, |out| out.write_all(rows))?;
                }
                notes.extend(payroll.notes);
                for (name, rows, note) in report::payroll_adjustments(subject, digests) {
                    folder.write(name, |out| out.write_all(&rows))?;
                    notes.push(note);
                }
            }
        }
    }
    Ok(notes)
}
