//! Rows of one part of a file, straight from cells into columns.
//!
//! What is written plainly is read here; anything else, and every error, is left to [`Reader`].

use super::defect::is_suspect;
use super::plain::{plain_moment, plain_number};
use super::reader::{Held, Reader};
use super::sheet::Part;
use super::{Belongs, Holders, Layout, Row, Rows, SetAside, Shaped, Sheet};
use crate::calendar::end_of;
use crate::diagnostic::Diagnostic;
use crate::fact::{Column, Columns, Fact, FactType, OTHER_CODE, Value};
use crate::interval::Interval;
use crate::language::Text;
use crate::organisation::Days;
use crate::policy;
use chrono::{FixedOffset, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A fact learns no more spellings than this; others are looked up again.
const SPELLINGS: usize = 64;
/// The bytes of a word that are compared at once.
const START: usize = 8;
/// Numbers of no more decimal places than this are read here.
const PLACES: u32 = 6;

/// What came of a part.
pub(super) struct Taken {
    pub(super) rows: Rows,
    pub(super) read: usize,
    /// Rows that belong to no kind.
    pub(super) unpicked: usize,
    pub(super) set_aside: Vec<SetAside>,
    pub(super) faults: Vec<Diagnostic>,
    /// Whether the CSV was sound; if not, its rows cannot be trusted.
    pub(super) is_sound: bool,
}

/// How the cells of one fact are read.
struct FactLane<'r> {
    cell: usize,
    fact: &'r Fact,
    position: usize,
    blank: Value,
    form: Form,
}

/// The plain way of writing a type.
enum Form {
    /// Spellings met so far, with their codes.
    Words(Vec<Spelling>),
    /// The least and the most integer for each number of decimal places.
    Number(Vec<(i64, i64)>),
    Moment {
        offset: FixedOffset,
        end: NaiveDateTime,
    },
    Text {
        /// Whether it identifies the row.
        is_key: bool,
    },
    /// Always left to the reader.
    Other,
}

/// A word as cells write it.
struct Spelling {
    /// Its first bytes.
    start: u64,
    text: String,
    code: u8,
}

/// How the cells of one role are read.
struct RoleLane<'r> {
    cell: usize,
    role: &'r policy::Role,
    /// Its place among the roles in columns.
    position: usize,
    /// Cells met so far: on which days they name which list.
    known: HashMap<String, Vec<(Days, u32)>, BuildHasherDefault<Quick>>,
}

/// A hash for short codes, quicker than that of the standard library: nobody sends a user crafted codes.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(START) {
            let number = eight.iter().fold(0_u64, |sum, byte| sum.rotate_left(u8::BITS) | u64::from(*byte));
            self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn finish(&self) -> u64 {
        // the upper bits are the mixed ones, and tables look at the lower
        self.0 ^ self.0.rotate_left(32)
    }
}

/// The lanes of a sheet.
struct Lanes<'r> {
    reader: Reader<'r>,
    facts: Vec<FactLane<'r>>,
    roles: Vec<RoleLane<'r>>,
    id: Option<usize>,
    at: Option<usize>,
}

/// Reads a part of a sheet.
pub(super) fn take(
    reader: Reader<'_>,
    sheet: &Sheet,
    part: &Part<'_>,
    (layout, columns): (&Layout<'_>, &[(usize, Held<'_>)]),
) -> Taken {
    let mut rows = Rows::new(reader.kind);
    rows.reserve(part.most_rows());
    let mut lanes = Lanes::new(reader, columns, &rows);
    let (mut read, mut unpicked) = (0_usize, 0_usize);
    let (mut set_aside, mut faults) = (Vec::new(), Vec::new());
    let mut take = |row: &Shaped<'_>| {
        read = read.saturating_add(1);
        if row.is_repeated {
            set_aside.push(repeated(layout, row, reader.row(layout, row, columns)));
            return;
        }
        if let Some(at) = lanes.take(row.cells, &mut rows) {
            rows.close(at, (layout.file(), layout.cell(row)), row.number);
            return;
        }
        rows.settle();
        match reader.row(layout, row, columns) {
            Ok(row) => rows.push(row),
            Err(aside) => set_aside.push(aside),
        }
    };
    let is_sound = if layout.is_plain() {
        sheet.visit(part, &mut faults, |number, cells| take(&Shaped::plain(number, cells)))
    } else {
        sheet.visit(part, &mut faults, |number, cells| {
            let mut nowhere = 0_usize;
            let is_any = layout.each(number, cells, &mut |row| match layout.belongs(row) {
                Belongs::Here => take(row),
                Belongs::Elsewhere => {}
                Belongs::Nowhere => nowhere = nowhere.saturating_add(1),
            });
            // a row without anything in the columns that become rows is no row of any kind
            let nothing = usize::from(!is_any && layout.counts_unpicked());
            unpicked = unpicked.saturating_add(nowhere).saturating_add(nothing);
        })
    };
    rows.settle();
    Taken { rows, read, unpicked, set_aside, faults, is_sound }
}

