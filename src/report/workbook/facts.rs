//! The facts that formulas refer to: a sheet for every kind of row, a row for every record that something was found in.
//! What stood in the table may be changed there, and what a clause or a plain clock makes of it follows.

use super::cell::{Finished, Page, Written, date, holds, place};
use super::derived::Derived;
use super::parameters::{Parameters, form};
use super::reference::{References, at_home};
use super::style::{Form, Mark};
use crate::amount;
use crate::assess::JudgedRows;
use crate::decision::{Deed, Effect, End, Returned, Tree};
use crate::fact::{Fact, FactType, Facts as _, Origin, Value};
use crate::language::Language;
use crate::policy::{Kind, Terms};
use crate::report::Subject;
use rust_xlsxwriter::utility::{quote_sheet_name, row_col_to_cell_absolute};
use rust_xlsxwriter::{DataValidation, XlsxError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Columns before the first fact: the identifier and the date.
const BEFORE: usize = 2;

/// The facts of the rows of one kind.
struct FactSheet {
    name: String,
    /// The facts, in the order of the pack.
    facts: Vec<String>,
    columns: BTreeMap<String, u16>,
    /// The row of the sheet for a judged row.
    rows: BTreeMap<usize, u32>,
    lacking: BTreeSet<(usize, String)>,
}

/// The formulas of one sheet, by their cells, and the cells that any formula refers to.
struct Links<'l> {
    sheet: &'l str,
    formulas: BTreeMap<(u32, u16), String>,
    at_home: BTreeSet<String>,
    references: &'l References,
}

impl Links<'_> {
    /// Whether anything follows from a cell.
    fn has(&self, (row, column): (u32, u16)) -> bool {
        let cell = row_col_to_cell_absolute(row, column);
        self.at_home.contains(&cell) || self.references.has(self.sheet, &cell)
    }
}

/// Where every fact stands.
pub(super) struct FactSheets<'s> {
    pub(super) subject: &'s Subject<'s>,
    pub(super) language: Language,
    sheets: BTreeMap<usize, FactSheet>,
}

/// What is needed of the facts of one kind.
#[derive(Default)]
pub(super) struct Needed {
    /// The facts that formulas of findings name.
    pub(super) facts: BTreeSet<String>,
    /// The judged rows.
    pub(super) rows: BTreeSet<usize>,
    /// The facts of rows by which something is open.
    pub(super) lacking: BTreeSet<(usize, String)>,
}

impl<'s> FactSheets<'s> {
    /// Sheets of the facts needed, with all that those are worked out from.
    pub(super) fn of(
        (subject, language): (&'s Subject<'s>, Language),
        names: &BTreeMap<usize, String>,
        editions: &BTreeMap<usize, Arc<Terms>>,
        needed: BTreeMap<usize, Needed>,
    ) -> Result<Self, XlsxError> {
        let mut sheets = BTreeMap::new();
        for (position, mut needed) in needed {
            let Some(kind) = subject.pack.policy.kinds.get(position) else { continue };
            close(subject, kind, editions, &mut needed.facts);
            let facts: Vec<String> =
                kind.schema.names().filter(|name| needed.facts.contains(*name)).map(str::to_owned).collect();
            let mut columns = BTreeMap::new();
            for (column, name) in facts.iter().enumerate() {
                columns.insert(name.clone(), place(column.saturating_add(BEFORE))?);
            }
            let mut rows = BTreeMap::new();
            for (number, row) in needed.rows.into_iter().enumerate() {
                rows.insert(row, place(number.saturating_add(1))?);
            }
            let name = names.get(&position).cloned().unwrap_or_default();
            sheets.insert(position, FactSheet { name, facts, columns, rows, lacking: needed.lacking });
        }
        Ok(Self { subject, language, sheets })
    }

    /// Whether something of a row is open by a fact.
    pub(super) fn is_lacking(&self, (kind, row): (usize, usize), name: &str) -> bool {
        self.sheets.get(&kind).is_some_and(|sheet| sheet.lacking.contains(&(row, name.to_owned())))
    }

