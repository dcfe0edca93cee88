//! What the file of members says beyond who belongs where: pay grades, users of a unit, peer groups.

use super::Days;
use crate::calendar::Period;
use std::collections::BTreeMap;

/// The further columns of the file of members.
#[derive(Clone, Debug, Default)]
pub struct Further {
    /// The file.
    pub file: String,
    /// Its headings.
    pub headings: Vec<String>,
    /// The rows of each member, by code.
    rows: BTreeMap<String, Vec<FurtherRow>>,
}

/// One row of the file of members.
#[derive(Clone, Debug)]
pub struct FurtherRow {
    /// Its row number.
    pub number: usize,
    /// What kind of member it is of.
    pub kind: String,
    /// The days it is in force.
    pub days: Days,
    /// A cell for every heading.
    pub cells: Vec<String>,
}

impl Further {
    /// The columns of these rows, each with the code of its member.
    pub fn new(file: String, headings: Vec<String>, rows: Vec<(String, FurtherRow)>) -> Self {
        let mut by_id: BTreeMap<String, Vec<FurtherRow>> = BTreeMap::new();
        for (id, row) in rows {
            by_id.entry(id).or_default().push(row);
        }
        by_id.values_mut().for_each(|rows| rows.sort_by_key(|row| row.days.from));
        Self { file, headings, rows: by_id }
    }

    /// The places of the columns that have one of these headings.
    pub fn columns<'f>(&'f self, headings: &'f [String]) -> impl Iterator<Item = usize> + 'f {
        let fits = |heading: &String| headings.iter().any(|known| known.eq_ignore_ascii_case(heading));
        self.headings.iter().enumerate().filter(move |(_, heading)| fits(heading)).map(|(place, _)| place)
    }

    /// Every row with the code of its member, by code and time.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &FurtherRow)> {
        self.rows.iter().flat_map(|(id, rows)| rows.iter().map(move |row| (id.as_str(), row)))
    }

    /// The row of a member in force on the last day of a period; for whoever left before, the last one of the period.
    pub fn on_last_day(&self, id: &str, period: &Period) -> Option<&FurtherRow> {
        let rows = self.rows.get(id)?;
        let last = rows.iter().find(|row| row.days.contains(period.last));
        last.or_else(|| rows.iter().rev().find(|row| row.days.touches(period)))
    }
}
