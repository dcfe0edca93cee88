//! Earlier assessments: what cards settled at before, and the rows that clauses raised then.

use crate::amount;
use crate::calendar::Period;
use crate::diagnostic::{Diagnostic, Faults, Place, reason};
use crate::interval::Interval;
use crate::language::Text;
use crate::policy::{Policy, Rest};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;

/// What is known of one earlier period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The period.
    pub period: Period,
    /// Its cards.
    pub cards: Vec<EarlierCard>,
    /// The rows its clauses raised.
    pub raised: Vec<EarlierRow>,
    /// What the wage guard carried on, by person; nothing where the policy had no guard.
    pub carried_on: BTreeMap<String, Interval>,
}

/// A card of an earlier period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierCard {
    /// Its kind.
    pub kind: String,
    /// Its subject.
    pub subject: String,
    /// Its facts, balances and grade as data files carry them: `97`, `83..85`, `B`.
    pub figures: BTreeMap<String, String>,
}

/// A row that was raised in an earlier period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierRow {
    /// Its kind.
    pub kind: String,
    /// What identifies it.
    pub id: String,
    /// Its date.
    pub at: String,
    /// The day by which it falls into a period; its date where that is not said.
    pub counted_on: String,
    /// The kind and subject of the card it belongs to.
    pub card: (String, String),
    /// The role under which it was raised.
    pub role: String,
    /// The row that began it.
    pub root: String,
    /// Whether it certainly stands.
    pub certain: bool,
    /// Its facts as data files carry them.
    pub facts: BTreeMap<String, String>,
}

/// The version of the schema that is read.
const SCHEMA: &str = "renze.assessment/1";

/// Reads an `assessment.json` of the same policy.
pub fn read_earlier(path: &Path, policy: &str, faults: &Faults) -> Option<Earlier> {
    let place = Place::File { file: path.display().to_string() };
    let fault = |code: &'static str, zh: String, en: String| {
        faults.push(Diagnostic::error(code, Text::new(zh, en)).at(place.clone()));
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            let why = reason(&error);
            fault("F001", format!("无法读取文件：{}", why.zh), format!("cannot read the file: {}", why.en));
            return None;
        }
    };
    let document: Json = match serde_json::from_str(&text) {
        Ok(document) => document,
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let zh = format!("第 {line} 行第 {column} 个字符起不是 JSON：文件不完整或被改动过");
            fault(
                "H001",
                zh,
                format!("is no JSON from line {line}, column {column}: the file is cut off or was changed"),
            );
            return None;
        }
    };
    let word = |value: &Json, key: &str| value.get(key).and_then(Json::as_str).map(str::to_owned);
    let schema = word(&document, "schema").unwrap_or_default();
    if schema != SCHEMA {
        fault(
            "H002",
            format!("「{schema}」不是考核结果 {SCHEMA}"),
            format!("`{schema}` is not the schema of an assessment, {SCHEMA}"),
        );
        return None;
    }
    let of = document.get("policy").and_then(|own| word(own, "id")).unwrap_or_default();
    if of != policy {
        fault(
            "H003",
            format!("是办法 `{of}` 的考核结果，不是 `{policy}` 的"),
            format!("is an assessment of the policy `{of}`, not of `{policy}`"),
        );
        return None;
    }
    let written = word(&document, "period").unwrap_or_default();
    let Some(period) = Period::parse(&written) else {
        fault(
            "H004",
            format!("考核期「{written}」无法识别"),
            format!("its period `{written}` is not understood"),
        );
        return None;
    };
    let list = |key: &str| document.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let cards = list("scorecards").iter().filter_map(card).collect();
    let raised = list("raised").iter().filter_map(row).collect();
    let withholdings = list("withholdings");
    let carried_on: BTreeMap<String, Interval> = withholdings.iter().filter_map(carried).collect();
    // a sum of money that nobody can read must not be forgotten
    if carried_on.len() < withholdings.len() {
        fault(
            "H005",
            "`withholdings` 中有一项不能识别：结转金额不明，文件被改动过".to_owned(),
            "an entry of `withholdings` is not understood, and what it carried on is not known: the file was changed"
                .to_owned(),
        );
        return None;
    }
    Some(Earlier { period, cards, raised, carried_on })
}

