//! Tables of Excel as they come: read right, or refused with a name and a place.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::panic,
    reason = "test code: a fault should stop the test"
)]

mod hostile;
mod workbook;

use super::commands::{LANGUAGES, assert_is, copy_folder, entries, renze_in};
use super::shared::root;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use toml::Table;

/// The small book with another file of complaints, as `book`.
fn small_book(complaints: &str) -> TempDir {
    let place = TempDir::new().unwrap();
    let book = place.path().join("book");
    copy_folder(&root().join("fixtures/bad/base"), &book);
    let text = fs::read_to_string(book.join("book.toml")).unwrap();
    fs::write(book.join("book.toml"), text.replace("complaints.csv", complaints)).unwrap();
    fs::remove_file(book.join("complaints.csv")).unwrap();
    place
}

/// What the cards of the small book come to.
fn scorecards(place: &Path) -> String {
    let said = renze_in(place, &["assess", "book", "--out", "result", "--only", "scorecards.csv"]);
    assert!([0, 4].contains(&said.code), "{}{}", said.out, said.err);
    let found = fs::read_to_string(place.join("result/scorecards.csv")).unwrap();
    fs::remove_dir_all(place.join("result")).unwrap();
    found
}

#[test]
fn every_workbook_is_read_right_or_refused_with_the_words_expected() {
    let plain = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/bad/base"), &plain.path().join("book"));
    let expected = scorecards(plain.path());
    let folder = root().join("fixtures/excel");
    let names = entries(&folder);
    for name in &names {
        let own = folder.join(name);
        let description: Table =
            toml::from_str(&fs::read_to_string(own.join("workbook.toml")).unwrap()).unwrap();
        let place = small_book("complaints.xlsx");
        workbook::write(&description, &place.path().join("book/complaints.xlsx"));
        if let Some(said) = description.get("book") {
            let path = place.path().join("book/book.toml");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace("complaints = [\"complaints.xlsx\"]", said.as_str().unwrap()))
                .unwrap();
        }
        let is_right = description["reads"].as_bool().unwrap();
        for language in LANGUAGES {
            let said = renze_in(place.path(), &["--lang", language, "assess", "book"]);
            assert_eq!(said.code == 0, is_right, "{name}: {}{}", said.out, said.err);
            assert!(!said.err.contains("panicked"), "{name}: {}", said.err);
            let path = own.join(format!("expected.{language}.txt"));
            if !said.err.is_empty() || path.exists() {
                assert_is(&path, &said.err);
            }
        }
        if is_right {
            assert_eq!(scorecards(place.path()), expected, "{name} is read otherwise");
        }
    }
}

/// The rows of the small book.
fn rows() -> String {
    fs::read_to_string(root().join("fixtures/bad/base/complaints.csv")).unwrap()
}

