//! The entries of a ledger, each held against the one before it.

use super::entry::{Author, Entry, NOTHING_BEFORE};
use super::name::Signers;
use crate::diagnostic::{Diagnostic, Place};
use crate::language::Text;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read as _};

/// Lines that are read before any of them is looked at.
const LINES: usize = 4_096;
/// No entry is entered so many days after the one before it: such a day is mistyped, and would end the ledger.
const LONGEST_PAUSE: i64 = 3_653;
/// No entry is longer, in bytes.
const LONGEST: u64 = 256 << 20;

/// The last entry: with it everything before it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries there are.
    pub seq: u64,
    /// The fingerprint of the last.
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { seq: 0, hash: NOTHING_BEFORE.to_owned() }
    }
}

/// What a ledger comes to.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The last entry.
    pub head: Head,
    /// Where the last whole line ends, in bytes.
    pub whole: u64,
    /// The bytes of a last line that was not finished; none where all are.
    pub torn: Option<u64>,
    /// Everything that is wrong, but for a torn last line.
    pub faults: Vec<Diagnostic>,
    day: Option<NaiveDate>,
    signers: Signers,
    /// The numbers of entries by fingerprint, to tell what was moved or doubled from what is foreign.
    seen: BTreeMap<[u8; 8], u64>,
}

