//! A figure of a sealed card in words: an account by its title, its amount in its unit; or a veto, a grade, a place.

use super::Subject;
use super::ledger::visible;
use super::sign::shown;
use crate::language::{Language, Text};
use crate::policy::Account;
use rust_decimal::Decimal;

/// A figure of cards of a kind, both by their names in the pack and in a ledger.
pub struct Figure<'f> {
    name: &'f str,
    account: Option<&'f Account>,
}

impl<'f> Figure<'f> {
    /// The figure of that name.
    pub fn of(subject: &Subject<'f>, kind: &str, name: &'f str) -> Self {
        let kind = subject.pack.policy.kind(kind);
        let account = kind.and_then(|(_, kind)| kind.accounts.iter().find(|account| account.name == name));
        Self { name, account }
    }

    /// The account, where it is one.
    pub(super) fn account(&self) -> Option<&'f Account> {
        self.account
    }

    /// What it is called.
    pub fn title(&self) -> Text {
        match (self.account, self.name) {
            (Some(account), _) => account.title.clone(),
            (None, "vetoed") => Text::new("一票否决", "veto"),
            (None, "grade") => Text::new("等次", "grade"),
            (None, "place") => Text::new("名次", "place"),
            (None, other) => Text::same(other),
        }
    }

    /// A plain figure as reports show it: money that is taken is positive.
    pub fn show(&self, plain: &str, language: Language) -> String {
        match (self.account, plain.parse::<Decimal>(), plain) {
            (Some(account), Ok(figure), _) => account.unit.show(shown(&account.unit, figure), language),
            (None, _, "true") => language.pick("是", "yes").to_owned(),
            (None, _, "false") => language.pick("否", "no").to_owned(),
            _ => visible(plain),
        }
    }

    /// By how much it differs, with its sign; blank where it is no amount.
    pub fn difference(&self, difference: Option<Decimal>, language: Language) -> String {
        let Some((account, difference)) = self.account.zip(difference) else { return String::new() };
        let difference = shown(&account.unit, difference);
        let sign = if difference > Decimal::ZERO { "+" } else { "" };
        format!("{sign}{}", account.unit.show(difference, language))
    }
}
