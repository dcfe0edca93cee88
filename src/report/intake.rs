//! How a file was understood: where its headings stand, what each column is taken for, which words were met.

use super::{Block, Report, Table};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::fact::{FactType, Value};
use crate::intake::{ColumnOverview, Overview, Source, held_by};
use crate::language::Language;
use crate::policy::{Kind, Policy};

/// The overview of a file, and everything that is wrong with it.
pub fn intake_report(overview: &Overview, policy: &Policy, language: Language) -> Report {
    let zh = language == Language::Zh;
    let mut report = Report::default();
    head(&mut report, overview, zh);
    for own in &overview.kinds {
        let Some((_, kind)) = policy.kind(&own.kind) else { continue };
        let (title, rows, defective) = (kind.title.get(language), own.rows, own.defective);
        report.gap();
        report.line(if zh {
            format!("{title}（表 {}）：{rows} 行，其中 {defective} 行有问题", overview.table)
        } else {
            format!("{title} (table {}): {rows} rows, {defective} of them defective", overview.table)
        });
        let headings = if zh {
            ["表头", "事实或角色", "类型", "有内容", "空", "有问题"]
        } else {
            ["heading", "fact or role", "type", "filled", "blank", "defective"]
        };
        report.table(Table {
            indent: 2,
            headings: headings.map(str::to_owned).to_vec(),
            numeric: vec![false, false, false, true, true, true],
            rows: own.columns.iter().map(|column| row(column, kind, language)).collect(),
        });
        for column in own.columns.iter().filter(|column| !column.words.is_empty()) {
            words(&mut report, column, kind, language);
        }
    }
    report.gap();
    defects(&mut report, overview, language);
    for block in &mut report.blocks {
        match block {
            Block::Line(line) => *line = shown(line),
            Block::Table(table) => table.rows.iter_mut().flatten().for_each(|cell| *cell = shown(cell)),
            Block::Gap => {}
        }
    }
    report
}

/// A text of the file as a terminal may show it: what would turn the line around, or move in it, is a replacement.
fn shown(text: &str) -> String {
    let moves = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|letter| if moves(letter) { '\u{fffd}' } else { letter }).collect()
}

fn head(report: &mut Report, overview: &Overview, zh: bool) {
    let (first, last) = overview.headings;
    let rows = if first == last { first.to_string() } else { format!("{first}–{last}") };
    let what = match (&overview.source, zh) {
        (Source::Csv(encoding), true) => format!("CSV，编码 {encoding}"),
        (Source::Csv(encoding), false) => format!("CSV in {encoding}"),
        (Source::Workbook { sheet, .. }, true) => format!("Excel 工作簿，工作表「{sheet}」"),
        (Source::Workbook { sheet, .. }, false) => format!("Excel workbook, sheet '{sheet}'"),
    };
    let file = &overview.file;
    report.line(if zh {
        format!("{file} · {what} · 表头在第 {rows} 行")
    } else {
        format!("{file} · {what} · headings in row {rows}")
    });
    if let Source::Workbook { others, hidden, .. } = &overview.source {
        list(report, others, if zh { "未读的工作表：" } else { "sheets not read: " });
        list(report, hidden, if zh { "隐藏的工作表：" } else { "hidden sheets: " });
    }
    for (row, title) in &overview.titles {
        report.line(if zh {
            format!("  第 {row} 行是标题：{title}")
        } else {
            format!("  row {row} is a title: {title}")
        });
    }
    for (column, cells) in &overview.unheaded {
        report.line(if zh {
            format!("  {column} 列没有表头，其中 {cells} 格未读")
        } else {
            format!("  column {column} has no heading; cells not read there: {cells}")
        });
    }
    list(report, &overview.unread, if zh { "未读的列：" } else { "columns not read: " });
}

fn list(report: &mut Report, names: &[String], before: &str) {
    if !names.is_empty() {
        report.line(format!("  {before}{}", names.join(if before.ends_with(' ') { ", " } else { "、" })));
    }
}

fn row(column: &ColumnOverview, kind: &Kind, language: Language) -> Vec<String> {
    let (title, of) = held_by(kind, &column.name).map_or(("", None), |(title, of)| (title.get(language), of));
    vec![
        column.heading.clone(),
        title.to_owned(),
        type_in_words(of, language).to_owned(),
        column.filled.to_string(),
        column.blank.to_string(),
        column.defective.to_string(),
    ]
}

fn type_in_words(of: Option<&FactType>, language: Language) -> &'static str {
    let (zh, en) = match of {
        None => ("角色", "role"),
        Some(FactType::Bool { .. }) => ("是否", "yes or no"),
        Some(FactType::OneOf(_)) => ("取值之一", "one of some words"),
        Some(FactType::Number { .. } | FactType::Few { .. }) => ("数字", "number"),
        Some(FactType::Moment) => ("时间", "time"),
        Some(FactType::Text) => ("文字", "text"),
    };
    if language == Language::Zh { zh } else { en }
}

/// The words of a column, each with how often it was met and what it is taken for.
fn words(report: &mut Report, column: &ColumnOverview, kind: &Kind, language: Language) {
    let zh = language == Language::Zh;
    let of = held_by(kind, &column.name).and_then(|(_, of)| of);
    report.line(format!("  {}", column.heading));
    let shown = |(word, (count, value)): (&String, &(usize, Option<Value>))| {
        let word = match (word.as_str(), zh) {
            ("", true) => "（空）",
            ("", false) => "(blank)",
            (word, _) => word,
        };
        let value = match (value, of) {
            (Some(value), Some(of)) => of.show(value, language),
            _ if zh => "无法识别".to_owned(),
            _ => "not understood".to_owned(),
        };
        vec![count.to_string(), word.to_owned(), format!("→ {value}")]
    };
    let rows = column.words.iter().map(shown).collect();
    report.table(Table { indent: 4, numeric: vec![true], rows, ..Table::default() });
}

/// What is wrong and what was left out, each in a line with its row and column.
fn defects(report: &mut Report, overview: &Overview, language: Language) {
    let zh = language == Language::Zh;
    let of = |severity: Severity| overview.found.iter().filter(move |found| found.severity == severity);
    let defects = of(Severity::Error).count();
    report.line(match (defects, zh) {
        (0, true) => "没有问题".to_owned(),
        (0, false) => "no defects".to_owned(),
        (_, true) => format!("{defects} 处问题"),
        (1, false) => "1 defect".to_owned(),
        (_, false) => format!("{defects} defects"),
    });
    for found in of(Severity::Error).chain(of(Severity::Warning)) {
        let help = found.help.as_ref().map(|help| format!(" ({})", help.get(language))).unwrap_or_default();
        let place = place(found, language);
        let between = if place.is_empty() { "" } else { ": " };
        report.line(format!("  {place}{between}{} [{}]{help}", found.message.get(language), found.code));
    }
}

/// The row and the column; the file is the same everywhere.
fn place(found: &Diagnostic, language: Language) -> String {
    match (&found.place, language) {
        (Some(Place::Cell { row, column, .. }), Language::Zh) if column.is_empty() => format!("第 {row} 行"),
        (Some(Place::Cell { row, column, .. }), Language::Zh) => format!("第 {row} 行「{column}」"),
        (Some(Place::Cell { row, column, .. }), Language::En) if column.is_empty() => format!("row {row}"),
        (Some(Place::Cell { row, column, .. }), Language::En) => format!("row {row}, column '{column}'"),
        _ => String::new(),
    }
}
