//! `renze table`: a policy on paper. Every clause as a decision table, with the definitions, parameters and readings
//! behind it: what a committee reads and signs. A sheet is data; the writers of its formats know nothing of policies.

mod aggregate;
mod clauses;
mod clock;
mod csv;
mod definitions;
mod formula;
mod frame;
mod html;
mod markdown;
mod parameters;
mod population;
mod settlement;
mod words;

pub use self::csv::sheet_csv;
pub use html::sheet_html;
pub use markdown::sheet_markdown;

use crate::clause::{Clause, Rulebook};
use crate::language::Language;
use crate::policy::{Pack, Terms};
use chrono::NaiveDate;
use std::sync::Arc;

/// A policy on paper, in one language.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The language it is in.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// What identifies it: label and value.
    pub head: Vec<(String, String)>,
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

/// A part with its heading.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// 2 for a chapter, 3 for a section of one.
    pub level: usize,
    /// The heading.
    pub title: String,
    /// What other parts refer to it by; empty where none does.
    pub anchor: String,
    /// What stands under the heading in small print: the provision it follows.
    pub note: String,
    /// What it holds.
    pub pieces: Vec<Piece>,
}

/// Something on the sheet.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A paragraph.
    Words(String),
    /// A paragraph that must not be overlooked.
    Notice(String),
    /// Several points.
    List(Vec<String>),
    /// Other parts that explain words used here: what introduces them, then title and anchor of each.
    Uses(String, Vec<(String, String)>),
    /// A decision table.
    Rules(Rules),
    /// Any other table.
    Grid(Grid),
}

/// A decision table in words.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The headings of the conditions.
    pub conditions: Vec<String>,
    /// The headings of the results.
    pub results: Vec<String>,
    /// Which results are numbers, aligned to the right.
    pub numeric: Vec<bool>,
    /// Its rows, grouped by result.
    pub groups: Vec<RuleGroup>,
}

/// Rows with one result.
#[derive(Clone, Debug, Default)]
pub struct RuleGroup {
    /// The conditions of each row, any of which leads to the result; none where it holds for everything else.
    pub rows: Vec<Vec<String>>,
    /// What is said in place of conditions: "otherwise" or "always".
    pub instead: Option<String>,
    /// The result: cells line by line.
    pub effects: Vec<Vec<String>>,
    /// What is said in place of a result that has no cells.
    pub plain: Option<String>,
}

/// A plain table. A cell of several values has them line by line.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The headings.
    pub headings: Vec<String>,
    /// Which columns are numbers, aligned to the right; those beyond are not.
    pub numeric: Vec<bool>,
    /// Whether it is to be filled in by hand.
    pub by_hand: bool,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// What a sheet is made from.
pub(super) struct Maker<'m> {
    language: Language,
    pack: &'m Pack,
    rules: &'m Rulebook,
    terms: Arc<Terms>,
    day: NaiveDate,
    /// One clause alone; else all.
    only: Option<&'m Clause>,
}

impl Maker<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.language.pick(zh, en)
    }

    /// Several things, one after the other.
    fn listed(&self, things: &[String]) -> String {
        things.join(self.pick("、", ", "))
    }
}

/// The day on which the newest edition of a pack is in force: its last change of a parameter or clause.
pub fn newest_edition(pack: &Pack, rules: &Rulebook) -> NaiveDate {
    let values = pack.parameters.iter().flat_map(|parameter| &parameter.values).map(|dated| dated.from);
    let clauses = rules.clauses().iter().filter_map(|clause| clause.days.from);
    values.chain(clauses).chain([pack.policy.from]).max().unwrap_or(pack.policy.from)
}

/// The sheet of a pack as it is in force on a day: of all clauses, or of one.
pub fn policy_sheet(
    pack: &Pack,
    rules: &Rulebook,
    only: Option<&Clause>,
    day: NaiveDate,
    language: Language,
) -> Sheet {
    Maker { language, pack, rules, terms: pack.terms(day), day, only }.sheet()
}
