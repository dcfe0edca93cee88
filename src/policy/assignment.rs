//! A pack with another value of one parameter: what `--set share=35%` asks for.

use super::{
    Cell, Condition, Dated, LINE, NamedNumber, Overlap, Pack, Parameter, ParameterValue, Table, TableRow,
};
use crate::amount::{self, Unit};
use crate::diagnostic::{Diagnostic, Faults, Severity};
use crate::language::Text;
use crate::organisation::Days;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A parameter, or one cell of a table, and the value it is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The parameter, by name or title.
    pub parameter: String,
    /// The keys of the cell, where it is a table: words, or numbers that lie in a band.
    pub keys: Vec<String>,
    /// The value as typed.
    pub value: String,
}

impl Assignment {
    /// Reads `name=value`, `name[key]=value`, or `name[key].part=value` for one number of a cell.
    pub fn parse(written: &str) -> Option<Self> {
        // a band holds relation signs itself, so a cell ends at its last bracket
        let (target, value) = match written.rfind(']') {
            Some(end) => {
                let (part, value) = written.get(end.saturating_add(1)..)?.split_once('=')?;
                (written.get(..=end)?.to_owned() + part, value)
            }
            None => {
                let (target, value) = written.split_once('=')?;
                (target.to_owned(), value)
            }
        };
        let (name, keys) = match target.split_once('[') {
            Some((name, keys)) => {
                let end = keys.rfind(']')?;
                let (keys, part) = (keys.get(..end)?, keys.get(end.saturating_add(1)..)?);
                let keys = keys.split("][").map(|key| key.trim().to_owned());
                let part = if part.trim().is_empty() { None } else { Some(part.trim().strip_prefix('.')?) };
                (name, keys.chain(part.map(str::to_owned)).collect())
            }
            None => (target.as_str(), Vec::new()),
        };
        let (parameter, value) = (name.trim().to_owned(), value.trim().to_owned());
        let whole = !parameter.is_empty() && !value.is_empty();
        whole.then_some(Self { parameter, keys, value })
    }

    /// The same as it is typed.
    pub fn written(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| format!("[{key}]")).collect();
        format!("{}{}={}", self.parameter, keys.concat(), self.value)
    }
}

impl Pack {
    /// The same pack with another value of a parameter, wherever that is in force on some of the days; without days, as
    /// it is last in force.
    ///
    /// # Errors
    /// There is no such parameter or cell, or the value is none of its kind.
    pub fn with_value(&self, set: &Assignment, days: Option<Days>) -> Result<Self, Vec<Diagnostic>> {
        let named = |parameter: &&Arc<Parameter>| {
            let title = &parameter.title;
            [&parameter.name, &title.zh, &title.en].contains(&&set.parameter)
        };
        let Some(parameter) = self.parameters.iter().find(named) else {
            // `shares.handler` is a number of a parameter that has several
            if let Some((name, part)) = set.parameter.rsplit_once('.').filter(|_| set.keys.is_empty()) {
                let (parameter, keys) = (name.to_owned(), vec![part.to_owned()]);
                return self.with_value(&Assignment { parameter, keys, value: set.value.clone() }, days);
            }
            let name = &set.parameter;
            let message =
                Text::new(format!("没有名为 `{name}` 的参数"), format!("there is no parameter `{name}`"));
            let known = self.parameters.iter().map(|parameter| parameter.name.as_str());
            return Err(vec![Diagnostic::error("P070", message).suggest(name, known)]);
        };
        let mut changed = Parameter::clone(parameter);
        let ends: Vec<_> = parameter.values.iter().skip(1).map(|next| next.from.pred_opt()).collect();
        let mut is_set = false;
        for (position, dated) in changed.values.iter_mut().enumerate() {
            let next = ends.get(position).copied().flatten();
            let until = next.into_iter().chain(dated.until).min();
            let own = Days { from: Some(dated.from), until };
            let is_last = position.saturating_add(1) == parameter.values.len();
            if days.map_or(is_last, |days| days.overlaps(&own)) {
                dated.value = self.assigned(parameter, dated, set).map_err(|fault| vec![fault])?;
                is_set = true;
            }
        }
        if !is_set {
            let (zh, en) = (&parameter.title.zh, &parameter.title.en);
            let message = Text::new(
                format!("参数「{zh}」在该期没有施行中的取值"),
                format!("the parameter '{en}' has no value in force then"),
            );
            return Err(vec![Diagnostic::error("P071", message).at(parameter.place.clone())]);
        }
        let mut parameters = self.parameters.clone();
        for own in parameters.iter_mut().filter(|own| own.name == changed.name) {
            *own = Arc::new(changed.clone());
        }
        let faults = Faults::default();
        let pack = self.with_parameters(parameters, &set.written(), &faults);
        let errors: Vec<Diagnostic> =
            faults.into_sorted().into_iter().filter(|fault| fault.severity == Severity::Error).collect();
        if errors.is_empty() { Ok(pack) } else { Err(errors) }
    }

