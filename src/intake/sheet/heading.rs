//! Where the headings of a sheet stand: behind titles and blank rows, in one row or in two of which the upper is merged.

use crate::intake::Sought;

/// Headings stand in one of so many rows that are not blank.
pub(super) const ROWS: usize = 40;

/// One of the first rows that are not blank.
#[derive(Clone, Debug)]
pub(super) struct HeadRow {
    /// Its number.
    pub(super) number: usize,
    /// Where what stands behind it begins.
    pub(super) behind: usize,
    pub(super) cells: Vec<String>,
}

/// The headings that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::intake) struct Heading {
    pub(in crate::intake) headings: Vec<String>,
    /// The first row of them.
    pub(in crate::intake) first: usize,
    /// The last row of them.
    pub(in crate::intake) last: usize,
    /// Where the rows behind them begin.
    pub(in crate::intake) behind: usize,
    /// The rows above that are not blank, each with what it says.
    pub(in crate::intake) titles: Vec<(usize, String)>,
    /// How many of the columns that are looked for are there.
    pub(in crate::intake) found: usize,
}

/// The headings among the first rows: the row, or the two rows, with most of what is looked for.
pub(super) fn find(rows: &[HeadRow], sought: &Sought) -> Heading {
    let mut best: Option<Heading> = None;
    for (place, row) in rows.iter().enumerate() {
        let above = place.checked_sub(1).and_then(|above| rows.get(above));
        let of_one = (row.cells.clone(), row.number, place);
        let of_two = above
            .map(|above| (joined(&above.cells, &row.cells, sought), above.number, place.saturating_sub(1)));
        for (headings, first, titles) in [Some(of_one), of_two].into_iter().flatten() {
            let found = sought.found_in(&headings);
            if best.as_ref().is_none_or(|best| best.found < found) {
                let titles = rows.get(..titles).unwrap_or_default().iter().map(title).collect();
                let (last, behind) = (row.number, row.behind);
                best = Some(Heading { headings, first, last, behind, titles, found });
            }
        }
    }
    best.unwrap_or_default()
}

/// The words under which a row sums up those above it.
const TOTALS: [&str; 8] = ["合计", "总计", "小计", "共计", "total", "totals", "subtotal", "grand total"];

/// What a row calls itself that only sums up others: its first word is one for that, and it has no identifier of its own.
pub(super) fn total<'c>(cells: &[&'c str], key: Option<usize>) -> Option<&'c str> {
    let first = cells.iter().find(|cell| !cell.is_empty())?;
    // no such word is longer; most cells are told by that, or by their first letter
    if first.len() > 16 || !first.starts_with(['合', '总', '小', '共', 't', 'T', 's', 'S', 'g', 'G']) {
        return None;
    }
    let is_total = |cell: &str| {
        let word = cell.trim_end_matches([':', '：']).trim_end();
        let bare: String = word.chars().filter(|letter| !letter.is_whitespace()).collect();
        TOTALS.iter().any(|total| word.eq_ignore_ascii_case(total) || bare == *total)
    };
    let own = key.and_then(|key| cells.get(key)).copied().unwrap_or_default();
    (is_total(first) && (own.is_empty() || is_total(own))).then_some(*first)
}

fn title(row: &HeadRow) -> (usize, String) {
    let cells = row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty());
    (row.number, cells.collect::<Vec<_>>().join(" "))
}

/// Two rows of headings as one. A merged cell of the upper row stands over all columns up to the next; where what stands
/// below is said twice, or is known only together with it, both are the heading.
fn joined(upper: &[String], lower: &[String], sought: &Sought) -> Vec<String> {
    let mut over = "";
    let mut headings = Vec::new();
    for place in 0..upper.len().max(lower.len()) {
        let (above, below) = (cell(upper, place), cell(lower, place));
        if !above.is_empty() {
            over = above;
        }
        let is_twice = lower.iter().filter(|other| *other == below).count() > 1;
        let together = ["", " ", "/", "-"].map(|between| format!("{over}{between}{below}"));
        let known = together.iter().find(|heading| sought.column(heading).is_some());
        headings.push(match (below.is_empty(), known) {
            (true, _) => above.to_owned(),
            (_, Some(known)) if is_twice || sought.column(below).is_none() => known.clone(),
            _ if is_twice && !over.is_empty() => format!("{over}/{below}"),
            _ => below.to_owned(),
        });
    }
    headings
}

fn cell(cells: &[String], place: usize) -> &str {
    cells.get(place).map_or("", String::as_str)
}
