//! The sheet as one HTML file that needs nothing else: to be read on a screen, printed and signed.

use super::super::markup::{Frame, Markup, closing, escaped, opening};
use super::{Grid, Part, Piece, RuleGroup, Rules, Sheet};
use crate::language::Language;

/// How it looks: quiet, and made for A4.
const STYLE: &str = include_str!("sheet.css");

/// A table of more columns than this is set smaller.
const WIDE: usize = 9;
/// A table of no more lines than this is kept on one page.
const SHORT: usize = 10;

/// The sheet as HTML.
pub fn sheet_html(sheet: &Sheet) -> String {
    let frame = Frame { language: sheet.language, title: &sheet.title, style: STYLE, script: None };
    let mut page = Page { markup: Markup::default(), language: sheet.language };
    page.put("<header>\n");
    page.element("h1", "", &sheet.title);
    page.put("\n");
    page.markup.pairs("", &sheet.head);
    page.put("</header>\n<main>\n");
    sheet.parts.iter().for_each(|part| page.part(part));
    page.put("</main>\n");
    format!("{}{}{}", opening(&frame), page.markup.finish(), closing(&frame))
}

struct Page {
    markup: Markup,
    language: Language,
}

impl Page {
    fn pick(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.language.pick(zh, en)
    }

    fn put(&mut self, html: &str) {
        self.markup.put(html);
    }

    fn element(&mut self, tag: &str, attributes: &str, text: &str) {
        self.markup.element(tag, attributes, text);
    }

