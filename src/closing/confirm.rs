//! A person confirms vetoes and charges: a penalty that only a program found is not final.

use super::seal::too_early;
use super::{Card, CardName, Closing, Step, draft, figures};
use crate::amount::Unit;
use crate::assess::{Scorecard, Veto};
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use crate::ledger::{Author, Draft, Entry, EntryKind};
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

/// The entries by which cards are confirmed, and the cards.
pub type Confirmation = (Vec<Draft>, Vec<Confirmable>);

impl Closing<'_> {
    /// The final cards with a veto or a charge that nobody has confirmed as they are.
    pub(super) fn unconfirmed(&self, entries: &[Entry]) -> Vec<Card<'_>> {
        let confirmed = self.confirmed(entries);
        let open = self.cards().filter(|card| {
            let before = confirmed.get(&card.name()).copied();
            // what was confirmed and came to nothing since is looked at once more, too
            let is_due = card.row.is_final() && (needs_confirming(card.score) || before.is_some());
            is_due && before != Some(card.root)
        });
        open.collect()
    }

    /// The fingerprint of every card as it was confirmed last.
    fn confirmed<'e>(&self, entries: &'e [Entry]) -> BTreeMap<CardName, &'e str> {
        let all = self.entries(entries, EntryKind::Confirmed).flat_map(cards_of);
        all.map(|(name, said)| (name, root_of(said))).collect()
    }
}

/// The fingerprint of a card and all behind it, as an entry says it.
pub(super) fn root_of(said: &Value) -> &str {
    said.get("root").and_then(Value::as_str).unwrap_or_default()
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
///
/// # Errors
/// It is done before the day as of which the period is assessed, or by whoever took part in an appeal.
pub fn confirm(
    closing: &Closing<'_>,
    entries: &[Entry],
    who: &Author,
) -> Result<Step<Confirmation>, Vec<Diagnostic>> {
    let barred = [too_early(closing, who), closing.took_part(entries, who)];
    let barred: Vec<Diagnostic> = barred.into_iter().flatten().collect();
    if !barred.is_empty() {
        return Err(barred);
    }
    let open = closing.unconfirmed(entries);
    if open.is_empty() {
        let last = closing.entries(entries, EntryKind::Confirmed).last();
        return Ok(Step::Stands(last.map_or(0, |entry| entry.seq)));
    }
    let (mut cards, mut listed) = (Map::new(), Vec::new());
    for card in open {
        let title = closing.subject.pack.policy.kinds.get(card.score.key.kind).map(|kind| kind.title.clone());
        let (charge, is_vetoed) = (figures::charge(card.score), card.score.veto == Veto::Stands);
        listed.push(Confirmable {
            kind: title.unwrap_or_default(),
            subject: card.score.key.subject.clone(),
            name: card.score.name.clone(),
            charge,
            is_vetoed,
        });
        let said = json!({ "root": card.root, "charge": Unit::Yuan.plain(charge), "vetoed": is_vetoed });
        put(&mut cards, card.name(), said);
    }
    let (data, import) = closing.data(entries);
    let body = json!({
        "policy": closing.subject.pack.policy.id,
        "period": closing.subject.assessment.period.code(),
        "data": data,
        "result": closing.digests.result,
        "cards": cards,
    });
    let confirmed = draft(EntryKind::Confirmed, body);
    Ok(Step::Adds((import.into_iter().chain([confirmed]).collect(), listed)))
}

/// Puts what is said of a card under its kind and its subject.
pub(super) fn put(cards: &mut Map<String, Value>, (kind, subject): CardName, said: Value) {
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
