//! Names that seem to mean something else, and state that could outlive a path.

use super::bench::{Case, Interpreted, Refused, Traced, check, decimal, deduct, nothing, undetermined, veto};
use rust_decimal::Decimal;

#[test]
fn a_switch_never_falls_silently_to_its_default_arm() {
    check(&[
        Case(
            r#"switch complaint.colour { "red" => deduct("handler", 1), "blue" => veto("handler"), _ => () }"#,
            Traced,
            |row| match row.word("colour") {
                "red" => deduct(1),
                "blue" => veto(),
                _ => nothing(),
            },
        ),
        Case(
            r#"switch complaint.colour { "red" | "green" if complaint.x > 3 => deduct("handler", complaint.x), _ => deduct("handler", 1) }"#,
            Traced,
            |row| {
                let meant = ["red", "green"].contains(&row.word("colour")) && row.number("x") > decimal("3");
                deduct(if meant { row.number("x") } else { Decimal::ONE })
            },
        ),
        // the arms behind a switch in an arm are arms of the outer one again
        Case(
            r#"deduct("handler", switch complaint.colour {
                "red" => switch complaint.shade { "blue" => 1, _ => 2 },
                "green" => 3,
                _ => 4,
            })"#,
            Traced,
            |row| {
                deduct(match (row.word("colour"), row.word("shade")) {
                    ("red", "blue") => 1,
                    ("red", _) => 2,
                    ("green", _) => 3,
                    _ => 4,
                })
            },
        ),
        Case(
            r#"switch complaint.a { true => deduct("handler", 1), false => deduct("handler", 2) }"#,
            Traced,
            |row| deduct(if row.is("a") { 1 } else { 2 }),
        ),
        Case(
            r#"switch terms.colour { "red" => deduct("handler", 1), _ => deduct("handler", 2) }"#,
            Traced,
            |_| deduct(1),
        ),
        Case("switch complaint.x { 7 => veto(\"handler\"), _ => () }", Refused("C013"), |_| nothing()),
        Case(
            "let town = complaint.town; switch town { \"t01\" => veto(\"handler\"), _ => () }",
            Refused("C013"),
            |_| nothing(),
        ),
        Case("switch complaint.colour { 1 => veto(\"handler\"), _ => () }", Refused("C014"), |_| nothing()),
        Case("switch complaint.colour { 'r' => veto(\"handler\"), _ => () }", Refused("C014"), |_| nothing()),
        Case("switch complaint.a { 1 => veto(\"handler\"), _ => () }", Refused("C014"), |_| nothing()),
        Case("switch complaint.a { \"true\" => veto(\"handler\"), _ => () }", Refused("C005"), |_| nothing()),
        Case(
            "switch complaint.colour { \"red\" | \"t01\" => veto(\"handler\"), _ => () }",
            Refused("C004"),
            |_| nothing(),
        ),
        Case(
            "switch complaint.colour { \"t01\" if complaint.a => veto(\"handler\"), _ => () }",
            Refused("C004"),
            |_| nothing(),
        ),
    ]);
}

#[test]
fn a_name_of_a_kind_or_of_the_parameters_is_never_something_else() {
    check(&[
        Case(
            "let person = #{colour: complaint.x}; switch person.points { 7 => veto(\"handler\"), _ => () }",
            Refused("C036"),
            |_| nothing(),
        ),
        Case(
            "for complaint in [#{colour: 7}] { switch complaint.colour { 7 => veto(\"handler\"), _ => () } }",
            Refused("C036"),
            |_| nothing(),
        ),
        Case(
            "for (terms, place) in [#{colour: 7}] { if terms.colour == 7 { veto(\"handler\"); } }",
            Refused("C036"),
            |_| nothing(),
        ),
        Case(
            "private fn far(x) { const terms = x; terms } ||| deduct(\"handler\", far(complaint.x));",
            Refused("C036"),
            |_| nothing(),
        ),
        Case("let complaint = 1;", Refused("C021"), |_| nothing()),
        Case(
            "private fn far(complaint) { switch complaint.colour { \"red\" => veto(\"handler\"), _ => () } } ||| far(#{colour: complaint.x});",
            Refused("C037"),
            |_| nothing(),
        ),
        Case(
            "private fn far(terms) { switch terms.colour { \"red\" => veto(\"handler\"), _ => () } } ||| far(complaint);",
            Refused("C037"),
            |_| nothing(),
        ),
        Case(
            "private fn far(person) { if person.colour == \"red\" { veto(\"handler\"); } } ||| far(complaint);",
            Refused("C002"),
            |_| nothing(),
        ),
        Case(
            "private fn far(complaint, terms) { complaint.x > terms.three } ||| if far(complaint, terms) { veto(\"handler\"); }",
            Traced,
            |row| if row.number("x") > decimal("3") { veto() } else { nothing() },
        ),
    ]);
}