    fn part(&mut self, part: &Part) {
        let anchor = match part.anchor.is_empty() {
            true => String::new(),
            false => format!(" id=\"{}\"", escaped(&part.anchor)),
        };
        self.put(&format!("<section class=\"level{}\"{anchor}>\n", part.level));
        self.element(&format!("h{}", part.level), "", &part.title);
        self.put("\n");
        if !part.note.is_empty() {
            self.element("p", "class=\"note\"", &part.note);
            self.put("\n");
        }
        for piece in &part.pieces {
            self.piece(piece);
            self.put("\n");
        }
        self.put("</section>\n");
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Words(words) => self.element("p", "", words),
            Piece::Notice(words) => self.element("p", "class=\"notice\"", words),
            Piece::List(points) => {
                self.put("<ul>");
                points.iter().for_each(|point| self.element("li", "", point));
                self.put("</ul>");
            }
            Piece::Uses(lead, all) => {
                self.put("<p class=\"uses\">");
                self.put(&escaped(lead));
                for (position, (title, anchor)) in all.iter().enumerate() {
                    if position > 0 {
                        self.put(self.pick("、", ", "));
                    }
                    self.element("a", &format!("href=\"#{}\"", escaped(anchor)), title);
                }
                self.put("</p>");
            }
            Piece::Rules(rules) => self.rules(rules),
            Piece::Grid(grid) => self.grid(grid),
        }
    }

    fn rules(&mut self, rules: &Rules) {
        let wide = rules.conditions.len().saturating_add(rules.results.len()) > WIDE;
        let lines: usize = rules.groups.iter().map(|group| group.rows.len().max(group.effects.len())).sum();
        let short = if lines <= SHORT { " short" } else { "" };
        self.put(&format!("<table class=\"rules{}{short}\">\n", if wide { " wide" } else { "" }));
        self.put("<thead><tr>");
        self.element("th", "class=\"number\"", self.pick("行", "row"));
        rules.conditions.iter().for_each(|heading| self.element("th", "class=\"when\"", heading));
        for (heading, class) in rules.results.iter().zip(classes(rules)) {
            self.element("th", &format!("class=\"{class}\""), heading);
        }
        self.put("</tr></thead>\n");
        let mut number = 0_usize;
        for group in &rules.groups {
            self.group(rules, group, &mut number);
        }
        self.put("</table>");
    }

    /// The rows of one result. A row spans the lines of its result; where several rows share a result of one line, that
    /// spans the rows, and where it has more lines the later rows point to the first.
    fn group(&mut self, rules: &Rules, group: &RuleGroup, number: &mut usize) {
        self.put(if group.instead.is_some() { "<tbody class=\"rest\">\n" } else { "<tbody>\n" });
        let lines = if group.plain.is_some() { 1 } else { group.effects.len().max(1) };
        let rows = group.rows.len().max(1);
        let first = number.saturating_add(1);
        for row in 0..rows {
            *number = number.saturating_add(1);
            for line in 0..if row == 0 { lines } else { 1 } {
                self.put("<tr>");
                if line == 0 {
                    let span = if row == 0 { lines } else { 1 };
                    let attributes = format!("class=\"number\"{}", span_of("row", span));
                    self.element("td", &attributes, &number.to_string());
                    self.conditions(rules, group, row, span);
                }
                self.result(rules, group, (row, line), (rows, lines, first));
                self.put("</tr>\n");
            }
        }
        self.put("</tbody>\n");
    }

    fn result(
        &mut self,
        rules: &Rules,
        group: &RuleGroup,
        (row, line): (usize, usize),
        (rows, lines, first): (usize, usize, usize),
    ) {
        let across = span_of("col", rules.results.len());
        match &group.plain {
            Some(plain) if row == 0 => {
                let down = span_of("row", rows);
                self.element("td", &format!("class=\"first plain\"{across}{down}"), plain);
            }
            None if row == 0 => {
                let down = span_of("row", if lines == 1 { rows } else { 1 });
                for (cell, class) in group.effects.get(line).into_iter().flatten().zip(classes(rules)) {
                    self.element("td", &format!("class=\"{class}\"{down}"), cell);
                }
            }
            None if lines > 1 => {
                let same = match self.language {
                    Language::Zh => format!("同第 {first} 行"),
                    Language::En => format!("as row {first}"),
                };
                self.element("td", &format!("class=\"first plain\"{across}"), &same);
            }
            _ => {}
        }
    }

    fn conditions(&mut self, rules: &Rules, group: &RuleGroup, line: usize, span: usize) {
        if let Some(instead) = &group.instead {
            if !rules.conditions.is_empty() {
                let spans = format!("{}{}", span_of("col", rules.conditions.len()), span_of("row", span));
                self.element("td", &format!("class=\"instead\"{spans}"), instead);
            }
            return;
        }
        for cell in group.rows.get(line).into_iter().flatten() {
            let class = if cell == "—" { "class=\"when any\"" } else { "class=\"when\"" };
            self.element("td", &format!("{class}{}", span_of("row", span)), cell);
        }
    }

    fn grid(&mut self, grid: &Grid) {
        self.put(if grid.by_hand { "<table class=\"byhand\">\n" } else { "<table class=\"grid\">\n" });
        self.put("<thead><tr>");
        let class = |column: usize| match grid.numeric.get(column) {
            Some(true) => "class=\"amount\"",
            _ => "",
        };
        for (column, heading) in grid.headings.iter().enumerate() {
            self.element("th", class(column), heading);
        }
        self.put("</tr></thead>\n<tbody>\n");
        for row in &grid.rows {
            self.put("<tr>");
            row.iter().enumerate().for_each(|(column, cell)| self.element("td", class(column), cell));
            self.put("</tr>\n");
        }
        self.put("</tbody>\n</table>");
    }
}

/// The class of each result column.
fn classes(rules: &Rules) -> impl Iterator<Item = &'static str> {
    rules.numeric.iter().enumerate().map(|(column, numeric)| match (column, numeric) {
        (0, true) => "first amount",
        (0, false) => "first",
        (1, false) => "what",
        (_, true) => "amount",
        (_, false) => "then",
    })
}

fn span_of(what: &str, span: usize) -> String {
    if span > 1 { format!(" {what}span=\"{span}\"") } else { String::new() }
}
