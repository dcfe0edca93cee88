//! The tables of grades as settled cards look them up: over every balance and fact a card can have.

use super::subject::{Stretch, Subject};
use super::table::{Lookup, add};
use crate::amount::Unit;
use crate::decision::{Band, Deed, Node, Operation};
use crate::fact::{FactType, Value};
use crate::interval::Interval;
use crate::language::Text;
use crate::policy::{Account, Condition, Grade, Kind, Table, TableRow, Terms};
use rust_decimal::Decimal;
use std::sync::Arc;

/// What a table of grades is looked up by.
struct Key {
    title: Text,
    /// The words it can be; none for a number.
    words: Vec<String>,
    range: Interval,
    places: Option<u32>,
    unit: Unit,
}

/// The grades of a card over every balance that can settle, for every combination of the words it is looked up by.
pub(super) fn look_up(subject: &Subject<'_>, kind: &Kind, grade: &Grade, lookups: &mut Vec<Lookup>) {
    let Some((name, by)) = grade.table() else { return };
    for stretch in subject.stretches() {
        let (Some(term), Some(table)) = (stretch.terms.get(name), stretch.terms.table(name)) else {
            continue;
        };
        let keys: Option<Vec<Key>> = by.iter().map(|name| key(subject, kind, stretch, name)).collect();
        let Some(keys) = keys else { continue };
        let mut numbers = keys.iter().enumerate().filter(|(_, key)| key.words.is_empty());
        // a gap between two numbers is a plane and no range: only one number at a time is looked at
        let (Some((place, number)), None) = (numbers.next(), numbers.next()) else { continue };
        let titles = |pick: fn(&Text) -> &String, between: &str| {
            keys.iter().map(|key| pick(&key.title).clone()).collect::<Vec<_>>().join(between)
        };
        let by = Text::new(
            format!("「{}」按「{}」定等", kind.title.zh, titles(|title| &title.zh, "、")),
            format!("'{}' are graded by '{}'", kind.title.en, titles(|title| &title.en, ", ")),
        );
        let follows = Text::new("落在空档的没有等次", "a balance in the gap has no grade");
        let (low, high) = (number.range.low, number.range.high);
        let whole = Band { low: low.map(|low| (low, true)), high: high.map(|high| (high, true)) };
        for words in combinations(&keys) {
            let lookup = Lookup {
                parameter: Arc::clone(&term.parameter),
                from: term.from,
                overlap: table.overlap,
                rows: table.rows.iter().filter(|row| is_for(row, &words)).cloned().collect(),
                place,
                may_have_gaps: true,
                keys: words.iter().flatten().cloned().collect(),
                bands: bands(table, place, &words),
                places: number.places,
                unit: number.unit.clone(),
                ranges: vec![whole.clone()],
                by: by.clone(),
                follows: follows.clone(),
            };
            add(lookups, lookup);
        }
    }
}

/// Whether a row is one of those for some words.
fn is_for(row: &TableRow, words: &[Option<String>]) -> bool {
    row.conditions.iter().zip(words).all(|(condition, word)| match (condition, word) {
        (Condition::Word(own), Some(word)) => own == word,
        _ => true,
    })
}

fn key(subject: &Subject<'_>, kind: &Kind, stretch: &Stretch, name: &str) -> Option<Key> {
    if let Some(account) = kind.account(name) {
        return Some(Key {
            title: account.title.clone(),
            words: Vec::new(),
            range: settles_within(subject, kind, account, &stretch.terms),
            places: places(subject, kind, account, &stretch.terms),
            unit: account.unit.clone(),
        });
    }
    let fact = kind.schema.get(name)?;
    let number = |range: Interval, places: Option<u32>, unit: Unit| {
        Some(Key { title: fact.title.clone(), words: Vec::new(), range, places, unit })
    };
    match &fact.kind {
        FactType::Number { unit, places, bounds } => number(*bounds, *places, unit.clone()),
        FactType::Few { most } => {
            number(Interval::between(Decimal::ZERO, (*most).into()), Some(0), Unit::None)
        }
        kind => {
            let words: Vec<Value> = kind.finite()?;
            let words = words.iter().map(FactType::plain).collect();
            let (title, range) = (fact.title.clone(), Interval::UNKNOWN);
            Some(Key { title, words, range, places: None, unit: Unit::None })
        }
    }
}

