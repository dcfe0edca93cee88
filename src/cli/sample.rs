//! `renze sample`: some of the charges, to be worked out by hand.

use super::closing::with_closing;
use super::file::write_new;
use super::ledger::sound;
use super::workspace::Which;
use super::{Halt, Outcome, say};
use crate::amount::Unit;
use crate::closing::{self, By, Sample};
use crate::language::Language;
use crate::report::{self, Report, Table};
use clap::{Args, ValueEnum};
use rust_decimal::Decimal;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct SampleCommand {
    #[command(flatten)]
    which: Which,
    /// How many charges.
    #[arg(long)]
    size: usize,
    /// Any words: the same seed draws the same charges again, and another one others.
    #[arg(long)]
    seed: String,
    /// How they are drawn.
    #[arg(long, value_enum, default_value = "money")]
    by: Drawn,
    /// Do to the rows what appeals in this ledger decided.
    #[arg(long)]
    ledger: Option<PathBuf>,
    /// A new CSV file: a line a charge with its facts and its working, and blanks for what is worked out by hand.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Drawn {
    /// Every yuan has the same chance.
    Money,
    /// Each clause has its share.
    Clauses,
}

impl SampleCommand {
    pub(super) fn run(&self, language: Language) -> Result<Outcome, Halt> {
        let ledger = self.ledger.as_deref().map(sound).transpose()?;
        let entries = ledger.as_ref().map_or(&[][..], |(entries, _)| entries);
        let workspace = self.which.open_decided(entries, language)?;
        let by = match self.by {
            Drawn::Money => By::Money,
            Drawn::Clauses => By::Clauses,
        };
        let drawn =
            with_closing(&workspace, |closing| Ok(closing::sample(closing, (self.size, &self.seed), by)?))?;
        if let Some(out) = &self.out {
            write_new(out, &report::worksheet_csv(&rows(&drawn)))?;
        }
        say(&report::render(&self.shown(&drawn, language)));
        Ok(Outcome::Done)
    }

    fn shown(&self, drawn: &Sample, language: Language) -> Report {
        let mut report = Report::default();
        let money = |amount: Decimal| Unit::Yuan.show(amount, language);
        let (population, total, seed) = (drawn.population, money(drawn.total), &self.seed);
        report.line(language.pick(
            format!("总体 {population} 笔扣款，共 {total} · 种子 {seed} · 抽中 {} 笔", drawn.hits.len()),
            format!("population {population} charges, {total} · seed {seed} · {} drawn", drawn.hits.len()),
        ));
        if drawn.open > 0 {
            let open = drawn.open;
            report.line(language.pick(
                format!("其中 {open} 笔在尚有待定、未能封存的卡上"),
                format!("{open} of them are on cards that are still open, and cannot be sealed yet"),
            ));
        }
        if let Some((interval, start)) = drawn.interval {
            let (interval, start) = (money(interval), money(start));
            report.line(language.pick(
                format!("货币单元抽样：每 {interval} 取一点，第一点在 {start}；按 findings.csv 的次序累计"),
                format!("monetary-unit sampling: one point in {interval}, the first at {start}, along findings.csv"),
            ));
        }
        if !drawn.strata.is_empty() {
            let rows = drawn.strata.iter().map(|(title, count, total, taken)| {
                vec![title.clone(), count.to_string(), money(*total), taken.to_string()]
            });
            let headings = match language {
                Language::Zh => ["规则", "笔数", "金额", "抽取"],
                Language::En => ["clause", "charges", "amount", "drawn"],
            };
            report.table(Table {
                headings: headings.map(str::to_owned).to_vec(),
                numeric: vec![false, true, true, true],
                rows: rows.collect(),
                ..Table::default()
            });
        }
        report.gap();
        report.table(hits(drawn, language));
        report.gap();
        for line in meaning(drawn, language) {
            report.line(line);
        }
        report
    }
}

fn hits(drawn: &Sample, language: Language) -> Table {
    let rows = drawn.hits.iter().map(|hit| {
        vec![
            hit.number.to_string(),
            hit.row.cell("record").to_owned(),
            hit.row.cell("clause_title").to_owned(),
            hit.row.cell("subject").to_owned(),
            Unit::Yuan.show(hit.amount, language),
            hit.hits.to_string(),
        ]
    });
    let headings = match language {
        Language::Zh => ["第几笔", "记录", "规则", "对象", "扣款", "点数"],
        Language::En => ["number", "record", "clause", "subject", "charge", "points"],
    };
    Table {
        headings: headings.map(str::to_owned).to_vec(),
        numeric: vec![true, false, false, false, true, true],
        rows: rows.collect(),
        ..Table::default()
    }
}

/// What an error that is found in the sample means for the whole.
fn meaning(drawn: &Sample, language: Language) -> Vec<String> {
    let Some((interval, _)) = drawn.interval else {
        return vec![language.pick(
            "某一规则中发现的差错，按该规则的总额与抽中金额之比推算；推算是估计，不是上限".to_owned(),
            "an error is projected within its clause: by what the clause charges over what was drawn of it; that is an estimate, no bound".to_owned(),
        )];
    };
    // the factor of a Poisson distribution for no error at 95 %
    let most = Unit::Yuan.show(interval.saturating_mul(Decimal::from(3)), language);
    let interval = Unit::Yuan.show(interval, language);
    vec![
        language.pick(
            format!("扣款小于 {interval} 的一笔若有差错：差错额 ÷ 该笔扣款 × {interval} 即推算额；不小于它的按实际差错额；相加为推算的总差错"),
            format!("an error in a charge below {interval} is projected as error ÷ charge × {interval}, in a larger one it counts as it is; together they are the projected error"),
        ),
        language.pick(
            format!("样本中若无差错：有 95 % 的把握，多扣总额不超过 {most}（3 个间隔）"),
            format!("where the sample holds no error: with 95 % confidence no more than {most} (3 intervals) was charged too much"),
        ),
    ]
}

/// The lines of the worksheet.
fn rows(drawn: &Sample) -> Vec<Vec<String>> {
    const CARRIED: [&str; 9] =
        ["record", "at", "clause_title", "basis", "card_kind", "subject", "evidence", "working", "amount"];
    let mut headings = vec!["number".to_owned(), "points".to_owned()];
    headings.extend(CARRIED.map(str::to_owned));
    headings.extend(["charged", "recomputed", "error", "remarks"].map(str::to_owned));
    let mut rows = vec![headings];
    for hit in &drawn.hits {
        let mut row = vec![hit.number.to_string(), hit.hits.to_string()];
        row.extend(CARRIED.iter().map(|heading| hit.row.cell(heading).to_owned()));
        row.push(Unit::Yuan.plain(hit.amount));
        row.extend([String::new(), String::new(), String::new()]);
        rows.push(row);
    }
    rows
}
