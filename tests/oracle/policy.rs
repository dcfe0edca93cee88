//! The declarations of a random pack: facts, cards and parameters, as a person would write them.

use crate::chance::Chance;
use std::fmt::Write as _;

/// The words of facts; some facts share words, so that a wrong comparison of two facts shows.
const WORDS: [&str; 9] =
    ["minor", "general", "serious", "major", "hotline", "hall", "media", "轻微", "regulator"];
/// Numbers on which clauses turn and which rows hit: both sides of a limit and the limit itself occur.
pub(crate) const TURNS: [&str; 16] = [
    "0", "1", "2", "3", "5", "10", "48", "100", "0.5", "2.5", "12.345", "0.005", "7.25", "-1", "-2.5", "1.5",
];
/// The largest numbers that can be written, and a very small one: products of them are soon too large.
pub(crate) const HUGE: [&str; 4] =
    ["900000000000000", "-1000000000000000", "123456789012345.6789", "0.0000000000000000001"];

const FLAGS: [&str; 5] = ["upheld", "bypassed", "repeated", "越级", "推诿"];
const KINDS_OF: [&str; 4] = ["severity", "channel", "liability", "渠道"];
const NUMBERS: [(&str, &str); 6] = [
    ("amount", ", places = 2, least = 0"),
    ("loss", ""),
    ("delta", ""),
    ("nth", ", places = 0, least = 0, most = 12"),
    ("金额", ", places = 2"),
    ("share", ", least = 0, most = 1"),
];

/// The words of one fact, as its type in `policy.toml`.
fn domain(chance: &mut Chance) -> String {
    let mut words = WORDS;
    chance.shuffle(&mut words);
    let chosen = words.iter().take(chance.between(2, 5));
    let chosen: Vec<String> = chosen.map(|word| format!("\"{word}\" = [\"{word}\"]")).collect();
    format!("{{ {} }}", chosen.join(", "))
}

/// Some of the names, at least so many.
fn some<T: Copy>(chance: &mut Chance, names: &[T], least: usize) -> Vec<T> {
    let mut names = names.to_vec();
    chance.shuffle(&mut names);
    names.truncate(chance.between(least, names.len()));
    names
}

/// `policy.toml`
pub(crate) fn policy(chance: &mut Chance) -> String {
    let mode = *chance.one(&["half_up", "half_even", "down", "up"]);
    let mut text = format!(
        r#"[policy]
id = "random"
version = "1"
title = {{ zh = "随机办法", en = "Random policy" }}
basis = "test"
from = 2026-01-01
judge = ["complaint", "person", "unit"]
rounding = {{ mode = "{mode}", places = 2, at = "finding" }}
utc_offset = "+08:00"

[complaint]
title = {{ zh = "投诉", en = "Complaint" }}
rows = {{ table = "complaints" }}
id = "number"
at = "accepted"
[complaint.facts]
"#
    );
    complaint_facts(chance, &mut text);
    text.push_str(
        r#"[complaint.roles]
handler = { is = "person", from = ["处理人"] }
first_contact = { is = "person", from = ["首问"], vacant = "nobody" }
unit = { is = "unit", of = "handler" }
"#,
    );
    for (card, extra) in [
        ("person", "money = { unit = \"元\", plus = \"credit\", minus = \"charge\" }\n"),
        ("unit", "money = { unit = \"元\", plus = \"credit\", minus = \"charge\" }\n"),
    ] {
        let _ = write!(
            text,
            r#"
[{card}]
title = {{ zh = "{card}", en = "{card}" }}
rows = {{ members = "{card}" }}
period = "month"
[{card}.accounts]
points = {{ opening = 100, plus = "award", minus = "deduct" }}
{extra}[{card}.veto]
sets = {{ points = 0 }}
until = {{ zh = "当月末", en = "the end of the month" }}
basis = "test"
[{card}.facts]
"#
        );
        card_facts(chance, card, &mut text);
    }
    text
}

fn complaint_facts(chance: &mut Chance, text: &mut String) {
    text.push_str("number = { from = [\"工单号\"], type = \"text\" }\n");
    for moment in ["accepted", "replied", "closed"] {
        let _ = writeln!(text, "{moment} = {{ from = [\"{moment}\"], type = \"time\" }}");
    }
    text.push_str(
        "answered_in = { clock = [\"accepted\", \"replied\"], in = \"hours\", open = \"count\" }\n",
    );
    for note in ["note", "remark"] {
        let _ = writeln!(text, "{note} = {{ from = [\"{note}\"], type = \"text\" }}");
    }
    for flag in some(chance, &FLAGS, 2) {
        let blank = if chance.happens(1, 4) { ", missing = \"false\"" } else { "" };
        let _ = writeln!(text, "\"{flag}\" = {{ from = [\"{flag}\"], type = \"bool\"{blank} }}");
    }
    for word in some(chance, &KINDS_OF, 2) {
        let _ = writeln!(text, "\"{word}\" = {{ from = [\"{word}\"], type = {} }}", domain(chance));
    }
    for (number, bounds) in some(chance, &NUMBERS, 3) {
        let _ = writeln!(text, "\"{number}\" = {{ from = [\"{number}\"], type = \"number\"{bounds} }}");
    }
    // more words than are followed one by one
    let towns: Vec<String> = (1..=18).map(|town| format!("t{town:02} = [\"t{town:02}\"]")).collect();
    let _ = writeln!(text, "town = {{ from = [\"town\"], type = {{ {} }} }}", towns.join(", "));
    text.push_str("counts = { by = \"counts\", type = \"bool\" }\n");
    text.push_str("weight = { by = \"weight\", type = \"number\" }\n");
    let _ = writeln!(text, "class = {{ by = \"class\", type = {} }}", domain(chance));
}

