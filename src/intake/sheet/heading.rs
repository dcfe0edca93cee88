//! Where the headings of a sheet stand: behind titles and blank rows, in one row or in two of which the upper is merged; and what
//! is missing among them.

use crate::diagnostic::{Diagnostic, suggestion};
use crate::intake::Sought;
use crate::language::Text;

/// Headings stand in one of so many rows that are not blank.
pub(super) const ROWS: usize = 40;

/// A title does not fill so many columns that are read, where they are half of them.
const FILLED: usize = 3;

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
    /// The titles above, each with what it says.
    pub(in crate::intake) titles: Vec<(usize, String)>,
    /// The rows above that are no titles, but data.
    pub(in crate::intake) displaced: Vec<usize>,
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
                let above = rows.get(..titles).unwrap_or_default();
                let displaced = displaced(above, &headings, sought);
                let titles = above.iter().filter(|row| !displaced.contains(&row.number)).map(title).collect();
                let (last, behind) = (row.number, row.behind);
                best = Some(Heading { headings, first, last, behind, titles, displaced, found });
            }
        }
    }
    best.unwrap_or_default()
}

/// The rows above the headings that are data: they fill half of the columns that are read, or say what a row is and when.
fn displaced(above: &[HeadRow], headings: &[String], sought: &Sought) -> Vec<usize> {
    let places = |is_wanted: &dyn Fn(&String) -> bool| -> Vec<usize> {
        headings
            .iter()
            .enumerate()
            .filter(|(_, heading)| is_wanted(heading))
            .map(|(place, _)| place)
            .collect()
    };
    let is_among =
        |known: &[String], heading: &str| known.iter().any(|own| own.eq_ignore_ascii_case(heading));
    let read = places(&|heading| sought.column(heading).is_some());
    let (keys, moments) = (
        places(&|heading| is_among(&sought.key, heading)),
        places(&|heading| is_among(&sought.moment, heading)),
    );
    let is_data = |(place, row): (usize, &HeadRow)| {
        let is_filled =
            |columns: &[usize]| columns.iter().any(|column| !cell(&row.cells, *column).is_empty());
        let filled: Vec<&str> =
            read.iter().map(|column| cell(&row.cells, *column)).filter(|cell| !cell.is_empty()).collect();
        let is_half = filled.len().saturating_mul(2) >= read.len() && filled.len() >= FILLED;
        // a title over merged cells may be written into each of them
        let is_one = filled.iter().all(|cell| Some(cell) == filled.first());
        // words that group the headings below stand right above them; a row of data has a date, and a date has digits
        let is_last = place.saturating_add(1) == above.len();
        let are_words = !filled.iter().any(|cell| cell.contains(char::is_numeric));
        let may_group = !moments.is_empty() || filled.len().saturating_mul(2) <= read.len();
        let is_group = is_last && are_words && may_group;
        (is_half || (is_filled(&keys) && is_filled(&moments))) && !is_one && !is_group
    };
    above.iter().enumerate().filter(|row| is_data(*row)).map(|(_, row)| row.number).collect()
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

/// Headings that all stand in one cell, because something else than a comma parts them.
pub(super) fn separated_otherwise(headings: &[String]) -> Option<Diagnostic> {
    let [one] = headings else { return None };
    let marks =
        [(';', "分号", "semicolons"), ('\t', "制表符", "tabs"), ('，', "全角逗号", "full-width commas")];
    let (_, zh, en) = marks.into_iter().find(|(mark, ..)| one.contains(*mark))?;
    let message = Text::new(
        format!("各列以{zh}分隔，应为英文逗号"),
        format!("the columns are parted by {en}; they should be by commas"),
    );
    let help = Text::new(
        "在 Excel 中另存为「CSV UTF-8（逗号分隔）」，或直接给出 .xlsx",
        "save it in Excel as \"CSV UTF-8 (Comma delimited)\", or give the .xlsx itself",
    );
    Some(Diagnostic::error("R068", message).help(help))
}

/// A column that nothing is headed as; which one may be meant, or what there is.
pub(super) fn missing(own: &[String], headings: &[String], what: &Text) -> Diagnostic {
    let (first, others) =
        headings.split_first().map_or(("", &[][..]), |(first, others)| (first.as_str(), others));
    let or = |before: &str, between: &str, behind: &str| match others {
        [] => String::new(),
        others => format!("{before}{}{behind}", others.join(between)),
    };
    let (zh, en) = (or("（也可写 ", "、", "）"), or(" (or `", "`, `", "`)"));
    // what the pack calls it, where no heading says so
    let is_said = |title: &str| headings.iter().any(|heading| heading.eq_ignore_ascii_case(title));
    let title = |title: &str, before: &str, behind: &str| match is_said(title) {
        true => String::new(),
        false => format!("{before}{title}{behind}"),
    };
    let message = Text::new(
        format!("缺少「{first}」列{zh}{}", title(&what.zh, "，即「", "」")),
        format!("there is no column `{first}`{en}{}", title(&what.en, " for '", "'")),
    );
    let fault = Diagnostic::error("R007", message);
    let known: Vec<&str> = headings.iter().map(String::as_str).collect();
    let of = |(place, heading): (usize, &String)| {
        let near = suggestion(heading, known.iter().copied())?;
        let column = place.saturating_add(1);
        near.en.starts_with("did you mean").then(|| {
            Text::new(
                format!("第 {column} 列「{heading}」是否就是它？请改正表头"),
                format!("is it column {column}, `{heading}`? Correct the heading"),
            )
        })
    };
    let shown: Vec<&str> =
        own.iter().map(String::as_str).filter(|heading| !heading.is_empty()).take(12).collect();
    let help = own.iter().enumerate().find_map(of).unwrap_or_else(|| {
        Text::new(
            format!("现有的表头：{}", shown.join("、")),
            format!("the headings are: {}", shown.join(", ")),
        )
    });
    fault.help(help)
}
