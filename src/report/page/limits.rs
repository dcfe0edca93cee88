//! How much is drawn out in full. What goes beyond stands in the data files, and the page says where.

/// People, units and other subjects, the gravest first; those they belong to come on top.
pub(super) const SUBJECTS: usize = 1_000;
/// Findings in all; every subject has as many as fit when all have equally many, and all of its vetoes.
pub(super) const FINDINGS: usize = 4_000;
/// Lines of a list.
pub(super) const LINES: usize = 200;
/// Vetoes in their table.
pub(super) const VETOES: usize = 500;
/// Findings up to which all of the page is printed; of one with more only what is open, else it would be hundreds of sheets.
pub(super) const PRINTED: usize = 1_000;
/// Units in a table of rates, those that need attention most.
pub(super) const UNITS: usize = 500;
/// Bars of a chart; of units those that need attention most.
pub(super) const BARS: usize = 20;
/// Days that are drawn one by one; a longer period is drawn by months.
pub(super) const DAYS: usize = 62;
/// Peers of a ranked card that are all shown with it; of more the first and those around it.
pub(super) const PEERS: usize = 12;
