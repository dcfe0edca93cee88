//! The workbook and the payroll tables: what HR holds in its hands. Figures are compared with the data files of the same
//! run; that they stay alive is tried in LibreOffice, by `.ci/workbook`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::float_cmp,
    clippy::as_conversions,
    clippy::panic,
    reason = "test code: a fault should stop the test"
)]

mod book;
mod recalculated;

use super::commands::{copy_folder, renze_in, small_book};
use super::shared::root;
use book::{Book, written};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const TELECOM: &str = "fixtures/telecom-2026-10";

/// The rows of a data file, by the headings.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn cents(text: &str) -> i64 {
    let number: f64 = if text.is_empty() { 0.0 } else { text.parse().unwrap() };
    (number * 100.0).round() as i64
}

#[test]
fn the_sheets_and_their_headings_are_in_the_language_asked_for() {
    let expected = [
        (
            "zh",
            ["总览", "个人", "代理渠道门店"],
            ["明细", "扣款 人员", "扣款 单位", "参数", "待定", "数据问题", "事实 投诉"],
        ),
        (
            "en",
            ["Overview", "People", "Agent shops"],
            [
                "Findings",
                "Payroll people",
                "Payroll pools",
                "Parameters",
                "Open",
                "Data problems",
                "Facts Complaint",
            ],
        ),
    ];
    for (language, first, others) in expected {
        let place = written(&root().join(TELECOM), language);
        let book = Book::open(&place.path().join("out/workbook.xlsx"));
        assert_eq!(book.names()[..3], first);
        for name in others {
            assert!(book.names().iter().any(|own| own == name), "{name} is not in {:?}", book.names());
        }
        for name in book.names() {
            assert!(name.encode_utf16().count() <= 31, "{name}");
        }
        let headings = match language {
            "zh" => ["序号", "类别", "记录", "日期", "规则", "依据"],
            _ => ["no.", "kind", "record", "date", "clause", "basis"],
        };
        let name = if language == "zh" { "明细" } else { "Findings" };
        for (column, heading) in headings.iter().enumerate() {
            assert_eq!(book.text(name, 0, column), *heading);
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let [one, other] = [0, 1].map(|_| {
        let place = written(&root().join("fixtures/ties"), "zh");
        fs::read(place.path().join("out/workbook.xlsx")).unwrap()
    });
    assert!(one == other);
}

#[test]
fn codes_are_text_also_where_they_look_like_numbers() {
    let place = written(&root().join("fixtures/ties"), "en");
    let book = Book::open(&place.path().join("out/workbook.xlsx"));
    for (sheet, column) in
        [("People", 0), ("Findings", 2), ("Findings", 8), ("Payroll people", 0), ("Facts Complaint", 0)]
    {
        assert!(book.height(sheet) > 1, "{sheet} has no rows");
        for row in 1..book.height(sheet) {
            assert!(book.is_text(sheet, row, column), "{sheet} row {row}");
        }
    }
    let codes: Vec<String> = (1..book.height("People")).map(|row| book.text("People", row, 0)).collect();
    assert_eq!(codes, ["007", "7", "P1", "P2", "P3", "P6"]);
}

/// A sheet says what the payroll file says, and its control totals what its rows come to; what they come to so far in all.
fn same_payroll(book: &Book, sheet: &str, charges: &[BTreeMap<String, String>]) -> i64 {
    if charges.is_empty() {
        assert_eq!(book.text(sheet, 1, 0), "none", "{sheet}");
    }
    let (mut last, mut open, mut so_far) = (0, 0, 0);
    for (row, charge) in charges.iter().enumerate() {
        let is_open = charge["status"] == "provisional";
        let cell = |column: usize| book.text(sheet, row + 1, column);
        assert_eq!(charge["amount"].is_empty(), is_open, "{sheet} row {row}");
        assert_eq!((cell(2).is_empty(), cell(11).is_empty()), (is_open, !is_open), "{sheet} row {row}");
        assert_eq!(cents(&cell(2)), cents(&charge["amount"]), "{sheet} row {row}");
        for (column, bound) in [(5, "at_least"), (6, "at_most")] {
            match charge[bound].as_str() {
                _ if !is_open => assert_eq!(cell(column), "", "{sheet} row {row}"),
                "" => assert_eq!(cell(column), "?", "{sheet} row {row}"),
                known => assert_eq!(cents(&cell(column)), cents(known), "{sheet} row {row}"),
            }
        }
        last += cents(&charge["amount"]);
        open += usize::from(is_open);
        so_far += cents(&cell(2)) + cents(&cell(11));
    }
    assert_eq!(cents(&book.text(sheet, 0, 9)), last, "{sheet}");
    assert_eq!(book.text(sheet, 1, 9), (charges.len() - open).to_string(), "{sheet}");
    assert_eq!(book.text(sheet, 2, 9), open.to_string(), "{sheet}");
    so_far
}

/// The findings of the workbook come to the cards of the data files, account by account, and both to the payroll tables.
#[test]
fn everything_adds_up_to_the_data_files() {
    for name in [
        "fixtures/telecom-2026-10",
        "fixtures/power-supply-2026-10",
        "fixtures/market-regulator-2026-10",
        "fixtures/ties",
    ] {
        let place = written(&root().join(name), "en");
        let out = place.path().join("out");
        let book = Book::open(&out.join("workbook.xlsx"));
        let found = rows(&out.join("findings.csv"));
        assert_eq!(book.height("Findings"), found.len() + 1, "{name}");
        for (row, finding) in found.iter().enumerate() {
            let expected = cents(if finding["account"] == "veto" || finding["account"] == "grade" {
                ""
            } else {
                &finding["counted"]
            });
            let is_amount = finding["account"] != "veto" && finding["account"] != "grade";
            if is_amount {
                // money is positive where it is taken, as on the screen
                let sign = if finding["unit"] == "CNY" { -1 } else { 1 };
                let shown = cents(&book.text("Findings", row + 1, 14));
                assert_eq!(shown, sign * expected, "{name} row {row}");
            }
            assert_eq!(book.text("Findings", row + 1, 2), finding["record"].trim_start_matches('\''));
        }
        let charged: i64 = rows(&out.join("scorecards.csv")).iter().map(|card| cents(&card["charge"])).sum();
        let mut so_far = 0;
        for (file, sheet) in
            [("payroll-people.csv", "Payroll people"), ("payroll-pools.csv", "Payroll pools")]
        {
            // where nobody can be charged there is no file; what is open has no amount
            let path = out.join(file);
            so_far += same_payroll(&book, sheet, &if path.exists() { rows(&path) } else { Vec::new() });
        }
        // the file of cards knows one account of money a kind; a pack with more of them charges more
        if name != "fixtures/ties" {
            assert_eq!(so_far, charged, "{name}");
        }
        for row in 0..book.height("Overview") {
            if book.text("Overview", row, 0) == "difference" {
                assert_eq!(book.text("Overview", row, 1), "0", "{name} overview row {row}");
            }
        }
    }
}

#[test]
fn the_overview_tells_cases_with_a_veto_from_the_cards_that_bear_it() {
    let place = written(&root().join(TELECOM), "zh");
    let book = Book::open(&place.path().join("out/workbook.xlsx"));
    let said = |name: &str| {
        let row = (0..book.height("总览")).find(|row| book.text("总览", *row, 0) == name);
        book.text("总览", row.unwrap(), 1)
    };
    assert_eq!((said("一票否决的件数（考核时）").as_str(), said("被一票否决的卡").as_str()), ("2", "8"));
}

#[test]
fn what_is_open_says_what_would_come_in_addition() {
    let place = written(&root().join(TELECOM), "zh");
    let book = Book::open(&place.path().join("out/workbook.xlsx"));
    let of_card = (1..book.height("待定")).find(|row| book.text("待定", *row, 1) == "U4").unwrap();
    assert_eq!((book.text("待定", of_card, 9), book.text("待定", of_card, 10)), ("0".into(), "-1".into()));
    let words: Vec<String> = (1..book.height("参数")).map(|row| book.text("参数", row, 2)).collect();
    assert!(words.contains(&"不足一步按一步".to_owned()) && !words.contains(&"started".to_owned()));
}

#[test]
fn what_is_open_stands_among_the_facts() {
    let place = written(&root().join(TELECOM), "zh");
    let book = Book::open(&place.path().join("out/workbook.xlsx"));
    let there: Vec<String> =
        (1..book.height("事实 投诉")).map(|row| book.text("事实 投诉", row, 0)).collect();
    // open by a fact that is lacking, and found by a clock that still runs
    for record in ["TS-1308", "TS-1365", "TS-1399", "TS-1240"] {
        assert!(there.iter().any(|own| own == record), "{record} is not among the facts");
    }
    let ways: Vec<String> =
        (1..book.height("明细")).map(|row| book.text("明细", row, book.column("明细", "列入方式"))).collect();
    for way in ["数值：待定，缺什么见「待定」", "数值：计时未止或有事实未知，结论已定"]
    {
        assert!(ways.iter().any(|own| own == way), "{way} is said of nothing");
    }
}

#[test]
fn a_workbook_as_it_was_made_says_that_nothing_was_changed() {
    for (language, overview, said) in [
        ("zh", "总览", "未改动：各卡与考核结果一致"),
        ("en", "Overview", "unchanged: every card is as it was assessed"),
    ] {
        let place = written(&root().join(TELECOM), language);
        let book = Book::open(&place.path().join("out/workbook.xlsx"));
        assert_eq!(book.text(overview, 1, 1), said);
        assert!(book.is_formula(overview, 1, 1));
    }
}

#[test]
fn people_and_pools_are_apart_in_the_payroll_files() {
    let place = written(&root().join(TELECOM), "zh");
    let people = rows(&place.path().join("out/payroll-people.csv"));
    let pools = rows(&place.path().join("out/payroll-pools.csv"));
    let sum = |rows: &[BTreeMap<String, String>], column: &str| {
        rows.iter().map(|row| cents(&row[column])).sum::<i64>()
    };
    // 17,800.00 of people and 1,880.00 of executives; 5,700.00 of lines and 300.00 of shops
    assert_eq!((sum(&people, "at_least"), sum(&pools, "at_least")), (1_968_000, 600_000));
    assert_eq!((sum(&people, "amount"), sum(&pools, "amount")), (1_843_000, 249_000));
    assert!(people.iter().all(|row| row["period"] == "2026-10"));
    for row in people.iter().chain(&pools) {
        let is_open = row["at_least"] != row["at_most"];
        assert_eq!(row["status"], if is_open { "provisional" } else { "final" });
        assert_eq!(row["amount"].is_empty(), is_open, "nobody is paid by what is open");
    }
}

#[test]
fn the_screen_says_what_the_payroll_files_come_to() {
    let place = tempfile::TempDir::new().unwrap();
    let said = |book: &str, language: &str, out: &str| {
        let (book, out) = (root().join(book), place.path().join(out));
        let (book, out) = (book.to_str().unwrap(), out.to_str().unwrap());
        renze_in(&root(), &["--lang", language, "assess", book, "--out", out, "--format", "payroll"]).out
    };
    let telecom = said(TELECOM, "zh", "telecom");
    for line in [
        "payroll-people.csv：47 行，定案的合计 ¥18,430.00；暂定 3 行，金额留空，在 ¥1,250.00 与 ¥1,910.00 之间",
        "code 编号、name 姓名",
    ] {
        assert!(telecom.contains(line), "{telecom}");
    }
    let power = said("fixtures/power-supply-2026-10", "en", "power");
    assert!(power.contains("the policy charges no money: there are no payroll files"), "{power}");
    assert!(!place.path().join("power/payroll-people.csv").exists());
}

/// Cells that a spreadsheet would run, follow, cut or choke on.
const HOSTILE: [&str; 9] = [
    "=cmd|'/C calc'!A0",
    "+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "=HYPERLINK(\"http://example.com\",\"x\")",
    "http://example.com/x",
    "a\u{1}b",
    "\u{ff1d}1+1",
];

#[test]
fn no_cell_of_input_becomes_a_formula_or_a_link() {
    let place = small_book();
    let folder = place.path().join("book");
    let mut writer = csv::Writer::from_path(folder.join("complaints.csv")).unwrap();
    writer.write_record(["工单号", "受理时间", "严重程度", "索赔金额", "首次答复时间", "处理人"]).unwrap();
    let long = format!("={}", "长".repeat(40_000));
    let ids: Vec<&str> = HOSTILE.iter().copied().chain([long.as_str()]).collect();
    for id in &ids {
        writer.write_record([id, "2026-10-02 09:00", "重大", "", "2026-10-02 15:00", "P1"]).unwrap();
    }
    drop(writer);
    let organisation = folder.join("organisation.csv");
    let text = fs::read_to_string(&organisation).unwrap();
    fs::write(&organisation, text.replace(",甲,Jia,", ",=1+1,@SUM(1),")).unwrap();
    let said = renze_in(
        place.path(),
        &["--lang", "en", "assess", "book", "--set-aside", "--out", "out", "--format", "xlsx,payroll"],
    );
    assert!([0, 4].contains(&said.code), "{}{}", said.out, said.err);
    let file = place.path().join("out/workbook.xlsx");
    let book = Book::open(&file);
    let records: Vec<String> =
        (1..book.height("Findings")).map(|row| book.text("Findings", row, 2)).collect();
    for row in 1..book.height("Findings") {
        assert!(book.is_text("Findings", row, 2) && !book.is_formula("Findings", row, 2));
        assert!(book.text("Findings", row, 2).encode_utf16().count() <= 32_767);
    }
    for id in HOSTILE.iter().filter(|id| !id.contains(['\t', '\u{1}'])) {
        assert!(records.iter().any(|record| record == id), "{id:?} is not in {records:?}");
    }
    let names: Vec<String> = (1..book.height("People")).map(|row| book.text("People", row, 1)).collect();
    assert!(names.contains(&"@SUM(1)".to_owned()), "{names:?}");
    for formula in book.formulas() {
        for poison in ["cmd", "HYPERLINK", "calc", "example.com"] {
            assert!(!formula.contains(poison), "{formula}");
        }
    }
    for (name, part) in book::parts(&file) {
        assert!(!part.contains("<hyperlink"), "{name} has a link");
        assert!(!name.contains("externalLink"), "{name}");
    }
}

#[test]
fn a_name_that_would_run_is_text_in_the_payroll_file() {
    let place = tempfile::TempDir::new().unwrap();
    let folder = place.path().join("book");
    copy_folder(&root().join("fixtures/ties"), &folder);
    let organisation = folder.join("organisation.csv");
    let text = fs::read_to_string(&organisation).unwrap();
    fs::write(&organisation, text.replace(",甲,", ",=cmd|'/C calc'!A0,").replace("P2", "-P2")).unwrap();
    let complaints = folder.join("complaints.csv");
    let text = fs::read_to_string(&complaints).unwrap();
    fs::write(&complaints, text.replace("P2", "-P2")).unwrap();
    let said = renze_in(place.path(), &["assess", "book", "--out", "out", "--format", "payroll"]);
    assert!([0, 4].contains(&said.code), "{}{}", said.out, said.err);
    let people = fs::read_to_string(place.path().join("out/payroll-people.csv")).unwrap();
    assert!(people.contains("P1,'=cmd|'/C calc'!A0,"), "{people}");
    // a code that is guarded is no longer that of the personnel system, and the screen says which
    assert!(people.contains("\r\n'-P2,"), "{people}");
    assert!(
        said.out.contains("1 of the codes look like formulas") && said.out.contains(": -P2\n"),
        "{}",
        said.out
    );
}
