//! The archive that a workbook is: its sizes, its names and what is in it are looked at before anything is read of it.
//!
//! Readers of workbooks trust their files: a few kilobytes can make them ask for gigabytes, which ends the process. What
//! passes here cannot.

use crate::diagnostic::Diagnostic;
use crate::language::Text;
use memchr::{memchr, memchr_iter, memchr3};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;
use zip::result::ZipError;

/// The file itself is not larger than this.
pub(super) const FILE_BYTES: usize = 64 << 20;
/// Nor is any part of it, inflated.
const PART_BYTES: u64 = 64 << 20;
/// Nor are they together larger than this.
const TOTAL_BYTES: u64 = 256 << 20;
/// A part does not become larger by more than this when it is inflated.
const RATIO: u64 = 200;
/// Small parts of little variety may.
const RATIO_FROM: u64 = 1 << 20;
/// It has no more parts than this.
const PARTS: usize = 2_000;
/// As much of a part as is looked at at once.
const PIECE_BYTES: usize = 1 << 16;
/// No name of an element that is counted is longer, with its prefix.
const NAME_BYTES: usize = 32;

/// How many elements of a name a part may have: each costs its reader memory.
const ELEMENTS: [(&[u8], usize); 12] = [
    (b"c", super::CELLS),
    (b"si", super::CELLS),
    (b"row", 1 << 20),
    (b"mergeCell", 200_000),
    (b"xf", 200_000),
    (b"font", 100_000),
    (b"fill", 100_000),
    (b"border", 100_000),
    (b"numFmt", 100_000),
    (b"definedName", 100_000),
    (b"Relationship", 100_000),
    (b"sheet", 4_000),
];
/// The number of texts that a part says it has; its reader makes room for as many.
const UNIQUE: &[u8] = b"uniqueCount";

/// Looks at everything in a workbook's archive. Whether any cells are merged.
///
/// # Errors
/// What is wrong with it, and what to do.
pub(super) fn check(bytes: &[u8]) -> Result<bool, Diagnostic> {
    if bytes.len() > FILE_BYTES {
        return Err(too_large(
            format!("文件有 {} 字节，上限 {FILE_BYTES}", bytes.len()),
            format!("the file has {} bytes; the limit is {FILE_BYTES}", bytes.len()),
        ));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > PARTS {
        let parts = archive.len();
        return Err(too_large(
            format!("压缩包内有 {parts} 个部件，上限 {PARTS}"),
            format!("the archive has {parts} parts; the limit is {PARTS}"),
        ));
    }
    check_names(&archive)?;
    if archive.has_duplicate_names() || archive.has_overlapping_entries().map_err(|error| damaged(&error))? {
        return Err(forged(
            "压缩包内的部件相互重叠或重名".to_owned(),
            "parts of its archive overlap, or have one name".to_owned(),
        ));
    }
    let (mut total, mut is_merged) = (0_u64, false);
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(|error| damaged(&error))?;
        let name = part.name().map(|name| name.into_owned()).unwrap_or_default();
        if part.is_symlink() {
            return Err(forged(
                format!("压缩包内的「{name}」是符号链接"),
                format!("`{name}` in its archive is a symbolic link"),
            ));
        }
        let (packed, declared) = (part.compressed_size(), part.size());
        check_size(&name, packed, declared)?;
        let (inflated, has_merged) = inflate(&name, packed, &mut part)?;
        is_merged |= has_merged;
        total = total.saturating_add(inflated);
        if total > TOTAL_BYTES {
            return Err(too_large(
                format!("解压后超过 {TOTAL_BYTES} 字节"),
                format!("it inflates to more than {TOTAL_BYTES} bytes"),
            ));
        }
    }
    Ok(is_merged)
}

