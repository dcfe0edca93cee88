//! Roles that the organisation cannot lead to, whoever stands in it: nobody would ever bear what they are named for.

use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::language::Text;
use crate::organisation::{Member, Organisation};
use crate::policy::{Holder, Kind, Policy, Role, Rows};
use std::collections::BTreeSet;

/// Roles by another role, where that one's members never hold such a post, or never stand below such a member.
pub(super) fn check(organisation: &Organisation, policy: &Policy, faults: &Faults) {
    for kind in &policy.kinds {
        for role in &kind.roles {
            if let Some(fault) = fault(organisation, policy, (kind, role)) {
                faults.push(fault);
            }
        }
    }
}

fn fault(organisation: &Organisation, policy: &Policy, (kind, role): (&Kind, &Role)) -> Option<Diagnostic> {
    let Holder::Of(below) = &role.holder else { return None };
    let below = kind.role(below)?;
    let (_, from) = policy.kind(&below.is)?;
    let Rows::Members { member: from } = &from.rows else { return None };
    let (_, to) = policy.kind(&role.is)?;
    let names = (role.title.clone(), below.title.clone());
    match &to.rows {
        Rows::Posts { office } => {
            let mut held = organisation.posts().iter().filter(|post| post.post == *office).peekable();
            let place = held.peek()?.place.clone();
            let of: BTreeSet<&str> = held.flat_map(|post| kinds(organisation, &post.of)).collect();
            (!of.contains(from.as_str())).then(|| nowhere(names, place, (from, &of)))
        }
        Rows::Members { member } => {
            let is_listed = |kind: &String| organisation.members().any(|own| own.kind == *kind);
            let are_both = is_listed(from) && is_listed(member);
            let mut starts = organisation.members().filter(|own| own.kind == *from);
            let mut leads = || starts.any(|own| above(organisation, own).contains(member.as_str()));
            let file = organisation.further().file.clone();
            (are_both && !leads()).then(|| nowhere(names, Place::File { file }, (from, &BTreeSet::new())))
        }
        Rows::Table { .. } | Rows::Raised => None,
    }
}

fn nowhere((role, below): (Text, Text), place: Place, (from, of): (&str, &BTreeSet<&str>)) -> Diagnostic {
    let message = Text::new(
        format!("「{}」取自「{}」，而组织里没有一个能这样找到", role.zh, below.zh),
        format!("'{}' is found by '{}', and the organisation leads to none that way", role.en, below.en),
    );
    let of: Vec<&str> = of.iter().copied().collect();
    let help = if of.is_empty() {
        Text::new(
            format!("`{from}` 都不在这样的成员之下：检查该角色的 of，或补上 parent"),
            format!("no `{from}` stands below such a member: look at the role's `of`, or add the `parent`"),
        )
    } else {
        let of = of.join("`, `");
        Text::new(
            format!("这个职务设在 `{of}`，不设在 `{from}`：先写一个 {of} 的角色，再由它取"),
            format!(
                "the post is held of `{of}`, not of `{from}`: put a role of the {of} between, and find it by that"
            ),
        )
    };
    Diagnostic::error("O013", message).at(place).help(help)
}

/// The kinds of member a code stands for.
fn kinds<'o>(organisation: &'o Organisation, id: &str) -> impl Iterator<Item = &'o str> {
    organisation.rows_of(id).iter().map(|member| member.kind.as_str())
}

/// The kinds of member that one belongs to on any day, its own included.
fn above<'o>(organisation: &'o Organisation, member: &'o Member) -> BTreeSet<&'o str> {
    let mut kinds = BTreeSet::new();
    let (mut next, mut seen) = (vec![member], BTreeSet::new());
    while let Some(member) = next.pop() {
        kinds.insert(member.kind.as_str());
        let parent = member.parent.as_deref().filter(|parent| seen.insert(*parent));
        next.extend(parent.into_iter().flat_map(|parent| organisation.rows_of(parent)));
    }
    kinds
}
