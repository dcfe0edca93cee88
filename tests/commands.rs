//! The commands as a user meets them: what they print, what they write, how they end. Expected texts are
//! files; `RENZE_BLESS=1 cargo test` writes them anew, and the difference is read before it is kept.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "test code: a fault should stop the test"
)]

use super::shared::{open_pack, root};
use assert_cmd::Command;
use renze::diagnostic::Faults;
use renze::language::Language;
use renze::scenario::{Scenario, differences};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr as _;

const BOOK: &str = "fixtures/telecom-2026-10";
const PACK: &str = "rules/telecom";
pub(crate) const LANGUAGES: [&str; 2] = ["en", "zh"];
/// How wide a line of a report may be.
const WIDTH: usize = 110;

/// How a command ended.
const DONE: i32 = 0;
const FAULTS: i32 = 1;
const USAGE: i32 = 2;
const PROVISIONAL: i32 = 4;

/// What one run of the program said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program in a folder, whatever the locale of this machine.
pub(crate) fn renze_in(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_renze"));
    command.current_dir(folder).args(arguments).env_remove("LC_ALL").env("LANG", "C").env("NO_COLOR", "1");
    let output = command.output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn renze(arguments: &[&str]) -> Said {
    renze_in(&root(), arguments)
}

/// The file holds exactly this; with `RENZE_BLESS` set it is made to.
pub(crate) fn assert_is(path: &Path, found: &str) {
    if std::env::var_os("RENZE_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(expected == found, "{} differs; expected:\n{expected}\nfound:\n{found}", path.display());
}

/// A change of one place in the small book, or of several: what a user got wrong.
pub(crate) struct Change(toml::Table);

impl Change {
    fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("change.toml")).unwrap();
        Self(toml::from_str(&text).unwrap())
    }

    pub(crate) fn make(&self, book: &Path) {
        let also = self.0.get("also").and_then(toml::Value::as_array).into_iter().flatten();
        for place in std::iter::once(&self.0).chain(also.map(|place| place.as_table().unwrap())) {
            let [file, find, replace] = ["file", "find", "replace"].map(|name| place[name].as_str().unwrap());
            let path = book.join(file);
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.matches(find).count(), 1, "`{find}` must stand once in {file}");
            fs::write(path, text.replacen(find, replace, 1)).unwrap();
        }
    }
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The small book in a folder of its own, as `book`.
pub(crate) fn small_book() -> TempDir {
    let place = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/bad/base"), &place.path().join("book"));
    place
}

/// The names of the entries of a folder, hidden ones too.
pub(crate) fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn path_of(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

// ---------------------------------------------------------------- faults in the user's files

#[test]
fn the_small_book_without_a_fault_is_assessed_and_final() {
    let place = small_book();
    let said = renze_in(place.path(), &["assess", "book"]);
    assert_eq!((said.code, said.err.as_str()), (DONE, ""), "{}", said.out);
}

/// The command line is answered in the language that it asks for, wherever in it that stands.
#[test]
fn what_is_wrong_with_a_command_line_is_said_in_the_language_asked_for() {
    for (arguments, zh) in [
        (&["asess", "book"][..], "没有「asess」这个命令\n  是否指「assess」？"),
        (&["assess", "book", "--ou", "x"], "没有「--ou」这个参数\n  是否指「--out」？"),
        (&["check"], "还缺少「<PACK>」"),
        (&["assess", "book", "--out"], "「--out <OUT>」后面缺少内容"),
        (&["assess", "book", "--only", "x"], "「--only <ONLY>」不能是「x」\n  可用：「scorecards.csv」"),
    ] {
        let said = renze(&[arguments, &["--lang=zh"]].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""));
        assert!(said.err.starts_with(&format!("错误：{zh}")), "{}", said.err);
        assert!(said.err.ends_with("详见 --help\n"), "{}", said.err);
        let said = renze(&[&["--lang", "en"], arguments].concat());
        assert!(said.code == 2 && said.err.starts_with("error: "), "{}", said.err);
    }
}

