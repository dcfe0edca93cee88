//! What is sealed comes to something else: by an appeal, by late data, by a corrected policy. The sealed entry stays; the
//! difference is entered behind it.

use super::check::{differing, without_origin};
use super::confirm::{cards_in, cards_of, put, root_of};
use super::seal::named;
use super::{Card, CardName, Closing, Step, draft, fault, figures};
use crate::assess::Scorecard;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::{hex, short};
use crate::language::{Language, Text};
use crate::ledger::{Author, Draft, Entry, EntryKind, merkle};
use crate::policy::Others;
use crate::report::InEffect;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A card that is adjusted.
#[derive(Clone, Debug)]
pub struct Adjusted {
    /// The title of its kind.
    pub kind: Text,
    /// Its subject.
    pub subject: String,
    /// The subject's name.
    pub name: Text,
    /// Every figure that changes.
    pub figures: Vec<Figure>,
    /// Whether the policy lets it stay as it was.
    pub stays: bool,
}

/// A figure that changes.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Which.
    pub title: Text,
    /// What the ledger says.
    pub was: String,
    /// What it comes to.
    pub is: String,
}

/// What an adjustment comes to.
#[derive(Clone, Debug)]
pub struct Adjusting {
    /// The cards, in the order of the assessment.
    pub cards: Vec<Adjusted>,
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
/// A card is open now, the period is not a later one, or the policy is not approved by somebody else.
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
            open.push(subject.as_str());
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
    if !open.is_empty() {
        let (count, first) = (open.len(), named(&open));
        return Err(vec![fault(
            "L014",
            format!("{count} 张已封存的卡现在待定，不能调整：{first}"),
            format!("{count} sealed cards are open now and cannot be adjusted: {first}"),
        )]);
    }
    if cards.is_empty() {
        return Ok(Step::Stands(standing.values().map(|own| own.seq).max().unwrap_or(0)));
    }
    let drafts = match who {
        None => Vec::new(),
        Some((who, effect, reason)) => {
            let names: super::Cards = cards_in(&body).map(|(card, _)| card).collect();
            leaves.extend(closing.behind(&names).map(|leaf| leaf.hash));
            closing.drafts(entries, who, (effect, reason), (body, &leaves))?
        }
    };
    Ok(Step::Adds(Adjusting { cards, drafts }))
}

/// What was adjusted of earlier periods of a policy and takes effect in a period, figure by figure.
pub fn in_effect(entries: &[Entry], policy: &str, period: &str) -> Vec<InEffect> {
    let own = entries.iter().filter(|entry| {
        entry.kind == EntryKind::AdjustmentSealed
            && (entry.text("policy"), entry.text("takes_effect")) == (policy, period)
    });
    let mut all = Vec::new();
    for entry in own {
        for ((kind, subject), said) in cards_of(entry) {
            let figure =
                |of: &str, account: &str| said.get(of)?.get(account)?.as_str()?.parse::<Decimal>().ok();
            for account in said.get("differences").and_then(Value::as_object).into_iter().flat_map(Map::keys)
            {
                let figures = figure("balances", account).zip(figure("differences", account));
                let Some((is, difference)) = figures else { continue };
                all.push(InEffect {
                    entry: entry.seq,
                    on: entry.on,
                    period: entry.text("period").to_owned(),
                    kind: kind.clone(),
                    subject: subject.clone(),
                    account: account.clone(),
                    was: is.saturating_sub(difference),
                    is,
                    reason: entry.text("reason").to_owned(),
                });
            }
        }
    }
    all
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
        let differences: Map<String, Value> = changed
            .iter()
            .filter_map(|(figure, was, is)| {
                let (was, is): (Decimal, Decimal) = (was.parse().ok()?, is.parse().ok()?);
                Some((figure.clone(), is.checked_sub(was)?.to_string().into()))
            })
            .collect();
        let mut said = if stays { without_origin(was.said) } else { is };
        if let Some(said) = said.as_object_mut() {
            said.insert("root".to_owned(), card.root.into());
            said.insert("replaces".to_owned(), was.seq.to_string().into());
            if stays {
                said.insert("stays".to_owned(), true.into());
            }
            let differences = if stays { Map::new() } else { differences };
            said.insert("differences".to_owned(), differences.into());
        }
        let behind = changed.is_empty().then(|| Figure {
            title: Text::new("所依据的事项（数不变）", "what stands behind it (no figure changes)"),
            was: short(was.root()).to_owned(),
            is: short(card.root).to_owned(),
        });
        let kind = self.subject.pack.policy.kinds.get(card.score.key.kind).map(|kind| kind.title.clone());
        let figures = changed.into_iter().map(|changed| self.figure(card.score, changed)).chain(behind);
        let adjusted = Adjusted {
            kind: kind.unwrap_or_default(),
            subject: card.score.key.subject.clone(),
            name: card.score.name.clone(),
            figures: figures.collect(),
            stays,
        };
        (adjusted, said)
    }

    /// A figure in words: an account by its title, its amount in its unit.
    fn figure(&self, card: &Scorecard, (name, was, is): (String, String, String)) -> Figure {
        let kind = self.subject.pack.policy.kinds.get(card.key.kind);
        let account = kind.and_then(|kind| kind.accounts.iter().find(|account| account.name == name));
        let title = match (account, name.as_str()) {
            (Some(account), _) => account.title.clone(),
            (None, "vetoed") => Text::new("一票否决", "veto"),
            (None, "grade") => Text::new("等次", "grade"),
            (None, "place") => Text::new("名次", "place"),
            (None, _) => Text::same(name.clone()),
        };
        let shown = |plain: String| match (account, plain.parse()) {
            (Some(account), Ok(amount)) => account.unit.show(amount, Language::En),
            _ => plain,
        };
        Figure { title, was: shown(was), is: shown(is) }
    }

    fn drafts(
        &self,
        entries: &[Entry],
        who: &Author,
        (effect, reason): (&str, &str),
        (cards, leaves): (Map<String, Value>, &[merkle::Hash]),
    ) -> Result<Vec<Draft>, Vec<Diagnostic>> {
        let period = self.subject.assessment.period.code();
        if effect <= period.as_str() {
            return Err(vec![fault(
                "L025",
                format!("{period} 已封存：调整须计入以后的一期，而不是 {effect}"),
                format!("{period} is sealed: an adjustment takes effect in a later period, not in {effect}"),
            )]);
        }
        let approval = self.approval(entries, who).map_err(|fault| vec![fault])?;
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
}