/// A row for something that its list named before: it counts once.
fn repeated(layout: &Layout<'_>, row: &Shaped<'_>, read: Result<Row, SetAside>) -> SetAside {
    let id = match read {
        Ok(read) => read.id,
        Err(aside) => aside.id,
    };
    let place = layout.whole(row);
    let message = Text::new("同一格中重复列出，只计一次", "the cell lists it twice, and it counts once");
    let reason = Diagnostic::warning("R042", message).at(place.clone());
    SetAside { id, place, reasons: vec![reason] }
}

impl<'r> Lanes<'r> {
    fn new(reader: Reader<'r>, columns: &[(usize, Held<'r>)], rows: &Rows) -> Self {
        let (mut facts, mut roles) = (Vec::new(), Vec::new());
        for (cell, held) in columns {
            match held {
                Held::Fact(position, fact) => facts.push(FactLane {
                    cell: *cell,
                    fact,
                    position: *position,
                    blank: fact.blank.clone().unwrap_or(Value::Missing),
                    form: Form::of(fact, &reader),
                }),
                Held::Role(role) => roles.push(RoleLane {
                    cell: *cell,
                    role,
                    position: rows
                        .roles()
                        .iter()
                        .position(|(name, _)| *name == role.name)
                        .unwrap_or_default(),
                    known: HashMap::default(),
                }),
            }
        }
        let schema = &reader.kind.schema;
        let (id, at) = match &reader.kind.rows {
            policy::Rows::Table { id, at, .. } => (schema.position(id), schema.position(at)),
            _ => (None, None),
        };
        Self { reader, facts, roles, id, at }
    }

    /// Adds a row's facts and holders to the columns, and tells its moment; `None` where anything is wrong with it.
    fn take(&mut self, cells: &[&str], rows: &mut Rows) -> Option<NaiveDateTime> {
        let row = rows.len();
        let (facts, roles) = rows.parts_mut();
        for lane in &mut self.facts {
            let cell = cells.get(lane.cell).copied().unwrap_or_default();
            lane.take(cell, facts.column_mut(lane.position)?, &self.reader)?;
        }
        let at = facts.column(self.at?)?.moments().get(row).copied().flatten()?;
        self.has_id(facts, row).then_some(())?;
        for lane in &mut self.roles {
            let cell = cells.get(lane.cell).copied().unwrap_or_default();
            let (_, holders) = roles.get_mut(lane.position)?;
            let list = lane.list(cell, at.date(), holders, &self.reader)?;
            holders.push(list);
        }
        // a role without a column of its own in this sheet is held by nobody
        for (_, holders) in roles.iter_mut().filter(|(_, holders)| holders.rows().len() == row) {
            let nobody = holders.place_of([]);
            holders.push(nobody);
        }
        Some(at)
    }

    fn has_id(&self, facts: &Columns, row: usize) -> bool {
        let Some(column) = self.id.and_then(|id| facts.column(id)) else { return false };
        match column.text(row) {
            Some(text) => !text.is_empty(),
            None => !FactType::plain(&column.value(row)).is_empty(),
        }
    }
}

