//! A row as one line of text, and the order of such lines without writing them all at once.

use crate::fact::{Column, FactType, Grain, MISSING_CODE, Numbers, OTHER_CODE, OTHER_NUMBER, Plain, Value};
use crate::intake::{Holders, Rows};
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use rayon::prelude::*;

/// Between the pieces of a line.
const SEPARATOR: u8 = 0x1f;
/// The bits of a key.
const KEY_BITS: u32 = 128;
/// The bytes of a length before a text.
const LENGTH: usize = 4;
/// Rows packed together.
const PART: usize = 8_192;
/// Nanoseconds from which a second is a leap second.
const LEAP: u32 = 1_000_000_000;

/// The lines of the rows of one kind: `kind␟fact=value␟role:code,code`, the pieces in order of their bytes.
pub(super) struct Lines<'a> {
    start: String,
    rows: &'a Rows,
    pieces: Vec<Piece<'a>>,
    /// Whether the names alone put the pieces of every line in order.
    is_ordered: bool,
}

/// One fact or role of every line.
struct Piece<'a> {
    /// `fact=` or `role:`.
    name: String,
    source: Source<'a>,
}

enum Source<'a> {
    /// Few words: their texts by code.
    Codes(&'a Column, &'a [u8], Words),
    /// Whom a role names: the texts by list.
    Lists(&'a Holders, Words),
    /// Any other fact.
    Column(&'a Column),
}

/// The texts that come again and again, and the place of each in the order of texts.
struct Words {
    texts: Vec<String>,
    ranks: Vec<u128>,
    bits: u32,
}

/// Where a packed row is: its key, its part, and the byte it starts at.
pub(super) type Place = (u128, u32, u32);

/// Rows packed behind one another, so that one can be read without looking into every column.
pub(super) struct Packed {
    parts: Vec<Vec<u8>>,
    order: Vec<Place>,
}

/// The first bits of what tells lines apart: lines are in the order of their keys, but for those of one key.
struct Key {
    bits: u128,
    left: u32,
}

impl<'a> Lines<'a> {
    /// The lines of these rows.
    pub(super) fn new(kind: &str, rows: &'a Rows) -> Self {
        let facts = rows.facts();
        let schema = facts.schema();
        let mut pieces: Vec<Piece<'a>> = Vec::new();
        for (place, name) in schema.names().enumerate() {
            let Some(column) = facts.column(place) else { continue };
            let source = match column.plain() {
                Plain::Codes { domain, codes } => Source::Codes(column, codes, Words::of_domain(domain)),
                _ => Source::Column(column),
            };
            pieces.push(Piece { name: format!("{name}="), source });
        }
        for (role, holders) in rows.roles() {
            let lists = 0..u32::try_from(holders.lists().len()).unwrap_or(u32::MAX);
            let texts = lists.map(|list| holders.list(list).collect::<Vec<_>>().join(",")).collect();
            let source = Source::Lists(holders, Words::new(texts));
            pieces.push(Piece { name: format!("{role}:"), source });
        }
        pieces.sort_by(|a, b| a.name.cmp(&b.name));
        let mut neighbours = pieces.iter().zip(pieces.iter().skip(1));
        let is_ordered = neighbours.all(|(a, b)| !b.name.starts_with(&a.name));
        Self { start: format!("{kind}\u{1f}"), rows, pieces, is_ordered }
    }

    /// What every line starts with.
    pub(super) fn start(&self) -> &str {
        &self.start
    }

    /// Every row packed small, with its key, in the order of the keys.
    pub(super) fn packed(&self) -> Packed {
        let told = match (self.is_ordered, self.pieces.split_last()) {
            // nothing stands behind the last piece, so it ends in another way
            (true, Some((_, before))) => before.iter().take_while(|piece| piece.ends()).count(),
            _ => 0,
        };
        let pack = |part: usize| {
            let first = part.saturating_mul(PART);
            let mut bytes = Vec::new();
            let mut order = Vec::with_capacity(PART);
            for row in first..first.saturating_add(PART).min(self.rows.len()) {
                let mut key = Key { bits: 0, left: KEY_BITS };
                let start = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                for (place, piece) in self.pieces.iter().enumerate() {
                    piece.pack(row, &mut bytes, (place < told).then_some(&mut key));
                }
                order.push((key.value(), u32::try_from(part).unwrap_or(u32::MAX), start));
            }
            (bytes, order)
        };
        let parts = self.rows.len().div_ceil(PART);
        let packed: Vec<(Vec<u8>, Vec<Place>)> = (0..parts).into_par_iter().map(pack).collect();
        let (parts, orders): (Vec<_>, Vec<_>) = packed.into_iter().unzip();
        let mut order = orders.concat();
        order.par_sort_unstable();
        Packed { parts, order }
    }

    /// The lines of packed rows in the order of their keys, each with its line end; those of one key put in order here.
    pub(super) fn write(&self, packed: &Packed, places: &[Place], out: &mut Vec<u8>) {
        for same in places.chunk_by(|(a, ..), (b, ..)| a == b) {
            if let [place] = same {
                self.line(packed.row(place), out);
                out.push(b'\n');
                continue;
            }
            let line = |place: &Place| {
                let mut line = Vec::new();
                self.line(packed.row(place), &mut line);
                line
            };
            let mut lines: Vec<Vec<u8>> = same.iter().map(line).collect();
            lines.sort_unstable();
            for line in lines {
                out.extend_from_slice(&line);
                out.push(b'\n');
            }
        }
    }

    fn line(&self, mut packed: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(self.start.as_bytes());
        if self.is_ordered {
            for (place, piece) in self.pieces.iter().enumerate() {
                if place > 0 {
                    out.push(SEPARATOR);
                }
                out.extend_from_slice(piece.name.as_bytes());
                packed = piece.unpack(packed, out);
            }
            return;
        }
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        for piece in &self.pieces {
            let mut text = piece.name.clone().into_bytes();
            packed = piece.unpack(packed, &mut text);
            pieces.push(text);
        }
        pieces.sort_unstable();
        out.extend(pieces.join(&SEPARATOR));
    }
}

impl Packed {
    /// Where the rows are, in the order of their keys.
    pub(super) fn order(&self) -> &[Place] {
        &self.order
    }

    /// A packed row and those behind it.
    fn row(&self, (_, part, start): &Place) -> &[u8] {
        let part = usize::try_from(*part).ok().and_then(|part| self.parts.get(part));
        let start = usize::try_from(*start).unwrap_or(usize::MAX);
        part.and_then(|bytes| bytes.get(start..)).unwrap_or_default()
    }
}

impl Piece<'_> {
    /// Adds a row to its packed form and, where it is given, to its key: the place of a word, or a text.
    fn pack(&self, row: usize, out: &mut Vec<u8>, key: Option<&mut Key>) {
        let word = match &self.source {
            Source::Codes(_, codes, words) => {
                let code = codes.get(row).copied().unwrap_or(MISSING_CODE);
                out.push(code);
                (code != OTHER_CODE).then(|| (words, usize::from(code)))
            }
            Source::Lists(holders, words) => {
                let list = holders.rows().get(row).copied().unwrap_or(u32::MAX);
                out.extend_from_slice(&list.to_le_bytes());
                Some((words, usize::try_from(list).unwrap_or(usize::MAX)))
            }
            Source::Column(_) => None,
        };
        if let Some((words, place)) = word {
            if let Some(key) = key {
                key.add(words.ranks.get(place).copied().unwrap_or_default(), words.bits);
            }
            return;
        }
        let length = out.len();
        out.extend_from_slice(&[0; LENGTH]);
        let start = out.len();
        match &self.source {
            Source::Column(column) => write_value(column, row, out),
            Source::Codes(column, ..) => out.extend(FactType::plain(&column.value(row)).bytes()),
            Source::Lists(..) => {}
        }
        let text = out.get(start..).unwrap_or_default();
        if let Some(key) = key {
            key.add_text(text);
        }
        let written = u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes();
        if let Some(slot) = out.get_mut(length..start) {
            slot.copy_from_slice(&written);
        }
    }

    /// Writes the text behind the name, and tells what is packed behind it.
    fn unpack<'p>(&self, packed: &'p [u8], out: &mut Vec<u8>) -> &'p [u8] {
        let (words, place, behind) = match (&self.source, packed) {
            (Source::Codes(_, _, words), [code, behind @ ..]) if *code != OTHER_CODE => {
                (words, usize::from(*code), behind)
            }
            (Source::Codes(..), [_, behind @ ..]) => return unpack_text(behind, out),
            (Source::Lists(_, words), [a, b, c, d, behind @ ..]) => {
                let list = u32::from_le_bytes([*a, *b, *c, *d]);
                (words, usize::try_from(list).unwrap_or(usize::MAX), behind)
            }
            _ => return unpack_text(packed, out),
        };
        out.extend_from_slice(words.texts.get(place).map_or(b"", |text| text.as_bytes()));
        behind
    }

    /// Whether a separator never stands inside the text, so that it tells where the text ends.
    fn ends(&self) -> bool {
        let is_free = |text: &str| !text.as_bytes().contains(&SEPARATOR);
        match &self.source {
            Source::Codes(column, _, words) => {
                column.others().is_empty() && words.texts.iter().all(|text| is_free(text))
            }
            Source::Lists(_, words) => words.texts.iter().all(|text| is_free(text)),
            Source::Column(column) => match column.plain() {
                Plain::Texts(texts) => column.others().is_empty() && is_free(texts.buffer()),
                Plain::Values(_) => false,
                _ => true,
            },
        }
    }
}

