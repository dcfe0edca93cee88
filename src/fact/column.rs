//! One fact of many rows: a plain slice for the values that fit one, and the few that do not kept exactly beside it.

use super::texts::Texts;
use super::{ClockUnit, Fact, FactType, Numbers, Origin, Value};
use chrono::NaiveDateTime;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The code of a blank cell.
pub const MISSING_CODE: u8 = 255;
/// The code of a value that is none of the few.
pub const OTHER_CODE: u8 = 254;

/// The values of one fact, a row each.
#[derive(Clone, Debug)]
pub struct Column {
    plain: Plain,
    /// What does not fit the plain form, by row.
    others: BTreeMap<usize, Value>,
}

/// The plain form of a column, by the type of its fact.
#[derive(Clone, Debug)]
pub enum Plain {
    /// A fact of few values: the place of each in [`FactType::finite`], [`MISSING_CODE`] or [`OTHER_CODE`].
    Codes {
        /// The few values.
        domain: Arc<[Value]>,
        /// A code a row.
        codes: Vec<u8>,
    },
    /// A number.
    Numbers(Numbers),
    /// A moment; `None` where it is missing, or another value.
    Moments(Vec<Option<NaiveDateTime>>),
    /// Free text or an identifier.
    Texts(Texts),
    /// Words of a domain too large for codes.
    Values(Vec<Value>),
}

impl Column {
    /// An empty column for a fact.
    pub fn new(fact: &Fact) -> Self {
        let few = |values: &Vec<Value>| values.len() < usize::from(OTHER_CODE);
        let plain = match &fact.kind {
            FactType::Bool { .. } | FactType::OneOf(_) | FactType::Few { .. } => {
                match fact.kind.finite().filter(few) {
                    Some(domain) => Plain::Codes { domain: domain.into(), codes: Vec::new() },
                    None => Plain::Values(Vec::new()),
                }
            }
            FactType::Number { .. } => match &fact.origin {
                Origin::Clock(clock) if matches!(clock.unit, ClockUnit::Hours | ClockUnit::WorkingHours) => {
                    Plain::Numbers(Numbers::hours())
                }
                _ => Plain::Numbers(Numbers::decimal()),
            },
            FactType::Moment => Plain::Moments(Vec::new()),
            FactType::Text => Plain::Texts(Texts::default()),
        };
        Self { plain, others: BTreeMap::new() }
    }

    /// The plain form, to be read in a loop. Where it says "other", ask [`Column::value`].
    pub fn plain(&self) -> &Plain {
        &self.plain
    }

    /// The codes of a fact of few values; empty for any other fact.
    pub fn codes(&self) -> &[u8] {
        match &self.plain {
            Plain::Codes { codes, .. } => codes,
            _ => &[],
        }
    }

