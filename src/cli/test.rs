//! `renze test`: a pack's own scenarios.

use super::shown::show;
use super::workspace::open_pack;
use super::{Halt, Outcome, say};
use crate::clause::Rulebook;
use crate::coverage::Coverage;
use crate::diagnostic::Faults;
use crate::language::Language;
use crate::policy::Pack;
use crate::report::{Report, Table, coverage_report, proposed_scenarios, render};
use crate::scenario::{Scenario, Scene, differences};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Test {
    /// The pack's folder.
    pack: PathBuf,
    /// Also show which rows of the decision tables no scenario reaches, each with a scenario to paste; does not change
    /// the exit code.
    #[arg(long)]
    coverage: bool,
    /// Also show how scenarios come out, card by card as `explain` does: all of them, or with `=WORDS` those whose name
    /// holds these words.
    #[arg(long, value_name = "WORDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    show: Option<String>,
}

impl Test {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let (pack, rules) = open_pack(&self.pack, language)?;
        let faults = Faults::default();
        // a pack that has no scenarios yet is just the one that wants some proposed
        let is_new = self.coverage && !pack.root.join("scenarios").exists();
        let sources = if is_new { Vec::new() } else { pack.scenarios(&faults) };
        let scenarios: Vec<Scenario> =
            sources.iter().flat_map(|source| Scenario::read_file(source, &pack, &faults)).collect();
        let mut report = Report::default();
        let (mut held, mut failed) = (0_usize, 0_usize);
        for scenario in &scenarios {
            let (assessment, found) = match scenario.assess(&pack, &rules) {
                Ok(assessed) => assessed,
                Err(wrong) => {
                    faults.extend(wrong);
                    continue;
                }
            };
            let names = [&scenario.name.zh, &scenario.name.en];
            if self.show.as_ref().is_some_and(|words| names.iter().any(|name| name.contains(words))) {
                show(scenario, &assessment, (&pack, &rules), language);
            }
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
        if faults.has_errors() {
            return Err(Halt::Faults(faults.into_sorted()));
        }
        report.line(match language {
            Language::Zh => format!("{held} 个场景通过，{failed} 个不符"),
            Language::En => format!("{held} scenarios hold, {failed} do not"),
        });
        say(&render(&report));
        if self.coverage {
            cover(&pack, &rules, scenarios, language);
        }
        Ok(if failed == 0 { Outcome::Done } else { Outcome::Faults })
    }
}

/// Shows what the scenarios reach, and writes others that reach the rest.
fn cover(pack: &Pack, rules: &Rulebook, scenarios: Vec<Scenario>, language: Language) {
    let scenes: Vec<Scene> = scenarios.into_iter().map(|scenario| scenario.scene).collect();
    let coverage = Coverage::of(pack, rules, &scenes);
    let mut report = Report::default();
    report.gap();
    report.blocks.extend(coverage_report(pack, rules, &coverage, language).blocks);
    if !coverage.proposals.is_empty() {
        report.gap();
        report.line(match language {
            Language::Zh => "可粘贴到场景文件：",
            Language::En => "To paste into a file of scenarios:",
        });
        report.gap();
    }
    say(&render(&report));
    // a scenario is one line of its file, however wide
    say(&proposed_scenarios(&coverage.proposals, language));
}