/// Every choice of a word for each key that is one; none for the number.
fn combinations(keys: &[Key]) -> Vec<Vec<Option<String>>> {
    let mut all: Vec<Vec<Option<String>>> = vec![Vec::new()];
    for key in keys {
        let words: Vec<Option<String>> =
            if key.words.is_empty() { vec![None] } else { key.words.iter().cloned().map(Some).collect() };
        let longer = |so_far: &Vec<Option<String>>| {
            let with = |word: &Option<String>| so_far.iter().chain([word]).cloned().collect();
            words.iter().map(with).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The bands of the number among the rows for these words.
fn bands(table: &Table, number: usize, words: &[Option<String>]) -> Vec<Band> {
    let mut bands = Vec::new();
    for row in &table.rows {
        let fits = row.conditions.iter().zip(words).all(|(condition, word)| match (condition, word) {
            (Condition::Word(condition), Some(word)) => condition == word,
            _ => true,
        });
        let band = match row.conditions.get(number) {
            Some(Condition::Band(band)) => band.clone(),
            Some(Condition::Any) => Band::ALL,
            _ => continue,
        };
        if fits && !bands.contains(&band) {
            bands.push(band);
        }
    }
    bands
}

/// Between what an account can settle.
fn settles_within(subject: &Subject<'_>, kind: &Kind, account: &Account, terms: &Terms) -> Interval {
    let reached = if account.is_sum() {
        let parts = account.parts.iter().filter_map(|part| kind.account(part));
        parts.fold(Interval::exactly(Decimal::ZERO), |sum, part| {
            sum.plus(settles_within(subject, kind, part, terms)).unwrap_or(Interval::UNKNOWN)
        })
    } else {
        let nothing = Interval::exactly(Decimal::ZERO);
        let opening = account.opening.as_ref().map_or(nothing, |opening| opening.range(kind, terms));
        let (falls, rises) = directions(subject, kind, &account.name);
        Interval { low: opening.low.filter(|_| !falls), high: opening.high.filter(|_| !rises) }
    };
    let floored = account.floor.as_ref().map_or(reached, |floor| reached.max(floor.range(kind, terms)));
    account.ceiling.as_ref().map_or(floored, |ceiling| floored.min(ceiling.range(kind, terms)))
}

/// The decimal places of what an account settles at; none where a fact it opens at may have any.
fn places(subject: &Subject<'_>, kind: &Kind, account: &Account, terms: &Terms) -> Option<u32> {
    let mut places = subject.pack.policy.rounding.places;
    for figure in [&account.opening, &account.floor, &account.ceiling].into_iter().flatten() {
        let fact = figure.name().and_then(|name| kind.schema.get(name));
        places = places.max(match fact.map(|fact| &fact.kind) {
            Some(FactType::Number { places, .. }) => (*places)?,
            Some(_) => 0,
            None => figure.range(kind, terms).exact()?.normalize().scale(),
        });
    }
    let parts = account.parts.iter().filter_map(|part| kind.account(part));
    parts
        .map(|part| self::places(subject, kind, part, terms))
        .try_fold(places, |most, part| Some(most.max(part?)))
}

/// Whether anything takes from an account of a card, and whether anything adds to it.
fn directions(subject: &Subject<'_>, card: &Kind, account: &str) -> (bool, bool) {
    let (mut falls, mut rises) = (false, false);
    for function in subject.clauses() {
        if subject.is_interpreted(function.clause) {
            return (true, true);
        }
        for effect in subject.paths(function).flat_map(|(_, path)| &path.effects) {
            let leads = function.kind.role(&effect.role).is_some_and(|role| role.is == card.name);
            if let Deed::Enter { account: entered, amount } = &effect.deed
                && leads
                && entered == account
            {
                let takes = match amount.value.exact() {
                    Some(exact) => exact < Decimal::ZERO,
                    None => matches!(amount.node, Node::Apply(Operation::Negate, _)),
                };
                falls |= takes;
                rises |= !takes;
            }
        }
    }
    (falls, rises)
}
