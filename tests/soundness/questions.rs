//! What is asked more than once, in other words, or not at all: one path holds no two answers that contradict.

use super::bench::{Case, Refused, Traced, check, decimal, deduct, nothing, undetermined, veto};

#[test]
fn a_comparison_asked_twice_has_one_answer() {
    check(&[
        Case(
            "if complaint.x > 3 { deduct(\"handler\", 1); } if complaint.x > 3 { deduct(\"handler\", 2); }",
            Traced,
            |row| {
                if row.number("x") > decimal("3") { deduct(1).deduct(2) } else { nothing() }
            },
        ),
        // above five is above three, and not above three is not above five
        Case(
            "if complaint.x > 3 { deduct(\"handler\", 1); } if complaint.x > 5 { deduct(\"handler\", 2); } if 3 >= complaint.x { deduct(\"handler\", 3); }",
            Traced,
            |row| {
                let x = row.number("x");
                let outcome = if x > decimal("3") { deduct(1) } else { nothing() };
                let outcome = if x > decimal("5") { outcome.deduct(2) } else { outcome };
                if decimal("3") >= x { outcome.deduct(3) } else { outcome }
            },
        ),
        Case(
            "if complaint.x >= 3 && complaint.x <= 3 { if complaint.x == 3 { deduct(\"handler\", 1); } else { veto(\"handler\"); } }",
            Traced,
            |row| {
                if row.number("x") == decimal("3") { deduct(1) } else { nothing() }
            },
        ),
        Case(
            "if complaint.n > 2 { if complaint.n >= 3 { deduct(\"handler\", 1); } else { veto(\"handler\"); } }",
            Traced,
            |row| {
                if row.number("n") > decimal("2") { deduct(1) } else { nothing() }
            },
        ),
        Case(
            "if complaint.x != 3 { if complaint.x == 3 { veto(\"handler\"); } else { deduct(\"handler\", 1); } }",
            Traced,
            |row| {
                if row.number("x") == decimal("3") { nothing() } else { deduct(1) }
            },
        ),
    ]);
}

#[test]
fn a_comparison_with_its_sides_exchanged_has_the_same_answer() {
    check(&[
        Case(
            "if complaint.y > complaint.x { if complaint.x < complaint.y { deduct(\"handler\", 1); } else { veto(\"handler\"); } }",
            Traced,
            |row| {
                if row.number("y") > row.number("x") { deduct(1) } else { nothing() }
            },
        ),
        Case(
            "if complaint.x < complaint.y { deduct(\"handler\", 1); } else if complaint.x > complaint.y { deduct(\"handler\", 2); } else if complaint.y == complaint.x { deduct(\"handler\", 3); } else { veto(\"handler\"); }",
            Traced,
            |row| {
                let (x, y) = (row.number("x"), row.number("y"));
                deduct(if x < y {
                    1
                } else if x > y {
                    2
                } else {
                    3
                })
            },
        ),
        Case(
            "if complaint.x != complaint.y { if complaint.x >= complaint.y && complaint.y >= complaint.x { veto(\"handler\"); } else { deduct(\"handler\", 1); } }",
            Traced,
            |row| {
                if row.number("x") == row.number("y") { nothing() } else { deduct(1) }
            },
        ),
        Case("if complaint.x > complaint.x { veto(\"handler\"); }", Traced, |_| nothing()),
        Case(
            "if complaint.start < complaint.end { if complaint.end <= complaint.start { veto(\"handler\"); } else { deduct(\"handler\", 1); } }",
            Traced,
            |row| {
                if row.time("start") < row.time("end") { deduct(1) } else { nothing() }
            },
        ),
        Case(
            "if same(complaint.note, complaint.remark) { if same(complaint.remark, complaint.note) { deduct(\"handler\", 1); } else { veto(\"handler\"); } }",
            Traced,
            |row| {
                if row.word("note") == row.word("remark") { deduct(1) } else { nothing() }
            },
        ),
    ]);
}

#[test]
fn the_band_of_a_table_and_a_comparison_share_what_is_known() {
    check(&[
        Case(
            "deduct(\"handler\", terms.ladder[complaint.x]); if complaint.x > 3 { deduct(\"handler\", 5); }",
            Traced,
            |row| {
                let x = row.number("x");
                if x > decimal("7") {
                    undetermined()
                } else if x > decimal("3") {
                    deduct(2).deduct(5)
                } else {
                    deduct(1)
                }
            },
        ),
        Case(
            "if complaint.x <= 3 { if terms.ladder[complaint.x] != 1 { veto(\"handler\"); } }",
            Traced,
            |_| nothing(),
        ),
        Case(
            "if complaint.x > 7 { deduct(\"handler\", 1); deduct(\"handler\", terms.ladder[complaint.x]); }",
            Traced,
            |row| {
                if row.number("x") > decimal("7") { undetermined() } else { nothing() }
            },
        ),
        Case("deduct(\"handler\", terms.ladder[complaint.x] * terms.ladder[complaint.x]);", Traced, |row| {
            let x = row.number("x");
            if x > decimal("7") { undetermined() } else { deduct(if x > decimal("3") { 4 } else { 1 }) }
        }),
        Case("deduct(\"handler\", terms.ladder[complaint.x + 1]);", Traced, |row| {
            let x = row.number("x") + decimal("1");
            if x > decimal("7") { undetermined() } else { deduct(if x > decimal("3") { 2 } else { 1 }) }
        }),
        Case("deduct(\"handler\", terms.ladder[complaint.colour]);", Refused("C030"), |_| nothing()),
        Case("deduct(\"handler\", terms.price[complaint.x]);", Refused("C030"), |_| nothing()),
    ]);
}

#[test]
fn a_gap_on_either_side_of_and_and_or_comes_to_what_the_other_side_leaves_open() {
    check(&[
        Case("if complaint.a || complaint.b { veto(\"handler\"); }", Traced, |row| {
            if row.is("a") || row.is("b") { veto() } else { nothing() }
        }),
        Case("if complaint.a && complaint.b { veto(\"handler\"); }", Traced, |row| {
            if row.is("a") && row.is("b") { veto() } else { nothing() }
        }),
        Case("if complaint.x > 3 || complaint.a { veto(\"handler\"); }", Traced, |row| {
            if row.number("x") > decimal("3") || row.is("a") { veto() } else { nothing() }
        }),
        Case("if complaint.a && complaint.x > 3 { veto(\"handler\"); }", Traced, |row| {
            if row.is("a") && row.number("x") > decimal("3") { veto() } else { nothing() }
        }),
        Case(
            "if !(complaint.a || complaint.colour == \"red\") && complaint.b { veto(\"handler\"); }",
            Traced,
            |row| {
                if !(row.is("a") || row.word("colour") == "red") && row.is("b") { veto() } else { nothing() }
            },
        ),
        Case(
            "if complaint.a | complaint.b { deduct(\"handler\", 1); } if complaint.a ^ complaint.b { deduct(\"handler\", 2); }",
            Traced,
            |row| {
                let (a, b) = (row.is("a"), row.is("b"));
                let outcome = if a | b { deduct(1) } else { nothing() };
                if a ^ b { outcome.deduct(2) } else { outcome }
            },
        ),
        Case("if complaint.a || complaint.x { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if complaint.x && complaint.a { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
    ]);
}
