//! Files that mean harm, or were harmed: each has its name and its place, soon and in little memory.

use super::workbook::rewrite;
use crate::commands::{LANGUAGES, assert_is};
use crate::shared::root;
use rust_xlsxwriter::Workbook;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::Command;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Nothing takes longer, in seconds of the processor.
const TIME: u64 = 2;
/// Nor more memory, in kilobytes.
const MEMORY: u64 = 512 << 10;
const HEADINGS: [&str; 6] = ["工单号", "受理时间", "严重程度", "索赔金额", "首次答复时间", "处理人"];

/// A workbook with headings and nothing else that is wrong.
fn plain() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in HEADINGS.iter().enumerate() {
        sheet.write_string(0, column as u16, *heading).unwrap();
    }
    sheet.write_string(1, 0, "A-1").unwrap();
    book.save_to_buffer().unwrap()
}

/// The same with another part in place of one of its own.
fn with(part: &str, bytes: &[u8]) -> Vec<u8> {
    let place = tempfile::NamedTempFile::new().unwrap();
    fs::write(place.path(), plain()).unwrap();
    rewrite(place.path(), |name, own| if name == part { bytes.to_vec() } else { own });
    fs::read(place.path()).unwrap()
}

/// An archive of these parts, as they are.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The plain workbook with more in its archive.
fn with_more(add: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut archive = ZipWriter::new_append(Cursor::new(plain())).unwrap();
    add(&mut archive);
    archive.finish().unwrap().into_inner()
}

/// A compound file, as older files of Office and encrypted ones are, that holds a stream of a name.
fn compound(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(512, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4_096, 0);
    bytes
}

/// Every place at which these bytes stand.
fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    (0..bytes.len() - wanted.len()).filter(|at| bytes[*at..].starts_with(wanted)).collect()
}

/// Every part of an archive said to need a password.
fn locked() -> Vec<u8> {
    let mut bytes = plain();
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for at in places(&bytes, signature) {
            bytes[at + flags] |= 1;
        }
    }
    bytes
}

/// The second part said to begin where the first does.
fn overlapping() -> Vec<u8> {
    let mut bytes = plain();
    let entries = places(&bytes, b"PK\x01\x02");
    let first: [u8; 4] = bytes[entries[0] + 42..entries[0] + 46].try_into().unwrap();
    bytes[entries[1] + 42..entries[1] + 46].copy_from_slice(&first);
    bytes
}

fn corner() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "工单号").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    book.save_to_buffer().unwrap()
}

/// A part of very many elements, kept as it is so that it does not look like a bomb.
fn many(part: &str, (start, each, end): (&str, &str, &str), count: usize) -> Vec<u8> {
    let bytes = format!("{start}{}{end}", each.repeat(count)).into_bytes();
    let place = tempfile::NamedTempFile::new().unwrap();
    fs::write(place.path(), plain()).unwrap();
    let mut old = zip::ZipArchive::new(Cursor::new(plain())).unwrap();
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let own = old.by_index_raw(at).unwrap();
        if own.name().unwrap() != part {
            new.raw_copy_file(own).unwrap();
        }
    }
    new.start_file(part, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
    new.write_all(&bytes).unwrap();
    new.finish().unwrap().into_inner()
}

const SHEET: (&str, &str) = (
    r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    "</sheetData></worksheet>",
);

fn sheet(rows: &str) -> Vec<u8> {
    with("xl/worksheets/sheet1.xml", format!("{}{rows}{}", SHEET.0, SHEET.1).as_bytes())
}