#[test]
fn every_fault_is_refused_with_the_words_expected() {
    let faults = bad_inputs();
    assert!(faults.len() >= 100, "only {} faults", faults.len());
    for (name, change) in faults {
        let fault = root().join("fixtures/bad").join(name);
        let place = small_book();
        change.make(&place.path().join("book"));
        for language in LANGUAGES {
            let said = renze_in(place.path(), &["--lang", language, "assess", "book"]);
            assert_eq!(said.code, FAULTS, "{}: {}{}", fault.display(), said.out, said.err);
            assert_eq!(said.out, "", "{} prints a result all the same", fault.display());
            assert_speaks_to_a_user(&fault.display().to_string(), &said.err);
            assert_is(&fault.join(format!("expected.{language}.txt")), &said.err);
        }
    }
}

/// The bad inputs by name.
pub(crate) fn bad_inputs() -> Vec<(String, Change)> {
    let bad = root().join("fixtures/bad");
    let names = entries(&bad).into_iter().filter(|name| name != "base");
    names.map(|name| (name.clone(), Change::read(&bad.join(name)))).collect()
}

/// A fault says where it stands, and does not speak of the inside of the program.
fn assert_speaks_to_a_user(name: &str, text: &str) {
    assert!(text.contains("--> book/"), "{name} says not where:\n{text}");
    for word in ["panicked", "unwrap", "Err(", "Some(", "None", "EvalAltResult", "Decimal", "src/"] {
        assert!(!text.contains(word), "{name} says `{word}`:\n{text}");
    }
}

#[test]
fn a_book_with_faults_writes_no_files() {
    let place = small_book();
    Change::read(&root().join("fixtures/bad/unknown-word")).make(&place.path().join("book"));
    let said = renze_in(place.path(), &["assess", "book", "--out", "result"]);
    assert_eq!(said.code, FAULTS);
    assert_eq!(entries(place.path()), ["book"]);
}

// ---------------------------------------------------------------- the screen and the files

#[test]
fn october_prints_its_screen_and_ends_as_provisional() {
    for language in LANGUAGES {
        let said = renze(&["assess", BOOK, "--lang", language]);
        assert_eq!((said.code, said.err.as_str()), (PROVISIONAL, ""));
        assert_is(&root().join(format!("{BOOK}/expected/screen.{language}.txt")), &said.out);
    }
}

#[test]
fn no_line_of_any_report_is_wider_than_the_screen() {
    for language in LANGUAGES {
        for arguments in [
            &["assess", BOOK][..],
            &["assess", BOOK, "--all"],
            &["explain", BOOK, "--complaint", "TS-1310"],
            &["explain", BOOK, "--subject", "U5", "--all"],
            &["explain", BOOK, "--subject", "E2", "--all"],
            &["explain", BOOK, "--subject", "客服线", "--all"],
            &["try", PACK, "severity=major", "liability=enterprise"],
            &["compare", PACK, "--set", "answer_limit=20", "--book", BOOK, "--all"],
            &["check", PACK],
            &["test", PACK],
        ] {
            let said = renze(&[arguments, &["--lang", language]].concat());
            let wide: Vec<&str> = said.out.lines().filter(|line| line.width() > WIDTH).collect();
            assert!(wide.is_empty(), "{arguments:?} prints more than {WIDTH} columns:\n{}", wide.join("\n"));
        }
    }
}

#[test]
fn the_data_files_are_the_same_in_both_languages_and_the_ones_expected() {
    let place = TempDir::new().unwrap();
    for language in LANGUAGES {
        let out = place.path().join(language);
        let said = renze(&["assess", BOOK, "--lang", language, "--out", path_of(&out)]);
        assert_eq!((said.code, said.err.as_str()), (PROVISIONAL, ""));
        assert_eq!(entries(&out), ["assessment.json", "findings.csv", "scorecards.csv", "set_aside.csv"]);
    }
    let read = |language: &str, name: &str| fs::read(place.path().join(language).join(name)).unwrap();
    for name in ["assessment.json", "findings.csv", "scorecards.csv", "set_aside.csv"] {
        assert!(read("en", name) == read("zh", name), "{name} depends on the language");
    }
    for name in ["findings.csv", "scorecards.csv"] {
        let found = String::from_utf8(read("en", name)).unwrap();
        assert_is(&root().join(format!("{BOOK}/expected/{name}")), &found);
    }
    assert_eq!(entries(place.path()), ["en", "zh"], "something was left beside the results");
}

