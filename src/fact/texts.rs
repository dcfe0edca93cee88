//! Texts behind one another in one buffer.

use super::column::gather;

/// The length that says there is no text here.
const NONE: u32 = u32::MAX;
/// Where a row without text points.
const ABSENT: Span = Span { start: 0, length: NONE };

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    length: u32,
}

/// The texts of one fact.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    buffer: String,
    spans: Vec<Span>,
}

impl Texts {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The text of a row, where it is one.
    pub fn get(&self, row: usize) -> Option<&str> {
        let span = self.spans.get(row).filter(|span| span.length != NONE)?;
        let start = usize::try_from(span.start).ok()?;
        self.buffer.get(start..start.checked_add(usize::try_from(span.length).ok()?)?)
    }

    /// All texts behind one another, and some that were replaced.
    pub fn buffer(&self) -> &str {
        &self.buffer
    }

    /// Adds a row; whether the buffer could take its text.
    pub(super) fn push(&mut self, text: &str) -> bool {
        let span = self.store(text);
        self.spans.push(span.unwrap_or(ABSENT));
        span.is_some()
    }

    /// Sets a row; whether there is a text and the buffer could take it. What stood there stays in the buffer.
    pub(super) fn set(&mut self, row: usize, text: Option<&str>) -> bool {
        let span = text.and_then(|text| self.store(text));
        if let Some(slot) = self.spans.get_mut(row) {
            *slot = span.unwrap_or(ABSENT);
        }
        span.is_some()
    }

    fn store(&mut self, text: &str) -> Option<Span> {
        let start = u32::try_from(self.buffer.len()).ok()?;
        let length = u32::try_from(text.len()).ok().filter(|length| *length != NONE)?;
        self.buffer.push_str(text);
        Some(Span { start, length })
    }

    pub(super) fn resize(&mut self, rows: usize) {
        self.spans.resize(rows, ABSENT);
    }

    pub(super) fn reserve(&mut self, rows: usize, bytes: usize) {
        self.spans.reserve_exact(rows);
        self.buffer.reserve_exact(bytes);
    }

    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self { buffer: self.buffer.clone(), spans: gather(&self.spans, rows, ABSENT) }
    }

    /// Adds the rows of another column; whether the buffer could take them.
    pub(super) fn append(&mut self, later: &mut Self) -> bool {
        let ends = self.buffer.len().checked_add(later.buffer.len());
        let before = u32::try_from(self.buffer.len())
            .ok()
            .filter(|_| ends.is_some_and(|ends| u32::try_from(ends).is_ok()));
        let Some(before) = before else { return false };
        self.buffer.push_str(&later.buffer);
        self.spans.extend(
            later.spans.iter().map(|span| Span { start: span.start.saturating_add(before), ..*span }),
        );
        true
    }
}
