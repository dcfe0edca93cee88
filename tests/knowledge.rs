//! Ranges and what a path knows obey their laws: nothing that satisfies the answers is ever lost, and where few numbers
//! are left, nothing is thought possible that is not.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "small numbers and fixed tables: a fault should stop the test"
)]

use super::chance::Chance;
use chrono::NaiveDate;
use renze::decision::{Answer, Band, Expression, Knowledge, Operation, Question};
use renze::fact::{Facts, Value};
use renze::interval::{Interval, Relation};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bounds, bands and rows drawn for each law.
const DRAWS: u64 = 20_000;
/// A failure names the number that was added to it.
const SEED: u64 = 20_261_005;

fn quarters(number: i64) -> Decimal {
    Decimal::new(number * 25, 2)
}

/// Every quarter from -5 to 5: between any two bounds and beyond all of them.
fn line() -> Vec<Decimal> {
    (-20..=20).map(quarters).collect()
}

/// A half from -4 to 4.
fn bound(chance: &mut Chance) -> Decimal {
    quarters(2 * (i64::try_from(chance.below(17)).unwrap() - 8))
}

fn band(chance: &mut Chance) -> Band {
    let mut end = || chance.happens(3, 4).then(|| (bound(chance), chance.happens(1, 2)));
    Band { low: end(), high: end() }
}

fn places(chance: &mut Chance) -> Option<u32> {
    *chance.one(&[None, None, Some(0), Some(1)])
}

/// Whether a fact of so many places can have the value.
fn is_of(places: Option<u32>, value: Decimal) -> bool {
    places.is_none_or(|places| value.normalize().scale() <= places)
}

#[test]
fn a_range_of_a_relation_holds_what_stands_in_the_relation() {
    for relation in Relation::ALL {
        for bound in line() {
            for value in line() {
                let holds = relation.holds(value.cmp(&bound));
                let found = Band::of(relation, bound).map(|band| band.contains(value));
                assert_eq!(found.unwrap_or(value != bound), holds, "{value} {} {bound}", relation.symbol());
            }
        }
    }
}

#[test]
fn what_is_in_both_ranges_is_in_their_intersection_and_nothing_else() {
    for draw in 0..DRAWS {
        let mut chance = Chance(SEED + draw);
        let (one, other) = (band(&mut chance), band(&mut chance));
        let both = one.intersect(&other);
        for value in line() {
            let inside = one.contains(value) && other.contains(value);
            assert_eq!(both.contains(value), inside, "{draw}: {value} in {one:?} and {other:?}");
            assert!(!inside || !both.is_empty(), "{draw}: {both:?} is not empty");
        }
        assert_eq!(both, other.intersect(&one), "{draw}");
        assert_eq!(both, both.intersect(&one), "{draw}");
        assert_eq!(
            both.is_empty(),
            !line().into_iter().any(|value| both.contains(value)),
            "{draw}: {both:?}"
        );
        // a range meets an interval exactly where they share a number
        let (low, high) = (bound(&mut chance), bound(&mut chance));
        let interval = Interval::between(low.min(high), low.max(high));
        let shared = line().into_iter().any(|value| one.contains(value) && interval.contains(value));
        assert_eq!(one.meets(interval), shared, "{draw}: {one:?} and {interval:?}");
    }
}

#[test]
fn a_number_left_out_of_a_range_leaves_every_other() {
    for draw in 0..DRAWS {
        let mut chance = Chance(SEED + draw);
        let (range, left_out) = (band(&mut chance), bound(&mut chance));
        let is_end = [range.low, range.high].into_iter().flatten().any(|(end, _)| end == left_out);
        let rest = range.except(left_out);
        for value in line() {
            let stays = range.contains(value) && !(is_end && value == left_out);
            assert_eq!(rest.contains(value), stays, "{draw}: {value} in {range:?} without {left_out}");
        }
    }
}

#[test]
fn a_range_at_a_grain_holds_the_same_numbers_of_that_grain() {
    for draw in 0..DRAWS {
        let mut chance = Chance(SEED + draw);
        let (range, places) = (band(&mut chance), places(&mut chance));
        let whole = range.at_grain(places);
        let mut all = line().into_iter().filter(|value| is_of(places, *value));
        assert!(
            all.all(|value| range.contains(value) == whole.contains(value)),
            "{draw}: {range:?} at {places:?}"
        );
    }
}

