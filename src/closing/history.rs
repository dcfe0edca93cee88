//! What a ledger says of one subject or of one row, from the first seal to the last adjustment.

use super::appeal::amendments;
use super::check::groups;
use super::confirm::cards_of;
use super::{CardName, Closing};
use crate::ledger::{Entry, EntryKind};
use chrono::NaiveDate;
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
pub fn history<'e>(entries: &'e [Entry], (policy, period): (&str, &str), about: About<'_>) -> Vec<&'e Entry> {
    let own = entries.iter().filter(|entry| {
        entry.kind.has_period() && (entry.text("policy"), entry.text("period")) == (policy, period)
    });
    let own: Vec<&Entry> = own.collect();
    let is_named = |entry: &Entry| match about {
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

/// The day on which the cards of each subject were sealed last: from then its days to appeal count.
pub fn sealed_on(entries: &[Entry], policy: &str, period: &str) -> BTreeMap<String, NaiveDate> {
    let own = entries.iter().filter(|entry| {
        entry.kind == EntryKind::AssessmentSealed
            && (entry.text("policy"), entry.text("period")) == (policy, period)
    });
    own.flat_map(|entry| cards_of(entry).map(|((_, subject), _)| (subject, entry.on))).collect()
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
        let standing = self.standing(entries);
        let own = standing.iter().filter(|((_, own), _)| own == subject);
        let now = |name: &CardName| self.cards().find(|card| card.name() == *name);
        own.filter(|(name, was)| now(name).is_none_or(|card| card.root != was.root()))
            .map(|(_, was)| was.seq)
            .next()
    }
}
