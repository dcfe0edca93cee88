//! What follows from rows typed by hand, as a scenario file says it.

use super::expected::Asked;
use crate::amount;
use crate::assess::{Assessment, Bounds, Deduction, Outcome, Scorecard, Veto};
use crate::clause::Rulebook;
use crate::decision::Grading;
use crate::diagnostic::Diagnostic;
use crate::fact::{FactType, Facts as _};
use crate::language::Text;
use crate::policy::Pack;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Verb and role → amount, with the clauses that apply: what follows from rows and cards of these kinds.
pub(super) fn outcome(
    assessment: &Assessment,
    rules: &Rulebook,
    kinds: &BTreeSet<usize>,
) -> BTreeMap<String, String> {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    let (mut clauses, mut vetoes) = (BTreeSet::new(), BTreeSet::new());
    let mut grades: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut open = BTreeSet::new();
    for finding in assessment.findings().filter(|finding| kinds.contains(&finding.kind())) {
        if !finding.is_certain() {
            open.insert(finding.clause().to_owned());
            continue;
        }
        // found under one way of being, but counting nothing whichever way it is
        if !finding.stands() {
            continue;
        }
        clauses.insert(finding.clause().to_owned());
        match &finding.outcome() {
            Outcome::Veto { .. } => {
                vetoes.insert(finding.role().to_owned());
            }
            Outcome::Grade { grade, how, .. } => {
                let verb = match how {
                    Grading::AtMost => "cap_grade",
                    Grading::Exactly => "fix_grade",
                };
                grades.entry(format!("{verb} {}", finding.role())).or_default().insert(grade.clone());
            }
            Outcome::Entry { sign, counted, .. } => {
                let verb = finding.account().and_then(|account| match sign {
                    Deduction::Takes => account.minus.clone(),
                    Deduction::Adds => account.plus.clone(),
                });
                let key = format!("{} {}", verb.unwrap_or_default(), finding.role());
                let sum = sums.entry(key).or_default();
                *sum = sum.saturating_add(counted.least);
            }
        }
    }
    let raised = assessment.rows.values().flat_map(|rows| rows.raised());
    for row in raised.filter(|row| kinds.contains(&row.source.0)) {
        if !row.certain {
            open.extend(rules.clauses().get(row.clause).map(|clause| clause.name.clone()));
            continue;
        }
        let sum = sums.entry(format!("raise {}", row.role)).or_default();
        *sum = sum.saturating_add(Decimal::ONE);
    }
    let mut outcome: BTreeMap<String, String> = sums
        .into_iter()
        .filter(|(_, sum)| !sum.is_zero())
        .map(|(key, sum)| (key, amount::plain(sum)))
        .collect();
    let list = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    outcome.extend(grades.into_iter().map(|(key, grades)| (key, list(grades))));
    outcome.insert("clauses".to_owned(), list(clauses));
    if !vetoes.is_empty() {
        outcome.insert("veto".to_owned(), list(vetoes));
    }
    if !open.is_empty() {
        outcome.insert("undetermined".to_owned(), list(open));
    }
    if !assessment.set_aside.is_empty() {
        outcome.insert("set_aside".to_owned(), assessment.set_aside.len().to_string());
    }
    outcome
}

/// What the cards that a scenario asks about settled at: `card person A points` → amount.
///
/// # Errors
/// It does not say whose card it asks about, and there are several.
pub(super) fn of_cards(
    pack: &Pack,
    assessment: &Assessment,
    asked: &[Asked],
) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
    let (mut found, mut faults) = (BTreeMap::new(), Vec::new());
    for Asked { kind, subject, figure } in asked {
        let Some((position, _)) = pack.policy.kind(kind) else { continue };
        let of_kind = assessment.scorecards.iter().filter(|card| card.key.kind == position);
        // where no subject is said, the only card of the kind
        let cards: Vec<&Scorecard> =
            of_kind.filter(|card| subject.is_empty() || card.key.subject == *subject).collect();
        if let (true, [first, _, ..]) = (subject.is_empty(), cards.as_slice()) {
            faults.push(several(kind, &first.key.subject, &cards));
            continue;
        }
        let value = cards.first().map_or_else(String::new, |card| of_card(card, figure));
        found.insert(card_key(kind, subject, figure), value);
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

/// That a figure is asked of one of several cards, and not of which.
fn several(kind: &str, first: &str, cards: &[&Scorecard]) -> Diagnostic {
    let subjects: Vec<&str> = cards.iter().map(|card| card.key.subject.as_str()).collect();
    let message = Text::new(
        format!("`cards` 中的 `{kind}` 有几张卡（{}）：须写明是谁的", subjects.join("、")),
        format!("`cards`: there are several of `{kind}` ({}): say whose", subjects.join(", ")),
    );
    let written = format!("cards = {{ {kind} = {{ {first} = {{ … }} }} }}");
    let help = Text::new(format!("写作 {written}"), format!("write {written}"));
    Diagnostic::error("S008", message).help(help)
}

/// Grades as a scenario says them: all that an open one may be, in any order.
pub(super) fn said_grades(mut grades: Vec<String>) -> String {
    grades.sort();
    grades.join(" / ")
}

/// The key of one figure of a card.
pub(super) fn card_key(kind: &str, subject: &str, name: &str) -> String {
    ["card", kind, subject, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn of_card(card: &Scorecard, name: &str) -> String {
    let bounds = |bounds: &Bounds, is_certain: bool| {
        let side = |bound: Option<Decimal>| bound.map(amount::plain).unwrap_or_default();
        let open = if is_certain { "" } else { " / -" };
        if bounds.is_settled() {
            format!("{}{open}", amount::plain(bounds.so_far))
        } else {
            format!("{}..{}{open}", side(bounds.low), side(bounds.high))
        }
    };
    if let Some(balance) = card.balance(name) {
        return bounds(&balance.settled, true);
    }
    match name {
        "grade" => said_grades(card.grades.clone()),
        "veto" => match card.veto {
            Veto::None => "false".to_owned(),
            Veto::Possible => "possible".to_owned(),
            Veto::Stands => "true".to_owned(),
        },
        "rank" => card.rank.map(|rank| bounds(&rank.place, rank.is_certain)).unwrap_or_default(),
        "peers" => card.rank.map(|rank| bounds(&rank.peers, rank.is_certain)).unwrap_or_default(),
        "weight" => card.weight.map(amount::plain).unwrap_or_default(),
        "coefficient" => card.coefficient.map(amount::plain).unwrap_or_default(),
        fact => FactType::plain(&card.record.value(fact)),
    }
}
