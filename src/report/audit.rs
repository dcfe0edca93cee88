//! What an auditor looks at first: control totals by source and by account, what people decided, and what does not count in full.

use super::files::{safe, write};
use super::ledger::{signed, visible, what};
use super::{Report, Subject, Table};
use crate::amount::Unit;
use crate::assess::{Deduction, Outcome};
use crate::language::{Language, Text};
use crate::ledger::{Entry, EntryKind};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How many rows of a list a screen shows, unless it is to cut none short.
const SHOWN: usize = 20;

/// One cell.
enum Cell {
    Words(Text),
    Count(usize),
    Amount(Unit, Decimal),
}

impl Cell {
    fn text(words: impl Into<String>) -> Self {
        Self::Words(Text::same(words.into()))
    }

    fn shown(&self, language: Language) -> String {
        match self {
            Self::Words(words) => visible(words.get(language)),
            Self::Count(count) => count.to_string(),
            Self::Amount(unit, amount) => unit.show(*amount, language),
        }
    }

    /// As data files carry it, in Chinese as titles are there.
    fn plain(&self) -> String {
        match self {
            Self::Words(words) => safe(&words.zh).into_owned(),
            Self::Count(count) => count.to_string(),
            Self::Amount(unit, amount) => unit.plain(*amount),
        }
    }
}

/// A column: its name in data files, its heading, and what it holds.
type Column = (&'static str, Text, Holds);

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Words,
    Numbers,
    /// In what the amounts of the row are counted: a screen shows it with them.
    Units,
}

/// One of the tables.
struct Section {
    file: &'static str,
    title: Text,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Section {
    /// The first rows, for a screen.
    fn table(&self, shown: usize, language: Language) -> Table {
        let columns = || self.columns.iter().filter(|(.., holds)| *holds != Holds::Units);
        let row = |row: &Vec<Cell>| {
            let cells = row.iter().zip(&self.columns).filter(|(_, (.., holds))| *holds != Holds::Units);
            cells.map(|(cell, _)| cell.shown(language)).collect()
        };
        Table {
            indent: 2,
            headings: columns().map(|(_, title, _)| title.get(language).to_owned()).collect(),
            numeric: columns().map(|(.., holds)| *holds == Holds::Numbers).collect(),
            rows: self.rows.iter().take(shown).map(row).collect(),
        }
    }
}

/// What an auditor looks at first.
pub struct Audit {
    sections: Vec<Section>,
}

fn column(name: &'static str, zh: &str, en: &str) -> Column {
    (name, Text::new(zh, en), Holds::Words)
}

fn number(name: &'static str, zh: &str, en: &str) -> Column {
    (name, Text::new(zh, en), Holds::Numbers)
}

fn unit() -> Column {
    ("unit", Text::default(), Holds::Units)
}

impl Audit {
    /// Of an assessment and the entries about its period.
    pub fn of(subject: &Subject<'_>, entries: &[&Entry]) -> Self {
        Self {
            sections: vec![
                sources(subject),
                accounts(subject),
                decisions(entries),
                exemptions(subject),
                lessened(subject),
            ],
        }
    }

    /// For a terminal, no list cut short where all is asked for.
    pub fn report(&self, all: bool, language: Language) -> Report {
        let mut report = Report::default();
        for section in &self.sections {
            report.line(section.title.get(language));
            if section.rows.is_empty() {
                report.line(language.pick("  没有", "  none"));
            } else {
                let shown = if all { usize::MAX } else { SHOWN };
                report.table(section.table(shown, language));
                let more = section.rows.len().saturating_sub(shown);
                if more > 0 {
                    report.line(language.pick(
                        format!("  …另有 {more} 行（--all，或 --out 写出全部）"),
                        format!("  … {more} more (--all, or --out for all of them)"),
                    ));
                }
            }
            report.gap();
        }
        report
    }

    /// The same as data files.
    pub fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        let file = |section: &Section| {
            let headings: Vec<String> = section.columns.iter().map(|(name, ..)| (*name).to_owned()).collect();
            let rows = section.rows.iter().map(|row| row.iter().map(Cell::plain).collect());
            (section.file, write(&std::iter::once(headings).chain(rows).collect::<Vec<_>>()))
        };
        self.sections.iter().map(file).collect()
    }
}

