//! How a pack declares a fact: where it comes from, its type, its ordinary value.

use super::Calendars;
use super::aggregate::read_aggregate;
use super::clock::{read_clock, read_due};
use crate::amount::Unit;
use crate::calendar::{Unwritable, Written};
use crate::document::{Entry, Section};
use crate::fact::{ClockUnit, Fact, FactType, Measure, Origin, Value, Word};
use crate::interval::Interval;
use crate::language::Text;
use chrono::FixedOffset;
use rust_decimal::Decimal;

/// A fact of a kind, and whether its type was written.
pub(super) fn read_fact(
    entry: &Entry<'_>,
    kind_name: &str,
    (offset, calendars): (FixedOffset, &Calendars),
) -> Option<(Fact, bool)> {
    let section = entry.section()?;
    let name = entry.name().to_owned();
    let headings = section.texts("from");
    let origin = read_origin(&section, kind_name, &headings, calendars);
    let default = default_type(origin.as_ref());
    let kind = match section.get("type") {
        Some(written) => read_type(&written, &section),
        None if matches!(origin, Some(Origin::Column(_) | Origin::Definition(_) | Origin::Carried(_))) => {
            section.required("type");
            None
        }
        None => Some(default),
    };
    let is_typed = section.get("type").is_some();
    let (kind, mut origin) = (kind?, origin?);
    let value = |key: &str| read_value(&section, key, &kind, offset);
    let (ordinary, blank, before) = (value("ordinary"), value("missing"), value("before"));
    if let Origin::Aggregate(aggregate) = &mut origin
        && aggregate.measure == Measure::Fold
    {
        section.required("start");
        aggregate.start = value("start");
    }
    let changeable = section.get("changeable").and_then(|entry| entry.flag()).unwrap_or_default();
    if changeable && !matches!(origin, Origin::Column(_)) {
        section.fault(
            "P055",
            Text::new(
                format!("事实 `{name}` 不是从列读取的，不能标 `changeable`：请标它所依据的列"),
                format!("the fact `{name}` is not read from a column: mark the columns it follows from as `changeable`"),
            ),
        );
    }
    let fork = read_fork(&section, &kind);
    let future = read_future(&section, &kind);
    let known_at = read_known_at(&section, &origin);
    if before.is_some() {
        section.required("known_at");
    }
    let format = read_format(&section, &kind, &origin);
    let title = match section.get("title") {
        Some(title) => title.title().unwrap_or_default(),
        None => Text::new(headings.first().cloned().unwrap_or_else(|| name.clone()), name.replace('_', " ")),
    };
    section.finish();
    let fact = Fact {
        name,
        title,
        kind,
        origin,
        ordinary,
        blank,
        format,
        changeable,
        future,
        known_at,
        before,
        fork,
    };
    Some((fact, is_typed))
}

/// The type of a fact for which none is written.
fn default_type(origin: Option<&Origin>) -> FactType {
    match origin {
        Some(Origin::Clock(clock)) => {
            let is_whole = clock.unit.is_by_date() && clock.unit != ClockUnit::Weeks;
            let (unit, places) = (clock.unit.counted_in(), is_whole.then_some(0));
            FactType::Number { unit, places, bounds: Interval { low: Some(Decimal::ZERO), high: None } }
        }
        Some(Origin::Due(_)) => FactType::Moment,
        Some(Origin::Aggregate(aggregate)) if aggregate.top.is_some() => {
            FactType::Few { most: aggregate.top.unwrap_or_default() }
        }
        Some(Origin::Aggregate(aggregate)) if aggregate.measure == Measure::Count => FactType::Number {
            unit: Unit::None,
            places: Some(0),
            bounds: Interval { low: Some(Decimal::ZERO), high: None },
        },
        _ => FactType::plain_number(),
    }
}

/// Whether the clauses are to be followed for every word of a fact, however many it has.
fn read_fork(section: &Section<'_>, kind: &FactType) -> bool {
    let Some(entry) = section.get("fork") else { return false };
    let fork = entry.flag().unwrap_or_default();
    if fork && !matches!(kind, FactType::OneOf(_)) {
        let name = section.name();
        entry.fault(
            "P056",
            Text::new(
                format!("事实 `{name}` 不是若干词之一，不能标 `fork`"),
                format!("the fact `{name}` is not one of some words and cannot be marked `fork`"),
            ),
        );
    }
    fork
}

/// A value of the fact's own type that stands under a key.
fn read_value(section: &Section<'_>, key: &str, kind: &FactType, offset: FixedOffset) -> Option<Value> {
    let entry = section.get(key)?;
    let typed = entry.typed()?;
    let (expected, help) = match kind.read(&typed, offset) {
        Ok(value) => return Some(value),
        Err(why) => why,
    };
    let what = Text::new(
        format!("`{key}` 的取值「{typed}」应为{}", expected.zh),
        format!("`{key}` is `{typed}`, expected {}", expected.en),
    );
    let with_help =
        |help: Text| Text::new(format!("{};{}", what.zh, help.zh), format!("{}; {}", what.en, help.en));
    entry.fault("P051", help.map_or(what.clone(), with_help));
    None
}

/// Whether a time may lie after the assessment date.
fn read_future(section: &Section<'_>, kind: &FactType) -> bool {
    let future = section.get("future").and_then(|entry| entry.flag()).unwrap_or_default();
    if future && *kind != FactType::Moment {
        let name = section.name();
        section.fault(
            "P126",
            Text::new(
                format!("事实 `{name}` 不是时间，不能标 `future`"),
                format!("the fact `{name}` is no time and cannot be marked `future`"),
            ),
        );
    }
    future
}

