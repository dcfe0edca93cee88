//! What `renze check` says of a pack: every kind of finding on a small pack with one thing wrong, and silence where
//! the same thing is right. Expected texts are blessed like those of the other commands.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "test code: a fault should stop the test"
)]

use super::chance::Chance;
use super::commands::{LANGUAGES, assert_is, copy_folder, entries, renze, renze_in};
use super::shared::{open_pack, root};
use renze::diagnostic::Place;
use renze::inspection::Inspection;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const DONE: i32 = 0;
const FAULTS: i32 = 1;

/// What is changed in the small pack, and what in addition so that nothing is wrong any more.
struct Case {
    name: String,
    folder: PathBuf,
    code: String,
    change: Vec<[String; 3]>,
    near: Vec<[String; 3]>,
}

impl Case {
    fn all() -> Vec<Self> {
        let folder = root().join("fixtures/inspection");
        let names = entries(&folder).into_iter().filter(|name| name != "base" && !name.contains('.'));
        names.map(|name| Self::read(folder.join(&name), name)).collect()
    }

    fn read(folder: PathBuf, name: String) -> Self {
        let text = fs::read_to_string(folder.join("change.toml")).unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        let changes = |key: &str| -> Vec<[String; 3]> {
            let field = |change: &toml::Value, name: &str| change[name].as_str().unwrap().to_owned();
            let list = table[key].as_array().unwrap().iter();
            list.map(|change| ["file", "find", "replace"].map(|name| field(change, name))).collect()
        };
        let code = table["code"].as_str().unwrap().to_owned();
        Self { name, folder, code, change: changes("change"), near: changes("near") }
    }
}

/// The small pack in a folder of its own, as `pack`.
fn small_pack() -> TempDir {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/inspection/base"), place.path());
    place
}

fn make(changes: &[[String; 3]], place: &Path) {
    for [file, find, replace] in changes {
        let path = place.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(find).count(), 1, "`{find}` must stand once in {file}:\n{text}");
        fs::write(path, text.replacen(find, replace, 1)).unwrap();
    }
}

/// Everything a check of the pack says, findings first.
fn check(place: &Path, arguments: &[&str]) -> (i32, String) {
    let said = renze_in(place, &[&["check", "pack"], arguments].concat());
    (said.code, format!("{}{}", said.err, said.out))
}

#[test]
fn a_pack_with_nothing_wrong_says_so_and_what_was_looked_at() {
    let place = small_pack();
    for (language, said) in [("en", "nothing to report"), ("zh", "\u{672a}\u{53d1}\u{73b0}\u{95ee}\u{9898}")]
    {
        let (code, all) = check(place.path(), &["--lang", language, "--strict"]);
        assert_eq!(code, DONE, "{all}");
        assert!(all.contains(said) && all.lines().count() == 2, "{all}");
        for figure in ["4 ", "18 ", "6 ", "5 "] {
            assert!(all.contains(figure), "nothing says {figure}:\n{all}");
        }
    }
}

#[test]
fn every_kind_of_finding_is_reported_in_the_words_expected() {
    let cases = Case::all();
    assert!(cases.len() >= 25, "only {} cases", cases.len());
    for case in cases {
        let place = small_pack();
        make(&case.change, place.path());
        for language in LANGUAGES {
            let (code, all) = check(place.path(), &["--lang", language]);
            let fails = ["\nerror[", "\n错误["].iter().any(|start| all.contains(start));
            assert_eq!(code, if fails { FAULTS } else { DONE }, "{}: {all}", case.name);
            assert!(all.contains(&format!("[{}]", case.code)), "{} is not reported:\n{all}", case.name);
            for word in ["panicked", "Some(", "None", "Decimal", "src/"] {
                assert!(!all.contains(word), "{} says `{word}`:\n{all}", case.name);
            }
            assert_is(&case.folder.join(format!("expected.{language}.txt")), &all);
        }
        let (code, all) = check(place.path(), &["--strict"]);
        let fails = ["\nwarning[", "\nerror["].iter().any(|severity| all.contains(severity));
        assert_eq!(code, if fails { FAULTS } else { DONE }, "{} with --strict: {all}", case.name);
    }
}