    fn rows(&self, kind: usize) -> Option<&'s JudgedRows> {
        self.subject.assessment.rows.get(&kind)
    }

    fn fact_of(&self, kind: usize, name: &str) -> Option<&'s Fact> {
        self.subject.pack.policy.kinds.get(kind)?.schema.get(name)
    }

    /// The cell of a fact of a row; none where it has none, or the cell cannot hold it.
    pub(super) fn cell(&self, (kind, row): (usize, usize), name: &str, at_home: bool) -> Option<String> {
        let sheet = self.sheets.get(&kind)?;
        let (line, column) = (sheet.rows.get(&row)?, sheet.columns.get(name)?);
        let holds = match self.rows(kind)?.facts().row(row).value(name) {
            Value::Moment(moment) => date(moment).is_some(),
            Value::Text(text) => holds(&text),
            _ => true,
        };
        let cell = row_col_to_cell_absolute(*line, *column);
        let home = if at_home { String::new() } else { format!("{}!", quote_sheet_name(&sheet.name)) };
        holds.then(|| format!("{home}{cell}"))
    }

    /// Whether a fact is free text.
    pub(super) fn is_text(&self, kind: usize, name: &str) -> bool {
        self.fact_of(kind, name).is_some_and(|fact| fact.kind == FactType::Text)
    }

    /// How many values a fact has, where it has few.
    pub(super) fn answers(&self, kind: usize, name: &str) -> usize {
        self.fact_of(kind, name).and_then(|fact| fact.kind.finite()).map_or(0, |all| all.len())
    }

    /// What a cell says for a value that is a word; none where two words of the fact would read alike.
    pub(super) fn word(&self, kind: usize, name: &str, value: &Value) -> Option<String> {
        let fact = self.fact_of(kind, name)?;
        match (value, &fact.kind) {
            (Value::Word(id), FactType::OneOf(words)) => {
                let title = |word: &crate::fact::Word| word.title.get(self.language).to_owned();
                let differ = |said: &dyn Fn(&crate::fact::Word) -> String| {
                    let all: BTreeSet<String> = words.iter().map(|word| said(word).to_lowercase()).collect();
                    all.len() == words.len() && !all.contains("")
                };
                let word = fact.kind.word(id)?;
                match (differ(&title), differ(&|word| word.id.clone())) {
                    (true, _) => Some(title(word)),
                    (false, true) => Some(word.id.clone()),
                    (false, false) => None,
                }
            }
            (Value::Bool(_) | Value::Text(_), _) => Some(fact.kind.show(value, self.language)),
            _ => None,
        }
    }

    /// The sheets, in judging order.
    pub(super) fn write(
        &self,
        parameters: &Parameters,
        references: &References,
    ) -> Result<Vec<Finished>, XlsxError> {
        let written = |(position, sheet): (&usize, &FactSheet)| {
            self.write_sheet(*position, sheet, (parameters, references))
        };
        self.sheets.iter().map(written).collect()
    }

    fn write_sheet(
        &self,
        position: usize,
        sheet: &FactSheet,
        (parameters, references): (&Parameters, &References),
    ) -> Result<Finished, XlsxError> {
        let mut page = Page::new(&sheet.name, self.language)?;
        let kinds = &self.subject.pack.policy.kinds;
        let (Some(kind), Some(rows)) = (kinds.get(position), self.rows(position)) else {
            return page.finish_plain();
        };
        let own = [self.language.pick("编号", "id"), self.language.pick("日期", "date")].map(str::to_owned);
        let titles = sheet.facts.iter().map(|name| kind.schema.title(name).get(self.language).to_owned());
        let headings: Vec<String> = own.into_iter().chain(titles).collect();
        page.headings(&headings)?;
        for (name, column) in &sheet.columns {
            let Some(fact) = kind.schema.get(name) else { continue };
            page.note((0, *column), self.origin(fact))?;
        }
        let links = self.links(position, sheet, (parameters, references));
        for (row, line) in &sheet.rows {
            page.text((*line, 0), rows.id(*row), Form::Text, Mark::None)?;
            page.moment((*line, 1), rows.at(*row), Mark::None)?;
            let Some(terms) = rows.terms(*row) else { continue };
            let derived = Derived { facts: self, parameters, kind, row: (position, *row), terms };
            for (name, column) in &sheet.columns {
                let Some(fact) = kind.schema.get(name) else { continue };
                self.write_fact(&mut page, (*line, *column), fact, (&derived, &links))?;
                if self.is_lacking((position, *row), name) {
                    page.note((*line, *column), self.lacking())?;
                }
            }
        }
        self.choices(&mut page, kind, sheet)?;
        page.finish(place(sheet.rows.len())?, headings.len(), headings.len())
    }

    /// The formulas of a sheet, and what they refer to.
    fn links<'l>(
        &self,
        position: usize,
        sheet: &'l FactSheet,
        (parameters, references): (&Parameters, &'l References),
    ) -> Links<'l> {
        let (formulas, own) = (BTreeMap::new(), BTreeSet::new());
        let mut links = Links { sheet: &sheet.name, formulas, at_home: own, references };
        let kinds = &self.subject.pack.policy.kinds;
        let Some((kind, rows)) = kinds.get(position).zip(self.rows(position)) else { return links };
        for (row, line) in &sheet.rows {
            let Some(terms) = rows.terms(*row) else { continue };
            let derived = Derived { facts: self, parameters, kind, row: (position, *row), terms };
            for (name, column) in &sheet.columns {
                let fact = kind.schema.get(name);
                let formula = fact.and_then(|fact| derived.formula(fact, &derived.value(name)));
                if let Some(formula) = formula {
                    links.at_home.extend(at_home(&formula).map(str::to_owned));
                    links.formulas.insert((*line, *column), formula);
                }
            }
        }
        links
    }

    fn lacking(&self) -> &'static str {
        self.language.pick(
            "缺此事实，认定待定；补齐后须重新考核",
            "this fact is lacking, which leaves something open: note it and assess anew",
        )
    }

    fn write_fact(
        &self,
        page: &mut Page,
        at: (u32, u16),
        fact: &Fact,
        (derived, links): (&Derived<'_>, &Links<'_>),
    ) -> Written {
        let kind = derived.row.0;
        let value = derived.value(&fact.name);
        let word = self.word(kind, &fact.name, &value);
        if let Some(formula) = links.formulas.get(&at) {
            let (result, form) = match &value {
                Value::Number(number) => (amount::plain(*number), form_of(fact)),
                _ => (word.unwrap_or_default(), Form::Word),
            };
            return page.formula(at, formula, &result, form);
        }
        let is_read = matches!(fact.origin, Origin::Column(_));
        let is_unknown = matches!(value, Value::Missing | Value::Any);
        let mark = match links.has(at) {
            _ if is_unknown && self.is_lacking(derived.row, &fact.name) => Mark::Lacking,
            true if is_read => Mark::Input,
            false if is_read => Mark::Read,
            _ => Mark::None,
        };
        match &value {
            Value::Number(number) => page.number(at, *number, form_of(fact), mark),
            Value::Running(number) => {
                page.number(at, *number, form_of(fact), mark)?;
                page.note(
                    at,
                    self.language.pick("尚在计时，计至截止日", "still running, up to the day as of"),
                )
            }
            Value::Moment(moment) => page.moment(at, *moment, mark),
            Value::Missing | Value::Any => page.text(at, "", Form::Text, mark),
            Value::Text(text) => page.text(at, text, Form::Text, mark),
            value => {
                let shown = word.unwrap_or_else(|| fact.kind.show(value, self.language));
                page.text(at, &shown, Form::Text, mark)
            }
        }
    }

    /// Where a fact comes from, and whether it may be changed here.
    fn origin(&self, fact: &Fact) -> &'static str {
        match &fact.origin {
            Origin::Column(_) => self.language.pick(
                "读自表格；浅黄的可改，用到它的金额随之重算；未着色的没有公式用到",
                "as read; light yellow cells may be changed, and the amounts that use them follow; no formula uses the others",
            ),
            Origin::Aggregate(_) => self.language.pick(
                "由多行统计而来，以数值列入，不随其他行变化",
                "made of several rows: a value, which does not follow other rows",
            ),
            Origin::Clock(clock) if clock.unit.is_worked() || !clock.pauses.is_empty() => self.language.pick(
                "按工作时间或有停计的计时，以数值列入",
                "a clock of working time, or one that stands still: a value",
            ),
            Origin::Clock(_) => self.language.pick(
                "由两个时间算得；尚在计时的为数值",
                "worked out from two moments; a value while it is running",
            ),
            Origin::Due(_) => self.language.pick("到期时间，以数值列入", "a due moment: a value"),
            Origin::Definition(_) => self.language.pick(
                "按规则由同行事实判得；公式写不出的为数值",
                "decided by a rule from facts of the same row; a value where no formula says it",
            ),
            Origin::Carried(_) => {
                self.language.pick("取自触发它的那一行", "as in the row that raised this one")
            }
        }
    }

    /// The words that a cell may say, to choose from.
    fn choices(&self, page: &mut Page, kind: &Kind, sheet: &FactSheet) -> Written {
        let position = self.subject.pack.policy.kind(&kind.name).map_or(0, |(position, _)| position);
        let last = place(sheet.rows.len())?;
        for (name, column) in &sheet.columns {
            let Some(fact) = kind.schema.get(name).filter(|fact| matches!(fact.origin, Origin::Column(_)))
            else {
                continue;
            };
            let values = fact.kind.finite().unwrap_or_default();
            let words: Vec<String> =
                values.iter().filter_map(|value| self.word(position, name, value)).collect();
            // a list that is too long for a cell's rule is none; a word with a comma would be two
            let fits = !words.is_empty() && !words.iter().any(|word| word.contains([',', '"']));
            if let Some(rule) =
                fits.then(|| DataValidation::new().allow_list_strings(&words)).and_then(Result::ok)
            {
                page.sheet().add_data_validation(1, *column, last, *column, &rule)?;
            }
        }
        Ok(())
    }
}

