//! A random book: rows with their dates at the edges of windows, who was where, and the files they stand in.

use super::days::{Spell, Staff, Stretch, UNITS, around, date, earlier, later, moved};
use super::draw::SEVERITY;
use super::model::{Holder, Kind, Model, Origin, Rows, Type};
use super::stage::Row;
use super::value::{Datum, Known};
use crate::chance::Chance;
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A book over several months.
#[derive(Clone, Debug)]
pub(super) struct Sheets {
    pub(super) staff: Staff,
    /// The rows of each table, by kind.
    pub(super) tables: BTreeMap<usize, Vec<Row>>,
    /// The periods assessed, one after the other.
    pub(super) periods: Vec<Stretch>,
}

/// The last days of periods worth assessing: leap days, year edges, ends of quarters.
const LAST: [(i32, u32); 9] =
    [(2024, 2), (2024, 3), (2025, 2), (2025, 12), (2026, 1), (2026, 3), (2026, 6), (2026, 9), (2026, 5)];

impl Sheets {
    pub(super) fn draw(chance: &mut Chance, model: &Model) -> Self {
        let (year, month) = *chance.one(&LAST);
        let last = around(date(year, month, 1), 1);
        let before = chance.weighted(&[(0, 3), (1, 2), (2, 2)]);
        let months = (0..=before).rev().map(|back| around(moved(last.first, -back), 1));
        let mut sheets =
            Self { staff: staff(chance, last.last), tables: BTreeMap::new(), periods: months.collect() };
        for (place, kind) in model.kinds.iter().enumerate() {
            let Rows::Table(at) = kind.rows else { continue };
            let count = if kind.name == "notice" { chance.between(1, 6) } else { chance.between(3, 12) };
            let mut moments: Vec<NaiveDateTime> = Vec::new();
            let mut rows = Vec::new();
            for number in 0..count {
                let same = moments.last().copied().filter(|_| chance.happens(1, 5));
                let own = same.unwrap_or_else(|| moment(chance, last.last));
                moments.push(own);
                let id = format!("{}{}", kind.name, (number * 7) % 13);
                rows.push(row(chance, (model, kind), at, (id, own), &sheets.staff));
            }
            sheets.tables.insert(place, rows);
        }
        sheets
    }

    /// The rows as a book of that day has them: what is later is not there yet.
    pub(super) fn as_of(&self, model: &Model, day: NaiveDate) -> BTreeMap<usize, Vec<Row>> {
        let end = later(day, 1).and_hms_opt(0, 0, 0).unwrap();
        let of_kind = |(place, rows): (&usize, &Vec<Row>)| {
            let kind = &model.kinds[*place];
            let mut own: Vec<Row> = rows.iter().filter(|row| row.at < end).cloned().collect();
            for row in &mut own {
                for (fact, known) in kind.facts.iter().zip(&mut row.facts) {
                    let until = kind.lasts.is_some_and(|lasts| lasts.until == Some(&fact.name));
                    if !until && matches!(known.datum, Some(Datum::Moment(moment)) if moment >= end) {
                        known.datum = None;
                    }
                }
            }
            (*place, own)
        };
        self.tables.iter().map(of_kind).collect()
    }
}

fn staff(chance: &mut Chance, last: NaiveDate) -> Staff {
    let edge = |chance: &mut Chance| earlier(last, u64::try_from(chance.below(120)).unwrap());
    let spell = |who, under, from, until| Spell { who, under, from, until };
    let (moves, leaves, joins, changes) = (edge(chance), edge(chance), edge(chance), edge(chance));
    let mut people = vec![spell("P1", UNITS[0], None, None), spell("P2", UNITS[1], None, None)];
    people.push(spell("P3", UNITS[0], None, Some(earlier(moves, 1))));
    people.push(spell("P3", UNITS[1], Some(moves), None));
    people.push(match chance.below(3) {
        0 => spell("P4", UNITS[0], None, Some(leaves)),
        1 => spell("P4", UNITS[1], Some(joins), None),
        _ => spell("P4", UNITS[1], None, None),
    });
    let mut heads = vec![spell("P1", UNITS[0], None, Some(earlier(changes, 1)))];
    heads.push(spell(*chance.one(&["P1", "P2", "P3"]), UNITS[0], Some(changes), None));
    if chance.happens(2, 3) {
        let until = chance.happens(1, 2).then(|| edge(chance));
        heads.push(spell(*chance.one(&["P2", "P3"]), UNITS[1], None, until));
    }
    Staff { people, heads }
}

/// A moment near an edge of some window that ends in or with the month.
fn moment(chance: &mut Chance, last: NaiveDate) -> NaiveDateTime {
    let back = chance.weighted(&[(0, 5), (1, 3), (2, 2), (3, 2), (6, 1), (11, 1), (12, 2), (13, 1), (24, 1)]);
    let month = around(moved(last, -back), 1);
    let day = match chance.below(8) {
        0 => month.first,
        1 => month.last,
        2 => moved(last, -back),
        3 => earlier(month.last, 1),
        4 => date(2024, 2, 29),
        _ => later(month.first, u64::try_from(chance.below(28)).unwrap()),
    };
    let day = day.min(last);
    let (hour, minute) = *chance.one(&[(0, 0), (9, 0), (9, 0), (23, 59)]);
    day.and_hms_opt(hour, minute, 0).unwrap()
}

