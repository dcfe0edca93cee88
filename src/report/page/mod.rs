//! The report as one HTML file: the month on one page, and everything behind it down to the facts. It needs nothing else,
//! reads without its script, and prints.

mod card_table;
mod charges;
mod chart;
mod clause;
mod day;
mod drill;
mod head;
mod limits;
mod peers;
mod summary;
mod tree;
mod vetoes;

use super::left_out::LeftOut;
use super::markup::{Frame, Markup, closing, opening};
use super::peers::Peers;
use super::screen::{Lists, Screen};
use super::sign::signs;
use super::{Block, Digests, Report, Subject, Table, in_effect};
use crate::language::Language;
use crate::policy::{Account, Style};
use tree::Tree;

/// How it looks, beside what every page shares.
const STYLE: &str = include_str!("page.css");
/// What makes it handier: search, sorting, opening what a link leads to.
const SCRIPT: &str = include_str!("script.js");

/// The report of an assessment as one HTML file.
pub fn assessment_page(subject: &Subject<'_>, digests: &Digests, language: Language) -> String {
    let title = head::title(subject, language);
    // the fingerprint covers every word of the data, so none of them can name it
    let script = Some((SCRIPT, digests.result.as_str()));
    let frame = Frame { language, title: &title, style: STYLE, script };
    let screen = Screen { subject, language, lists: Lists::UpTo(limits::LINES) };
    let tree = Tree::of(subject, language);
    let mut page = Page {
        subject,
        language,
        screen: &screen,
        tree: &tree,
        left_out: LeftOut::new(subject),
        peers: Peers::of(&subject.assessment.scorecards),
        markup: Markup::default(),
    };
    page.head(&title, digests);
    // the style prints what is folded, where that is not too much
    page.put(if page.is_printed_whole() { "<main class=\"whole\">\n" } else { "<main>\n" });
    page.summary();
    page.vetoes();
    page.charges();
    page.adjusted(digests);
    page.rates();
    page.open();
    page.card_table();
    page.drill();
    page.readings();
    page.put("</main>\n");
    page.foot(digests);
    format!("{}{}{}", opening(&frame), page.markup.finish(), closing(&frame))
}

struct Page<'p> {
    subject: &'p Subject<'p>,
    language: Language,
    screen: &'p Screen<'p>,
    tree: &'p Tree<'p>,
    left_out: LeftOut<'p>,
    peers: Peers<'p>,
    markup: Markup,
}

impl Page<'_> {
    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.language.pick(zh, en)
    }

    fn put(&mut self, html: &str) {
        self.markup.put(html);
    }

    fn element(&mut self, tag: &str, attributes: &str, text: &str) {
        self.markup.element(tag, attributes, text);
        self.put("\n");
    }

    /// Whether paper shows everything, or only what is open.
    fn is_printed_whole(&self) -> bool {
        self.tree.drawn() <= limits::PRINTED
    }

    /// Begins a part of the page that the contents lead to.
    fn section(&mut self, part: &head::Part) {
        self.put(&format!("<section id=\"{}\">\n", part.anchor));
        self.element("h2", "", part.title.get(self.language));
    }

    fn end_section(&mut self) {
        self.put("</section>\n");
    }

    /// What was adjusted of earlier periods and takes effect in this one.
    fn adjusted(&mut self, digests: &Digests) {
        let mut report = in_effect::report(self.subject, digests, limits::LINES, self.language);
        report.blocks.retain(|block| matches!(block, Block::Table(_)));
        if !report.blocks.is_empty() {
            self.section(&head::ADJUSTED);
            self.report("", &report);
            self.element("p", "class=\"note\"", signs(self.language));
            self.end_section();
        }
    }

    /// The tables of units, as the first screen has them.
    fn rates(&mut self) {
        let kinds = &self.subject.pack.policy.kinds;
        let tables: Vec<_> =
            kinds.iter().enumerate().filter(|(_, kind)| kind.screen.style == Style::Table).collect();
        if tables.is_empty() {
            return;
        }
        self.section(&head::RATES);
        for (position, kind) in tables {
            let mut report = Report::default();
            self.screen.rates(position, kind, &mut report);
            let only_adds = kind.score().is_some_and(Account::only_adds);
            let mut left = 0;
            for block in &mut report.blocks {
                let Block::Table(table) = block else { continue };
                // the kind is the caption here
                if let Some(first) = table.headings.first_mut() {
                    self.pick("名称", "name").clone_into(first);
                }
                // the highest stand first, and the sum last
                left = table.rows.len().saturating_sub(limits::UNITS.saturating_add(1));
                let first = if only_adds { limits::UNITS.min(table.rows.len()) } else { 0 };
                table.rows.drain(first..first.saturating_add(left));
            }
            self.report(kind.title.get(self.language), &report);
            self.beyond(left, only_adds);
        }
        self.end_section();
    }

    /// What is not decided yet, and rows that were not judged or are inconsistent.
    fn open(&mut self) {
        let mut report = Report::default();
        self.screen.open(&mut report);
        self.screen.set_aside(&mut report);
        if report.blocks.is_empty() {
            return;
        }
        self.section(&head::OPEN);
        self.report("", &report);
        self.end_section();
    }

    /// What the pack decides where its document is silent.
    fn readings(&mut self) {
        let readings = &self.subject.pack.policy.readings;
        if readings.is_empty() {
            return;
        }
        self.section(&head::READINGS);
        self.put("<table>");
        let headings = match self.language {
            Language::Zh => ["原文未明确", "本办法取法"],
            Language::En => ["what the document leaves open", "what this policy takes it to mean"],
        };
        self.markup.headings("", &headings, &[]);
        self.put("<tbody>\n");
        for reading in readings {
            let cells = [&reading.question, &reading.answer].map(|text| text.get(self.language).to_owned());
            self.markup.row("", &cells, &[]);
        }
        self.put("</tbody></table>\n");
        self.end_section();
    }

    /// A report as paragraphs, lists and tables; what is indented is a list.
    fn report(&mut self, caption: &str, report: &Report) {
        let mut in_list = false;
        for block in &report.blocks {
            let item = match block {
                Block::Line(line) if line.starts_with("  ") => Some(line.trim()),
                _ => None,
            };
            if in_list != item.is_some() {
                self.put(if in_list { "</ul>\n" } else { "<ul>\n" });
                in_list = !in_list;
            }
            match (block, item) {
                (_, Some(item)) => self.element("li", "", item),
                (Block::Line(line), None) => self.element("p", "", line),
                (Block::Table(table), None) => self.table(caption, table),
                (Block::Gap, None) => {}
            }
        }
        if in_list {
            self.put("</ul>\n");
        }
    }

    fn table(&mut self, caption: &str, table: &Table) {
        let headings: Vec<&str> = table.headings.iter().map(|heading| heading.trim()).collect();
        self.put("<div class=\"wide\"><table>");
        self.markup.headings(caption, &headings, &table.numeric);
        self.put("<tbody>\n");
        for row in &table.rows {
            let mut cells: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
            // a sum has no score and no grade
            cells.resize(cells.len().max(headings.len()), String::new());
            self.markup.row("", &cells, &table.numeric);
        }
        self.put("</tbody></table></div>\n");
    }
}
