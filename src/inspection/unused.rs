//! What nothing reads: parameters, facts, roles.

use super::declared::Declared;
use super::subject::Subject;
use crate::clause::Mentions;
use crate::decision::End;
use crate::diagnostic::{Diagnostic, Place};
use crate::fact::{Fact, Origin, Window};
use crate::language::Text;
use crate::policy::{Holder, Kind, Limit, Role, Rows, Scope, Vacant};

pub(super) fn inspect(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mentions = subject.rules.mentions();
    let declared = Declared::of(subject.pack);
    let mut found = parameters(subject, &mentions);
    for kind in &subject.pack.policy.kinds {
        let place = |table: &str, name: &str| {
            let whole = || Place::File { file: subject.pack.manifest.file.clone() };
            declared.place(&kind.name, table, name).unwrap_or_else(whole)
        };
        for fact in kind.schema.facts() {
            if !is_fact_read(subject, kind, fact, &mentions) {
                let message = Text::new(
                    format!("「{}」的事实「{}」没有规则、计数或报表读取", kind.title.zh, fact.title.zh),
                    format!(
                        "no clause, count or report reads the fact '{}' of '{}'",
                        fact.title.en, kind.title.en
                    ),
                );
                found.push(Diagnostic::note("I051", message).at(place("facts", &fact.name)));
            }
        }
        for role in &kind.roles {
            if !is_role_used(subject, kind, role, &mentions) {
                let message = Text::new(
                    format!("「{}」的角色「{}」从未用到", kind.title.zh, role.title.zh),
                    format!("the role '{}' of '{}' is never used", role.title.en, kind.title.en),
                );
                found.push(Diagnostic::note("I052", message).at(place("roles", &role.name)));
            }
        }
    }
    found
}

fn parameters(subject: &Subject<'_>, mentions: &Mentions) -> Vec<Diagnostic> {
    let policy = &subject.pack.policy;
    let owners: Vec<&str> = policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
    let is_read = |name: &str| {
        let of_group = policy.groups.iter().any(|group| matches!(&group.limit, Limit::Cap(at) if at == name));
        let of_kind = policy.kinds.iter().any(|kind| {
            let named = [&kind.weight, &kind.coefficient].into_iter().flatten();
            named.map(String::as_str).chain(kind.settled_by()).any(|own| own == name)
        });
        let of_limit = policy
            .kinds
            .iter()
            .flat_map(|kind| kind.schema.facts())
            .any(|fact| matches!(&fact.origin, Origin::Due(due) if due.plus == name));
        let of_guard = policy
            .wage_guard
            .as_ref()
            .is_some_and(|guard| [&guard.share, &guard.minimum].contains(&&name.to_owned()));
        of_group || of_kind || of_limit || of_guard || mentions.reads("terms", name, &owners)
    };
    let unread = subject.pack.parameters.iter().filter(|parameter| !is_read(&parameter.name));
    let note = |parameter: &std::sync::Arc<crate::policy::Parameter>| {
        let message = Text::new(
            format!("参数「{}」没有规则、组或等次读取", parameter.title.zh),
            format!("no clause, group or grade reads the parameter '{}'", parameter.title.en),
        );
        Diagnostic::note("I050", message).at(parameter.place.clone())
    };
    unread.map(note).collect()
}

fn is_fact_read(subject: &Subject<'_>, kind: &Kind, fact: &Fact, mentions: &Mentions) -> bool {
    let policy = &subject.pack.policy;
    let name = fact.name.as_str();
    // `terms` has members too, and a kind has none of its own beside its facts
    let mut owners: Vec<&str> = policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
    owners.push("terms");
    let of_row = match &kind.rows {
        Rows::Table { id, at, counted_at, .. } => {
            [Some(id), Some(at), counted_at.as_ref()].contains(&Some(&fact.name))
        }
        _ => false,
    };
    let of_life = kind.lasts.as_ref().is_some_and(|lasts| lasts.until.as_deref() == Some(name));
    let of_clock = kind.schema.facts().iter().any(|other| other.origin.inputs().contains(&name));
    let of_window = kind.schema.facts().iter().any(|other| match &other.origin {
        Origin::Aggregate(aggregate) => aggregate.window == Window::Anniversary(name.to_owned()),
        _ => false,
    });
    let of_group = policy
        .groups
        .iter()
        .flat_map(|group| &group.per)
        .any(|scope| matches!(scope, Scope::Fact(own) if own == name));
    let screen = &kind.screen;
    let shown = screen.columns.iter().chain(&screen.label).any(|column| column == name)
        || screen
            .union
            .as_ref()
            .is_some_and(|(whole, parts)| whole == name || parts.iter().any(|part| part == name));
    let settles = kind.settled_by().any(|own| own == name);
    let of_time = kind.schema.facts().iter().any(|other| other.known_at.as_deref() == Some(name));
    of_row
        || of_time
        || is_told(subject, kind, name)
        || of_life
        || of_clock
        || settles
        || of_group
        || of_window
        || shown
        || subject.counts(&kind.name, name)
        || mentions.reads(&kind.name, name, &owners)
}

/// Whether a topic of a bulletin names it.
fn is_told(subject: &Subject<'_>, kind: &Kind, name: &str) -> bool {
    let mut topics = subject.pack.policy.topics.iter().filter(|topic| topic.kind == kind.name);
    topics.any(|topic| topic.names().any(|own| own == name))
}

fn is_role_used(subject: &Subject<'_>, kind: &Kind, role: &Role, mentions: &Mentions) -> bool {
    let policy = &subject.pack.policy;
    let leads = kind.roles.iter().any(|other| {
        matches!(&other.holder, Holder::Of(of) if *of == role.name)
            || matches!(&other.vacant, Vacant::Inherits(heir) if *heir == role.name)
    });
    let counts =
        policy.kinds.iter().flat_map(|card| card.schema.facts().iter().map(move |fact| (card, fact)));
    let mut counts = counts.filter_map(|(card, fact)| match &fact.origin {
        Origin::Aggregate(count) if count.over == kind.name => Some((card, count)),
        _ => None,
    });
    let counted = counts.any(|(card, count)| match &count.role {
        Some(named) => *named == role.name,
        None => card.name == role.is,
    });
    // where not everything a kind's clauses do is seen, its name standing anywhere is taken for a use
    let of_kind = || subject.clauses().filter(|function| function.clause.kind == kind.name);
    let unseen = of_kind().any(|function| {
        let breaks_off = |end: &End| matches!(end, End::Undetermined(_));
        subject.is_interpreted(function.clause)
            || subject.paths(function).any(|(_, path)| breaks_off(&path.end))
    });
    let mut effects =
        of_kind().flat_map(|function| subject.paths(function)).flat_map(|(_, path)| &path.effects);
    let named = (unseen && mentions.says(&role.name)) || effects.any(|effect| effect.role == role.name);
    let ranks = kind.settled_by().any(|own| own == role.name);
    matches!(role.holder, Holder::Itself)
        || is_told(subject, kind, &role.name)
        || ranks
        || leads
        || counted
        || named
        || subject.counts(&kind.name, &role.name)
}
