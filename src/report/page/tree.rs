//! Who belongs to whom: every subject with its cards, below the nearest one above it in the organisation that has cards too.

use super::limits;
use crate::assess::Veto;
use crate::language::Language;
use crate::report::Subject;
use crate::report::card::{CardInWords, is_veto};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// No organisation is deeper; a circle ends here too.
const DEEPEST: usize = 64;

/// Subjects that stand on the page.
pub(super) struct Tree<'t> {
    nodes: Vec<Node<'t>>,
    places: BTreeMap<&'t str, usize>,
    subjects: usize,
    /// Findings of a subject that are drawn out, beside vetoes.
    share: usize,
}

/// A subject with its cards.
pub(super) struct Node<'t> {
    pub(super) code: &'t str,
    pub(super) cards: Vec<CardInWords<'t>>,
    pub(super) above: Option<usize>,
    pub(super) below: Vec<usize>,
}

/// How grave a subject's month is; the gravest is the least.
type Gravity<'t> = (Reverse<bool>, Reverse<bool>, Decimal, Reverse<Decimal>, &'t str);

impl<'t> Tree<'t> {
    pub(super) fn of(subject: &'t Subject<'t>, language: Language) -> Self {
        let mut cards: BTreeMap<&str, Vec<CardInWords<'t>>> = BTreeMap::new();
        for card in &subject.assessment.scorecards {
            // a card that only holds facts for others says nothing of its own
            let words = CardInWords::of(subject, card, language).filter(CardInWords::has_content);
            if let Some(words) = words {
                cards.entry(card.key.subject.as_str()).or_default().push(words);
            }
        }
        let subjects = cards.len();
        let mut grave: Vec<(Gravity<'t>, &str)> =
            cards.iter().map(|(code, own)| (gravity(code, own), *code)).collect();
        grave.sort();
        let above = |code: &str| {
            let mut code = code;
            for _ in 0..DEEPEST {
                code = parent(subject, code)?;
                if let Some((code, _)) = cards.get_key_value(code) {
                    return Some(*code);
                }
            }
            None
        };
        let mut drawn: BTreeSet<&str> = BTreeSet::new();
        for (_, code) in grave.iter().take(limits::SUBJECTS) {
            let mut next = Some(*code);
            while let Some(code) = next.filter(|code| drawn.insert(code)) {
                next = above(code);
            }
        }
        // kind by kind, the gravest first
        let mut order: Vec<(usize, usize, &str)> = grave
            .iter()
            .enumerate()
            .filter(|(_, (_, code))| drawn.contains(code))
            .map(|(place, (_, code))| (cards.get(code).map_or(0, |own| first_kind(own)), place, *code))
            .collect();
        order.sort_unstable();
        let places: BTreeMap<&str, usize> =
            order.iter().enumerate().map(|(place, (_, _, code))| (*code, place)).collect();
        let mut nodes: Vec<Node<'t>> = order
            .iter()
            .map(|(_, _, code)| Node {
                code,
                cards: cards.get(code).cloned().unwrap_or_default(),
                above: above(code).and_then(|above| places.get(above).copied()),
                below: Vec::new(),
            })
            .collect();
        for place in 0..nodes.len() {
            let above = nodes.get(place).and_then(|node| node.above);
            if let Some(above) = above.and_then(|above| nodes.get_mut(above)) {
                above.below.push(place);
            }
        }
        let share = share(&nodes);
        Self { nodes, places, subjects, share }
    }

    /// Every node, kind by kind, the gravest first.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (usize, &Node<'t>)> {
        self.nodes.iter().enumerate()
    }

    pub(super) fn node(&self, place: usize) -> Option<&Node<'t>> {
        self.nodes.get(place)
    }

    /// Where a subject stands on the page.
    pub(super) fn place(&self, code: &str) -> Option<usize> {
        self.places.get(code).copied()
    }

    /// Subjects that do not stand on the page.
    pub(super) fn left_out(&self) -> usize {
        self.subjects.saturating_sub(self.nodes.len())
    }

    /// Findings that are drawn out, vetoes beyond the share left aside.
    pub(super) fn drawn(&self) -> usize {
        drawn_by(&self.nodes, self.share)
    }

    /// Findings of a subject that are drawn out, beside vetoes.
    pub(super) fn share(&self) -> usize {
        self.share
    }
}

impl Node<'_> {
    /// The kind under which it stands: the first in judging order that it has a card of.
    pub(super) fn kind(&self) -> usize {
        first_kind(&self.cards)
    }

    /// The findings on all of its cards.
    pub(super) fn findings(&self) -> usize {
        self.cards.iter().fold(0, |sum, card| sum.saturating_add(card.card.findings.len()))
    }
}

fn first_kind(cards: &[CardInWords<'_>]) -> usize {
    cards.iter().map(|card| card.card.key.kind).min().unwrap_or_default()
}

/// What a subject belongs to on the last day of the period, or when it was last there.
fn parent<'t>(subject: &'t Subject<'t>, code: &str) -> Option<&'t str> {
    let last = subject.assessment.period.last;
    let organisation = subject.organisation;
    let member = organisation.on(code, last).or_else(|| organisation.rows_of(code).last())?;
    member.parent.as_deref()
}

fn gravity<'t>(code: &'t str, cards: &[CardInWords<'t>]) -> Gravity<'t> {
    let vetoed = cards.iter().any(|card| card.card.veto == Veto::Stands);
    let found = cards.iter().any(CardInWords::has_findings);
    let scores = cards.iter().filter_map(|card| card.score().map(|score| score.settled.so_far));
    let charges = cards.iter().filter_map(|card| card.charge().map(|charge| charge.so_far));
    let charged = charges.fold(Decimal::ZERO, Decimal::saturating_add);
    (Reverse(vetoed), Reverse(found), scores.min().unwrap_or(Decimal::MAX), Reverse(charged), code)
}

/// How many findings are drawn out when every subject has no more than that.
fn drawn_by(nodes: &[Node<'_>], share: usize) -> usize {
    nodes.iter().fold(0, |sum, node| sum.saturating_add(node.findings().min(share)))
}

/// As many findings a subject as fit on the page when every subject has no more than that.
fn share(nodes: &[Node<'_>]) -> usize {
    let (mut low, mut high) = (0, nodes.iter().map(Node::findings).max().unwrap_or_default());
    while low < high {
        let middle = low.saturating_add(high).saturating_add(1) / 2;
        if drawn_by(nodes, middle) <= limits::FINDINGS {
            low = middle;
        } else {
            high = middle.saturating_sub(1);
        }
    }
    low
}

/// Which findings of a card are drawn out: every veto, and the first others as long as there is room.
pub(super) fn drawn(card: &CardInWords<'_>, room: &mut usize) -> Vec<usize> {
    let mut positions = Vec::new();
    for position in &card.card.findings {
        let Some(finding) = card.subject.assessment.finding(*position) else { continue };
        if is_veto(&finding) {
            positions.push(*position);
        } else if *room > 0 {
            *room = room.saturating_sub(1);
            positions.push(*position);
        }
    }
    positions
}
