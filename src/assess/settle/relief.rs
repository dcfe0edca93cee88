//! Exemption and mitigation: a clause may lift or lessen what another found in the same row.

use super::{Found, Relieved, Settlement};
use crate::assess::finding::{Magnitude, Outcome, Suppression};
use crate::clause::Clause;
use crate::decision::{Deed, End, Path};
use crate::interval::Interval;
use crate::language::Text;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What one clause does to the findings of another in one row.
pub(in crate::assess) struct Relief {
    by: String,
    on: String,
    row: usize,
    factor: Interval,
}

impl Relief {
    /// The relief the paths of a clause give: between what each of them gives.
    pub(in crate::assess) fn of(clause: &Clause, row: usize, paths: &[Arc<Path>]) -> Vec<Self> {
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
        let of_paths: Vec<BTreeMap<String, Interval>> = paths.iter().map(|path| named(path)).collect();
        let unfinished = paths.iter().any(|path| matches!(path.end, End::Undetermined(_)));
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

pub(super) fn relieve(settlement: &Settlement<'_>, Found(mut findings): Found) -> Relieved {
    for finding in &mut findings {
        let given = settlement.relief.get(&finding.kind).into_iter().flatten();
        for relief in given.filter(|relief| relief.row == finding.row && relief.on == finding.clause) {
            match &mut finding.outcome {
                Outcome::Entry { counted, .. } => {
                    let before = counted.least;
                    *counted = times(*counted, relief.factor);
                    let by = (settlement.titles)(&relief.by);
                    let by = Text::new(format!("减免：{}", by.zh), format!("relief: {}", by.en));
                    finding.suppressed.push(Suppression { by, amount: before.saturating_sub(counted.least) });
                }
                Outcome::Veto { certain } => {
                    let lifted = relief.factor.contains(Decimal::ZERO);
                    *certain = *certain && !lifted;
                }
            }
        }
    }
    findings.retain(|finding| !is_lifted_veto(settlement, finding));
    Relieved(findings)
}

fn is_lifted_veto(settlement: &Settlement<'_>, finding: &crate::assess::Finding) -> bool {
    let mut given = settlement.relief.get(&finding.kind).into_iter().flatten();
    matches!(finding.outcome, Outcome::Veto { .. })
        && given.any(|relief| {
            relief.row == finding.row
                && relief.on == finding.clause
                && relief.factor.exact() == Some(Decimal::ZERO)
        })
}

fn times(magnitude: Magnitude, factor: Interval) -> Magnitude {
    let within = |bound: Decimal| bound.clamp(Decimal::ZERO, Decimal::ONE);
    let (low, high) = (factor.low.map_or(Decimal::ZERO, within), factor.high.map_or(Decimal::ONE, within));
    Magnitude {
        least: magnitude.least.checked_mul(low).unwrap_or(Decimal::ZERO),
        most: magnitude.most.and_then(|most| most.checked_mul(high)),
    }
}