#[test]
fn a_folder_that_holds_something_is_refused_and_left_as_it_was() {
    let place = TempDir::new().unwrap();
    let out = place.path().join("mine");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("letter.txt"), "dear customer").unwrap();
    let said = renze(&["assess", BOOK, "--out", path_of(&out)]);
    assert_eq!((said.code, said.out.as_str()), (FAULTS, ""));
    assert!(said.err.contains("mine"), "{}", said.err);
    assert_eq!(entries(&out), ["letter.txt"]);
    assert_eq!(fs::read_to_string(out.join("letter.txt")).unwrap(), "dear customer");
    assert_eq!(entries(place.path()), ["mine"], "something was left beside the folder");
}

#[test]
fn an_empty_folder_and_a_new_one_are_both_written_to() {
    let place = TempDir::new().unwrap();
    fs::create_dir(place.path().join("empty")).unwrap();
    for name in ["empty", "new"] {
        let said = renze(&["assess", BOOK, "--out", path_of(&place.path().join(name))]);
        assert_eq!(said.code, PROVISIONAL, "{}", said.err);
        assert_eq!(entries(&place.path().join(name)).len(), 4);
    }
    assert_eq!(entries(place.path()), ["empty", "new"]);
}

#[test]
fn a_place_that_cannot_be_written_to_is_said_and_nothing_is_left() {
    let place = TempDir::new().unwrap();
    let said = renze(&["assess", BOOK, "--out", path_of(&place.path().join("no/such/place"))]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
    assert!(said.err.contains("no/such/place is to stand does not exist"), "{}", said.err);
    assert!(entries(place.path()).is_empty());
}

// ---------------------------------------------------------------- set aside

#[test]
fn a_row_set_aside_is_named_everywhere_and_the_totals_add_up() {
    let place = small_book();
    Change::read(&root().join("fixtures/bad/unknown-word")).make(&place.path().join("book"));
    let out = place.path().join("result");
    let said = renze_in(place.path(), &["assess", "book", "--set-aside", "--out", path_of(&out)]);
    assert_eq!((said.code, said.err.as_str()), (PROVISIONAL, ""), "{}", said.out);
    assert!(said.out.contains("3 rows = 2 judged + 1 set aside"), "{}", said.out);
    assert!(said.out.contains("complaints.csv row 3"), "the screen does not name the row:\n{}", said.out);
    let rows = fs::read_to_string(out.join("set_aside.csv")).unwrap();
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    assert_eq!(rows.len(), 1, "{rows:?}");
    for part in ["A-2", "complaints.csv", "严重程度", "重太"] {
        assert!(rows[0].contains(part), "set_aside.csv does not name {part}: {}", rows[0]);
    }
    let findings = fs::read_to_string(out.join("findings.csv")).unwrap();
    assert!(!findings.contains("A-2"), "a row set aside was judged all the same");
}

#[test]
fn setting_aside_changes_nothing_where_every_row_can_be_read() {
    let place = small_book();
    let plain = renze_in(place.path(), &["assess", "book"]);
    let lenient = renze_in(place.path(), &["assess", "book", "--set-aside"]);
    assert_eq!((plain.code, &plain.out), (DONE, &lenient.out));
    assert_eq!(lenient.code, DONE);
}

// ---------------------------------------------------------------- the other commands

#[test]
fn a_complaint_is_explained_with_its_row_its_clauses_and_its_bearers() {
    let said = renze(&["explain", BOOK, "--complaint", "TS-1310"]);
    assert_eq!((said.code, said.err.as_str()), (DONE, ""));
    for part in
        ["TS-1310", "row 311", "P066", "P061", "E2", "建议2·六", "¥2,000.00", "¥600.00", "¥200.00", "veto"]
    {
        assert!(said.out.contains(part), "nothing says `{part}`:\n{}", said.out);
    }
    for language in LANGUAGES {
        let said = renze(&["explain", BOOK, "--complaint", "TS-1310", "--lang", language]);
        assert_is(&root().join(format!("{BOOK}/expected/TS-1310.{language}.txt")), &said.out);
    }
}

#[test]
fn a_complaint_or_a_subject_that_is_not_there_is_refused_with_a_near_name() {
    for (arguments, near) in [(["--complaint", "TS-131O"], "TS-131"), (["--subject", "Hi-teck"], "Hi-tech")] {
        let said = renze(&[&["explain", BOOK][..], &arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (FAULTS, ""));
        assert!(said.err.contains(near), "{}", said.err);
    }
}

#[test]
fn a_complaint_typed_by_hand_is_judged_at_once() {
    let said = renze(&["try", PACK, "severity=major", "liability=enterprise"]);
    assert_eq!((said.code, said.err.as_str()), (DONE, ""), "{}", said.out);
    for part in ["¥2,000.00", "¥600.00", "¥200.00", "30 %", "10 %", "建议2·六"] {
        assert!(said.out.contains(part), "nothing says `{part}`:\n{}", said.out);
    }
    // what is missing makes it provisional
    let said = renze(&["try", PACK, "severity=major", "liability="]);
    assert_eq!(said.code, PROVISIONAL, "{}", said.out);
}

#[test]
fn a_fact_or_a_word_typed_wrong_is_refused_with_a_near_one() {
    let said = renze(&["try", PACK, "severty=major"]);
    assert_eq!((said.code, said.err.contains("severity")), (FAULTS, true), "{}", said.err);
    let said = renze(&["try", PACK, "severity=majr"]);
    assert_eq!((said.code, said.err.contains("major")), (FAULTS, true), "{}", said.err);
    let said = renze(&["try", PACK, "severity"]);
    assert_eq!(said.code, FAULTS, "{}", said.err);
}

#[test]
fn the_telecom_pack_is_in_order() {
    for language in LANGUAGES {
        let said = renze(&["check", PACK, "--lang", language]);
        assert_eq!(said.code, DONE, "{}", said.out);
        let graver = |line: &str| line.starts_with("error") || line.starts_with("warning");
        assert!(!said.err.lines().any(graver), "{}", said.err);
        assert!(said.out.contains("telecom 2026.3"), "{}", said.out);
    }
}

#[test]
fn every_scenario_of_the_telecom_pack_holds() {
    let (pack, rules) = open_pack(&root().join(PACK));
    let faults = Faults::default();
    let mut held = 0_usize;
    for source in pack.scenarios(&faults) {
        for scenario in Scenario::read_file(&source, &pack, &faults) {
            let found = scenario.outcome(&pack, &rules).unwrap();
            let wrong = differences(&scenario.expected, &found, Language::En);
            assert!(wrong.is_empty(), "{}: {wrong:?}", scenario.name.en);
            assert_ne!(scenario.name.zh, scenario.name.en, "a scenario is named in both languages");
            held += 1;
        }
    }
    assert!(faults.into_sorted().is_empty());
    assert!(held >= 25, "only {held} scenarios");
    assert_eq!(renze(&["test", PACK]).code, DONE);
}

#[test]
fn the_pack_of_the_benchmark_is_in_order_and_its_scenarios_hold() {
    let pack = root().join("benches/t8/pack");
    for command in ["check", "test"] {
        let said = renze(&[command, path_of(&pack), "--lang", "en"]);
        assert_eq!(said.code, DONE, "{command}: {}{}", said.out, said.err);
    }
}

#[test]
fn coverage_is_shown_with_scenarios_to_paste_and_fails_nothing() {
    let folder = TempDir::new().unwrap();
    copy_folder(&root().join(PACK), folder.path());
    fs::remove_file(folder.path().join("scenarios/chain.toml")).unwrap();
    let shown =
        [("en", "COVERAGE  97 of 104 rows", "a person must confirm"), ("zh", "104 行中 97 行", "人工核对")];
    for (language, share, mark) in shown {
        let said = renze_in(folder.path(), &["test", ".", "--coverage", "--lang", language]);
        assert_eq!((said.code, said.err.as_str()), (DONE, ""));
        assert!(said.out.contains(share) && said.out.contains(mark), "{}", said.out);
        let (report, scenarios) = said.out.split_once("\n# ").unwrap();
        assert!(report.lines().all(|line| line.width() <= WIDTH), "{report}");
        assert_eq!(scenarios.matches("[[scenario]]").count(), 5);
    }
}

#[test]
fn a_pack_without_scenarios_has_some_proposed() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("clauses")).unwrap();
    let clauses = fs::read_dir(root().join(PACK).join("clauses")).unwrap();
    let clauses = clauses.map(|entry| Path::new("clauses").join(entry.unwrap().file_name()));
    for name in clauses.chain(["policy.toml", "parameters.toml", "CHANGELOG.md"].map(PathBuf::from)) {
        fs::copy(root().join(PACK).join(&name), folder.path().join(&name)).unwrap();
    }
    let said = renze_in(folder.path(), &["test", ".", "--coverage"]);
    assert_eq!(said.code, DONE, "{}", said.err);
    assert!(
        said.out.contains("COVERAGE  0 of 104 rows") && said.out.contains("[[scenario]]"),
        "{}",
        said.out
    );
}

