//! Exemption and mitigation: a clause may lift or lessen what another found in the same row.

use super::{Batch, Found, Relieved, Settlement};
use crate::assess::entry::Entry;
use crate::assess::finding::{Magnitude, Suppression};
use crate::clause::{Clause, Taken};
use crate::decision::{Deed, End, Path};
use crate::interval::Interval;
use crate::language::Text;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What one clause does to the findings of another in one row.
pub(in crate::assess) struct Relief {
    by: String,
    on: String,
    row: usize,
    factor: Interval,
}

impl Relief {
    /// The clause whose findings it may lift or lessen, where that is open.
    pub(in crate::assess) fn open_on(&self) -> Option<&str> {
        self.factor.exact().is_none().then_some(self.on.as_str())
    }

    /// The relief the paths of a clause give: between what each of them gives.
    pub(in crate::assess) fn of(clause: &Clause, row: usize, paths: &[Taken]) -> Vec<Self> {
        let one = Interval::exactly(Decimal::ONE);
        let zero = Interval::exactly(Decimal::ZERO);
        let mut factors: BTreeMap<&str, Interval> = BTreeMap::new();
        let named = |path: &Path| -> BTreeMap<String, Interval> {
            let mut given = BTreeMap::new();
            for effect in &path.effects {
                let (on, factor) = match &effect.deed {
                    Deed::Exempt { clause } => (clause, zero),
                    Deed::Mitigate { clause, factor } => (clause, factor.value),
                    _ => continue,
                };
                let so_far = given.get(on).copied().unwrap_or(one);
                given.insert(on.clone(), so_far.times(factor).unwrap_or(Interval::UNKNOWN));
            }
            given
        };
        let of_paths: Vec<BTreeMap<String, Interval>> =
            paths.iter().map(|taken| named(&taken.path)).collect();
        let unfinished = paths.iter().any(|taken| matches!(taken.path.end, End::Undetermined(_)));
        let touched = clause.touches.iter().filter_map(|(_, touch)| match touch {
            crate::clause::Touch::Clause(on) => Some(on.as_str()),
            _ => None,
        });
        for on in touched {
            for given in &of_paths {
                let factor = given.get(on).copied().unwrap_or(one);
                let hull = factors.get(on).map_or(factor, |so_far| so_far.hull(factor));
                factors.insert(on, hull);
            }
            if unfinished {
                factors.insert(on, Interval::between(Decimal::ZERO, Decimal::ONE));
            }
        }
        let relief = factors.into_iter().filter(|(_, factor)| *factor != one);
        relief.map(|(on, factor)| Self { by: clause.name.clone(), on: on.to_owned(), row, factor }).collect()
    }
}

pub(super) fn relieve<'e>(settlement: &Settlement<'_>, Found(mut batch): Found<'e>) -> Relieved<'e> {
    let mut of_rows: BTreeMap<(usize, usize, &str), Vec<&Relief>> = BTreeMap::new();
    for (kind, given) in settlement.relief {
        for relief in given {
            of_rows.entry((*kind, relief.row, &relief.on)).or_default().push(relief);
        }
    }
    if of_rows.is_empty() {
        return Relieved(batch);
    }
    for entry in batch.each() {
        let Some(clause) = settlement.clause(entry) else { continue };
        for relief in of_rows.get(&(clause.position, entry.row(), clause.name.as_str())).into_iter().flatten()
        {
            if entry.account().is_none() {
                lift(entry, relief.factor);
                continue;
            }
            let before = entry.counted().least;
            entry.count(times(entry.counted(), relief.factor));
            let by = settlement.clauses.iter().find(|clause| clause.name == relief.by);
            let by = by.map(|clause| clause.title.clone()).unwrap_or_default();
            let by = Text::new(format!("减免：{}", by.zh), format!("relief: {}", by.en));
            let lost = before.saturating_sub(entry.counted().least);
            entry.suppress(Suppression { by, amount: lost });
        }
    }
    let Batch { entries, mut positions } = batch;
    positions.retain(|position| entries.get(*position).is_some_and(|entry| !entry.is_lifted()));
    Relieved(Batch { entries, positions })
}

/// A veto or a grade under relief: certainly lifted, or perhaps.
fn lift(entry: &mut Entry, factor: Interval) {
    let mut found = entry.found();
    if factor.contains(Decimal::ZERO) {
        found.least = Decimal::ZERO;
    }
    if factor.exact() == Some(Decimal::ZERO) {
        found.most = Some(Decimal::ZERO);
    }
    entry.find(found);
}

fn times(magnitude: Magnitude, factor: Interval) -> Magnitude {
    let within = |bound: Decimal| bound.clamp(Decimal::ZERO, Decimal::ONE);
    let (low, high) = (factor.low.map_or(Decimal::ZERO, within), factor.high.map_or(Decimal::ONE, within));
    Magnitude {
        least: magnitude.least.checked_mul(low).unwrap_or(Decimal::ZERO),
        most: magnitude.most.and_then(|most| most.checked_mul(high)),
    }
}