/// How many rows each kind of source has, what became of them, and what their findings come to in each unit.
fn sources(subject: &Subject<'_>) -> Section {
    let assessment = subject.assessment;
    let mut found: BTreeMap<(usize, Unit), (usize, Decimal, Decimal)> = BTreeMap::new();
    for finding in assessment.findings().filter(|finding| finding.stands() && finding.card().is_some()) {
        let Some((account, sign, _)) = finding.entry_on() else { continue };
        let sum = found.entry((finding.kind(), account.unit.clone())).or_default();
        sum.0 = sum.0.saturating_add(1);
        let side = if sign == Deduction::Takes { &mut sum.1 } else { &mut sum.2 };
        *side = side.saturating_add(finding.entered());
    }
    let mut rows = Vec::new();
    for (position, kind) in subject.pack.policy.kinds.iter().enumerate() {
        let totals = assessment.sources.get(&position);
        let own: Vec<_> =
            found.range((position, Unit::None)..).take_while(|((own, _), _)| *own == position).collect();
        if totals.is_none() && own.is_empty() {
            continue;
        }
        let nothing = ((position, Unit::None), (0, Decimal::ZERO, Decimal::ZERO));
        let mut own: Vec<_> = own.into_iter().map(|(key, sum)| (key.clone(), *sum)).collect();
        if own.is_empty() {
            own.push(nothing);
        }
        for (place, ((_, unit), (count, taken, added))) in own.into_iter().enumerate() {
            // what became of the rows is said once, so that a column can be added up
            let totals = totals.filter(|_| place == 0).map(|totals| {
                [totals.read, totals.judged, totals.outside, totals.open, totals.unpicked, totals.set_aside]
            });
            let mut row = vec![Cell::Words(kind.title.clone())];
            match totals {
                Some(totals) => row.extend(totals.map(Cell::Count)),
                None => row.extend(std::iter::repeat_with(|| Cell::text("")).take(6)),
            }
            row.extend([Cell::text(unit.code()), Cell::Count(count)]);
            row.extend([taken, added].map(|amount| Cell::Amount(unit.clone(), amount)));
            rows.push(row);
        }
    }
    Section {
        file: "control_totals.csv",
        title: Text::new("各来源的控制总数", "control totals by source"),
        columns: vec![
            column("source", "来源", "source"),
            number("read", "读入", "read"),
            number("judged", "已判", "judged"),
            number("of_other_periods", "他期", "of other periods"),
            number("not_ended", "未了结", "not ended"),
            number("of_no_kind", "不属任何对象", "of no kind"),
            number("set_aside", "搁置或不计", "set aside"),
            unit(),
            number("findings", "认定", "findings"),
            number("taken", "扣", "taken"),
            number("added", "加", "added"),
        ],
        rows,
    }
}

/// How every account gets from what it opens with to what it settles at.
fn accounts(subject: &Subject<'_>) -> Section {
    let mut rows = Vec::new();
    for (position, kind) in subject.pack.policy.kinds.iter().enumerate() {
        let cards: Vec<_> =
            subject.assessment.scorecards.iter().filter(|card| card.key.kind == position).collect();
        for account in kind.accounts.iter().filter(|_| !cards.is_empty()) {
            let own = cards.iter().filter_map(|card| card.balance(&account.name));
            let mut sums = [Decimal::ZERO; 3];
            let mut open = 0_usize;
            for balance in own {
                let parts = [balance.opening.so_far, balance.entered, balance.settled.so_far];
                for (sum, part) in sums.iter_mut().zip(parts) {
                    *sum = sum.saturating_add(part);
                }
                open = open.saturating_add(usize::from(!balance.settled.is_settled()));
            }
            let [opening, entered, settled] = sums;
            let otherwise = settled.saturating_sub(opening).saturating_sub(entered);
            let amount = |amount: Decimal| Cell::Amount(account.unit.clone(), amount);
            rows.push(vec![
                Cell::Words(kind.title.clone()),
                Cell::Words(account.title.clone()),
                Cell::Count(cards.len()),
                Cell::text(account.unit.code()),
                amount(opening),
                amount(entered),
                amount(otherwise),
                amount(settled),
                Cell::Count(open),
            ]);
        }
    }
    Section {
        file: "accounts.csv",
        title: Text::new("各账户的控制总数", "control totals by account"),
        columns: vec![
            column("kind", "类别", "kind"),
            column("account", "账户", "account"),
            number("cards", "卡", "cards"),
            unit(),
            number("opening", "期初", "opening"),
            number("entered", "计入", "entered"),
            number("otherwise", "否决、封顶保底", "by veto, cap or floor"),
            number("settled", "结果", "settled"),
            number("open", "待定", "open"),
        ],
        rows,
    }
}

