//! The head of the screen: whose month, by which policy, how many rows, findings and vetoes; and its foot.

use super::Screen;
use crate::amount;
use crate::assess::{Finding, Sum};
use crate::fact::{Facts as _, Value};
use crate::language::Language;
use crate::report::ledger::ledger_line;
use crate::report::wording::typed;
use crate::report::{Digests, Report, Table, WIDTH};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr as _;

/// Hexadecimal digits of a fingerprint that are shown.
const SHORT: usize = 8;

/// What a month came to.
pub(in crate::report) struct Figures {
    /// Findings that stand.
    pub(in crate::report) findings: usize,
    /// Rows that brought a veto.
    pub(in crate::report) vetoes: usize,
    /// Points deducted.
    pub(in crate::report) points: Decimal,
    /// Money charged, after what the same month credits.
    pub(in crate::report) charged: Decimal,
    /// The most it can turn out to be; nothing where nothing bounds it.
    pub(in crate::report) charged_most: Option<Decimal>,
}

impl Screen<'_> {
    pub(super) fn heading(&self, report: &mut Report) {
        let (assessment, policy) = (self.subject.assessment, &self.subject.pack.policy);
        let title = [&policy.title, &assessment.period.title(), &self.subject.book.title];
        let title: Vec<&str> =
            title.into_iter().filter(|part| !part.is_empty()).map(|part| part.get(self.language)).collect();
        report.line(title.join(" · "));
        let state = self.state();
        let (id, version, from, as_of) = (&policy.id, &policy.version, policy.from, assessment.as_of);
        report.line(match self.language {
            Language::Zh => format!("考核办法 {id} {version}，{from} 起施行 · 截至 {as_of} · {state}"),
            Language::En => format!("Policy {id} {version}, in force since {from} · as of {as_of} · {state}"),
        });
        report.gap();
        let (totals, unions) = (self.control_totals(), self.unions());
        let together = format!("  {totals}      {unions}");
        if together.width() <= WIDTH {
            report.line(together.trim_end().to_owned());
        } else {
            report.line(format!("  {totals}"));
            report.line(format!("  {unions}"));
        }
        report.line(format!("  {}", self.results()));
        for (file, rows) in &assessment.unpicked {
            let file = file.rsplit('/').next().unwrap_or_default();
            report.line(match self.language {
                Language::Zh => format!("  {file} 有 {rows} 行不属于任何考核对象"),
                Language::En if *rows == 1 => format!("  1 row of {file} belongs to no kind"),
                Language::En => format!("  {rows} rows of {file} belong to no kind"),
            });
        }
    }

    /// "FINAL", or everything that keeps it from being so.
    pub(in crate::report) fn state(&self) -> String {
        let assessment = self.subject.assessment;
        let open = assessment.scorecards.iter().filter(|card| card.is_provisional()).count();
        let cards = assessment.scorecards.len();
        let mut reasons = Vec::new();
        if open > 0 {
            reasons.push(match self.language {
                Language::Zh => format!("{cards} 张记分卡中 {open} 张待定"),
                Language::En => format!("{open} of {cards} scorecards"),
            });
        } else if assessment.unborne().next().is_some() {
            reasons.push(self.pick("有认定无人承担", "some findings are borne by nobody").to_owned());
        }
        match (assessment.withholdings().iter().filter(|own| own.is_provisional()).count(), self.language) {
            (0, _) => {}
            (open, Language::Zh) => reasons.push(format!("{open} 人从工资中扣多少待定")),
            (1, Language::En) => reasons.push("what is withheld from 1 person's pay".to_owned()),
            (open, Language::En) => reasons.push(format!("what is withheld from {open} people's pay")),
        }
        match (assessment.to_mend(), self.language) {
            (0, _) => {}
            (aside, Language::Zh) => reasons.push(format!("搁置 {aside} 行")),
            (1, Language::En) => reasons.push("1 row set aside".to_owned()),
            (aside, Language::En) => reasons.push(format!("{aside} rows set aside")),
        }
        if reasons.is_empty() {
            return self.pick("定案", "FINAL").to_owned();
        }
        let (title, between) = (self.pick("暂定：", "PROVISIONAL: "), self.pick("，", ", "));
        format!("{title}{}", reasons.join(between))
    }

    pub(in crate::report) fn control_totals(&self) -> String {
        let totals = self.subject.assessment.totals;
        let (read, judged, outside) = (totals.read, totals.judged, totals.outside);
        let aside = self.subject.assessment.to_mend();
        let decided = totals.set_aside.saturating_sub(aside);
        let mut elsewhere = match (outside, self.language) {
            (0, _) => String::new(),
            (_, Language::Zh) => format!(" + 他期 {outside}"),
            (_, Language::En) => format!(" + {outside} of other periods"),
        };
        for (rows, zh, en) in [
            (decided, "申诉成立不计", "left out by appeals"),
            (totals.open, "未了结", "that have not ended"),
            (totals.unpicked, "不属任何对象", "of no kind"),
        ] {
            if rows > 0 {
                elsewhere.push_str(&match self.language {
                    Language::Zh => format!(" + {zh} {rows}"),
                    Language::En => format!(" + {rows} {en}"),
                });
            }
        }
        match self.language {
            Language::Zh => format!("读入 {read} 条 = 已判 {judged} + 搁置 {aside}{elsewhere}"),
            Language::En => format!("{read} rows = {judged} judged + {aside} set aside{elsewhere}"),
        }
    }

    /// "56 accountable = 13 over our heads + 46 own fault − 3 both", where the pack declares such a union.
    pub(in crate::report) fn unions(&self) -> String {
        let mut said = Vec::new();
        for (position, kind) in self.subject.pack.policy.kinds.iter().enumerate() {
            let Some((whole, parts)) = &kind.screen.union else { continue };
            let Some(rows) = self.subject.assessment.rows.get(&position) else { continue };
            let count = |facts: &[&String]| {
                let records = (0..rows.len()).filter_map(|row| rows.record(row));
                records
                    .filter(|record| facts.iter().all(|fact| record.value(fact) == Value::Bool(true)))
                    .count()
            };
            let title = |fact: &String| {
                kind.schema.get(fact).map_or(fact.clone(), |fact| fact.title.get(self.language).to_owned())
            };
            let all: Vec<&String> = parts.iter().collect();
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match self.language {
                    Language::Zh => format!("{} {}", title(part), count(&[part])),
                    Language::En => format!("{} {}", count(&[part]), title(part)),
                })
                .collect();
            let (whole_count, both) = (count(&[whole]), count(&all));
            said.push(match self.language {
                Language::Zh => {
                    format!("{} {whole_count} 件 = {} − 兼有 {both}", title(whole), parts.join(" + "))
                }
                Language::En => {
                    format!("{whole_count} {} = {} − {both} both", title(whole), parts.join(" + "))
                }
            });
        }
        said.join("      ")
    }

    /// What the month came to.
    pub(in crate::report) fn figures(&self) -> Figures {
        let tally = &self.subject.assessment.tally;
        let taken = self.total(false, |sum| Some(sum.taken.least)).unwrap_or_default();
        // a charge is what is left of it after what the same month credits
        let so_far = |sum: &Sum| Some(sum.taken.least.saturating_sub(sum.added.least));
        let most = |sum: &Sum| Some(sum.taken.most?.saturating_sub(sum.added.least));
        Figures {
            findings: tally.standing,
            vetoes: tally.vetoed,
            points: taken,
            charged: self.total(true, so_far).unwrap_or_default(),
            charged_most: self.total(true, most),
        }
    }

    fn results(&self) -> String {
        let Figures { findings: entries, vetoes, points: taken, charged: net, charged_most: most } =
            self.figures();
        let (points, charged) = (amount::plain(taken), amount::money(net));
        let bound = match (most, self.language) {
            (Some(most), _) if most == net => String::new(),
            (Some(most), Language::Zh) => format!("（最多 {}）", amount::money(most)),
            (Some(most), Language::En) => format!(" (at most {})", amount::money(most)),
            (None, Language::Zh) => "（上限待定）".to_owned(),
            (None, Language::En) => " (no upper bound yet)".to_owned(),
        };
        match self.language {
            Language::Zh => {
                format!("认定 {entries} 项 · 扣分 {points} · 扣款 {charged}{bound} · 一票否决 {vetoes} 件")
            }
            Language::En => {
                let plural = if vetoes == 1 { "" } else { "es" };
                let many = if entries == 1 { "" } else { "s" };
                format!(
                    "{entries} finding{many} · {points} points deducted · {charged} charged{bound} · {vetoes} veto{plural}"
                )
            }
        }
    }

    /// What findings come to in all: money, or points.
    fn total(&self, money: bool, bound: impl Fn(&Sum) -> Option<Decimal>) -> Option<Decimal> {
        let mut sum = Decimal::ZERO;
        for (_, account, found) in self.subject.assessment.sums() {
            if (account.unit == amount::Unit::Yuan) == money {
                sum = sum.saturating_add(bound(&found)?);
            }
        }
        Some(sum)
    }

    pub(super) fn vetoes(&self, report: &mut Report) {
        let assessment = self.subject.assessment;
        let mut by_clause: BTreeMap<&str, BTreeMap<&str, Vec<Finding<'_>>>> = BTreeMap::new();
        for finding in assessment.vetoes().filter(Finding::is_certain) {
            by_clause.entry(finding.clause()).or_default().entry(finding.record()).or_default().push(finding);
        }
        for (clause, records) in by_clause {
            report.gap();
            let title = self.subject.clause_title(clause);
            let basis = self.subject.rules.clause(clause).map_or("", |clause| clause.basis.as_str());
            report.line(format!(
                "{}  {} ({basis})",
                self.pick("一票否决", "VETOES"),
                title.get(self.language)
            ));
            let mut table = Table { indent: 2, ..Table::default() };
            for (record, findings) in records {
                let mut cells = vec![record.to_owned(), self.label(findings.first())];
                for finding in findings {
                    let Some(card) = finding.card().and_then(|key| assessment.card(key)) else {
                        continue;
                    };
                    let kind = self.subject.pack.policy.kinds.get(card.key.kind);
                    let score =
                        kind.and_then(|kind| kind.score()).and_then(|account| card.balance(&account.name));
                    let change = score.map_or(String::new(), |balance| {
                        format!(
                            "{} → {}",
                            amount::plain(balance.before_veto.so_far),
                            amount::plain(balance.settled.so_far)
                        )
                    });
                    let role = kind.filter(|kind| kind.is_card() && !kind.screen.style.is_shown());
                    let role =
                        role.map_or(String::new(), |kind| format!("{} ", kind.title.get(self.language)));
                    cells.push(format!("{role}{}  {change}", self.name(&card.key.subject)));
                }
                table.rows.push(cells);
            }
            report.table(table);
        }
    }

    /// The word that tells one row from another.
    pub(in crate::report) fn label(&self, finding: Option<&Finding>) -> String {
        let row = finding.and_then(|finding| finding.judged_row());
        let kind = finding.and_then(|finding| self.subject.pack.policy.kinds.get(finding.kind()));
        let (Some(row), Some(kind)) = (row, kind) else { return String::new() };
        let fact = kind.screen.label.as_ref().and_then(|name| kind.schema.get(name));
        fact.map_or(String::new(), |fact| fact.kind.show(&row.record.value(&fact.name), self.language))
    }

    pub(super) fn readings(&self, report: &mut Report) {
        let readings = &self.subject.pack.policy.readings;
        if readings.is_empty() {
            return;
        }
        report.gap();
        report.line(self.pick("本办法自定（原文未明确）", "CHOSEN HERE, not said by the source document"));
        for reading in readings {
            report.line(format!("  {}", reading.answer.get(self.language)));
        }
    }

    pub(super) fn foot(&self, digests: &Digests, book: &str, report: &mut Report) {
        report.gap();
        let kinds = &self.subject.pack.policy.kinds;
        let in_table = |card: &&crate::assess::Scorecard| {
            kinds.get(card.key.kind).is_some_and(|kind| kind.screen.style == crate::policy::Style::Table)
        };
        let cards = || self.subject.assessment.scorecards.iter();
        // a vetoed card raises the question first
        let vetoed = |card: &&crate::assess::Scorecard| card.veto == crate::assess::Veto::Stands;
        let worst = cards()
            .filter(in_table)
            .find(vetoed)
            .or_else(|| cards().find(in_table))
            .or_else(|| cards().next());
        let example = worst.map(|card| typed(&self.name(&card.key.subject))).unwrap_or_default();
        let book = &typed(book);
        report.line(match self.language {
            Language::Zh => {
                format!(
                    "为什么? renze explain {book} --subject {example}      导出 --out 目录      全部 --all"
                )
            }
            Language::En => {
                format!(
                    "Why?  renze explain {book} --subject {example}      Files?  --out DIR      More?  --all"
                )
            }
        });
        report.line(fingerprints(digests, self.language));
        ledger_line(digests, self.language).into_iter().for_each(|line| report.line(line));
    }
}

/// What a result was made from and what it came to, short enough to be read out.
pub(in crate::report) fn fingerprints(digests: &Digests, language: Language) -> String {
    let short = |digest: &str| digest.chars().take(SHORT).collect::<String>();
    let (book, pack, result) = (short(&digests.book), short(&digests.pack), short(&digests.result));
    let version = env!("CARGO_PKG_VERSION");
    match language {
        Language::Zh => format!("数据 {book} · 办法 {pack} · renze {version} · 考核结果 {result}"),
        Language::En => format!("book {book} · policy {pack} · renze {version} · assessment {result}"),
    }
}
