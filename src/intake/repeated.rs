//! Rows of one identifier: alike, the first counts; different, none can be trusted.

use super::{Row, Rows, SetAside};
use crate::diagnostic::{Diagnostic, Place};
use crate::language::Text;
use crate::policy::Kind;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Sets repeated rows aside. The places of the others, where there are any to set aside.
pub(super) fn set_aside(rows: &Rows, kind: &Kind, set_aside: &mut Vec<SetAside>) -> Option<Vec<usize>> {
    let mut by_id: BTreeMap<String, Vec<(usize, Row)>> = BTreeMap::new();
    for place in alike(rows) {
        if let Some(row) = rows.row(place) {
            by_id.entry(row.id.clone()).or_default().push((place, row));
        }
    }
    let mut dropped = BTreeSet::new();
    for (id, mut same) in by_id.into_iter().filter(|(_, same)| same.len() > 1) {
        same.sort_by(|(_, a), (_, b)| (&a.file, a.row).cmp(&(&b.file, b.row)));
        let different = different(kind, &same);
        let places: Vec<(String, usize)> = same.iter().map(|(_, row)| (row.file.clone(), row.row)).collect();
        // what is alike counts once
        for (place, repeated) in same.into_iter().skip(usize::from(different.is_empty())) {
            dropped.insert(place);
            set_aside.push(aside(&id, &repeated, &different, &places));
        }
    }
    (!dropped.is_empty()).then(|| (0..rows.len()).filter(|row| !dropped.contains(row)).collect())
}

/// The titles of the facts and roles in which rows of one identifier differ.
fn different(kind: &Kind, same: &[(usize, Row)]) -> Vec<Text> {
    let pairs = || same.iter().zip(same.iter().skip(1)).map(|((_, a), (_, b))| (a, b));
    let facts = kind.schema.facts().iter().enumerate();
    let facts = facts.filter(|(place, _)| pairs().any(|(a, b)| a.values.get(*place) != b.values.get(*place)));
    let roles = kind.roles.iter();
    let roles = roles.filter(|role| pairs().any(|(a, b)| a.roles.get(&role.name) != b.roles.get(&role.name)));
    facts.map(|(_, fact)| fact.title.clone()).chain(roles.map(|role| role.title.clone())).collect()
}

fn aside(id: &str, repeated: &Row, different: &[Text], places: &[(String, usize)]) -> SetAside {
    let place = Place::Cell { file: repeated.file.clone(), row: repeated.row, column: String::new() };
    let others = places.iter().filter(|(file, row)| (file, *row) != (&repeated.file, repeated.row));
    let elsewhere = |file: &str| if file == repeated.file { String::new() } else { format!("{file} ") };
    let (zh, en): (Vec<String>, Vec<String>) = others
        .map(|(file, row)| (elsewhere(file), row))
        .map(|(file, row)| (format!("{file}第 {row} 行"), format!("{file}row {row}")))
        .unzip();
    let (other_zh, other_en) = (zh.join("、"), en.join(", "));
    let reason = if different.is_empty() {
        let message = Text::new(
            format!("{id} 与{other_zh}完全相同，只计一次"),
            format!("{id} repeats {other_en} in every cell and counts once"),
        );
        Diagnostic::warning("R020", message)
    } else {
        let (zh, en): (Vec<_>, Vec<_>) =
            different.iter().map(|title| (title.zh.as_str(), title.en.as_str())).unzip();
        let message = Text::new(
            format!("{id} 在{other_zh}也有，而「{}」不同", zh.join("」「")),
            format!("{id} stands in {other_en} too, with another '{}'", en.join("', '")),
        );
        let help = Text::new(
            "只留下正确的一行，或改正写错的编号",
            "keep the row that is right, or mend the identifier that is wrong",
        );
        Diagnostic::error("R021", message).help(help)
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
