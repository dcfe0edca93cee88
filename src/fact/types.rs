//! The types of facts, and how a cell's text becomes a value.

use crate::amount::{self, Unit};
use crate::calendar;
use crate::diagnostic::suggestion;
use crate::fact::{Value, reason_of};
use crate::interval::Interval;
use crate::language::{Language, Text};
use chrono::FixedOffset;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A word of a domain and the spellings under which exports carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The name clauses use.
    pub id: String,
    /// The name reports use.
    pub title: Text,
    /// What cells may say for it.
    pub spellings: Vec<String>,
}

/// The type of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactType {
    /// True or false, with the words that mean either.
    Bool {
        /// What cells say for true.
        yes: Vec<String>,
        /// What cells say for false.
        no: Vec<String>,
    },
    /// One of some words.
    OneOf(Vec<Word>),
    /// A number.
    Number {
        /// What it is counted in.
        unit: Unit,
        /// The most decimal places a cell may have.
        places: Option<u32>,
        /// The least and the most it may be.
        bounds: Interval,
    },
    /// A whole number from nothing to this: one of few.
    Few {
        /// The most it may be.
        most: u32,
    },
    /// A day and time.
    Moment,
    /// Free text or an identifier.
    Text,
}

impl FactType {
    /// True or false in the words every export uses.
    pub fn plain_bool() -> Self {
        Self::Bool {
            yes: ["是", "有", "true", "yes", "1"].map(str::to_owned).to_vec(),
            no: ["否", "无", "false", "no", "0"].map(str::to_owned).to_vec(),
        }
    }

    /// A number without bounds.
    pub fn plain_number() -> Self {
        Self::counted_in(Unit::None)
    }

    /// A number of a unit, without bounds.
    pub fn counted_in(unit: Unit) -> Self {
        Self::Number { unit, places: None, bounds: Interval::UNKNOWN }
    }

    /// Every value of a type that has few, in order.
    pub fn finite(&self) -> Option<Vec<Value>> {
        match self {
            Self::Bool { .. } => Some(vec![Value::Bool(true), Value::Bool(false)]),
            Self::OneOf(words) => {
                Some(words.iter().map(|word| Value::Word(Arc::from(word.id.as_str()))).collect())
            }
            Self::Few { most } => Some((0..=*most).map(|count| Value::Number(count.into())).collect()),
            _ => None,
        }
    }

    /// The word of that id.
    pub fn word(&self, id: &str) -> Option<&Word> {
        match self {
            Self::OneOf(words) => words.iter().find(|word| word.id == id),
            _ => None,
        }
    }