#[test]
fn every_clause_of_the_telecom_pack_applies_in_some_scenario() {
    let (pack, rules) = open_pack(&root().join(PACK));
    let mut applied = String::new();
    for source in pack.scenarios(&Faults::default()) {
        for scenario in Scenario::read_file(&source, &pack, &Faults::default()) {
            applied.push_str(&format!(", {}", scenario.outcome(&pack, &rules).unwrap()["clauses"]));
        }
    }
    let applied: Vec<&str> = applied.split(", ").collect();
    let unused: Vec<&str> = rules
        .clauses()
        .iter()
        .map(|clause| clause.name.as_str())
        .filter(|name| !applied.contains(name))
        .collect();
    // a clause that only raises rows enters nothing: its scenarios count what it raises
    assert_eq!(unused, ["supervise_person", "supervise_unit"], "in no scenario");
}

#[test]
fn wrong_usage_ends_with_two_and_prints_nothing() {
    for arguments in [
        &[][..],
        &["asses", BOOK],
        &["assess"],
        &["assess", BOOK, "--colour"],
        &["assess", BOOK, "--lang", "fr"],
        &["explain", BOOK],
        &["explain", BOOK, "--complaint", "TS-1310", "--subject", "U5"],
        &["assess", BOOK, "--pack", PACK],
        &["assess", "--pack", PACK, "--complaints", "a.csv", "--period", "october"],
        &["try", PACK, "--on", "yesterday"],
    ] {
        let said = renze(arguments);
        assert_eq!(said.code, USAGE, "{arguments:?}: {}{}", said.out, said.err);
        assert_eq!(said.out, "", "{arguments:?}");
        assert!(!said.err.is_empty(), "{arguments:?} says nothing");
    }
}

