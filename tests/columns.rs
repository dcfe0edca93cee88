//! Typed columns say what a plain list of values says; a table read in parts is the table read in one.

#![allow(clippy::arithmetic_side_effects, reason = "an overflow fails the test that asked for it")]

use super::chance::Chance;
use super::shared::{root, telecom};
use assert_cmd::Command;
use chrono::NaiveDate;
use renze::calendar::{Period, read_day};
use renze::diagnostic::Faults;
use renze::fact::{Clock, Columns, Fact, FactType, Facts as _, Origin, Schema, Value, Word};
use renze::intake::{Intake, Row, read_organisation, read_rows};
use renze::interval::Interval;
use renze::language::Text;
use renze::organisation::Organisation;
use renze::policy::Pack;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn fact(name: &str, kind: FactType, origin: Origin) -> Fact {
    Fact {
        name: name.to_owned(),
        title: Text::same(name),
        kind,
        origin,
        ordinary: None,
        blank: None,
        format: None,
        changeable: false,
        future: false,
        known_at: None,
        before: None,
        fork: false,
    }
}

/// A fact of every type; more words than there are codes in one.
fn schema() -> Arc<Schema> {
    let words = |count: usize| {
        let word = |number| Word { id: format!("w{number}"), title: Text::same("w"), spellings: Vec::new() };
        FactType::OneOf((0..count).map(word).collect())
    };
    let column = || Origin::Column(vec!["heading".to_owned()]);
    let clock = Origin::Clock(Box::new(Clock::plain("from", "to")));
    Arc::new(Schema::new(vec![
        fact("flag", FactType::plain_bool(), column()),
        fact("few", words(5), column()),
        fact("many", words(300), column()),
        fact("number", FactType::plain_number(), column()),
        fact("hours", FactType::plain_number(), clock),
        fact("moment", FactType::Moment, column()),
        fact("text", FactType::Text, column()),
    ]))
}

/// Any value a fact of any type might have, and some it should not.
fn any_value(chance: &mut Chance) -> Value {
    let digits = i64::try_from(chance.next() >> chance.between(2, 63)).unwrap();
    let number = Decimal::new(
        if chance.happens(1, 3) { -digits } else { digits },
        [0, 0, 1, 2, 2, 9, 12][chance.below(7)],
    );
    let word = if chance.happens(1, 2) { chance.below(7) } else { chance.below(310) };
    let text = || Arc::from("说明 ".repeat(usize::try_from(digits % 4).unwrap()).as_str());
    match chance.below(16) {
        0 | 1 => Value::Missing,
        2 => Value::Any,
        3 => Value::Undetermined(Arc::from(["a".to_owned()])),
        4 => Value::Bool(chance.happens(1, 2)),
        5 | 6 => Value::Word(Arc::from(format!("w{}", word))),
        7..=9 => Value::Number(number),
        10 => Value::Number(Decimal::from(digits % 1_000_000).checked_div(Decimal::from(3_600)).unwrap()),
        11 => Value::Running(number),
        12 => Value::Between(Interval::between(Decimal::ZERO, number.abs())),
        13 => Value::Moment(
            NaiveDate::from_ymd_opt(2026, 10, 5)
                .unwrap()
                .and_hms_opt(chance.below(24).try_into().unwrap(), 0, 0)
                .unwrap(),
        ),
        _ => Value::Text(text()),
    }
}

fn same(columns: &Columns, model: &[Vec<Value>], what: &str) {
    assert_eq!(columns.len(), model.len(), "{what}");
    for (row, values) in model.iter().enumerate() {
        assert_eq!(&columns.values(row), values, "{what}, row {row}");
        let facts = columns.row(row);
        for (place, name) in columns.schema().names().enumerate() {
            assert_eq!(facts.value(name), values[place], "{what}, row {row}, {name}");
            let column = columns.column(place).unwrap();
            if let Value::Text(text) = &values[place]
                && name == "text"
            {
                assert_eq!(column.text(row), Some(&**text));
            }
        }
    }
}