/// What the wage guard carries goes from period to period: where a book names earlier assessments, that of the period before
/// must be among them. A book that names none is the first of its row, and carries nothing in.
pub fn check_carried(earlier: &[Earlier], assessed: &Period, policy: &Policy) -> Option<Diagnostic> {
    let guard = policy.wage_guard.as_ref().filter(|guard| guard.rest == Rest::Carry);
    let before = policy.grid().before(assessed).filter(|_| guard.is_some())?;
    let mut known =
        earlier.iter().map(|earlier| earlier.period).filter(|period| period.last < assessed.first);
    let latest = known.clone().max()?;
    if known.any(|period| period == before) {
        return None;
    }
    let (before, latest) = (before.code(), latest.code());
    let message = Text::new(
        format!("给出的上期考核到 {latest} 为止，缺 {before} 的：当时结转了多少不明"),
        format!(
            "the earlier assessments end with {latest}, that of {before} is lacking: what it carried on is not known"
        ),
    );
    let help = Text::new(
        format!("在 earlier 中加上 {before} 的 assessment.json"),
        format!("name the assessment.json of {before} under `earlier`"),
    );
    Some(Diagnostic::error("B010", message).help(help))
}

fn text(value: Option<&Json>) -> Option<String> {
    value?.as_str().map(str::to_owned)
}

fn figures(value: Option<&Json>) -> BTreeMap<String, String> {
    let entries = value.and_then(Json::as_object).into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// A settled figure: one number, or two with what lies between them.
fn bounds(settled: &Json) -> Option<String> {
    settled.as_object()?;
    let side = |key: &str| text(settled.get(key)).unwrap_or_default();
    let (low, so_far, high) = (side("low"), side("so_far"), side("high"));
    Some(if low == so_far && high == so_far { so_far } else { format!("{low}..{high}") })
}

fn card(card: &Json) -> Option<EarlierCard> {
    let key = card.get("card")?;
    let mut all = figures(card.get("facts"));
    for balance in card.get("balances").and_then(Json::as_array).into_iter().flatten() {
        all.insert(text(balance.get("account"))?, bounds(balance.get("settled")?)?);
    }
    let grades = card.get("grades_possible").and_then(Json::as_array).cloned().unwrap_or_default();
    if let [grade] = grades.as_slice() {
        all.insert("grade".to_owned(), text(Some(grade))?);
    }
    if let Some(rank) = card.get("rank").filter(|rank| rank.get("certain") == Some(&Json::Bool(true))) {
        for (name, key) in [("rank", "place"), ("peers", "peers")] {
            all.extend(rank.get(key).and_then(bounds).map(|shown| (name.to_owned(), shown)));
        }
    }
    match text(card.get("veto")).as_deref() {
        Some("stands") => drop(all.insert("vetoed".to_owned(), "true".to_owned())),
        Some("none") => drop(all.insert("vetoed".to_owned(), "false".to_owned())),
        _ => {}
    }
    Some(EarlierCard { kind: text(key.get("kind"))?, subject: text(key.get("subject"))?, figures: all })
}

/// What was carried on of one person's charges; an end that is `null` has no bound.
fn carried(withholding: &Json) -> Option<(String, Interval)> {
    let amount = withholding.get("carried_on")?;
    let number = |key: &str| amount::read(amount.get(key)?.as_str()?).map(|(number, _)| number);
    let low = number("low").filter(|low| *low >= Decimal::ZERO)?;
    let high =
        if amount.get("high")?.is_null() { None } else { Some(number("high").filter(|high| *high >= low)?) };
    Some((text(withholding.get("person"))?, Interval { low: Some(low), high }))
}

fn row(row: &Json) -> Option<EarlierRow> {
    let card = row.get("card")?;
    Some(EarlierRow {
        kind: text(row.get("kind"))?,
        id: text(row.get("id"))?,
        at: text(row.get("at"))?,
        counted_on: text(row.get("counted_on")).unwrap_or_default(),
        card: (text(card.get("kind"))?, text(card.get("subject"))?),
        role: text(row.get("role"))?,
        root: text(row.get("root"))?,
        certain: row.get("certain").and_then(Json::as_bool).unwrap_or_default(),
        facts: figures(row.get("facts")),
    })
}
