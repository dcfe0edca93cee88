//! Numbers of the row in lists, in maps and as how often a loop runs.

use super::bench::{Case, Interpreted, Refused, Traced, check, decimal, deduct, nothing, undetermined, veto};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

#[test]
fn membership_is_asked_in_both_orders() {
    check(&[
        Case("if complaint.x in [3, 7.5] { veto(\"handler\"); }", Traced, |row| {
            if [decimal("3"), decimal("7.5")].contains(&row.number("x")) { veto() } else { nothing() }
        }),
        Case("if 3 in [complaint.x, complaint.y] { veto(\"handler\"); }", Traced, |row| {
            if [row.number("x"), row.number("y")].contains(&decimal("3")) { veto() } else { nothing() }
        }),
        Case("if complaint.x !in [terms.three, complaint.y] { veto(\"handler\"); }", Traced, |row| {
            if [decimal("3"), row.number("y")].contains(&row.number("x")) { nothing() } else { veto() }
        }),
        Case("if contains([1, complaint.x], complaint.y) { veto(\"handler\"); }", Traced, |row| {
            if [Decimal::ONE, row.number("x")].contains(&row.number("y")) { veto() } else { nothing() }
        }),
        Case("if [[complaint.x]].contains([3]) { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if complaint.x in #{a: 1} { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if \"red\" in [complaint.x] { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if complaint.x in [\"red\", 3] { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if complaint.x in 1..4 { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
    ]);
}

#[test]
fn lists_and_maps_hold_numbers_of_the_row() {
    check(&[
        Case(
            "let held = []; held.push(complaint.x); held.push(complaint.y); if held[1] > held[0] { deduct(\"handler\", held[1]); }",
            Traced,
            |row| {
                if row.number("y") > row.number("x") { deduct(row.number("y")) } else { nothing() }
            },
        ),
        Case(
            "let held = [complaint.x, 1]; held[0] += 1; held[1] = complaint.y; deduct(\"handler\", held[0] * held[1]);",
            Traced,
            |row| deduct((row.number("x") + Decimal::ONE) * row.number("y")),
        ),
        Case(
            "let held = [1]; let other = held; other.push(complaint.x); deduct(\"handler\", held.len() + other.len());",
            Traced,
            |_| deduct(3),
        ),
        Case(
            "let held = #{\"red\": complaint.x, \"blue\": 2, \"green\": 3}; held[complaint.colour] += 1; deduct(\"handler\", held[complaint.colour]);",
            Traced,
            |row| {
                deduct(
                    Decimal::ONE
                        + match row.word("colour") {
                            "red" => row.number("x"),
                            "blue" => decimal("2"),
                            _ => decimal("3"),
                        },
                )
            },
        ),
        Case("let held = [1, 2]; deduct(\"handler\", held[complaint.n]);", Refused("C030"), |_| nothing()),
        Case("let held = [1, 2]; deduct(\"handler\", held[terms.two]);", Refused("C030"), |_| nothing()),
        Case("let held = #{a: 1}; deduct(\"handler\", held[complaint.x]);", Refused("C030"), |_| nothing()),
        Case("let bits = 5; if bits[complaint.n] { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if [complaint.x] == [complaint.x] { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if #{a: complaint.x} == #{a: 3} { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case(
            "let held = [complaint.x, 1]; held.sort(); deduct(\"handler\", held[0]);",
            Refused("C001"),
            |_| nothing(),
        ),
        Case("let held = [complaint.x]; deduct(\"handler\", held.pop());", Refused("C001"), |_| nothing()),
        Case("if [1, complaint.x].index_of(3) == 1 { veto(\"handler\"); }", Refused("C001"), |_| nothing()),
    ]);
}

/// The whole numbers from 0 up to the number; none where it is not whole.
fn rounds(number: Decimal) -> Option<i64> {
    number.to_i64().filter(|_| number.fract().is_zero()).map(|number| number.max(0))
}

#[test]
fn how_often_a_loop_runs_must_be_known() {
    check(&[
        Case(
            "for i in 0..complaint.n { deduct(\"handler\", i + 1); }",
            Interpreted("how often a loop runs depends on n"),
            |row| {
                (1..=rounds(row.number("n")).unwrap()).fold(nothing(), |outcome, round| outcome.deduct(round))
            },
        ),
        Case(
            "let sum = 0; for i in range(0, complaint.x) { sum += i; } deduct(\"handler\", sum);",
            Interpreted("how often a loop runs depends on x"),
            |row| {
                rounds(row.number("x")).map_or_else(undetermined, |rounds| deduct((0..rounds).sum::<i64>()))
            },
        ),
        Case(
            "let sum = 0; for i in 1..=complaint.x - complaint.y { sum += i; } deduct(\"handler\", sum);",
            Interpreted("depends on x, y"),
            |row| {
                let (x, y) = (row.number("x"), row.number("y"));
                let whole = (x - y).fract().is_zero();
                if whole { deduct((1..=rounds(x - y).unwrap()).sum::<i64>()) } else { undetermined() }
            },
        ),
        Case(
            "let sum = 0; for i in range(0, complaint.n, 2) { sum += 1; } deduct(\"handler\", sum);",
            Interpreted("depends on n"),
            |row| deduct((rounds(row.number("n")).unwrap() + 1) / 2),
        ),
        // on a way that asks nothing of the number nothing is in doubt
        Case(
            "if complaint.a { for i in 0..complaint.n { deduct(\"handler\", 1); } }",
            Interpreted("depends on n"),
            |row| {
                let rounds = if row.is("a") { rounds(row.number("n")).unwrap() } else { 0 };
                (0..rounds).fold(nothing(), |outcome, _| outcome.deduct(1))
            },
        ),
        // a number of the parameters is known while a clause is followed, and so is a quotient that is whole
        Case("for i in 0..terms.three { if complaint.x > i { deduct(\"handler\", 1); } }", Traced, |row| {
            (0..3)
                .filter(|round| row.number("x") > Decimal::from(*round))
                .fold(nothing(), |outcome, _| outcome.deduct(1))
        }),
        Case(
            "for i in range(0, 6 / 2) { if complaint.x == i { deduct(\"handler\", i + 1); } }",
            Traced,
            |row| {
                let found = (0..3).find(|round| row.number("x") == Decimal::from(*round));
                found.map_or_else(nothing, |round| deduct(round + 1))
            },
        ),
        Case("for i in 0..terms.two / terms.three { veto(\"handler\"); }", Refused("C032"), |_| nothing()),
        Case("for i in complaint.x { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("for i in 0..\"red\" { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
    ]);
}
