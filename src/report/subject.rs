//! `renze explain --subject`: the working of every figure of a card, back to complaint, clause and parameter.

use super::card::CardInWords;
use super::changes::figure;
use super::detail::place_of;
use super::left_out::LeftOut;
use super::withholding::{explain_withholding, withheld_from};
use super::wording::{Wording, counted, parameters_read};
use super::{Report, Subject, Table};
use crate::amount::{self, Unit};
use crate::assess::{Balance, Finding, Outcome, Scorecard};
use crate::decision::Expression;
use crate::diagnostic::Place;
use crate::fact::{Facts as _, Value};
use crate::intake::{card_facts, cell};
use crate::language::Language;
use crate::policy::{Account, Kind, Terms};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Findings of one clause that are shown without --all.
const LINES: usize = 6;

/// Every card of a subject, named by its code or its name; `None` where there is none.
pub fn explain_subject(subject: &Subject<'_>, wanted: &str, all: bool, language: Language) -> Option<Report> {
    let cards: Vec<&Scorecard> = subject
        .assessment
        .scorecards
        .iter()
        .filter(|card| card.key.subject == wanted || card.name.zh == wanted || card.name.en == wanted)
        .collect();
    let withheld = withheld_from(subject, wanted, &cards);
    if cards.is_empty() && withheld.is_empty() {
        return None;
    }
    let mut report = explain_cards(subject, cards, all, language);
    for own in withheld {
        if !report.blocks.is_empty() {
            report.gap();
        }
        explain_withholding(subject, own, language, &mut report);
    }
    Some(report)
}

/// Each of some cards.
pub fn explain_cards<'c>(
    subject: &Subject<'_>,
    cards: impl IntoIterator<Item = &'c Scorecard>,
    all: bool,
    language: Language,
) -> Report {
    let mut report = Report::default();
    let left_out = LeftOut::new(subject);
    for (index, card) in cards.into_iter().enumerate() {
        if index > 0 {
            report.gap();
        }
        Explanation { subject, card, left_out: &left_out, all, language }.write(&mut report);
    }
    report
}

struct Explanation<'e> {
    subject: &'e Subject<'e>,
    card: &'e Scorecard,
    left_out: &'e LeftOut<'e>,
    all: bool,
    language: Language,
}

