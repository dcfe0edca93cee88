//! What a file is, by its first bytes: its name is not believed.

use crate::diagnostic::Diagnostic;
use crate::language::Text;
use memchr::memmem;
use std::path::Path;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text with commas.
    Csv,
    /// A workbook of Excel.
    Xlsx,
}

/// How far into a file a page of the web may begin.
const PAGE_START: usize = 1_024;
/// The start of every older file of Office, and of every encrypted one.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// What a file is.
///
/// # Errors
/// It is nothing that is read.
pub(super) fn of(path: &Path, bytes: &[u8]) -> Result<Kind, Diagnostic> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Xlsx);
    }
    if bytes.starts_with(COMPOUND) {
        let wide = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let holds = |name: &str| memmem::find(bytes, &wide(name)).is_some();
        return Err(if holds("EncryptedPackage") {
            encrypted()
        } else if holds("Workbook") || holds("Book") {
            refused(&Text::new("旧格式工作簿（.xls）", "an old workbook (.xls)"))
        } else {
            refused(&Text::new("旧格式的 Office 文件", "an old file of Office"))
        });
    }
    let start = bytes.get(..PAGE_START.min(bytes.len())).unwrap_or_default();
    let start =
        String::from_utf8_lossy(start).trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']).to_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| start.starts_with(word));
    if begins(&["<!doctype html", "<html", "<table", "<head", "<meta", "mime-version:"]) {
        return Err(refused(&Text::new("网页（HTML）", "a page of the web (HTML)")));
    }
    if begins(&["<?xml"]) {
        let (zh, en) = if start.contains("<html") {
            ("网页（HTML）", "a page of the web (HTML)")
        } else {
            ("XML 文件，不是工作簿", "an XML file, which is no workbook")
        };
        return Err(refused(&Text::new(zh, en)));
    }
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    if extension.is_some_and(|extension| ["xlsx", "xlsm", "xls", "xlsb", "ods"].contains(&extension.as_str()))
    {
        return Err(if bytes.is_empty() {
            super::archive::broken("文件是空的".to_owned(), "the file is empty".to_owned())
        } else {
            refused(&Text::new(
                "不是工作簿；若是 CSV 文本，请把扩展名改为 .csv",
                "no workbook, whatever its name says; if it is CSV text, give it the extension .csv",
            ))
        });
    }
    Ok(Kind::Csv)
}

/// A file that is something else.
pub(super) fn refused(what: &Text) -> Diagnostic {
    let message = Text::new(format!("该文件是{}", what.zh), format!("the file is {}", what.en));
    let help = Text::new(
        "用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」",
        "open it in Excel and save it as \"Excel Workbook (.xlsx)\"",
    );
    Diagnostic::error("R050", message).help(help)
}

/// A file that asks for a password.
pub(super) fn encrypted() -> Diagnostic {
    let message =
        Text::new("文件已加密，需要密码才能打开", "the file is encrypted: it opens with a password only");
    let help = Text::new(
        "用 Excel 打开，去掉打开密码，另存为 .xlsx",
        "open it in Excel, take the password away and save it as .xlsx",
    );
    Diagnostic::error("R051", message).help(help)
}