/// A workbook has its own names; one that would lead out of a folder is written by nobody who means well.
fn check_names(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<(), Diagnostic> {
    let names: Vec<String> =
        archive.file_names_raw().map(|name| String::from_utf8_lossy(name).replace('\\', "/")).collect();
    let leads_out = |name: &&String| {
        name.starts_with('/') || name.contains(['\0', ':']) || name.split('/').any(|part| part == "..")
    };
    if let Some(name) = names.iter().find(leads_out) {
        let shown = name.replace('\0', "\u{2400}");
        return Err(forged(
            format!("压缩包内有部件名为「{shown}」，工作簿不会用这样的名称"),
            format!("a part of its archive is called `{shown}`, as none of a workbook is"),
        ));
    }
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    if has("_rels/.rels") && !has("xl/workbook.bin") && names.iter().any(|name| is_workbook(name)) {
        return Ok(());
    }
    let (zh, en) = if has("xl/workbook.bin") {
        ("二进制工作簿（.xlsb）".to_owned(), "a binary workbook (.xlsb)".to_owned())
    } else if has("content.xml") {
        ("OpenDocument 文件（.ods）".to_owned(), "an OpenDocument file (.ods)".to_owned())
    } else if has("word/document.xml") {
        ("Word 文档".to_owned(), "a Word document".to_owned())
    } else {
        let first = names.first().map_or("", String::as_str);
        (
            format!("压缩包（内有「{first}」等），不是 Excel 工作簿"),
            format!("an archive (with `{first}` in it) and no Excel workbook"),
        )
    };
    Err(super::kind::refused(&Text::new(zh, en)))
}

/// Whether a part is the workbook itself: some programs number it.
fn is_workbook(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.strip_prefix("xl/").is_some_and(|name| name.starts_with("workbook") && name.ends_with(".xml"))
}

fn check_size(name: &str, packed: u64, inflated: u64) -> Result<(), Diagnostic> {
    if inflated > PART_BYTES {
        return Err(too_large(
            format!("压缩包内的「{name}」解压后超过 {PART_BYTES} 字节"),
            format!("`{name}` in its archive inflates to more than {PART_BYTES} bytes"),
        ));
    }
    if inflated > RATIO_FROM && inflated > packed.saturating_mul(RATIO) {
        return Err(too_large(
            format!("压缩包内的「{name}」解压后超过原来的 {RATIO} 倍"),
            format!("`{name}` in its archive inflates to more than {RATIO} times its size"),
        ));
    }
    Ok(())
}

/// Inflates a part piece by piece and counts what is in it; what it declares is not believed.
fn inflate(name: &str, packed: u64, part: &mut impl std::io::Read) -> Result<(u64, bool), Diagnostic> {
    let mut part = part.take(PART_BYTES.saturating_add(1));
    let mut piece = vec![0_u8; PIECE_BYTES];
    let mut counted = Counted::default();
    let (mut kept, mut inflated) = (0_usize, 0_u64);
    loop {
        let free = piece.get_mut(kept..).unwrap_or_default();
        let read = part.read(free).map_err(|_| damaged_part(name))?;
        inflated = inflated.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        check_size(name, packed, inflated)?;
        let filled = kept.saturating_add(read);
        let is_last = read == 0;
        let start = if inflated <= u64::try_from(filled).unwrap_or_default() { piece.get(..4) } else { None };
        if start.is_some_and(is_utf16) {
            return Err(damaged_part(name));
        }
        // a name may go over the end of a piece: what could begin one is looked at again with the next
        let whole = if is_last { filled } else { filled.saturating_sub(NAME_BYTES) };
        counted.add(piece.get(..filled).unwrap_or_default(), whole);
        if let Some((zh, en)) = counted.too_many() {
            return Err(too_large(
                format!("压缩包内的「{name}」：{zh}"),
                format!("`{name}` in its archive: {en}"),
            ));
        }
        if is_last {
            return Ok((inflated, counted.has_merged()));
        }
        piece.copy_within(whole..filled, 0);
        kept = filled.saturating_sub(whole);
    }
}

/// Whether a part is written in 16 bits a character: no program does, and nothing could be counted.
fn is_utf16(start: &[u8]) -> bool {
    matches!(start, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..])
}

fn until(bytes: &[u8], end: Option<usize>) -> &[u8] {
    bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default()
}

