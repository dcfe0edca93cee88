//! The file of a ledger. Lines are added behind everything else, by one writer at a time.

use super::chain::{Chain, Head};
use super::entry::{Author, Draft, Entry};
use super::key::Key;
use crate::diagnostic::{Diagnostic, Place, reason};
use crate::fingerprint;
use crate::language::Text;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// How an archive begins.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// A ledger that nobody else can write to meanwhile.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// None where the ledger is yet to be begun.
    file: Option<File>,
    chain: Chain,
    /// Every entry so far.
    pub entries: Vec<Entry>,
}

impl Ledger {
    /// Opens a ledger to write to it, and verifies all of it; where there is none, one begins with the first entry.
    ///
    /// # Errors
    /// It cannot be opened or locked, or something is wrong with it.
    pub fn open(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let failed = |error: io::Error| vec![unreadable(path, &error)];
        let file = match OpenOptions::new().read(true).write(true).open(path).and_then(plain) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let chain = Chain::default();
                return Ok(Self { path: path.to_owned(), file: None, chain, entries: Vec::new() });
            }
            opened => opened.map_err(failed)?,
        };
        file.lock().map_err(failed)?;
        let mut entries = Vec::new();
        let name = path.display().to_string();
        let mut chain =
            Chain::read(&name, BufReader::new(&file), |entry| entries.push(entry)).map_err(failed)?;
        let torn = chain.torn.map(|bytes| torn(path, &chain.head, bytes));
        chain.faults.extend(torn);
        if chain.faults.is_empty() {
            return Ok(Self { path: path.to_owned(), file: Some(file), chain, entries });
        }
        Err(chain.faults)
    }

    /// The last entry.
    pub fn head(&self) -> &Head {
        &self.chain.head
    }

    /// The entry that a draft would become, without adding it.
    pub fn next(&self, author: &Author, draft: Draft) -> Entry {
        let head = &self.chain.head;
        Entry::next(draft, (&author.by, author.on, None), (head.seq.saturating_add(1), &head.hash))
    }

    /// Adds entries of somebody, to the disk, all or none; signed where there is a key.
    ///
    /// # Errors
    /// The day is before the last entry's or far behind it, whoever signed before does not, or they cannot be written; the
    /// ledger is then as it was.
    pub fn append(
        &mut self,
        author: &Author,
        key: Option<&Key>,
        drafts: Vec<Draft>,
    ) -> Result<(), Vec<Diagnostic>> {
        if let Some(fault) = self.chain.refusal(author) {
            return Err(vec![fault.at(place(&self.path))]);
        }
        let mut head = self.chain.head.clone();
        let (mut lines, mut entries) = (String::new(), Vec::new());
        for draft in drafts {
            let at = (head.seq.saturating_add(1), head.hash.as_str());
            let entry = Entry::next(draft, (&author.by, author.on, key), at);
            head = Head { seq: entry.seq, hash: entry.hash.clone() };
            lines.push_str(&entry.line());
            lines.push('\n');
            entries.push(entry);
        }
        let before = self.chain.whole;
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                none.insert(begin(&self.path).map_err(|error| vec![unwritten(&self.path, &error, true)])?)
            }
        };
        if let Err(error) = write(file, &self.path, before, lines.as_bytes()) {
            // whatever of it is there must not be taken for an entry
            let undone = file.set_len(before).and_then(|()| file.sync_all());
            return Err(vec![unwritten(&self.path, &error, undone.is_ok())]);
        }
        self.chain.whole = before.saturating_add(u64::try_from(lines.len()).unwrap_or(u64::MAX));
        self.chain.head = head;
        self.entries.extend(entries);
        Ok(())
    }
}

/// A new file that nobody else writes to. Whoever began one meanwhile is not written over.
fn begin(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
    file.lock()?;
    // somebody who opened it in between may have written before it was locked
    if file.metadata()?.len() == 0 { Ok(file) } else { Err(io::ErrorKind::AlreadyExists.into()) }
}

/// Writes lines behind the whole ones, to the disk.
fn write(file: &mut File, path: &Path, whole: u64, lines: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(whole))?;
    file.write_all(lines)?;
    file.sync_all()?;
    if whole == 0 {
        // its name must be on the disk before anything is said to stand in it
        keep_name(path)?;
    }
    Ok(())
}

