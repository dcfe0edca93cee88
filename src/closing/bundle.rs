//! Everything that a closed period was made from and came to, in one archive that can be verified elsewhere years later.

use super::fault;
use crate::diagnostic::Diagnostic;
use crate::fingerprint;
use crate::ledger::canonical;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read as _, Write as _};
use std::path::{Component, Path};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The version of the schema.
const SCHEMA: &str = "renze.bundle/1";
/// The file that names all others.
const MANIFEST: &str = "manifest.json";
/// No bundle unpacks into more bytes.
const UNPACKED: u64 = 4 << 30;
/// No bundle holds more files.
const FILES: usize = 10_000;

/// The files of a bundle by their paths, with slashes; and where in it the book and the ledger stand.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// The files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The folder of the book.
    pub book: String,
    /// The ledger.
    pub ledger: String,
    /// The folder of the results; all of it must come out again.
    pub results: String,
}

impl Bundle {
    /// The archive: the same bytes for the same files.
    ///
    /// # Errors
    /// A file is too large for an archive.
    pub fn pack(&self) -> io::Result<Vec<u8>> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        // no clock enters: the archive's own default day
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        let mut put = |name: &str, content: &[u8]| {
            archive.start_file(name, options)?;
            archive.write_all(content)
        };
        put(MANIFEST, canonical(&self.manifest(super::ENGINE)).as_bytes())?;
        self.files.iter().try_for_each(|(name, content)| put(name, content))?;
        Ok(archive.finish()?.into_inner())
    }

    fn manifest(&self, engine: &str) -> Value {
        let files = self.files.iter().map(|(name, content)| (name.clone(), fingerprint::of(content)));
        json!({
            "schema": SCHEMA,
            "engine": engine,
            "book": self.book,
            "ledger": self.ledger,
            "results": self.results,
            "files": files.collect::<BTreeMap<_, _>>(),
        })
    }

    /// Reads an archive, and holds every file against what its manifest says.
    ///
    /// # Errors
    /// It is no bundle; or a file of it is missing, added, changed, too large, or has a name that leads elsewhere.
    pub fn open(bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let (manifest, files) = unpack(bytes).map_err(|why| vec![unusable(&why)])?;
        let word = |key: &str| manifest.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        if word("schema") != SCHEMA {
            return Err(vec![unusable(&(
                "不是认责的档案包".to_owned(),
                "it is no bundle of Renze".to_owned(),
            ))]);
        }
        let bundle = Self { files, book: word("book"), ledger: word("ledger"), results: word("results") };
        for name in [&bundle.book, &bundle.ledger, &bundle.results] {
            // a book may be the whole of it
            if !is_inside(name) && (!name.is_empty() || *name != bundle.book) {
                let why =
                    (format!("清单中的 {name} 指向包外"), format!("its manifest leads elsewhere: {name}"));
                return Err(vec![unusable(&why)]);
            }
        }
        let mut faults = Vec::new();
        let named = manifest.get("files").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, digest) in &named {
            let (zh, en) = match bundle.files.get(name) {
                Some(content) if digest.as_str() == Some(&fingerprint::of(content)) => continue,
                Some(_) => (format!("{name} 被改动过"), format!("{name} was changed")),
                None => (format!("缺少 {name}"), format!("{name} is missing")),
            };
            faults.push(unusable(&(zh, en)));
        }
        for name in bundle.files.keys().filter(|name| !named.contains_key(*name)) {
            faults.push(unusable(&(format!("多出 {name}"), format!("{name} was added"))));
        }
        if faults.is_empty() && (word("engine").is_empty() || bundle.manifest(&word("engine")) != manifest) {
            faults.push(unusable(&(
                "清单另有内容或缺少内容".to_owned(),
                "its manifest says something else besides, or not all it should".to_owned(),
            )));
        }
        if faults.is_empty() { Ok(bundle) } else { Err(faults) }
    }
}

/// Why a bundle cannot be used, in Chinese and in English.
type Why = (String, String);

/// The manifest and the other files.
fn unpack(bytes: &[u8]) -> Result<(Value, BTreeMap<String, Vec<u8>>), Why> {
    let broken = |_| ("不是完整的 zip 文件".to_owned(), "it is no whole zip file".to_owned());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if is_plain(bytes, &mut archive).is_none() {
        return Err((
            "包外另有内容，或有同名文件".to_owned(),
            "something stands before, behind or twice in it".to_owned(),
        ));
    }
    if archive.len() > FILES {
        return Err((format!("多于 {FILES} 个文件"), format!("more than {FILES} files")));
    }
    let (mut files, mut left) = (BTreeMap::new(), UNPACKED);
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(broken)?;
        let name = file.name().map_err(broken)?.into_owned();
        if !is_inside(&name) {
            return Err((format!("文件名 {name} 指向包外"), format!("the name {name} leads elsewhere")));
        }
        let mut content = Vec::new();
        let read = file
            .take(left.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|_| (format!("读不出 {name}"), format!("{name} cannot be read")))?;
        left = u64::try_from(read).ok().and_then(|read| left.checked_sub(read)).ok_or_else(|| {
            (format!("展开后超过 {UNPACKED} 字节"), format!("it unpacks into more than {UNPACKED} bytes"))
        })?;
        if files.insert(name.clone(), content).is_some() {
            return Err((format!("{name} 出现两次"), format!("{name} stands in it twice")));
        }
    }
    let manifest = files.remove(MANIFEST).and_then(|content| {
        let manifest: Value = serde_json::from_slice(&content).ok()?;
        // written in the one way, no key stands in it twice
        (canonical(&manifest).as_bytes() == content).then_some(manifest)
    });
    let manifest = manifest.ok_or_else(|| {
        (format!("没有可读的 {MANIFEST}"), format!("it has no {MANIFEST} that can be read"))
    })?;
    Ok((manifest, files))
}

/// Whether an archive is nothing but its files, one behind the other and none twice: another reader of it would find the same.
fn is_plain(bytes: &[u8], archive: &mut ZipArchive<Cursor<&[u8]>>) -> Option<()> {
    // the record at the end, without a comment: APPNOTE 4.3.16
    const END: usize = 22;
    let last = bytes.len().checked_sub(END)?;
    let end = bytes.get(last..)?;
    let number = |from: usize| {
        let four = end.get(from..from.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(four)).ok()
    };
    let count = u16::from_le_bytes(end.get(10..12)?.try_into().ok()?);
    let directory = number(16)?;
    let is_last = end.starts_with(b"PK\x05\x06") && directory.checked_add(number(12)?)? == last;
    (is_last && archive.offset() == 0 && usize::from(count) == archive.len()).then_some(())?;
    let mut next = 0_u64;
    for place in 0..archive.len() {
        let file = archive.by_index_raw(place).ok()?;
        let start = usize::try_from(file.header_start()).ok()?;
        // the name before the content, which other readers go by: APPNOTE 4.3.7
        let name = bytes.get(start.checked_add(30)?..)?.get(..file.name_raw().len())?;
        (file.header_start() == next && name == file.name_raw()).then_some(())?;
        next = file.data_start()?.checked_add(file.compressed_size())?;
    }
    (usize::try_from(next).ok()? == directory).then_some(())
}

/// Whether a name leads to a file inside of the folder into which a bundle is unpacked, on any system.
fn is_inside(name: &str) -> bool {
    let is_plain = !name.is_empty() && !name.ends_with('/') && !name.contains(['\\', ':', '\0']);
    is_plain && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

fn unusable((zh, en): &Why) -> Diagnostic {
    fault("L027", format!("档案包不能用：{zh}"), format!("the bundle cannot be used: {en}"))
}
