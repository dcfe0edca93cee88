//! Facts of many words, and texts: they are asked single questions about, or read row by row.

use super::bench::{Case, Interpreted, Refused, Traced, check, decimal, deduct, nothing, veto};

#[test]
fn a_fact_of_many_words_is_asked_one_question_at_a_time() {
    check(&[
        Case("if matches(complaint.town, \"t02\") { veto(\"handler\"); }", Traced, |row| {
            if row.word("town") == "t02" { veto() } else { nothing() }
        }),
        Case("if complaint.town.matches(\"t02\") || complaint.a { veto(\"handler\"); }", Traced, |row| {
            if row.word("town") == "t02" || row.is("a") { veto() } else { nothing() }
        }),
        Case(
            "if contains(complaint.town, \"t0\") && complaint.x > 3 { veto(\"handler\"); }",
            Traced,
            |row| {
                if row.word("town").contains("t0") && row.number("x") > decimal("3") {
                    veto()
                } else {
                    nothing()
                }
            },
        ),
        Case("if same(complaint.town, complaint.twin) { veto(\"handler\"); }", Traced, |row| {
            if row.word("town") == row.word("twin") { veto() } else { nothing() }
        }),
        Case("if same(complaint.town, complaint.ward) { veto(\"handler\"); }", Traced, |row| {
            if row.word("town") == row.word("ward") { veto() } else { nothing() }
        }),
        // one word is not another, and holds what it holds
        Case(
            "if matches(complaint.town, \"t02\") { if matches(complaint.town, \"t18\") || !contains(complaint.town, \"t\") { veto(\"handler\"); } else { deduct(\"handler\", 1); } }",
            Traced,
            |row| if row.word("town") == "t02" { deduct(1) } else { nothing() },
        ),
        Case(
            "if contains(complaint.town, \"t1\") { if matches(complaint.town, \"t02\") { veto(\"handler\"); } else { deduct(\"handler\", 1); } }",
            Traced,
            |row| {
                if row.word("town").contains("t1") { deduct(1) } else { nothing() }
            },
        ),
        Case("if matches(complaint.town, \"t99\") { veto(\"handler\"); }", Refused("C004"), |_| nothing()),
    ]);
}

#[test]
fn any_other_use_of_a_fact_of_many_words_is_run_row_by_row() {
    let why = Interpreted("town has too many words to follow one by one");
    check(&[
        Case("if complaint.town == \"t02\" { veto(\"handler\"); }", why, |row| {
            if row.word("town") == "t02" { veto() } else { nothing() }
        }),
        Case(
            "switch complaint.town { \"t01\" | \"t02\" => veto(\"handler\"), _ => deduct(\"handler\", 1) }",
            why,
            |row| {
                if ["t01", "t02"].contains(&row.word("town")) { veto() } else { deduct(1) }
            },
        ),
        Case("if complaint.town in [\"t01\", \"t18\"] { veto(\"handler\"); }", why, |row| {
            if ["t01", "t18"].contains(&row.word("town")) { veto() } else { nothing() }
        }),
        Case("let place = complaint.town; if matches(place, \"t02\") { veto(\"handler\"); }", why, |row| {
            if row.word("town") == "t02" { veto() } else { nothing() }
        }),
        Case(
            "private fn far(place) { contains(place, \"t0\") } ||| if far(complaint.town) { veto(\"handler\"); }",
            why,
            |row| {
                if row.word("town").contains("t0") { veto() } else { nothing() }
            },
        ),
        Case("deduct(\"handler\", terms.price[complaint.town]);", why, |_| deduct(3)),
        Case(
            "if complaint.a && complaint.town != complaint.twin { deduct(\"handler\", 1, complaint.town); }",
            why,
            |row| {
                if row.is("a") && row.word("town") != row.word("twin") {
                    deduct(1).because(row.word("town"))
                } else {
                    nothing()
                }
            },
        ),
    ]);
}

#[test]
fn sixteen_words_fork_and_more_do_where_the_pack_says_so() {
    check(&[
        Case("if complaint.ward == \"t02\" { veto(\"handler\"); }", Traced, |row| {
            if row.word("ward") == "t02" { veto() } else { nothing() }
        }),
        Case(
            "switch complaint.city { \"t01\" | \"t18\" => veto(\"handler\"), _ => deduct(\"handler\", terms.price[complaint.city]) }",
            Traced,
            |row| {
                if ["t01", "t18"].contains(&row.word("city")) { veto() } else { deduct(3) }
            },
        ),
        // what forks can still be asked single questions about
        Case(
            "if matches(complaint.city, \"t02\") || contains(complaint.ward, \"t16\") { veto(\"handler\"); }",
            Traced,
            |row| {
                if row.word("city") == "t02" || row.word("ward") == "t16" { veto() } else { nothing() }
            },
        ),
    ]);
}

#[test]
fn a_text_is_asked_single_questions_about_and_nothing_else() {
    check(&[
        Case(
            "if matches(complaint.note, \"red\") { if contains(complaint.note, \"tape\") { veto(\"handler\"); } else { deduct(\"handler\", 1); } }",
            Traced,
            |row| {
                if row.word("note") == "red" { deduct(1) } else { nothing() }
            },
        ),
        Case(
            "if contains(complaint.note, \"red tape\") { if contains(complaint.note, \"red\") { deduct(\"handler\", 1); } else { veto(\"handler\"); } }",
            Traced,
            |row| {
                if row.word("note").contains("red tape") { deduct(1) } else { nothing() }
            },
        ),
        Case("if complaint.note == \"red\" { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if \"red\" in [complaint.note] { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
        Case("if complaint.note.len() > 3 { veto(\"handler\"); }", Refused("C030"), |_| nothing()),
    ]);
}
