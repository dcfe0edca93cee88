//! 封顶: findings that are capped together count in order of date until the cap is reached.

use super::group::together;
use super::{Capped, Competed, Settlement};
use crate::assess::finding::{Finding, Outcome, Suppression};
use crate::language::Text;
use crate::policy::Limit;
use rust_decimal::Decimal;

pub(super) fn limit(settlement: &Settlement<'_>, Competed(mut findings): Competed) -> Capped {
    for group in &settlement.policy.groups {
        let Limit::Cap(name) = &group.limit else { continue };
        for set in together(settlement, group, &findings) {
            // the last finding of the set decides which version of the cap is in force
            let row = set.last().and_then(|last| findings.get(*last)).and_then(|finding| {
                settlement.rows.get(&finding.kind).and_then(|rows| rows.get(finding.row))
            });
            let terms = row.map_or(&settlement.terms, |row| &row.terms);
            let Some(term) = terms.get(name) else { continue };
            let Some(most) = terms.number(name) else { continue };
            let title = &term.parameter.title;
            let by = Text::new(
                format!("{} {}", title.zh, term.parameter.unit.show(most, crate::language::Language::Zh)),
                format!("{} {}", title.en, term.parameter.unit.show(most, crate::language::Language::En)),
            );
            keep_within(&mut findings, &set, most, &by);
        }
    }
    Capped(findings)
}

fn keep_within(findings: &mut [Finding], set: &[usize], cap: Decimal, by: &Text) {
    let mut left = (cap, cap);
    for position in set {
        let Some(finding) = findings.get_mut(*position) else { continue };
        let Outcome::Entry { counted, .. } = &mut finding.outcome else { continue };
        let found = *counted;
        counted.least = found.least.min(left.0);
        let most = found.most.map_or(left.1, |most| most.min(left.1));
        counted.most = Some(most);
        left = (left.0.saturating_sub(counted.least), left.1.saturating_sub(most));
        let lost = found.least.saturating_sub(counted.least);
        if !lost.is_zero() {
            finding.suppressed.push(Suppression { by: by.clone(), amount: lost });
        }
    }
}