#[test]
fn a_local_may_have_the_name_of_a_fact_a_role_or_a_helper() {
    check(&[
        Case(
            "let x = complaint.y; let y = complaint.x; if x > y { deduct(\"handler\", x - y); }",
            Traced,
            |row| {
                let (x, y) = (row.number("y"), row.number("x"));
                if x > y { deduct(x - y) } else { nothing() }
            },
        ),
        Case("let handler = \"handler\"; let deduct = 2; deduct(handler, deduct);", Traced, |_| deduct(2)),
        Case(
            "private fn far(far) { far * 2 } ||| let far = complaint.x; deduct(\"handler\", far(far) + far);",
            Traced,
            |row| deduct(row.number("x") * decimal("3")),
        ),
        Case("let row = complaint; if row.a && row.x > 3 { veto(\"handler\"); }", Traced, |row| {
            if row.is("a") && row.number("x") > decimal("3") { veto() } else { nothing() }
        }),
        // a loop may use a name again: inside it is the loop's, behind it the old one
        Case(
            "let x = 5; for x in [1, complaint.x] { if x == 5 { veto(\"handler\"); } } deduct(\"handler\", x);",
            Traced,
            |row| {
                if row.number("x") == decimal("5") { veto().deduct(5) } else { deduct(5) }
            },
        ),
        Case("let x = 5; if complaint.a { let x = 6; }", Refused("C021"), |_| nothing()),
        Case("private fn deduct(x) { x } ||| ()", Refused("C033"), |_| nothing()),
    ]);
}

#[test]
fn no_state_outlives_a_path() {
    check(&[
        Case("let f = |x| x > 3; if f.call(complaint.x) { veto(\"handler\"); }", Refused("C021"), |_| {
            nothing()
        }),
        Case("let f = Fn(\"judged\"); f.call(complaint, terms);", Refused("C021"), |_| nothing()),
        Case("const LIMIT = 3; private fn far(x) { x > LIMIT } ||| ()", Refused("C021"), |_| nothing()),
        Case("let seen = 0; private fn far(x) { x } ||| ()", Refused("C035"), |_| nothing()),
        // what a function changes in its own subject starts anew on every path
        Case(
            "private fn more(by) { this += by; } ||| let sum = 0; for flag in [complaint.a, complaint.b, complaint.c] { if flag { sum.more(1); } } deduct(\"handler\", sum);",
            Traced,
            |row| deduct(["a", "b", "c"].map(|flag| i64::from(row.is(flag))).into_iter().sum::<i64>()),
        ),
        Case(
            "private fn more(by) { this += by; } ||| let sum = complaint.x; if complaint.a { sum.more(complaint.y); } if sum > 3 { deduct(\"handler\", sum); }",
            Traced,
            |row| {
                let sum = row.number("x") + if row.is("a") { row.number("y") } else { Decimal::ZERO };
                if sum > decimal("3") { deduct(sum) } else { nothing() }
            },
        ),
        Case(
            "private fn far() { switch this.colour { \"red\" => veto(\"handler\"), _ => () } } ||| complaint.far();",
            Refused("C013"),
            |_| nothing(),
        ),
        Case(
            "private fn far() { this.colour == \"red\" } ||| if complaint.far() { veto(\"handler\"); }",
            Traced,
            |row| {
                if row.word("colour") == "red" { veto() } else { nothing() }
            },
        ),
    ]);
}

#[test]
fn known_is_asked_of_a_fact_and_of_nothing_else() {
    check(&[
        Case(
            "let held = #{colour: complaint.a}; if known(held.colour) { veto(\"handler\"); }",
            Refused("C030"),
            |_| nothing(),
        ),
        Case("if known(terms.two) { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("let row = complaint; if known(row.note) { veto(\"handler\"); }", Traced, |row| {
            if row.has("note") { veto() } else { nothing() }
        }),
        Case(
            "if known(complaint.town) && matches(complaint.town, \"t02\") { veto(\"handler\"); }",
            Traced,
            |row| {
                if row.has("town") && row.word("town") == "t02" { veto() } else { nothing() }
            },
        ),
        Case("if !known(complaint.x) || complaint.x > 3 { veto(\"handler\"); }", Traced, |row| {
            if !row.has("x") || row.number("x") > decimal("3") { veto() } else { nothing() }
        }),
    ]);
}

#[test]
fn flags_in_a_loop_are_followed_as_long_as_there_are_not_too_many() {
    check(&[
        Case(
            "let count = 0; for flag in [complaint.f01, complaint.f02, complaint.f03, complaint.f04, complaint.f05, complaint.f06] { if flag { count += 1; } } if count >= 3 { deduct(\"handler\", count); }",
            Traced,
            |row| {
                let count = (1..=6).filter(|flag| row.is(&format!("f0{flag}"))).count();
                if count >= 3 { deduct(u64::try_from(count).unwrap()) } else { nothing() }
            },
        ),
        Case(
            "let count = 0; for flag in [complaint.f01, complaint.f02, complaint.f03, complaint.f04, complaint.f05, complaint.f06, complaint.f07, complaint.f08, complaint.f09, complaint.f10, complaint.f11, complaint.f12, complaint.f13] { if flag { count += 1; } } if count >= 12 { veto(\"handler\"); }",
            Interpreted("more than 4096 paths"),
            |row| {
                let count = (1..=13).filter(|flag| row.is(&format!("f{flag:02}"))).count();
                if count >= 12 { veto() } else { nothing() }
            },
        ),
        // a function that calls itself on an unknown number never ends while it is followed
        Case(
            "private fn down(x) { if x < 1 { 0 } else { 1 + down(x - 1) } } ||| deduct(\"handler\", down(complaint.x));",
            Refused("C030"),
            |_| undetermined(),
        ),
    ]);
}
