//! `workbook.xlsx`: the whole month for people who live in a spreadsheet.
//!
//! Its figures are alive: the amount of a finding is a formula over the cells of its facts and of the parameters, what
//! counts of it one over the findings it competes with, a balance one over what counts. Whoever changes a fact sees what
//! follows. Every formula carries the engine's figure, which is what is shown where nothing calculates; what no formula
//! says enters as a value, with the reason beside it.

mod adjusted;
mod amount;
mod balance;
mod cards;
mod cell;
mod chart;
mod compared;
mod derived;
mod facts;
mod findings;
mod formula;
mod grade;
mod group;
mod guard;
mod layout;
mod names;
mod open;
mod original;
mod overview;
mod parameters;
mod payroll;
mod problems;
mod reference;
mod style;

use super::payroll::Payroll;
use super::{Digests, Subject};
use crate::assess::{CardKey, Open};
use crate::language::Language;
use crate::policy::Terms;
use amount::{Amount, Amounts, tree_of};
use cell::{Finished, Inputs};
use chrono::{Datelike as _, NaiveDate};
use facts::{FactSheets, Needed, facts_of};
use group::Counted;
use layout::Layout;
use names::Names;
use parameters::Parameters;
use reference::References;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many findings are alive at most; the others are values. A balance is alive where all findings are within this.
pub const LIVE: usize = 20_000;

/// Everything the sheets are made from.
struct Plan<'s> {
    subject: &'s Subject<'s>,
    digests: &'s Digests,
    language: Language,
    names: &'s Names,
    parameters: &'s Parameters,
    facts: &'s FactSheets<'s>,
    amounts: Vec<Amount>,
    counted: Vec<Counted>,
    /// The position of every card.
    cards: BTreeMap<CardKey, usize>,
    /// The sheets of cards, by the place of their kind.
    layouts: BTreeMap<usize, Layout>,
    payroll: Payroll,
}

/// The workbook as bytes, the same for the same assessment.
///
/// # Errors
/// A part of it does not fit into a workbook.
pub fn workbook(subject: &Subject<'_>, digests: &Digests, language: Language) -> Result<Vec<u8>, XlsxError> {
    let names = Names::of(subject, language);
    let editions = editions(subject);
    let parameters = Parameters::of(subject, &editions, (&names.parameters, language));
    let facts = FactSheets::of((subject, language), &names.facts, &editions, needed(subject))?;
    let amounts = amounts(subject, &facts, &parameters);
    let counted = group::counted(subject, &parameters, &amounts);
    let cards = subject.assessment.scorecards.iter().enumerate();
    let plan = Plan {
        subject,
        digests,
        language,
        names: &names,
        parameters: &parameters,
        facts: &facts,
        amounts,
        counted,
        cards: cards.map(|(place, card)| (card.key.clone(), place)).collect(),
        layouts: layout::layouts(subject, &names)?,
        payroll: Payroll::of(subject),
    };
    plan.book()
}

/// The sheets written so far, with what their formulas refer to and what may be changed on them.
struct Sheets {
    book: Workbook,
    references: References,
    inputs: Vec<(String, Inputs)>,
}

impl Sheets {
    fn push(&mut self, finished: Finished) {
        let Finished { name, sheet, inputs, references } = finished;
        self.book.push_worksheet(sheet);
        self.references.join(references);
        self.inputs.push((name, inputs));
    }
}

