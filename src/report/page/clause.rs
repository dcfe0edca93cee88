//! Which clauses found most: the few that most of the findings come from.

use super::chart::{Bar, bars};
use super::{Page, limits};
use crate::amount::{self, RoundingMode, Unit};
use crate::language::Language;
use crate::report::sign::shown;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What one clause found in the whole assessment.
#[derive(Clone, Copy, Default)]
struct Found {
    findings: usize,
    /// What enters accounts that are no money, and those that are, each with its sign.
    points: Decimal,
    money: Decimal,
}

impl Page<'_> {
    /// Findings by clause, as bars with what they add up to, and as a table.
    pub(super) fn pareto(&mut self) {
        let found = self.by_clause();
        let all = found.iter().fold(0_usize, |sum, (_, found)| sum.saturating_add(found.findings));
        if all == 0 {
            return;
        }
        let share = |count: usize| Decimal::from(count).checked_div(Decimal::from(all)).unwrap_or_default();
        let (mut drawn, mut running, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        let mut so_far = 0_usize;
        for (clause, found) in &found {
            so_far = so_far.saturating_add(found.findings);
            let (own, together) = (share(found.findings), share(so_far));
            let title = self.subject.clause_title(clause).get(self.language).to_owned();
            let whole = RoundingMode::HalfUp.round(together.saturating_mul(Decimal::ONE_HUNDRED), 0);
            running.push(whole);
            drawn.push(Bar {
                label: title.clone(),
                value: Decimal::from(found.findings),
                shown: format!("{} · {} %", found.findings, amount::plain(whole)),
                marked: false,
            });
            let basis = self.subject.clause_basis(clause, self.language);
            rows.push(vec![
                title,
                basis,
                found.findings.to_string(),
                amount::percent(own),
                amount::percent(together),
                amount::signed(found.points),
                Unit::Yuan.show(shown(&Unit::Yuan, found.money), self.language),
            ]);
        }
        drawn.truncate(limits::BARS);
        running.truncate(limits::BARS);
        let title =
            self.pick("认定按规则（线为累计占比）", "Findings by clause (the line adds them up)").to_owned();
        self.element("h3", "", &title);
        bars(&mut self.markup, &title, (&drawn, Decimal::ZERO), Some(&running));
        let headings = match self.language {
            Language::Zh => ["规则", "依据", "认定", "占比", "累计", "扣分", "扣款"],
            Language::En => ["clause", "basis", "findings", "share", "together", "points", "charge"],
        };
        self.figures(&title, &headings, &rows);
    }

    fn by_clause(&self) -> Vec<(&str, Found)> {
        let mut sums: BTreeMap<&str, Found> = BTreeMap::new();
        for finding in self.subject.assessment.findings().filter(|finding| finding.stands()) {
            let found = sums.entry(finding.clause()).or_default();
            found.findings = found.findings.saturating_add(1);
            // what somebody outside bears is in no total
            let Some(account) = finding.account().filter(|_| finding.card().is_some()) else { continue };
            let sum = if account.unit == Unit::Yuan { &mut found.money } else { &mut found.points };
            *sum = sum.saturating_add(finding.entered());
        }
        let mut sums: Vec<(&str, Found)> = sums.into_iter().collect();
        sums.sort_by_key(|(clause, found)| (Reverse(found.findings), *clause));
        sums
    }
}
