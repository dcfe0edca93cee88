//! Tables: whatever the order of their keys, the row that counts is the first that fits, or the last where it says so.

use super::bench::{Case, Refused, Traced, check, decimal, deduct, nothing, undetermined, veto};
use rust_decimal::Decimal;

#[test]
fn words_and_numbers_may_stand_in_any_order() {
    check(&[
        Case("deduct(\"handler\", terms.fine[complaint.colour][complaint.x]);", Traced, |row| {
            deduct(match (row.word("colour"), row.number("x")) {
                ("red", x) if x <= decimal("3") => 1,
                ("red", _) => 2,
                ("blue", _) => 3,
                (_, x) if x <= decimal("5") => 4,
                _ => 5,
            })
        }),
        Case("deduct(\"handler\", terms.steep[complaint.x][complaint.shade][complaint.y]);", Traced, |row| {
            let (x, y) = (row.number("x"), row.number("y"));
            deduct(match row.word("shade") {
                "red" if x <= decimal("3") && y <= decimal("2") => 1,
                "red" if x <= decimal("7") && y > decimal("2") => 2,
                "blue" if x <= decimal("5") => 3,
                _ => 4,
            })
        }),
        Case("deduct(\"handler\", terms.fine[complaint.x][complaint.colour]);", Refused("C030"), |_| {
            nothing()
        }),
    ]);
}

#[test]
fn of_rows_that_overlap_the_one_counts_that_the_table_says() {
    check(&[
        Case("deduct(\"handler\", terms.early[complaint.x]);", Traced, |row| match row.number("x") {
            x if x >= decimal("5") => deduct(1),
            x if x >= decimal("3") => deduct(2),
            x if x >= Decimal::ZERO => deduct(3),
            _ => undetermined(),
        }),
        Case("deduct(\"handler\", terms.late[complaint.x][complaint.colour]);", Traced, |row| {
            match (row.number("x"), row.word("colour")) {
                (x, _) if x >= decimal("5") => deduct(1),
                (x, "blue") if x >= decimal("3") => deduct(6),
                (x, "red") if x >= decimal("3") => deduct(2),
                (x, _) if x >= Decimal::ZERO => deduct(3),
                _ => undetermined(),
            }
        }),
    ]);
}

#[test]
fn a_cell_may_hold_several_numbers() {
    check(&[
        Case(
            "let cell = terms.parts[complaint.colour]; deduct(\"handler\", cell.handler + complaint.x * cell[\"head\"]);",
            Traced,
            |row| {
                let (handler, head) = if row.word("colour") == "red" { ("1", "0.2") } else { ("2.5", "0.3") };
                deduct(decimal(handler) + row.number("x") * decimal(head))
            },
        ),
        Case("deduct(\"handler\", terms.shares.head * 10);", Traced, |_| deduct(3)),
        Case("deduct(\"handler\", terms.parts[complaint.colour].hand);", Refused("C002"), |_| nothing()),
        Case("deduct(\"handler\", terms.shares[\"colour\"]);", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", terms.parts[complaint.colour]);", Refused("C030"), |_| nothing()),
        Case("if terms.shares == terms.shares { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", terms.shares * complaint.x);", Refused("C030"), |_| nothing()),
    ]);
}

#[test]
fn a_line_runs_from_one_end_of_its_band_to_the_other() {
    check(&[
        Case("deduct(\"handler\", terms.slope[complaint.x]);", Traced, |row| {
            let x = row.number("x");
            deduct(match x {
                x if x < decimal("2") => Decimal::ZERO,
                x if x <= decimal("5") => decimal("10") - (x - decimal("2")) * decimal("2"),
                _ => Decimal::ONE,
            })
        }),
        Case("if terms.slope[complaint.x] > 7 { veto(\"handler\"); }", Traced, |row| {
            let x = row.number("x");
            // ten at two, four at five: above seven up to below three and a half
            if decimal("2") <= x && x < decimal("3.5") { veto() } else { nothing() }
        }),
    ]);
}

/// Seven and three tenths of an amount in whole cents: of a cent left over the larger remainder gets it, else the first.
fn seven_to_three(amount: Decimal) -> (Decimal, Decimal) {
    let hundred = decimal("100");
    let cents = (amount.abs() * hundred)
        .round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    let (first, second) = (cents * decimal("0.7"), cents * decimal("0.3"));
    let (mut one, mut other) = (first.floor(), second.floor());
    let left = cents - one - other;
    if first.fract() >= second.fract() {
        one += left
    } else {
        other += left
    }
    let sign = if amount < Decimal::ZERO { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
    (sign * one / hundred, sign * other / hundred)
}

#[test]
fn an_amount_that_is_split_comes_to_itself_again() {
    check(&[
        Case("deduct(split(complaint.x, terms.shares));", Traced, |row| {
            let (handler, head) = seven_to_three(row.number("x"));
            nothing().deduct(handler).deduct_from("head", head)
        }),
        Case(
            "if complaint.a { deduct(split(complaint.x / 3, #{ head: 0.3, handler: 0.7 })); }",
            Traced,
            |row| {
                let (handler, head) = seven_to_three(row.number("x") / decimal("3"));
                if row.is("a") { nothing().deduct(handler).deduct_from("head", head) } else { nothing() }
            },
        ),
        Case("deduct(split(complaint.x, terms.parts[complaint.colour]));", Refused("C030"), |_| nothing()),
        Case("deduct(split(complaint.x, #{ handler: complaint.y }));", Refused("C030"), |_| nothing()),
        Case("deduct(split(complaint.x, #{ handler: 1.5, head: -0.5 }));", Refused("C030"), |_| nothing()),
        Case("deduct(split(complaint.x, #{ handler: 0.5, tail: 0.5 }));", Refused("C027"), |_| nothing()),
        Case("deduct(split(complaint.a, terms.shares));", Refused("C030"), |_| nothing()),
        Case("deduct(split(terms.shares, complaint.x));", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", split(complaint.x, terms.shares));", Refused("C030"), |_| nothing()),
        Case("if split(complaint.x, terms.shares) > 1 { veto(\"handler\"); }", Refused("C030"), |_| {
            nothing()
        }),
    ]);
}
