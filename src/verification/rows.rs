//! Rows of a table: each with the one that is about the same, or is nearest to it.

use super::{Difference, Wrong};
use std::collections::{BTreeMap, VecDeque};

/// So many pairs of rows without a counterpart are held against each other at most.
const PAIRS: usize = 4_000_000;

/// Holds a written table against the same table worked out anew. The columns of `key` say what a row is about.
pub fn compare_csv(file: &str, written: &[u8], again: &[u8], key: &[&str]) -> Vec<Difference> {
    let difference = |wrong| Difference { file: file.to_owned(), row: None, about: String::new(), wrong };
    let (Some(old), Some(new)) = (read(written), read(again)) else {
        return vec![difference(Wrong::Unreadable)];
    };
    let mut differences = Table { file, key, old: &old, new: &new }.compare();
    if differences.is_empty() && written != again {
        differences.push(difference(Wrong::Bytes));
    }
    differences
}

fn read(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let rows = reader.records().map(|record| Some(record.ok()?.iter().map(str::to_owned).collect()));
    rows.collect()
}

struct Table<'t> {
    file: &'t str,
    key: &'t [&'t str],
    old: &'t [Vec<String>],
    new: &'t [Vec<String>],
}

impl Table<'_> {
    fn compare(&self) -> Vec<Difference> {
        let mut differences = Vec::new();
        let (old, new) = (rows(self.old), rows(self.new));
        let (mut left, mut right): (Vec<usize>, Vec<usize>) =
            ((0..old.len()).collect(), (0..new.len()).collect());
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        // what is the same in every cell needs no other counterpart
        self.pair(&mut left, &mut right, &mut pairs, |row| row.to_vec());
        self.pair(&mut left, &mut right, &mut pairs, |row| self.about(row));
        self.pair_nearest(&mut left, &mut right, &mut pairs);
        pairs.sort_unstable();
        if let (Some(old), Some(new)) = (self.old.first(), self.new.first()) {
            self.cells(0, (old, new), &mut differences);
        }
        for (one, other) in &pairs {
            if let (Some(one_row), Some(other)) = (old.get(*one), new.get(*other)) {
                self.cells(one.saturating_add(1), (one_row, other), &mut differences);
            }
        }
        let of = |row: &[String]| self.about(row).join(" ");
        for row in left {
            let about = old.get(row).map(|row| of(row)).unwrap_or_default();
            differences.push(self.difference(Some(row.saturating_add(1)), about, Wrong::Extra));
        }
        differences.sort_by_key(|difference| difference.row);
        for row in right {
            let about = new.get(row).map(|row| of(row)).unwrap_or_default();
            differences.push(self.difference(None, about, Wrong::Missing));
        }
        let follows = |(one, other): (&(usize, usize), &(usize, usize))| one.1 < other.1;
        if !pairs.iter().zip(pairs.iter().skip(1)).all(follows) {
            differences.push(self.difference(None, String::new(), Wrong::Order));
        }
        differences
    }

    fn difference(&self, row: Option<usize>, about: String, wrong: Wrong) -> Difference {
        // a spreadsheet counts the headings as row 1
        let row = row.map(|row| row.saturating_add(1));
        Difference { file: self.file.to_owned(), row, about, wrong }
    }

    /// The cells that say what a row is about, by the headings that should be there.
    fn about(&self, row: &[String]) -> Vec<String> {
        let headings = self.new.first().map_or(&[][..], Vec::as_slice);
        let place = |name: &&str| headings.iter().position(|heading| heading == name);
        let cell = |place: usize| row.get(place).cloned().unwrap_or_default();
        self.key.iter().filter_map(place).map(cell).collect()
    }

    /// Pairs the rows that are alike, each with the first that is left.
    fn pair(
        &self,
        left: &mut Vec<usize>,
        right: &mut Vec<usize>,
        pairs: &mut Vec<(usize, usize)>,
        like: impl Fn(&[String]) -> Vec<String>,
    ) {
        let (old, new) = (rows(self.old), rows(self.new));
        let mut waiting: BTreeMap<Vec<String>, VecDeque<usize>> = BTreeMap::new();
        for row in right.iter() {
            if let Some(cells) = new.get(*row) {
                waiting.entry(like(cells)).or_default().push_back(*row);
            }
        }
        let mut taken: Vec<usize> = Vec::new();
        left.retain(|row| {
            let found = old.get(*row).and_then(|cells| waiting.get_mut(&like(cells))?.pop_front());
            if let Some(found) = found {
                pairs.push((*row, found));
                taken.push(found);
            }
            found.is_none()
        });
        taken.sort_unstable();
        right.retain(|row| taken.binary_search(row).is_err());
    }

    /// Pairs each row that is left with the one it shares most cells with, unless that is less than half of them.
    fn pair_nearest(&self, left: &mut Vec<usize>, right: &mut Vec<usize>, pairs: &mut Vec<(usize, usize)>) {
        if left.len().saturating_mul(right.len()) > PAIRS {
            return;
        }
        let (old, new) = (rows(self.old), rows(self.new));
        left.retain(|row| {
            let Some(cells) = old.get(*row) else { return true };
            let apart = |other: &usize| new.get(*other).map_or(usize::MAX, |other| apart(cells, other));
            let nearest = right.iter().copied().min_by_key(apart);
            let nearest = nearest.filter(|other| apart(other) < cells.len().div_ceil(2));
            if let Some(nearest) = nearest {
                pairs.push((*row, nearest));
                right.retain(|row| *row != nearest);
            }
            nearest.is_none()
        });
    }

    fn cells(&self, row: usize, (old, new): (&[String], &[String]), differences: &mut Vec<Difference>) {
        for place in 0..old.len().max(new.len()) {
            let cell = |row: &[String]| row.get(place).cloned();
            let (written, again) = (cell(old), cell(new));
            if written != again {
                let heading = self.new.first().and_then(|headings| headings.get(place)).cloned();
                let column = heading.unwrap_or_else(|| place.saturating_add(1).to_string());
                let (written, again) = (written.unwrap_or_default(), again.unwrap_or_default());
                let wrong = Wrong::Value { column, written, again };
                let about = if row == 0 { String::new() } else { self.about(new).join(" ") };
                differences.push(self.difference(Some(row), about, wrong));
            }
        }
    }
}

/// The rows below the headings.
fn rows(all: &[Vec<String>]) -> &[Vec<String>] {
    all.get(1..).unwrap_or_default()
}

/// How many cells two rows do not share.
fn apart(one: &[String], other: &[String]) -> usize {
    let unlike = one.iter().zip(other).filter(|(one, other)| one != other).count();
    unlike.saturating_add(one.len().abs_diff(other.len()))
}