#[test]
fn columns_say_what_a_list_of_values_says() {
    let mut chance = Chance(20_261_005);
    for round in 0..400 {
        let schema = schema();
        let width = schema.facts().len();
        let rows = chance.below(8);
        let mut columns = Columns::new(Arc::clone(&schema), rows);
        let mut model = vec![vec![Value::Missing; width]; rows];
        for step in 0..40 {
            let what = format!("round {round}, step {step}");
            match chance.below(12) {
                0 => {
                    let picked: Vec<usize> = (0..chance.below(20))
                        .filter(|_| !model.is_empty())
                        .map(|_| chance.below(model.len()))
                        .collect();
                    columns = columns.select(&picked);
                    model = picked.iter().map(|row| model[*row].clone()).collect();
                }
                1 => {
                    let mut order: Vec<usize> = (0..model.len()).collect();
                    chance.shuffle(&mut order);
                    columns.permute(&order);
                    model = order.iter().map(|row| model[*row].clone()).collect();
                }
                2 => {
                    let mut later = Columns::new(Arc::clone(&schema), 0);
                    for _ in 0..chance.below(5) {
                        let values: Vec<Value> = (0..width).map(|_| any_value(&mut chance)).collect();
                        later.push(values.clone());
                        model.push(values);
                    }
                    columns.append(later);
                }
                3..=5 => {
                    let values: Vec<Value> = (0..width).map(|_| any_value(&mut chance)).collect();
                    columns.push(values.clone());
                    model.push(values);
                }
                _ if model.is_empty() => {}
                _ => {
                    let (row, place) = (chance.below(model.len()), chance.below(width));
                    let value = any_value(&mut chance);
                    columns.set(place, row, value.clone());
                    model[row][place] = value;
                }
            }
            same(&columns, &model, &what);
        }
    }
}

#[test]
fn a_clock_in_thirds_of_an_hour_and_a_price_are_plain_integers() {
    let schema = schema();
    let (number, hours) = (schema.position("number").unwrap(), schema.position("hours").unwrap());
    let mut columns = Columns::new(schema, 3);
    for (row, seconds) in [1_200, 7, 86_399].into_iter().enumerate() {
        columns.set(number, row, Value::Number(Decimal::new(seconds, 2)));
        columns.set(
            hours,
            row,
            Value::Number(Decimal::from(seconds).checked_div(Decimal::from(3_600)).unwrap()),
        );
    }
    let integers = |fact: usize| columns.column(fact).unwrap().numbers().unwrap().values().to_vec();
    assert_eq!(integers(number), [1_200, 7, 86_399]);
    assert_eq!(integers(hours), [1_200, 7, 86_399]);
    assert!(columns.column(hours).unwrap().others().is_empty());
}

/// A table as somebody wrote it: mostly plain, some of it in other ways, some of it wrong.
fn table(chance: &mut Chance, rows: usize, quoted: bool) -> String {
    let october = fs::read_to_string(root().join("fixtures/telecom-2026-10/complaints.csv")).unwrap();
    let october = october.trim_start_matches('\u{feff}');
    let lines: Vec<Vec<&str>> = october.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let heading = october.lines().next().unwrap();
    let (first, others) = heading.split_once(',').unwrap();
    let mut text = if quoted { format!("\"{first}\",{others}\n") } else { format!("{heading}\n") };
    for number in 0..rows {
        let line = chance.one(&lines);
        let repeated = number > 0 && chance.happens(1, 100);
        let id = if repeated { chance.below(number) } else { number };
        // identifiers that do not come in order
        write!(text, "N{:05}", (id * 7_919) % 100_003).unwrap();
        for (place, cell) in line.iter().enumerate().skip(1) {
            let other = chance.one(&lines);
            text.push(',');
            match chance.below(400) {
                // moments stay in their rows: contradictions among them stop an assessment
                0 if ![*cell, other[place]].iter().any(|cell| cell.starts_with("2026")) => {
                    text.push_str(other[place]);
                }
                1 => text.push('?'),
                2 => write!(text, " {cell}\u{3000}").unwrap(),
                3 => {}
                _ => text.push_str(cell),
            }
        }
        text.push_str(match chance.below(300) {
            0 => ",",
            1 => "\n\r\n",
            2 => "\r\n",
            _ => "",
        });
        text.push('\n');
    }
    text
}

fn read(pack: &Pack, organisation: &Organisation, file: &Path) -> (Intake, Vec<String>) {
    let faults = Faults::default();
    let (_, kind) = pack.policy.kind("complaint").unwrap();
    let days = (Period::parse("2026-10").unwrap(), read_day("2026-11-03").unwrap());
    let intake = read_rows((&[file.to_owned()], None), kind, &pack.policy, organisation, days, &faults);
    (intake, faults.into_sorted().iter().map(|fault| format!("{fault:?}")).collect())
}

