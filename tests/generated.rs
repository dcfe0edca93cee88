//! The files that a generator of a made-up book makes: read back without the product, and held to what is shipped.

use super::commands::assert_is;
use super::shared::root;
use std::collections::BTreeMap;

/// One row, by heading.
pub(crate) type Row = BTreeMap<String, String>;

/// The rows of a generated file. No cell holds a comma or a quote, so a split is a reader.
pub(crate) fn rows(csv: &str) -> Vec<Row> {
    let mut lines = csv.trim_start_matches('\u{feff}').lines().map(|line| line.split(','));
    let headings: Vec<&str> = lines.next().unwrap().collect();
    let row = |cells: std::str::Split<'_, char>| {
        let cells: Vec<&str> = cells.collect();
        assert_eq!(cells.len(), headings.len(), "{cells:?}");
        headings.iter().zip(cells).map(|(heading, cell)| ((*heading).to_owned(), cell.to_owned())).collect()
    };
    lines.map(row).collect()
}

/// Every file is shipped with the book as it was made.
pub(crate) fn assert_shipped(book: &str, files: BTreeMap<&'static str, String>) {
    for (name, made) in files {
        assert_is(&root().join(book).join(name), &made);
    }
}
