//! A report is data: lines and titled tables. Writers render it; none of them knows what it says.

mod annotated;
mod audit;
mod bulletin;
mod card;
mod changes;
mod clock;
mod comparison;
mod complaint;
mod condition;
mod counted;
mod coverage;
mod detail;
mod figure;
mod files;
mod findings;
mod grade;
mod history;
mod in_effect;
mod intake;
mod json;
mod ledger;
mod left_out;
mod markup;
mod page;
mod payroll;
mod payroll_file;
mod peers;
mod screen;
mod sign;
mod situation;
mod statement;
mod subject;
mod table;
mod terminal;
mod trial;
mod verification;
mod why_not;
mod withholding;
mod wording;
mod workbook;

pub use annotated::annotated;
pub use audit::Audit;
pub use bulletin::{bulletin_json, bulletin_screen, bulletin_sheet, part_csv};
pub use comparison::{Compared, comparison_csv, comparison_report};
pub use complaint::explain_complaint;
pub use condition::{conditions, number_in_words};
pub use coverage::{coverage_report, proposed_scenarios};
pub use figure::Figure;
pub use files::{scorecards_csv, set_aside_csv};
pub use findings::findings_csv;
pub use history::ledger_history;
pub use in_effect::{InEffect, adjustments_csv, payroll_adjustments};
pub use intake::intake_report;
pub use json::{SCHEMA, assessment_json};
pub use ledger::{head_line, ledger_appeals, ledger_csv, ledger_entry, ledger_log, signed, worksheet_csv};
pub use page::assessment_page;
pub use payroll_file::payroll_files;
pub use screen::first_screen;
pub use situation::situation_in_words;
pub use statement::{Person, Statements};
pub use subject::{explain_cards, explain_subject};
pub use table::{
    Grid, Part, Piece, RuleGroup, Rules, Sheet, newest_edition, policy_sheet, sheet_csv, sheet_html,
    sheet_markdown,
};
pub use terminal::{WIDTH, render};
pub use trial::trial_report;
pub use verification::{Verified, verification_report};
pub use why_not::Inquiry;
pub use withholding::withholdings_csv;
pub use wording::typed;
pub use workbook::{LIVE, workbook};

use crate::assess::{Assessment, CardKey};
use crate::calendar::Period;
use crate::clause::Rulebook;
use crate::intake::Book;
use crate::language::{Language, Text};
use crate::ledger::Head;
use crate::organisation::Organisation;
use crate::policy::Pack;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What reports are made from.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The book.
    pub book: &'a Book,
    /// The policy.
    pub pack: &'a Pack,
    /// Its clauses.
    pub rules: &'a Rulebook,
    /// The organisation.
    pub organisation: &'a Organisation,
    /// The assessment.
    pub assessment: &'a Assessment,
}

/// The fingerprints a report carries, in full.
#[derive(Clone, Debug)]
pub struct Digests {
    /// Of everything read.
    pub book: String,
    /// Of the pack.
    pub pack: String,
    /// Of the result.
    pub result: String,
    /// Where the ledger stands, where one was given.
    pub ledger: Option<Ledgered>,
}

/// Where a ledger stands, and which of its entries are about the period.
#[derive(Clone, Debug)]
pub struct Ledgered {
    /// The last entry: who has it can tell whether anything before it was changed since.
    pub head: Head,
    /// The entries that seal the period.
    pub sealed: Vec<u64>,
    /// The entries that adjust it, each with the period in which that takes effect.
    pub adjusted: Vec<(u64, String)>,
    /// The day on which the cards of each subject were sealed last.
    pub sealed_on: BTreeMap<String, NaiveDate>,
    /// What was adjusted of earlier periods and takes effect in this one.
    pub in_effect: Vec<InEffect>,
}

/// A report in one language.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Its parts, in order.
    pub blocks: Vec<Block>,
}

/// A part of a report.
#[derive(Clone, Debug)]
pub enum Block {
    /// A line of words.
    Line(String),
    /// Rows of cells that line up.
    Table(Table),
    /// An empty line.
    Gap,
}

/// Rows of cells that line up.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// How many blanks before it.
    pub indent: usize,
    /// Headings, where it has any.
    pub headings: Vec<String>,
    /// Which columns are numbers, aligned to the right.
    pub numeric: Vec<bool>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Report {
    /// Adds a line.
    pub fn line(&mut self, line: impl Into<String>) {
        self.blocks.push(Block::Line(line.into()));
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        self.blocks.push(Block::Table(table));
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.blocks.push(Block::Gap);
    }
}

impl<'a> Subject<'a> {
    /// The period a card is for.
    fn period_of(&self, key: &CardKey) -> Period {
        let assessed = self.assessment.period;
        self.pack.policy.kinds.get(key.kind).map_or(assessed, |kind| kind.period_of(&assessed))
    }

    /// The name of a kind, by its place in the judging order.
    fn kind_name(&self, position: usize) -> &'a str {
        self.pack.policy.kinds.get(position).map_or("", |kind| kind.name.as_str())
    }

    /// The title of a clause.
    pub(crate) fn clause_title(&self, clause: &str) -> Text {
        self.rules.clause(clause).map_or_else(|| Text::same(clause), |clause| clause.title.clone())
    }

    /// The provision that a clause encodes, as it is named where it stands. Nobody translates the name of a source: in English
    /// a Chinese one says that it is, and begins with the English title where the policy gives its document one.
    pub(crate) fn clause_basis(&self, clause: &str, language: Language) -> String {
        let Some(clause) = self.rules.clause(clause) else { return String::new() };
        let document = &self.pack.policy.basis;
        let titled = clause.basis.strip_prefix(&document.zh).filter(|_| document.zh != document.en);
        match (language, titled) {
            (Language::En, Some(rest)) => in_chinese(format!("{} {}", document.en, rest.trim()).trim()),
            (Language::En, None) => in_chinese(&clause.basis),
            (Language::Zh, _) => clause.basis.clone(),
        }
    }

    /// What a card is called: its name, with its code where that is another word.
    pub(crate) fn subject_name(&self, subject: &str, language: Language) -> String {
        self.organisation.name(subject).get(language).to_owned()
    }
}

/// A name in an English text, marked where it is Chinese.
fn in_chinese(name: &str) -> String {
    let is_han = |letter: char| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    if name.contains(is_han) { format!("{name} (Chinese)") } else { name.to_owned() }
}