    fn assigned(
        &self,
        parameter: &Parameter,
        dated: &Dated,
        set: &Assignment,
    ) -> Result<ParameterValue, Diagnostic> {
        let ParameterValue::Table(table) = &dated.value else {
            if !set.keys.is_empty() {
                let message = Text::new(
                    format!("「{}」不是表", parameter.title.zh),
                    format!("'{}' is no table", parameter.title.en),
                );
                let help = Text::same(format!("--set {}={}", parameter.name, set.value));
                return Err(Diagnostic::error("P072", message).help(help));
            }
            let is_word = matches!(dated.value, ParameterValue::Word(_));
            return Ok(if is_word {
                ParameterValue::Word(set.value.clone())
            } else {
                ParameterValue::Number(number(parameter, &parameter.unit, &set.value)?)
            });
        };
        let cells: Vec<String> = table.rows.iter().flat_map(written_of).collect();
        let known = || cells.iter().map(String::as_str);
        if set.keys.is_empty() {
            let (name, title) = (&parameter.name, &parameter.title);
            let message = Text::new(
                format!("「{}」是表，须写明哪一格：{name}[…]={}", title.zh, set.value),
                format!("'{}' is a table: say which cell, as {name}[…]={}", title.en, set.value),
            );
            return Err(Diagnostic::error("P075", message).suggest("", known()));
        }
        let mut rows: Vec<TableRow> = table.rows.clone();
        // the row that counts first is the one that is meant
        let last = table.overlap == Some(Overlap::Last);
        let order: Vec<usize> =
            if last { (0..rows.len()).rev().collect() } else { (0..rows.len()).collect() };
        for place in order {
            let Some(row) = rows.get_mut(place) else { continue };
            let is_row = row.conditions.len() <= set.keys.len()
                && row.conditions.iter().zip(&set.keys).all(|(condition, key)| self.is_met(condition, key));
            let part = set.keys.get(row.conditions.len()..).unwrap_or_default();
            if !is_row {
                continue;
            }
            if let Some(cell) = self.with_part(parameter, &row.cell, (part, &set.value))? {
                row.cell = cell;
                return Ok(ParameterValue::Table(Arc::new(Table { rows, overlap: table.overlap })));
            }
        }
        let keys = set.keys.join("][");
        let message = Text::new(
            format!("表「{}」没有这一格：[{keys}]", parameter.title.zh),
            format!("the table '{}' has no cell [{keys}]", parameter.title.en),
        );
        Err(Diagnostic::error("P073", message).suggest(&keys, known()))
    }

    /// A cell with another value, or with another value of one of its numbers; none where it has no such part.
    fn with_part(
        &self,
        parameter: &Parameter,
        own: &Cell,
        (part, typed): (&[String], &str),
    ) -> Result<Option<Cell>, Diagnostic> {
        let number = |unit: &Unit| number(parameter, unit, typed);
        Ok(Some(match (own, part) {
            (Cell::Number(_) | Cell::Word(_), []) => cell(parameter, typed, matches!(own, Cell::Word(_)))?,
            (Cell::Line { to, .. }, [end]) if end == LINE[0] => {
                Cell::Line { from: number(&parameter.unit)?, to: *to }
            }
            (Cell::Line { from, .. }, [end]) if end == LINE[1] => {
                Cell::Line { from: *from, to: number(&parameter.unit)? }
            }
            (Cell::Named(numbers), [name]) => {
                let title = |named: &NamedNumber| {
                    let role = self.policy.kinds.iter().find_map(|kind| kind.role(&named.name));
                    role.is_some_and(|role| [&role.title.zh, &role.title.en].contains(&name))
                };
                let mut numbers = numbers.to_vec();
                let Some(named) = numbers.iter_mut().find(|named| named.name == *name || title(named)) else {
                    return Ok(None);
                };
                named.number = number(&named.unit)?;
                Cell::Named(Arc::from(numbers))
            }
            _ => return Ok(None),
        }))
    }

