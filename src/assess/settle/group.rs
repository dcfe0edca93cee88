//! Which findings of a group belong together.

use super::Settlement;
use crate::assess::CardKey;
use crate::assess::finding::{Deduction, Finding, Outcome};
use crate::fact::{FactType, Facts as _};
use crate::policy::{Group, Scope};
use std::collections::BTreeMap;

/// What findings that belong together have in common.
type Common = (Vec<String>, Option<CardKey>, Deduction);

/// The positions of a group's findings, by what they have in common, in order of date, row and clause.
pub(super) fn together(settlement: &Settlement<'_>, group: &Group, findings: &[Finding]) -> Vec<Vec<usize>> {
    let mut sets: BTreeMap<Common, Vec<usize>> = BTreeMap::new();
    for (position, finding) in findings.iter().enumerate() {
        let Outcome::Entry { account, sign, .. } = &finding.outcome else { continue };
        if !group.clauses.contains(&finding.clause) || finding.card.is_none() {
            continue;
        }
        let mut common = Vec::new();
        let mut card = None;
        for scope in &group.per {
            match scope {
                Scope::Card => card = finding.card.clone(),
                Scope::Account => common.push(account.clone()),
                Scope::Record => common.push(finding.record.clone()),
                Scope::Clause => common.push(finding.clause.clone()),
                Scope::Fact(name) => common.push(fact(settlement, finding, name)),
            }
        }
        sets.entry((common, card, *sign)).or_default().push(position);
    }
    let mut sets: Vec<Vec<usize>> = sets.into_values().collect();
    for set in &mut sets {
        set.sort_by_key(|position| {
            findings
                .get(*position)
                .map(|finding| (finding.at, finding.record.clone(), finding.clause.clone()))
        });
    }
    sets
}

fn fact(settlement: &Settlement<'_>, finding: &Finding, name: &str) -> String {
    let row = settlement.rows.get(&finding.kind).and_then(|rows| rows.get(finding.row));
    row.map(|row| FactType::plain(&row.record.value(name))).unwrap_or_default()
}
