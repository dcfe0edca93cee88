//! Clauses that do nothing: never in force, without any effect, or lifting what is not there.

use super::subject::{Function, Subject};
use crate::decision::{Deed, End};
use crate::diagnostic::Diagnostic;
use crate::language::Text;

pub(super) fn inspect(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for function in subject.clauses() {
        if subject.in_force(function.clause).next().is_none() {
            found.extend(never_in_force(subject, function));
            continue;
        }
        if subject.is_interpreted(function.clause) {
            continue;
        }
        let mut paths = subject.paths(function).map(|(_, path)| path);
        // what stands behind the point where a path breaks off is not seen
        if paths.all(|path| path.effects.is_empty() && path.end == End::Done) {
            let name = Subject::name(function.clause);
            let message = Text::new(
                format!("规则{}在任何情形下都没有后果", name.zh),
                format!("the clause {} never has an effect", name.en),
            );
            let help = Text::new(
                "它没有用到动词，动词到不了，或金额总为 0",
                "it uses no verb, none is reached, or its amounts are always 0",
            );
            let place = subject.rules.place(function.clause);
            found.push(Diagnostic::warning("I003", message).at(place).help(help));
        }
        found.extend(lifts_nothing(subject, function));
    }
    found
}

fn never_in_force(subject: &Subject<'_>, function: &Function<'_>) -> Option<Diagnostic> {
    // without any parameter there are no stretches to be in force on
    if subject.stretches().is_empty() {
        return None;
    }
    let name = Subject::name(function.clause);
    let message = Text::new(
        format!("规则{}没有一天施行", name.zh),
        format!("the clause {} is in force on no day", name.en),
    );
    let from = subject.pack.policy.from;
    let help = Text::new(
        format!("核对注释中的 `from:` 与 `until:`；办法自 {from} 起施行"),
        format!("look at `from:` and `until:` in its comment; the policy begins on {from}"),
    );
    let place = subject.rules.place(function.clause);
    Some(Diagnostic::warning("I004", message).at(place).help(help))
}

/// Exemptions and mitigations of what finds nothing on the same row.
fn lifts_nothing(subject: &Subject<'_>, function: &Function<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let effects = subject.paths(function).flat_map(|(_, path)| &path.effects);
    for effect in effects {
        let (Deed::Exempt { clause } | Deed::Mitigate { clause, .. }) = &effect.deed else { continue };
        let same_kind = subject.rules.clause(clause).is_some_and(|named| named.kind == function.clause.kind);
        if same_kind {
            continue;
        }
        let kind = &function.kind.title;
        let message = Text::new(
            format!("`{clause}` 不是考核「{}」的规则，此处没有可免除、可减轻的", kind.zh),
            format!("`{clause}` is no clause on '{}': there is nothing here to lift or lessen", kind.en),
        );
        let spot = (effect.line, effect.column);
        let place = subject.rules.place_at(function.clause, spot, 1);
        let same = subject.clauses().filter(|other| other.clause.kind == function.clause.kind);
        let fault = Diagnostic::warning("I005", message).at(place);
        found.push(fault.suggest(clause, same.map(|other| other.clause.name.as_str())));
    }
    found
}