    /// Whether a key as typed names a condition: its word, the title of the word, the band itself or a number in it.
    fn is_met(&self, condition: &Condition, key: &str) -> bool {
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        if bare(&condition.written()) == bare(key) {
            return true;
        }
        match condition {
            Condition::Any => false,
            Condition::Band(band) => amount::read(key).is_some_and(|(number, _)| band.contains(number)),
            Condition::Word(id) => {
                let facts = self.policy.kinds.iter().flat_map(|kind| kind.schema.facts());
                let mut words = facts.filter_map(|fact| fact.kind.word(id));
                words.any(|word| {
                    word.title.zh == key
                        || word.title.en == key
                        || word.spellings.iter().any(|known| known == key)
                })
            }
        }
    }
}

impl Condition {
    /// The condition as a file holds it.
    pub fn written(&self) -> String {
        let side = |bound: Option<(Decimal, bool)>, with: &str, without: &str| {
            bound.map(|(number, included)| {
                format!("{} {}", if included { with } else { without }, amount::plain(number))
            })
        };
        match self {
            Self::Any => "*".to_owned(),
            Self::Word(word) => word.clone(),
            Self::Band(band) => match (band.low, band.high) {
                (Some((low, true)), Some((high, true))) if low == high => {
                    format!("= {}", amount::plain(low))
                }
                (low, high) => {
                    let sides = [side(low, ">=", ">"), side(high, "<=", "<")];
                    sides.into_iter().flatten().collect::<Vec<_>>().join(" ")
                }
            },
        }
    }
}

/// `minor`, or `major][>= 3` where there are several keys; a cell of several numbers once for each.
fn written_of(row: &TableRow) -> Vec<String> {
    let keys: Vec<String> = row.conditions.iter().map(Condition::written).collect();
    let parts: Vec<&str> = match &row.cell {
        Cell::Named(numbers) => numbers.iter().map(|named| named.name.as_str()).collect(),
        Cell::Line { .. } => LINE.to_vec(),
        Cell::Number(_) | Cell::Word(_) => return vec![keys.join("][")],
    };
    let with = |part: &str| keys.iter().map(String::as_str).chain([part]).collect::<Vec<_>>().join("][");
    parts.into_iter().map(with).collect()
}

/// A value as typed, of the kind that stands there now.
fn cell(parameter: &Parameter, typed: &str, is_word: bool) -> Result<Cell, Diagnostic> {
    if is_word {
        return Ok(Cell::Word(typed.to_owned()));
    }
    number(parameter, &parameter.unit, typed).map(Cell::Number)
}

fn number(parameter: &Parameter, unit: &Unit, typed: &str) -> Result<Decimal, Diagnostic> {
    let percent = *unit == Unit::Percent;
    match amount::read(typed) {
        Some((number, written)) if !percent || written == Some(Unit::Percent) => Ok(number),
        read => {
            let (zh, en) = (&parameter.title.zh, &parameter.title.en);
            let message = Text::new(
                format!("参数「{zh}」须为数字，而「{typed}」不是"),
                format!("the parameter '{en}' is a number; `{typed}` is none"),
            );
            let help = match read {
                Some((number, _)) => {
                    let number = amount::plain(number);
                    Text::new(
                        format!("单位为 %，须写作 {number}%"),
                        format!("its unit is %: write {number}%"),
                    )
                }
                None => Text::new("写作 12、0.5 或 35%", "write 12, 0.5 or 35%"),
            };
            Err(Diagnostic::error("P074", message).help(help))
        }
    }
}