fn card_facts(chance: &mut Chance, card: &str, text: &mut String) {
    let role = if card == "person" { *chance.one(&["handler", "first_contact"]) } else { "unit" };
    let _ = writeln!(
        text,
        r#"complaints = {{ count = "complaint", as = "{role}" }}
counted = {{ count = "complaint", where = "counts", as = "{role}" }}
total = {{ sum = "complaint.weight", as = "{role}" }}
most = {{ max = "complaint.weight", as = "{role}" }}
least = {{ min = "complaint.weight", as = "{role}", where = "counts" }}
rate_of_{card} = {{ by = "rate_of_{card}", type = "number", unit = "%" }}
is_good_{card} = {{ by = "is_good_{card}", type = "bool" }}"#
    );
}

/// The definitions that the facts name, with the kind each is about.
pub(crate) const DEFINITIONS: [(&str, &str); 7] = [
    ("complaint", "counts"),
    ("complaint", "weight"),
    ("complaint", "class"),
    ("person", "rate_of_person"),
    ("person", "is_good_person"),
    ("unit", "rate_of_unit"),
    ("unit", "is_good_unit"),
];

/// A number as TOML takes it without passing through a binary float.
fn number(chance: &mut Chance) -> String {
    format!("\"{}\"", chance.one(&TURNS))
}

/// `parameters.toml`
pub(crate) fn parameters(chance: &mut Chance) -> String {
    let mut text = String::new();
    // from the second day on another edition is in force
    let days: &[&str] = if chance.happens(1, 4) { &["2026-01-01", "2026-07-01"] } else { &["2026-01-01"] };
    let mut add = |name: &str, keys: &str, draw: &mut dyn FnMut(&mut Chance) -> String| {
        let _ = writeln!(text, "[{name}]\ntitle = {{ zh = \"{name}\", en = \"{name}\" }}\n{keys}");
        for day in days {
            let value = draw(chance);
            let _ = writeln!(text, "[[{name}.values]]\nfrom = {day}\nbasis = \"test\"\nvalue = {value}\n");
        }
    };
    for name in ["limit", "points", "base"] {
        add(name, "", &mut number);
    }
    add("some", "", &mut |chance| format!("{}", chance.below(4)));
    add("ratio", "", &mut |chance| format!("\"{}\"", chance.one(&["0.5", "0.3", "0", "1", "30%"])));
    add("huge", "", &mut |chance| format!("\"{}\"", chance.one(&HUGE)));
    add("reading", "", &mut |chance| format!("\"{}\"", chance.one(&["started", "full", "proportional"])));
    add("price", "keys = [\"word\"]", &mut |chance| rows(chance, &[words], number));
    add("ladder", "keys = [\"number\"]", &mut |chance| rows(chance, &[bands], number));
    add("matrix", "keys = [\"word\", \"number\"]", &mut |chance| rows(chance, &[words, bands], number));
    add("grid", "keys = [\"number\", \"other\"]", &mut |chance| rows(chance, &[bands, bands], number));
    add("form", "keys = [\"word\"]", &mut |chance| rows(chance, &[words], word));
    add("grade", "keys = [\"number\"]", &mut |chance| rows(chance, &[bands], word));
    text
}

fn word(chance: &mut Chance) -> String {
    format!("\"{}\"", chance.one(&WORDS))
}

/// Some words; those left out are gaps of the table unless a star ends it.
fn words(chance: &mut Chance) -> Vec<String> {
    let mut words: Vec<String> = some(chance, &WORDS, 4).iter().map(|word| format!("\"{word}\"")).collect();
    if chance.happens(1, 2) {
        words.push("\"*\"".to_owned());
    }
    words
}

/// Ranges of numbers one above the other, often with gaps between and beside them.
fn bands(chance: &mut Chance) -> Vec<String> {
    let ladders: [&[&str]; 6] = [
        &["< 0", ">= 0 <= 3", "> 3 < 10", ">= 10"],
        &["<= 1", "> 2 <= 5", "> 5 < 48", "> 48"],
        &[">= 0 < 2.5", ">= 2.5 <= 7.25"],
        &["= 1", "= 2", ">= 3 <= 100"],
        &["<= 0", "> 0"],
        &[">= 100", ">= 10 < 100", ">= 0.5 < 10", "*"],
    ];
    chance.one(&ladders).iter().map(|band| format!("\"{band}\"")).collect()
}

/// The rows of a table: every combination of its conditions, now and then without one of them.
fn rows(
    chance: &mut Chance,
    keys: &[fn(&mut Chance) -> Vec<String>],
    cell: fn(&mut Chance) -> String,
) -> String {
    let mut rows = vec![String::new()];
    for key in keys {
        let conditions = key(chance);
        let longer = |row: &String| conditions.iter().map(|own| format!("{row}{own}, ")).collect::<Vec<_>>();
        rows = rows.iter().flat_map(longer).collect();
    }
    if rows.len() > 2 && chance.happens(1, 3) {
        rows.remove(chance.below(rows.len()));
    }
    let rows: Vec<String> = rows.iter().map(|row| format!("[{row}{}]", cell(chance))).collect();
    format!("[{}]", rows.join(", "))
}
