//! 封顶: findings that are capped together count in order of date until the cap is reached.

use super::group::together;
use super::{Batch, Capped, Competed, Settlement};
use crate::assess::finding::{Magnitude, Suppression};
use crate::language::Text;
use crate::policy::Limit;
use rust_decimal::Decimal;

pub(super) fn limit<'e>(settlement: &Settlement<'_>, Competed(mut batch): Competed<'e>) -> Capped<'e> {
    for group in &settlement.policy.groups {
        let Limit::Cap(name) = &group.limit else { continue };
        for set in together(settlement, group, &batch) {
            // the last finding of the set decides which version of the cap is in force
            let row = set.last().and_then(|last| batch.get(*last)).and_then(|entry| settlement.row(entry));
            let terms = row.and_then(|(rows, row)| rows.terms(row)).unwrap_or(&settlement.terms);
            let Some((term, most)) = terms.get(name).zip(terms.number(name)) else {
                leave_open(&mut batch, &set, name);
                continue;
            };
            let title = &term.parameter.title;
            let by = Text::new(
                format!("{} {}", title.zh, term.parameter.unit.show(most, crate::language::Language::Zh)),
                format!("{} {}", title.en, term.parameter.unit.show(most, crate::language::Language::En)),
            );
            keep_within(&mut batch, &set, most, &by);
        }
    }
    Capped(batch)
}

/// Where no cap is in force, all that is known is that there is one: each counts at most what was found.
fn leave_open(batch: &mut Batch<'_>, set: &[usize], name: &str) {
    for position in set {
        let Some(entry) = batch.get_mut(*position) else { continue };
        let found = entry.counted();
        entry.count(Magnitude { least: Decimal::ZERO, most: found.most });
        let by = Text::new(
            format!("上限 `{name}` 当时未施行，待定"),
            format!("the cap `{name}` was not in force: undetermined"),
        );
        entry.suppress(Suppression { by, amount: found.least });
    }
}

fn keep_within(batch: &mut Batch<'_>, set: &[usize], cap: Decimal, by: &Text) {
    let mut left = (cap, cap);
    for position in set {
        let Some(entry) = batch.get_mut(*position) else { continue };
        let found = entry.counted();
        let mut counted = found;
        counted.least = found.least.min(left.0);
        let most = found.most.map_or(left.1, |most| most.min(left.1));
        counted.most = Some(most);
        left = (left.0.saturating_sub(counted.least), left.1.saturating_sub(most));
        entry.count(counted);
        let lost = found.least.saturating_sub(counted.least);
        if !lost.is_zero() {
            entry.suppress(Suppression { by: by.clone(), amount: lost });
        }
    }
}
