//! Rows of one identifier: alike, the first counts; different, none can be trusted.

use super::{Row, Rows, SetAside};
use crate::diagnostic::{Diagnostic, Place};
use crate::language::Text;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Sets repeated rows aside. The places of the others, where there are any to set aside.
pub(super) fn set_aside(rows: &Rows, set_aside: &mut Vec<SetAside>) -> Option<Vec<usize>> {
    let mut by_id: BTreeMap<String, Vec<(usize, Row)>> = BTreeMap::new();
    for place in alike(rows) {
        if let Some(row) = rows.row(place) {
            by_id.entry(row.id.clone()).or_default().push((place, row));
        }
    }
    let mut dropped = BTreeSet::new();
    for (id, mut same) in by_id.into_iter().filter(|(_, same)| same.len() > 1) {
        same.sort_by(|(_, a), (_, b)| (&a.file, a.row).cmp(&(&b.file, b.row)));
        let alike = same
            .iter()
            .zip(same.iter().skip(1))
            .all(|((_, a), (_, b))| a.values == b.values && a.roles == b.roles);
        let first = same.first().map_or(0, |(_, row)| row.row);
        for (place, repeated) in same.into_iter().skip(usize::from(alike)) {
            dropped.insert(place);
            set_aside.push(aside(&id, &repeated, alike, first));
        }
    }
    (!dropped.is_empty()).then(|| (0..rows.len()).filter(|row| !dropped.contains(row)).collect())
}

fn aside(id: &str, repeated: &Row, alike: bool, first: usize) -> SetAside {
    let place = Place::Cell { file: repeated.file.clone(), row: repeated.row, column: String::new() };
    let reason = if alike {
        let message = Text::new(
            format!("{id} 与第 {first} 行完全相同，只计一次"),
            format!("{id} repeats row {first} in every cell and counts once"),
        );
        Diagnostic::warning("R020", message)
    } else {
        let message = Text::new(
            format!("{id} 出现多次（首见第 {first} 行）且内容不同"),
            format!("{id} stands here several times, first in row {first}, with different content"),
        );
        Diagnostic::error("R021", message)
    };
    SetAside { id: id.to_owned(), place: place.clone(), reasons: vec![reason.at(place)] }
}

/// The places of all rows whose identifier may stand elsewhere too: almost always none.
fn alike(rows: &Rows) -> Vec<usize> {
    // numbered by a system, in order: each greater than the one before
    let ascending = (0..rows.len()).zip(1..rows.len()).all(|(row, next)| rows.id(row) < rows.id(next));
    if ascending {
        return Vec::new();
    }
    let fingerprint = |row: usize| {
        let mut hasher = DefaultHasher::new();
        rows.id(row).hash(&mut hasher);
        (hasher.finish(), row)
    };
    let mut prints: Vec<(u64, usize)> = (0..rows.len()).into_par_iter().map(fingerprint).collect();
    prints.par_sort_unstable();
    let same = |group: &[(u64, usize)]| group.len() > 1;
    prints
        .chunk_by(|(a, _), (b, _)| a == b)
        .filter(|group| same(group))
        .flat_map(|group| group.iter().map(|(_, row)| *row))
        .collect()
}