impl Plan<'_> {
    fn book(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&properties(self.subject.assessment.as_of)?);
        let mut sheets = Sheets { book, references: References::default(), inputs: Vec::new() };
        sheets.push(self.overview()?);
        for (position, layout) in &self.layouts {
            sheets.push(self.card_sheet(*position, layout)?);
        }
        self.compared_sheet()?.into_iter().for_each(|sheet| sheets.push(sheet));
        for sheet in self.payroll_sheets()?.into_iter().chain(self.finding_sheets()?) {
            sheets.push(sheet);
        }
        self.adjusted_sheet()?.into_iter().for_each(|sheet| sheets.push(sheet));
        for sheet in self.facts.write(self.parameters, &sheets.references)? {
            sheets.push(sheet);
        }
        // everything that refers to a parameter is written by now
        sheets.push(self.parameters.write(self.language, &sheets.references)?);
        sheets.push(self.open_sheet()?);
        sheets.push(self.problem_sheet()?);
        let originals = self.original_sheet(&sheets.inputs)?;
        sheets.push(originals);
        sheets.book.save_to_buffer()
    }

    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.language.pick(zh, en)
    }

    /// Headings in the language of the workbook.
    fn headings<const N: usize>(&self, headings: [(&str, &str); N]) -> Vec<String> {
        headings.map(|(zh, en)| self.pick(zh, en).to_owned()).to_vec()
    }

    /// Whether balances are worked out from the findings in the workbook.
    fn is_live(&self) -> bool {
        self.subject.assessment.count() <= LIVE
    }
}

/// When it was made is when it is as of: nothing tells the hour at which somebody ran the program.
fn properties(as_of: NaiveDate) -> Result<DocProperties, XlsxError> {
    let year = u16::try_from(as_of.year()).unwrap_or(2000);
    let [month, day] = [as_of.month(), as_of.day()].map(|part| u8::try_from(part).unwrap_or(1));
    Ok(DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(year, month, day)?))
}

/// The parameters that anything was judged by.
fn editions(subject: &Subject<'_>) -> BTreeMap<usize, Arc<Terms>> {
    let period = subject.assessment.period;
    let ends = [period.first, period.last].map(|day| subject.pack.terms(day));
    let mut editions: BTreeMap<usize, Arc<Terms>> = BTreeMap::new();
    for terms in ends.iter().chain(subject.assessment.findings().filter_map(|finding| finding.terms())) {
        if let Some(edition) = terms.edition {
            editions.entry(edition).or_insert_with(|| Arc::clone(terms));
        }
    }
    editions
}

/// The facts and rows that the formulas of findings are about.
fn needed(subject: &Subject<'_>) -> BTreeMap<usize, Needed> {
    let mut needed: BTreeMap<usize, Needed> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut room = LIVE;
    for finding in subject.assessment.findings().filter(|finding| finding.grade().is_none()) {
        let Some((tree, terms)) = tree_of(subject, &finding) else { continue };
        let Some(less) = room.checked_sub(1) else { break };
        room = less;
        let of_kind = needed.entry(finding.kind()).or_default();
        // a row stands there too where its figure is a value
        of_kind.rows.insert(finding.row());
        if seen.insert((finding.clause(), terms.edition)) {
            facts_of(tree, |_| true, &mut of_kind.facts);
        }
    }
    for open in subject.assessment.open.iter().take(LIVE) {
        add_open(subject, open, needed.entry(open.kind).or_default());
    }
    needed
}

/// What is open stands there too, with the facts that it is open by.
fn add_open(subject: &Subject<'_>, open: &Open, needed: &mut Needed) {
    let Some(kind) = subject.pack.policy.kinds.get(open.kind) else { return };
    needed.rows.insert(open.row);
    let terms = subject.assessment.rows.get(&open.kind).and_then(|rows| rows.terms(open.row));
    let clause = subject.rules.clause(&open.clause).zip(terms);
    if let Some(tree) = clause.and_then(|(clause, terms)| subject.rules.tree(clause, terms)) {
        facts_of(tree, |_| true, &mut needed.facts);
    }
    for name in open.lacking.iter().filter(|name| kind.schema.get(name).is_some()) {
        needed.facts.insert(name.clone());
        needed.lacking.insert((open.row, name.clone()));
    }
}

fn amounts(subject: &Subject<'_>, facts: &FactSheets<'_>, parameters: &Parameters) -> Vec<Amount> {
    let amounts = Amounts { subject, facts, parameters };
    let mut room = LIVE;
    let of = |finding| {
        let amount = amounts.of(&finding, room > 0);
        if finding.grade().is_none() && tree_of(subject, &finding).is_some() {
            room = room.saturating_sub(1);
        }
        amount
    };
    subject.assessment.findings().map(of).collect()
}
