//! Every function on every pair of operand types, in both orders, put to all three answerers: what each cell must give is
//! said by a rule over plain decimals, as for the operators.

use super::operator_table::{Bench, Operand, Outcome, ROUNDS, decimal, report};
use rust_decimal::Decimal;

/// What a function of two numbers must give; of anything else it must be refused.
fn of_numbers(left: &Operand, right: &Operand, rule: impl Fn(Decimal, Decimal) -> Outcome) -> Outcome {
    match (left, right) {
        (Operand::Number { value: left, .. }, Operand::Number { value: right, .. }) => rule(*left, *right),
        _ => Outcome::Refused,
    }
}

/// A number within bounds; outside them nothing can be said. Bounds that nothing lies between are a fault of the clause
/// where they are the same for every row: it is found while the clause is traced.
fn within(number: Decimal, low: Decimal, high: Decimal, fault: bool) -> Outcome {
    match (low <= number && number <= high, low > high && fault) {
        (_, true) => Outcome::Refused,
        (true, _) => Outcome::Number(number),
        (false, _) => Outcome::Undetermined,
    }
}

fn is_of_row(operand: &Operand) -> bool {
    matches!(operand, Operand::Number { of_the_row: true, .. })
}

#[test]
fn a_number_is_within_two_bounds_whatever_they_are_written_as() {
    let bench = Bench::new();
    let (mut cells, mut wrong) = (0_usize, Vec::new());
    for round in &ROUNDS {
        let record = round.record(&bench.schema);
        for left in round.operands(false) {
            for right in round.operands(true) {
                let of_row = is_of_row(&left.operand) || is_of_row(&right.operand);
                let (one, other) = (&left.operand, &right.operand);
                let all = |traced: bool| {
                    [
                        (
                            format!("within({}, {}, 6)", left.script, right.script),
                            of_numbers(one, other, |x, low| {
                                within(x, low, decimal("6"), traced && !is_of_row(&right.operand))
                            }),
                        ),
                        (
                            format!("within({}, -2, {})", left.script, right.script),
                            of_numbers(one, other, |x, high| {
                                within(x, decimal("-2"), high, traced && !is_of_row(&right.operand))
                            }),
                        ),
                        (
                            format!("within(3, {}, {})", left.script, right.script),
                            of_numbers(one, other, |low, high| {
                                within(decimal("3"), low, high, traced && !of_row)
                            }),
                        ),
                        (
                            format!("min({}, {})", left.script, right.script),
                            of_numbers(one, other, |a, b| Outcome::Number(a.min(b))),
                        ),
                        (
                            format!("max({}, {})", left.script, right.script),
                            of_numbers(one, other, |a, b| Outcome::Number(a.max(b))),
                        ),
                        // a list that names no fact counts nothing, so only the operand types are looked at
                        (format!("how_many({}, {})", left.script, right.script), Outcome::Refused),
                    ]
                };
                for ((body, known), (_, traced)) in all(false).into_iter().zip(all(true)) {
                    let rule = |is_traced| if is_traced { traced.clone() } else { known.clone() };
                    wrong.extend(bench.check(&body, &record, &rule));
                    cells = cells.saturating_add(1);
                }
            }
        }
    }
    report(cells, 5_000, &wrong);
}

#[test]
fn flags_that_are_counted_are_read_one_by_one() {
    let bench = Bench::new();
    let mut wrong = Vec::new();
    let bodies = [
        ("how_many(complaint, [\"flag\", \"other\"])", [1, 0, 2]),
        ("how_many(complaint, [\"other\", \"flag\", \"flag\"])", [2, 0, 3]),
        ("how_many(complaint, [])", [0, 0, 0]),
    ];
    for (body, counts) in bodies {
        for (round, count) in ROUNDS.iter().zip(counts) {
            let record = round.record(&bench.schema);
            wrong.extend(bench.check(body, &record, &|_| Outcome::Number(count.into())));
        }
    }
    for body in [
        "how_many(complaint, [\"amount\"])",
        "how_many(complaint, [\"colour\"])",
        "how_many(complaint, [\"nobody\"])",
        "how_many(complaint, [complaint.flag])",
        "how_many(complaint, [1])",
        "how_many(complaint, \"flag\")",
        "how_many([\"flag\"], complaint)",
    ] {
        let record = ROUNDS[0].record(&bench.schema);
        wrong.extend(bench.check(body, &record, &|_| Outcome::Refused));
    }
    report(bodies.len(), 3, &wrong);
}
