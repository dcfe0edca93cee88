//! 就高不重复: of findings that compete only the highest counts; the others stay, marked with what suppressed them.

use super::group::together;
use super::{Competed, Rounded, Settlement};
use crate::assess::finding::{Finding, Outcome, Suppression};
use crate::language::Text;
use crate::policy::Limit;
use rust_decimal::Decimal;

pub(super) fn compete(settlement: &Settlement<'_>, Rounded(mut findings): Rounded) -> Competed {
    for group in settlement.policy.groups.iter().filter(|group| group.limit == Limit::Highest) {
        for mut set in together(settlement, group, &findings) {
            // the highest first; of equals the one that comes first by date, row and clause
            set.sort_by_key(|position| {
                findings.get(*position).map(|finding| std::cmp::Reverse(least(finding)))
            });
            keep_highest(settlement, &mut findings, &set);
        }
    }
    Competed(findings)
}

fn least(finding: &Finding) -> Decimal {
    match &finding.outcome {
        Outcome::Entry { counted, .. } => counted.least,
        Outcome::Veto { .. } => Decimal::ZERO,
    }
}

/// Each finding counts what it has above the ones before it, so that together they count as much as the highest.
fn keep_highest(settlement: &Settlement<'_>, findings: &mut [Finding], set: &[usize]) {
    let winner = set.first().and_then(|first| findings.get(*first)).map(|finding| finding.clause.clone());
    let winner = (settlement.titles)(&winner.unwrap_or_default());
    let mut highest = (Decimal::ZERO, Some(Decimal::ZERO));
    for position in set {
        let Some(finding) = findings.get_mut(*position) else { continue };
        let Outcome::Entry { counted, .. } = &mut finding.outcome else { continue };
        let (found, before) = (*counted, highest);
        highest =
            (before.0.max(found.least), before.1.zip(found.most).map(|(so_far, most)| so_far.max(most)));
        counted.least = highest.0.saturating_sub(before.0);
        counted.most = highest.1.zip(before.1).map(|(now, before)| now.saturating_sub(before));
        let lost = found.least.saturating_sub(counted.least);
        if !lost.is_zero() {
            let by =
                Text::new(format!("就高：{}", winner.zh), format!("only the highest counts: {}", winner.en));
            finding.suppressed.push(Suppression { by, amount: lost });
        }
    }
}
