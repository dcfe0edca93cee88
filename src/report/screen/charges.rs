//! Money: who bears how much, and how it adds up.

use super::{Lists, Screen};
use crate::amount::{self, Unit};
use crate::assess::{Bounds, Finding, Scorecard};
use crate::decision::Node;
use crate::language::Language;
use crate::policy::{Kind, Style};
use crate::report::{Report, Table};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Bearers of a kind that are shown without --all.
const LINES: usize = 20;

impl Screen<'_> {
    pub(super) fn charges(&self, report: &mut Report) {
        let policy = &self.subject.pack.policy;
        let mut parts = Vec::new();
        let mut total = Decimal::ZERO;
        for (position, kind) in policy.kinds.iter().enumerate() {
            let charged = self.charged(position);
            if charged.is_zero() {
                continue;
            }
            total = total.saturating_add(charged);
            let share = self
                .share(position)
                .map(|share| match self.language {
                    Language::Zh => format!("各 {}", amount::percent(share)),
                    Language::En => format!(" {} each", amount::percent(share)),
                })
                .unwrap_or_default();
            let title = kind.title.get(self.language).to_lowercase();
            parts.push(format!("{title}{share} {}", amount::money(charged)));
        }
        if parts.is_empty() {
            self.outside(report);
            return;
        }
        report.gap();
        report.line(format!(
            "{}  {} = {}",
            self.pick("扣款", "CHARGES"),
            parts.join(" + "),
            amount::money(total)
        ));
        for (position, kind) in policy.kinds.iter().enumerate() {
            if kind.screen.style == Style::Charges {
                self.bearers(position, kind, report);
            }
        }
        self.outside(report);
    }

    /// What is borne outside: apart, because no card and no total counts it.
    pub(in crate::report) fn outside(&self, report: &mut Report) {
        let mut sums: BTreeMap<(String, String), (Unit, Decimal, usize)> = BTreeMap::new();
        for finding in self.subject.assessment.outside().filter(Finding::stands) {
            let Some(account) = finding.account() else { continue };
            let kind = self.subject.pack.policy.kinds.get(finding.kind());
            let role = kind.and_then(|kind| kind.role(finding.role()));
            let role = role.map_or(finding.role(), |role| role.title.get(self.language)).to_owned();
            let title = account.title.get(self.language).to_owned();
            let sum = sums.entry((role, title)).or_insert((account.unit.clone(), Decimal::ZERO, 0));
            sum.1 = sum.1.saturating_add(finding.entered());
            sum.2 = sum.2.saturating_add(1);
        }
        if sums.is_empty() {
            return;
        }
        report.gap();
        report.line(self.pick("外部承担（不计入任何卡）", "OUTSIDE (in no card)").to_owned());
        for ((role, account), (unit, sum, count)) in sums {
            let sum = unit.show(sum, self.language);
            report.line(match self.language {
                Language::Zh => format!("  {role}  {account} {sum}（{count} 笔）"),
                Language::En => format!("  {role}  {account} {sum} ({count})"),
            });
        }
    }

    pub(in crate::report) fn charged(&self, position: usize) -> Decimal {
        let assessment = self.subject.assessment;
        let money =
            assessment.sums().filter(|(kind, account, _)| *kind == position && account.unit == Unit::Yuan);
        money.fold(Decimal::ZERO, |sum, (_, _, found)| {
            sum.saturating_add(found.taken.least).saturating_sub(found.added.least)
        })
    }

    /// What a kind is charged so far and at most; that it can still turn out to be less is said of the cards.
    pub(in crate::report) fn charged_between(&self, position: usize) -> Bounds {
        let sums = self.subject.assessment.sums();
        let mut money = sums.filter(|(kind, account, _)| *kind == position && account.unit == Unit::Yuan);
        let high = money.try_fold(Decimal::ZERO, |sum, (_, _, found)| {
            Some(sum.saturating_add(found.taken.most?).saturating_sub(found.added.least))
        });
        let so_far = self.charged(position);
        Bounds { low: Some(so_far), so_far, high }
    }

    /// The one percentage that every charge of a kind is worked out with, where there is one.
    pub(in crate::report) fn share(&self, position: usize) -> Option<Decimal> {
        let mut share: Option<BTreeSet<Decimal>> = None;
        for finding in self.subject.assessment.workings() {
            let here = finding.card().is_some_and(|card| card.kind == position);
            if !here || !is_money(&finding) {
                continue;
            }
            let terms = finding.terms()?;
            let mut shares = BTreeSet::new();
            finding.working()?.visit(&mut |part| {
                if let Node::Term { name, .. } = &part.node
                    && terms.get(name).is_some_and(|term| term.parameter.unit == Unit::Percent)
                {
                    shares.extend(part.value.exact());
                }
            });
            if share.as_ref().is_some_and(|share| *share != shares) {
                return None;
            }
            share = Some(shares);
        }
        share.filter(|share| share.len() == 1).and_then(|mut share| share.pop_first())
    }

    fn bearers(&self, position: usize, kind: &Kind, report: &mut Report) {
        let Some(money) = kind.money() else { return };
        let cards = self.subject.assessment.scorecards.iter().filter(|card| card.key.kind == position);
        let balance = |card: &Scorecard| {
            let settled = card.balance(&money.name).map(|balance| balance.settled);
            settled.map(|settled| {
                let charge = |bound: Decimal| Decimal::ZERO.saturating_sub(bound);
                (charge(settled.so_far), settled.low.map(charge))
            })
        };
        let mut lines: Vec<(Decimal, Option<Decimal>, &Scorecard)> =
            cards.filter_map(|card| balance(card).map(|(so_far, most)| (so_far, most, card))).collect();
        // whoever bears nothing, and certainly, is listed only where everybody is
        let whole = matches!(self.lists, Lists::Whole);
        lines.retain(|(so_far, most, _)| whole || !so_far.is_zero() || *most != Some(*so_far));
        lines.sort_by_key(|(so_far, _, card)| (std::cmp::Reverse(*so_far), card.key.subject.clone()));
        let mut table = Table { indent: 2, numeric: vec![false, false, true, true], ..Table::default() };
        let (shown, all) = (self.limit(LINES), lines.len());
        for (so_far, most, card) in lines.into_iter().take(shown) {
            let findings = self.subject.assessment.findings_of(card);
            let charging = findings.filter(|finding| is_money(finding) && finding.stands());
            // the findings of a row stand together
            let mut cases: Vec<(usize, usize)> =
                charging.map(|finding| (finding.kind(), finding.row())).collect();
            cases.dedup();
            let of: Vec<&str> = card.of.iter().map(|of| of.get(self.language)).collect();
            let doubt = match (most, self.language) {
                (Some(most), _) if most == so_far => String::new(),
                (Some(most), Language::Zh) => format!("? 至 {}", amount::money(most)),
                (Some(most), Language::En) => format!("? to {}", amount::money(most)),
                (None, _) => "?".to_owned(),
            };
            let cases = match self.language {
                Language::Zh => format!("{} 件", cases.len()),
                Language::En if cases.len() == 1 => "1 case".to_owned(),
                Language::En => format!("{} cases", cases.len()),
            };
            table.rows.push(vec![
                self.name(&card.key.subject),
                of.join(self.pick("、", ", ")),
                cases,
                amount::money(so_far),
                doubt,
            ]);
        }
        if table.rows.iter().all(|row| row.get(1).is_none_or(String::is_empty)) {
            table.numeric.remove(1);
            for row in &mut table.rows {
                row.remove(1);
            }
        }
        report.table(table);
        self.more(all.saturating_sub(shown), report);
    }
}

fn is_money(finding: &Finding<'_>) -> bool {
    finding.account().is_some_and(|account| account.unit == Unit::Yuan)
}