    /// The numbers of a number fact.
    pub fn numbers(&self) -> Option<&Numbers> {
        match &self.plain {
            Plain::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// The moments of a time fact; empty for any other fact.
    pub fn moments(&self) -> &[Option<NaiveDateTime>] {
        match &self.plain {
            Plain::Moments(moments) => moments,
            _ => &[],
        }
    }

    /// The text of a row, where there is one, without copying it.
    pub fn text(&self, row: usize) -> Option<&str> {
        match &self.plain {
            Plain::Texts(texts) => texts.get(row).or_else(|| match self.others.get(&row) {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            }),
            _ => None,
        }
    }

    /// The values that do not fit the plain form, by row.
    pub fn others(&self) -> &BTreeMap<usize, Value> {
        &self.others
    }

    /// The code a value has in this column: [`OTHER_CODE`] where it has none of its own.
    pub fn code_of(&self, value: &Value) -> u8 {
        let Plain::Codes { domain, .. } = &self.plain else { return OTHER_CODE };
        if *value == Value::Missing {
            return MISSING_CODE;
        }
        let place = domain.iter().position(|known| known == value);
        place.and_then(|place| u8::try_from(place).ok()).unwrap_or(OTHER_CODE)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.plain {
            Plain::Codes { codes, .. } => codes.len(),
            Plain::Numbers(numbers) => numbers.values().len(),
            Plain::Moments(moments) => moments.len(),
            Plain::Texts(texts) => texts.len(),
            Plain::Values(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row; missing where there is no such row.
    pub fn value(&self, row: usize) -> Value {
        let plain = match &self.plain {
            Plain::Codes { domain, codes } => {
                codes.get(row).and_then(|code| domain.get(usize::from(*code))).cloned()
            }
            Plain::Numbers(numbers) => numbers.get(row).map(Value::Number),
            Plain::Moments(moments) => moments.get(row).copied().flatten().map(Value::Moment),
            Plain::Texts(texts) => texts.get(row).map(|text| Value::Text(Arc::from(text))),
            Plain::Values(values) => values.get(row).cloned(),
        };
        match plain {
            Some(value) => value,
            None if self.others.is_empty() => Value::Missing,
            None => self.others.get(&row).cloned().unwrap_or(Value::Missing),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, value: Value) {
        let row = self.len();
        self.resize(row.saturating_add(1));
        self.set(row, value);
    }

    /// Adds a row by its code.
    pub(crate) fn push_code(&mut self, code: u8) {
        if let Plain::Codes { codes, .. } = &mut self.plain {
            codes.push(code);
        }
    }

    /// Adds a row with a number of `scale` decimal places. Whether it fitted; if not, no row was added.
    pub(crate) fn push_number(&mut self, digits: i64, scale: u32) -> bool {
        match &mut self.plain {
            Plain::Numbers(numbers) => {
                let fits = numbers.fit(digits, scale, &mut self.others);
                numbers.extend(fits);
                fits.is_some()
            }
            _ => false,
        }
    }

    /// Adds a row with a moment.
    pub(crate) fn push_moment(&mut self, moment: NaiveDateTime) {
        if let Plain::Moments(moments) = &mut self.plain {
            moments.push(Some(moment));
        }
    }

    /// Adds a row with a text.
    pub(crate) fn push_text(&mut self, text: &str) {
        let row = self.len();
        if let Plain::Texts(texts) = &mut self.plain
            && !texts.push(text)
        {
            self.others.insert(row, Value::Text(Arc::from(text)));
        }
    }

    /// Sets the value of a row that exists.
    pub fn set(&mut self, row: usize, value: Value) {
        if row >= self.len() {
            return;
        }
        let code = self.code_of(&value);
        if !self.others.is_empty() {
            self.others.remove(&row);
        }
        let fitted = match (&mut self.plain, &value) {
            (Plain::Codes { codes, .. }, _) => {
                replace(codes, row, code);
                code != OTHER_CODE
            }
            (Plain::Numbers(numbers), value) => numbers.set(row, value, &mut self.others),
            (Plain::Moments(moments), value) => {
                let moment = if let Value::Moment(moment) = value { Some(*moment) } else { None };
                replace(moments, row, moment);
                moment.is_some()
            }
            (Plain::Texts(texts), value) => {
                let text = if let Value::Text(text) = value { Some(&**text) } else { None };
                texts.set(row, text)
            }
            (Plain::Values(values), value) => {
                replace(values, row, value.clone());
                true
            }
        };
        if !fitted && value != Value::Missing {
            self.others.insert(row, value);
        }
    }

    /// Makes the column this long: later rows go, new ones are missing.
    pub fn resize(&mut self, rows: usize) {
        if !self.others.is_empty() && rows < self.len() {
            self.others.split_off(&rows);
        }
        match &mut self.plain {
            Plain::Codes { codes, .. } => codes.resize(rows, MISSING_CODE),
            Plain::Numbers(numbers) => numbers.resize(rows),
            Plain::Moments(moments) => moments.resize(rows, None),
            Plain::Texts(texts) => texts.resize(rows),
            Plain::Values(values) => values.resize(rows, Value::Missing),
        }
    }

    /// The column of these rows, in this order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let plain = match &self.plain {
            Plain::Codes { domain, codes } => {
                Plain::Codes { domain: Arc::clone(domain), codes: gather(codes, rows, MISSING_CODE) }
            }
            Plain::Numbers(numbers) => Plain::Numbers(numbers.select(rows)),
            Plain::Moments(moments) => Plain::Moments(gather(moments, rows, None)),
            Plain::Texts(texts) => Plain::Texts(texts.select(rows)),
            Plain::Values(values) => Plain::Values(
                rows.iter().map(|row| values.get(*row).cloned().unwrap_or(Value::Missing)).collect(),
            ),
        };
        let mut others = BTreeMap::new();
        if !self.others.is_empty() {
            let kept = rows.iter().enumerate();
            others.extend(kept.filter_map(|(new, old)| Some((new, self.others.get(old)?.clone()))));
        }
        Self { plain, others }
    }

    /// Adds the rows of a column of the same fact behind these.
    pub fn append(&mut self, mut later: Self) {
        let before = self.len();
        let joined = match (&mut self.plain, &mut later.plain) {
            (Plain::Codes { codes, .. }, Plain::Codes { codes: more, .. }) => {
                codes.append(more);
                true
            }
            (Plain::Moments(moments), Plain::Moments(more)) => {
                moments.append(more);
                true
            }
            (Plain::Values(values), Plain::Values(more)) => {
                values.append(more);
                true
            }
            (Plain::Numbers(numbers), Plain::Numbers(more)) => {
                numbers.append(more, &mut self.others, &mut later.others)
            }
            (Plain::Texts(texts), Plain::Texts(more)) => texts.append(more),
            _ => false,
        };
        if !joined {
            for row in 0..later.len() {
                self.push(later.value(row));
            }
            return;
        }
        let moved = std::mem::take(&mut later.others).into_iter();
        self.others.extend(moved.map(|(row, value)| (before.saturating_add(row), value)));
    }

    /// Makes room for more rows.
    pub(crate) fn reserve(&mut self, rows: usize) {
        match &mut self.plain {
            Plain::Codes { codes, .. } => codes.reserve_exact(rows),
            Plain::Numbers(numbers) => numbers.reserve(rows),
            Plain::Moments(moments) => moments.reserve_exact(rows),
            Plain::Texts(texts) => texts.reserve(rows, 0),
            Plain::Values(values) => values.reserve_exact(rows),
        }
    }
}

/// Sets an element that exists.
fn replace<T>(values: &mut [T], row: usize, value: T) {
    if let Some(slot) = values.get_mut(row) {
        *slot = value;
    }
}

/// The elements at these places.
pub(super) fn gather<T: Copy>(values: &[T], rows: &[usize], absent: T) -> Vec<T> {
    rows.iter().map(|row| values.get(*row).copied().unwrap_or(absent)).collect()
}
