//! The grade of a settled card: by the table or a fact, then what clauses fix and limit, then the veto. Where anything is
//! open, every grade that is still possible.

use super::Card;
use crate::assess::entry::Entry;
use crate::assess::scorecard::{Balance, Veto};
use crate::decision::{Band, Grading};
use crate::fact::{FactType, Facts as _, Value};
use crate::interval::Interval;
use crate::policy::{Cell, Condition, Given, Grade, Kind, Table, Terms};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The place of the grade that stands so far, and of every one that is still possible.
#[derive(Clone, Default)]
struct Grades {
    now: Option<usize>,
    possible: BTreeSet<usize>,
}

/// What is known of something a table of grades is looked up by.
enum Known {
    /// A number: what stands so far, and between what it lies.
    Number(Option<Decimal>, Interval),
    /// A word, where it is known.
    Word(Option<String>),
}

/// The grade that stands so far, then every other that is still possible; and the same as the table alone says.
pub(super) fn grade(
    card: &Card<'_>,
    balances: &[Balance],
    veto: Veto,
    set: &[&Entry],
) -> (Vec<String>, Vec<String>) {
    let Some(rule) = &card.kind.grade else { return Default::default() };
    let given = match &rule.given {
        Given::Table { table, by } => {
            let known: Vec<Known> = by.iter().map(|name| known(card, balances, name)).collect();
            card.terms.table(table).map_or_else(Grades::default, |table| by_table(rule, table, &known))
        }
        Given::Fact(name) => by_fact(rule, &card.record.value(name)),
    };
    let mut grades = limited(fixed(given.clone(), set), set);
    let of_veto = card.kind.veto.as_ref().and_then(|veto| veto.grade.as_deref());
    if let Some(grade) = of_veto.map(|grade| rule.position(grade)) {
        match veto {
            Veto::None => {}
            Veto::Possible => drop(grades.possible.insert(grade)),
            Veto::Stands => grades = Grades { now: Some(grade), possible: BTreeSet::from([grade]) },
        }
    }
    (grades.named(rule), given.named(rule))
}

/// The coefficient of a grade that is settled.
pub(super) fn coefficient(kind: &Kind, terms: &Terms, grades: &[String]) -> Option<Decimal> {
    let ([grade], Some(name)) = (grades, &kind.coefficient) else { return None };
    match terms.table(name)?.cell_of_word(grade)? {
        Cell::Number(value) => Some(*value),
        _ => None,
    }
}

impl Grades {
    fn named(&self, rule: &Grade) -> Vec<String> {
        let others = self.possible.iter().filter(|place| self.now != Some(**place));
        let name = |place: &usize| rule.all().nth(*place).map(str::to_owned);
        self.now.iter().chain(others).filter_map(name).collect()
    }

    /// Every grade as a function leaves it.
    fn each(&self, function: impl Fn(usize) -> usize) -> Self {
        let function = &function;
        Self { now: self.now.map(function), possible: self.possible.iter().copied().map(function).collect() }
    }
}

fn known(card: &Card<'_>, balances: &[Balance], name: &str) -> Known {
    if let Some(balance) = balances.iter().find(|balance| balance.account == name) {
        let settled = balance.settled;
        return Known::Number(Some(settled.so_far), Interval { low: settled.low, high: settled.high });
    }
    let value = card.record.value(name);
    let fact = card.kind.schema.get(name);
    match value {
        Value::Word(_) | Value::Text(_) | Value::Bool(_) => Known::Word(Some(FactType::plain(&value))),
        _ if fact.is_some_and(|fact| matches!(fact.kind, FactType::Number { .. } | FactType::Few { .. })) => {
            let interval = value.interval();
            Known::Number(interval.exact(), interval)
        }
        _ => Known::Word(None),
    }
}

fn by_table(rule: &Grade, table: &Table, known: &[Known]) -> Grades {
    let mut grades = Grades::default();
    let mut is_closed = false;
    for row in table.ranked() {
        let Cell::Word(word) = &row.cell else { continue };
        let place = rule.position(word);
        let meets = || row.conditions.iter().zip(known);
        if grades.now.is_none() && meets().all(|(condition, known)| known.is_met_so_far(condition)) {
            grades.now = Some(place);
        }
        if !is_closed && meets().all(|(condition, known)| known.may_meet(condition)) {
            grades.possible.insert(place);
            // whatever is open, no row behind this one is reached
            is_closed = meets().all(|(condition, known)| known.surely_meets(condition));
        }
    }
    grades
}

fn by_fact(rule: &Grade, value: &Value) -> Grades {
    let name = FactType::plain(value);
    match rule.all().position(|grade| grade == name) {
        Some(place) => Grades { now: Some(place), possible: BTreeSet::from([place]) },
        // of a fact that is not known every grade is possible
        None => Grades { now: None, possible: (0..rule.all().count()).collect() },
    }
}

impl Known {
    fn is_met_so_far(&self, condition: &Condition) -> bool {
        match (condition, self) {
            (Condition::Band(band), Self::Number(Some(number), _)) => band.contains(*number),
            _ => self.may_meet(condition),
        }
    }

    fn may_meet(&self, condition: &Condition) -> bool {
        match (condition, self) {
            (Condition::Any, _) | (Condition::Word(_), Self::Word(None)) => true,
            (Condition::Band(band), Self::Number(_, interval)) => band.meets(*interval),
            (Condition::Word(word), Self::Word(Some(known))) => word == known,
            _ => false,
        }
    }

    fn surely_meets(&self, condition: &Condition) -> bool {
        match (condition, self) {
            (Condition::Any, _) => true,
            (Condition::Band(band), Self::Number(_, interval)) => {
                let whole = Band::closed(*interval);
                band.intersect(&whole) == whole
            }
            (Condition::Word(word), Self::Word(Some(known))) => word == known,
            _ => false,
        }
    }
}

/// What a clause fixes stands for what the table says; of several the worst, those outside the scale behind it.
fn fixed(given: Grades, set: &[&Entry]) -> Grades {
    let of = |certain: bool| {
        let fixed = set.iter().filter(move |entry| entry.is_certain() == certain);
        fixed.filter_map(|entry| entry.grade()).filter(|(_, how)| *how == Grading::Exactly)
    };
    let worst = of(true).map(|(place, _)| place).max();
    let mut grades = match worst {
        Some(worst) => Grades { now: Some(worst), possible: BTreeSet::from([worst]) },
        None => given,
    };
    grades.possible.extend(of(false).map(|(place, _)| worst.map_or(place, |worst| worst.max(place))));
    grades
}

/// No grade of the scale is above the strictest ceiling.
fn limited(grades: Grades, set: &[&Entry]) -> Grades {
    let of = |certain: bool| {
        let limits = set.iter().filter(move |entry| entry.is_certain() == certain);
        let limits = limits.filter_map(|entry| entry.grade());
        limits.filter(|(_, how)| *how == Grading::AtMost).map(|(place, _)| place)
    };
    // what stands outside the scale stands behind all of it, and no ceiling changes that
    let under = |ceiling: usize| move |place: usize| place.max(ceiling);
    let mut limited =
        of(true).max().map_or_else(|| grades.clone(), |strictest| grades.each(under(strictest)));
    let possible: Vec<usize> = of(false).flat_map(|ceiling| limited.each(under(ceiling)).possible).collect();
    limited.possible.extend(possible);
    limited
}
