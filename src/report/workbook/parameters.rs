//! The parameters in force: a line for every number and word, with the cell that formulas refer to.

use super::cell::{Finished, Page, Written, place};
use super::reference::References;
use super::style::{Form, Mark};
use crate::amount::Unit;
use crate::decision::Band;
use crate::language::Language;
use crate::policy::{Cell, Condition, LINE, ParameterValue, Table, TableRow, Term, Terms};
use crate::report::Subject;
use crate::report::wording::{key_title, word_title};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_xlsxwriter::XlsxError;
use rust_xlsxwriter::utility::{quote_sheet_name, row_col_to_cell_absolute};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The column of the values.
const VALUE: u16 = 2;

/// One number or word of a parameter, in force since a day.
struct Line {
    term: Term,
    keys: Vec<String>,
    value: Result<Decimal, String>,
    unit: Unit,
}

/// Which number of which parameter: its name, since when it is in force, the row of its table and the name in the cell.
type Key = (String, NaiveDate, usize, String);

/// Every parameter in force, and where it stands.
pub(super) struct Parameters {
    sheet: String,
    lines: Vec<Line>,
    rows: BTreeMap<Key, usize>,
}

impl Parameters {
    /// The parameters of these editions.
    pub(super) fn of(
        subject: &Subject<'_>,
        editions: &BTreeMap<usize, Arc<Terms>>,
        (sheet, language): (&str, Language),
    ) -> Self {
        let mut parameters = Self { sheet: sheet.to_owned(), lines: Vec::new(), rows: BTreeMap::new() };
        for parameter in &subject.pack.parameters {
            let mut since: BTreeMap<NaiveDate, &Term> = BTreeMap::new();
            for term in editions.values().filter_map(|terms| terms.get(&parameter.name)) {
                since.entry(term.from).or_insert(term);
            }
            for term in since.into_values() {
                parameters.add(subject, term, language);
            }
        }
        parameters
    }

    fn add(&mut self, subject: &Subject<'_>, term: &Term, language: Language) {
        let table = match &term.value {
            ParameterValue::Number(number) => {
                return self.line(term, (0, String::new()), (Vec::new(), Ok(*number)), term.unit(&[]));
            }
            ParameterValue::Word(word) => {
                let word = word_title(subject, word, language);
                return self.line(term, (0, String::new()), (Vec::new(), Err(word)), Unit::None);
            }
            ParameterValue::Table(table) => table,
        };
        self.add_bounds(subject, (term, table), language);
        for (position, row) in table.ranked().enumerate() {
            let keys: Vec<String> =
                row.conditions.iter().map(|key| condition(subject, key, language)).collect();
            let mut named = |name: &str, number: Decimal, unit: Unit| {
                let keys = [keys.clone(), vec![name.to_owned()]].concat();
                self.line(term, (position, name.to_owned()), (keys, Ok(number)), unit);
            };
            match &row.cell {
                Cell::Named(numbers) => {
                    numbers.iter().for_each(|own| named(&own.name, own.number, own.unit.clone()));
                }
                Cell::Line { from, to } => {
                    named(LINE[0], *from, term.parameter.unit.clone());
                    named(LINE[1], *to, term.parameter.unit.clone());
                }
                Cell::Number(number) => {
                    let unit = term.parameter.unit.clone();
                    self.line(term, (position, String::new()), (keys, Ok(*number)), unit);
                }
                Cell::Word(word) => {
                    let word = word_title(subject, word, language);
                    self.line(term, (position, String::new()), (keys, Err(word)), Unit::None);
                }
            }
        }
    }

    /// The numbers at which the bands of a table begin and end: each once, whichever rows meet there.
    fn add_bounds(&mut self, subject: &Subject<'_>, (term, table): (&Term, &Table), language: Language) {
        for row in table.ranked() {
            for (place, key) in row.conditions.iter().enumerate() {
                let Condition::Band(band) = key else { continue };
                let before = row.conditions.get(..place).unwrap_or_default();
                for (bound, _) in band.low.iter().chain(&band.high) {
                    let name = bound_name(before, *bound);
                    if self.rows.contains_key(&(term.parameter.name.clone(), term.from, 0, name.clone())) {
                        continue;
                    }
                    let mut keys: Vec<String> =
                        before.iter().map(|key| condition(subject, key, language)).collect();
                    keys.push(language.pick("界限", "bound").to_owned());
                    self.line(term, (0, name), (keys, Ok(*bound)), Unit::None);
                }
            }
        }
    }

    /// The cell of a bound of the bands that a row of a table says, and whether there is one.
    pub(super) fn bound(
        &self,
        (terms, name): (&Terms, &str),
        before: &[Condition],
        bound: Decimal,
    ) -> Option<String> {
        let term = terms.get(name)?;
        let key = (name.to_owned(), term.from, 0, bound_name(before, bound));
        let row = u32::try_from(*self.rows.get(&key)?).ok()?;
        Some(format!("{}!{}", quote_sheet_name(&self.sheet), row_col_to_cell_absolute(row, VALUE)))
    }