#[test]
fn the_same_is_not_reported_where_it_is_right() {
    for case in Case::all() {
        let place = small_pack();
        make(&case.change, place.path());
        make(&case.near, place.path());
        let (code, all) = check(place.path(), &[]);
        assert_eq!(code, DONE, "{}: {all}", case.name);
        let summary = all.lines().any(|line| line.starts_with("looked at"));
        assert!(summary, "{} was not looked at: {all}", case.name);
        assert!(!all.contains(&format!("[{}]", case.code)), "{} is reported all the same:\n{all}", case.name);
    }
}

/// Runs every command that a check proposes, and gives it with what it says.
fn proposed(place: &Path) -> Vec<(String, String)> {
    let (_, all) = check(place, &[]);
    let commands = all.lines().filter_map(|line| line.trim().strip_prefix("renze "));
    let run = |command: &str| {
        let arguments: Vec<String> =
            command.split('\'').enumerate().flat_map(|(index, part)| words(part, index % 2 == 1)).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = renze_in(place, &arguments);
        assert!(said.err.is_empty(), "{command}: {}", said.err);
        (command.to_owned(), said.out)
    };
    commands.map(run).collect()
}

/// Arguments as a shell splits them: what stands in quotes is one.
fn words(part: &str, quoted: bool) -> Vec<String> {
    if quoted { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
}

#[test]
fn the_complaint_that_shows_a_double_charge_is_charged_by_both_clauses() {
    for name in ["charged-twice", "charged-twice-always", "charged-twice-excluded"] {
        let folder = root().join("fixtures/inspection").join(name);
        let case = Case::read(folder, name.to_owned());
        let place = small_pack();
        make(&case.change, place.path());
        let shown = proposed(place.path());
        assert_eq!(shown.len(), 1, "{name}: {shown:?}");
        let (command, said) = &shown[0];
        let titles = ["own fault", if name == "charged-twice" { "claim" } else { "late answer" }];
        for title in titles {
            assert!(said.contains(title), "{command} does not show {title}:\n{said}");
        }
    }
}

#[test]
fn the_complaint_that_shows_an_open_way_is_undetermined() {
    for name in ["table-without-a-word", "division-by-a-sum"] {
        let folder = root().join("fixtures/inspection").join(name);
        let case = Case::read(folder, name.to_owned());
        let place = small_pack();
        make(&case.change, place.path());
        let shown = proposed(place.path());
        assert!(!shown.is_empty(), "{name} proposes nothing");
        for (command, said) in shown {
            assert!(said.contains("undecided"), "{command} is decided:\n{said}");
        }
    }
}

#[test]
fn what_is_said_of_the_shipped_pack_is_known() {
    for language in LANGUAGES {
        let said = renze(&["check", "rules/telecom", "--strict", "--lang", language]);
        assert_eq!(said.code, DONE, "{}", said.err);
        let file = root().join(format!("fixtures/inspection/telecom.{language}.txt"));
        assert_is(&file, &format!("{}{}", said.err, said.out));
    }
}

#[test]
fn a_warning_of_the_loader_fails_a_strict_check_too() {
    let place = small_pack();
    let path = place.path().join("pack/clauses/severity.rhai");
    let text = fs::read_to_string(&path).unwrap();
    let basis = "/// basis: \u{81ea}\u{5b9a}\n";
    assert!(text.contains(basis));
    fs::write(&path, text.replace(basis, "")).unwrap();
    let (code, all) = check(place.path(), &[]);
    assert!(code == DONE && all.contains("warning[C034]"), "{all}");
    assert_eq!(check(place.path(), &["--strict"]).0, FAULTS);
}

// ---------------------------------------------------------------- random packs against every row there is

/// A condition of a generated clause.
#[derive(Clone, Debug)]
enum Test {
    Severity(&'static str),
    Liability(&'static str),
    Parts(&'static str, i64),
    /// In cents.
    Claimed(&'static str, i64),
}

/// A generated clause: conditions with the verbs behind them, each on a line of its own.
#[derive(Clone, Debug)]
enum Part {
    If { test: Test, line: usize, then: Vec<Part>, otherwise: Vec<Part> },
    Deduct { line: usize },
    Nothing,
}

/// One row: severity, liability, parts, claimed in cents.
type Row = (&'static str, &'static str, i64, i64);

const SEVERITIES: [&str; 3] = ["minor", "general", "major"];
const LIABILITIES: [&str; 2] = ["enterprise", "customer"];
const RELATIONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

fn compare(left: i64, relation: &str, right: i64) -> bool {
    match relation {
        "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        _ => left >= right,
    }
}

fn pick(chance: &mut Chance, words: &[&'static str]) -> &'static str {
    words[chance.below(words.len())]
}

impl Test {
    fn any(chance: &mut Chance) -> Self {
        match chance.below(4) {
            0 => Self::Severity(pick(chance, &SEVERITIES)),
            1 => Self::Liability(pick(chance, &LIABILITIES)),
            2 => Self::Parts(pick(chance, &RELATIONS), i64::try_from(chance.below(4)).unwrap()),
            _ => Self::Claimed(pick(chance, &RELATIONS), i64::try_from(chance.below(4)).unwrap()),
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Severity(word) => format!("complaint.severity == \"{word}\""),
            Self::Liability(word) => format!("\"{word}\" != complaint.liability"),
            Self::Parts(relation, bound) => format!("complaint.parts {relation} {bound}"),
            Self::Claimed(relation, bound) => format!("complaint.claimed {relation} 0.0{bound}"),
        }
    }

    fn holds(&self, row: &Row) -> bool {
        match self {
            Self::Severity(word) => row.0 == *word,
            Self::Liability(word) => row.1 != *word,
            Self::Parts(relation, bound) => compare(row.2, relation, *bound),
            Self::Claimed(relation, bound) => compare(row.3, relation, *bound),
        }
    }
}

impl Part {
    fn any(chance: &mut Chance, (depth, quiet): (usize, usize), lines: &mut Vec<String>) -> Self {
        if depth == 0 || chance.happens(25, 100) {
            if chance.happens(quiet, 100) {
                lines.push("();".to_owned());
                return Self::Nothing;
            }
            lines.push("deduct(\"handler\", 1);".to_owned());
            return Self::Deduct { line: lines.len() };
        }
        let test = Test::any(chance);
        lines.push(format!("if {} {{", test.written()));
        let line = lines.len();
        let mut some = |lines: &mut Vec<String>| -> Vec<Self> {
            (0..chance.between(1, 2)).map(|_| Self::any(chance, (depth - 1, quiet), lines)).collect()
        };
        let then = some(lines);
        lines.push("} else {".to_owned());
        let otherwise = some(lines);
        lines.push("}".to_owned());
        Self::If { test, line, then, otherwise }
    }

    /// Notes the lines of the verbs that a row comes by, and how each condition came out.
    fn take(&self, row: &Row, verbs: &mut BTreeSet<usize>, tests: &mut BTreeMap<usize, BTreeSet<bool>>) {
        match self {
            Self::Nothing => {}
            Self::Deduct { line } => drop(verbs.insert(*line)),
            Self::If { test, line, then, otherwise } => {
                let holds = test.holds(row);
                tests.entry(*line).or_default().insert(holds);
                let taken = if holds { then } else { otherwise };
                taken.iter().for_each(|part| part.take(row, verbs, tests));
            }
        }
    }
}

/// The lines of `severity.rhai` that a code is reported at.
fn lines_of(inspection: &Inspection, code: &str) -> BTreeSet<usize> {
    let found = inspection.findings.iter().map(|(_, found)| found).filter(|found| found.code == code);
    let lines = found.filter_map(|found| match &found.place {
        Some(Place::Line { file, line, .. }) if file.ends_with("severity.rhai") => Some(*line),
        _ => None,
    });
    lines.collect()
}

/// Every row that makes a difference: all words, and every number at and around the bounds a test can have.
fn every_row() -> Vec<Row> {
    let mut rows = Vec::new();
    for severity in SEVERITIES {
        for liability in LIABILITIES {
            for parts in 0..=4 {
                rows.extend((0..=4).map(|claimed| (severity, liability, parts, claimed)));
            }
        }
    }
    rows
}

#[test]
fn a_branch_is_reported_exactly_where_no_row_takes_it() {
    let rows = every_row();
    let (mut dead, mut fixed) = (0, 0);
    for seed in 0..250 {
        let mut chance = Chance(seed);
        let mut lines: Vec<String> =
            ["/// basis: x", "fn own_fault(complaint) {"].map(str::to_owned).to_vec();
        let parts: Vec<Part> = (0..2).map(|_| Part::any(&mut chance, (4, 0), &mut lines)).collect();
        lines.push("}".to_owned());
        let place = small_pack();
        let pack = place.path().join("pack");
        fs::write(pack.join("clauses/severity.rhai"), lines.join("\n")).unwrap();
        let (pack, rules) = open_pack(&pack);
        let inspection = Inspection::of(&pack, &rules);

        let (mut verbs, mut tests) = (BTreeSet::new(), BTreeMap::new());
        rows.iter().for_each(|row| parts.iter().for_each(|part| part.take(row, &mut verbs, &mut tests)));
        let written = |line: &usize| lines[line - 1].starts_with("deduct");
        let unreached: BTreeSet<usize> =
            (1..=lines.len()).filter(written).filter(|line| !verbs.contains(line)).collect();
        let decided: BTreeSet<usize> =
            tests.iter().filter(|(_, came_out)| came_out.len() == 1).map(|(line, _)| *line).collect();
        let source = lines.join("\n");
        assert_eq!(lines_of(&inspection, "I002"), unreached, "seed {seed}, verbs of\n{source}");
        assert_eq!(lines_of(&inspection, "I001"), decided, "seed {seed}, conditions of\n{source}");
        dead += unreached.len();
        fixed += decided.len();
    }
    assert!(dead > 100 && fixed > 100, "only {dead} verbs and {fixed} conditions were dead");
}

#[test]
fn a_gap_or_an_overlap_is_reported_exactly_where_a_number_shows_it() {
    let (mut gaps, mut overlaps, mut whole) = (0, 0, 0);
    for seed in 0..300 {
        let mut chance = Chance(seed);
        // bounds between the grains too, which no number of the fact can be
        let bound = |chance: &mut Chance| i64::try_from(chance.below(17)).unwrap();
        let mut bands: Vec<(i64, bool, i64, bool)> = Vec::new();
        let mut from = -1;
        for _ in 0..chance.between(1, 3) {
            let to =
                if chance.happens(60, 100) { from + 1 + bound(&mut chance) / 2 } else { bound(&mut chance) };
            bands.push((from, chance.happens(70, 100), to, chance.happens(30, 100)));
            from = to;
        }
        bands.push((from, chance.happens(70, 100), 1_000, true));
        let half = |number: i64| format!("{}", Decimal::new(number * 5, 1));
        let band = |&(low, with_low, high, with_high): &(i64, bool, i64, bool)| {
            let (above, below) = (if with_low { ">=" } else { ">" }, if with_high { "<=" } else { "<" });
            format!("[\"{above} {} {below} {}\", \"1\"]", half(low), half(high))
        };
        let written: Vec<String> = bands.iter().map(band).collect();
        let place = small_pack();
        let change = |file: &str, find: &str, replace: &str| {
            make(&[[file, find, replace].map(str::to_owned)], place.path());
        };
        let rows = "[[\"< 100\", \"0\"], [\">= 100 < 500\", \"50\"], [\">= 500\", \"200\"]]";
        change("pack/parameters.toml", rows, &format!("[{}]", written.join(", ")));
        change(
            "pack/clauses/complaint.rhai",
            "terms.claim_charge[complaint.claimed]",
            "terms.claim_charge[complaint.parts]",
        );
        change(
            "pack/clauses/complaint.rhai",
            "complaint.parts > 0",
            "complaint.parts >= 2 && complaint.parts <= 500",
        );
        let (pack, rules) = open_pack(&place.path().join("pack"));
        let inspection = Inspection::of(&pack, &rules);
        let said = |code: &str| inspection.findings.iter().any(|(_, found)| found.code == code);

        bands.dedup();
        let holds = |number: i64, &(low, with_low, high, with_high): &(i64, bool, i64, bool)| {
            let doubled = number * 2;
            (doubled > low || (with_low && doubled == low))
                && (doubled < high || (with_high && doubled == high))
        };
        let rows_of = |number: i64| bands.iter().filter(|band| holds(number, band)).count();
        let gap = (2..=500).any(|number| rows_of(number) == 0);
        let overlap = (2..=500).any(|number| rows_of(number) > 1);
        assert_eq!(said("I010"), gap, "seed {seed}, gap of {}", written.join(", "));
        assert_eq!(said("I011"), overlap, "seed {seed}, overlap of {}", written.join(", "));
        (gaps, overlaps) = (gaps + usize::from(gap), overlaps + usize::from(overlap));
        whole += usize::from(!gap && !overlap);
    }
    assert!(
        gaps > 30 && overlaps > 30 && whole > 10,
        "{gaps} gaps, {overlaps} overlaps, {whole} whole tables"
    );
}

#[test]
fn two_clauses_are_reported_exactly_where_a_row_is_charged_by_both() {
    let rows = every_row();
    let (mut never, mut sometimes, mut always) = (0, 0, 0);
    for seed in 0..150 {
        let mut chance = Chance(seed);
        let mut lines: Vec<String> = Vec::new();
        let clauses = ["first", "second"].map(|name| {
            lines.extend(["/// basis: x".to_owned(), format!("fn {name}(complaint) {{")]);
            let parts: Vec<Part> =
                (0..chance.between(1, 2)).map(|_| Part::any(&mut chance, (3, 75), &mut lines)).collect();
            lines.push("}".to_owned());
            parts
        });
        let place = small_pack();
        let pack = place.path().join("pack");
        fs::write(pack.join("clauses/severity.rhai"), lines.join("\n")).unwrap();
        let policy = fs::read_to_string(pack.join("policy.toml")).unwrap();
        fs::write(pack.join("policy.toml"), policy.replace("\"own_fault\"", "\"first\"")).unwrap();
        let (pack, rules) = open_pack(&pack);
        let inspection = Inspection::of(&pack, &rules);
        let both = |text: &str| text.contains("`first`") && text.contains("`second`");
        let said = inspection.findings.iter().map(|(_, found)| found).find(|found| both(&found.message.en));

        let takes = |parts: &Vec<Part>, row: &Row| {
            let mut verbs = BTreeSet::new();
            parts.iter().for_each(|part| part.take(row, &mut verbs, &mut BTreeMap::new()));
            !verbs.is_empty()
        };
        let taken: Vec<[bool; 2]> =
            rows.iter().map(|row| [takes(&clauses[0], row), takes(&clauses[1], row)]).collect();
        let together = taken.contains(&[true, true]);
        let alone = [taken.contains(&[true, false]), taken.contains(&[false, true])];
        let expected = match (together, alone) {
            (false, _) => None,
            (true, [true, true]) => Some("I021"),
            (true, _) => Some("I020"),
        };
        let source = lines.join("\n");
        assert_eq!(said.map(|found| found.code), expected, "seed {seed}, {said:?} of\n{source}");
        match expected {
            None => never += 1,
            Some("I021") => sometimes += 1,
            _ => always += 1,
        }
    }
    let each = [never, sometimes, always];
    assert!(each.iter().all(|times| *times > 10), "{never} never, {sometimes} sometimes, {always} always");
}