/// What people did and decided, as the ledger has it.
fn decisions(entries: &[&Entry]) -> Section {
    let manual = entries.iter().filter(|entry| entry.kind != EntryKind::DataImported);
    let rows = manual.map(|entry| {
        let [zh, en] = [Language::Zh, Language::En];
        let by = Text::new(signed(&entry.by, entry.key(), zh), signed(&entry.by, entry.key(), en));
        vec![
            Cell::text(entry.seq.to_string()),
            Cell::text(entry.on.to_string()),
            Cell::Words(entry.kind.title()),
            Cell::Words(by),
            Cell::Words(Text::new(what(entry, zh), what(entry, en))),
        ]
    });
    Section {
        file: "decisions.csv",
        title: Text::new("由人决定的事项（台账）", "what people decided (the ledger)"),
        columns: vec![
            number("entry", "序号", "entry"),
            column("on", "日期", "day"),
            column("kind", "种类", "kind"),
            column("by", "经办", "by"),
            column("what", "内容", "what"),
        ],
        rows: rows.collect(),
    }
}

/// The rows that were not judged though they are in the book.
fn exemptions(subject: &Subject<'_>) -> Section {
    let rows = subject.assessment.set_aside.iter().map(|aside| {
        let reasons = aside.reasons.iter().map(|reason| &reason.message);
        let (zh, en): (Vec<&str>, Vec<&str>) =
            reasons.map(|words| (words.zh.as_str(), words.en.as_str())).unzip();
        vec![
            Cell::text(aside.id.clone()),
            Cell::Words(Text::new(aside.place.short(Language::Zh), aside.place.short(Language::En))),
            Cell::Words(Text::new(zh.join("；"), en.join("; "))),
        ]
    });
    Section {
        file: "not_counted.csv",
        title: Text::new("在账簿中而不计的行", "rows of the book that do not count"),
        columns: vec![
            column("record", "编号", "record"),
            column("place", "位置", "place"),
            column("why", "原因", "why"),
        ],
        rows: rows.collect(),
    }
}

/// The findings of which something does not count, with what took it away.
fn lessened(subject: &Subject<'_>) -> Section {
    let mut rows = Vec::new();
    for finding in subject.assessment.findings().filter(|finding| !finding.suppressed().is_empty()) {
        let title = subject.rules.clause(finding.clause()).map(|clause| clause.title.clone());
        let unit = match finding.outcome() {
            Outcome::Entry { unit, .. } => Some(unit),
            Outcome::Veto { .. } | Outcome::Grade { .. } => None,
        };
        for part in finding.suppressed() {
            let amount = unit.clone().map_or_else(
                || Cell::Words(Text::new("全部", "all of it")),
                |unit| Cell::Amount(unit, part.amount),
            );
            rows.push(vec![
                Cell::text(finding.record()),
                Cell::Words(title.clone().unwrap_or_else(|| Text::same(finding.clause()))),
                Cell::text(finding.card().map_or("", |card| card.subject.as_str())),
                Cell::Words(part.by.clone()),
                Cell::text(unit.as_ref().map_or("", Unit::code)),
                amount,
            ]);
        }
    }
    Section {
        file: "exemptions.csv",
        title: Text::new("免予、减轻与封顶", "exempted, mitigated, or beyond a cap"),
        columns: vec![
            column("record", "编号", "record"),
            column("clause", "规则", "clause"),
            column("subject", "对象", "subject"),
            column("by", "依据", "by"),
            unit(),
            number("amount", "不计", "does not count"),
        ],
        rows,
    }
}
