//! What is sealed comes to something else: by an appeal, by late data, by a corrected policy. The sealed entry stays; the
//! difference is entered behind it.

use super::check::{differing, without_origin};
use super::confirm::{cards_in, cards_of, put, root_of};
use super::seal::named;
use super::{Card, CardName, Closing, Step, draft, fault, figures};
use crate::calendar::{Grid, Period};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::{hex, short};
use crate::language::Text;
use crate::ledger::{Author, Draft, Entry, EntryKind, merkle};
use crate::policy::Others;
use crate::report::InEffect;
use chrono::Months;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// No adjustment takes effect so many months later: such a period is mistyped, and nobody would see it.
const LATEST: u32 = 24;

/// A card that is adjusted.
#[derive(Clone, Debug)]
pub struct Adjusted {
    /// Its kind, by its name.
    pub kind: String,
    /// Its subject.
    pub subject: String,
    /// The subject's name.
    pub name: Text,
    /// Every figure that changes.
    pub changes: Vec<Change>,
    /// Whether the policy lets it stay as it was.
    pub stays: bool,
}

/// A figure that changes; where none does, but what stands behind them, the fingerprints of that.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which: an account, `vetoed`, `grade` or `place`; blank for what stands behind them.
    pub figure: String,
    /// What the ledger says, plain.
    pub was: String,
    /// What it comes to, plain.
    pub is: String,
    /// By how much an account differs.
    pub difference: Option<Decimal>,
}

/// What an adjustment comes to.
#[derive(Clone, Debug)]
pub struct Adjusting {
    /// The cards, in the order of the assessment.
    pub cards: Vec<Adjusted>,
    /// The subjects of sealed cards that are open now, each with what it waits for: they are adjusted when that is known.
    pub open: Vec<(String, Vec<String>)>,
    /// The entries, where somebody makes them.
    pub drafts: Vec<Draft>,
}

/// What the ledger says of a card, and in which entry.
pub(super) struct Standing<'e> {
    pub(super) said: &'e Value,
    pub(super) seq: u64,
}

impl<'e> Standing<'e> {
    /// The fingerprint of the card and all behind it.
    pub(super) fn root(&self) -> &'e str {
        root_of(self.said)
    }
}

/// What the sealed cards of a period come to now, as far as that is not what the ledger says; and, where somebody adjusts them, the
/// entries that take effect in a later period.
///
/// # Errors
/// Every card that changed is open now, the period is none that is still to be sealed, or the policy is not approved by somebody
/// else.
pub fn adjust(
    closing: &Closing<'_>,
    entries: &[Entry],
    who: Option<(&Author, &str, &str)>,
) -> Result<Step<Adjusting>, Vec<Diagnostic>> {
    let standing = closing.standing(entries);
    if standing.is_empty() {
        let period = closing.subject.assessment.period.code();
        return Err(vec![fault(
            "L015",
            format!("台账中没有封存 {period} 的卡：没有可调整的"),
            format!("nothing of {period} is sealed in the ledger: there is nothing to adjust"),
        )]);
    }
    let stay = closing.who_stays(entries);
    let (mut cards, mut body, mut open, mut leaves) = (Vec::new(), Map::new(), Vec::new(), Vec::new());
    for card in closing.cards() {
        let Some(was) = standing.get(&card.name()).filter(|was| was.root() != card.root) else { continue };
        let subject = &card.score.key.subject;
        if !card.row.is_final() {
            open.push((subject.clone(), closing.waits_for(&card.score.key)));
            continue;
        }
        let stays = stay.as_ref().is_some_and(|appellants| !appellants.contains(subject));
        let (adjusted, said) = closing.adjusted(card, was, stays);
        put(&mut body, card.name(), said);
        cards.push(adjusted);
        leaves.push(card.row.hash());
    }
    let gone = closing.gone(&standing);
    if !gone.is_empty() {
        return Err(gone);
    }
    if cards.is_empty() && open.is_empty() {
        return Ok(Step::Stands(standing.values().map(|own| own.seq).max().unwrap_or(0)));
    }
    let drafts = match who {
        None => Vec::new(),
        Some(_) if cards.is_empty() => {
            let first = named(&open.iter().map(|(subject, _)| subject.as_str()).collect::<Vec<_>>());
            return Err(vec![fault(
                "L014",
                format!("已封存的卡现在待定，还不能调整：{first}"),
                format!("sealed cards are open now and cannot be adjusted yet: {first}"),
            )]);
        }
        Some((who, effect, reason)) => {
            let names: super::Cards = cards_in(&body).map(|(card, _)| card).collect();
            leaves.extend(closing.behind(&names).map(|leaf| leaf.hash));
            closing.drafts(entries, who, (effect, reason), (body, &leaves))?
        }
    };
    Ok(Step::Adds(Adjusting { cards, open, drafts }))
}

