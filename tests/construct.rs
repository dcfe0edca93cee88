//! Constructed situations: what is asked for is what the row then does.

#![cfg(test)]

use super::shared::telecom;
use renze::calendar::read_day;
use renze::clause::{Clause, Rulebook};
use renze::construct::{construct, construct_path};
use renze::decision::{Answer, Expression, Question, Step};
use renze::fact::Value;
use renze::interval::{Interval, Relation};
use renze::policy::Pack;
use renze::scenario::Situation;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

const DAY: &str = "2026-10-12";

fn step(question: Question, answer: Answer) -> Step {
    Step { question, answer, decided: true }
}

fn word(fact: &str, word: &str) -> Step {
    step(Question::Fact(fact.to_owned()), Answer::Is(Value::Word(Arc::from(word))))
}

fn flag(fact: &str, flag: bool) -> Step {
    step(Question::Fact(fact.to_owned()), Answer::Is(Value::Bool(flag)))
}

fn known(fact: &str, known: bool) -> Step {
    step(Question::Known(fact.to_owned()), Answer::from(known))
}

fn number(fact: &str, relation: Relation, bound: &str) -> Step {
    let bound = Expression::literal(bound.parse::<Decimal>().unwrap());
    step(Question::Compare(relation, Expression::fact(fact, Interval::UNKNOWN), bound), Answer::Yes)
}

fn found(kind: &str, wanted: &[Step]) -> Option<BTreeMap<String, String>> {
    let (pack, rules) = telecom();
    construct(&pack, &rules, kind, read_day(DAY).unwrap(), wanted).map(|situation| situation.facts)
}

fn facts(typed: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
    Some(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// The positions of the paths that the only row of a situation takes through a clause.
fn taken(pack: &Pack, rules: &Rulebook, clause: &Clause, situation: &Situation) -> Vec<Option<usize>> {
    let (assessment, kind) = situation.assess(pack, rules).unwrap();
    let row = assessment.rows_of(kind).next().unwrap();
    let taken = rules.decide(clause, &row.record, &row.terms).unwrap();
    taken.iter().map(|taken| taken.position).collect()
}

#[test]
fn every_path_of_every_clause_is_taken_by_a_constructed_situation() {
    let (pack, rules) = telecom();
    let day = read_day(DAY).unwrap();
    let (mut paths, mut missed) = (0, Vec::new());
    for clause in rules.clauses() {
        let tree = rules.tree(clause, &pack.terms(day)).unwrap();
        for (position, path) in tree.paths().iter().enumerate() {
            paths += 1;
            match construct_path(&pack, &rules, &clause.kind, day, path) {
                Some(situation) => {
                    let takes = taken(&pack, &rules, clause, &situation);
                    assert_eq!(takes, [Some(position)], "{} with {:?}", clause.name, situation.facts);
                }
                None => missed.push(format!("{} {position}: {:?}", clause.name, path.steps)),
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(paths >= 40, "only {paths} paths");
}

#[test]
fn nothing_is_changed_where_the_ordinary_row_will_do() {
    assert_eq!(found("complaint", &[]), facts(&[]));
    assert_eq!(found("complaint", &[flag("accountable", false), word("severity", "general")]), facts(&[]));
}

#[test]
fn what_is_worked_out_is_reached_through_what_it_is_worked_out_from() {
    assert_eq!(found("complaint", &[flag("accountable", true)]).unwrap().len(), 1);
    let major = found("complaint", &[flag("major_service", true)]);
    assert_eq!(
        major,
        facts(&[("severity", "major"), ("escalation", "regulator"), ("liability", "enterprise")])
    );
    assert_eq!(found("complaint", &[flag("satisfied", false)]).unwrap().len(), 1);
}

#[test]
fn numbers_are_the_nearest_round_ones_beyond_the_limit() {
    assert_eq!(
        found("complaint", &[number("answered_in", Relation::Greater, "48")]),
        facts(&[("answered_in", "49")])
    );
    assert_eq!(
        found(
            "complaint",
            &[number("answered_in", Relation::Greater, "48"), number("answered_in", Relation::Less, "48.5")]
        ),
        facts(&[("answered_in", "48.1")])
    );
}

#[test]
fn a_clock_and_its_end_tell_one_story() {
    let wanted = [known("replied", true), number("answered_in", Relation::Greater, "48")];
    assert_eq!(
        found("complaint", &wanted),
        facts(&[("accepted", "2026-10-12 09:00"), ("replied", "2026-10-14 10:00")])
    );
    assert_eq!(
        found("complaint", &[known("replied", true)]),
        facts(&[("replied", "2026-10-12 21:00")]),
        "the ordinary twelve hours"
    );
}

#[test]
fn moments_are_put_in_the_wanted_order() {
    let earlier =
        Question::Moments(Relation::Less, "second_level_reply".to_owned(), "first_level_reply".to_owned());
    let wrong = found("complaint", &[step(earlier, Answer::Yes)]).unwrap();
    assert!(wrong["second_level_reply"] < wrong["first_level_reply"], "{wrong:?}");
}

#[test]
fn a_card_has_no_part_above_its_whole() {
    let share =
        found("unit", &[number("share_answered", Relation::Less, "0.9"), known("share_answered", true)]);
    assert_eq!(share.unwrap().len(), 1, "one complaint, not answered");
    let exact = found(
        "unit",
        &[
            number("share_answered", Relation::Less, "0.9"),
            number("share_answered", Relation::Greater, "0.8"),
        ],
    )
    .unwrap();
    let count = |name: &str| exact[name].parse::<u64>().unwrap();
    assert!(count("answered") <= count("complaints"), "{exact:?}");
}

#[test]
fn what_no_row_can_be_is_not_constructed() {
    // the pack stops at a reply before acceptance, so no such row is ever judged
    let before = Question::Moments(Relation::Less, "replied".to_owned(), "accepted".to_owned());
    assert_eq!(found("complaint", &[step(before, Answer::Yes)]), None);
    assert_eq!(found("complaint", &[flag("major_service", true), word("severity", "minor")]), None);
    assert_eq!(
        found(
            "complaint",
            &[number("answered_in", Relation::Greater, "48"), number("answered_in", Relation::Less, "40")]
        ),
        None
    );
    assert_eq!(found("nobody", &[]), None);
}
