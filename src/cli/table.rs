//! `renze table`: the clauses of a pack as decision tables, for people to read and sign.

use super::workspace::open_pack;
use super::{Halt, Outcome, say};
use crate::calendar::read_day;
use crate::clause::Rulebook;
use crate::diagnostic::Diagnostic;
use crate::language::{Language, Text};
use crate::report;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Table {
    /// The pack's folder.
    pack: PathBuf,
    /// One clause, by its name or title; all of them without.
    clause: Option<String>,
    /// Markdown, a page to print and sign, or rows for a spreadsheet.
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
    /// The day whose clauses and parameters are shown, as 2026-10-01; by default that of the newest edition.
    #[arg(long)]
    on: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Md,
    Html,
    Csv,
}

impl Table {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let (pack, rules) = open_pack(&self.pack, language)?;
        let day = match &self.on {
            None => report::newest_edition(&pack, &rules),
            Some(day) => read_day(day).ok_or_else(|| {
                Halt::Usage(Text::new(
                    format!("--on {day} 应写作 2026-10-01"),
                    format!("write --on {day} as 2026-10-01"),
                ))
            })?,
        };
        let wanted = self.clause.as_deref();
        let clause = match wanted {
            None => None,
            Some(wanted) => Some(named(&rules, wanted).ok_or_else(|| unknown(&rules, wanted))?),
        };
        if let Some(clause) = clause.filter(|clause| !clause.days.contains(day)) {
            let title = &clause.title;
            let message = Text::new(
                format!("「{}」在 {day} 未施行", title.zh),
                format!("`{}` is not in force on {day}", title.en),
            );
            let help = Text::new("用 --on 另选一天", "choose another day with --on");
            return Err(vec![Diagnostic::error("T001", message).at(rules.place(clause)).help(help)].into());
        }
        let sheet = report::policy_sheet(&pack, &rules, clause, day, language);
        match self.format {
            Format::Md => say(&report::sheet_markdown(&sheet)),
            Format::Html => say(&report::sheet_html(&sheet)),
            Format::Csv => say(&String::from_utf8_lossy(&report::sheet_csv(&sheet))),
        }
        Ok(Outcome::Done)
    }
}

fn named<'r>(rules: &'r Rulebook, wanted: &str) -> Option<&'r crate::clause::Clause> {
    let is = |clause: &&crate::clause::Clause| clause.title.zh == wanted || clause.title.en == wanted;
    rules.clause(wanted).or_else(|| rules.clauses().iter().find(is))
}

fn unknown(rules: &Rulebook, wanted: &str) -> Halt {
    let message = Text::new(format!("没有规则「{wanted}」"), format!("there is no clause `{wanted}`"));
    let known =
        rules.clauses().iter().flat_map(|clause| [clause.name.as_str(), &clause.title.zh, &clause.title.en]);
    Halt::Faults(vec![Diagnostic::error("T002", message).suggest(wanted, known)])
}
