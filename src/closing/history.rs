//! What a ledger says of one subject or of one row, from the first seal to the last adjustment.

use super::appeal::amendments;
use super::check::groups;
use super::confirm::cards_of;
use super::seal::named;
use super::{CardName, Closing, fault, figures};
use crate::amount::Unit;
use crate::assess::CardKey;
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::ledger::{Entry, EntryKind};
use crate::report::Subject;
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Whom or what entries are about.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A person, unit, line or post, by code.
    Subject(&'a str),
    /// A row, by what identifies it.
    Record(&'a str),
}

/// The entries of a period of a policy about somebody or something.
pub fn history<'e>(entries: &'e [Entry], (policy, period): (&str, &str), whom: About<'_>) -> Vec<&'e Entry> {
    let own = about(entries, (policy, period));
    let is_named = |entry: &Entry| match whom {
        About::Subject(subject) => {
            entry.text("subject") == subject || cards_of(entry).any(|((_, own), _)| own == subject)
        }
        About::Record(record) => entry.text("record") == record,
    };
    let named = own.iter().filter(|entry| is_named(entry));
    let appeals = named.clone().filter(|entry| entry.kind == EntryKind::AppealOpened);
    let appeals: BTreeSet<String> = appeals.map(|entry| entry.seq.to_string()).collect();
    own.into_iter().filter(|entry| is_named(entry) || appeals.contains(entry.text("appeal"))).collect()
}

/// The entries about a period of a policy: what was done with it, and what takes effect in it.
pub fn about<'e>(entries: &'e [Entry], (policy, period): (&str, &str)) -> Vec<&'e Entry> {
    let is_own = |entry: &&Entry| {
        let about = [entry.text("period"), entry.text("takes_effect")];
        let has_period = entry.kind.has_period() && about.contains(&period);
        entry.text("policy") == policy && (has_period || entry.kind == EntryKind::PolicyApproved)
    };
    entries.iter().filter(is_own).collect()
}

/// The day on which the cards of each subject were sealed or adjusted last: from then its days to appeal count.
pub fn sealed_on(entries: &[Entry], policy: &str, period: &str) -> BTreeMap<String, NaiveDate> {
    let own = entries.iter().filter(|entry| {
        entry.kind.seals() && (entry.text("policy"), entry.text("period")) == (policy, period)
    });
    let touched = own.flat_map(|entry| cards_of(entry).map(move |card| (entry.on, card)));
    let touched = touched.filter(|(_, (_, said))| said.get("stays").is_none());
    touched.map(|(on, ((_, subject), _))| (subject, on)).collect()
}

/// Refuses to pay a period once more that was sealed with other charges: differences are paid where adjustments take effect.
///
/// # Errors
/// A sealed card charges something else now.
pub fn check_unpaid(subject: &Subject<'_>, entries: &[Entry]) -> Result<(), Vec<Diagnostic>> {
    let assessment = subject.assessment;
    let (policy, period) = (&subject.pack.policy, assessment.period.code());
    let sealed = entries.iter().filter(|entry| {
        entry.kind == EntryKind::AssessmentSealed
            && (entry.text("policy"), entry.text("period")) == (&policy.id, &period)
    });
    let mut otherwise = BTreeSet::new();
    for ((kind, code), said) in sealed.flat_map(cards_of) {
        let Some((kind, _)) = policy.kind(&kind) else { continue };
        let card = assessment.card(&CardKey { kind, subject: code.clone() });
        let now = card.map(|card| Value::from(figures::settled(card)));
        let money = policy.kinds.get(kind).into_iter().flat_map(|kind| &kind.accounts);
        for account in money.filter(|account| account.unit == Unit::Yuan) {
            let balance = |of: &Value| of.get("balances")?.get(&account.name).cloned();
            if balance(said) != now.as_ref().and_then(balance) {
                otherwise.insert(code.clone());
            }
        }
    }
    if otherwise.is_empty() {
        return Ok(());
    }
    let first = named(&otherwise.iter().map(String::as_str).collect::<Vec<_>>());
    let help = Text::new(
        "发放以封存时写出的扣款表为准；差额经 renze adjust 计入以后的一期，由那一期的扣款表发放",
        "pay by the tables that were written when it was sealed; differences are entered by renze adjust, and paid by the tables of the period in which they take effect",
    );
    let fault = fault(
        "L032",
        format!("{first}：扣款与封存时不同，再写扣款表会使差额发放两次"),
        format!(
            "{first}: what is charged is not what was sealed, and another payroll would pay the difference twice"
        ),
    );
    Err(vec![fault.help(help)])
}

/// How many entries there were before the cards of a period were sealed first, where something was decided of its rows since:
/// what was sealed then is another result than what stands now.
pub fn sealed_otherwise(entries: &[Entry], (policy, period): (&str, &str)) -> Option<usize> {
    let groups = groups(entries, policy, period);
    let first = groups.iter().find(|group| group.sealings().next().is_some())?;
    let before = entries.get(..first.before).unwrap_or_default();
    (amendments(before, policy, period) != amendments(entries, policy, period)).then_some(first.before)
}

impl Closing<'_> {
    /// The entry that says something else of a card of a subject than the assessment comes to.
    pub fn entered_otherwise(&self, entries: &[Entry], subject: &str) -> Option<u64> {
        self.otherwise(entries).find(|((_, own), _)| own == subject).map(|(_, seq)| seq)
    }

    /// The subjects of cards that come to something else than stands in the ledger, with the entry, and of those that are settled
    /// and stand in none, where the book is the one that was taken in last: with a book of before that is no wonder.
    pub fn pending(&self, entries: &[Entry]) -> Vec<(String, Option<u64>)> {
        let last = self.entries(entries, EntryKind::DataImported).last();
        if last.is_none_or(|entry| entry.text("inputs") != self.files.digest_of_all()) {
            return Vec::new();
        }
        let standing = self.standing(entries);
        let unsealed =
            self.cards().filter(|card| card.row.is_final() && !standing.contains_key(&card.name()));
        let unsealed = unsealed.map(|card| (card.name().1, None));
        self.otherwise(entries).map(|((_, subject), seq)| (subject, Some(seq))).chain(unsealed).collect()
    }

    /// The cards that come to something else than stands in the ledger, or are not there any more, with the entry.
    fn otherwise(&self, entries: &[Entry]) -> impl Iterator<Item = (CardName, u64)> {
        let now: BTreeMap<CardName, &str> = self.cards().map(|card| (card.name(), card.root)).collect();
        let standing = self.standing(entries).into_iter();
        let otherwise = standing.filter(|(name, was)| now.get(name) != Some(&was.root()));
        otherwise.map(|(name, was)| (name, was.seq)).collect::<Vec<_>>().into_iter()
    }
}