/// Cuts off a last line that was not finished, and keeps it in a file beside the ledger; none where all are whole.
///
/// # Errors
/// The ledger cannot be read or written.
pub fn repair(path: &Path) -> Result<Option<PathBuf>, Vec<Diagnostic>> {
    let failed = |error: io::Error| vec![unwritten(path, &error, true)];
    let opened = OpenOptions::new().read(true).write(true).open(path);
    let mut file = opened.and_then(plain).map_err(|error| vec![unreadable(path, &error)])?;
    file.lock().map_err(failed)?;
    let name = path.display().to_string();
    let chain = Chain::read(&name, BufReader::new(&file), |_| ()).map_err(failed)?;
    if chain.torn.is_none() {
        return Ok(None);
    }
    cut_off(path, &mut file, chain.whole).map(Some).map_err(failed)
}

/// Keeps what stands behind the last whole line in a file of its own, and only then cuts it off.
fn cut_off(path: &Path, file: &mut File, whole: u64) -> io::Result<PathBuf> {
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(whole))?;
    file.read_to_end(&mut tail)?;
    // of the same tail there is one copy, however often this is begun anew
    let digest = fingerprint::of(&tail);
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".torn-{}", digest.get(..8).unwrap_or_default()));
    let beside = PathBuf::from(beside);
    let mut copy = File::create(&beside)?;
    copy.write_all(&tail)?;
    copy.sync_all()?;
    keep_name(&beside)?;
    file.set_len(whole)?;
    file.sync_all()?;
    Ok(beside)
}

/// Reads a ledger without writing to it.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path, each: impl FnMut(Entry)) -> Result<Chain, Diagnostic> {
    let failed = |error: io::Error| unreadable(path, &error);
    // what is no file is not opened: a pipe would wait for whoever writes to it
    std::fs::metadata(path).and_then(is_file).map_err(failed)?;
    let file = File::open(path).and_then(plain).map_err(failed)?;
    let name = path.display().to_string();
    let mut lines = BufReader::with_capacity(1 << 20, file);
    if lines.fill_buf().map_err(failed)?.starts_with(ARCHIVE) {
        return Err(bundle(path));
    }
    let mut chain = Chain::read(&name, lines, each).map_err(failed)?;
    let torn = chain.torn.map(|bytes| torn(path, &chain.head, bytes));
    chain.faults.extend(torn);
    Ok(chain)
}

/// The file, where it is one: what has no end cannot be verified.
fn plain(file: File) -> io::Result<File> {
    file.metadata().and_then(is_file).map(|()| file)
}

fn is_file(metadata: Metadata) -> io::Result<()> {
    if metadata.is_file() { Ok(()) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

fn keep_name(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

fn place(path: &Path) -> Place {
    Place::File { file: path.display().to_string() }
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let why = reason(error);
    let message = Text::new(format!("打不开台账：{}", why.zh), format!("cannot open the ledger: {}", why.en));
    Diagnostic::error("L001", message).at(place(path))
}

fn bundle(path: &Path) -> Diagnostic {
    let message = Text::new("这是档案包，不是台账", "it is a bundle and no ledger");
    let help = Text::new("请用 renze ledger check-bundle", "renze ledger check-bundle verifies it");
    Diagnostic::error("L001", message).help(help).at(place(path))
}

fn unwritten(path: &Path, error: &io::Error, is_undone: bool) -> Diagnostic {
    let why = reason(error);
    let message =
        Text::new(format!("写不进台账：{}", why.zh), format!("cannot write to the ledger: {}", why.en));
    let help = if is_undone {
        Text::new("台账仍如从前；排除原因后重做", "the ledger is as it was: mend that, and do it again")
    } else {
        Text::new(
            "可能留下未写完的一行；排除原因后运行 renze ledger repair",
            "an unfinished line may be left: mend that, and run renze ledger repair",
        )
    };
    Diagnostic::error("L008", message).help(help).at(place(path))
}

fn torn(path: &Path, head: &Head, bytes: u64) -> Diagnostic {
    let seq = head.seq;
    let message = Text::new(
        format!("第 {seq} 条之后有一行没有写完（{bytes} 字节）"),
        format!("behind entry {seq} a line of {bytes} bytes was not finished"),
    );
    let help = Text::new(
        "renze ledger repair 截去这一行，并另存在台账旁",
        "renze ledger repair cuts it off, and keeps it beside the ledger",
    );
    Diagnostic::error("L007", message).help(help).at(place(path))
}
