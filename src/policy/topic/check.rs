//! Whether what a topic names is there, and of the sort it must be.

use super::{Criterion, Form, Test, Topic};
use crate::fact::FactType;
use crate::policy::pack::Report;
use crate::policy::{Kind, Policy};

impl Topic {
    /// Reports every name that is none.
    pub(in crate::policy) fn check(&self, policy: &Policy, report: &Report<'_>) {
        let at = &format!("topic.{}", self.place);
        let Some((_, kind)) = policy.kind(&self.kind) else {
            let known = policy.kinds.iter().map(|kind| kind.name.as_str()).collect();
            let (zh, en) =
                (format!("没有考核对象 `{}`", self.kind), format!("there is no kind `{}`", self.kind));
            return report(at, zh, en, &self.kind, known);
        };
        for name in self.unknown(kind) {
            let (zh, en) = (
                format!("{} 没有 `{name}` 这一事实、角色或科目", kind.title.zh),
                format!("'{}' has no fact, role or account `{name}`", kind.title.en),
            );
            report(at, zh, en, name, names(kind));
        }
        for (wrong, zh, en) in self.criteria.iter().filter_map(|criterion| criterion.fault(kind)) {
            report(at, zh, en, wrong, Vec::new());
        }
        let is_moment = |name: &str| kind.schema.get(name).is_none_or(|fact| fact.kind == FactType::Moment);
        for name in self.moments().filter(|name| !is_moment(name)) {
            let (zh, en) = (format!("`{name}` 不是时间"), format!("`{name}` is no time"));
            report(at, zh, en, name, Vec::new());
        }
        if let Form::Ranking(standings) = &self.form {
            let is_account = kind.account(&standings.by).is_some();
            if !kind.is_card() || !is_account {
                let (zh, en) = (
                    format!("排名须按记分卡的科目，`{}` 不是 {} 的科目", standings.by, kind.title.zh),
                    format!(
                        "a ranking goes by an account of cards; `{}` is none of '{}'",
                        standings.by, kind.title.en
                    ),
                );
                report(
                    at,
                    zh,
                    en,
                    &standings.by,
                    kind.accounts.iter().map(|own| own.name.as_str()).collect(),
                );
            }
        }
    }

    /// The names that the kind does not know.
    fn unknown<'t>(&'t self, kind: &Kind) -> Vec<&'t str> {
        let known = names(kind);
        let facts = self.facts().filter(|name| kind.schema.get(name).is_none());
        facts.chain(self.shown().filter(|name| !known.contains(name))).collect()
    }
}

impl Criterion {
    /// What is wrong with it for facts of a kind: the word that is, and why.
    fn fault(&self, kind: &Kind) -> Option<(&str, String, String)> {
        let fact = kind.schema.get(&self.fact)?;
        let name = &self.fact;
        match (&self.test, &fact.kind) {
            (Test::IsTrue, FactType::Bool { .. }) | (Test::IsKnown, _) => None,
            (Test::IsTrue, _) => Some((
                name,
                format!("where：`{name}` 不是是非事实"),
                format!("where: `{name}` is not a yes-or-no fact"),
            )),
            (Test::IsWord(word), kind) if kind.word(word).is_some() => None,
            (Test::IsWord(word), _) => Some((
                word,
                format!("where：`{name}` 没有「{word}」这个词"),
                format!("where: `{name}` is never `{word}`"),
            )),
        }
    }
}

/// Everything of a kind that a topic may show.
fn names(kind: &Kind) -> Vec<&str> {
    let facts = kind.schema.names();
    let roles = kind.roles.iter().map(|role| role.name.as_str());
    let accounts = kind.accounts.iter().map(|account| account.name.as_str());
    facts.chain(roles).chain(accounts).chain(kind.is_card().then_some("grade")).collect()
}
