//! What a ledger says of one subject's cards, or of one row, in the order in which it came about.

use super::ledger::{log_row, visible, what};
use super::{Report, Subject, Table};
use crate::language::Language;
use crate::ledger::{Entry, EntryKind};
use crate::policy::Kind;
use rust_decimal::Decimal;
use serde_json::Value;

/// The entries of a ledger about a subject or a row; of a subject with what they say of each of its cards.
pub fn ledger_history(
    subject: &Subject<'_>,
    entries: &[&Entry],
    whose: Option<&str>,
    language: Language,
) -> Report {
    let history = History { subject, whose, language };
    let mut report = Report::default();
    report.line(language.pick("台账所记", "in the ledger"));
    let rows = entries.iter().map(|entry| [log_row(entry, language), vec![history.said(entry)]].concat());
    report.table(Table { indent: 2, numeric: vec![true], rows: rows.collect(), ..Table::default() });
    report
}

struct History<'h> {
    subject: &'h Subject<'h>,
    whose: Option<&'h str>,
    language: Language,
}

impl History<'_> {
    /// What an entry says of the subject's cards; of everything else what it says at all.
    fn said(&self, entry: &Entry) -> String {
        let kinds = entry.body.get("cards").and_then(Value::as_object).into_iter().flatten();
        let cards = kinds.filter_map(|(kind, cards)| Some((kind, cards.get(self.whose?)?)));
        let cards: Vec<String> = cards.map(|(kind, said)| self.card(entry, kind, said)).collect();
        if cards.is_empty() {
            return what(entry, self.language);
        }
        let mut words = cards.join("; ");
        if entry.kind == EntryKind::AdjustmentSealed {
            let (effect, reason) = (visible(entry.text("takes_effect")), visible(entry.text("reason")));
            words.push_str(
                &self
                    .language
                    .pick(format!("；计入 {effect}：{reason}"), format!("; in effect in {effect}: {reason}")),
            );
        }
        words
    }

    fn card(&self, entry: &Entry, name: &str, said: &Value) -> String {
        let kind = self.subject.pack.policy.kind(name).map(|(_, kind)| kind);
        let title = kind.map_or(name, |kind| kind.title.get(self.language));
        let mut parts = Vec::new();
        if entry.kind == EntryKind::Confirmed {
            let charge = said.get("charge").and_then(Value::as_str).unwrap_or_default();
            parts.push(self.language.pick(
                format!("扣款 {} 已确认", self.money(charge)),
                format!("{} charged, confirmed", self.money(charge)),
            ));
        }
        for (account, balance) in said.get("balances").and_then(Value::as_object).into_iter().flatten() {
            let difference = said.get("differences").and_then(|all| all.get(account)).and_then(Value::as_str);
            parts.push(self.balance(kind, account, (balance.as_str().unwrap_or_default(), difference)));
        }
        if said.get("vetoed").and_then(Value::as_bool) == Some(true) {
            parts.push(self.language.pick("一票否决", "veto").to_owned());
        }
        if let Some(grade) = said.get("grade").and_then(Value::as_str) {
            parts.push(visible(grade));
        }
        if said.get("stays").is_some() {
            parts.push(self.language.pick("按办法不随之调整", "stays, as the policy says").to_owned());
        }
        format!("{title}: {}", parts.join(" · "))
    }

    /// The balance of an account, and by how much it was adjusted.
    fn balance(&self, kind: Option<&Kind>, name: &str, (plain, difference): (&str, Option<&str>)) -> String {
        let account = kind.and_then(|kind| kind.accounts.iter().find(|account| account.name == name));
        let title = account.map_or(name, |account| account.title.get(self.language));
        let show = |plain: &str| match (account, plain.parse::<Decimal>()) {
            (Some(account), Ok(amount)) => account.unit.show(amount, self.language),
            _ => visible(plain),
        };
        let by = difference.map(|difference| {
            let sign = if difference.starts_with('-') { "" } else { "+" };
            format!(" ({sign}{})", show(difference))
        });
        format!("{title} {}{}", show(plain), by.unwrap_or_default())
    }

    fn money(&self, plain: &str) -> String {
        plain
            .parse()
            .map_or_else(|_| visible(plain), |amount| crate::amount::Unit::Yuan.show(amount, self.language))
    }
}