/// What was adjusted of earlier periods of a policy and takes effect in a period, figure by figure.
pub fn in_effect(entries: &[Entry], policy: &str, period: &str) -> Vec<InEffect> {
    let own = entries.iter().filter(|entry| {
        entry.kind == EntryKind::AdjustmentSealed
            && (entry.text("policy"), entry.text("takes_effect")) == (policy, period)
    });
    own.flat_map(|entry| cards_of(entry).flat_map(|card| adjusted_figures(entries, entry, card))).collect()
}

/// The figures of a card that an entry adjusts.
fn adjusted_figures(entries: &[Entry], entry: &Entry, (card, said): (CardName, &Value)) -> Vec<InEffect> {
    let replaced = said.get("replaces").and_then(Value::as_str).unwrap_or_default();
    let before = entries.iter().find(|own| own.seq.to_string() == replaced);
    let Some((_, was)) = before.and_then(|before| cards_of(before).find(|(name, _)| *name == card)) else {
        return Vec::new();
    };
    let mut changed = Vec::new();
    differing("", &without_origin(was), &without_origin(said), &mut changed);
    let figure = |(figure, was, is): (String, String, String)| InEffect {
        entry: entry.seq,
        on: entry.on,
        period: entry.text("period").to_owned(),
        kind: card.0.clone(),
        subject: card.1.clone(),
        difference: difference(&was, &is),
        figure,
        was,
        is,
        reason: entry.text("reason").to_owned(),
    };
    changed.into_iter().map(figure).collect()
}

/// By how much the amounts of a card differ from those that stood, as entries say it; of a card that stays, by nothing.
pub(super) fn differences(was: &Value, is: &Value) -> Map<String, Value> {
    let mut changed = Vec::new();
    differing("", &without_origin(was), &without_origin(is), &mut changed);
    let amounts = changed
        .iter()
        .filter_map(|(figure, was, is)| Some((figure.clone(), difference(was, is)?.to_string().into())));
    amounts.collect()
}

/// By how much two plain amounts differ.
fn difference(was: &str, is: &str) -> Option<Decimal> {
    let (was, is): (Decimal, Decimal) = (was.parse().ok()?, is.parse().ok()?);
    is.checked_sub(was)
}

