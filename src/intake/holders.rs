//! Who a role's column names, row by row.

use std::collections::HashMap;

/// The holders of one role: a list of codes a row, each different list kept once.
#[derive(Clone, Debug, Default)]
pub struct Holders {
    names: Vec<String>,
    lists: Vec<Vec<u32>>,
    rows: Vec<u32>,
    numbers: HashMap<String, u32>,
    /// The list of each code alone.
    alone: Vec<u32>,
    /// The places of the other lists.
    places: HashMap<Vec<u32>, u32>,
}

impl Holders {
    /// Every code any list names; its number is its place here.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Every different list, and that of each code alone, as numbers of codes in the order of the codes.
    pub fn lists(&self) -> &[Vec<u32>] {
        &self.lists
    }

    /// The list of each row, by its place in [`Holders::lists`].
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The codes of a row: mostly one, none where the role is vacant.
    pub fn of(&self, row: usize) -> impl Iterator<Item = &str> {
        self.rows.get(row).into_iter().flat_map(|list| self.list(*list))
    }

    /// The codes of a list.
    pub fn list(&self, list: u32) -> impl Iterator<Item = &str> {
        let list = usize::try_from(list).ok().and_then(|list| self.lists.get(list));
        list.into_iter()
            .flatten()
            .filter_map(|number| self.names.get(usize::try_from(*number).ok()?).map(String::as_str))
    }

    /// The place of a list; a new one if there was none like it.
    pub(super) fn place_of<'n>(&mut self, codes: impl IntoIterator<Item = &'n str>) -> u32 {
        let mut codes = codes.into_iter();
        let (first, second) = (codes.next(), codes.next());
        // mostly one
        if let (Some(code), None) = (first, second) {
            let number = self.number_of(code);
            let alone = usize::try_from(number).ok().and_then(|number| self.alone.get(number)).copied();
            return alone.unwrap_or(u32::MAX);
        }
        let list: Vec<u32> =
            first.into_iter().chain(second).chain(codes).map(|code| self.number_of(code)).collect();
        if let Some(place) = self.places.get(&list) {
            return *place;
        }
        let place = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        self.lists.push(list.clone());
        self.places.insert(list, place);
        place
    }

    fn number_of(&mut self, code: &str) -> u32 {
        if let Some(number) = self.numbers.get(code) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(code.to_owned());
        self.alone.push(u32::try_from(self.lists.len()).unwrap_or(u32::MAX));
        self.lists.push(vec![number]);
        self.numbers.insert(code.to_owned(), number);
        number
    }

    /// Adds a row with a list known by its place.
    pub(super) fn push(&mut self, list: u32) {
        self.rows.push(list);
    }

    /// Makes room for more rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.rows.reserve_exact(rows);
    }

    /// Drops the rows behind that many.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.rows.truncate(rows);
    }

    /// Adds the rows of a later part.
    pub(super) fn append(&mut self, later: &Self) {
        let numbers = 0..u32::try_from(later.lists.len()).unwrap_or(u32::MAX);
        let places: Vec<u32> = numbers.map(|list| self.place_of(later.list(list))).collect();
        let moved = later.rows.iter().filter_map(|list| places.get(usize::try_from(*list).ok()?));
        self.rows.extend(moved);
    }

    /// The holders of these rows, in this order.
    #[must_use]
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let kept = rows.iter().filter_map(|row| self.rows.get(*row).copied()).collect();
        Self { rows: kept, ..self.clone() }
    }
}
