//! A period is sealed: every card that is final, with one fingerprint over them and all behind them. What is still open is
//! named with its bounds, and sealed by a later entry.

use super::adjust::Standing;
use super::approve::approvals;
use super::confirm::put;
use super::{Card, CardName, Cards, Closing, ENGINE, Step, draft, fault, figures};
use crate::amount::Unit;
use crate::assess::{CardKey, Open, Veto};
use crate::calendar::WorkingDays;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::{self, hex};
use crate::language::Text;
use crate::ledger::{Author, Draft, Entry, EntryKind, merkle};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many cards are named in a message.
const NAMED: usize = 5;

/// What is sealed.
#[derive(Clone, Debug)]
pub struct Sealing {
    /// The entries.
    pub drafts: Vec<Draft>,
    /// How many cards are sealed by them.
    pub cards: usize,
    /// How many were sealed before.
    pub before: usize,
    /// How many are still open.
    pub open: usize,
    /// What is charged by the cards that are sealed now.
    pub charged: Decimal,
    /// How many of them are vetoed.
    pub vetoed: usize,
}

/// The entries by which somebody seals what is final and was not sealed yet.
///
/// # Errors
/// The policy is not approved, or by the same person; a veto or a charge is not confirmed; a sealed card came to something
/// else since; or something is open where nothing may be.
pub fn seal(
    closing: &Closing<'_>,
    entries: &[Entry],
    who: &Author,
    is_whole: bool,
) -> Result<Step<Sealing>, Vec<Diagnostic>> {
    let sealed = closing.standing(entries);
    let mut faults = closing.changed(&sealed);
    let (mut fresh, mut open) = (Vec::new(), Vec::new());
    for card in closing.cards() {
        if !card.row.is_final() {
            open.push(card);
        } else if !sealed.contains_key(&card.name()) {
            fresh.push(card);
        }
    }
    let last = closing.entries(entries, EntryKind::AssessmentSealed).last();
    if fresh.is_empty()
        && faults.is_empty()
        && let Some(last) = last
    {
        return Ok(Step::Stands(last.seq));
    }
    let approval = closing.approval(entries, who).map_err(|fault| faults.push(fault)).ok();
    let names: Cards = fresh.iter().map(Card::name).collect();
    faults.extend(closing.not_confirmed(entries, &names));
    faults.extend(too_early(closing, who));
    faults.extend(not_whole(&open).filter(|_| is_whole));
    let (Some(approval), true) = (approval, faults.is_empty()) else { return Err(faults) };
    let (data, import) = closing.data(entries);
    let sealing = draft(EntryKind::AssessmentSealed, closing.body((&fresh, &open), approval, data));
    let charges = fresh.iter().map(|card| figures::charge(card.score));
    Ok(Step::Adds(Sealing {
        cards: fresh.len(),
        before: sealed.len(),
        open: open.len(),
        charged: charges.fold(Decimal::ZERO, Decimal::saturating_add),
        vetoed: fresh.iter().filter(|card| card.score.veto == Veto::Stands).count(),
        drafts: import.into_iter().chain([sealing]).collect(),
    }))
}