impl Closing<'_> {
    /// What the ledger says of every sealed card, adjustments included.
    pub(super) fn standing<'e>(&self, entries: &'e [Entry]) -> BTreeMap<CardName, Standing<'e>> {
        let mut standing = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.kind.seals() && self.is_own(entry)) {
            for (card, said) in cards_of(entry) {
                standing.insert(card, Standing { said, seq: entry.seq });
            }
        }
        standing
    }

    /// The sealed cards that are not there any more: nothing can be worked out for them.
    fn gone(&self, standing: &BTreeMap<CardName, Standing<'_>>) -> Vec<Diagnostic> {
        let now: super::Cards = self.cards().map(|card| card.name()).collect();
        let gone = standing.iter().filter(|(card, _)| !now.contains(*card));
        let faults = gone.map(|((_, subject), was)| {
            let seq = was.seq;
            fault(
                "L019",
                format!("{subject}：第 {seq} 条封存的卡，现在没有了"),
                format!("{subject}: entry {seq} seals a card that is not there now"),
            )
        });
        faults.collect()
    }

    /// Whose cards alone an appeal changes, where the policy lets those of others stay and nothing but appeals was decided
    /// since; none where everybody's follow.
    fn who_stays(&self, entries: &[Entry]) -> Option<BTreeSet<String>> {
        let appeal = self.subject.pack.policy.appeal.as_ref()?;
        let sealed = self.entries(entries, EntryKind::AssessmentSealed).last()?;
        let is_same = self.imported(entries).is_some() && sealed.text("pack") == self.digests.pack;
        if appeal.others == Others::Follow || !is_same {
            return None;
        }
        let decided = self.entries(entries, EntryKind::AppealDecided);
        Some(decided.map(|entry| entry.text("subject").to_owned()).collect())
    }

    fn adjusted(&self, card: Card<'_>, was: &Standing<'_>, stays: bool) -> (Adjusted, Value) {
        let is = Value::from(figures::settled(card.score));
        let mut changed = Vec::new();
        differing("", &without_origin(was.said), &is, &mut changed);
        let mut changes: Vec<Change> = changed
            .into_iter()
            .map(|(figure, was, is)| Change { difference: difference(&was, &is), figure, was, is })
            .collect();
        let mut said = if stays { without_origin(was.said) } else { is };
        if let Some(said) = said.as_object_mut() {
            said.insert("root".to_owned(), card.root.into());
            said.insert("replaces".to_owned(), was.seq.to_string().into());
            if stays {
                said.insert("stays".to_owned(), true.into());
            }
        }
        let differences = differences(was.said, &said);
        if let Some(said) = said.as_object_mut() {
            said.insert("differences".to_owned(), differences.into());
        }
        if changes.is_empty() {
            let [was, is] = [was.root(), card.root].map(|root| short(root).to_owned());
            changes.push(Change { figure: String::new(), was, is, difference: None });
        }
        let (kind, subject) = card.name();
        (Adjusted { kind, subject, name: card.score.name.clone(), changes, stays }, said)
    }

    fn drafts(
        &self,
        entries: &[Entry],
        who: &Author,
        (effect, reason): (&str, &str),
        (cards, leaves): (Map<String, Value>, &[merkle::Hash]),
    ) -> Result<Vec<Draft>, Vec<Diagnostic>> {
        let period = self.subject.assessment.period.code();
        self.check_effect(entries, effect)?;
        let approval = self.approval(entries, who).map_err(|fault| vec![fault])?;
        if let Some(fault) = self.took_part(entries, who) {
            return Err(vec![fault]);
        }
        let names: super::Cards = cards_in(&cards).map(|(card, _)| card).collect();
        if let Some(fault) = self.not_confirmed(entries, &names) {
            return Err(vec![fault]);
        }
        let (data, import) = self.data(entries);
        let decisions = self.entries(entries, EntryKind::AppealDecided);
        let decisions: Vec<String> = decisions.map(|entry| entry.seq.to_string()).collect();
        let body = json!({
            "policy": self.subject.pack.policy.id,
            "version": self.subject.pack.policy.version,
            "period": period,
            "takes_effect": effect,
            "reason": reason,
            "decisions": decisions,
            "approval": approval.to_string(),
            "data": data,
            "book": self.digests.book,
            "pack": self.digests.pack,
            "result": self.digests.result,
            "engine": super::ENGINE,
            "root": hex(&merkle::root(leaves)),
            "leaves": leaves.len().to_string(),
            "cards": cards,
        });
        let adjusted = draft(EntryKind::AdjustmentSealed, body);
        Ok(import.into_iter().chain([adjusted]).collect())
    }

    /// That an adjustment can take effect in a period: a later one of the policy's, of which nothing is sealed yet.
    fn check_effect(&self, entries: &[Entry], effect: &str) -> Result<(), Vec<Diagnostic>> {
        let (grid, own) = (self.subject.pack.policy.grid(), self.subject.assessment.period);
        let wrong = |zh: String, en: String| Err(vec![fault("L025", zh, en)]);
        let Some(period) = Period::parse(effect).filter(|period| period.code() == effect) else {
            return wrong(
                format!("「{effect}」不是考核期的写法"),
                format!("`{effect}` is no way to write a period"),
            );
        };
        let next = own.last.succ_opt().map(|day| grid.containing(day).code()).unwrap_or_default();
        if grid != Grid::Day && grid.containing(period.last) != period {
            return wrong(
                format!("「{effect}」不是本办法的考核期；下一期是 {next}"),
                format!("`{effect}` is no period of the policy; the next one is {next}"),
            );
        }
        if period.first <= own.last {
            let code = own.code();
            return wrong(
                format!("{code} 已封存：调整须计入以后的一期，而不是 {effect}"),
                format!("{code} is sealed: an adjustment takes effect in a later period, not in {effect}"),
            );
        }
        if own.last.checked_add_months(Months::new(LATEST)).is_none_or(|latest| period.first > latest) {
            return wrong(
                format!("{effect} 在 {LATEST} 个月以后；下一期是 {next}"),
                format!("{effect} is more than {LATEST} months away; the next period is {next}"),
            );
        }
        let policy = &self.subject.pack.policy.id;
        let is_sealed = |entry: &&Entry| {
            entry.kind == EntryKind::AssessmentSealed
                && (entry.text("policy"), entry.text("period")) == (policy, effect)
        };
        match entries.iter().find(is_sealed) {
            None => Ok(()),
            Some(sealed) => {
                let seq = sealed.seq;
                wrong(
                    format!("{effect} 已由第 {seq} 条封存：请计入更后的一期"),
                    format!(
                        "{effect} is sealed by entry {seq} already: let it take effect in a later period"
                    ),
                )
            }
        }
    }
}
