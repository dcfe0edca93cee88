//! What a clause on a card counts over rows: which rows would have had to be otherwise, and how.

use super::case::facts_of;
use super::{Again, Case, Change, Changed, Confirmed, Scope, Search, Target};
use crate::assess::{CardKey, JudgedRow};
use crate::clause::Clause;
use crate::decision::{Deed, Question};
use crate::fact::{Aggregate, Facts as _, Measure, Origin, Value};
use std::collections::BTreeSet;

/// A count of a card that would have had to be another one.
pub struct Shortage {
    /// The count, with what it is and what it would have had to be.
    pub change: Change,
    /// The true-or-false fact of the rows that are counted, and what it would have had to be.
    pub condition: (String, bool),
    /// How many rows would have had to be otherwise.
    pub needed: usize,
    /// The rows that could have been otherwise by what was in somebody's hands, the smallest changes first.
    pub within_reach: Vec<Changed>,
    /// The rows that could not.
    pub out_of_reach: Vec<String>,
    /// As many of the rows within reach as are needed, or all of them, assessed again.
    pub confirmed: Option<Confirmed>,
}

/// The counts of a card by each of which alone a clause would have been spared.
pub fn shortages(again: &Again<'_>, case: &Case<'_>, clause: &Clause) -> Vec<Shortage> {
    let mut asked: BTreeSet<String> =
        case.questions(Target::Spares(clause)).iter().flat_map(Question::facts).collect();
    for taken in case.rules.decide(clause, &case.row.record, &case.row.terms).unwrap_or_default() {
        for effect in &taken.path.effects {
            if let Deed::Enter { amount, .. } = &effect.deed {
                asked.extend(facts_of(amount));
            }
        }
    }
    let mut search = Search::new(case, Target::Spares(clause), Scope::Any);
    let mut shortages = Vec::new();
    for changes in search.of_size(1) {
        let [change] = changes.as_slice() else { continue };
        let Some(Origin::Aggregate(aggregate)) = case.kind.schema.get(&change.fact).map(|fact| &fact.origin)
        else {
            continue;
        };
        if aggregate.measure == Measure::Count
            && asked.contains(&change.fact)
            && let Some(shortage) = shortage(again, case, clause, (change, aggregate))
        {
            shortages.push(shortage);
        }
    }
    // more of something before less of it: a rate is not mended by counting fewer
    shortages.sort_by_key(|shortage| (shortage.needed, !shortage.condition.1));
    let reached = shortages.iter().any(|shortage| shortage.confirmed.is_some());
    shortages.retain(|shortage| shortage.confirmed.is_some() == reached);
    if !reached {
        shortages.truncate(1);
    }
    shortages
}

fn shortage(
    again: &Again<'_>,
    case: &Case<'_>,
    clause: &Clause,
    (change, aggregate): (&Change, &Aggregate),
) -> Option<Shortage> {
    let condition = aggregate.condition.clone()?;
    let (Value::Number(before), Value::Number(after)) = (&change.before, &change.after) else { return None };
    let wanted = after > before;
    let needed = usize::try_from(after.saturating_sub(*before).abs()).ok()?;
    let (position, kind) = again.pack.policy.kind(&aggregate.over)?;
    let (card_kind, _) = again.pack.policy.kind(&case.kind.name)?;
    let card = CardKey { kind: card_kind, subject: case.row.id.clone() };
    let counted = |row: &JudgedRow| {
        let ways = kind
            .roles
            .iter()
            .filter(|way| aggregate.role.as_ref().map_or(way.is == case.kind.name, |role| *role == way.name));
        let mut held = ways.filter_map(|way| row.bearers.get(&way.name));
        held.any(|held| held.contains(&card)) && row.record.value(&condition) == Value::Bool(!wanted)
    };
    let (mut within_reach, mut out_of_reach) = (Vec::new(), Vec::new());
    for row in again.before.rows_of(position).filter(counted) {
        let of_row = again.case(kind, &row);
        let target = Target::Holds(&condition, wanted);
        let confirmed = again.smallest(&of_row, target, Scope::Changeable);
        match confirmed.into_iter().next().and_then(|confirmed| confirmed.rows.into_iter().next()) {
            Some(changed) => within_reach.push(changed),
            None => out_of_reach.push(row.id.clone()),
        }
    }
    // stable: rows with equally many changes stay in the order of time
    within_reach.sort_by_key(|changed| changed.changes.len());
    let chosen: Vec<Changed> = within_reach.iter().take(needed).cloned().collect();
    let confirmed = if chosen.is_empty() {
        None
    } else if chosen.len() == needed {
        again.confirm(Target::Spares(clause), case, chosen)
    } else {
        again.improved(chosen)
    };
    Some(Shortage {
        change: change.clone(),
        condition: (condition, wanted),
        needed,
        within_reach,
        out_of_reach,
        confirmed,
    })
}

impl Again<'_> {
    /// Changes that are not enough to spare a card its clause, with what they come to all the same.
    fn improved(&self, changed: Vec<Changed>) -> Option<Confirmed> {
        let after = self.assess(&changed)?;
        Some(Confirmed { rows: changed, touched: self.touched(&after) })
    }
}