/// The moment since when a column says what it says.
fn read_known_at(section: &Section<'_>, origin: &Origin) -> Option<String> {
    let entry = section.get("known_at")?;
    if !matches!(origin, Origin::Column(_)) {
        let name = section.name();
        entry.fault(
            "P131",
            Text::new(
                format!("事实 `{name}` 不是从列读取的，不能有 `known_at`：请写在它所依据的列上"),
                format!("the fact `{name}` is not read from a column: write `known_at` at the columns it follows from"),
            ),
        );
    }
    entry.text()
}

/// How a column writes its moments, where the pack says so.
fn read_format(section: &Section<'_>, kind: &FactType, origin: &Origin) -> Option<Written> {
    let entry = section.get("format")?;
    let text = entry.text()?;
    if *kind != FactType::Moment || !matches!(origin, Origin::Column(_)) {
        let name = section.name();
        entry.fault(
            "P124",
            Text::new(
                format!("事实 `{name}` 不是从列读取的时间，不能有 `format`"),
                format!("the fact `{name}` is not a time read from a column and has no `format`"),
            ),
        );
        return None;
    }
    let (zh, en) = match Written::new(&text) {
        Ok(written) => return Some(written),
        Err(Unwritable::Letter(letter)) => {
            let letter = letter.map(String::from).unwrap_or_default();
            let known: Vec<String> = Written::LETTERS.iter().map(|letter| format!("%{letter}")).collect();
            (
                format!("`format` 中的「%{letter}」不认识；可用 {}", known.join("、")),
                format!("`%{letter}` in `format` is not known; there are {}", known.join(", ")),
            )
        }
        Err(Unwritable::Twice(letter)) => {
            (format!("`format` 中「%{letter}」出现两次"), format!("`%{letter}` stands twice in `format`"))
        }
        Err(Unwritable::Incomplete) => (
            "`format` 须有 %Y、%m、%d；有时刻的，用 %H，或 %I 加 %p".to_owned(),
            "`format` needs %Y, %m and %d, and for a time of day either %H, or %I with %p".to_owned(),
        ),
    };
    entry.fault("P125", Text::new(zh, en));
    None
}

fn read_origin(
    section: &Section<'_>,
    kind_name: &str,
    headings: &[String],
    calendars: &Calendars,
) -> Option<Origin> {
    if let Some(aggregate) = read_aggregate(section, kind_name) {
        return Some(Origin::Aggregate(Box::new(aggregate)));
    }
    if let Some(by) = section.text("by") {
        return Some(Origin::Definition(by));
    }
    if let Some(carried) = section.text("carried") {
        return Some(Origin::Carried(carried));
    }
    if !headings.is_empty() {
        return Some(Origin::Column(headings.to_vec()));
    }
    if section.get("clock").is_some() {
        return read_clock(section, calendars).map(|clock| Origin::Clock(Box::new(clock)));
    }
    if section.get("after").is_some() {
        return read_due(section, calendars).map(|due| Origin::Due(Box::new(due)));
    }
    section.fault(
        "P053",
        Text::new(
            format!("事实 `{}` 须有 from、clock、after、count、sum、max、min、last、fold、apportion、carried 或 by 之一", section.name()),
            format!("the fact `{}` needs one of from, clock, after, count, sum, max, min, last, fold, apportion, carried, by", section.name()),
        ),
    );
    None
}

fn read_type(entry: &Entry<'_>, fact: &Section<'_>) -> Option<FactType> {
    if entry.is_table() {
        return read_words(&entry.section()?);
    }
    let types = ["bool", "text", "time", "number"];
    fact.offers("type", types);
    let name = entry.text()?;
    match name.as_str() {
        "bool" => Some(FactType::plain_bool()),
        "text" => Some(FactType::Text),
        "time" => Some(FactType::Moment),
        "number" => {
            let number = |key: &str| fact.get(key).and_then(|entry| entry.number()).map(|(number, _)| number);
            let places = number("places").and_then(|places| u32::try_from(places).ok());
            let bounds = Interval { low: number("least"), high: number("most") };
            let unit = fact.text("unit").map_or(Unit::None, |word| Unit::named(&word));
            Some(FactType::Number { unit, places, bounds })
        }
        other => {
            entry.unknown(Text::new("类型", "type"), other, types);
            None
        }
    }
}

fn read_words(section: &Section<'_>) -> Option<FactType> {
    let mut words = Vec::new();
    for entry in section.entries() {
        let (title, spellings) = if entry.is_table() {
            let word = entry.section()?;
            let read = (word.get("title").and_then(|title| title.title()), word.texts("from"));
            word.finish();
            read
        } else {
            (None, entry.list()?.iter().filter_map(Entry::text).collect())
        };
        let id = entry.name().to_owned();
        let title = title.unwrap_or_else(|| {
            Text::new(spellings.first().cloned().unwrap_or_else(|| id.clone()), id.replace('_', " "))
        });
        words.push(Word { id, title, spellings });
    }
    let spellings = |id: &str| {
        words.iter().find(|word| word.id == id).map(|word: &Word| {
            let mut all = word.spellings.clone();
            all.push(id.to_owned());
            all
        })
    };
    if let (Some(yes), Some(no), 2) = (spellings("true"), spellings("false"), words.len()) {
        return Some(FactType::Bool { yes, no });
    }
    let mut seen = std::collections::BTreeSet::new();
    for word in &words {
        for spelling in word.spellings.iter().collect::<std::collections::BTreeSet<_>>() {
            if !seen.insert(spelling.clone()) {
                section.fault(
                    "P054",
                    Text::new(
                        format!("「{spelling}」同时表示两个取值"),
                        format!("`{spelling}` stands for two different words"),
                    ),
                );
            }
        }
    }
    Some(FactType::OneOf(words))
}
