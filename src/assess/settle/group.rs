//! Which findings of a group belong together.

use super::{Batch, Settlement};
use crate::assess::entry::Entry;
use crate::assess::finding::Deduction;
use crate::fact::{FactType, Facts as _};
use crate::policy::{Group, Scope};
use std::collections::BTreeMap;

/// What findings that belong together have in common.
type Common = (Vec<String>, Option<u32>, Deduction);

/// The positions of a group's findings, by what they have in common, in order of date, row and clause.
pub(super) fn together(settlement: &Settlement<'_>, group: &Group, batch: &Batch<'_>) -> Vec<Vec<usize>> {
    let of_group: Vec<bool> =
        settlement.clauses.iter().map(|clause| group.clauses.contains(&clause.name)).collect();
    let mut sets: BTreeMap<Common, Vec<usize>> = BTreeMap::new();
    for position in &batch.positions {
        let Some(entry) = batch.get(*position) else { continue };
        let grouped = of_group.get(entry.clause()).copied().unwrap_or_default();
        let (Some(account), true) = (entry.account(), grouped && entry.card().is_some()) else { continue };
        let (record, clause) = names(settlement, entry);
        // amounts of one unit only can be held against each other, whatever else a group has in common
        let mut common = vec![unit(settlement, entry, account)];
        let mut card = None;
        for scope in &group.per {
            match scope {
                Scope::Card => card = entry.card(),
                Scope::Account => common.push(account.to_string()),
                Scope::Record => common.push(record.to_owned()),
                Scope::Clause => common.push(clause.to_owned()),
                Scope::Fact(name) => common.push(fact(settlement, entry, name)),
            }
        }
        sets.entry((common, card, entry.sign)).or_default().push(*position);
    }
    let mut sets: Vec<Vec<usize>> = sets.into_values().collect();
    for set in &mut sets {
        set.sort_by_key(|position| {
            let entry = batch.get(*position)?;
            let (rows, row) = settlement.row(entry)?;
            let (record, clause) = names(settlement, entry);
            Some((rows.at(row), record, clause))
        });
    }
    sets
}

/// The record and the clause of a finding.
fn names<'s>(settlement: &'s Settlement<'_>, entry: &Entry) -> (&'s str, &'s str) {
    let record = settlement.row(entry).map_or("", |(rows, row)| rows.id(row));
    (record, settlement.clause(entry).map_or("", |clause| clause.name.as_str()))
}

fn unit(settlement: &Settlement<'_>, entry: &Entry, account: usize) -> String {
    let policy = settlement.policy;
    let row = settlement.clause(entry).and_then(|clause| policy.kinds.get(clause.position));
    let role = row.and_then(|kind| kind.roles.get(entry.role()));
    let card = role.and_then(|role| policy.kind(&role.is)).map(|(_, card)| card);
    let account = card.and_then(|card| card.accounts.get(account));
    account.map(|account| account.unit.code().to_owned()).unwrap_or_default()
}

fn fact(settlement: &Settlement<'_>, entry: &Entry, name: &str) -> String {
    let record = settlement.row(entry).and_then(|(rows, row)| rows.record(row));
    record.map(|record| FactType::plain(&record.value(name))).unwrap_or_default()
}