    /// The same where the keys before the number are known, and not the row.
    pub(super) fn bound_after(
        &self,
        (terms, name): (&Terms, &str),
        keys: &[String],
        bound: Decimal,
    ) -> Option<String> {
        let ParameterValue::Table(table) = &terms.get(name)?.value else { return None };
        let row = table.ranked().find(|row| {
            let says = match row.conditions.get(keys.len()) {
                Some(Condition::Band(band)) => {
                    band.low.iter().chain(&band.high).any(|(own, _)| *own == bound)
                }
                _ => false,
            };
            says && row.conditions.iter().zip(keys).all(|(own, key)| met(own, key))
        })?;
        self.bound((terms, name), row.conditions.get(..keys.len())?, bound)
    }

    fn line(
        &mut self,
        term: &Term,
        (position, name): (usize, String),
        (keys, value): (Vec<String>, Result<Decimal, String>),
        unit: Unit,
    ) {
        let key = (term.parameter.name.clone(), term.from, position, name);
        self.rows.insert(key, self.lines.len().saturating_add(1));
        self.lines.push(Line { term: term.clone(), keys, value, unit });
    }

    /// The cell of a number, by the keys that selected it.
    pub(super) fn cell(&self, terms: &Terms, name: &str, keys: &[String]) -> Option<String> {
        let term = terms.get(name)?;
        let (position, part) = match &term.value {
            ParameterValue::Table(table) => {
                let (chosen, rest) = keys.split_at_checked(term.parameter.keys.len())?;
                let meets =
                    |row: &&TableRow| row.conditions.iter().zip(chosen).all(|(own, key)| met(own, key));
                let position = table.ranked().position(|row| meets(&row))?;
                (position, rest.first().cloned().unwrap_or_default())
            }
            _ => (0, String::new()),
        };
        let row = self.rows.get(&(name.to_owned(), term.from, position, part))?;
        let cell = row_col_to_cell_absolute(u32::try_from(*row).ok()?, VALUE);
        Some(format!("{}!{cell}", quote_sheet_name(&self.sheet)))
    }

    /// The sheet.
    pub(super) fn write(&self, language: Language, references: &References) -> Result<Finished, XlsxError> {
        let mut page = Page::new(&self.sheet, language)?;
        let headings = match language {
            Language::Zh => ["参数", "适用", "取值", "单位", "自", "依据", "代码"],
            Language::En => ["parameter", "where", "value", "unit", "since", "basis", "code"],
        };
        page.headings(&headings.map(str::to_owned))?;
        for (position, line) in self.lines.iter().enumerate() {
            let row = place(position.saturating_add(1))?;
            let is_used = references.has(&self.sheet, &row_col_to_cell_absolute(row, VALUE));
            write(&mut page, row, (line, is_used), language)?;
        }
        page.finish(place(self.lines.len())?, headings.len(), headings.len())
    }
}

/// Writes a line, and whether a formula refers to it.
fn write(page: &mut Page, row: u32, (line, is_used): (&Line, bool), language: Language) -> Written {
    let parameter = &line.term.parameter;
    page.text((row, 0), parameter.title.get(language), Form::Text, Mark::None)?;
    page.text((row, 1), &line.keys.join(language.pick("、", ", ")), Form::Text, Mark::None)?;
    match &line.value {
        Ok(number) => {
            let mark = if is_used { Mark::Input } else { Mark::Read };
            page.number((row, VALUE), *number, form(&line.unit), mark)?;
        }
        Err(word) => page.text((row, VALUE), word, Form::Text, Mark::Read)?,
    }
    // the figure itself says per cent
    let unit = if line.unit == Unit::Percent { "" } else { word(&line.unit, language) };
    page.text((row, 3), unit, Form::Text, Mark::None)?;
    page.moment((row, 4), line.term.from.and_time(chrono::NaiveTime::MIN), Mark::None)?;
    page.text((row, 5), &line.term.basis, Form::Long, Mark::None)?;
    page.text((row, 6), &parameter.name, Form::Text, Mark::Helper)
}

/// What a unit is called.
pub(super) fn word(unit: &Unit, language: Language) -> &str {
    match (unit, language) {
        (Unit::Yuan, Language::Zh) => "元",
        (Unit::Points, Language::Zh) => "分",
        (Unit::Hours, Language::Zh) => "小时",
        (Unit::Minutes, Language::Zh) => "分钟",
        (Unit::Days, Language::Zh) => "天",
        (unit, _) => unit.code(),
    }
}

/// How numbers of a unit look.
pub(super) fn form(unit: &Unit) -> Form {
    match unit {
        Unit::Yuan => Form::Money,
        Unit::Percent => Form::Percent,
        _ => Form::Number,
    }
}

fn condition(subject: &Subject<'_>, key: &Condition, language: Language) -> String {
    match key {
        Condition::Any => "*".to_owned(),
        Condition::Word(word) => key_title(subject, word, language),
        Condition::Band(_) => key.written(),
    }
}

/// What tells a bound from the other numbers of a table: the conditions before it, and itself.
fn bound_name(before: &[Condition], bound: Decimal) -> String {
    let keys: Vec<String> = before.iter().map(Condition::written).collect();
    format!("| {} {}", keys.join(" "), bound.normalize())
}

/// Whether a row of a table is the one that a key led to.
fn met(condition: &Condition, key: &str) -> bool {
    match condition {
        Condition::Any => true,
        Condition::Word(word) => word == key,
        Condition::Band(band) => match Condition::parse(key) {
            Ok(Condition::Band(chosen)) => chosen.intersect(band) == chosen,
            Ok(Condition::Any) => *band == Band::ALL,
            _ => false,
        },
    }
}