/// Every harm, by name.
fn harms() -> Vec<(&'static str, Vec<u8>)> {
    let strings = "xl/sharedStrings.xml";
    let zeros = vec![b' '; 65 << 20];
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    vec![
        ("far-corner", corner()),
        ("more-texts-than-any", many(strings, ("<sst>", "<si/>", "</sst>"), 5_000_001)),
        ("texts-said-to-be-many", with(strings, b"<sst uniqueCount=\"99999999999\"><si><t>x</t></si></sst>")),
        (
            "formats-without-end",
            many("xl/styles.xml", ("<styleSheet><cellXfs>", "<xf/>", "</cellXfs></styleSheet>"), 300_000),
        ),
        ("inflates-a-thousandfold", with(strings, &zeros[..20 << 20])),
        ("inflates-beyond-measure", with("docProps/app.xml", &zeros)),
        (
            "more-parts-than-any",
            with_more(|archive| {
                for part in 0..2_001 {
                    archive.start_file(format!("xl/media/{part}.png"), stored).unwrap();
                }
            }),
        ),
        ("name-that-leads-out", with_more(|archive| archive.start_file("../evil.xml", stored).unwrap())),
        ("absolute-name", with_more(|archive| archive.start_file("/etc/evil.xml", stored).unwrap())),
        ("name-with-a-null", with_more(|archive| archive.start_file("xl/a\0b.xml", stored).unwrap())),
        (
            "symbolic-link",
            with_more(|archive| archive.add_symlink("xl/link.xml", "/etc/passwd", stored).unwrap()),
        ),
        ("overlapping-parts", overlapping()),
        ("workbook-in-an-archive", archive(&[("complaints.xlsx", &plain())])),
        ("encrypted", compound("EncryptedPackage")),
        ("encrypted-parts", locked()),
        ("old-workbook", compound("Workbook")),
        (
            "page-of-the-web",
            b"<html><table><tr><td>\xe5\xb7\xa5\xe5\x8d\x95\xe5\x8f\xb7</td></tr></table></html>".to_vec(),
        ),
        ("text-by-another-name", b"ticket,accepted at\nA-1,2026-10-02\n".to_vec()),
        (
            "open-document",
            archive(&[
                ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                ("content.xml", b"<x/>"),
            ]),
        ),
        ("binary-workbook", archive(&[("_rels/.rels", b"<x/>"), ("xl/workbook.bin", b"x")])),
        ("empty", Vec::new()),
        ("cells-out-of-order", sheet(r#"<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>"#)),
        ("text-that-is-not-there", sheet(r#"<row r="1"><c r="A1" t="s"><v>999</v></c></row>"#)),
        ("number-that-is-none", sheet(r#"<row r="1"><c r="A1" t="n"><v>nan(1)</v></c></row>"#)),
        ("row-beyond-number", sheet(r#"<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>"#)),
        ("sheet-that-ends", with("xl/worksheets/sheet1.xml", SHEET.0.as_bytes())),
        (
            "in-sixteen-bits",
            with(
                strings,
                &"\u{feff}<sst uniqueCount=\"9\"/>"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<u8>>(),
            ),
        ),
        (
            "one-endless-text",
            with(strings, format!("<sst><si><t>{}</t></si></sst>", "甲乙丙丁".repeat(40_000)).as_bytes()),
        ),
    ]
}

/// Runs the program with no more time and memory than that: it is ended where it takes more, and then has no exit code.
fn run(place: &Path, language: &str) -> (Option<i32>, String) {
    let limit = format!("ulimit -v {MEMORY} -t {TIME}; exec \"$0\" \"$@\"");
    let output = Command::new("bash")
        .args(["-c", &limit, env!("CARGO_BIN_EXE_renze"), "--lang", language, "assess", "book"])
        .current_dir(place)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn what_means_harm_is_refused_by_name_soon_and_in_little_memory() {
    let mut wrong = Vec::new();
    for (name, bytes) in harms() {
        let place = super::small_book("complaints.xlsx");
        fs::write(place.path().join("book/complaints.xlsx"), bytes).unwrap();
        for language in LANGUAGES {
            let (code, said) = run(place.path(), language);
            if code != Some(1) || said.contains("panicked") || !said.contains("book/complaints.xlsx") {
                wrong.push(format!("{name}: {code:?} {said}"));
            }
            assert_is(&root().join(format!("fixtures/hostile/{name}.{language}.txt")), &said);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_workbook_cut_anywhere_is_refused_by_name() {
    let whole = plain();
    for part in 0..64 {
        let place = super::small_book("complaints.xlsx");
        fs::write(place.path().join("book/complaints.xlsx"), &whole[..whole.len() * part / 64]).unwrap();
        let (code, said) = run(place.path(), LANGUAGES[part % 2]);
        assert!(code == Some(1) && said.contains("[R052]"), "{part}/64: {code:?} {said}");
    }
}
