//! 就高不重复: of findings that compete only the highest counts; the others stay, marked with what suppressed them.

use super::group::together;
use super::{Batch, Competed, Rounded, Settlement};
use crate::assess::entry::Entry;
use crate::assess::finding::{Magnitude, Suppression};
use crate::language::Text;
use crate::policy::{Group, Limit, Scope};
use rust_decimal::Decimal;

pub(super) fn compete<'e>(settlement: &Settlement<'_>, Rounded(mut batch): Rounded<'e>) -> Competed<'e> {
    for group in settlement.policy.groups.iter().filter(|group| group.limit == Limit::Highest) {
        let apart = is_told_apart(settlement, group);
        for mut set in together(settlement, group, &batch) {
            // the highest first; of equals the one that comes first by date, row and clause
            set.sort_by_key(|position| {
                batch.get(*position).map(|entry| std::cmp::Reverse(entry.counted().least))
            });
            let is_open =
                |position: &usize| batch.get(*position).is_some_and(|entry| !entry.counted().is_exact());
            if apart && set.iter().any(is_open) {
                keep_possible(settlement, &mut batch, &set);
            } else {
                keep_highest(settlement, &mut batch, &set);
            }
        }
    }
    Competed(batch)
}

/// Whether it matters which of the competing findings counts, and not only how much they count together: they may stand
/// on different cards, or another group takes up some of them.
fn is_told_apart(settlement: &Settlement<'_>, group: &Group) -> bool {
    let shares = |other: &&Group| {
        !std::ptr::eq(*other, group) && other.clauses.iter().any(|clause| group.clauses.contains(clause))
    };
    !group.per.contains(&Scope::Card) || settlement.policy.groups.iter().any(|other| shares(&other))
}

/// Where it is open which finding is the highest, each counts all of it or nothing.
fn keep_possible(settlement: &Settlement<'_>, batch: &mut Batch<'_>, set: &[usize]) {
    let found: Vec<Magnitude> =
        set.iter().filter_map(|position| batch.get(*position)).map(Entry::counted).collect();
    let winner = set.first().and_then(|first| batch.get(*first)).and_then(|entry| settlement.clause(entry));
    let winner = winner.map(|clause| clause.title.clone()).unwrap_or_default();
    for (place, position) in set.iter().enumerate() {
        let (Some(entry), Some(own)) = (batch.get_mut(*position), found.get(place)) else { continue };
        let others = || found.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, other)| other);
        let may_lose = others().any(|other| other.most.is_none_or(|most| most >= own.least));
        let may_win = others().all(|other| own.most.is_none_or(|most| most >= other.least));
        entry.count(Magnitude {
            least: if may_lose { Decimal::ZERO } else { own.least },
            most: if may_win { own.most } else { Some(Decimal::ZERO) },
        });
        if !may_win && !own.least.is_zero() {
            entry.suppress(Suppression { by: suppressed_by(&winner), amount: own.least });
        }
    }
}

fn suppressed_by(winner: &Text) -> Text {
    Text::new(format!("就高：{}", winner.zh), format!("only the highest counts: {}", winner.en))
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
            entry.suppress(Suppression { by: suppressed_by(&winner), amount: lost });
        }
    }
}