impl Chain {
    /// Reads a ledger and gives every entry, whole or not, that stands as it was written.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(file: &str, mut lines: impl BufRead, mut each: impl FnMut(Entry)) -> io::Result<Self> {
        let mut chain = Self::default();
        let mut number = 0_usize;
        loop {
            let batch = chain.batch(&mut lines)?;
            if batch.is_empty() {
                return Ok(chain);
            }
            let read: Vec<Result<Entry, Diagnostic>> =
                batch.par_iter().map(|line| Entry::read(line)).collect();
            for entry in read {
                number = number.saturating_add(1);
                let place = || Place::Cell { file: file.to_owned(), row: number, column: String::new() };
                match entry {
                    Ok(entry) => {
                        let faults = chain.link(&entry).into_iter().map(|fault| fault.at(place()));
                        chain.faults.extend(faults);
                        each(entry);
                    }
                    Err(fault) => {
                        let said = chain.before(number);
                        chain.faults.push(fault.help(said).at(place()));
                        chain.lost();
                    }
                }
            }
        }
    }

    /// The next whole lines, without their ends.
    fn batch(&mut self, lines: &mut impl BufRead) -> io::Result<Vec<Vec<u8>>> {
        let mut batch = Vec::new();
        while batch.len() < LINES {
            let mut line = Vec::new();
            let read = lines.take(LONGEST).read_until(b'\n', &mut line)?;
            let read = u64::try_from(read).map_err(io::Error::other)?;
            if read == 0 {
                break;
            }
            if line.pop_if(|last| *last == b'\n').is_none() {
                self.torn = Some(read);
                // whatever follows a line that is too long belongs to it
                self.torn = Some(read.saturating_add(io::copy(lines, &mut io::sink())?));
                break;
            }
            self.whole = self.whole.saturating_add(read);
            batch.push(line);
        }
        Ok(batch)
    }

    /// Why somebody may not enter anything now.
    pub(super) fn refusal(&self, author: &Author) -> Option<Diagnostic> {
        let on = author.on;
        let Some(day) = self.day else { return self.signers.fault(author) };
        let seq = self.head.seq;
        let (zh, en) = if on < day {
            (
                format!("日期 {on} 早于第 {seq} 条的 {day}：台账按发生的先后记"),
                format!(
                    "the day {on} is before {day}, that of entry {seq}: a ledger is written in the order of what happens"
                ),
            )
        } else if is_far(on, day) {
            (
                format!("日期 {on} 比第 {seq} 条的 {day} 晚十年以上：记下后，此前的日子就再也记不进去了"),
                format!(
                    "the day {on} is more than ten years after {day}, that of entry {seq}: nothing of before could be entered any more"
                ),
            )
        } else {
            return self.signers.fault(author);
        };
        let help = Text::new("请核对 --on", "look at --on");
        Some(wrong("L006", (zh, en)).help(help))
    }

    /// Takes the next entry, and tells what is wrong with its place.
    fn link(&mut self, entry: &Entry) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let due = self.head.seq.saturating_add(1);
        let key = key(&entry.hash);
        let known = key.and_then(|key| self.seen.get(&key).copied());
        if let Some(before) = known {
            faults.push(wrong(
                "L005",
                (format!("第 {before} 条又出现一次"), format!("entry {before} stands here again")),
            ));
        } else if entry.seq != due || (entry.parent != self.head.hash && !self.head.hash.is_empty()) {
            faults.push(self.misplaced(entry, due));
        }
        if let Some(day) = self.day.filter(|day| entry.on < *day) {
            let (own, on) = (entry.seq, entry.on);
            faults.push(wrong(
                "L006",
                (
                    format!("第 {own} 条的日期 {on} 早于前一条的 {day}"),
                    format!("entry {own} is of {on}, before {day}, the day of the one before it"),
                ),
            ));
        }
        if let Some(day) = self.day.filter(|day| is_far(entry.on, *day)) {
            let (own, on) = (entry.seq, entry.on);
            faults.push(wrong(
                "L006",
                (
                    format!("第 {own} 条的日期 {on} 比前一条的 {day} 晚十年以上"),
                    format!("entry {own} is of {on}, more than ten years after {day}, the day of the one before it"),
                ),
            ));
        }
        self.day = self.day.max(Some(entry.on));
        faults.extend(self.signers.take(&entry.author(), entry.seq));
        if let (Some(key), None) = (key, known) {
            self.seen.insert(key, entry.seq);
        }
        if known.is_none() {
            self.head = Head { seq: entry.seq, hash: entry.hash.clone() };
        }
        faults
    }

    /// An entry that does not follow on the one before it.
    fn misplaced(&self, entry: &Entry, due: u64) -> Diagnostic {
        let own = entry.seq;
        let parent = key(&entry.parent).and_then(|parent| self.seen.get(&parent).copied());
        let (zh, en) = match parent {
            Some(parent) if parent.saturating_add(1) == own => (
                format!("第 {own} 条接在第 {parent} 条之后，却不在其位：顺序被调换，或有人另写了一支"),
                format!(
                    "entry {own} follows on entry {parent} and stands elsewhere: the order was changed, or somebody wrote a branch of their own"
                ),
            ),
            _ if own > due => (
                format!("此处应为第 {due} 条，却是第 {own} 条：中间有记录缺失、被调换或来自别的台账"),
                format!(
                    "entry {due} is due here, and this is entry {own}: some are missing or were moved, or are of another ledger"
                ),
            ),
            _ => (
                format!("第 {own} 条不接前一条：顺序被调换、前面有改动，或来自别的台账"),
                format!(
                    "entry {own} does not follow on the one before it: the order was changed, something before it was, or it is of another ledger"
                ),
            ),
        };
        wrong("L005", (zh, en))
    }

    /// A line that is no entry hides what the next one must follow on: only its number is known.
    fn lost(&mut self) {
        self.head = Head { seq: self.head.seq.saturating_add(1), hash: String::new() };
    }

    fn before(&self, line: usize) -> Text {
        let seq = self.head.seq.saturating_add(1);
        Text::new(
            format!("第 {line} 行应为第 {seq} 条；请对照另存的台账副本"),
            format!(
                "line {line} should be entry {seq}: hold it against a copy of the ledger that is kept elsewhere"
            ),
        )
    }
}

/// Whether a day is so far behind another one that it must be mistyped.
fn is_far(on: NaiveDate, day: NaiveDate) -> bool {
    on.signed_duration_since(day).num_days() > LONGEST_PAUSE
}

fn wrong(code: &'static str, (zh, en): (String, String)) -> Diagnostic {
    Diagnostic::error(code, Text::new(zh, en))
}

/// The first bytes of a fingerprint.
fn key(hash: &str) -> Option<[u8; 8]> {
    u64::from_str_radix(hash.get(..16)?, 16).ok().map(u64::to_be_bytes)
}
