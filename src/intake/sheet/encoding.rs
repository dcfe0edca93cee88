//! Bytes to text: UTF-8, UTF-16, or the GB18030 of Chinese spreadsheets, and nothing that has to be guessed at twice.

use crate::diagnostic::Diagnostic;
use crate::language::Text;
use encoding_rs::{DecoderResult, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memchr;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Encoding {
    Utf8,
    /// GBK and GB2312 are parts of it.
    Gb18030,
    Utf16Le,
    Utf16Be,
}

/// As much of a file says whether it is written in 16 bits a character.
const START: usize = 4_096;
/// Of the bytes of a text in 16 bits, at least one of so many is nothing: there are commas, digits and line ends in it.
const SHARE: usize = 64;

impl Encoding {
    /// What people call it.
    pub(in crate::intake) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030 (GBK)",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
        }
    }
}

/// The text of a file, and how it is written: as its mark says, else UTF-8 where it is that, else UTF-16 where every other
/// byte is nothing, else GB18030.
///
/// # Errors
/// It is none of these as a whole; or it holds characters that no text has.
pub(super) fn decode(bytes: Vec<u8>) -> Result<(String, Encoding), Diagnostic> {
    let (text, encoding) = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => (whole(rest, Encoding::Utf16Le)?, Encoding::Utf16Le),
        [0xfe, 0xff, rest @ ..] => (whole(rest, Encoding::Utf16Be)?, Encoding::Utf16Be),
        _ => match (unmarked(&bytes), String::from_utf8(bytes)) {
            (Some(wide), text) => {
                let bytes = text.map_or_else(|error| error.into_bytes(), String::into_bytes);
                (whole(&bytes, wide)?, wide)
            }
            (None, Ok(text)) => (text, Encoding::Utf8),
            (None, Err(error)) => match error.as_bytes() {
                [0xef, 0xbb, 0xbf, rest @ ..] => (whole(rest, Encoding::Utf8)?, Encoding::Utf8),
                bytes => (whole(bytes, Encoding::Gb18030)?, Encoding::Gb18030),
            },
        },
    };
    if let Some(at) = memchr(0, text.as_bytes()) {
        let row = row_of(text.get(..at).unwrap_or_default());
        return Err(refused(
            format!("第 {row} 行有空字符（NUL），不是文本表格"),
            format!("row {row} holds a null character: this is no table of text"),
        ));
    }
    Ok((text, encoding))
}

/// The two halves of a character of 16 bits: of a comma or a digit one is nothing, and always the same one.
fn unmarked(bytes: &[u8]) -> Option<Encoding> {
    let start = bytes.get(..START.min(bytes.len())).unwrap_or_default();
    memchr(0, start)?;
    let nothing = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nothing(0), nothing(1));
    // 一 is 4E 00: some may be on the other side
    // a single one is a fault of the file
    let least = start.len() / SHARE;
    if odd > even.saturating_mul(4).max(least) {
        Some(Encoding::Utf16Le)
    } else if even > odd.saturating_mul(4).max(least) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Decodes bytes that are written so from first to last.
fn whole(bytes: &[u8], encoding: Encoding) -> Result<String, Diagnostic> {
    let own = match encoding {
        Encoding::Utf8 => UTF_8,
        Encoding::Gb18030 => GB18030,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
    };
    let mut decoder = own.new_decoder_without_bom_handling();
    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(most.unwrap_or(bytes.len()));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    let DecoderResult::Malformed(length, behind) = result else { return Ok(text) };
    let at = read.saturating_sub(usize::from(length)).saturating_sub(usize::from(behind));
    let (row, name) = (row_of(&text), encoding.name());
    Err(refused(
        format!("第 {} 字节（第 {row} 行）不是 {name} 文字", at.saturating_add(1)),
        format!("byte {} (row {row}) is no character of {name}", at.saturating_add(1)),
    ))
}

/// The row in which what stands behind a text begins.
fn row_of(text: &str) -> usize {
    text.replace("\r\n", "\n").matches(['\n', '\r']).count().saturating_add(1)
}

fn refused(zh: String, en: String) -> Diagnostic {
    let help = Text::new("请在 Excel 中另存为「CSV UTF-8」", "save it as \"CSV UTF-8\" in Excel");
    Diagnostic::error("R060", Text::new(zh, en)).help(help)
}
