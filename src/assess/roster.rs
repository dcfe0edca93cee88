//! Every card of an assessment. A card is known by its position: in judging order, then by subject.

use super::CardKey;
use std::collections::BTreeMap;
use std::ops::Range;

/// Every card, in judging order, then by subject.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    keys: Vec<CardKey>,
}

/// Cards as they are met, before their order is known.
#[derive(Debug, Default)]
pub(super) struct Enrolment {
    numbers: BTreeMap<usize, BTreeMap<String, u32>>,
    keys: Vec<CardKey>,
}

/// Where roles find the numbers of cards.
pub(super) trait Cards {
    /// The number of a card; `None` where there can be none.
    fn number(&mut self, kind: usize, subject: &str) -> Option<u32>;
    /// The subject of a number.
    fn subject(&self, number: u32) -> &str;
    /// The kind of a number.
    fn kind(&self, number: u32) -> Option<usize>;
}

/// The cards there are, for rows that bring nobody onto the roster; whoever else they lead to is numbered behind them.
pub(super) struct Enrolled<'r> {
    roster: &'r Roster,
    strangers: Enrolment,
}

impl Cards for Enrolment {
    fn number(&mut self, kind: usize, subject: &str) -> Option<u32> {
        Some(self.enrol(kind, subject))
    }

    fn subject(&self, number: u32) -> &str {
        let key = usize::try_from(number).ok().and_then(|number| self.keys.get(number));
        key.map_or("", |key| key.subject.as_str())
    }

    fn kind(&self, number: u32) -> Option<usize> {
        self.keys.get(usize::try_from(number).ok()?).map(|key| key.kind)
    }
}

impl<'r> Enrolled<'r> {
    pub(super) fn new(roster: &'r Roster) -> Self {
        Self { roster, strangers: Enrolment::default() }
    }

    /// Whoever was led to and has no card.
    pub(super) fn strangers(self) -> Vec<CardKey> {
        self.strangers.keys
    }

    fn key(&self, number: u32) -> Option<&CardKey> {
        self.roster.key(number).or_else(|| {
            let behind = usize::try_from(number).ok()?.checked_sub(self.roster.keys.len())?;
            self.strangers.keys.get(behind)
        })
    }
}

impl Cards for Enrolled<'_> {
    fn number(&mut self, kind: usize, subject: &str) -> Option<u32> {
        let position = match self.roster.find(&CardKey { kind, subject: subject.to_owned() }) {
            Some(position) => position,
            None => {
                let behind = usize::try_from(self.strangers.enrol(kind, subject)).ok()?;
                self.roster.keys.len().checked_add(behind)?
            }
        };
        u32::try_from(position).ok()
    }

    fn subject(&self, number: u32) -> &str {
        self.key(number).map_or("", |key| key.subject.as_str())
    }

    fn kind(&self, number: u32) -> Option<usize> {
        self.key(number).map(|key| key.kind)
    }
}

impl Roster {
    /// A roster of these cards, which are in order.
    pub(super) fn of(keys: Vec<CardKey>) -> Self {
        Self { keys }
    }

    /// A roster of these cards, and the position that each of them has in it.
    pub(super) fn sorted(keys: Vec<CardKey>) -> (Self, Vec<u32>) {
        let mut numbered: Vec<(CardKey, usize)> = keys.into_iter().zip(0..).collect();
        numbered.sort();
        let mut positions = vec![0_u32; numbered.len()];
        for (position, (_, number)) in numbered.iter().enumerate() {
            if let Some(slot) = positions.get_mut(*number) {
                *slot = u32::try_from(position).unwrap_or(u32::MAX);
            }
        }
        (Self::of(numbered.into_iter().map(|(key, _)| key).collect()), positions)
    }

    /// The card of that position.
    pub fn key(&self, card: u32) -> Option<&CardKey> {
        self.keys.get(usize::try_from(card).ok()?)
    }

    /// Every card.
    pub fn keys(&self) -> &[CardKey] {
        &self.keys
    }

    /// The position of a card.
    pub fn find(&self, key: &CardKey) -> Option<usize> {
        self.keys.binary_search(key).ok()
    }

    /// The positions of a kind's cards.
    pub fn of_kind(&self, kind: usize) -> Range<usize> {
        self.keys.partition_point(|key| key.kind < kind)..self.keys.partition_point(|key| key.kind <= kind)
    }
}

impl Enrolment {
    /// The number of a card, which is a new one where it has none.
    pub(super) fn enrol(&mut self, kind: usize, subject: &str) -> u32 {
        let of_kind = self.numbers.entry(kind).or_default();
        if let Some(number) = of_kind.get(subject) {
            return *number;
        }
        let number = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        of_kind.insert(subject.to_owned(), number);
        self.keys.push(CardKey { kind, subject: subject.to_owned() });
        number
    }

    /// The subjects of a kind met so far.
    pub(super) fn subjects(&self, kind: usize) -> impl Iterator<Item = &str> {
        self.numbers.get(&kind).into_iter().flat_map(|numbers| numbers.keys().map(String::as_str))
    }

    /// The roster, and the position that each number has in it.
    pub(super) fn close(self) -> (Roster, Vec<u32>) {
        Roster::sorted(self.keys)
    }
}
