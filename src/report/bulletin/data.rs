//! A bulletin for programs: JSON as a whole, and each topic as a table.

use super::super::files;
use super::super::{Digests, Subject};
use crate::bulletin::{Bulletin, Cell, Heading, Part};
use crate::language::{Language, Text};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

/// The version of the schema.
const SCHEMA: &str = "renze.bulletin/1";

/// The bulletin as JSON: every figure as text, so that no reader takes it for a binary float.
pub fn bulletin_json(subject: &Subject<'_>, bulletin: &Bulletin, digests: &Digests) -> String {
    let policy = &subject.pack.policy;
    let document = json!({
        "schema": SCHEMA,
        "title": both(&subject.book.title),
        "policy": { "id": policy.id, "version": policy.version },
        "cadence": bulletin.span.cadence.key(),
        "span": bulletin.span.code(),
        "first": bulletin.span.days.first.to_string(),
        "last": bulletin.span.days.last.to_string(),
        "as_of": bulletin.until.to_string(),
        "provisional": subject.assessment.is_provisional(),
        "digests": { "book": digests.book, "pack": digests.pack, "result": digests.result },
        "topics": bulletin.parts.iter().map(topic).collect::<Vec<_>>(),
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn both(text: &Text) -> Json {
    json!({ "zh": text.zh, "en": text.en })
}

fn topic(part: &Part) -> Json {
    let headings: Vec<Json> =
        told(part).map(|(_, heading)| json!({ "key": heading.key, "title": both(&heading.title) })).collect();
    let row = |cells: &Vec<Cell>| -> Json {
        let cell = |(place, heading): (usize, &Heading)| {
            let plain = cells.get(place).map(|cell| cell.plain.as_str()).filter(|plain| !plain.is_empty());
            (heading.key.clone(), plain.map_or(Json::Null, Json::from))
        };
        told(part).map(cell).collect::<Map<String, Json>>().into()
    };
    json!({
        "title": both(&part.title),
        "note": both(&part.note),
        "columns": headings,
        "rows": part.rows.iter().map(row).collect::<Vec<_>>(),
        "remarks": part.remarks.iter().map(both).collect::<Vec<_>>(),
    })
}

/// The columns that say something, with their places.
fn told(part: &Part) -> impl Iterator<Item = (usize, &Heading)> {
    part.headings.iter().enumerate().filter(|(_, heading)| !heading.is_drawn)
}

/// A topic as a table that a reader can take over as it is: words, names and days as they are shown, numbers as numbers.
pub fn part_csv(part: &Part, language: Language) -> Vec<u8> {
    let headings = told(part).map(|(_, heading)| files::safe(heading.title.get(language)).into_owned());
    let mut rows = vec![headings.collect::<Vec<String>>()];
    rows.extend(part.rows.iter().map(|cells| {
        let told = told(part).filter_map(|(place, heading)| Some((heading, cells.get(place)?)));
        told.map(|(heading, cell)| data_cell(heading, cell, language)).collect()
    }));
    files::write(&rows)
}

/// A number as it is but for a percentage, which spreadsheets know; and a text that none takes for a formula.
fn data_cell(heading: &Heading, cell: &Cell, language: Language) -> String {
    let shown = cell.shown.get(language);
    if cell.plain.is_empty() && shown == Cell::none().shown.get(language) {
        return String::new();
    }
    match shown.strip_suffix(" %") {
        Some(percent) if percent.parse::<Decimal>().is_ok() => format!("{percent}%"),
        _ if heading.is_number && cell.plain.parse::<Decimal>().is_ok() => cell.plain.clone(),
        _ => files::safe(shown).into_owned(),
    }
}
