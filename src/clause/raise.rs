//! What a clause may raise: rows of a later kind, or of its own against a higher office.

use super::function::Clause;
use super::rulebook::Rulebook;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::language::Text;
use crate::policy::{Kind, Pack, Rows};

impl Rulebook {
    /// Reports a row that could never be made, or would belong to nobody.
    pub(super) fn check_raise(
        &self,
        pack: &Pack,
        (clause, kind): (&Clause, &Kind),
        (raised, card): (&str, &str),
        place: Place,
        faults: &Faults,
    ) {
        let found = pack.policy.kind(raised).filter(|(_, kind)| kind.rows == Rows::Raised);
        let Some((position, found)) = found else {
            let message = Text::new(
                format!("`{raised}` 不是由规则产生的对象"),
                format!("`{raised}` is not a kind whose rows clauses raise"),
            );
            let help =
                Text::new("在 policy.toml 写 rows = \"raised\"", "write rows = \"raised\" in policy.toml");
            let known = pack.policy.kinds.iter().filter(|kind| kind.rows == Rows::Raised);
            let known = known.map(|kind| kind.name.as_str());
            faults.push(Diagnostic::error("C039", message).at(place).help(help).suggest(raised, known));
            return;
        };
        if found.raised_role(card).is_none() {
            let message = Text::new(
                format!("「{}」没有归「{card}」的角色", found.title.zh),
                format!("'{}' has no role that is '{card}'", found.title.en),
            );
            faults.push(Diagnostic::error("C040", message).at(place.clone()));
        }
        let itself = found.name == kind.name && !pack.policy.offices.is_empty();
        if position <= clause.position && !itself {
            let message = Text::new(
                format!("「{}」先于或同于「{}」考核，不能由它产生", found.title.zh, kind.title.zh),
                format!(
                    "'{}' is judged before '{}' and cannot be raised by it",
                    found.title.en, kind.title.en
                ),
            );
            let help = Text::new(
                "在 judge 中放到后面；同一对象须写 [organisation] offices",
                "put it later in `judge`; a kind that raises itself needs [organisation] offices",
            );
            faults.push(Diagnostic::error("C041", message).at(place).help(help));
        }
    }
}
