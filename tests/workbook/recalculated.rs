//! The Excel twin in a spreadsheet program: every formula comes to the engine's figure, and goes on doing so when a fact is
//! changed. Needs LibreOffice, named by `RENZE_SOFFICE`; `.ci/workbook` runs it.

use super::super::commands::{copy_folder, renze_in};
use super::super::shared::root;
use super::book::{Book, change, written};
use super::rows;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// LibreOffice works nothing out anew that it loads, unless it is told to.
const ALWAYS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// The same workbooks, all of their formulas worked out anew.
fn recalculated(files: &[PathBuf], place: &Path) -> Vec<Book> {
    let program = std::env::var("RENZE_SOFFICE").unwrap();
    let (profile, out) = (place.join("profile"), place.join("recalculated"));
    fs::create_dir_all(profile.join("user")).unwrap();
    fs::write(profile.join("user/registrymodifications.xcu"), ALWAYS).unwrap();
    let status = Command::new(program)
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--convert-to", "xlsx", "--outdir"])
        .arg(&out)
        .args(files)
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
    files.iter().map(|file| Book::open(&out.join(file.file_name().unwrap()))).collect()
}

fn is_same(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        // what a decimal's nearest binary number may differ by
        (Ok(one), Ok(other)) => (one - other).abs() < 1e-9,
        _ => one == other,
    }
}

/// A copy of the ties with other roundings and ranks.
fn tied(place: &Path, (mode, at, ranks): (&str, &str, &str)) -> PathBuf {
    let folder = place.join(format!("ties-{mode}-{at}-{}", ranks.replace([' ', ','], "")));
    copy_folder(&root().join("fixtures/ties"), &folder);
    let policy = folder.join("pack/policy.toml");
    let text = fs::read_to_string(&policy).unwrap();
    let text = text.replace("mode = \"half_up\"", &format!("mode = \"{mode}\""));
    let text = text.replace("at = \"finding\"", &format!("at = \"{at}\""));
    fs::write(&policy, text.replace("same rank, next skipped", ranks)).unwrap();
    folder
}

fn books(place: &Path) -> Vec<PathBuf> {
    let mut books: Vec<PathBuf> = [
        "telecom-2026-10",
        "power-supply-2026-10",
        "market-regulator-2026-10",
        "grades-book",
        "raised-book",
        "lookback-book",
        "clocks-book",
        "card-facts",
        "shapes",
        "unknowns",
        "bulletin",
    ]
    .iter()
    .map(|name| root().join("fixtures").join(name))
    .collect();
    let ranks = ["same rank, next skipped", "same rank, next follows", "shared by mean"];
    for (place_of, mode) in ["half_up", "half_even", "down", "up"].iter().enumerate() {
        for at in ["finding", "card"] {
            books.push(tied(place, (mode, at, ranks[place_of % 3])));
        }
    }
    books
}

