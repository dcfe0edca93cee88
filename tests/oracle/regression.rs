//! Clauses on which answerers once differed. They stand here by themselves: the packs of a seed change with the generator.

use super::judge::Pair;
use super::tally::Tally;
use crate::outcome::of_paths;
use crate::shared::open_pack;
use chrono::NaiveDate;
use renze::clause::Record;
use renze::decision::Evaluator;
use renze::fact::{Columns, Value};
use renze::interval::Interval;
use rust_decimal::Decimal;
use std::fs;
use std::sync::Arc;

/// A clause, what is known of `x`, and how many ways of ending it has then.
const CASES: [(&str, (i64, i64), usize); 4] = [
    // a band that the bounds exclude is not followed
    (
        "deduct(\"handler\", terms.ladder[complaint.x]); if complaint.x <= 2.5 { veto(\"handler\"); }",
        (0, 2),
        1,
    ),
    ("deduct(\"handler\", terms.ladder[complaint.x]);", (4, 9), 2),
    ("deduct(\"handler\", terms.ladder[complaint.x + 1]);", (0, 9), 3),
    // what the row says of a number cannot follow upon an assumption that leaves nothing of it
    (
        "if complaint.x >= 2 { if complaint.x == 2 { deduct(\"handler\", 1); } else if complaint.x > 2 { veto(\"handler\"); } else { deduct(\"handler\", 2); } }",
        (0, 2),
        2,
    ),
];

#[test]
fn the_oracle_finds_no_difference_where_there_once_was_one() {
    for (body, (low, high), ways) in CASES {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("clauses")).unwrap();
        fs::write(folder.path().join("policy.toml"), include_str!("../soundness/policy.toml")).unwrap();
        fs::write(folder.path().join("parameters.toml"), include_str!("../soundness/parameters.toml"))
            .unwrap();
        let script = format!("/// basis: 1\nfn judged(complaint, terms) {{\n{body}\n}}\n");
        fs::write(folder.path().join("clauses/all.rhai"), script).unwrap();
        let (pack, rules) = open_pack(folder.path());
        let (clause, terms) = (rules.clause("judged").unwrap(), &pack.terms(NaiveDate::MAX));
        let (_, kind) = pack.policy.kind("complaint").unwrap();
        let values = kind.schema.facts().iter().map(|_| Value::Missing).collect();
        let row = Record { kind: kind.name.clone(), schema: Arc::clone(&kind.schema), values };
        let x = Value::Between(Interval::between(Decimal::from(low), Decimal::from(high)));
        let row = &Arc::new(row.with("x", x));
        let mut columns = Columns::new(Arc::clone(&kind.schema), 0);
        columns.push(row.values.clone());
        let in_columns = Evaluator::new(rules.tree(clause, terms).unwrap(), &columns).path(0);
        let pair = Pair { rules: &rules, clause, terms, row, plain: None, in_columns };
        if let Err(said) = pair.judge(&mut Tally::default()) {
            panic!("{body}\n{said}");
        }
        let outcomes = of_paths(&rules.run(clause, row, terms).unwrap(), row);
        assert_eq!(outcomes.0.len(), ways, "{body}: {outcomes:?}");
    }
}