/// Writes a text with its length before it, and tells what is packed behind it.
fn unpack_text<'p>(packed: &'p [u8], out: &mut Vec<u8>) -> &'p [u8] {
    let [a, b, c, d, behind @ ..] = packed else { return &[] };
    let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
    let (text, behind) = behind.split_at_checked(length).unwrap_or_default();
    out.extend_from_slice(text);
    behind
}

impl Words {
    /// The words of a domain by code; behind them the blank, whose text is empty.
    fn of_domain(domain: &[Value]) -> Self {
        let mut texts: Vec<String> = domain.iter().map(FactType::plain).collect();
        texts.resize(usize::from(u8::MAX).saturating_add(1), String::new());
        Self::new(texts)
    }

    fn new(texts: Vec<String>) -> Self {
        // a text ends with a separator, which is greater than a few characters
        let ended = |text: &String| [text.as_bytes(), &[SEPARATOR]].concat();
        let mut sorted: Vec<Vec<u8>> = texts.iter().map(ended).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let place = |text: &String| sorted.binary_search(&ended(text)).unwrap_or_else(|place| place);
        let ranks = texts.iter().map(|text| u128::try_from(place(text)).unwrap_or_default()).collect();
        Self { texts, ranks, bits: usize::BITS.saturating_sub(sorted.len().leading_zeros()) }
    }
}

