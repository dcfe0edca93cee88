//! What was compared: a comparison of nothing with nothing would prove nothing.

use super::construct::{Construct, Uses};
use std::fmt::Write as _;

/// Something worth counting about the pairs of clause and row compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    Finding,
    Reason,
    Veto,
    Exemption,
    Mitigation,
    Returned,
    /// An error on the way: a gap of a table, a division by zero, an overflow.
    Undetermined,
    /// Something the clause asks is missing, so that several ways are open.
    Open,
    /// An amount is known only within bounds.
    Bounded,
    /// The row lacks something.
    Incomplete,
    /// The bare run tried every way to fill the row.
    BareInFull,
    /// The bare run tried some ways to fill the row.
    BareSampled,
    /// A host of its own was asked.
    Plain,
    /// The columns name the path.
    InColumns,
    /// The tree had no path: the clause itself was run.
    TreeGaveUp,
}

impl Seen {
    pub(crate) const ALL: [Self; 15] = [
        Self::Finding,
        Self::Reason,
        Self::Veto,
        Self::Exemption,
        Self::Mitigation,
        Self::Returned,
        Self::Undetermined,
        Self::Open,
        Self::Bounded,
        Self::Incomplete,
        Self::BareInFull,
        Self::BareSampled,
        Self::Plain,
        Self::InColumns,
        Self::TreeGaveUp,
    ];
}

/// Counts over many packs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) packs: usize,
    pub(crate) pairs: usize,
    pub(crate) refused: usize,
    pub(crate) interpreted: usize,
    pub(crate) traced: usize,
    pub(crate) seen: std::collections::BTreeMap<Seen, usize>,
    pub(crate) uses: Uses,
}

impl Tally {
    pub(crate) fn saw(&mut self, seen: Seen, really: bool) {
        if really {
            *self.seen.entry(seen).or_default() += 1;
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.packs += other.packs;
        self.pairs += other.pairs;
        self.refused += other.refused;
        self.interpreted += other.interpreted;
        self.traced += other.traced;
        for (seen, count) in &other.seen {
            *self.seen.entry(*seen).or_default() += count;
        }
        for (construct, count) in &other.uses {
            *self.uses.entry(*construct).or_default() += count;
        }
    }

    /// The counts in a few lines.
    pub(crate) fn summary(&self, seed: u64) -> String {
        let mut text = format!(
            "oracle: seed {seed}, {} pairs, {} packs; clauses: {} traced, {} interpreted, {} refused\n",
            self.pairs, self.packs, self.traced, self.interpreted, self.refused
        );
        let seen: Vec<String> = self.seen.iter().map(|(seen, count)| format!("{seen:?} {count}")).collect();
        let uses: Vec<String> =
            self.uses.iter().map(|(construct, count)| format!("{construct:?} {count}")).collect();
        let _ = writeln!(text, "  pairs: {}\n  clauses with: {}", seen.join(", "), uses.join(", "));
        text
    }

    /// Fails where something was never compared, or where most clauses have no tree.
    pub(crate) fn assert_broad(&self) {
        let missing: Vec<_> =
            Construct::ALL.iter().filter(|construct| !self.uses.contains_key(construct)).collect();
        assert!(missing.is_empty(), "never written: {missing:?}");
        let unseen: Vec<_> = Seen::ALL.iter().filter(|seen| !self.seen.contains_key(seen)).collect();
        assert!(unseen.is_empty(), "never seen: {unseen:?}");
        let (untraced, traced) = (self.refused + self.interpreted, self.traced);
        assert!(self.interpreted > 0 && traced > 5 * untraced, "{traced} traced, {untraced} not");
    }
}
