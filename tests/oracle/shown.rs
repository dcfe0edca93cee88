//! Paths as a person can read them, for the message of a failure.

use renze::decision::{Deed, Expression, Node, Path, Question};
use std::fmt::Write as _;

/// Paths, a question or deed a line.
pub(crate) fn paths<'p>(paths: impl IntoIterator<Item = &'p Path>) -> String {
    let mut text = String::new();
    for path in paths {
        text.push_str("\n  path\n");
        for step in &path.steps {
            let decided = if step.decided { "" } else { " (open)" };
            let _ = writeln!(text, "    {} → {:?}{decided}", question(&step.question), step.answer);
        }
        for effect in &path.effects {
            let deed = match &effect.deed {
                Deed::Enter { account, amount } => format!("enter {account} {}", number(amount)),
                Deed::Mitigate { clause, factor } => format!("mitigate {clause} {}", number(factor)),
                other => format!("{other:?}"),
            };
            let reason = effect.reason.as_ref().map(|reason| reason.show()).unwrap_or_default();
            let _ = writeln!(text, "    line {}: {deed} {} {reason}", effect.line, effect.role);
        }
        let _ = writeln!(text, "    end {:?}", path.end);
    }
    text
}

fn question(question: &Question) -> String {
    match question {
        Question::Compare(relation, left, right) => {
            format!("{} {} {}", number(left), relation.symbol(), number(right))
        }
        Question::Band { table, keys, input, .. } => format!("{table}{keys:?}[{}]", number(input)),
        other => format!("{other:?}"),
    }
}

/// A working with what is known of its parts.
fn number(of: &Expression) -> String {
    let side = |bound: Option<_>| {
        bound.map_or_else(|| "?".to_owned(), |bound: rust_decimal::Decimal| bound.to_string())
    };
    let known = match of.value.exact() {
        Some(exact) => exact.to_string(),
        None => format!("{}..{}", side(of.value.low), side(of.value.high)),
    };
    match &of.node {
        Node::Literal => known,
        Node::Fact(name) => format!("{name}={known}"),
        Node::Term { name, keys } => format!("{name}{keys:?}={known}"),
        Node::Apply(operation, operands) => {
            let operands: Vec<String> = operands.iter().map(|operand| number(operand)).collect();
            format!("{operation:?}({})={known}", operands.join(", "))
        }
    }
}