fn row(
    chance: &mut Chance,
    (model, kind): (&Model, &Kind),
    at: &str,
    (id, own): (String, NaiveDateTime),
    staff: &Staff,
) -> Row {
    let mut row = Row::new(id.clone(), own, kind);
    let gaps = if model.gaps { chance.weighted(&[(0, 3), (8, 2), (25, 1)]) } else { 0 };
    for (fact, known) in kind.facts.iter().zip(&mut row.facts) {
        if !matches!(fact.from, Origin::Column) {
            continue;
        }
        // what is not over yet, or begins nothing, may be blank in any book
        let blank = match fact.name.as_str() {
            "valid_until" | "closed" => chance.happens(1, 3),
            "number" | "sent" | "accepted" => false,
            _ => chance.happens(gaps, 100),
        };
        let datum = match fact.name.as_str() {
            "number" => Datum::Text(id.clone()),
            name if name == at => Datum::Moment(own),
            "valid_until" | "closed" => Datum::Moment(
                later(own.date(), chance.weighted(&[(0, 2), (1, 2), (9, 2), (35, 2), (70, 1)]))
                    .and_hms_opt(23, 59, 30)
                    .unwrap(),
            ),
            "begun" => Datum::Moment(moment(chance, own.date())),
            _ => datum(chance, &fact.name, &fact.of),
        };
        *known = Known::exact((!blank).then_some(datum));
    }
    let present = staff.in_force(own.date());
    for (place, role) in kind.roles.iter().enumerate() {
        if role.holder != Holder::Column {
            continue;
        }
        let some = match role.name {
            "partners" => chance.below(3),
            _ if role.need_not => usize::from(chance.happens(4, 5)),
            _ => 1,
        };
        let mut names = present.clone();
        chance.shuffle(&mut names);
        let mut names: Vec<String> = names.into_iter().take(some).map(str::to_owned).collect();
        names.sort();
        row.holders[place] = names;
    }
    row
}

fn datum(chance: &mut Chance, name: &str, of: &Type) -> Datum {
    match (name, of) {
        ("customer" | "client", _) => Datum::Text((*chance.one(&["C1", "C1", "C2", "C3"])).to_owned()),
        ("incident", _) => Datum::Text((*chance.one(&["E1", "E2"])).to_owned()),
        // rows of one incident mostly say the same amount
        ("loss", _) => Datum::Number(Decimal::new(*chance.one(&[10_000_i64, 10_000, 10_000, 0, 305, 1]), 2)),
        ("weight", _) => Datum::Number(Decimal::from(*chance.one(&[1_i64, 1, 2, 3, 0, 7]))),
        (_, Type::Flag) => Datum::Flag(chance.happens(3, 5)),
        (_, Type::Words(_)) => Datum::Text((*chance.one(SEVERITY)).to_owned()),
        ("size", _) => Datum::Number(Decimal::from(*chance.one(&[0_i64, 1, 2, 3, 10]))),
        _ => Datum::Number(
            Decimal::new(*chance.one(&[0_i64, 10, 20, 30, 50, 25, 1000, -10, 15]), 1).normalize(),
        ),
    }
}

/// The table of a kind, as a spreadsheet saves it.
pub(super) fn csv(kind: &Kind, rows: &[Row]) -> String {
    let facts: Vec<(usize, &str)> = kind
        .facts
        .iter()
        .enumerate()
        .filter(|(_, fact)| matches!(fact.from, Origin::Column))
        .map(|(place, fact)| (place, fact.name.as_str()))
        .collect();
    let roles: Vec<usize> =
        (0..kind.roles.len()).filter(|role| kind.roles[*role].holder == Holder::Column).collect();
    let mut names: Vec<&str> = facts.iter().map(|(_, name)| *name).collect();
    names.extend(roles.iter().map(|role| kind.roles[*role].name));
    let mut text = names.join(",") + "\n";
    for row in rows {
        let mut cells: Vec<String> =
            facts.iter().map(|(place, _)| cell(row.facts[*place].datum.as_ref())).collect();
        cells.extend(roles.iter().map(|role| row.holders[*role].join("、")));
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text
}

fn cell(datum: Option<&Datum>) -> String {
    match datum {
        None => String::new(),
        Some(Datum::Flag(flag)) => if *flag { "是" } else { "否" }.to_owned(),
        Some(Datum::Number(number)) => number.to_string(),
        Some(Datum::Text(text)) => text.clone(),
        Some(Datum::Moment(moment)) => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// `organisation.csv` and `posts.csv`.
pub(super) fn organisation(staff: &Staff) -> (String, String) {
    let mut members = "kind,id,name,parent,from,until\n".to_owned();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    for unit in UNITS {
        let _ = writeln!(members, "unit,{unit},{unit},,,");
    }
    let spells = |spells: &[Spell], write: &mut dyn FnMut(&Spell)| spells.iter().for_each(write);
    spells(&staff.people, &mut |spell| {
        let (who, under) = (spell.who, spell.under);
        let _ = writeln!(members, "person,{who},{who},{under},{},{}", day(spell.from), day(spell.until));
    });
    let mut posts = "person,post,of,from,until\n".to_owned();
    spells(&staff.heads, &mut |spell| {
        let (who, under) = (spell.who, spell.under);
        let _ = writeln!(posts, "{who},unit_head,{under},{},{}", day(spell.from), day(spell.until));
    });
    (members, posts)
}
