//! A pack with another value of one parameter: what `--set share=35%` asks for.

use super::{Cell, Condition, Dated, Pack, Parameter, ParameterValue, Table, TableRow};
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
    /// Reads `name=value` or `name[key]=value`.
    pub fn parse(written: &str) -> Option<Self> {
        // a band holds relation signs itself, so a cell ends at its last bracket
        let (target, value) = match written.rfind("]=") {
            Some(end) => (written.get(..=end)?, written.get(end.saturating_add(2)..)?),
            None => written.split_once('=')?,
        };
        let (name, keys) = match target.split_once('[') {
            Some((name, keys)) => {
                let keys = keys.strip_suffix(']')?.split("][").map(|key| key.trim().to_owned());
                (name, keys.collect())
            }
            None => (target, Vec::new()),
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
            let until = ends.get(position).copied().flatten();
            let own = Days { from: Some(dated.from), until };
            if days.map_or(until.is_none(), |days| days.overlaps(&own)) {
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
            return Ok(match cell(parameter, &set.value, is_word)? {
                Cell::Number(number) => ParameterValue::Number(number),
                Cell::Word(word) => ParameterValue::Word(word),
            });
        };
        let cells: Vec<String> = table.rows.iter().map(|row| written_of(&row.conditions)).collect();
        let known = || cells.iter().map(String::as_str);
        if set.keys.is_empty() {
            let (name, title) = (&parameter.name, &parameter.title);
            let message = Text::new(
                format!("「{}」是表，须写明哪一格：{name}[…]={}", title.zh, set.value),
                format!("'{}' is a table: say which cell, as {name}[…]={}", title.en, set.value),
            );
            return Err(Diagnostic::error("P075", message).suggest("", known()));
        }
        let found = table.rows.iter().position(|row| {
            row.conditions.len() == set.keys.len()
                && row.conditions.iter().zip(&set.keys).all(|(condition, key)| self.is_met(condition, key))
        });
        let Some(found) = found else {
            let keys = set.keys.join("][");
            let message = Text::new(
                format!("表「{}」没有这一格：[{keys}]", parameter.title.zh),
                format!("the table '{}' has no cell [{keys}]", parameter.title.en),
            );
            return Err(Diagnostic::error("P073", message).suggest(&keys, known()));
        };
        let mut rows: Vec<TableRow> = table.rows.clone();
        if let Some(row) = rows.get_mut(found) {
            row.cell = cell(parameter, &set.value, matches!(row.cell, Cell::Word(_)))?;
        }
        Ok(ParameterValue::Table(Arc::new(Table { rows })))
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

/// `minor`, or `major][>= 3` where there are several keys.
fn written_of(conditions: &[Condition]) -> String {
    conditions.iter().map(Condition::written).collect::<Vec<_>>().join("][")
}

/// A value as typed, of the kind that stands there now.
fn cell(parameter: &Parameter, typed: &str, is_word: bool) -> Result<Cell, Diagnostic> {
    if is_word {
        return Ok(Cell::Word(typed.to_owned()));
    }
    let percent = parameter.unit == Unit::Percent;
    match amount::read(typed) {
        Some((number, written)) if !percent || written == Some(Unit::Percent) => Ok(Cell::Number(number)),
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