#[test]
fn what_lies_outside_of_ranges_is_every_number_in_none_of_them() {
    for draw in 0..DRAWS {
        let mut chance = Chance(SEED + draw);
        let (range, places) = (band(&mut chance), places(&mut chance));
        let others: Vec<Band> = (0..chance.below(4)).map(|_| band(&mut chance)).collect();
        let gaps = range.outside(&others, places);
        for value in line().into_iter().filter(|value| is_of(places, *value)) {
            let outside = range.contains(value) && !others.iter().any(|other| other.contains(value));
            let found = gaps.iter().filter(|gap| gap.contains(value)).count();
            assert_eq!(
                found,
                usize::from(outside),
                "{draw}: {value} in {range:?} outside of {others:?}: {gaps:?}"
            );
        }
        assert!(gaps.iter().all(|gap| !gap.is_empty()), "{draw}: {gaps:?}");
        assert!(gaps.is_sorted_by_key(|gap| gap.low.map(|(low, _)| low)), "{draw}: {gaps:?}");
    }
}

/// A row with two numbers, two times and two texts.
struct Row(BTreeMap<&'static str, Value>);

impl Facts for Row {
    fn value(&self, fact: &str) -> Value {
        self.0.get(fact).cloned().unwrap_or(Value::Missing)
    }
}

/// What is declared of the two numbers.
struct Declared {
    places: [Option<u32>; 2],
    bounds: Interval,
}

const NUMBERS: [&str; 2] = ["x", "y"];
const TIMES: [&str; 2] = ["start", "end"];
const TEXTS: [&str; 2] = ["note", "remark"];
const WORDS: [&str; 6] = ["a", "ab", "b", "ba", "aba", ""];

impl Declared {
    fn draw(chance: &mut Chance) -> Self {
        let bounds = Interval::between(Decimal::from(-4), Decimal::from(4));
        Self { places: [places(chance), places(chance)], bounds: *chance.one(&[Interval::UNKNOWN, bounds]) }
    }

    fn grain(&self, fact: &str) -> (Option<u32>, Interval) {
        let number = NUMBERS.iter().position(|name| *name == fact);
        (number.and_then(|number| self.places[number]), self.bounds)
    }

    /// Every value the first or second number can have.
    fn values(&self, number: usize) -> Vec<Decimal> {
        let mut values = match self.places[number] {
            Some(1) => (-50..=50).map(|tenths| Decimal::new(tenths, 1)).collect(),
            _ => line(),
        };
        values.retain(|value| is_of(self.places[number], *value) && self.bounds.contains(*value));
        values
    }

    fn row(&self, chance: &mut Chance) -> Row {
        let mut row = BTreeMap::new();
        for (number, name) in NUMBERS.into_iter().enumerate() {
            row.insert(name, Value::Number(*chance.one(&self.values(number))));
        }
        for name in TIMES {
            let day = NaiveDate::from_ymd_opt(2026, 7, u32::try_from(chance.between(1, 3)).unwrap()).unwrap();
            row.insert(name, Value::Moment(day.and_hms_opt(9, 0, 0).unwrap()));
        }
        for name in TEXTS {
            row.insert(name, Value::Text(Arc::from(*chance.one(&WORDS))));
        }
        Row(row)
    }
}

fn number(chance: &mut Chance, name: &str) -> Arc<Expression> {
    let fact = Expression::fact(name, Interval::UNKNOWN);
    if chance.happens(3, 4) {
        return fact;
    }
    Expression::apply(Operation::Add, vec![fact, Expression::literal(Decimal::ONE)]).unwrap()
}

/// A comparison of one number with a bound, in either order, or the question for its band.
fn about(chance: &mut Chance, number: Arc<Expression>) -> Question {
    let relation = *chance.one(&Relation::ALL);
    let bound = Expression::literal(bound(chance));
    match chance.below(3) {
        0 => Question::Compare(relation, number, bound),
        1 => Question::Compare(relation, bound, number),
        _ => Question::Band {
            table: "ladder".to_owned(),
            keys: Vec::new(),
            input: number,
            bands: (0..chance.between(1, 3)).map(|_| band(chance)).collect(),
        },
    }
}

fn question(chance: &mut Chance) -> Question {
    let relation = *chance.one(&Relation::ALL);
    let mut two = |names: [&str; 2]| [*chance.one(&names), *chance.one(&names)].map(str::to_owned);
    let (times, texts, numbers) = (two(TIMES), two(TEXTS), two(NUMBERS));
    let ([start, end], [note, remark]) = (times, texts);
    match chance.below(7) {
        0 => Question::Moments(relation, start, end),
        1 => Question::Same(note, remark),
        2 => Question::Matches(note, (*chance.one(&WORDS)).to_owned()),
        3 => Question::Contains(note, (*chance.one(&WORDS)).to_owned()),
        4 => {
            let [left, right] = numbers;
            Question::Compare(relation, number(chance, &left), number(chance, &right))
        }
        _ => {
            let number = number(chance, &numbers[0]);
            about(chance, number)
        }
    }
}

#[test]
fn what_a_row_answers_is_never_thought_impossible_and_never_lost() {
    let mut narrowed = 0_usize;
    for draw in 0..DRAWS {
        let mut chance = Chance(SEED + draw);
        let declared = Declared::draw(&mut chance);
        let row = declared.row(&mut chance);
        let grain = |fact: &str| declared.grain(fact);
        let mut knowledge = Knowledge::default();
        for _ in 0..12 {
            let question = question(&mut chance);
            let answer = question.answer(&row).unwrap().unwrap();
            let all = question.answers(|_| None);
            assert!(!knowledge.contradicts(&question, &answer, &grain), "{draw}: {question:?} is {answer:?}");
            let possible = knowledge.possible(&question, all.clone(), &grain);
            assert!(possible.contains(&answer), "{draw}: {question:?} is {answer:?}, not of {possible:?}");
            narrowed += usize::from(possible.len() < all.len());
            knowledge.learn(&question, &answer, &grain);
            assert!(!knowledge.contradicts(&question, &answer, &grain), "{draw}: {question:?} is {answer:?}");
            for name in NUMBERS {
                let fact = Expression::fact(name, Interval::UNKNOWN);
                let one = Expression::literal(Decimal::ONE);
                let sum = Expression::apply(Operation::Add, vec![Arc::clone(&fact), one]).unwrap();
                for number in [fact, sum] {
                    let (value, range) =
                        (number.evaluate(&row).unwrap().exact().unwrap(), knowledge.range(&number));
                    assert!(range.contains(value), "{draw}: {name} is {value}, not in {range:?}");
                }
            }
        }
    }
    // knowledge that never says anything would lose nothing either
    assert!(narrowed > 20_000, "only {narrowed} questions had fewer answers than there are");
}

#[test]
fn an_answer_about_one_number_is_possible_exactly_where_some_number_gives_it() {
    for draw in 0..DRAWS {
        let mut chance = Chance(SEED + draw);
        let declared = Declared::draw(&mut chance);
        let grain = |fact: &str| declared.grain(fact);
        let fact = Expression::fact("x", Interval::UNKNOWN);
        let answers_of = |question: &Question, value: Decimal| {
            question.answer(&Row(BTreeMap::from([("x", Value::Number(value))]))).unwrap().unwrap()
        };
        let mut left = declared.values(0);
        let mut knowledge = Knowledge::default();
        for _ in 0..6 {
            let question = about(&mut chance, Arc::clone(&fact));
            for answer in question.answers(|_| None) {
                let some = left.iter().any(|value| answers_of(&question, *value) == answer);
                let found = !knowledge.contradicts(&question, &answer, &grain);
                // of overlapping bands the first is the answer; a later one may be thought possible all the same
                let overlap = matches!(answer, Answer::Band(place) if place > 0);
                let fits = if overlap { found || !some } else { found == some };
                assert!(fits, "{draw}: {question:?} {answer:?} of {left:?}");
            }
            let answer = answers_of(&question, *chance.one(&left));
            // behind a gap no path goes on, so nothing is learned from it
            if answer != Answer::Gap {
                left.retain(|value| answers_of(&question, *value) == answer);
            }
            knowledge.learn(&question, &answer, &grain);
            if matches!(answer, Answer::Band(place) if place > 0) || answer == Answer::Gap {
                break;
            }
        }
    }
}

#[test]
fn two_things_compared_stand_to_each_other_in_one_way_however_they_are_asked_about() {
    let moments = |relation, exchanged: bool| {
        let [start, end] = TIMES.map(str::to_owned);
        if exchanged {
            Question::Moments(relation, end, start)
        } else {
            Question::Moments(relation, start, end)
        }
    };
    let numbers = |relation, exchanged: bool| {
        let [x, y] = NUMBERS.map(|name| Expression::fact(name, Interval::UNKNOWN));
        if exchanged { Question::Compare(relation, y, x) } else { Question::Compare(relation, x, y) }
    };
    let grain = |_: &str| (None, Interval::UNKNOWN);
    let orders = [std::cmp::Ordering::Less, std::cmp::Ordering::Equal, std::cmp::Ordering::Greater];
    let asked: [&dyn Fn(Relation, bool) -> Question; 2] = [&moments, &numbers];
    for ask in asked {
        for (first, second) in
            Relation::ALL.into_iter().flat_map(|one| Relation::ALL.map(|other| (one, other)))
        {
            for (answer, exchanged) in [(true, false), (true, true), (false, false), (false, true)] {
                let mut knowledge = Knowledge::default();
                knowledge.learn(&ask(first, false), &answer.into(), &grain);
                for next in [true, false] {
                    let holds = |relation: Relation, order: std::cmp::Ordering, exchanged: bool| {
                        relation.holds(if exchanged { order.reverse() } else { order })
                    };
                    let possible = orders.into_iter().any(|order| {
                        holds(first, order, false) == answer && holds(second, order, exchanged) == next
                    });
                    let found = !knowledge.contradicts(&ask(second, exchanged), &next.into(), &grain);
                    assert_eq!(
                        found, possible,
                        "{first:?} {answer}, then {second:?} {next}, exchanged: {exchanged}"
                    );
                }
            }
        }
    }
}
