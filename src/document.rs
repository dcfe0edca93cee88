//! A TOML file read key by key, with the place of everything: all its faults are found at once.

mod source;

pub use source::{Source, read_at_most};

use crate::amount::{self, Unit};
use crate::calendar;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::language::Text;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Stands for a name that the author chose.
const ANY: &str = "*";

/// One table of a TOML file.
pub struct Section<'d> {
    source: &'d Source,
    name: String,
    /// The way of keys that leads to it, `*` for a name that the author chose.
    form: String,
    span: Range<usize>,
    table: &'d DeTable<'d>,
    asked: RefCell<BTreeSet<String>>,
    faults: &'d Faults,
}

/// One value of a TOML file.
#[derive(Clone)]
pub struct Entry<'d> {
    source: &'d Source,
    name: String,
    form: String,
    span: Range<usize>,
    value: &'d DeValue<'d>,
    faults: &'d Faults,
}

impl<'d> Section<'d> {
    /// The key this table stands under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the table stands.
    pub fn place(&self) -> Place {
        self.source.place(self.span.clone())
    }

    /// Reports a fault of the whole table.
    pub fn fault(&self, code: &'static str, message: Text) {
        self.faults.push(Diagnostic::error(code, message).at(self.place()));
    }

    /// The keys in the order of the file.
    pub fn keys(&self) -> Vec<String> {
        self.table.iter().map(|(key, _)| key.get_ref().to_string()).collect()
    }

    /// The value under a key, where there is one.
    pub fn get(&self, key: &str) -> Option<Entry<'d>> {
        self.find(key, key)
    }

    /// The value under a name that the author chose: of a kind, a fact, a person.
    pub fn named(&self, name: &str) -> Option<Entry<'d>> {
        self.find(name, ANY)
    }

    fn find(&self, key: &str, shown: &str) -> Option<Entry<'d>> {
        self.asked.borrow_mut().insert(key.to_owned());
        let found = self.table.iter().find(|(name, _)| name.get_ref() == key);
        let entry =
            found.map(|(_, value)| Entry::of((self.source, self.faults), (key, &self.form(shown)), value));
        let written = entry.as_ref().and_then(|entry| self.source.text.get(entry.span.clone()));
        self.faults.asked(|| self.form(shown), |key| key.values.extend(written.map(str::to_owned)));
        entry
    }

    /// The way of keys that leads to what stands under a key.
    fn form(&self, key: &str) -> String {
        let between = if self.form.contains(' ') { '.' } else { ' ' };
        format!("{}{between}{key}", self.form)
    }

    /// Says which words a key may have, whichever it has.
    pub fn offers<'n>(&self, key: &str, words: impl IntoIterator<Item = &'n str>) {
        let words = words.into_iter().map(str::to_owned);
        self.faults.asked(|| self.form(key), |key| key.choices.extend(words));
    }

    /// The value under a key that must be there.
    pub fn required(&self, key: &str) -> Option<Entry<'d>> {
        self.needed(key, key)
    }

    /// The value under a name that the author chose, which must be there.
    pub fn required_named(&self, name: &str) -> Option<Entry<'d>> {
        self.needed(name, ANY)
    }

    fn needed(&self, key: &str, shown: &str) -> Option<Entry<'d>> {
        let entry = self.find(key, shown);
        self.faults.asked(|| self.form(shown), |key| key.required = true);
        if entry.is_none() {
            let place = if self.name.is_empty() { String::new() } else { format!("[{}] ", self.name) };
            self.fault("F003", Text::new(format!("{place}缺少 `{key}`"), format!("{place}lacks `{key}`")));
        }
        entry
    }

    /// The text under a key.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    /// The text under a key that must be there.
    pub fn required_text(&self, key: &str) -> Option<String> {
        self.required(key)?.text()
    }

    /// The table under a key.
    pub fn section(&self, key: &str) -> Option<Section<'d>> {
        self.get(key)?.section()
    }

    /// The list under a key, empty where there is none.
    pub fn list(&self, key: &str) -> Vec<Entry<'d>> {
        self.get(key).and_then(|entry| entry.list()).unwrap_or_default()
    }

    /// The texts listed under a key.
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.list(key).iter().filter_map(Entry::text).collect()
    }

    /// A title: one text for both languages, or `{ zh = "…", en = "…" }`; the key's own name where there is none.
    pub fn title(&self, key: &str) -> Text {
        self.get(key).and_then(|entry| entry.title()).unwrap_or_else(|| Text::same(self.name.clone()))
    }

    /// Every entry, for tables whose keys are the author's own names.
    pub fn entries(&self) -> Vec<Entry<'d>> {
        self.entries_beside(&[])
    }

    /// Every entry but those of some keys, for tables of which only the other keys are the author's own names.
    pub fn entries_beside(&self, keys: &[&str]) -> Vec<Entry<'d>> {
        let names = self.keys().into_iter().filter(|name| !keys.contains(&name.as_str()));
        names.filter_map(|name| self.named(&name)).collect()
    }

    /// Reports every key that was never asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter() {
            if !asked.contains(key.get_ref().as_ref()) {
                let name = key.get_ref();
                self.faults.push(
                    Diagnostic::error(
                        "F004",
                        Text::new(format!("不认识的键 `{name}`"), format!("unknown key `{name}`")),
                    )
                    .at(self.source.place(key.span()))
                    .suggest(name, asked.iter().map(String::as_str)),
                );
            }
        }
    }
}

