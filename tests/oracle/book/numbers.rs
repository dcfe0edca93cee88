//! Draws the parameters: numbers, tables of words and bands, some with gaps.

use super::draw::{SEVERITY, STAGES};
use super::model::{Condition, Line, Parameter};
use super::value::Datum;
use crate::chance::Chance;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// The names and shapes of the parameters: how many keys, and whether the cells are words.
pub(super) const PARAMETERS: [(&str, &[char], bool); 8] = [
    ("limit", &[], false),
    ("points", &[], false),
    ("cap", &[], false),
    ("price", &['w'], false),
    ("ladder", &['n'], false),
    ("matrix", &['w', 'n'], false),
    ("grid", &['n', 'n'], false),
    ("stage", &['n'], true),
];

pub(super) fn parameters(chance: &mut Chance) -> Vec<Parameter> {
    let day = |year, month| NaiveDate::from_ymd_opt(year, month, 1).unwrap();
    let later = *chance.one(&[day(2024, 2), day(2025, 7), day(2026, 1)]);
    let days = if chance.happens(1, 3) { vec![day(2020, 1), later] } else { vec![day(2020, 1)] };
    let mut all = Vec::new();
    for (name, keys, words) in PARAMETERS {
        let lines = |chance: &mut Chance| {
            let mut lines = vec![Vec::new()];
            for key in keys {
                let own = if *key == 'w' { self::words(chance) } else { bands(chance) };
                lines = lines
                    .iter()
                    .flat_map(|line: &Vec<Condition>| {
                        own.iter().map(|own| [line.clone(), vec![own.clone()]].concat())
                    })
                    .collect();
            }
            if lines.len() > 2 && chance.happens(1, 5) {
                lines.remove(chance.below(lines.len()));
            }
            let cell = |chance: &mut Chance| match name {
                _ if words => Datum::Text((*chance.one(STAGES)).to_owned()),
                "cap" => Datum::Number(Decimal::from(chance.between(1, 3))),
                _ => Datum::Number(Decimal::new(*chance.one(&[1_i64, 5, 10, 20, 25, 75, 30, 0, 35]), 1)),
            };
            lines.into_iter().map(|conditions| Line { conditions, cell: cell(chance) }).collect()
        };
        let values = days.iter().map(|day| (*day, lines(chance))).collect();
        all.push(Parameter { name: name.to_owned(), keys: keys.len(), values });
    }
    let band = |low: Option<i64>, high: Option<i64>| {
        Condition::Band(low.map(|low| (low.into(), true)), high.map(|high| (high.into(), false)))
    };
    let bands = [(Some(98), None, "A"), (Some(90), Some(98), "B"), (None, Some(90), "C")];
    let line = |(low, high, grade): (_, _, &str)| Line {
        conditions: vec![band(low, high)],
        cell: Datum::Text(grade.to_owned()),
    };
    all.push(Parameter {
        name: "grade".to_owned(),
        keys: 1,
        values: vec![(days[0], bands.map(line).to_vec())],
    });
    all
}

fn words(chance: &mut Chance) -> Vec<Condition> {
    let gap = chance.below(8);
    let own =
        SEVERITY.iter().enumerate().filter(|(place, _)| *place != gap).map(|(_, word)| Condition::Word(word));
    let mut all: Vec<Condition> = own.collect();
    if chance.happens(1, 4) {
        all.push(Condition::Any);
    }
    all
}

fn bands(chance: &mut Chance) -> Vec<Condition> {
    let end = |end: i64, with: bool| Some((Decimal::new(end, 1), with));
    let ladders = [
        vec![(None, end(10, true)), (end(10, false), end(30, false)), (end(30, true), None)],
        vec![(None, end(0, false)), (end(0, true), end(25, true)), (end(25, false), None)],
        // with gaps
        vec![(None, end(20, false)), (end(20, false), None)],
        vec![(end(0, true), end(1000, false))],
        vec![
            (None, end(0, true)),
            (end(0, false), end(50, true)),
            (end(50, false), end(1000, true)),
            (end(1000, false), None),
        ],
    ];
    chance.one(&ladders).iter().map(|(low, high)| Condition::Band(*low, *high)).collect()
}
