//! Groups of findings that compete or are limited together.

use super::Policy;
use super::pack::Report;
use crate::document::Section;
use crate::language::Text;

/// Some clauses whose findings are looked at together.
#[derive(Clone, Debug)]
pub struct Group {
    /// Which clauses.
    pub clauses: Vec<String>,
    /// What is done with them.
    pub limit: Limit,
    /// Findings that agree in all of these belong together.
    pub per: Vec<Scope>,
}

/// What a group does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// 就高不重复: only the highest counts.
    Highest,
    /// 封顶: together they count at most this parameter.
    Cap(String),
}

/// What findings of one group must have in common. Deductions compete with deductions only, awards with awards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The same row.
    Record,
    /// The same card.
    Card,
    /// The same account.
    Account,
    /// The same clause.
    Clause,
    /// The same value of a fact of the row.
    Fact(String),
}

/// What a group can be per, beside facts of the row.
const SCOPES: [&str; 5] = ["record", "card", "account", "clause", "sign"];

impl Group {
    pub(super) fn read(section: &Section<'_>, capped: bool) -> Option<Self> {
        let clauses = section.texts("clauses");
        if clauses.is_empty() {
            section.fault("P030", Text::new("未列出 `clauses`", "`clauses` lists none"));
        }
        let per: Vec<Scope> = section.texts("per").into_iter().filter_map(Scope::named).collect();
        if per.is_empty() {
            section.fault(
                "P031",
                Text::new(
                    "缺少范围 `per`：record、card、account、clause 或事实名（sign 总在其中，不能单用）",
                    "lacks its scope `per`: record, card, account, clause, or facts of the row (sign always is in force, and is none by itself)",
                ),
            );
        }
        let limit = if capped { Limit::Cap(section.required_text("at")?) } else { Limit::Highest };
        section.finish();
        Some(Self { clauses, limit, per })
    }

    /// Reports what it is per and no row has.
    pub(super) fn check(&self, policy: &Policy, report: &Report<'_>) {
        let at = if self.limit == Limit::Highest { "highest" } else { "cap" };
        for name in self.per.iter().filter_map(Scope::fact) {
            if policy.kinds.iter().any(|kind| kind.schema.get(name).is_some()) {
                continue;
            }
            let (zh, en) = if policy.kinds.iter().any(|kind| kind.role(name).is_some()) {
                (
                    format!("per：`{name}` 是角色；同一承担人写 `card`"),
                    format!("per: `{name}` is a role; findings against one bearer are per `card`"),
                )
            } else {
                (
                    format!("per：`{name}` 既不是范围也不是事实"),
                    format!("per: `{name}` is neither a scope nor a fact"),
                )
            };
            report(at, zh, en, name, SCOPES.to_vec());
        }
    }
}

impl Scope {
    fn fact(&self) -> Option<&str> {
        if let Self::Fact(name) = self { Some(name) } else { None }
    }

    fn named(word: String) -> Option<Self> {
        match word.as_str() {
            "record" => Some(Self::Record),
            "card" => Some(Self::Card),
            "account" => Some(Self::Account),
            "clause" => Some(Self::Clause),
            // always in force: what takes never competes with what adds
            "sign" => None,
            _ => Some(Self::Fact(word)),
        }
    }
}
