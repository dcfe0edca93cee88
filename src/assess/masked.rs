//! An assessment in terms of pseudonyms. It is made of the finished one, so that every figure and every tie stays as it
//! was; and everything that stood in the order of codes is put in that of pseudonyms, because an order tells, too.

use super::entry::Entry;
use super::row::JudgedRows;
use super::tally::Tally;
use super::{Assessment, CardKey, Roster, Scorecard, Withholding};
use crate::clause::Record;
use crate::diagnostic::Diagnostic;
use crate::fact::{FactType, Facts as _, Schema, Value};
use crate::language::Text;
use crate::mask::Mask;
use crate::policy::Kind;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Assessment {
    /// Everybody who has a card of their own or by a post, where people are members of these kinds.
    pub fn people(&self, kinds: &BTreeSet<&str>) -> impl Iterator<Item = &str> {
        let all = self.policy.kinds.iter().enumerate();
        let kinds: BTreeSet<usize> =
            all.filter(|(_, kind)| kind.is_of_people(kinds)).map(|(position, _)| position).collect();
        let strangers = self.rows.values().chain(self.before.values()).flat_map(JudgedRows::strangers);
        let keys = self.roster.keys().iter().chain(strangers);
        keys.filter(move |key| kinds.contains(&key.kind)).map(|key| key.subject.as_str())
    }

    /// The same with nobody in it that could be told without the key.
    #[must_use]
    pub fn masked(mut self, mask: &Mask) -> Self {
        let (roster, places) = self.roster.masked(mask);
        let roster = Arc::new(roster);
        let before = Arc::clone(&self.roster);
        for (position, rows) in self.rows.iter_mut().chain(&mut self.before) {
            if let Some(kind) = self.policy.kinds.get(*position) {
                rows.mask(kind, (&before, &roster, &places), mask);
            }
        }
        for card in &mut self.scorecards {
            card.mask(mask);
        }
        self.scorecards.sort_by(|one, other| one.key.cmp(&other.key));
        for entry in &mut self.entries {
            entry.place(&places);
        }
        for withheld in &mut self.withholdings {
            withheld.mask(mask);
        }
        self.withholdings.sort_by(|one, other| one.person.cmp(&other.person));
        self.roster = roster;
        self.sort_entries();
        for open in &mut self.open {
            open.record = mask.joined(&open.record);
            for key in open.effects.iter_mut().filter_map(|effect| effect.card.as_mut()) {
                key.mask(mask);
            }
        }
        let aside = self.set_aside.iter_mut().flat_map(|aside| &mut aside.reasons);
        aside.chain(&mut self.remarks).for_each(hide);
        self.tally = Tally::of(&self.entries, (&self.policy, &self.roster), &self.clauses, &self.rows);
        self
    }

    /// Findings about people stand in the order of their codes.
    fn sort_entries(&mut self) {
        let kind_of = |entry: &Entry| self.clauses.get(entry.clause()).map(|clause| clause.position);
        let name = |entry: &Entry| {
            let kind = kind_of(entry)?;
            let is_card = self.policy.kinds.get(kind).is_some_and(Kind::is_card);
            Some((kind, is_card.then(|| self.rows.get(&kind).map(|rows| rows.id(entry.row())))))
        };
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by_key(|place| self.entries.get(*place).and_then(name));
        let mut moved = vec![0_usize; order.len()];
        for (to, from) in order.iter().enumerate() {
            if let Some(slot) = moved.get_mut(*from) {
                *slot = to;
            }
        }
        self.entries = order.iter().filter_map(|place| self.entries.get(*place).cloned()).collect();
        for position in self.scorecards.iter_mut().flat_map(|card| &mut card.findings) {
            *position = moved.get(*position).copied().unwrap_or(*position);
        }
        self.scorecards.iter_mut().for_each(|card| card.findings.sort_unstable());
    }
}

impl CardKey {
    pub(super) fn mask(&mut self, mask: &Mask) {
        self.subject = mask.code(&self.subject).to_owned();
    }
}

impl Roster {
    /// The same cards under pseudonyms, and the new position of each.
    fn masked(&self, mask: &Mask) -> (Self, Vec<u32>) {
        let mut keys = self.keys().to_vec();
        keys.iter_mut().for_each(|key| key.mask(mask));
        Self::sorted(keys)
    }
}

impl Scorecard {
    fn mask(&mut self, mask: &Mask) {
        if let Some(pseudonym) = mask.person(&self.key.subject) {
            self.name = Text::same(pseudonym);
        }
        self.key.mask(mask);
        self.record = Arc::new(masked_record(&self.record, mask));
    }
}

impl Withholding {
    fn mask(&mut self, mask: &Mask) {
        if let Some(pseudonym) = mask.person(&self.person) {
            (self.name, self.person) = (Text::same(pseudonym), pseudonym.to_owned());
        }
        self.charges.iter_mut().for_each(|(card, _)| card.mask(mask));
    }
}

fn masked_record(record: &Record, mask: &Mask) -> Record {
    let texts = texts(&record.schema, None);
    texts.fold(record.clone(), |record, name| match record.value(&name) {
        Value::Text(text) => record.with(&name, Value::Text(Arc::from(mask.text(&text).as_ref()))),
        _ => record,
    })
}

/// The facts that may say who is meant: every free text but what identifies a row.
pub(super) fn texts<'s>(schema: &'s Schema, id: Option<&'s str>) -> impl Iterator<Item = String> + use<'s> {
    let facts = schema.facts().iter().filter(move |fact| id != Some(fact.name.as_str()));
    facts.filter(|fact| matches!(fact.kind, FactType::Text)).map(|fact| fact.name.clone())
}

/// What was wrong with a cell quotes it.
fn hide(fault: &mut Diagnostic) {
    fault.message =
        Text::new("内容已隐去，见未隐名的结果", "hidden: it stands in the results without a mask");
    fault.help = None;
}

/// Where the cards of rows lead to, before and after.
pub(super) type Places<'p> = (&'p Roster, &'p Arc<Roster>, &'p [u32]);
