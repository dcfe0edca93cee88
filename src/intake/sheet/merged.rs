//! Merged cells among the rows of data: a spreadsheet shows one value for several rows, and keeps it in the first alone.

use super::grid::Grid;
use calamine::Dimensions;
use std::collections::BTreeMap;

/// One cell that has no content of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Covered {
    pub(super) column: usize,
    /// The row in which its content stands.
    pub(super) top: usize,
}

/// The first covered cell of each row of data, among the columns that are read; `None` where regions overlap, which no
/// spreadsheet writes.
pub(super) fn covered(
    grid: &Grid,
    mut regions: Vec<Dimensions>,
    is_read: impl Fn(usize) -> bool,
) -> Option<BTreeMap<usize, Covered>> {
    regions.sort_by_key(|region| (region.start, region.end));
    let mut later = regions.into_iter().peekable();
    let mut open: Vec<Dimensions> = Vec::new();
    let mut found = BTreeMap::new();
    for row in (0..grid.len()).map(|place| grid.number(place)) {
        let at = u32::try_from(row.saturating_sub(1)).ok()?;
        while let Some(region) = later.next_if(|region| region.start.0 <= at) {
            open.push(region);
        }
        open.retain(|region| region.end.0 >= at);
        if open.len() > super::COLUMNS {
            return None;
        }
        let mut columns = open.iter().flat_map(|region| {
            let first = region.start.1.saturating_add(u32::from(region.start.0 == at));
            let cells = first..=region.end.1.min(u32::try_from(super::COLUMNS).unwrap_or(u32::MAX));
            cells.filter_map(|column| Some((usize::try_from(column).ok()?, region.start.0)))
        });
        if let Some((column, top)) = columns.find(|(column, _)| is_read(*column)) {
            let top = usize::try_from(top).ok()?.saturating_add(1);
            found.insert(row, Covered { column, top });
        }
    }
    Some(found)
}
