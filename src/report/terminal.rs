//! Reports on a terminal: at most 110 columns, Chinese characters two wide, no colour needed to read them.

use super::{Block, Report, Table};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The widest a line gets.
pub const WIDTH: usize = 110;

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
    let columns = table.rows.iter().chain([&table.headings]).map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = table.rows.iter().chain([&table.headings]).filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or_default()
        })
        .collect();
    let headings = (!table.headings.is_empty()).then_some(&table.headings);
    for row in headings.into_iter().chain(&table.rows) {
        let mut line = " ".repeat(table.indent);
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
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
        for piece in wrap(line.trim_end()) {
            text.push_str(piece.trim_end());
            text.push('\n');
        }
    }
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
    fn no_line_is_wider_than_the_terminal() {
        let mut report = Report::default();
        report.line("认责 ".repeat(60));
        report.line("x".repeat(300));
        assert!(render(&report).lines().all(|line| line.width() <= WIDTH));
    }
}
