//! The sheet as Markdown: readable as it stands on a terminal, and rendered.

use super::{Grid, Part, Piece, RuleGroup, Rules, Sheet};
use crate::language::Language;
use unicode_width::UnicodeWidthStr as _;

/// The sheet as Markdown.
pub fn sheet_markdown(sheet: &Sheet) -> String {
    let mut text = format!("# {}\n\n", escaped(&sheet.title));
    for (label, value) in &sheet.head {
        let between = pick(sheet.language, "：", ": ");
        text.push_str(&format!("- {}{between}{}\n", escaped(label), escaped(value)));
    }
    for part in &sheet.parts {
        write_part(part, sheet.language, &mut text);
    }
    text
}

fn pick(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

fn write_part(part: &Part, language: Language, text: &mut String) {
    text.push_str(&format!("\n{} {}\n", "#".repeat(part.level), escaped(&part.title)));
    if !part.note.is_empty() {
        text.push_str(&format!("\n{}\n", escaped(&part.note)));
    }
    for piece in &part.pieces {
        text.push('\n');
        match piece {
            Piece::Words(words) => text.push_str(&format!("{}\n", escaped(words))),
            Piece::Notice(words) => text.push_str(&format!("> **{}**\n", escaped(words))),
            Piece::List(points) => {
                points.iter().for_each(|point| text.push_str(&format!("- {}\n", escaped(point))));
            }
            Piece::Uses(lead, all) => {
                let titles: Vec<&str> = all.iter().map(|(title, _)| title.as_str()).collect();
                let titles = titles.join(pick(language, "、", ", "));
                text.push_str(&format!("{}{}\n", escaped(lead), escaped(&titles)));
            }
            Piece::Rules(rules) => write_rules(rules, language, text),
            Piece::Grid(grid) => write_grid(grid, language, text),
        }
    }
}

fn write_rules(rules: &Rules, language: Language, text: &mut String) {
    let mut headings = vec![pick(language, "行", "row").to_owned()];
    headings.extend(rules.conditions.iter().chain(&rules.results).cloned());
    // the number of the row stands to the right, as do amounts
    let mut numeric = vec![true];
    numeric.extend(rules.conditions.iter().map(|_| false));
    numeric.extend(&rules.numeric);
    let mut rows = Vec::new();
    let mut number = 0_usize;
    for group in &rules.groups {
        write_group(rules, group, language, &mut number, &mut rows);
    }
    write_table(&headings, &numeric, &rows, text);
}

/// The rows of one result: the first with all of it, the others point to the first.
fn write_group(
    rules: &Rules,
    group: &RuleGroup,
    language: Language,
    number: &mut usize,
    rows: &mut Vec<Vec<String>>,
) {
    let width = rules.conditions.len();
    let instead = group.instead.iter().map(|words| {
        let mut cells = vec![String::new(); width];
        match cells.first_mut() {
            Some(first) => words.clone_into(first),
            None => cells.push(words.clone()),
        }
        // without any condition the words take the place of the number
        if width == 0 { Vec::new() } else { cells }
    });
    let results = match &group.plain {
        Some(plain) => {
            let mut cells = vec![String::new(); rules.results.len()];
            if let Some(first) = cells.first_mut() {
                plain.clone_into(first);
            }
            vec![cells]
        }
        None => group.effects.clone(),
    };
    let mut first = None;
    for conditions in instead.chain(group.rows.iter().cloned()) {
        *number = number.saturating_add(1);
        let mut label = number.to_string();
        if let (0, Some(words)) = (width, &group.instead) {
            label = words.clone();
        }
        if let Some(first) = first {
            let mut cells = vec![label];
            cells.extend(conditions);
            let same = match language {
                Language::Zh => format!("同第 {first} 行"),
                Language::En => format!("as row {first}"),
            };
            // a result of one cell is as short as the words that would stand for it
            let same = match results.as_slice() {
                [only] if only.len() == 1 => only.concat(),
                _ => same,
            };
            cells.push(same);
            cells.extend(rules.results.iter().skip(1).map(|_| String::new()));
            rows.push(cells);
            continue;
        }
        first = Some(*number);
        for (line, result) in results.iter().enumerate() {
            let mut cells = if line == 0 { vec![label.clone()] } else { vec![String::new()] };
            match line {
                0 => cells.extend(conditions.iter().cloned()),
                _ => cells.extend(conditions.iter().map(|_| String::new())),
            }
            cells.extend(result.iter().cloned());
            rows.push(cells);
        }
    }
}

fn write_grid(grid: &Grid, language: Language, text: &mut String) {
    let between = pick(language, "；", "; ");
    let rows: Vec<Vec<String>> =
        grid.rows.iter().map(|row| row.iter().map(|cell| cell.replace('\n', between)).collect()).collect();
    write_table(&grid.headings, &grid.numeric, &rows, text);
}

fn write_table(headings: &[String], numeric: &[bool], rows: &[Vec<String>], text: &mut String) {
    let headings: Vec<String> = headings.iter().map(|cell| escaped(cell)).collect();
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| escaped(cell)).collect()).collect();
    let widths: Vec<usize> = (0..headings.len())
        .map(|column| {
            let cells = rows.iter().chain([&headings]).filter_map(|row| row.get(column));
            cells.map(|cell| cell.width()).max().unwrap_or_default().max(3)
        })
        .collect();
    let right = |column: usize| numeric.get(column).copied().unwrap_or_default();
    let mut line = |row: &[String]| {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            match right(column) {
                true => text.push_str(&format!("| {padding}{cell} ")),
                false => text.push_str(&format!("| {cell}{padding} ")),
            }
        }
        text.push_str("|\n");
    };
    line(&headings);
    let rule = |(column, width): (usize, &usize)| match right(column) {
        true => format!("{}:", "-".repeat(width.saturating_sub(1))),
        false => "-".repeat(*width),
    };
    line(&widths.iter().enumerate().map(rule).collect::<Vec<_>>());
    rows.iter().for_each(|row| line(row));
}

/// The text as Markdown shows it: nothing in it marks a column, a tag or emphasis.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '|' | '\\' | '*' | '`' | '[' | ']' | '#' | '_' => escaped.extend(['\\', character]),
            // a sign of comparison stands alone; what a tag might begin with does not
            '<' if characters.peek() != Some(&' ') => escaped.push_str("&lt;"),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}