fn form_of(fact: &Fact) -> Form {
    match &fact.kind {
        // time that was measured has no end of places
        FactType::Number { .. } if matches!(fact.origin, Origin::Clock(_)) => Form::Decimal,
        FactType::Number { unit, .. } => form(unit),
        _ => Form::Number,
    }
}

/// Adds all that facts are worked out from in their own row.
fn close(
    subject: &Subject<'_>,
    kind: &Kind,
    editions: &BTreeMap<usize, Arc<Terms>>,
    facts: &mut BTreeSet<String>,
) {
    let mut left: Vec<String> = facts.iter().cloned().collect();
    while let Some(name) = left.pop() {
        let Some(fact) = kind.schema.get(&name) else { continue };
        let mut inputs: BTreeSet<String> = BTreeSet::new();
        match &fact.origin {
            Origin::Clock(clock) => inputs.extend(clock.inputs().map(str::to_owned)),
            Origin::Definition(by) => {
                let Some(definition) = subject.rules.definition(&kind.name, by) else { continue };
                for tree in editions.values().filter_map(|terms| subject.rules.tree(definition, terms)) {
                    facts_of(tree, |_| true, &mut inputs);
                }
            }
            _ => {}
        }
        left.extend(inputs.into_iter().filter(|input| facts.insert(input.clone())));
    }
}

/// The facts that a tree asks about, and those of the workings of some of its effects.
pub(super) fn facts_of(tree: &Tree, of: impl Fn(&Effect) -> bool, facts: &mut BTreeSet<String>) {
    for path in tree.paths() {
        facts.extend(path.steps.iter().flat_map(|step| step.question.facts()));
        for effect in path.effects.iter().filter(|effect| of(effect)) {
            if let Deed::Enter { amount, .. } = &effect.deed {
                facts.extend(super::guard::used([&**amount]));
            }
        }
        if let End::Returned(Returned::Number(number)) = &path.end {
            facts.extend(super::guard::used([&**number]));
        }
    }
}
