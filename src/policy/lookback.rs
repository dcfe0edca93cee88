//! Whether what an aggregate names is there: the kind it looks at, its facts, and what leads from its rows here.

use super::pack::Report;
use super::{Kind, Policy, Rows};
use crate::fact::{Aggregate, Fact, FactType, Measure, Window};

/// Reports everything an aggregate names that is not there.
pub(super) fn check(
    policy: &Policy,
    position: usize,
    kind: &Kind,
    (fact, aggregate): (&Fact, &Aggregate),
    report: &Report<'_>,
) {
    let Some(over) = source(policy, position, kind, (&fact.name, aggregate), report) else { return };
    let at = &format!("{}.facts.{}", kind.name, fact.name);
    let condition_is_bool = aggregate.condition.as_ref().is_none_or(|name| {
        over.schema.get(name).is_some_and(|fact| matches!(fact.kind, FactType::Bool { .. }))
    });
    if !condition_is_bool {
        let wrong = aggregate.condition.clone().unwrap_or_default();
        report(
            at,
            format!("`{wrong}` 不是 {} 的是非事实", over.name),
            format!("`{wrong}` is not a true-or-false fact of {}", over.name),
            &wrong,
            over.schema.names().collect(),
        );
    }
    let own = over.name == kind.name;
    for name in aggregate.fact.iter().chain(&aggregate.weight) {
        let settled = over.settles(name);
        if over.schema.get(name).is_none() && !(over.is_card() && settled) {
            report(
                at,
                format!("{} 没有事实 `{name}`", over.name),
                format!("{} has no fact `{name}`", over.name),
                name,
                over.schema
                    .names()
                    .chain(over.accounts.iter().map(|account| account.name.as_str()))
                    .collect(),
            );
        }
    }
    // a row cannot look at what is only worked out after it
    let later = |name: &String| kind.schema.position(name) >= kind.schema.position(&fact.name);
    let named = || aggregate.fact.iter().chain(&aggregate.weight).chain(&aggregate.condition);
    if own
        && !kind.is_card()
        && let Some(name) = named().find(|name| kind.schema.get(name).is_some() && later(name))
    {
        report(
            at,
            format!("`{name}` 须先于它声明"),
            format!("`{name}` must be declared before it"),
            name,
            Vec::new(),
        );
    }
    if aggregate.is_between_rows() {
        check_same(kind, over, (at, aggregate), report);
    } else {
        check_leads(policy, kind, over, (at, aggregate), report);
    }
    check_window(policy, kind, over, (at, aggregate), report);
}

fn source<'p>(
    policy: &'p Policy,
    position: usize,
    kind: &Kind,
    (name, aggregate): (&str, &Aggregate),
    report: &Report<'_>,
) -> Option<&'p Kind> {
    // facts of a table are worked out before anything is judged, so they see tables alone
    let is_table = |kind: &Kind| matches!(kind.rows, Rows::Table { .. });
    let sees = |other: &&Kind| !is_table(kind) || is_table(other);
    let known = || policy.kinds.iter().take(position.saturating_add(1)).filter(sees);
    let own = aggregate.over == kind.name;
    let found = known().find(|other| other.name == aggregate.over);
    // its own cards can only be those of earlier periods
    let earlier = !own || !kind.is_card() || aggregate.window != Window::Period;
    let found = found.filter(|_| earlier && (!own || kind.is_card() || aggregate.is_between_rows()));
    if found.is_none() {
        report(
            &format!("{}.facts.{name}", kind.name),
            format!("`{}` 不是先于它考核的对象", aggregate.over),
            format!("`{}` is not a kind judged before it", aggregate.over),
            &aggregate.over,
            known().filter(|other| other.name != kind.name).map(|kind| kind.name.as_str()).collect(),
        );
    }
    found
}

fn check_same(kind: &Kind, over: &Kind, (at, aggregate): (&str, &Aggregate), report: &Report<'_>) {
    for (own, theirs) in &aggregate.same {
        for (one, name) in [(kind, own), (over, theirs)] {
            if one.schema.get(name).is_none() && one.role(name).is_none() {
                report(
                    at,
                    format!("same：{} 没有事实或角色 `{name}`", one.name),
                    format!("same: {} has no fact or role `{name}`", one.name),
                    name,
                    one.schema.names().chain(one.roles.iter().map(|role| role.name.as_str())).collect(),
                );
            }
        }
    }
}

fn check_leads(
    policy: &Policy,
    kind: &Kind,
    over: &Kind,
    (at, aggregate): (&str, &Aggregate),
    report: &Report<'_>,
) {
    let itself = over.is_card() && over.subjects() == kind.subjects() && aggregate.role.is_none();
    if !itself && policy.leading(over, aggregate.role.as_deref(), kind).is_empty() {
        report(
            at,
            format!("{} 没有通向 {} 的角色", over.name, kind.name),
            format!("no role of {} leads to {}", over.name, kind.name),
            aggregate.role.as_deref().unwrap_or_default(),
            over.roles.iter().map(|role| role.name.as_str()).collect(),
        );
    }
}

fn check_window(
    policy: &Policy,
    kind: &Kind,
    over: &Kind,
    (at, aggregate): (&str, &Aggregate),
    report: &Report<'_>,
) {
    match &aggregate.window {
        Window::Anniversary(name)
            if kind.schema.get(name).is_none_or(|fact| fact.kind != FactType::Moment) =>
        {
            report(
                at,
                format!("within：`{name}` 不是时间事实"),
                format!("within: `{name}` is not a time fact"),
                name,
                kind.schema.names().collect(),
            );
        }
        Window::Since(name) if policy.kind(name).is_none_or(|(_, since)| since.is_card()) => report(
            at,
            format!("within：`{name}` 不是有行的对象"),
            format!("within: `{name}` is not a kind of rows"),
            name,
            policy.kinds.iter().filter(|kind| !kind.is_card()).map(|kind| kind.name.as_str()).collect(),
        ),
        Window::Valid if over.lasts.is_none() => report(
            at,
            format!("within：{} 没有写明有效期 `lasts`", over.name),
            format!("within: {} does not say how long its rows last: `lasts`", over.name),
            "",
            Vec::new(),
        ),
        _ => {}
    }
    if aggregate.measure == Measure::Apportion && over.name != kind.name {
        report(
            at,
            "只能在同一对象的行之间分摊".to_owned(),
            "an amount is apportioned among rows of one kind".to_owned(),
            "",
            Vec::new(),
        );
    }
}