#[test]
fn a_table_read_in_parts_is_the_table_read_in_one() {
    let (pack, _) = telecom();
    let october = root().join("fixtures/telecom-2026-10");
    let faults = Faults::default();
    let organisation =
        read_organisation(&october.join("organisation.csv"), &october.join("posts.csv"), &faults).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("complaints.csv");
    for organisation in [organisation, Organisation::default()] {
        let mut seen: Option<(String, Vec<Row>)> = None;
        // quotes make one part of the file, and other code find its cells
        for (threads, quoted) in [(1, false), (2, false), (5, false), (5, true)] {
            fs::write(&file, table(&mut Chance(7), 6_000, quoted)).unwrap();
            assert!(fs::metadata(&file).unwrap().len() > 6 * 65_536, "too small to be read in parts");
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let (intake, said) = pool.install(|| read(&pack, &organisation, &file));
            assert!(intake.set_aside.len() > 50, "{}", intake.set_aside.len());
            assert!(intake.rows.len() > 1_000, "{}", intake.rows.len());
            let rows: Vec<Row> = intake.rows.iter().collect();
            let rest = format!("{} {} {:?} {said:?}", intake.read, intake.outside, intake.set_aside);
            match &seen {
                None => seen = Some((rest, rows)),
                Some((first, first_rows)) => {
                    assert_eq!(first_rows, &rows, "{threads} threads, quoted: {quoted}");
                    assert!(*first == rest, "{threads} threads, quoted: {quoted}");
                }
            }
        }
    }
}

/// The digest as its definition has it: every line written, all put in order, hashed.
fn plain_digest(pack: &Pack, organisation: &Organisation, intake: &Intake) -> String {
    let (_, kind) = pack.policy.kind("complaint").unwrap();
    let mut lines = Vec::new();
    for row in intake.rows.iter() {
        let values = kind.schema.names().zip(&row.values);
        let mut facts: Vec<String> =
            values.map(|(name, value)| format!("{name}={}", FactType::plain(value))).collect();
        facts.extend(row.roles.iter().map(|(role, held)| format!("{role}:{}", held.join(","))));
        facts.sort();
        lines.push(format!("complaint\u{1f}{}", facts.join("\u{1f}")));
    }
    lines.push(format!("{} {} {}", intake.read, intake.outside, intake.set_aside.len()));
    // the two other tables have headings only
    lines.extend(["0 0 0", "0 0 0"].map(str::to_owned));
    lines.extend(intake.set_aside.iter().map(|aside| format!("set aside {}", aside.id)));
    lines.extend(organisation.members().map(|member| format!("{member:?}")));
    lines.extend(organisation.posts().iter().map(|held| {
        let (person, post, of, days) = (&held.person, &held.post, &held.of, &held.days);
        format!("Post {{ person: {person:?}, post: {post:?}, of: {of:?}, days: {days:?} }}")
    }));
    lines.sort();
    let text = format!("2026-10\n2026-11-03\n{}\n", lines.join("\n"));
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_digest_is_that_of_all_lines_in_order() {
    let (pack, _) = telecom();
    let october = root().join("fixtures/telecom-2026-10");
    let faults = Faults::default();
    let organisation =
        read_organisation(&october.join("organisation.csv"), &october.join("posts.csv"), &faults).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("complaints.csv");
    for name in ["handovers.csv", "measures.csv"] {
        let shipped = fs::read_to_string(october.join(name)).unwrap();
        fs::write(folder.path().join(name), shipped.lines().next().unwrap()).unwrap();
    }
    let book = fs::read_to_string(october.join("book.toml")).unwrap();
    let book = book.replace("../../rules/telecom", root().join("rules/telecom").to_str().unwrap());
    let book = ["organisation.csv", "posts.csv"].iter().fold(book, |book, name| {
        book.replace(&format!("\"{name}\""), &format!("{:?}", october.join(name).to_str().unwrap()))
    });
    fs::write(folder.path().join("book.toml"), book).unwrap();
    for round in 0..4 {
        let out = folder.path().join(round.to_string());
        fs::write(&file, table(&mut Chance(round), 1_500, round == 3)).unwrap();
        let (intake, _) = read(&pack, &organisation, &file);
        let mut command = Command::cargo_bin("renze").unwrap();
        command.arg("assess").arg(folder.path()).arg("--set-aside").arg("--out").arg(&out);
        let said = command.output().unwrap();
        let report = fs::read_to_string(out.join("assessment.json"));
        let report = report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&said.stderr)));
        let digest = plain_digest(&pack, &organisation, &intake);
        assert!(intake.rows.len() > 500 && report.contains(&digest), "round {round}: {digest}");
    }
}