impl Closing<'_> {
    /// The sealed cards that come to something else now, or to nothing.
    fn changed(&self, sealed: &BTreeMap<CardName, Standing<'_>>) -> Vec<Diagnostic> {
        let now: BTreeMap<CardName, &str> = self.cards().map(|card| (card.name(), card.root)).collect();
        let changed = sealed.iter().filter(|(card, was)| now.get(*card) != Some(&was.root()));
        let faults = changed.map(|((_, subject), was)| {
            let seq = was.seq;
            let help = Text::new(
                "已封存的不改：更正须作为调整入账（renze adjust）",
                "what is sealed stays: a correction is entered as an adjustment (renze adjust)",
            );
            fault(
                "L013",
                format!("{subject} 已由第 {seq} 条封存，现在算出的与当时不同"),
                format!("{subject} is sealed by entry {seq}, and comes to something else now"),
            )
            .help(help)
        });
        faults.collect()
    }

    /// The number of the entry by which somebody else approved the policy.
    pub(super) fn approval(&self, entries: &[Entry], who: &Author) -> Result<u64, Diagnostic> {
        let approved = approvals(entries, &self.digests.pack);
        if let Some(entry) = approved.iter().find(|entry| !who.wrote(entry)) {
            return Ok(entry.seq);
        }
        let (id, version) = (&self.subject.pack.policy.id, &self.subject.pack.policy.version);
        if approved.is_empty() {
            let help = Text::new(
                "由批准人运行 renze approve 办法文件夹 --ledger … --by …",
                "whoever approves it runs renze approve PACK --ledger … --by …",
            );
            return Err(fault(
                "L010",
                format!("办法 {id} {version} 的这一版未经批准"),
                format!("the policy {id} {version} is not approved as it stands"),
            )
            .help(help));
        }
        let by = &who.by;
        Err(fault(
            "L011",
            format!("办法由「{by}」批准，不能由同一人封存或调整"),
            format!("`{by}` approved the policy: somebody else must seal or adjust"),
        ))
    }

    /// That vetoes or charges of cards that are to be sealed are not confirmed.
    pub(super) fn not_confirmed(&self, entries: &[Entry], fresh: &Cards) -> Option<Diagnostic> {
        let open = self.unconfirmed(entries);
        let open = open.iter().filter(|card| fresh.contains(&card.name()));
        let open: Vec<&str> = open.map(|card| card.score.key.subject.as_str()).collect();
        let help = Text::new(
            "由一人核对后运行 renze confirm 账簿 --ledger … --by …",
            "whoever looked at them runs renze confirm BOOK --ledger … --by …",
        );
        let (count, first) = (open.len(), named(&open));
        (count > 0).then(|| {
            fault(
                "L012",
                format!("{count} 张卡的一票否决或扣款未经人工确认：{first}"),
                match count {
                    1 => format!("vetoes or charges of a card are not confirmed by anybody: {first}"),
                    _ => format!("vetoes or charges of {count} cards are not confirmed by anybody: {first}"),
                },
            )
            .help(help)
        })
    }

    fn body(&self, (fresh, open): (&[Card<'_>], &[Card<'_>]), approval: u64, data: String) -> Value {
        let (mut cards, mut provisional) = (Map::new(), Map::new());
        for card in fresh {
            let mut said = figures::settled(card.score);
            said.insert("root".to_owned(), card.root.into());
            put(&mut cards, card.name(), said.into());
        }
        for card in open {
            let mut said = figures::bounds(card.score);
            said.insert("waits_for".to_owned(), self.waits_for(&card.score.key).into());
            put(&mut provisional, card.name(), said.into());
        }
        let names: Cards = fresh.iter().map(Card::name).collect();
        let mut leaves: Vec<merkle::Hash> = fresh.iter().map(|card| card.row.hash()).collect();
        leaves.extend(self.behind(&names).map(|leaf| leaf.hash));
        let (pack, assessment) = (self.subject.pack, self.subject.assessment);
        let vetoed = fresh.iter().filter(|card| card.score.veto == Veto::Stands).count();
        let charged = fresh.iter().map(|card| figures::charge(card.score));
        json!({
            "policy": pack.policy.id,
            "version": pack.policy.version,
            "period": assessment.period.code(),
            "as_of": assessment.as_of.to_string(),
            "approval": approval.to_string(),
            "data": data,
            "book": self.digests.book,
            "pack": self.digests.pack,
            "parameters": self.files.digest_of("pack", "parameters.toml"),
            "organisation": self.files.digest("organisation"),
            "inputs": self.files.digest_of_all(),
            "calendar": fingerprint::of(WorkingDays::announced()),
            "engine": ENGINE,
            "result": self.digests.result,
            "root": hex(&merkle::root(&leaves)),
            "leaves": leaves.len().to_string(),
            "charged": Unit::Yuan.plain(charged.fold(Decimal::ZERO, Decimal::saturating_add)),
            "vetoed": vetoed.to_string(),
            "cards": cards,
            "provisional": provisional,
        })
    }

    /// The facts a card waits for: of which row, and which.
    pub(super) fn waits_for(&self, card: &CardKey) -> Vec<String> {
        let about = |open: &&Open| open.effects.iter().any(|effect| effect.card.as_ref() == Some(card));
        let opens = self.subject.assessment.open.iter().filter(about);
        let facts: BTreeSet<String> = opens
            .flat_map(|open| open.lacking.iter().map(|fact| format!("{}: {fact}", open.record)))
            .collect();
        facts.into_iter().collect()
    }
}

/// That a period is not over yet on the day on which it is confirmed or sealed.
pub(super) fn too_early(closing: &Closing<'_>, who: &Author) -> Option<Diagnostic> {
    let (on, as_of) = (who.on, closing.subject.assessment.as_of);
    (on < as_of).then(|| {
        fault(
            "L006",
            format!("{on} 早于考核截至日 {as_of}"),
            format!("{on} is before {as_of}, the day as of which it is assessed"),
        )
    })
}

/// That something is open.
fn not_whole(open: &[Card<'_>]) -> Option<Diagnostic> {
    let subjects: Vec<&str> = open.iter().map(|card| card.score.key.subject.as_str()).collect();
    let (count, first) = (open.len(), named(&subjects));
    (count > 0).then(|| {
        fault(
            "L014",
            format!("{count} 张卡尚有待定，而要求全部封存：{first}"),
            format!("{count} cards are still open, and all or nothing was to be sealed: {first}"),
        )
    })
}

/// The first few names.
pub(super) fn named(subjects: &[&str]) -> String {
    let mut first = subjects.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if subjects.len() > NAMED {
        first.push_str(", …");
    }
    first
}
