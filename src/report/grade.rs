//! `renze explain --subject`: why the grade of a card is what it is, and its rank with its peers.

use super::peers::{Peers, row};
use super::wording::{graded, placed};
use super::{Report, Subject, Table};
use crate::amount;
use crate::assess::{Finding, Scorecard, Veto};
use crate::decision::Grading;
use crate::language::Language;
use crate::policy::{Given, Grade, Kind};
use std::collections::BTreeSet;

/// Writes what makes the grade another than the table says, and the rank with the peers.
pub(super) fn write(
    subject: &Subject<'_>,
    card: &Scorecard,
    all: bool,
    language: Language,
    report: &mut Report,
) {
    let Some(kind) = subject.pack.policy.kinds.get(card.key.kind) else { return };
    let explanation = Explanation { subject, card, kind, all, language };
    if let Some(grade) = &kind.grade {
        explanation.grade(grade, report);
    }
    explanation.rank(report);
}

struct Explanation<'e> {
    subject: &'e Subject<'e>,
    card: &'e Scorecard,
    kind: &'e Kind,
    all: bool,
    language: Language,
}

impl Explanation<'_> {
    /// Where the grade is not simply what one balance comes to: what the table says, then what clauses and quotas do to it.
    fn grade(&self, grade: &Grade, report: &mut Report) {
        let set: Vec<(Finding<'_>, (&str, Grading))> = self
            .subject
            .assessment
            .findings_of(self.card)
            .filter_map(|finding| Some((finding, finding.grade()?)))
            .collect();
        let is_plain = matches!(&grade.given, Given::Table { by, .. } if by.len() == 1);
        if set.is_empty() && self.card.demoted.is_empty() && is_plain {
            return;
        }
        let between = self.language.pick(" 或 ", " or ");
        report.gap();
        report.line(format!("{}  {}", self.language.pick("等次", "grade"), self.card.grades.join(between)));
        let by: Vec<String> = match &grade.given {
            Given::Table { by, .. } => by.iter().map(|name| self.of_card(name)).collect(),
            Given::Fact(name) => vec![self.of_card(name)],
        };
        let from = if grade.table().is_some() {
            self.language.pick("按表", "by the table")
        } else {
            self.language.pick("按事实", "as given")
        };
        let by_table = if self.card.by_table.is_empty() {
            self.language.pick("无", "none").to_owned()
        } else {
            self.card.by_table.join(between)
        };
        report.line(format!("  {from} {by_table}  {}", by.join(self.language.pick("、", ", "))));
        for (finding, (grade, how)) in &set {
            report.line(format!("  {}", self.limit(finding, grade, *how)));
        }
        let fixed: BTreeSet<&str> = set
            .iter()
            .filter(|(finding, (_, how))| *how == Grading::Exactly && finding.is_certain())
            .map(|(_, (grade, _))| *grade)
            .collect();
        if fixed.len() > 1 {
            let said = self
                .language
                .pick("直接评定的等次不一，从其低者", "different grades are fixed: the worse stands");
            report.line(format!("  {said}"));
        }
        for demotion in &self.card.demoted {
            let (from, to, places) = (&demotion.from, &demotion.to, amount::plain(demotion.places));
            let rank = self.card.rank.map(|rank| placed(&rank)).unwrap_or_default();
            report.line(match self.language {
                Language::Zh => format!("  {from} 名额 {places} 个，名次 {rank}，在名额之外：降为 {to}"),
                Language::En => format!("  places for {from}: {places}; rank {rank} is beyond them: {to}"),
            });
        }
        let of_veto = self.kind.veto.as_ref().and_then(|veto| veto.grade.as_ref());
        if let (Veto::Stands, Some(grade)) = (self.card.veto, of_veto) {
            let said = self.language.pick("一票否决：", "vetoed: ");
            report.line(format!("  {said}{grade}"));
        }
    }

    /// `至多 B  条款（依据）  W-12 第 3 行  理由`.
    fn limit(&self, finding: &Finding<'_>, grade: &str, how: Grading) -> String {
        let clause = self.subject.clause_title(finding.clause());
        let declared = self.subject.rules.clause(finding.clause());
        let basis = declared.map_or("", |clause| clause.basis.as_str());
        let open = if finding.is_certain() { "" } else { self.language.pick("可能", "possibly ") };
        let said = graded(grade, how, self.language);
        let row = finding.judged_row().map(|row| (row.id, row.place.1));
        let place = match (row, self.language) {
            (Some((id, row)), Language::Zh) if row > 0 => format!("  {id} 第 {row} 行"),
            (Some((id, row)), Language::En) if row > 0 => format!("  {id} row {row}"),
            _ => String::new(),
        };
        let reason = finding.reason().map_or(String::new(), |reason| format!("  ({reason})"));
        format!("{open}{said}  {}  {basis}{place}{reason}", clause.get(self.language))
    }

    /// A balance or fact of the card, with its value.
    fn of_card(&self, name: &str) -> String {
        use crate::fact::Facts as _;
        if let Some(balance) = self.card.balance(name) {
            let title = self.kind.account(name).map_or(name, |account| account.title.get(self.language));
            let shown = super::changes::figure(balance.settled, &balance.unit, self.language);
            return format!("{title} {shown}");
        }
        let Some(fact) = self.kind.schema.get(name) else { return name.to_owned() };
        let value = fact.kind.show(&self.card.record.value(name), self.language);
        format!("{} {value}", fact.title.get(self.language))
    }

    fn rank(&self, report: &mut Report) {
        let (Some(ranking), Some(rank)) = (&self.kind.ranking, &self.card.rank) else { return };
        let among: Vec<String> = ranking.among.iter().map(|name| self.peers_by(name)).collect();
        let among = among.join(self.language.pick("、", ", "));
        report.gap();
        report.line(
            format!("{} {}  {among}", self.language.pick("名次", "rank"), placed(rank)).trim_end().to_owned(),
        );
        if rank.group.is_none() {
            report.line(self.language.pick("  与谁同组尚待定", "  who its peers are is open").to_owned());
            return;
        }
        let of_kind = |card: &&Scorecard| card.key.kind == self.card.key.kind;
        let peers = Peers::of(self.subject.assessment.scorecards.iter().filter(of_kind));
        let (shown, left) = peers.around(self.card, if self.all { usize::MAX } else { 0 });
        let row = |peer| row(self.subject, &ranking.by, (peer, self.card), self.language);
        let rows: Vec<Vec<String>> = shown.into_iter().map(row).collect();
        let numeric = vec![true, false, true, false];
        report.table(Table { indent: 2, numeric, rows, ..Table::default() });
        if left > 0 {
            report.line(match self.language {
                Language::Zh => format!("  另有 {left} 个（--all）"),
                Language::En => format!("  {left} more (--all)"),
            });
        }
    }

    /// What the peers have in common.
    fn peers_by(&self, name: &str) -> String {
        if self.kind.schema.get(name).is_some() {
            return self.of_card(name);
        }
        let title = self.kind.role(name).map_or(name, |role| role.title.get(self.language));
        let rows = self.subject.assessment.rows.get(&self.card.key.kind);
        let row = rows.and_then(|rows| rows.iter().find(|row| row.id == self.card.key.subject));
        let led = row.and_then(|row| row.bearers.get(name).cloned()).unwrap_or_default();
        let names: Vec<String> =
            led.iter().map(|key| self.subject.subject_name(&key.subject, self.language)).collect();
        format!("{title} {}", names.join(self.language.pick("、", ", ")))
    }
}
