//! The grade of a settled balance; where the balance has bounds, every grade that is still possible.

use crate::assess::scorecard::{Balance, Veto};
use crate::interval::Interval;
use crate::policy::{Cell, Kind, Terms};

pub(super) fn grade(kind: &Kind, terms: &Terms, balances: &[Balance], veto: Veto) -> Vec<String> {
    let Some(rule) = &kind.grade else { return Vec::new() };
    let of_veto = kind.veto.as_ref().and_then(|veto| veto.grade.clone());
    if veto == Veto::Stands
        && let Some(grade) = of_veto
    {
        return vec![grade];
    }
    let Some(balance) = balances.iter().find(|balance| balance.account == rule.by) else { return Vec::new() };
    let Some(table) = terms.table(&rule.table) else { return Vec::new() };
    let words = |interval: Interval| -> Vec<String> {
        table
            .cells_of(interval)
            .into_iter()
            .filter_map(|cell| match cell {
                Cell::Word(word) => Some(word.clone()),
                Cell::Number(_) => None,
            })
            .collect()
    };
    let settled = balance.settled;
    let mut grades = words(Interval::exactly(settled.so_far));
    let mut possible = words(Interval { low: settled.low, high: settled.high });
    if veto == Veto::Possible {
        possible.extend(of_veto);
    }
    possible.sort_by_key(|grade| rule.position(grade));
    for grade in possible {
        if !grades.contains(&grade) {
            grades.push(grade);
        }
    }
    grades
}
