//! `renze compare`: two versions of a pack.

use super::file::write_new;
use super::workspace::{Which, Workspace, open_pack};
use super::{Halt, Outcome, complain, say};
use crate::clause::Rulebook;
use crate::comparison::{Comparison, Measured, Version};
use crate::diagnostic::{Faults, Severity};
use crate::language::{Language, Text};
use crate::organisation::Days;
use crate::policy::{Assignment, Pack};
use crate::report::{self, Compared};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The pack's folder as it is.
    before: PathBuf,
    /// The folder of the other version.
    #[arg(required_unless_present = "set", conflicts_with = "set")]
    after: Option<PathBuf>,
    /// Instead of another folder: another value of a parameter, as share=35% or base_charge[major]=2500.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Assess this book by both versions, whichever it names itself.
    #[arg(long)]
    book: Option<PathBuf>,
    /// Leave out rows of the book that cannot be read.
    #[arg(long, requires = "book")]
    set_aside: bool,
    /// Write every finding that differs into this new CSV file.
    #[arg(long, value_name = "FILE.csv", requires = "book")]
    out: Option<PathBuf>,
    /// Cut no list short.
    #[arg(long)]
    all: bool,
}

impl Compare {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let which = self.book.as_ref().map(|book| Which::of_book(book, self.set_aside));
        let book = which.as_ref().map(Which::book).transpose()?;
        let period = book.as_ref().map(|book| book.period);
        let (pack, rules) = open_pack(&self.before, language)?;
        let (other, other_rules) = match &self.after {
            Some(folder) => open_pack(folder, language)?,
            None => {
                let days = period.map(|period| Days { from: Some(period.first), until: Some(period.last) });
                self.changed(&pack, days)?
            }
        };
        let Some((which, book)) = which.as_ref().zip(book) else {
            let (before, after) = (version(&pack, &rules), version(&other, &other_rules));
            let comparison = Comparison::of(before, after, None);
            self.show((before, after), &comparison, None, language);
            return Ok(Outcome::Done);
        };
        let (one, ()) = which.assess(book.clone(), (pack, rules), |_| ())?;
        complain(&one.notes, language);
        let (two, ()) = which.assess(book, (other, other_rules), |_| ())?;
        let (before, after) = (version(&one.pack, &one.rules), version(&two.pack, &two.rules));
        let comparison = Comparison::of(before, after, period);
        let measured = Measured::of((before, &one.assessment), (after, &two.assessment));
        if let Some(file) = &self.out {
            write_new(file, &report::comparison_csv(&measured))?;
        }
        self.show((before, after), &comparison, Some((&one, &measured)), language);
        Ok(Outcome::Done)
    }

    fn show(
        &self,
        (before, after): (Version<'_>, Version<'_>),
        comparison: &Comparison,
        measured: Option<(&Workspace, &Measured)>,
        language: Language,
    ) {
        let measured =
            measured.map(|(workspace, measured)| (&workspace.book, &workspace.organisation, measured));
        let compared =
            Compared { before, after, set: &self.set, comparison, measured, language, all: self.all };
        say(&report::render(&report::comparison_report(&compared)));
    }

    /// The same pack with the values that were set: those in force on the days, else those last in force.
    fn changed(&self, pack: &Pack, days: Option<Days>) -> Result<(Pack, Rulebook), Halt> {
        let mut changed = pack.clone();
        for written in &self.set {
            let assignment = Assignment::parse(written).ok_or_else(|| {
                Halt::Usage(Text::new(
                    format!("--set {written} 应写作 参数=取值 或 表[键]=取值"),
                    format!("write --set {written} as parameter=value or table[key]=value"),
                ))
            })?;
            changed = changed.with_value(&assignment, days)?;
        }
        let faults = Faults::default();
        let rules = Rulebook::compile(&changed, &faults);
        let stopped = faults.has_errors();
        let errors = faults.into_sorted().into_iter().filter(|fault| fault.severity == Severity::Error);
        if stopped { Err(Halt::Faults(errors.collect())) } else { Ok((changed, rules)) }
    }
}

fn version<'v>(pack: &'v Pack, rules: &'v Rulebook) -> Version<'v> {
    Version { pack, rules }
}
