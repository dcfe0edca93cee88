//! Gaps and overlaps of tables that are looked up by a number, at the grain of the number.

use super::grades;
use super::learned::{Learned, grain};
use super::row::{idle_rows, ungraded};
use super::subject::{Function, Subject};
use crate::amount::{self, Unit};
use crate::decision::{Band, Expression, Node, Question};
use crate::diagnostic::Diagnostic;
use crate::fact::FactType;
use crate::language::{Language, Text};
use crate::policy::{Condition, Kind, Overlap, Parameter, ParameterValue, Table, TableRow};
use crate::report::number_in_words;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One table as one number is looked up in it.
pub(super) struct Lookup {
    pub(super) parameter: Arc<Parameter>,
    pub(super) from: NaiveDate,
    /// Which of several rows counts, where the table says so.
    pub(super) overlap: Option<Overlap>,
    /// The rows that are left for the words and bands chosen.
    pub(super) rows: Vec<TableRow>,
    /// The position of the number among the keys.
    pub(super) place: usize,
    /// The keys chosen before.
    pub(super) keys: Vec<String>,
    pub(super) bands: Vec<Band>,
    /// Whether a number outside all bands is looked for.
    pub(super) may_have_gaps: bool,
    /// The decimal places of the number.
    pub(super) places: Option<u32>,
    pub(super) unit: Unit,
    /// Where the number can lie, on one path or another.
    pub(super) ranges: Vec<Band>,
    /// What is looked up, and by whom.
    pub(super) by: Text,
    /// What follows where there is no row.
    pub(super) follows: Text,
}

pub(super) fn inspect(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut lookups: Vec<Lookup> = Vec::new();
    for function in &subject.functions {
        of_paths(subject, function, &mut lookups);
    }
    for kind in &subject.pack.policy.kinds {
        if let Some(grade) = &kind.grade {
            grades::look_up(subject, kind, grade, &mut lookups);
        }
    }
    let mut found: Vec<Diagnostic> =
        lookups.iter().flat_map(|lookup| [lookup.gaps(), lookup.overlaps()]).flatten().collect();
    let looked_up: BTreeSet<&str> = lookups.iter().map(|lookup| lookup.parameter.name.as_str()).collect();
    for parameter in &subject.pack.parameters {
        for dated in &parameter.values {
            let ParameterValue::Table(table) = &dated.value else { continue };
            found.extend(idle_rows(subject, parameter, dated.from, table));
            if !looked_up.contains(parameter.name.as_str()) {
                let lookup = by_itself(parameter, dated.from, table);
                found.extend(lookup.iter().flat_map(|lookup| [lookup.gaps(), lookup.overlaps()]).flatten());
            }
        }
    }
    found.extend(ungraded(subject));
    found
}

/// The lookups on the paths of a function.
fn of_paths(subject: &Subject<'_>, function: &Function<'_>, lookups: &mut Vec<Lookup>) {
    for (stretch, path) in subject.paths(function) {
        let mut learned = Learned::nothing(function.kind);
        for step in &path.steps {
            if let Question::Band { table, keys, input, bands } = &step.question
                && let Some(term) = stretch.terms.get(table)
                && let ParameterValue::Table(rows) = &term.value
            {
                let said = number_in_words(function.kind, &stretch.terms, input);
                let name = Subject::name(function.clause);
                let by = Text::new(
                    format!("{}按「{}」查此表", name.zh, said.zh),
                    format!("{} looks it up by '{}'", name.en, said.en),
                );
                let follows = Text::new("落在空档的不能判定", "what falls in the gap is undetermined");
                let lookup = Lookup {
                    parameter: Arc::clone(&term.parameter),
                    from: term.from,
                    overlap: rows.overlap,
                    rows: rows.rows.iter().filter(|row| is_left(row, keys)).cloned().collect(),
                    place: keys.len(),
                    keys: keys.clone(),
                    bands: bands.clone(),
                    may_have_gaps: true,
                    places: grain(function.kind, input).or_else(|| said_places(&term.parameter, keys.len())),
                    unit: unit_of(function.kind, input),
                    ranges: vec![learned.range(input)],
                    by,
                    follows,
                };
                add(lookups, lookup);
            }
            learned.learn(step);
        }
    }
}

/// Takes a lookup in; the same one on several paths is one, with a range from each.
pub(super) fn add(lookups: &mut Vec<Lookup>, lookup: Lookup) {
    let same = |known: &&mut Lookup| {
        known.parameter.name == lookup.parameter.name
            && (known.from, &known.keys, &known.bands, known.places, &known.by)
                == (lookup.from, &lookup.keys, &lookup.bands, lookup.places, &lookup.by)
    };
    match lookups.iter_mut().find(same) {
        Some(known) => {
            for range in lookup.ranges {
                if !known.ranges.contains(&range) {
                    known.ranges.push(range);
                }
            }
        }
        None => lookups.push(lookup),
    }
}