impl<'d> Entry<'d> {
    fn of(
        (source, faults): (&'d Source, &'d Faults),
        (name, form): (&str, &str),
        value: &'d Spanned<DeValue<'d>>,
    ) -> Self {
        let (name, form) = (name.to_owned(), form.to_owned());
        Self { source, name, form, span: value.span(), value: value.get_ref(), faults }
    }

    /// The key it stands under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        self.source.place(self.span.clone())
    }

    /// Reports a fault of this value.
    pub fn fault(&self, code: &'static str, message: Text) {
        self.faults.push(Diagnostic::error(code, message).at(self.place()));
    }

    /// Reports that this name is none of the known ones.
    pub fn unknown<'n>(&self, what: Text, word: &str, known: impl IntoIterator<Item = &'n str>) {
        self.faults.push(
            Diagnostic::error(
                "F005",
                Text::new(format!("不认识的{}「{word}」", what.zh), format!("unknown {} `{word}`", what.en)),
            )
            .at(self.place())
            .suggest(word, known),
        );
    }

    fn expected<T>(&self, zh: &str, en: &str) -> Option<T> {
        self.fault(
            "F006",
            Text::new(format!("`{}` 应为{zh}", self.name), format!("`{}` must be {en}", self.name)),
        );
        None
    }

    /// Its text, where it is one.
    pub fn text(&self) -> Option<String> {
        match self.value {
            DeValue::String(text) => Some(text.to_string()),
            _ => self.expected("引号内的文字", "text in quotes"),
        }
    }

    /// Whether it is a text, without complaining where it is not.
    pub fn is_text(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    /// Whether it is a table, without complaining where it is not.
    pub fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// Its day, where it is one: `2026-07-01`, with or without quotes.
    pub fn day(&self) -> Option<NaiveDate> {
        let written = match self.value {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => return self.expected("日期，如 2026-07-01", "a date such as 2026-07-01"),
        };
        calendar::read_day(&written)
            .or_else(|| self.expected("存在的日期，如 2026-07-01", "a date that exists, such as 2026-07-01"))
    }

    /// Its number: a whole one, or any decimal in quotes. A fraction without quotes would pass through a binary float.
    pub fn number(&self) -> Option<(Decimal, Option<Unit>)> {
        match self.value {
            DeValue::Integer(digits) if amount::is_too_large(digits.as_str()) => {
                self.expected("小数点前至多 15 位的数字", "a number of at most 15 digits before the point")
            }
            DeValue::Integer(digits) => amount::read(digits.as_str())
                .or_else(|| self.expected("普通的十进制整数", "a plain decimal integer")),
            DeValue::Float(digits) => {
                self.faults.push(
                    Diagnostic::error(
                        "F007",
                        Text::new(
                            format!("小数 {} 须加引号", digits.as_str()),
                            format!("the fraction {} must stand in quotes", digits.as_str()),
                        ),
                    )
                    .at(self.place())
                    .help(Text::new(
                        format!("写作 \"{}\",以免经过二进制浮点数", digits.as_str()),
                        format!(
                            "write \"{}\", so that it never passes through a binary float",
                            digits.as_str()
                        ),
                    )),
                );
                None
            }
            DeValue::String(text) if amount::is_too_large(text) => {
                self.expected("小数点前至多 15 位的数字", "a number of at most 15 digits before the point")
            }
            DeValue::String(text) => amount::read(text).or_else(|| {
                self.expected(
                    "数字，如 \"12\"、\"0.5\"、\"30%\"",
                    "a number such as \"12\", \"0.5\" or \"30%\"",
                )
            }),
            _ => self.expected("数字", "a number"),
        }
    }

    /// A value as a person would type it into a cell: text, whole number, flag or date.
    pub fn typed(&self) -> Option<String> {
        match self.value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Boolean(flag) => Some(flag.to_string()),
            DeValue::Datetime(date) => Some(date.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) => self.number().map(|(number, _)| amount::plain(number)),
            _ => self.expected("单个值", "a single value"),
        }
    }

    /// Whether it is true, where it is a flag.
    pub fn flag(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.expected("true 或 false（不加引号）", "true or false, without quotes"),
        }
    }

    /// Its elements, where it is a list.
    pub fn list(&self) -> Option<Vec<Entry<'d>>> {
        match self.value {
            DeValue::Array(array) => Some(
                array
                    .iter()
                    .map(|value| Entry::of((self.source, self.faults), (&self.name, &self.form), value))
                    .collect(),
            ),
            _ => self.expected("方括号列表", "a list in brackets"),
        }
    }

    /// Its table, where it is one.
    pub fn section(&self) -> Option<Section<'d>> {
        match self.value {
            DeValue::Table(table) => Some(Section {
                source: self.source,
                name: self.name.clone(),
                form: self.form.clone(),
                span: self.span.clone(),
                table,
                asked: RefCell::default(),
                faults: self.faults,
            }),
            _ => self.expected("表", "a table"),
        }
    }

    /// Its title.
    pub fn title(&self) -> Option<Text> {
        match self.value {
            DeValue::String(text) => Some(Text::same(text.to_string())),
            _ => {
                let mut section = self.section()?;
                // a title is written alike wherever it stands
                "title".clone_into(&mut section.form);
                let (zh, en) = (section.text("zh"), section.text("en"));
                section.finish();
                let zh_or_en = zh.clone().or_else(|| en.clone());
                Some(Text::new(zh_or_en.clone()?, en.or(zh_or_en)?))
            }
        }
    }
}
