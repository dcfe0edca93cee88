//! A person confirms vetoes and charges: a penalty that only a program found is not final.

use super::row::Row;
use super::{CardName, Closing, Step, Who, figures};
use crate::amount::Unit;
use crate::assess::{Scorecard, Veto};
use crate::fingerprint::hex;
use crate::language::Text;
use crate::ledger::{Draft, Entry, EntryKind, merkle};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A card that somebody must confirm before it is sealed.
#[derive(Clone, Debug)]
pub struct Confirmable {
    /// The title of its kind.
    pub kind: Text,
    /// Its subject.
    pub subject: String,
    /// The subject's name.
    pub name: Text,
    /// What is charged.
    pub charge: Decimal,
    /// Whether it is vetoed.
    pub is_vetoed: bool,
}

impl Closing<'_> {
    /// The final cards with a veto or a charge that nobody has confirmed as they are.
    pub(super) fn unconfirmed(&self, entries: &[Entry]) -> Vec<(usize, CardName)> {
        let (confirmed, wholes) = (self.confirmed(entries), self.wholes());
        let cards = self.subject.assessment.scorecards.iter().zip(&self.cards).enumerate();
        let open = cards.filter_map(|(position, (card, row))| {
            let (kind, subject) = row.card();
            let name = (kind.to_owned(), subject.to_owned());
            let before = confirmed.get(&name);
            // what was confirmed and came to nothing since is looked at once more, too
            let is_due = row.is_final() && (needs_confirming(card) || before.is_some());
            (is_due && before != wholes.get(position)).then_some((position, name))
        });
        open.collect()
    }

    /// One fingerprint over each card and everything behind it.
    fn wholes(&self) -> Vec<String> {
        let mut behind: BTreeMap<(&str, &str), Vec<merkle::Hash>> = BTreeMap::new();
        for leaf in &self.behind {
            behind.entry((&leaf.card.0, &leaf.card.1)).or_default().push(leaf.hash);
        }
        let whole = |row: &Row| {
            let (kind, subject) = row.card();
            let own = [(kind, subject), ("", subject)].into_iter().filter_map(|card| behind.get(&card));
            let leaves = std::iter::once(row.hash()).chain(own.flatten().copied());
            hex(&merkle::root(&leaves.collect::<Vec<_>>()))
        };
        self.cards.iter().map(whole).collect()
    }

    /// The fingerprint of every card as it was confirmed last.
    fn confirmed(&self, entries: &[Entry]) -> BTreeMap<CardName, String> {
        let mut confirmed = BTreeMap::new();
        for entry in self.entries(entries, EntryKind::Confirmed) {
            confirmed.extend(cards_of(entry).map(|(name, card)| {
                (name, card.get("root").and_then(Value::as_str).unwrap_or_default().to_owned())
            }));
        }
        confirmed
    }
}

/// Whether somebody must confirm a card.
fn needs_confirming(card: &Scorecard) -> bool {
    card.veto == Veto::Stands
        || card
            .balances
            .iter()
            .any(|balance| matches!(balance.unit, Unit::Yuan) && !balance.settled.so_far.is_zero())
}

/// The entries by which somebody confirms every final card with a veto or a charge that is not confirmed yet, and those
/// cards.
pub fn confirm(closing: &Closing<'_>, entries: &[Entry], who: Who) -> Step<(Vec<Draft>, Vec<Confirmable>)> {
    let open = closing.unconfirmed(entries);
    if open.is_empty() {
        let last = closing.entries(entries, EntryKind::Confirmed).last();
        return Step::Stands(last.map_or(0, |entry| entry.seq));
    }
    let (mut cards, mut listed, wholes) = (Map::new(), Vec::new(), closing.wholes());
    for (position, (kind, subject)) in open {
        let Some(card) = closing.subject.assessment.scorecards.get(position) else { continue };
        let title = closing.subject.pack.policy.kinds.get(card.key.kind).map(|kind| kind.title.clone());
        let (charge, is_vetoed) = (figures::charge(card), card.veto == Veto::Stands);
        listed.push(Confirmable {
            kind: title.unwrap_or_default(),
            subject: card.key.subject.clone(),
            name: card.name.clone(),
            charge,
            is_vetoed,
        });
        let said = json!({
            "root": wholes.get(position),
            "charge": Unit::Yuan.plain(charge),
            "vetoed": is_vetoed,
        });
        put(&mut cards, kind, subject, said);
    }
    let body = json!({
        "policy": closing.subject.pack.policy.id,
        "period": closing.subject.assessment.period.code(),
        "result": closing.digests.result,
        "cards": cards,
    });
    let import = closing.imported(entries).is_none().then(|| closing.import(&who));
    let confirmed = who.draft(EntryKind::Confirmed, body);
    Step::Adds((import.into_iter().chain([confirmed]).collect(), listed))
}

/// Puts what is said of a card under its kind and its subject.
pub(super) fn put(cards: &mut Map<String, Value>, kind: String, subject: String, said: Value) {
    let of_kind = cards.entry(kind).or_insert_with(|| Map::new().into());
    if let Some(of_kind) = of_kind.as_object_mut() {
        of_kind.insert(subject, said);
    }
}

/// What an entry says of each card.
pub(super) fn cards_of(entry: &Entry) -> impl Iterator<Item = (CardName, &Value)> {
    entry.body.get("cards").and_then(Value::as_object).into_iter().flat_map(cards_in)
}

/// What is said of each card, by kind and subject.
pub(super) fn cards_in(cards: &Map<String, Value>) -> impl Iterator<Item = (CardName, &Value)> {
    cards.iter().flat_map(|(kind, of_kind)| {
        let of_kind = of_kind.as_object().into_iter().flatten();
        of_kind.map(move |(subject, said)| ((kind.clone(), subject.clone()), said))
    })
}