/// The decimal places that a table says a key of it has.
fn said_places(parameter: &Parameter, key: usize) -> Option<u32> {
    parameter.places.get(parameter.keys.get(key)?).copied()
}

/// A table that no tree looks up, by each of its keys: between its lowest and its highest number. Whether something
/// lies in no row can be said of one key alone.
fn by_itself(parameter: &Arc<Parameter>, from: NaiveDate, table: &Arc<Table>) -> Vec<Lookup> {
    let lookup = |depth: usize| {
        let bands = bands_of(table, depth);
        let ends = || bands.iter().flat_map(|band| [band.low, band.high]).flatten().map(|(number, _)| number);
        ends().next()?;
        let whole =
            Band { low: ends().min().map(|low| (low, true)), high: ends().max().map(|high| (high, false)) };
        let whole =
            if bands.iter().any(|band| band.low.is_none()) { Band { low: None, ..whole } } else { whole };
        Some(Lookup {
            parameter: Arc::clone(parameter),
            from,
            overlap: table.overlap,
            rows: table.rows.clone(),
            place: depth,
            keys: Vec::new(),
            bands,
            may_have_gaps: parameter.keys.len() == 1,
            places: said_places(parameter, depth),
            unit: Unit::None,
            ranges: vec![whole],
            by: Text::new("此表按数字查找", "it is looked up by a number"),
            follows: Text::new("落在空档的不能判定", "what falls in the gap is undetermined"),
        })
    };
    (0..parameter.keys.len()).filter_map(lookup).collect()
}

fn bands_of(table: &Table, key: usize) -> Vec<Band> {
    let mut bands = Vec::new();
    for row in &table.rows {
        let band = match row.conditions.get(key) {
            Some(Condition::Band(band)) => band.clone(),
            Some(Condition::Any) => Band::ALL,
            _ => continue,
        };
        if !bands.contains(&band) {
            bands.push(band);
        }
    }
    bands
}

/// Whether a row is left after some keys were chosen.
fn is_left(row: &TableRow, keys: &[String]) -> bool {
    row.conditions.iter().zip(keys).all(|(condition, key)| match (condition, Condition::parse(key)) {
        (Condition::Any, _) | (_, Ok(Condition::Any)) => true,
        (Condition::Band(own), Ok(Condition::Band(chosen))) => !own.intersect(&chosen).is_empty(),
        (condition, Ok(chosen)) => *condition == chosen,
        (_, Err(_)) => false,
    })
}

/// Whether two conditions on one key hold at once, and neither is for everything else.
fn meet(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Band(one), Condition::Band(other)) => !one.intersect(other).is_empty(),
        (one, other) => one == other,
    }
}

impl Lookup {
    fn gaps(&self) -> Option<Diagnostic> {
        if !self.may_have_gaps {
            return None;
        }
        let mut gaps: Vec<Band> = Vec::new();
        for gap in self.ranges.iter().flat_map(|range| range.outside(&self.bands, self.places)) {
            let within = |a: &Band, b: &Band| a.intersect(b) == *a;
            if !gaps.iter().any(|known| within(&gap, known)) {
                gaps.retain(|known| !within(known, &gap));
                gaps.push(gap);
            }
        }
        gaps.sort_by_key(|gap| gap.low.map(|(low, included)| (low, !included)));
        if gaps.is_empty() {
            return None;
        }
        let (title, said) = (self.title(), self.all(&gaps, true));
        let message = Text::new(
            format!("表{}没有这些数字的行：{}", title.zh, said.zh),
            format!("the table {} has no row for {}", title.en, said.en),
        );
        let help = Text::new(
            format!("{}；{}：补上一行，或把邻行的界限接上，或以 \"*\" 收尾", self.by.zh, self.follows.zh),
            format!(
                "{}; {}: add a row, let its neighbours meet, or end with a row for \"*\"",
                self.by.en, self.follows.en
            ),
        );
        Some(Diagnostic::warning("I010", message).at(self.parameter.place.clone()).help(help))
    }

    fn overlaps(&self) -> Option<Diagnostic> {
        let mut shared: Vec<Band> = self.shared();
        shared.sort_by_key(|band| band.low.map(|(low, included)| (low, !included)));
        if shared.is_empty() || self.overlap.is_some() {
            return None;
        }
        let (title, said) = (self.title(), self.all(&shared, false));
        let message = Text::new(
            format!("表{}有两行都含 {}", title.zh, said.zh),
            format!("{} lies in two rows of the table {}", said.en, title.en),
        );
        let help = Text::new(
            format!(
                "{}：请让界限只属于一行，或写明 overlap = \"first\"（取先列的）、\"last\"（取后列的）",
                self.by.zh
            ),
            format!(
                "{}: let each bound belong to one row, or say overlap = \"first\" or \"last\" for which row counts",
                self.by.en
            ),
        );
        Some(Diagnostic::error("I011", message).at(self.parameter.place.clone()).help(help))
    }