/// How many elements of each name a part has.
#[derive(Default)]
struct Counted {
    elements: [usize; ELEMENTS.len()],
    /// The most texts it says it has.
    unique: usize,
}

impl Counted {
    /// Adds the elements that begin before `whole`.
    fn add(&mut self, piece: &[u8], whole: usize) {
        for at in memchr_iter(b'<', piece.get(..whole).unwrap_or_default()) {
            let behind = piece.get(at.saturating_add(1)..).unwrap_or_default();
            let name = behind.get(..NAME_BYTES.min(behind.len())).unwrap_or_default();
            let name = until(name, memchr3(b' ', b'>', b'/', name));
            let name = until(name, memchr3(b'\t', b'\r', b'\n', name));
            let own =
                memchr(b':', name).and_then(|colon| name.get(colon.saturating_add(1)..)).unwrap_or(name);
            let known = ELEMENTS.iter().position(|(element, _)| *element == own);
            if let Some(count) = known.and_then(|place| self.elements.get_mut(place)) {
                *count = count.saturating_add(1);
            }
        }
        for at in memchr::memmem::find_iter(piece.get(..whole).unwrap_or_default(), UNIQUE) {
            let behind = piece.get(at.saturating_add(UNIQUE.len())..).unwrap_or_default();
            let digits = behind.iter().skip_while(|byte| !byte.is_ascii_digit() && **byte != b'<');
            let said = digits.take_while(|byte| byte.is_ascii_digit()).fold(0_usize, |number, digit| {
                number.saturating_mul(10).saturating_add(usize::from(digit & 15))
            });
            self.unique = self.unique.max(said);
        }
    }

    fn has_merged(&self) -> bool {
        let mut counts = self.elements.iter().zip(ELEMENTS);
        counts.any(|(count, (name, _))| name == b"mergeCell" && *count > 0)
    }

    fn too_many(&self) -> Option<(String, String)> {
        let found = self.elements.iter().zip(ELEMENTS).find(|(count, (_, most))| *count > most);
        let (name, most) = match found {
            Some((_, (name, most))) => (String::from_utf8_lossy(name).into_owned(), most),
            None if self.unique > super::CELLS => ("si".to_owned(), super::CELLS),
            None => return None,
        };
        Some((
            format!("超过 {most} 个 `{name}`，不是正常的表"),
            format!("more than {most} of `{name}`, which no sheet to be read has"),
        ))
    }
}

fn too_large(zh: String, en: String) -> Diagnostic {
    let help = Text::new(
        "只保留要考核的表，另存为新的 .xlsx；数据确实很多的，另存为「CSV UTF-8」，可达 1 GB",
        "keep only the sheet that is needed and save it as a new .xlsx; where there is that much, save it as \"CSV UTF-8\", which may have 1 GB",
    );
    Diagnostic::error("R053", Text::new(zh, en)).help(help)
}

fn forged(zh: String, en: String) -> Diagnostic {
    let help = Text::new(
        "正常的程序不会这样写；请确认来源，用 Excel 打开后另存为 .xlsx",
        "no program writes that; make sure where the file is from, then open it in Excel and save it as .xlsx",
    );
    Diagnostic::error("R054", Text::new(zh, en)).help(help)
}

/// A part that was packed so that it cannot be unpacked.
fn damaged_part(name: &str) -> Diagnostic {
    broken(format!("压缩包内的「{name}」无法解压"), format!("`{name}` in its archive cannot be unpacked"))
}

fn damaged(error: &ZipError) -> Diagnostic {
    if matches!(error, ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED) {
        return super::kind::encrypted();
    }
    broken("文件不完整或已损坏".to_owned(), "the file is not whole, or damaged".to_owned())
}

/// A workbook that is damaged.
pub(super) fn broken(zh: String, en: String) -> Diagnostic {
    let help = Text::new(
        "请重新导出或下载；能用 Excel 打开的，打开后另存为 .xlsx",
        "export or download it again; where Excel opens it, save it as a new .xlsx from there",
    );
    Diagnostic::error("R052", Text::new(zh, en)).help(help)
}
