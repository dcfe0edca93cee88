//! Cards that are ranked with each other, in the order of their places.

use super::Subject;
use super::changes::figure;
use super::wording::placed;
use crate::assess::Scorecard;
use crate::language::Language;
use std::collections::BTreeMap;

/// How many peers around a card are shown with it beside the first of all, where there are too many to show.
const AROUND: usize = 6;

/// The groups of peers, each in the order of its places.
pub(super) struct Peers<'p> {
    groups: BTreeMap<(usize, usize), Vec<&'p Scorecard>>,
}

impl<'p> Peers<'p> {
    /// The groups of some cards.
    pub(super) fn of(cards: impl IntoIterator<Item = &'p Scorecard>) -> Self {
        let mut groups: BTreeMap<(usize, usize), Vec<&Scorecard>> = BTreeMap::new();
        for card in cards {
            if let Some(group) = group(card) {
                groups.entry(group).or_default().push(card);
            }
        }
        for peers in groups.values_mut() {
            peers.sort_by_key(|card| (card.rank.map(|rank| rank.place.so_far), card.key.subject.clone()));
        }
        Self { groups }
    }

    /// The peers of a card, and how many are left out: all where they are no more than that, else the first of all and those
    /// around it.
    pub(super) fn around(&self, card: &Scorecard, most: usize) -> (Vec<&'p Scorecard>, usize) {
        let peers = group(card).and_then(|group| self.groups.get(&group));
        let Some(peers) = peers else { return (Vec::new(), 0) };
        let own = peers.iter().position(|peer| peer.key == card.key).unwrap_or_default();
        let around = own.saturating_sub(AROUND / 2)..=own.saturating_add(AROUND / 2);
        let is_shown = |place: usize| peers.len() <= most || place == 0 || around.contains(&place);
        let shown: Vec<&Scorecard> =
            peers.iter().enumerate().filter(|(place, _)| is_shown(*place)).map(|(_, peer)| *peer).collect();
        let left = peers.len().saturating_sub(shown.len());
        (shown, left)
    }
}

/// The kind and the group; none where it is open who the peers are.
fn group(card: &Scorecard) -> Option<(usize, usize)> {
    Some((card.key.kind, card.rank?.group?))
}

/// A peer: its place, its name, what it is ranked by, and its grade, with a mark where it is the card itself.
pub(super) fn row(
    subject: &Subject<'_>,
    by: &str,
    (peer, card): (&Scorecard, &Scorecard),
    language: Language,
) -> Vec<String> {
    let balance = peer.balance(by);
    let shown = balance.map(|balance| figure(balance.settled, &balance.unit, language));
    let mark = if peer.key == card.key { "←" } else { "" };
    let grades = peer.grades.join(language.pick(" 或 ", " or "));
    vec![
        peer.rank.map(|rank| placed(&rank)).unwrap_or_default(),
        subject.subject_name(&peer.key.subject, language),
        shown.unwrap_or_default(),
        format!("{grades} {mark}").trim().to_owned(),
    ]
}