#[test]
fn text_is_read_however_a_spreadsheet_writes_it() {
    let plain = TempDir::new().unwrap();
    copy_folder(&root().join("fixtures/bad/base"), &plain.path().join("book"));
    let expected = scorecards(plain.path());
    let rows = rows();
    let wide =
        |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{rows}");
    let titled = format!("投诉明细表,,,,,\n\n{rows}合计,,,120.50,,\n");
    let quoted = rows.replace("轻微", "\"轻微\"");
    for (name, bytes) in [
        ("UTF-8 with its mark", marked.clone().into_bytes()),
        ("GB18030", encoding_rs::GB18030.encode(&rows).0.into_owned()),
        ("UTF-16 LE with its mark", wide(&marked, u16::to_le_bytes)),
        ("UTF-16 BE with its mark", wide(&marked, u16::to_be_bytes)),
        ("UTF-16 LE", wide(&rows, u16::to_le_bytes)),
        ("UTF-16 BE", wide(&rows, u16::to_be_bytes)),
        ("lines of Windows", rows.replace('\n', "\r\n").into_bytes()),
        ("lines of old Macintoshes", rows.replace('\n', "\r").into_bytes()),
        ("a title and a total", titled.clone().into_bytes()),
        ("a title, a total and quotes", titled.replace("轻微", "\"轻微\"").into_bytes()),
        ("quotes in lines of Windows", quoted.replace('\n', "\r\n").into_bytes()),
    ] {
        let place = small_book("complaints.csv");
        fs::write(place.path().join("book/complaints.csv"), bytes).unwrap();
        assert_eq!(scorecards(place.path()), expected, "{name}");
    }
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_shows_them() {
    let wrong = rows().replace("重大", "重太");
    for (rows, number) in [
        (wrong.clone(), 3),
        (wrong.replace('\n', "\r"), 3),
        (wrong.replace('\n', "\r\r"), 5),
        (wrong.replace('\n', "\r\n\r\n"), 5),
        (format!("标题\n\n\n{wrong}"), 6),
        (format!("标题\r\n\r\n\r\n{}", wrong.replace('\n', "\r\n").replace("轻微", "\"轻微\"")), 6),
        (wrong.replace("轻微", "\"轻\n微\""), 3),
    ] {
        let place = small_book("complaints.csv");
        fs::write(place.path().join("book/complaints.csv"), &rows).unwrap();
        let said = renze_in(place.path(), &["--lang", "en", "assess", "book"]);
        assert!(
            said.err.contains(&format!("complaints.csv row {number}, column '严重程度'")),
            "{rows:?}: {}",
            said.err
        );
    }
}

#[test]
fn text_that_cannot_be_read_is_named_with_its_row() {
    let gbk = encoding_rs::GB18030.encode(&rows()).0.into_owned();
    let cut = |bytes: &[u8], find: &[u8], byte: u8| {
        let at = bytes.windows(find.len()).position(|part| part == find).unwrap();
        [&bytes[..at], &[byte], &bytes[at..]].concat()
    };
    for (name, bytes) in [
        ("not-gb18030", cut(&gbk, b"A-2", 0xff)),
        ("not-utf-8", cut(format!("\u{feff}{}", rows()).as_bytes(), b"A-2", 0xff)),
        ("half-a-character", {
            let mut bytes: Vec<u8> = rows().encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes.truncate(bytes.len() - 1);
            bytes
        }),
        ("null-character", rows().replace("A-2", "A\0-2").into_bytes()),
    ] {
        let place = small_book("complaints.csv");
        fs::write(place.path().join("book/complaints.csv"), bytes).unwrap();
        for language in LANGUAGES {
            let said = renze_in(place.path(), &["--lang", language, "assess", "book"]);
            assert_eq!(said.code, 1, "{name}: {}", said.out);
            assert_is(&root().join(format!("fixtures/hostile/{name}.{language}.txt")), &said.err);
        }
    }
}

/// A book whose complaints are the workbook of a fixture.
fn book_of(name: &str) -> TempDir {
    let text = fs::read_to_string(root().join("fixtures/excel").join(name).join("workbook.toml")).unwrap();
    let place = small_book("complaints.xlsx");
    workbook::write(&toml::from_str(&text).unwrap(), &place.path().join("book/complaints.xlsx"));
    place
}

#[test]
fn intake_shows_how_a_file_is_understood() {
    for name in ["titles-and-totals", "two-header-rows", "cell-errors", "merged-data", "several-sheets"] {
        let place = book_of(name);
        for language in LANGUAGES {
            let said = renze_in(
                place.path(),
                &[
                    "--lang",
                    language,
                    "intake",
                    "book/complaints.xlsx",
                    "--pack",
                    "book/pack",
                    "--organisation",
                    "book",
                ],
            );
            let is_right = ["titles-and-totals", "two-header-rows"].contains(&name);
            assert_eq!(said.code, i32::from(!is_right), "{name}: {}{}", said.out, said.err);
            let shown = format!("{}{}", said.out, said.err);
            assert_is(&root().join(format!("fixtures/excel/{name}/intake.{language}.txt")), &shown);
        }
    }
}

#[test]
fn intake_says_what_was_assumed_of_a_text() {
    let place = small_book("complaints.csv");
    let bytes = encoding_rs::GB18030.encode(&rows()).0.into_owned();
    fs::write(place.path().join("book/complaints.csv"), bytes).unwrap();
    let said =
        renze_in(place.path(), &["--lang", "en", "intake", "book/complaints.csv", "--pack", "book/pack"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("CSV in GB18030 (GBK)"), "{}", said.out);
}

#[test]
fn a_sheet_is_given_back_with_notes_and_without_formulas() {
    let place = book_of("cell-errors");
    let file = place.path().join("book/complaints.csv");
    let harmful =
        rows().replace("重大", "\"=1+1\"").replace("A-3", "'@SUM(1)").replace("一般", "http://x.example/y");
    fs::write(&file, harmful).unwrap();
    for (source, mark) in [("complaints.xlsx", "R062"), ("complaints.csv", "R011")] {
        let arguments = |target: &str| {
            let source = format!("book/{source}");
            ["--lang", "en", "intake", &source, "--pack", "book/pack", "--annotate", target]
                .map(str::to_owned)
        };
        let run = |target: &str| {
            let arguments = arguments(target);
            renze_in(place.path(), &arguments.each_ref().map(String::as_str))
        };
        assert_eq!(run("one.xlsx").code, 1);
        assert_eq!(run("two.xlsx").code, 1);
        let (one, two) = (place.path().join("one.xlsx"), place.path().join("two.xlsx"));
        assert!(fs::read(&one).unwrap() == fs::read(&two).unwrap(), "the same input gives other bytes");
        let refused = run("one.xlsx");
        assert!(refused.code == 1 && refused.err.contains("A003"), "{}", refused.err);
        let parts = workbook::parts(&one);
        assert!(parts["xl/comments1.xml"].contains(mark), "{}", parts["xl/comments1.xml"]);
        assert!(!parts["xl/worksheets/sheet1.xml"].contains("<f>"));
        assert!(!parts["xl/worksheets/sheet1.xml"].contains("<hyperlink"));
        // what is given back is read as what was given
        let again = renze_in(place.path(), &["--lang", "en", "intake", "one.xlsx", "--pack", "book/pack"]);
        assert_eq!(again.code, 1, "{}", again.err);
        fs::remove_file(one).unwrap();
        fs::remove_file(two).unwrap();
    }
    let left: Vec<String> = entries(place.path());
    assert_eq!(left, ["book"], "something was left behind");
}

#[test]
fn a_whole_book_may_be_one_workbook() {
    let place = TempDir::new().unwrap();
    let book = place.path().join("book");
    copy_folder(&root().join("fixtures/bad/base"), &book);
    let expected = scorecards(place.path());
    let mut written = rust_xlsxwriter::Workbook::new();
    for name in ["complaints", "organisation", "posts"] {
        let sheet = written.add_worksheet().set_name(name).unwrap();
        let file = book.join(format!("{name}.csv"));
        for (row, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            for (column, cell) in line.split(',').enumerate() {
                sheet.write_string(row as u32, column as u16, cell).unwrap();
            }
        }
        fs::remove_file(file).unwrap();
    }
    // a second list of members
    let old = written.add_worksheet().set_name("old").unwrap();
    old.write_row(0, 0, ["kind", "id", "name", "parent", "from", "until"]).unwrap();
    written.save(book.join("all.xlsx")).unwrap();
    let text = fs::read_to_string(book.join("book.toml")).unwrap();
    let text = text.replace("complaints.csv", "all.xlsx").replace("organisation.csv", "all.xlsx");
    let text = text.replace("posts.csv", "all.xlsx");
    fs::write(book.join("book.toml"), &text).unwrap();
    let said = renze_in(place.path(), &["--lang", "en", "assess", "book"]);
    assert!(said.err.contains("organisation, old") && said.err.contains("members_sheet = "), "{}", said.err);
    let text = text.replace("[organisation]", "[organisation]\nmembers_sheet = \"organisation\"");
    fs::write(book.join("book.toml"), text).unwrap();
    assert_eq!(scorecards(place.path()), expected);
}

#[test]
fn october_is_the_same_month_as_a_workbook() {
    let place = TempDir::new().unwrap();
    let book = place.path().join("book");
    copy_folder(&root().join("fixtures/telecom-2026-10"), &book);
    let pack = root().join("rules/telecom");
    let declared = fs::read_to_string(book.join("book.toml")).unwrap();
    let declared = declared.replace("../../rules/telecom", pack.to_str().unwrap());
    let assess = |complaints: &str, out: &str| {
        fs::write(book.join("book.toml"), declared.replace("complaints.csv", complaints)).unwrap();
        let said = renze_in(place.path(), &["assess", "book", "--out", out]);
        assert_eq!(said.code, 4, "{}{}", said.out, said.err);
        let read = |name: &str| fs::read_to_string(place.path().join(out).join(name)).unwrap();
        ["scorecards.csv", "findings.csv"].map(read)
    };
    let mut written = rust_xlsxwriter::Workbook::new();
    let sheet = written.add_worksheet();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let text = fs::read_to_string(book.join("complaints.csv")).unwrap();
    let mut dates = 0;
    for (row, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            let (row, column) = (row as u32, column as u16);
            match rust_xlsxwriter::ExcelDateTime::parse_from_str(cell) {
                Ok(moment) if cell.contains('-') && cell.contains(':') => {
                    dates += 1;
                    sheet.write_with_format(row, column, &moment, &date).unwrap()
                }
                _ => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    assert!(dates > 400, "only {dates} dates");
    written.save(book.join("complaints.xlsx")).unwrap();
    let plain = assess("complaints.csv", "plain");
    let of_excel =
        assess("complaints.xlsx", "excel").map(|text| text.replace("complaints.xlsx", "complaints.csv"));
    assert!(plain == of_excel, "the workbook is read otherwise");
}
