//! Money: who bears how much, and how it adds up.

use super::Screen;
use crate::amount::{self, Unit};
use crate::assess::{Finding, Outcome, Scorecard};
use crate::decision::Node;
use crate::language::Language;
use crate::policy::{Kind, Style};
use crate::report::{Report, Table};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

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
    }

    fn money_findings(&self, position: usize) -> impl Iterator<Item = Finding<'_>> {
        self.subject.assessment.findings().filter(move |finding| {
            let here = finding.card().is_some_and(|card| card.kind == position);
            here && matches!(&finding.outcome(), Outcome::Entry { unit: Unit::Yuan, .. })
        })
    }

    fn charged(&self, position: usize) -> Decimal {
        self.money_findings(position)
            .fold(Decimal::ZERO, |sum, finding| sum.saturating_sub(finding.entered()))
    }

    /// The one percentage all charges of a kind are worked out with, where there is exactly one.
    fn share(&self, position: usize) -> Option<Decimal> {
        let mut shares = BTreeSet::new();
        for finding in self.money_findings(position) {
            let terms = finding.terms()?;
            finding.working().as_ref()?.visit(&mut |part| {
                if let Node::Term { name, .. } = &part.node
                    && terms.get(name).is_some_and(|term| term.parameter.unit == Unit::Percent)
                {
                    shares.extend(part.value.exact());
                }
            });
        }
        if shares.len() == 1 { shares.pop_first() } else { None }
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
        lines.sort_by_key(|(so_far, _, card)| (std::cmp::Reverse(*so_far), card.key.subject.clone()));
        let mut table = Table { indent: 2, numeric: vec![false, false, true, true], ..Table::default() };
        for (so_far, most, card) in lines {
            let records: BTreeSet<&str> = self
                .money_findings(position)
                .filter(|finding| finding.card() == Some(&card.key) && finding.stands())
                .map(|finding| finding.record())
                .collect();
            let of: Vec<&str> = card.of.iter().map(|of| of.get(self.language)).collect();
            let doubt = match (most, self.language) {
                (Some(most), _) if most == so_far => String::new(),
                (Some(most), Language::Zh) => format!("? 至 {}", amount::money(most)),
                (Some(most), Language::En) => format!("? to {}", amount::money(most)),
                (None, _) => "?".to_owned(),
            };
            let cases = match self.language {
                Language::Zh => format!("{} 件", records.len()),
                Language::En if records.len() == 1 => "1 case".to_owned(),
                Language::En => format!("{} cases", records.len()),
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
    }
}