impl Key {
    /// Adds some bits; of what no longer fits, the first ones.
    fn add(&mut self, value: u128, bits: u32) {
        let taken = bits.min(self.left);
        let value = value.checked_shr(bits.saturating_sub(taken)).unwrap_or_default();
        self.bits = self.bits.checked_shl(taken).unwrap_or_default() | value;
        self.left = self.left.saturating_sub(taken);
    }

    /// Adds a text and its end.
    fn add_text(&mut self, text: &[u8]) {
        for byte in text.iter().chain([&SEPARATOR]) {
            if self.left == 0 {
                break;
            }
            self.add(u128::from(*byte), u8::BITS);
        }
    }

    fn value(&self) -> u128 {
        self.bits.checked_shl(self.left).unwrap_or_default()
    }
}

/// A value as [`FactType::plain`] writes it.
fn write_value(column: &Column, row: usize, out: &mut Vec<u8>) {
    let written = match column.plain() {
        Plain::Numbers(numbers) => write_number(numbers, row, out),
        Plain::Moments(moments) => {
            moments.get(row).copied().flatten().and_then(|moment| write_moment(moment, out))
        }
        Plain::Texts(texts) => texts.get(row).map(|text| out.extend_from_slice(text.as_bytes())),
        Plain::Codes { .. } | Plain::Values(_) => None,
    };
    if written.is_none() {
        out.extend(FactType::plain(&column.value(row)).bytes());
    }
}

fn write_number(numbers: &Numbers, row: usize, out: &mut Vec<u8>) -> Option<()> {
    let Grain::Places(mut places) = numbers.grain() else { return None };
    let integer = *numbers.values().get(row)?;
    if integer <= OTHER_NUMBER {
        return None;
    }
    let mut digits = integer.unsigned_abs();
    while places > 0 && digits % 10 == 0 {
        digits /= 10;
        places = places.saturating_sub(1);
    }
    if integer < 0 {
        out.push(b'-');
    }
    let unit = 10_u64.checked_pow(places)?;
    push_digits(digits.checked_div(unit)?, 1, out);
    if places > 0 {
        out.push(b'.');
        push_digits(digits.checked_rem(unit)?, usize::try_from(places).ok()?, out);
    }
    Some(())
}

/// `2026-10-05T14:30:00`.
fn write_moment(moment: NaiveDateTime, out: &mut Vec<u8>) -> Option<()> {
    let year = u64::try_from(moment.year()).ok().filter(|year| *year <= 9_999)?;
    if moment.nanosecond() >= LEAP {
        return None;
    }
    push_digits(year, 4, out);
    let rest = [
        (b'-', moment.month()),
        (b'-', moment.day()),
        (b'T', moment.hour()),
        (b':', moment.minute()),
        (b':', moment.second()),
    ];
    for (before, number) in rest {
        out.push(before);
        push_digits(u64::from(number), 2, out);
    }
    Some(())
}

/// The digits of a number, at least so many.
fn push_digits(number: u64, least: usize, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let (mut left, mut count) = (number, 0_usize);
    for digit in digits.iter_mut().rev() {
        if left == 0 && count >= least {
            break;
        }
        *digit = b'0' | u8::try_from(left % 10).unwrap_or_default();
        left /= 10;
        count = count.saturating_add(1);
    }
    out.extend_from_slice(digits.get(digits.len().saturating_sub(count)..).unwrap_or_default());
}
