//! A role: a name on a row that leads to a card.

use super::pack::Report;
use super::{Kind, Policy, Rows};
use crate::document::Section;
use crate::language::Text;
use std::collections::BTreeSet;

/// What a verb names.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// The name reports use.
    pub title: Text,
    /// The kind of card it leads to.
    pub is: String,
    /// How its holder is found.
    pub holder: Holder,
    /// What several holders bear.
    pub several: Several,
    /// Who bears where nobody holds it.
    pub vacant: Vacant,
}

/// How the holder of a role is found on the day of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The row's own card.
    Itself,
    /// A column holding codes, several of them separated by `separator`.
    Column {
        /// The headings the column may have.
        headings: Vec<String>,
        /// Between several codes.
        separator: Option<String>,
    },
    /// One card for all rows, of this code: the whole company.
    Fixed(String),
    /// Whoever the row was raised for.
    Raised,
    /// The unit above, or the holder of a post of, another role's holder.
    Of(String),
    /// Somebody outside: it bears amounts and has no card.
    Outside,
}

/// What each of several holders bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Several {
    /// Each bears the full amount.
    Each,
    /// The amount is split, to the last cent.
    Split,
    /// Only the one named first answers.
    First,
}

/// What happens to an amount whose role nobody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vacant {
    /// It is listed as not borne, and the assessment is provisional.
    Undetermined,
    /// Nobody bears it; it is dropped.
    Nobody,
    /// The holder of an earlier role of the same row bears it.
    Inherits(String),
}

impl Role {
    pub(super) fn read(section: &Section<'_>, is_raised: bool) -> Option<Self> {
        if section.get("outside").and_then(|entry| entry.flag()) == Some(true) {
            let role = Self {
                is: String::new(),
                holder: Holder::Outside,
                vacant: Vacant::Nobody,
                ..Self::itself(section.name(), section.title("title"))
            };
            section.finish();
            return Some(role);
        }
        let headings = section.texts("from");
        let (of, separator) = (section.text("of"), section.text("separator"));
        let holder = match of {
            Some(of) if headings.is_empty() => Holder::Of(of),
            None if headings.is_empty() && section.get("id").is_some() => {
                Holder::Fixed(section.required_text("id")?)
            }
            None if is_raised && headings.is_empty() => Holder::Raised,
            None if !headings.is_empty() => Holder::Column { headings, separator },
            _ => {
                section.fault(
                    "P020",
                    Text::new(
                        "角色须有 `from`（列）、`of`（其他角色）或 `id`（固定编号）之一",
                        "a role needs one of `from` (a column), `of` (another role), `id` (one code for all)",
                    ),
                );
                Holder::Itself
            }
        };
        let several = word(
            section,
            "several",
            &[("each", Several::Each), ("split", Several::Split), ("first", Several::First)],
        );
        section.offers("vacant", ["undetermined", "nobody"]);
        let vacant = section.text("vacant").map(|word| match word.as_str() {
            "undetermined" => Vacant::Undetermined,
            "nobody" => Vacant::Nobody,
            _ => Vacant::Inherits(word),
        });
        let is_own = holder == Holder::Raised;
        let role = Self {
            name: section.name().to_owned(),
            title: section.title("title"),
            is: section.required_text("is")?,
            holder,
            several: several.unwrap_or(Several::Each),
            // a row is raised for one of its roles, and for nobody under the others
            vacant: vacant.unwrap_or(if is_own { Vacant::Nobody } else { Vacant::Undetermined }),
        };
        section.finish();
        Some(role)
    }

    /// Whether whoever bears it stands outside: no card counts what it bears.
    pub fn is_outside(&self) -> bool {
        self.holder == Holder::Outside
    }

    /// The role by which a card is its own bearer.
    pub(super) fn itself(kind: &str, title: Text) -> Self {
        Self {
            name: kind.to_owned(),
            title,
            is: kind.to_owned(),
            holder: Holder::Itself,
            several: Several::Each,
            vacant: Vacant::Undetermined,
        }
    }
}