    /// The numbers at which two rows apply at once, though neither is for everything else.
    fn shared(&self) -> Vec<Band> {
        let (key, rows) = (self.place, &self.rows);
        let mut shared: Vec<Band> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            for other in rows.iter().skip(index.saturating_add(1)) {
                let both = row.conditions.iter().zip(&other.conditions).enumerate();
                let mut elsewhere = both.filter(|(place, _)| *place != key);
                let (Some(Condition::Band(one)), Some(Condition::Band(two)), true) = (
                    row.conditions.get(key),
                    other.conditions.get(key),
                    elsewhere.all(|(_, (one, two))| meet(one, two)),
                ) else {
                    continue;
                };
                for range in self.ranges.iter().filter(|_| one != two) {
                    let both = one.intersect(two).intersect(range).at_grain(self.places);
                    if !both.is_empty() && !shared.contains(&both) {
                        shared.push(both);
                    }
                }
            }
        }
        shared
    }

    /// `「等次」（自 2026-07-01）`, with the keys chosen before.
    fn title(&self) -> Text {
        let title = &self.parameter.title;
        let keys = if self.keys.is_empty() { String::new() } else { format!(" {}", self.keys.join(" ")) };
        let from = if self.parameter.values.len() > 1 {
            Text::new(format!("（自 {} 起）", self.from), format!(" (from {})", self.from))
        } else {
            Text::default()
        };
        Text::new(format!("「{}{keys}」{}", title.zh, from.zh), format!("'{}{keys}'{}", title.en, from.en))
    }

    fn all(&self, bands: &[Band], gap: bool) -> Text {
        let said = |language: Language| bands.iter().map(move |band| self.range(band, gap, language));
        Text::new(
            said(Language::Zh).collect::<Vec<_>>().join("、"),
            said(Language::En).collect::<Vec<_>>().join(" and "),
        )
    }

    /// `24.01 to 47.99 h`, `anything above 24 and below 48 h`, `exactly 48 h`.
    fn range(&self, band: &Band, gap: bool, language: Language) -> String {
        let zh = language == Language::Zh;
        let number = |number: Decimal| exact(&self.unit, number, language);
        match (band.low, band.high) {
            (Some((low, _)), Some((high, _))) if low == high => match (gap, zh) {
                (false, _) => number(low),
                (true, true) => format!("恰为 {}", number(low)),
                (true, false) => format!("exactly {}", number(low)),
            },
            (Some((low, with_low)), Some((high, with_high))) => {
                let (low, high) = (number(low), number(high));
                // the unit stands once
                let unit = high.split_once(' ').map(|(_, unit)| format!(" {unit}")).unwrap_or_default();
                let low = low.strip_suffix(unit.as_str()).filter(|_| !unit.is_empty()).unwrap_or(&low);
                if zh {
                    let without = |with: bool| if with { "" } else { "（不含）" };
                    format!("{low}{} 至 {high}{}", without(with_low), without(with_high))
                } else {
                    match (with_low, with_high) {
                        (true, true) => format!("{low} to {high}"),
                        (true, false) => format!("{low} to below {high}"),
                        (false, true) => format!("anything above {low} to {high}"),
                        (false, false) => format!("anything above {low} and below {high}"),
                    }
                }
            }
            (Some((low, true)), None) if zh => format!("{} 及以上", number(low)),
            (Some((low, false)), None) if zh => format!("大于 {}", number(low)),
            (None, Some((high, true))) if zh => format!("{} 及以下", number(high)),
            (None, Some((high, false))) if zh => format!("小于 {}", number(high)),
            (Some((low, true)), None) => format!("{} and above", number(low)),
            (Some((low, false)), None) => format!("anything above {}", number(low)),
            (None, Some((high, true))) => format!("{} and below", number(high)),
            (None, Some((high, false))) => format!("anything below {}", number(high)),
            (None, None) => if zh { "任何数字" } else { "any number" }.to_owned(),
        }
    }
}

/// A number with its unit and all of its digits: a bound that is rounded would be another one.
fn exact(unit: &Unit, number: Decimal, language: Language) -> String {
    match unit {
        Unit::Percent => {
            let hundredfold = number.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(number);
            format!("{} %", amount::plain(hundredfold))
        }
        Unit::Yuan => format!("¥{}", amount::plain(number)),
        unit => unit.show(number, language),
    }
}

fn unit_of(kind: &Kind, number: &Expression) -> Unit {
    match &number.node {
        Node::Fact(name) => match kind.schema.get(name).map(|fact| &fact.kind) {
            Some(FactType::Number { unit, .. }) => unit.clone(),
            _ => Unit::None,
        },
        _ => Unit::None,
    }
}
