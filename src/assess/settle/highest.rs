//! 就高不重复: of findings that compete only the highest counts; the others stay, marked with what suppressed them.

use super::group::together;
use super::{Batch, Competed, Rounded, Settlement};
use crate::assess::finding::Suppression;
use crate::language::Text;
use crate::policy::Limit;
use rust_decimal::Decimal;

pub(super) fn compete<'e>(settlement: &Settlement<'_>, Rounded(mut batch): Rounded<'e>) -> Competed<'e> {
    for group in settlement.policy.groups.iter().filter(|group| group.limit == Limit::Highest) {
        for mut set in together(settlement, group, &batch) {
            // the highest first; of equals the one that comes first by date, row and clause
            set.sort_by_key(|position| {
                batch.get(*position).map(|entry| std::cmp::Reverse(entry.counted().least))
            });
            keep_highest(settlement, &mut batch, &set);
        }
    }
    Competed(batch)
}

/// Each finding counts what it has above the ones before it, so that together they count as much as the highest.
fn keep_highest(settlement: &Settlement<'_>, batch: &mut Batch<'_>, set: &[usize]) {
    let winner = set.first().and_then(|first| batch.get(*first)).and_then(|entry| settlement.clause(entry));
    let winner = winner.map(|clause| clause.title.clone()).unwrap_or_default();
    let mut highest = (Decimal::ZERO, Some(Decimal::ZERO));
    for position in set {
        let Some(entry) = batch.get_mut(*position) else { continue };
        let (found, before) = (entry.counted(), highest);
        let mut counted = found;
        highest =
            (before.0.max(found.least), before.1.zip(found.most).map(|(so_far, most)| so_far.max(most)));
        counted.least = highest.0.saturating_sub(before.0);
        counted.most = highest.1.zip(before.1).map(|(now, before)| now.saturating_sub(before));
        entry.count(counted);
        let lost = found.least.saturating_sub(counted.least);
        if !lost.is_zero() {
            let by =
                Text::new(format!("就高：{}", winner.zh), format!("only the highest counts: {}", winner.en));
            entry.suppress(Suppression { by, amount: lost });
        }
    }
}