impl Form {
    fn of(fact: &Fact, reader: &Reader<'_>) -> Self {
        match &fact.kind {
            FactType::Moment if fact.format.is_some() => Self::Other,
            FactType::Bool { .. } | FactType::OneOf(_) => Self::Words(Vec::new()),
            FactType::Number { places, bounds, .. } => {
                let most = places.unwrap_or(PLACES).min(PLACES);
                (0..=most)
                    .map(|places| limits(*bounds, places))
                    .collect::<Option<_>>()
                    .map_or(Self::Other, Self::Number)
            }
            FactType::Moment => Self::Moment { offset: reader.policy.offset, end: end_of(reader.as_of) },
            FactType::Text => Self::Text { is_key: reader.is_key(fact) },
            FactType::Few { .. } => Self::Other,
        }
    }
}

impl Spelling {
    fn is(&self, cell: &str) -> bool {
        // one comparison of integers where the word is short
        self.start == start_of(cell)
            && self.text.len() == cell.len()
            && (cell.len() <= START || self.text == cell)
    }
}

/// The first eight bytes as an integer.
fn start_of(text: &str) -> u64 {
    text.bytes().take(START).fold(0, |start, byte| start.rotate_left(u8::BITS) | u64::from(byte))
}

impl FactLane<'_> {
    /// Adds a cell to its column; `None` where it cannot be read.
    fn take(&mut self, cell: &str, column: &mut Column, reader: &Reader<'_>) -> Option<()> {
        if cell.is_empty() {
            column.push(self.blank.clone());
            return Some(());
        }
        match &mut self.form {
            Form::Words(spellings) => {
                if let Some(Spelling { code, .. }) = spellings.iter().find(|known| known.is(cell)) {
                    column.push_code(*code);
                    return Some(());
                }
                let value = reader.fact(self.fact, cell).ok()?;
                let code = column.code_of(&value);
                if code != OTHER_CODE && spellings.len() < SPELLINGS {
                    spellings.push(Spelling { start: start_of(cell), text: cell.to_owned(), code });
                }
                column.push(value);
                return Some(());
            }
            Form::Number(limits) => {
                if let Some((digits, places)) = plain_number(cell.as_bytes())
                    && let Some((least, most)) = usize::try_from(places).ok().and_then(|p| limits.get(p))
                    && (*least..=*most).contains(&digits)
                    && column.push_number(digits, places)
                {
                    return Some(());
                }
            }
            Form::Moment { offset, end } => {
                if let Some(moment) = plain_moment(cell.as_bytes(), *offset)
                    && moment < *end
                {
                    column.push_moment(moment);
                    return Some(());
                }
            }
            Form::Text { is_key } => {
                if !is_suspect(cell) && (!*is_key || cell.is_ascii()) {
                    column.push_text(cell);
                    return Some(());
                }
            }
            Form::Other => {}
        }
        column.push(reader.fact(self.fact, cell).ok()?);
        Some(())
    }
}

impl RoleLane<'_> {
    /// The list a cell names on a day; `None` where something is wrong with it.
    fn list(
        &mut self,
        cell: &str,
        day: NaiveDate,
        holders: &mut Holders,
        reader: &Reader<'_>,
    ) -> Option<u32> {
        let known = self.known.get(cell).into_iter().flatten().find(|(days, _)| days.contains(day));
        if let Some((_, list)) = known {
            return Some(*list);
        }
        let codes = reader.holders(self.role, cell, day).ok()?;
        let list = holders.place_of(codes.iter().map(String::as_str));
        let days = reader.days_alike(self.role, cell, day);
        self.known.entry(cell.to_owned()).or_default().push((days, list));
        Some(list)
    }
}

/// The bounds of a number as integers with so many places; `None` where they cannot be told exactly.
fn limits(bounds: Interval, places: u32) -> Option<(i64, i64)> {
    let scale = Decimal::from(10_i64.checked_pow(places)?);
    let side = |bound: Option<Decimal>, open: i64, round: fn(&Decimal) -> Decimal| match bound {
        None => Some(open),
        Some(bound) => {
            let integer = round(&bound.checked_mul(scale)?).normalize();
            (integer.scale() == 0).then(|| i64::try_from(integer.mantissa()).ok())?
        }
    };
    Some((side(bounds.low, i64::MIN, Decimal::ceil)?, side(bounds.high, i64::MAX, Decimal::floor)?))
}
