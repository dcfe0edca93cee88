//! Constructed situations: what is asked for is what the row then does.

#![cfg(test)]
#![allow(clippy::arithmetic_side_effects, reason = "test code: a fault should stop the test")]

use super::shared::{open_pack, telecom};
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
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

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
    let (paths, missed) = take_every_path(&pack, &rules);
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(paths >= 40, "only {paths} paths");
}

/// Has every path of every traced clause taken: how many there are, and those for which no situation was found.
fn take_every_path(pack: &Pack, rules: &Rulebook) -> (usize, Vec<String>) {
    let day = read_day(DAY).unwrap();
    let (mut paths, mut missed) = (0, Vec::new());
    for clause in rules.clauses() {
        let Some(tree) = rules.tree(clause, &pack.terms(day)) else { continue };
        for (position, path) in tree.paths().iter().enumerate() {
            paths += 1;
            match construct_path(pack, rules, &clause.kind, day, path) {
                Some(situation) => {
                    let takes = taken(pack, rules, clause, &situation);
                    assert_eq!(takes, [Some(position)], "{} with {:?}", clause.name, situation.facts);
                }
                None => missed.push(format!("{} {position}", clause.name)),
            }
        }
    }
    (paths, missed)
}

/// A pack that asks everything a clause can ask: texts, two numbers against each other, tables by number, shares, clocks
/// without an ordinary length, facts that only an interpreted function works out, a clause that is no longer in force.
pub(crate) const MANY_QUESTIONS: [(&str, &str); 3] = [
    (
        "policy.toml",
        r#"
[policy]
id = "many"
version = "1"
title = { zh = "试", en = "Trial" }
basis = "T"
from = 2026-10-01
judge = ["complaint", "unit"]
rounding = { mode = "half_up", places = 2, at = "finding" }
utc_offset = "+08:00"

[complaint]
title = { zh = "投诉", en = "Complaint" }
rows = { table = "complaints" }
id = "number"
at = "accepted"
consistency = [{ by = "paid_too_much", action = "set aside" }]

[complaint.facts]
number    = { from = ["单号"], type = "text" }
accepted  = { from = ["受理"], type = "time" }
replied   = { from = ["答复"], type = "time" }
closed    = { from = ["办结"], type = "time" }
"损失"     = { from = ["损失"], type = "number", unit = "元", places = 2, least = 0, most = 5000, ordinary = 0 }
paid      = { from = ["赔付"], type = "number", unit = "元", places = 2, least = 0, ordinary = 0 }
remark    = { from = ["备注"], type = "text" }
agent     = { from = ["经办"], type = "text" }
previous  = { from = ["上次经办"], type = "text" }
angry     = { from = ["激动"], type = "bool" }
repeats   = { from = ["重复"], type = "number", places = 0, least = 0, most = 9, ordinary = 0 }
waited    = { clock = ["accepted", "replied"], in = "hours", open = "count" }
share     = { by = "share_paid", type = "number", unit = "%" }
level     = { by = "level", type = { low = ["低"], middle = ["中"], high = ["高"] } }
hot       = { by = "hot", type = "bool" }

[complaint.roles]
unit = { is = "unit", from = ["单元"] }

[unit]
title = { zh = "单元", en = "Units" }
rows = { members = "unit" }
period = "month"
[unit.facts]
complaints = { count = "complaint" }
hot        = { count = "complaint", where = "hot" }
loss       = { sum = "complaint.损失" }
worst      = { max = "complaint.损失" }
[unit.accounts]
points = { opening = 100, floor = 0, plus = "award", minus = "deduct", title = { zh = "得分", en = "score" } }
"#,
    ),
    (
        "parameters.toml",
        r#"
[limit]
title = { zh = "时限", en = "limit" }
unit = "小时"
values = [{ from = 2026-10-01, value = "36.5", basis = "T" }]

[band]
title = { zh = "分档", en = "bands" }
keys = ["损失"]
[[band.values]]
from = 2026-10-01
basis = "T"
value = [["<= 99.99", 1], ["> 100 <= 100.05", 2], ["> 100.05", 3]]
"#,
    ),
    (
        "clauses/all.rhai",
        r#"
fn share_paid(complaint) { complaint.paid / complaint.损失 }

fn paid_too_much(complaint) { complaint.paid > complaint.损失 }

fn level(complaint) {
    if complaint.损失 > 1000 && complaint.repeats >= 2 { return "high"; }
    if complaint.angry { return "middle"; }
    "low"
}

fn hot(complaint) {
    let over = 0;
    for i in 1..14 { if complaint.repeats * i > complaint.paid + 40 { over += 1; } }
    over >= 3
}

/// 文字
/// en: texts
/// basis: T
fn texts(complaint) {
    if contains(complaint.remark, "退费") && !contains(complaint.remark, "已退") { deduct("unit", 1); }
    if matches(complaint.agent, "P01") { deduct("unit", 2); }
    if same(complaint.agent, complaint.previous) { deduct("unit", 3); }
}

/// 数字
/// en: numbers
/// basis: T
fn numbers(complaint, terms) {
    deduct("unit", terms.band[complaint.损失]);
    if complaint.paid * 3 + 1 > complaint.损失 { deduct("unit", 1); }
}

/// 份额
/// en: shares
/// basis: T
fn shares(complaint) {
    if complaint.share > 0.333 && complaint.share < 0.334 { deduct("unit", 1); }
}

/// 时限
/// en: clocks
/// basis: T
fn clocks(complaint, terms) {
    if complaint.waited > terms.limit { deduct("unit", steps(complaint.waited - terms.limit, 24, "started")); }
    if known(complaint.closed) && complaint.closed > complaint.replied { deduct("unit", 1); }
}

/// 级别
/// en: levels
/// basis: T
fn levels(complaint) {
    if complaint.level == "high" { deduct("unit", 3); }
    if complaint.hot { deduct("unit", complaint.repeats); }
}

/// 不可能
/// en: impossible
/// basis: T
fn impossible(complaint) {
    if complaint.level == "high" && complaint.repeats < 1 { deduct("unit", 9); }
}

/// 旧规
/// en: no longer in force
/// basis: T
/// until: 2026-10-05
fn old(complaint) {
    if complaint.angry { deduct("unit", 1); }
}

/// 单元
/// en: units
/// basis: T
fn units(unit) {
    if unit.complaints > 0 && unit.hot / unit.complaints >= 0.25 { deduct("unit", 1); }
    if unit.worst > 100 { deduct("unit", unit.loss / 100); }
}

/// 逐件
/// en: one by one
/// basis: T
fn one_by_one(complaint) {
    for i in 1..14 { if complaint.repeats * i > complaint.paid { deduct("unit", 1); } }
}
"#,
    ),
];

/// The pack in a folder of its own.
pub(crate) fn many_questions() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("clauses")).unwrap();
    for (name, text) in MANY_QUESTIONS {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn every_kind_of_question_is_answered_as_wanted() {
    let folder = many_questions();
    let (pack, rules) = open_pack(folder.path());
    let (paths, missed) = take_every_path(&pack, &rules);
    // high needs two repeats: the third path of that clause asks for high and none
    assert_eq!(missed, ["impossible 2"], "of {paths}");
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
