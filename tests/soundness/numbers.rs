//! Numbers: as they are compared, divided, rounded and written.

use super::bench::{Case, Refused, Traced, check, decimal, deduct, nothing, undetermined, veto};
use rust_decimal::{Decimal, RoundingStrategy};

#[test]
fn a_number_is_compared_in_both_orders_and_never_with_a_text() {
    check(&[
        Case("if 3 > complaint.x { veto(\"handler\"); }", Traced, |row| {
            if decimal("3") > row.number("x") { veto() } else { nothing() }
        }),
        Case("if terms.three <= complaint.x { veto(\"handler\"); }", Traced, |row| {
            if decimal("3") <= row.number("x") { veto() } else { nothing() }
        }),
        Case("if 3.0 == complaint.x || complaint.x == 7.50 { veto(\"handler\"); }", Traced, |row| {
            if [decimal("3"), decimal("7.5")].contains(&row.number("x")) { veto() } else { nothing() }
        }),
        Case("if complaint.x == \"7\" { veto(\"handler\"); }", Refused("C005"), |_| nothing()),
        Case(
            "let text = complaint.colour; if complaint.x == text { veto(\"handler\"); }",
            Refused("C030"),
            |_| nothing(),
        ),
        Case("if complaint.x < complaint.colour { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if terms.colour > complaint.x { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if 1 < complaint.x < 5 { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if complaint.a == 1 { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if complaint.x { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
    ]);
}

#[test]
fn whole_numbers_become_decimals_where_they_are_divided() {
    check(&[
        Case("deduct(\"handler\", 7 / 2);", Traced, |_| deduct(decimal("3.5"))),
        Case("deduct(\"handler\", complaint.n / 2);", Traced, |row| deduct(row.number("n") / decimal("2"))),
        Case(
            "let count = 0; if complaint.a { count += 1; } if complaint.b { count += 1; } deduct(\"handler\", count / 2);",
            Traced,
            |row| deduct(Decimal::from(u8::from(row.is("a")) + u8::from(row.is("b"))) / decimal("2")),
        ),
        Case("for i in 1..4 { if complaint.x > i / 2 { deduct(\"handler\", i); } }", Traced, |row| {
            (1..4)
                .filter(|i| row.number("x") > Decimal::from(*i) / decimal("2"))
                .fold(nothing(), |outcome, i| outcome.deduct(i))
        }),
        Case("deduct(\"handler\", complaint.x / complaint.y);", Traced, |row| {
            row.number("x").checked_div(row.number("y")).map_or_else(undetermined, deduct)
        }),
        // nothing is taken on either way, but one of them cannot be worked out
        Case(
            "let share = complaint.x / complaint.n; if complaint.a { deduct(\"handler\", 1); }",
            Traced,
            |row| match (row.number("n").is_zero(), row.is("a")) {
                (true, _) => undetermined(),
                (false, true) => deduct(1),
                (false, false) => nothing(),
            },
        ),
        Case("if complaint.n != 0 && 6 / complaint.n > 1 { veto(\"handler\"); }", Traced, |row| {
            let share = decimal("6").checked_div(row.number("n"));
            if share.is_some_and(|share| share > Decimal::ONE) { veto() } else { nothing() }
        }),
    ]);
}

#[test]
fn only_the_rounding_of_the_pack_rounds() {
    let half_up = "deduct(\"handler\", round(complaint.x, 0));";
    check(&[
        Case(half_up, Traced, |row| {
            deduct(row.number("x").round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
        }),
        Case("deduct(\"handler\", round(2.5, 0));", Traced, |_| deduct(3)),
        Case("deduct(\"handler\", (5 / 2).round());", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", round(2.5));", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", complaint.x.round());", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", (5 / 2).round);", Refused("C002"), |_| nothing()),
        Case("deduct(\"handler\", (5 / 2).int);", Refused("C002"), |_| nothing()),
        Case("deduct(\"handler\", round(25, -1));", Refused("C030"), |_| nothing()),
    ]);
}

#[test]
fn nothing_below_zero_is_nothing() {
    check(&[
        Case("deduct(\"handler\", 0 * -complaint.x);", Traced, |_| nothing()),
        Case("if -complaint.x == complaint.x { veto(\"handler\"); }", Traced, |row| {
            if row.number("x").is_zero() { veto() } else { nothing() }
        }),
        Case("deduct(\"handler\", round(-0.4, 0));", Traced, |_| nothing()),
        Case(
            "if round(-complaint.x / 100, 0) == 0 { deduct(\"handler\", 1, `${round(-complaint.x / 100, 0)}`); }",
            Traced,
            |row| {
                if row.number("x").abs() < decimal("50") { deduct(1).because("0") } else { nothing() }
            },
        ),
        Case("deduct(\"handler\", 1 / round(-0.4, 0));", Refused("C032"), |_| undetermined()),
        Case("deduct(\"handler\", complaint.x / (0 * -complaint.n));", Refused("C032"), |_| undetermined()),
        Case("deduct(\"handler\", -(-complaint.x) - +complaint.y);", Traced, |row| {
            deduct(row.number("x") - row.number("y"))
        }),
    ]);
}

#[test]
fn nothing_can_be_asked_about_a_text_made_of_a_number() {
    check(&[
        Case("deduct(\"handler\", 1, `over by ${complaint.x - 3} in ${complaint.colour}`);", Traced, |row| {
            deduct(1).because(format!(
                "over by {} in {}",
                (row.number("x") - decimal("3")).normalize(),
                row.word("colour")
            ))
        }),
        Case(
            "deduct(\"handler\", 1, `${max(complaint.x, (1 + 2))} and ${abs(terms.two)}`);",
            Traced,
            |row| {
                let most = row.number("x").max(decimal("3")).normalize();
                deduct(1).because(format!("{most} and 2"))
            },
        ),
        Case(
            "deduct(\"handler\", 1, if `${complaint.x}` == \"7\" { \"red\" } else { \"blue\" });",
            Refused("C010"),
            |_| nothing(),
        ),
        Case(
            "deduct(\"handler\", 1, switch `${complaint.x}` { \"7\" => \"red\", _ => \"blue\" });",
            Refused("C010"),
            |_| nothing(),
        ),
        Case(
            "private fn far() { if this == \"7\" { veto(\"handler\"); } \"red\" } ||| deduct(\"handler\", 1, `${complaint.x}`.far());",
            Refused("C010"),
            |_| nothing(),
        ),
        Case(
            "private fn far(text) { if text == \"7\" { veto(\"handler\"); } \"red\" } ||| deduct(\"handler\", 1, far(`${complaint.x}`));",
            Refused("C010"),
            |_| nothing(),
        ),
        Case(
            "deduct(\"handler\", 1, { let text = `${complaint.x}`; if text == \"7\" { veto(\"handler\"); } text });",
            Refused("C010"),
            |_| nothing(),
        ),
        Case("if `${complaint.x}`.contains(\"7\") { veto(\"handler\"); }", Refused("C010"), |_| nothing()),
        Case(
            "let text = \"\" + complaint.x; if text == \"7\" { veto(\"handler\"); }",
            Refused("C004"),
            |_| nothing(),
        ),
        Case(
            "let text = complaint.colour + complaint.x; if text == complaint.colour + 7 { veto(\"handler\"); }",
            Refused("C030"),
            |_| nothing(),
        ),
        Case("let text = complaint.colour; text += complaint.x;", Refused("C030"), |_| nothing()),
        Case("let held = #{}; held[`${complaint.x}`] = 1;", Refused("C010"), |_| nothing()),
        Case("deduct(\"handler\", 1, complaint.note);", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", 1, `${complaint.note}`);", Refused("C030"), |_| nothing()),
        Case("if type_of(complaint.x) == \"red\" { veto(\"handler\"); }", Refused("C021"), |_| nothing()),
        // a condition inside a reason is held against words like any other
        Case(
            "deduct(\"handler\", 1, if complaint.colour == \"rde\" { \"red\" } else { \"blue\" });",
            Refused("C004"),
            |_| nothing(),
        ),
    ]);
}

#[test]
fn a_number_that_a_person_picks_is_undetermined_outside_its_bounds() {
    check(&[
        Case("deduct(\"handler\", within(complaint.x, 2, 5));", Traced, |row| {
            let x = row.number("x");
            if (decimal("2")..=decimal("5")).contains(&x) { deduct(x) } else { undetermined() }
        }),
        Case(
            "if complaint.a { deduct(\"handler\", within(complaint.x, terms.two, terms.three) * 2); }",
            Traced,
            |row| match (row.is("a"), row.number("x")) {
                (false, _) => nothing(),
                (true, x) if (decimal("2")..=decimal("3")).contains(&x) => deduct(x * decimal("2")),
                _ => undetermined(),
            },
        ),
        Case("deduct(\"handler\", within(complaint.x, 0, complaint.y));", Traced, |row| {
            let (x, y) = (row.number("x"), row.number("y"));
            if Decimal::ZERO <= x && x <= y { deduct(x) } else { undetermined() }
        }),
        Case("if within(complaint.x, 1, 7) > 3 { veto(\"handler\"); }", Traced, |row| {
            match row.number("x") {
                x if x < decimal("1") || x > decimal("7") => undetermined(),
                x if x > decimal("3") => veto(),
                _ => nothing(),
            }
        }),
        Case("deduct(\"handler\", within(complaint.x, 5, 2));", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", within(3, 4, 5));", Refused("C032"), |_| nothing()),
        Case("deduct(\"handler\", within(complaint.a, 2, 5));", Refused("C030"), |_| nothing()),
    ]);
}

#[test]
fn flags_are_counted_as_if_each_were_read() {
    check(&[
        Case("deduct(\"handler\", how_many(complaint, [\"a\", \"b\", \"c\"]) * 2);", Traced, |row| {
            deduct(["a", "b", "c"].map(|flag| i64::from(row.is(flag))).into_iter().sum::<i64>() * 2)
        }),
        Case("if how_many(complaint, [\"a\", \"b\"]) >= 2 { veto(\"handler\"); }", Traced, |row| {
            if row.is("a") && row.is("b") { veto() } else { nothing() }
        }),
        Case("deduct(\"handler\", how_many(complaint, [\"colour\"]));", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", how_many(complaint, [\"nothing\"]));", Refused("C004"), |_| nothing()),
    ]);
}