#[test]
#[ignore = "needs LibreOffice: .ci/workbook runs it"]
fn every_figure_is_the_engines_when_it_is_worked_out_anew() {
    let place = TempDir::new().unwrap();
    let mut files = Vec::new();
    for (number, folder) in books(place.path()).iter().enumerate() {
        for language in ["zh", "en"] {
            let made = written(folder, language);
            let name = folder.file_name().unwrap().to_str().unwrap();
            let file = place.path().join(format!("{number}-{name}-{language}.xlsx"));
            fs::copy(made.path().join("out/workbook.xlsx"), &file).unwrap();
            files.push(file);
        }
    }
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (file, anew) in files.iter().zip(recalculated(&files, place.path())) {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let book = Book::open(file);
        for (sheet, row, column, shown) in book.figures() {
            *counts.entry(name.to_owned()).or_default() += 1;
            let found = anew.text(&sheet, row, column);
            if !is_same(&shown, &found) {
                let formula = book.formula(&sheet, row, column);
                wrong.push(format!("{name} {sheet} {row},{column}: {shown} is {found} by {formula}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    println!("{counts:?}");
    // not by having no formulas
    for (name, least) in [
        ("0-telecom-2026-10-zh", 2_000),
        ("1-power-supply-2026-10-zh", 500),
        ("11-ties-half_up-finding-sameranknextskipped-zh", 150),
    ] {
        assert!(counts.get(name).is_some_and(|count| *count >= least), "{name} of {counts:?}");
    }
}

/// A fact that somebody changes in the workbook, the same change of the table, and the book it is tried on.
struct Changed {
    book: &'static str,
    table: &'static str,
    line: &'static str,
    from: &'static str,
    to: &'static str,
    sheet: &'static str,
    record: &'static str,
    heading: &'static str,
    cell: &'static str,
}

const CHANGES: [Changed; 4] = [
    // a veto that no longer stands
    Changed {
        book: "telecom-2026-10",
        table: "complaints.csv",
        line: "TS-1120",
        from: "",
        to: "",
        sheet: "事实 投诉",
        record: "TS-1120",
        heading: "严重程度",
        cell: "一般",
    },
    Changed {
        book: "telecom-2026-10",
        table: "complaints.csv",
        line: "TS-1164",
        from: "",
        to: "",
        sheet: "事实 投诉",
        record: "TS-1164",
        heading: "严重程度",
        cell: "较重",
    },
    Changed {
        book: "ties",
        table: "complaints.csv",
        line: "T-05",
        from: ",33.33,",
        to: ",47.11,",
        sheet: "事实 投诉",
        record: "T-05",
        heading: "索赔金额",
        cell: "47.11",
    },
    Changed {
        book: "ties",
        table: "complaints.csv",
        line: "T-09",
        from: ",重大,",
        to: ",一般,",
        sheet: "事实 投诉",
        record: "T-09",
        heading: "严重程度",
        cell: "一般",
    },
];

#[test]
#[ignore = "needs LibreOffice: .ci/workbook runs it"]
fn a_fact_changed_in_the_workbook_gives_the_scores_of_the_changed_book() {
    let place = TempDir::new().unwrap();
    let (mut files, mut expected) = (Vec::new(), Vec::new());
    for (number, own) in CHANGES.iter().enumerate() {
        let folder = place.path().join(format!("book-{number}"));
        copy_folder(&root().join("fixtures").join(own.book), &folder);
        let text = fs::read_to_string(folder.join("book.toml")).unwrap();
        let rules = format!("\"{}/rules/", root().display());
        fs::write(folder.join("book.toml"), text.replace("\"../../rules/", &rules)).unwrap();
        let made = written(&folder, "zh");
        let file = made.path().join("out/workbook.xlsx");
        let book = Book::open(&file);
        let row = book.row(own.sheet, 0, own.record);
        let column = book.column(own.sheet, own.heading);
        let before = book.text(own.sheet, row, column);
        let cell = format!("{}{}", letters(column), row + 1);
        let target = place.path().join(format!("changed-{number}.xlsx"));
        change(&file, (book.position(own.sheet), &cell), own.cell, &target);
        files.push(target);
        let table = folder.join(own.table);
        let text = fs::read_to_string(&table).unwrap();
        let (from, to) = if own.from.is_empty() {
            (format!(",{before},"), format!(",{},", own.cell))
        } else {
            (own.from.to_owned(), own.to.to_owned())
        };
        let lines: Vec<String> = text
            .lines()
            .map(
                |line| {
                    if line.starts_with(own.line) { line.replacen(&from, &to, 1) } else { line.to_owned() }
                },
            )
            .collect();
        assert!(lines.join("\n") + "\n" != text, "nothing is changed in {}", own.line);
        fs::write(&table, lines.join("\n") + "\n").unwrap();
        let after = renze_in(
            &root(),
            &[
                "assess",
                folder.to_str().unwrap(),
                "--out",
                place.path().join(format!("after-{number}")).to_str().unwrap(),
            ],
        );
        assert!([0, 4].contains(&after.code), "{}", after.err);
        let cards = |out: &Path| -> BTreeMap<(String, String), BTreeMap<String, String>> {
            let all = rows(&out.join("scorecards.csv")).into_iter();
            all.map(|card| ((card["kind"].clone(), card["subject"].clone()), card)).collect()
        };
        expected
            .push((cards(&made.path().join("out")), cards(&place.path().join(format!("after-{number}")))));
    }
    for (number, (book, (before, after))) in
        recalculated(&files, place.path()).iter().zip(expected).enumerate()
    {
        let changed = after.iter().filter(|(key, card)| before.get(*key) != Some(card)).count();
        assert!(changed > 0, "the change of {} has no effect", CHANGES[number].record);
        for (key, card) in &after {
            compare(book, key, card);
        }
        // and it says of itself that it is no longer what was assessed
        let said = book.text("总览", 1, 1);
        assert!(said.starts_with("已改动 1 个单元格，") && !said.contains("，0 张卡"), "{said}");
    }
}

/// A card of the workbook and the same card of the data file.
fn compare(book: &Book, (kind, subject): &(String, String), card: &BTreeMap<String, String>) {
    let sheets = [
        ("person", "个人"),
        ("unit", "营销单元"),
        ("unit_head", "第一责任人"),
        ("unit_head", "负责人"),
        ("line", "专业线"),
        ("line_executive", "分管领导"),
    ];
    for (_, sheet) in
        sheets.iter().filter(|(own, sheet)| own == kind && book.names().iter().any(|name| name == sheet))
    {
        let row = book.row(sheet, 0, subject);
        let headings: Vec<String> = (0..60).map(|column| book.text(sheet, 0, column)).collect();
        let under = |heading: &str| {
            headings
                .iter()
                .position(|own| own.starts_with(heading))
                .map(|column| book.text(sheet, row, column))
        };
        if let (Some(score), false) =
            (under("得分 结果").or_else(|| under("绩效得分 结果")), card["score"].is_empty())
        {
            assert!(is_same(&score, &card["score"]), "{sheet} {subject}: {score} is not {}", card["score"]);
        }
        if let (Some(state), "false") = (under("状态"), card["provisional"].as_str()) {
            assert_eq!(state == "否决", card["vetoed"] == "true", "{sheet} {subject}");
        }
        if let Some(grade) = under("等次") {
            assert_eq!(grade, card["grade"], "{sheet} {subject}");
        }
        if let (Some(charge), false) =
            (under("经济考核 结果").or_else(|| under("扣款 结果")), card["charge"].is_empty())
        {
            assert!(
                is_same(&charge, &card["charge"]),
                "{sheet} {subject}: {charge} is not {}",
                card["charge"]
            );
        }
    }
}

/// A column as its letters.
fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap());
    match column / 26 {
        0 => last.to_string(),
        before => format!("{}{last}", letters(before - 1)),
    }
}
