//! Rows of the CSV become cases: words as enumerations, decimals as hundredths, subjects as numbers.

use crate::Fault;
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

/// How bad it was.
#[derive(Clone, Copy)]
pub(super) enum Severity {
    Minor,
    Normal,
    Serious,
    Major,
}

/// Where the customer took it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Escalation {
    None,
    Group,
    Regulator,
    Media,
}

/// What the customer said in the end.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Satisfied {
    Yes,
    No,
    Unreached,
}

/// One complaint; hours and money are in hundredths.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(super) severity: Severity,
    pub(super) escalation: Escalation,
    pub(super) own_fault: bool,
    pub(super) satisfied: Satisfied,
    pub(super) repeats: i64,
    pub(super) due: i64,
    pub(super) reply: i64,
    pub(super) revisited: bool,
    pub(super) verified: bool,
    pub(super) corrected: bool,
    pub(super) rectified: bool,
    pub(super) loss: i64,
    pub(super) handler: u32,
    pub(super) unit: u32,
    pub(super) line: u32,
    pub(super) leader: u32,
}

/// Everybody named so far, in order of appearance.
#[derive(Default)]
pub(crate) struct Subjects {
    names: Vec<Box<[u8]>>,
    numbers: HashMap<Box<[u8]>, u32>,
}

impl Subjects {
    fn number(&mut self, name: &[u8]) -> Result<u32, Fault> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        let number = u32::try_from(self.names.len())?;
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        Ok(number)
    }

    pub(super) fn name(&self, number: u32) -> Result<&[u8], Fault> {
        Ok(self.names.get(usize::try_from(number)?).ok_or("a finding without its subject")?)
    }

    pub(super) fn names(&self) -> &[Box<[u8]>] {
        &self.names
    }
}

/// The columns that are read, in the order of `COLUMNS`.
const COLUMNS: [&str; 18] = [
    "case_id",
    "received_at",
    "severity",
    "escalation",
    "liability",
    "satisfied",
    "repeat_no",
    "due_hours",
    "reply_hours",
    "revisited",
    "verified",
    "corrected",
    "rectified",
    "loss_amount",
    "handler",
    "unit",
    "line",
    "leader",
];

/// The month the cases are of.
const PERIOD: &[u8] = b"2026-10-";

/// The cases of a file, one after the other.
pub(crate) struct Cases {
    reader: Reader<File>,
    record: ByteRecord,
    places: [usize; COLUMNS.len()],
    subjects: Subjects,
}

impl Cases {
    /// Opens a file and finds its columns by their headings.
    pub(crate) fn open(file: &Path) -> Result<Self, Fault> {
        let mut reader = ReaderBuilder::new().buffer_capacity(1 << 18).from_path(file)?;
        let headings = reader.byte_headers()?.clone();
        let mut places = [0; COLUMNS.len()];
        for (place, name) in places.iter_mut().zip(COLUMNS) {
            let found = headings.iter().position(|heading| heading == name.as_bytes());
            *place = found.ok_or_else(|| format!("no column `{name}`"))?;
        }
        Ok(Self { reader, record: ByteRecord::new(), places, subjects: Subjects::default() })
    }

    /// The next case, if there is one.
    pub(crate) fn next(&mut self) -> Result<Option<Case>, Fault> {
        if !self.reader.read_byte_record(&mut self.record)? {
            return Ok(None);
        }
        let case = read(&self.record, &self.places, &mut self.subjects);
        let line = self.record.position().map_or(0, csv::Position::line);
        case.map(Some).map_err(|fault| format!("line {line}: {fault}").into())
    }

    /// The number of the case just read.
    pub(crate) fn number(&self) -> &[u8] {
        let [number, ..] = self.places;
        self.record.get(number).unwrap_or_default()
    }

    /// Everybody the cases named.
    pub(crate) fn into_subjects(self) -> Subjects {
        self.subjects
    }
}

fn read(record: &ByteRecord, places: &[usize], subjects: &mut Subjects) -> Result<Case, Fault> {
    let cells = places.iter().map(|place| record.get(*place).unwrap_or_default());
    let mut cells = cells.enumerate().map(|(column, cell)| Cell { column, text: cell });
    let mut cell = || cells.next().ok_or("too few columns");
    let (number, received) = (cell()?, cell()?);
    if number.text.is_empty() || !received.text.starts_with(PERIOD) {
        return Err(received.unreadable());
    }
    Ok(Case {
        severity: cell()?.one_of(&[
            (b"minor", Severity::Minor),
            (b"normal", Severity::Normal),
            (b"serious", Severity::Serious),
            (b"major", Severity::Major),
        ])?,
        escalation: cell()?.one_of(&[
            (b"none", Escalation::None),
            (b"group", Escalation::Group),
            (b"regulator", Escalation::Regulator),
            (b"media", Escalation::Media),
        ])?,
        own_fault: cell()?.one_of(&[
            (b"enterprise", true),
            (b"customer", false),
            (b"third_party", false),
            (b"force_majeure", false),
        ])?,
        satisfied: cell()?.one_of(&[
            (b"yes", Satisfied::Yes),
            (b"no", Satisfied::No),
            (b"unreached", Satisfied::Unreached),
        ])?,
        repeats: cell()?.hundredths()? / 100,
        due: cell()?.hundredths()?,
        reply: cell()?.hundredths()?,
        revisited: cell()?.flag()?,
        verified: cell()?.flag()?,
        corrected: cell()?.flag()?,
        rectified: cell()?.flag()?,
        loss: cell()?.hundredths()?,
        handler: subjects.number(cell()?.text)?,
        unit: subjects.number(cell()?.text)?,
        line: subjects.number(cell()?.text)?,
        leader: subjects.number(cell()?.text)?,
    })
}

/// A cell and the column it stands in.
struct Cell<'c> {
    column: usize,
    text: &'c [u8],
}

impl Cell<'_> {
    fn unreadable(&self) -> Fault {
        let name = COLUMNS.get(self.column).copied().unwrap_or_default();
        format!("{name}: `{}` is not understood", String::from_utf8_lossy(self.text)).into()
    }

    fn one_of<T: Copy>(&self, words: &[(&[u8], T)]) -> Result<T, Fault> {
        let found = words.iter().find(|(word, _)| *word == self.text);
        found.map(|(_, value)| *value).ok_or_else(|| self.unreadable())
    }

    fn flag(&self) -> Result<bool, Fault> {
        self.one_of(&[(b"true", true), (b"false", false)])
    }

    /// A number of at most two decimal places.
    fn hundredths(&self) -> Result<i64, Fault> {
        let (mut value, mut places) = (0_i64, None);
        for byte in self.text {
            match byte {
                b'0'..=b'9' if places != Some(2) => {
                    value = value * 10 + i64::from(byte - b'0');
                    places = places.map(|places| places + 1);
                }
                b'.' if places.is_none() => places = Some(0),
                _ => return Err(self.unreadable()),
            }
        }
        match places.unwrap_or(0) {
            // ten digits are more than any column has, and far from the end of an i64
            _ if self.text.is_empty() || self.text.len() > 10 => Err(self.unreadable()),
            0 => Ok(value * 100),
            1 => Ok(value * 10),
            _ => Ok(value),
        }
    }
}
