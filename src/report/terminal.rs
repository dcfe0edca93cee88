//! Reports on a terminal: at most 110 columns, Chinese characters two wide, no colour needed to read them.

use super::{Block, Report, Table};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The widest a line gets.
pub const WIDTH: usize = 110;
/// A column is folded no narrower than this.
const NARROWEST: usize = 8;

/// The report as text.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    for block in &report.blocks {
        match block {
            Block::Gap => text.push('\n'),
            Block::Line(line) => {
                for piece in wrap(line) {
                    text.push_str(piece.trim_end());
                    text.push('\n');
                }
            }
            Block::Table(table) => render_table(table, &mut text),
        }
    }
    text
}

fn render_table(table: &Table, text: &mut String) {
    let widths = fitting(table, widths(table));
    let headings = (!table.headings.is_empty()).then_some(&table.headings);
    for row in headings.into_iter().chain(&table.rows) {
        let folded: Vec<Vec<String>> =
            row.iter().zip(&widths).map(|(cell, width)| fold(cell, *width)).collect();
        let height = folded.iter().map(Vec::len).max().unwrap_or_default();
        for nth in 0..height {
            let cells: Vec<&str> =
                folded.iter().map(|lines| lines.get(nth).map_or("", String::as_str)).collect();
            for piece in wrap(aligned(table, &cells, &widths).trim_end()) {
                text.push_str(piece.trim_end());
                text.push('\n');
            }
        }
    }
}

fn aligned(table: &Table, cells: &[&str], widths: &[usize]) -> String {
    let mut line = " ".repeat(table.indent);
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if column > 0 {
            line.push_str("  ");
        }
        let padding = " ".repeat(width.saturating_sub(cell.width()));
        if table.numeric.get(column).copied().unwrap_or_default() {
            line.push_str(&padding);
            line.push_str(cell);
        } else {
            line.push_str(cell);
            line.push_str(&padding);
        }
    }
    line
}

/// How wide each column is where nothing is folded.
fn widths(table: &Table) -> Vec<usize> {
    let columns = table.rows.iter().chain([&table.headings]).map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = table.rows.iter().chain([&table.headings]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or_default()
    };
    (0..columns).map(width).collect()
}

/// Columns narrow enough for a terminal: of a table with headings the widest one that can be broken at a blank is folded,
/// as often as it takes; where that is not enough, any.
fn fitting(table: &Table, mut widths: Vec<usize>) -> Vec<usize> {
    let between = widths.len().saturating_sub(1).saturating_mul(2);
    let room = WIDTH.saturating_sub(table.indent).saturating_sub(between);
    let breakable: Vec<usize> = (0..widths.len()).map(|column| longest_word(table, column)).collect();
    while !table.headings.is_empty() && widths.iter().sum::<usize>() > room {
        let whole =
            widths.iter_mut().zip(&breakable).filter(|(width, word)| **width > (**word).max(NARROWEST));
        let Some((widest, _)) = whole.max_by_key(|(width, _)| **width) else { break };
        *widest = widest.saturating_sub(1);
    }
    while !table.headings.is_empty() && widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > NARROWEST) else { break };
        *widest = widest.saturating_sub(1);
    }
    widths
}

/// How wide the longest word of a column is: what nothing can be broken inside of.
fn longest_word(table: &Table, column: usize) -> usize {
    let cells = table.rows.iter().chain([&table.headings]).filter_map(|row| row.get(column));
    let words = cells.flat_map(|cell| {
        let is_wide = |letter: char| letter.width() == Some(2);
        cell.split(move |letter: char| letter == ' ' || is_wide(letter))
    });
    words.map(|word| word.width()).max().unwrap_or_default()
}

/// A cell line by line, none wider than its column: broken at blanks or behind Chinese characters, else anywhere.
fn fold(cell: &str, width: usize) -> Vec<String> {
    if cell.width() <= width {
        return vec![cell.to_owned()];
    }
    let (mut lines, mut line, mut breakable) = (Vec::new(), String::new(), 0_usize);
    for character in cell.chars() {
        if line.width().saturating_add(character.width().unwrap_or_default()) > width && !line.is_empty() {
            let rest = if character == ' ' || breakable == 0 {
                String::new()
            } else {
                line.split_off(breakable.min(line.len()))
            };
            lines.push(std::mem::replace(&mut line, rest.trim_start().to_owned()).trim_end().to_owned());
            breakable = 0;
        }
        if character != ' ' || !line.is_empty() {
            line.push(character);
        }
        if character == ' ' || character.width() == Some(2) {
            breakable = line.len();
        }
    }
    lines.push(line);
    lines
}

/// Breaks a line that is too wide at blanks or behind Chinese characters; what follows is indented.
fn wrap(line: &str) -> Vec<String> {
    let indent = line.chars().take_while(|c| *c == ' ').count().saturating_add(2);
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let (mut last_blank, mut before_last) = (None, None);
    for character in line.chars() {
        // a number stays with its percent sign
        if character == '%' && piece.ends_with(' ') {
            last_blank = before_last;
        }
        piece.push(character);
        if character == ' ' || character.width() == Some(2) {
            before_last = last_blank;
            last_blank = Some(piece.len());
        }
        if piece.width() > WIDTH {
            let cut = last_blank.filter(|cut| *cut > indent && *cut < piece.len());
            let before = cut.unwrap_or_else(|| piece.len().saturating_sub(character.len_utf8()));
            let rest = piece.split_off(before);
            pieces.push(std::mem::take(&mut piece));
            piece = " ".repeat(indent);
            piece.push_str(rest.trim_start());
            (last_blank, before_last) = (None, None);
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_chinese_headings() {
        let mut report = Report::default();
        report.table(Table {
            headings: vec!["单元".into(), "分".into()],
            numeric: vec![false, true],
            rows: vec![vec!["East".into(), "85".into()]],
            indent: 0,
        });
        assert_eq!(render(&report), "单元  分\nEast  85\n");
    }

    #[test]
    fn a_table_that_is_too_wide_folds_its_widest_columns() {
        let mut report = Report::default();
        let heading = "what has been said of it over the telephone and in writing ".repeat(2);
        report.table(Table {
            headings: vec!["number".into(), heading.trim().into()],
            numeric: vec![false, false],
            rows: vec![vec!["A1".into(), "很".repeat(60)]],
            indent: 2,
        });
        let text = render(&report);
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.lines().all(|line| line.width() <= WIDTH), "{text}");
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with(&" ".repeat(10))), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let mut report = Report::default();
        report.line("认责 ".repeat(60));
        report.line("x".repeat(300));
        assert!(render(&report).lines().all(|line| line.width() <= WIDTH));
    }
}
