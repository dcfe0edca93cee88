//! `renze intake`: how a file is understood, before anything is assessed.

use super::file::write_new;
use super::workspace::open_pack;
use super::{Halt, Outcome, say};
use crate::calendar::read_day;
use crate::diagnostic::{Diagnostic, Faults};
use crate::intake::{likely_table, overview, read_organisation};
use crate::language::{Language, Text};
use crate::organisation::Organisation;
use crate::policy::Pack;
use crate::report::{annotated, intake_report, render};
use chrono::NaiveDate;
use clap::Args;
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Intake {
    /// A file of a table: .xlsx or .csv.
    file: PathBuf,
    /// The pack's folder.
    #[arg(long)]
    pack: PathBuf,
    /// The table it is of; by default the one of which it has most headings.
    #[arg(long)]
    table: Option<String>,
    /// The sheet of a workbook; by default the only one to be seen that has the headings.
    #[arg(long)]
    sheet: Option<String>,
    /// A folder with organisation.csv and posts.csv; without one, any name is one that is known.
    #[arg(long)]
    organisation: Option<PathBuf>,
    /// The assessment date, as 2026-11-03; without one, no time lies in the future.
    #[arg(long)]
    as_of: Option<String>,
    /// Give the sheet back as this new .xlsx, with a note on every cell that something is wrong with.
    #[arg(long)]
    annotate: Option<PathBuf>,
}

impl Intake {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let as_of = match &self.as_of {
            None => NaiveDate::MAX,
            Some(day) => read_day(day).ok_or_else(|| {
                Halt::Usage(Text::new(
                    format!("--as-of {day} 应写作 2026-11-03"),
                    format!("write --as-of {day} as 2026-11-03"),
                ))
            })?,
        };
        let (pack, _) = open_pack(&self.pack, language)?;
        let table = self.table(&pack)?;
        let organisation = self.organisation()?;
        let sheet = self.sheet.as_deref();
        let against = (&*pack.policy, &organisation);
        let (found, rows) = overview(&self.file, against, (&table, sheet), as_of)?;
        if let Some(target) = &self.annotate {
            let bytes = annotated(&found, &rows, language).map_err(|error| {
                let message = Text::new("该表放不进一个工作簿", "the sheet does not fit into a workbook");
                Halt::Internal(Text::new(
                    format!("{}：{error}", message.zh),
                    format!("{}: {error}", message.en),
                ))
            })?;
            write_new(target, &bytes)?;
        }
        say(&render(&intake_report(&found, &pack.policy, language)));
        Ok(if found.has_defects() { Outcome::Faults } else { Outcome::Done })
    }

    fn table(&self, pack: &Pack) -> Result<String, Halt> {
        let known: BTreeSet<&str> = pack.policy.kinds.iter().filter_map(|kind| kind.table()).collect();
        match &self.table {
            Some(table) if known.contains(table.as_str()) => Ok(table.clone()),
            Some(table) => {
                let message =
                    Text::new(format!("办法没有表 `{table}`"), format!("the policy has no table `{table}`"));
                Err(vec![Diagnostic::error("B005", message).suggest(table, known)].into())
            }
            None => likely_table(&self.file, &pack.policy, self.sheet.as_deref()).ok_or_else(|| {
                let message = Text::new("办法不读取任何表", "the policy reads no table");
                vec![Diagnostic::error("B005", message)].into()
            }),
        }
    }

    fn organisation(&self) -> Result<Organisation, Halt> {
        let Some(folder) = &self.organisation else { return Ok(Organisation::default()) };
        let faults = Faults::default();
        let read = read_organisation(&folder.join("organisation.csv"), &folder.join("posts.csv"), &faults);
        match read {
            Some(organisation) if !faults.has_errors() => Ok(organisation),
            _ => Err(faults.into_sorted().into()),
        }
    }
}