    /// Every word that a cell of the type may say.
    pub fn spellings(&self) -> Vec<&str> {
        match self {
            Self::Bool { yes, no } => yes.iter().chain(no).map(String::as_str).collect(),
            Self::OneOf(words) => {
                let spellings = words.iter().flat_map(|word| word.spellings.iter().chain([&word.id]));
                spellings.map(String::as_str).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Reads a cell that is not blank.
    ///
    /// # Errors
    /// What was expected, and what might have been meant.
    pub fn read(&self, cell: &str, offset: FixedOffset) -> Result<Value, (Text, Option<Text>)> {
        let cell = cell.trim();
        match self {
            Self::Bool { yes, no } => {
                let is = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(cell));
                match (is(yes), is(no)) {
                    (true, _) => Ok(Value::Bool(true)),
                    (_, true) => Ok(Value::Bool(false)),
                    _ => {
                        let known = yes.iter().chain(no).map(String::as_str);
                        Err((Text::new("是或否", "yes or no"), suggestion(cell, known)))
                    }
                }
            }
            Self::OneOf(words) => words
                .iter()
                .find(|word| word.id == cell || word.spellings.iter().any(|known| known == cell))
                .map(|word| Value::Word(Arc::from(word.id.as_str())))
                .ok_or_else(|| {
                    let known: Vec<&str> = words
                        .iter()
                        .flat_map(|word| word.spellings.iter().map(String::as_str).chain([word.id.as_str()]))
                        .collect();
                    let first: Vec<&str> = words
                        .iter()
                        .map(|w| w.spellings.first().map_or(w.id.as_str(), String::as_str))
                        .collect();
                    let expected = Text::new(
                        format!("{}之一", first.join("、")),
                        format!("one of {}", first.join(", ")),
                    );
                    (expected, close(cell, known))
                }),
            Self::Number { unit, places, bounds } => read_number((cell, unit), *places, *bounds),
            Self::Few { most } => {
                let bounds = Interval::between(Decimal::ZERO, Decimal::from(*most));
                read_number((cell, &Unit::None), Some(0), bounds)
            }
            Self::Moment => calendar::read_moment(cell, offset).map(Value::Moment).ok_or_else(|| {
                (
                    Text::new(
                        "存在的日期或时间，如 2026-10-05 14:30",
                        "a date or time that exists, such as 2026-10-05 14:30",
                    ),
                    None,
                )
            }),
            Self::Text => Ok(Value::Text(Arc::from(cell))),
        }
    }

    /// A value as reports show it.
    pub fn show(&self, value: &Value, language: Language) -> String {
        match (value, language) {
            (Value::Any, Language::Zh) => "任意".to_owned(),
            (Value::Any, Language::En) => "any".to_owned(),
            (Value::Missing, Language::Zh) => "空缺".to_owned(),
            (Value::Missing, Language::En) => "missing".to_owned(),
            (Value::Undetermined(roots), _) => {
                let word = if language == Language::Zh { "待定" } else { "undetermined" };
                match roots.iter().find_map(|root| reason_of(root)) {
                    Some(reason) if language == Language::Zh => format!("{word}：{}", reason.zh),
                    Some(reason) => format!("{word}: {}", reason.en),
                    None => word.to_owned(),
                }
            }
            (Value::Bool(true), Language::Zh) => "是".to_owned(),
            (Value::Bool(false), Language::Zh) => "否".to_owned(),
            (Value::Bool(true), Language::En) => "yes".to_owned(),
            (Value::Bool(false), Language::En) => "no".to_owned(),
            (Value::Word(word), _) => {
                self.word(word).map_or_else(|| word.to_string(), |word| word.title.get(language).to_owned())
            }
            (Value::Number(number), _) => self.show_number(*number, language),
            (Value::Running(number), Language::Zh) => {
                format!("{}（尚在计时）", self.show_number(*number, language))
            }
            (Value::Running(number), Language::En) => {
                format!("{} so far", self.show_number(*number, language))
            }
            (Value::Between(interval), _) => {
                let side = |bound: Option<Decimal>| {
                    bound.map_or_else(|| "?".to_owned(), |bound| self.show_number(bound, language))
                };
                format!("{}–{}", side(interval.low), side(interval.high))
            }
            (Value::Moment(moment), _) => calendar::show_moment(*moment),
            (Value::Text(text), _) => text.to_string(),
        }
    }

    fn show_number(&self, number: Decimal, language: Language) -> String {
        let rounded = amount::RoundingMode::HalfUp.round(number, 4);
        match self {
            Self::Number { unit, .. } => unit.show(rounded, language),
            _ => Unit::None.show(rounded, language),
        }
    }

    /// A value as data files carry it.
    pub fn plain(value: &Value) -> String {
        match value {
            Value::Any | Value::Missing => String::new(),
            Value::Undetermined(_) => "undetermined".to_owned(),
            Value::Bool(flag) => flag.to_string(),
            Value::Word(text) | Value::Text(text) => text.to_string(),
            Value::Number(number) | Value::Running(number) => amount::plain(*number),
            Value::Between(Interval { low, high }) => format!(
                "{}..{}",
                low.map(amount::plain).unwrap_or_default(),
                high.map(amount::plain).unwrap_or_default()
            ),
            Value::Moment(moment) => moment.format("%Y-%m-%dT%H:%M:%S").to_string(),
        }
    }
}

fn close(cell: &str, known: Vec<&str>) -> Option<Text> {
    suggestion(cell, known).filter(|help| help.en.starts_with("did you mean"))
}

fn read_number(
    (cell, unit): (&str, &Unit),
    places: Option<u32>,
    bounds: Interval,
) -> Result<Value, (Text, Option<Text>)> {
    let Some(number) = amount::read_cell(cell, unit) else {
        if amount::is_too_large(cell) {
            return Err((
                Text::new("小数点前至多 15 位的数字", "a number of at most 15 digits before the point"),
                None,
            ));
        }
        return Err((Text::new("数字，如 1234.50", "a number such as 1234.50"), None));
    };
    if let Some(places) = places
        && number.normalize().scale() > places
    {
        return Err((
            Text::new(format!("至多 {places} 位小数"), format!("at most {places} decimal places")),
            None,
        ));
    }
    if !bounds.contains(number) {
        let side = |bound: Option<Decimal>| bound.map_or_else(|| "…".to_owned(), amount::plain);
        let (low, high) = (side(bounds.low), side(bounds.high));
        return Err((Text::new(format!("{low} 至 {high} 之间"), format!("between {low} and {high}")), None));
    }
    Ok(Value::Number(number))
}