impl Explanation<'_> {
    fn write(&self, report: &mut Report) {
        let Some(kind) = self.subject.pack.policy.kinds.get(self.card.key.kind) else { return };
        let name = self.card.name.get(self.language);
        let code = &self.card.key.subject;
        let name = if name == code { name.to_owned() } else { format!("{name} ({code})") };
        let period = self.subject.period_of(&self.card.key).title();
        let of: Vec<&str> = self.card.of.iter().map(|of| of.get(self.language)).collect();
        let mut head =
            vec![name, kind.title.get(self.language).to_owned(), period.get(self.language).to_owned()];
        if !of.is_empty() {
            head.insert(2, of.join(self.language.pick("、", ", ")));
        }
        let score = kind.score().and_then(|account| self.card.balance(&account.name));
        if let Some(score) = score {
            head.push(format!(
                "{} {}",
                self.language.pick("得分", "score"),
                amount::plain(score.settled.so_far)
            ));
        }
        if !self.card.grades.is_empty() {
            let grades = self.card.grades.join(self.language.pick(" 或 ", " or "));
            head.push(format!("{} {grades}", self.language.pick("等次", "grade")));
        }
        report.line(head.join(" · "));
        for balance in &self.card.balances {
            self.account(kind, balance, report);
        }
        super::grade::write(self.subject, self.card, self.all, self.language, report);
        self.veto(kind, report);
        self.further(kind, report);
        let cards = self.subject.assessment.rows.get(&self.card.key.kind);
        let row = cards.and_then(|rows| (0..rows.len()).find(|row| rows.id(*row) == self.card.key.subject));
        if let Some(row) = row {
            let place = (self.card.key.kind, row);
            super::counted::write_counted(self.subject, place, self.all, self.language, report);
        }
        self.parameters(report);
    }

    fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.card.findings.iter().filter_map(|position| self.subject.assessment.finding(*position))
    }

    fn account(&self, kind: &Kind, balance: &Balance, report: &mut Report) {
        let mut by_clause: BTreeMap<&str, Vec<Finding<'_>>> = BTreeMap::new();
        for finding in self.findings() {
            if matches!(&finding.outcome(), Outcome::Entry { account, .. } if *account == balance.account) {
                by_clause.entry(finding.clause()).or_default().push(finding);
            }
        }
        let account = kind.account(&balance.account);
        let title = account.map_or(balance.account.as_str(), |account| account.title.get(self.language));
        report.gap();
        report.line(format!("{title}{}", self.opening(kind, account, balance)));
        if let Some(account) = account {
            self.parts(kind, account, report);
        }
        for (clause, findings) in by_clause {
            self.clause(clause, &findings, &balance.unit, report);
        }
        let before = balance.before_veto;
        let raw = match account.filter(|account| account.is_sum()) {
            Some(account) => self.sum(account),
            None => balance.opening.so_far.saturating_add(balance.entered),
        };
        let kept = if raw == before.so_far {
            String::new()
        } else {
            let raw = balance.unit.show(raw, self.language);
            match self.language {
                Language::Zh => format!("（{raw}，受上下限约束）"),
                Language::En => format!(" ({raw}, kept within floor and ceiling)"),
            }
        };
        let open = if before.is_settled() {
            String::new()
        } else {
            let side = |bound: Option<Decimal>| {
                bound.map_or_else(|| "?".to_owned(), |bound| balance.unit.show(bound, self.language))
            };
            format!("   ? {} – {}", side(before.low), side(before.high))
        };
        report.line(format!("  = {}{kept}{open}", balance.unit.show(before.so_far, self.language)));
    }

    /// What an account opens at, and what says so; nothing for a sum, which opens as its parts do.
    fn opening(&self, kind: &Kind, account: Option<&Account>, balance: &Balance) -> String {
        if account.is_some_and(Account::is_sum) {
            return self.language.pick("  合计", "  sum").to_owned();
        }
        let named = account.and_then(|account| account.opening.as_ref()?.name()).map(|name| {
            let fact = kind.schema.get(name).map(|fact| &fact.title);
            let parameter = || {
                let terms = self.subject.pack.terms(self.subject.assessment.period.last);
                terms.get(name).map(|term| term.parameter.title.clone())
            };
            let title = fact.cloned().or_else(parameter).unwrap_or_default();
            format!("{}{}", self.language.pick("，", ", "), title.get(self.language))
        });
        let opening = figure(balance.opening, &balance.unit, self.language);
        format!("  {} {opening}{}", self.language.pick("期初", "opens at"), named.unwrap_or_default())
    }

    /// The accounts that one is the sum of, each as it stands.
    fn parts(&self, kind: &Kind, account: &Account, report: &mut Report) {
        for part in account.parts.iter().filter_map(|part| self.card.balance(part)) {
            let title = kind.account(&part.account).map(|part| part.title.get(self.language));
            let shown = figure(part.before_veto, &part.unit, self.language);
            report.line(format!("  + {shown}  {}", title.unwrap_or_default()));
        }
    }

    fn sum(&self, account: &Account) -> Decimal {
        let parts = account.parts.iter().filter_map(|part| self.card.balance(part));
        parts.fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.before_veto.so_far))
    }

    fn clause(&self, clause: &str, findings: &[Finding<'_>], unit: &Unit, report: &mut Report) {
        let sum = findings.iter().fold(Decimal::ZERO, |sum, finding| sum.saturating_add(finding.entered()));
        let title = self.subject.clause_title(clause);
        let declared = self.subject.rules.clause(clause);
        let basis = declared.map_or("", |clause| clause.basis.as_str());
        let kind = findings.first().and_then(|finding| self.subject.pack.policy.kinds.get(finding.kind()));
        let count = kind
            .filter(|kind| !kind.is_card())
            .map(|kind| counted(findings.len(), &kind.title, self.language));
        let count = count.map_or(String::new(), |count| format!("  {count}"));
        let sign = if sum.is_sign_negative() && !sum.is_zero() { "−" } else { "+" };
        let sum = unit.show(sum.abs(), self.language);
        report.line(format!("  {sign} {sum}  {}{count}  {basis}", title.get(self.language)));
        let shown = if self.all { usize::MAX } else { LINES };
        for finding in findings.iter().take(shown) {
            for line in self.finding(finding, unit) {
                report.line(format!("      {line}"));
            }
        }
        let left = findings.len().saturating_sub(shown);
        if left > 0 {
            report.line(match self.language {
                Language::Zh => format!("      另有 {left} 件（--all）"),
                Language::En => format!("      {left} more (--all)"),
            });
        }
    }

    fn finding(&self, finding: &Finding, unit: &Unit) -> Vec<String> {
        let Some(row) = finding.judged_row() else { return Vec::new() };
        let wording = Wording { language: self.language, record: &row.record, terms: &row.terms };
        let Outcome::Entry { found, counted, .. } = &finding.outcome() else { return Vec::new() };
        let working = finding.working().as_ref().map(|working| wording.working(working)).unwrap_or_default();
        let amount = |least: Decimal, most: Option<Decimal>| match most {
            Some(most) if most == least => unit.show(least, self.language),
            Some(most) => format!("{}–{}", unit.show(least, self.language), unit.show(most, self.language)),
            None => format!("{} –?", unit.show(least, self.language)),
        };
        let result = amount(found.least, found.most);
        // a single number needs no "= itself"
        let result = if working.starts_with(&format!("{result} (")) || working == result {
            String::new()
        } else {
            format!(" = {result}")
        };
        let why: Vec<String> = finding
            .path()
            .steps
            .iter()
            .filter(|step| step.answer != crate::decision::Answer::Is(Value::Bool(false)))
            .map(|step| wording.step(step))
            .collect();
        let why = if why.is_empty() { String::new() } else { format!("{}  ", why.join(" · ")) };
        let place = place_of(self.subject, finding, self.language)
            .map_or_else(String::new, |place| format!("{place}  {}  ", finding.at().date()));
        let reason = finding.reason().as_ref().map_or(String::new(), |reason| format!("  ({reason})"));
        let shared = super::complaint::shared(self.subject, finding, self.language);
        let mut lines = vec![format!("{place}{why}{working}{shared}{result}{reason}")];
        let shown = if self.all { usize::MAX } else { LINES };
        let left_out = self.left_out.lines(finding, &self.card.key, shown, self.language);
        lines.extend(left_out.into_iter().map(|line| format!("  {line}")));
        for part in finding.suppressed() {
            let (by, lost) = (part.by.get(self.language), unit.show(part.amount, self.language));
            let left = unit.show(counted.least, self.language);
            lines.push(match self.language {
                Language::Zh => format!("  其中 {lost} 不计（{by}）,计 {left}"),
                Language::En => format!("  not counted: {lost} ({by}); counts {left}"),
            });
        }
        lines
    }

    /// What the card knows of its subject from the file of members, and where that stands.
    fn further(&self, kind: &Kind, report: &mut Report) {
        let further = self.subject.organisation.further();
        let period = self.subject.period_of(&self.card.key);
        let found = further.on_last_day(&self.card.key.subject, &period);
        let mut rows = Vec::new();
        for (_, fact, headings) in card_facts(kind) {
            let value = self.card.record.value(&fact.name);
            let place = found.and_then(|row| {
                let (column, _) = cell(further, row, headings)?;
                let file = further.file.rsplit('/').next().unwrap_or_default().to_owned();
                let column = further.headings.get(column).cloned().unwrap_or_default();
                Some(Place::Cell { file, row: row.number, column }.short(self.language))
            });
            rows.push(vec![
                fact.title.get(self.language).to_owned(),
                fact.kind.show(&value, self.language),
                place.unwrap_or_default(),
            ]);
        }
        if !rows.is_empty() {
            report.gap();
            report.table(Table { indent: 2, rows, ..Table::default() });
        }
    }

    fn veto(&self, kind: &Kind, report: &mut Report) {
        let words = CardInWords { subject: self.subject, card: self.card, kind, language: self.language };
        let Some(what) = words.veto() else { return };
        report.gap();
        for finding in self.findings() {
            let Outcome::Veto { certain } = finding.outcome() else { continue };
            let Some(row) = finding.judged_row() else { continue };
            let wording = Wording { language: self.language, record: &row.record, terms: &row.terms };
            let title = self.subject.clause_title(finding.clause());
            let place = place_of(self.subject, &finding, self.language).unwrap_or_default();
            let state = if certain { "" } else { self.language.pick("可能", "possibly ") };
            report.line(match self.language {
                Language::Zh => format!("{state}一票否决：{place}，{}", title.zh),
                Language::En => format!("{state}vetoed by {place}: {}", title.en),
            });
            for line in super::complaint::steps(self.subject, &row, &finding.path(), &wording) {
                report.line(format!("      {line}"));
            }
            report.line(format!("  {what}"));
        }
    }

    fn parameters(&self, report: &mut Report) {
        let workings: Vec<(Arc<Expression>, &Terms)> = self
            .findings()
            .filter_map(|finding| Some((finding.working()?, finding.terms()?.as_ref())))
            .collect();
        let workings: Vec<(&Expression, &Terms)> =
            workings.iter().map(|(working, terms)| (working.as_ref(), *terms)).collect();
        let rows = parameters_read(self.subject, &workings, self.language);
        if rows.is_empty() {
            return;
        }
        report.gap();
        report.line(self.language.pick("所用参数", "parameters used"));
        let headings = match self.language {
            Language::Zh => ["参数", "取值", "施行", "依据", "名称"],
            Language::En => ["parameter", "value", "since", "basis", "name"],
        };
        report.table(Table {
            indent: 2,
            headings: headings.map(str::to_owned).to_vec(),
            numeric: vec![false, true, false, false, false],
            rows,
        });
    }
}
