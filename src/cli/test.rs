//! `renze test`: a pack's own scenarios.

use super::workspace::open_pack;
use super::{Halt, Outcome, say};
use crate::diagnostic::Faults;
use crate::language::Language;
use crate::report::{Report, Table, render};
use crate::scenario::{Scenario, differences};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Test {
    /// The pack's folder.
    pack: PathBuf,
}

impl Test {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let (pack, rules) = open_pack(&self.pack, language)?;
        let faults = Faults::default();
        let mut report = Report::default();
        let (mut held, mut failed) = (0_usize, 0_usize);
        for source in pack.scenarios(&faults) {
            for scenario in Scenario::read_file(&source, &pack, &faults) {
                let found = match scenario.outcome(&pack, &rules) {
                    Ok(found) => found,
                    Err(wrong) => {
                        faults.extend(wrong);
                        continue;
                    }
                };
                let rows = differences(&scenario.expected, &found, language);
                if rows.is_empty() {
                    held = held.saturating_add(1);
                    continue;
                }
                failed = failed.saturating_add(1);
                report.line(format!("{}  {}", scenario.place.short(language), scenario.name.get(language)));
                let headings = match language {
                    Language::Zh => ["项目", "应为", "实为"],
                    Language::En => ["what", "expected", "found"],
                };
                report.table(Table {
                    indent: 2,
                    headings: headings.map(str::to_owned).to_vec(),
                    numeric: Vec::new(),
                    rows,
                });
                report.gap();
            }
        }
        if faults.has_errors() {
            return Err(Halt::Faults(faults.into_sorted()));
        }
        report.line(match language {
            Language::Zh => format!("{held} 个场景通过，{failed} 个不符"),
            Language::En => format!("{held} scenarios hold, {failed} do not"),
        });
        say(&render(&report));
        Ok(if failed == 0 { Outcome::Done } else { Outcome::Faults })
    }
}