#[test]
fn help_and_version_end_well() {
    for argument in ["--help", "--version"] {
        let said = renze(&[argument]);
        assert_eq!((said.code, said.err.as_str()), (DONE, ""));
        assert!(said.out.contains("renze") || said.out.contains("Usage"), "{}", said.out);
    }
}

#[test]
fn the_parts_of_a_book_given_one_by_one_give_the_same_scorecards() {
    let place = TempDir::new().unwrap();
    let (whole, parts) = (place.path().join("whole"), place.path().join("parts"));
    // the files one by one are those of a pack with one table
    const BOOK: &str = "fixtures/card-facts";
    const PACK: &str = "fixtures/card-facts/pack";
    let code = renze(&["assess", BOOK, "--out", path_of(&whole)]).code;
    let complaints = format!("{BOOK}/complaints.csv");
    let said = renze(&[
        "assess",
        "--pack",
        PACK,
        "--complaints",
        &complaints,
        "--organisation",
        BOOK,
        "--period",
        "2026-10",
        "--out",
        path_of(&parts),
    ]);
    assert_eq!(said.code, code, "{}", said.err);
    for name in ["findings.csv", "scorecards.csv", "set_aside.csv"] {
        let same = fs::read(whole.join(name)).unwrap() == fs::read(parts.join(name)).unwrap();
        assert!(same, "{name} differs");
    }
}