/// The choice a key names, with a fault where it names none.
pub(super) fn word<T: Copy>(section: &Section<'_>, key: &str, choices: &[(&str, T)]) -> Option<T> {
    section.offers(key, choices.iter().map(|(name, _)| *name));
    let entry = section.get(key)?;
    let word = entry.text()?;
    let choice = choices.iter().find(|(name, _)| *name == word).map(|(_, choice)| *choice);
    if choice.is_none() {
        let names = choices.iter().map(|(name, _)| *name);
        entry.unknown(Text::new("取值", "choice"), &word, names);
    }
    choice
}

/// Reports every role of a kind that leads nowhere.
pub(super) fn check(policy: &Policy, position: usize, kind: &Kind, report: &Report<'_>) {
    for role in &kind.roles {
        let at = &format!("{}.roles.{}", kind.name, role.name);
        let before = || {
            let before = kind.roles.iter().take_while(|earlier| earlier.name != role.name);
            before.filter(|earlier| !earlier.is_outside()).map(|earlier| earlier.name.as_str())
        };
        let earlier = |name: &str| before().any(|earlier| earlier == name);
        if let Vacant::Inherits(heir) = &role.vacant
            && !earlier(heir)
        {
            report(
                at,
                format!("vacant：`{heir}` 须是 undetermined、nobody 或先声明的角色"),
                format!("vacant is undetermined, nobody or a role declared before it, not `{heir}`"),
                heir,
                ["undetermined", "nobody"].into_iter().chain(before()).collect(),
            );
        }
        let target = policy.kind(&role.is);
        let forward =
            role.is_outside() || target.is_some_and(|(place, target)| place >= position && target.is_card());
        if !forward {
            report(
                at,
                format!("`{}` 不是后续的记分卡", role.is),
                format!("`{}` is not a card judged later", role.is),
                &role.is,
                policy.kinds.iter().filter(|kind| kind.is_card()).map(|kind| kind.name.as_str()).collect(),
            );
        }
        let Holder::Of(of) = &role.holder else { continue };
        if !earlier(of) {
            report(
                at,
                format!("`{of}` 须是先声明的角色"),
                format!("`{of}` must be a role declared before it"),
                of,
                before().collect(),
            );
        }
        check_above(policy, kind, role, report);
    }
}

/// Members stand above each other one way: a role that looks for the lower above the higher finds nobody.
fn check_above(policy: &Policy, kind: &Kind, role: &Role, report: &Report<'_>) {
    let Some((low, high)) = climb(policy, kind, role).filter(|(low, high)| low != high) else { return };
    let roles = || policy.kinds.iter().flat_map(|kind| kind.roles.iter().map(move |role| (kind, role)));
    let steps: BTreeSet<(&str, &str)> =
        roles().filter_map(|(kind, role)| climb(policy, kind, role)).collect();
    // from the higher up, as the other roles go
    let mut above = BTreeSet::from([high]);
    for _ in 0..policy.kinds.len() {
        let further: Vec<&str> =
            steps.iter().filter(|(from, _)| above.contains(from)).map(|(_, to)| *to).collect();
        above.extend(further);
    }
    if above.contains(low) {
        let Holder::Of(of) = &role.holder else { return };
        report(
            &format!("{}.roles.{}", kind.name, role.name),
            format!("`{high}` 在 `{low}` 之上，而别的角色从 `{high}` 往上找 `{low}`：二者必有一个找不到人"),
            format!(
                "looks for `{high}` above `{low}`, and another role for `{low}` above `{high}`: one of the two finds nobody"
            ),
            of,
            Vec::new(),
        );
    }
}

/// From which members to which a role goes up: none where one of them holds a post.
fn climb<'p>(policy: &'p Policy, kind: &'p Kind, role: &'p Role) -> Option<(&'p str, &'p str)> {
    let Holder::Of(of) = &role.holder else { return None };
    let member = |role: &'p Role| match &policy.kind(&role.is)?.1.rows {
        Rows::Members { member } => Some(member.as_str()),
        _ => None,
    };
    Some((member(kind.role(of)?)?, member(role)?))
}
