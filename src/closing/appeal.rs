//! Appeals (申诉): somebody is not content with what was sealed against them; somebody else decides.

use super::confirm::cards_of;
use super::proof::not_sealed;
use super::{Closing, Step, draft, fault};
use crate::assess::CardKey;
use crate::diagnostic::Diagnostic;
use crate::intake::Amendment;
use crate::language::Text;
use crate::ledger::{Author, Draft, Entry, EntryKind};
use crate::policy::Rows;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody appeals against, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whose card it is about: the code.
    pub subject: String,
    /// The row that it is about.
    pub record: String,
    /// Why.
    pub grounds: String,
    /// The fingerprints of evidence, by the names of its files.
    pub evidence: BTreeMap<String, String>,
}

/// How an appeal ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The row does not count.
    Upheld,
    /// The row counts with other facts or roles, as typed.
    Amended(BTreeMap<String, String>),
    /// All stays as it is.
    Rejected,
    /// The appellant takes it back, whatever was decided before.
    Withdrawn,
}

impl Claim {
    /// What an entry says was claimed.
    pub(super) fn of(entry: &Entry) -> Self {
        let text = |key: &str| entry.text(key).to_owned();
        let evidence = texts(entry.body.get("evidence"));
        Self { subject: text("subject"), record: text("record"), grounds: text("grounds"), evidence }
    }
}

impl Ruling {
    /// How an entry says an appeal ends.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        Some(match entry.text("outcome") {
            "upheld" => Self::Upheld,
            "amended" => Self::Amended(texts(entry.body.get("set"))),
            "rejected" => Self::Rejected,
            "withdrawn" => Self::Withdrawn,
            _ => return None,
        })
    }

    /// The word in the ledger.
    fn code(&self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Amended(_) => "amended",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The entry by which somebody appeals.
///
/// # Errors
/// No card of the subject is sealed, the book is not the one that was sealed, the row goes against none of its cards, the
/// policy knows no appeals, or it is too late.
pub fn appeal(
    closing: &Closing<'_>,
    entries: &[Entry],
    who: &Author,
    claim: Claim,
) -> Result<Step<Draft>, Vec<Diagnostic>> {
    let subject = &claim.subject;
    // what an adjustment brings can be appealed against from then on
    let is_touched = |entry: &&Entry| {
        cards_of(entry).any(|((_, own), said)| own == *subject && said.get("stays").is_none())
    };
    let sealing = entries.iter().filter(|entry| entry.kind.seals() && closing.is_own(entry));
    let Some(sealed) = sealing.rev().find(is_touched) else {
        return Err(vec![not_sealed(subject)]);
    };
    let mut faults = Vec::new();
    let data = closing.sealed_data(entries).map_err(|fault| faults.push(fault)).ok();
    let kind =
        closing.row_against(entries, (subject, &claim.record)).map_err(|fault| faults.push(fault)).ok();
    let until = closing.until(sealed, who.on).map_err(|fault| faults.push(fault)).ok();
    let (Some(data), Some(kind), Some(until), true) = (data, kind, until, faults.is_empty()) else {
        return Err(faults);
    };
    let is_same = |entry: &&Entry| {
        who.wrote(entry) && entry.text("subject") == subject && entry.text("record") == claim.record
    };
    let open = closing.entries(entries, EntryKind::AppealOpened).filter(is_same);
    if let Some(open) = open.filter(|entry| decision(entries, entry.seq).is_none()).last() {
        let seq = open.seq;
        if Claim::of(open) == claim {
            return Ok(Step::Stands(seq));
        }
        return Err(vec![fault(
            "L022",
            format!(
                "「{}」就这一行已有申诉（第 {seq} 条），尚未决定；补充用 renze appeal add --appeal {seq}",
                who.by
            ),
            format!(
                "`{}` has an appeal about this row already (entry {seq}), not yet decided: add to it by renze appeal add --appeal {seq}",
                who.by
            ),
        )]);
    }
    let body = json!({
        "policy": closing.subject.pack.policy.id,
        "period": closing.subject.assessment.period.code(),
        "data": data.to_string(),
        "subject": claim.subject,
        "record_kind": kind,
        "record": claim.record,
        "grounds": claim.grounds,
        "evidence": claim.evidence,
        "against": sealed.seq.to_string(),
        "until": until.to_string(),
    });
    Ok(Step::Adds(draft(EntryKind::AppealOpened, body)))
}

/// The entry by which something is added to an appeal.
///
/// # Errors
/// There is no such appeal, or it is decided.
pub fn evidence(
    entries: &[Entry],
    appeal: u64,
    (text, files): (&str, &BTreeMap<String, String>),
) -> Result<Step<Draft>, Vec<Diagnostic>> {
    let opened = opened(entries, appeal)?;
    undecided(entries, appeal)?;
    let is_same = |entry: &&Entry| {
        entry.kind == EntryKind::EvidenceAdded
            && (number(entry, "appeal"), entry.text("text")) == (appeal, text)
            && texts(entry.body.get("evidence")) == *files
    };
    if let Some(same) = entries.iter().find(is_same) {
        return Ok(Step::Stands(same.seq));
    }
    let body = json!({
        "policy": opened.text("policy"),
        "period": opened.text("period"),
        "appeal": appeal.to_string(),
        "text": text,
        "evidence": files,
    });
    Ok(Step::Adds(draft(EntryKind::EvidenceAdded, body)))
}

/// The entry for the same words and files as another one adds.
pub(super) fn evidence_again(entries: &[Entry], entry: &Entry) -> Result<Step<Draft>, Vec<Diagnostic>> {
    evidence(entries, number(entry, "appeal"), (entry.text("text"), &texts(entry.body.get("evidence"))))
}

/// The entry by which an appeal is decided, or taken back.
///
/// # Errors
/// There is no such appeal of this period, it is decided already, the book is not the one that was sealed, or whoever decides
/// assessed, appealed, answers for the appellant or is charged by the same row.
pub fn decide(
    closing: &Closing<'_>,
    entries: &[Entry],
    who: &Author,
    (appeal, ruling, reason): (u64, &Ruling, &str),
    is_anew: bool,
) -> Result<Draft, Vec<Diagnostic>> {
    let opened = opened(entries, appeal)?;
    if !closing.is_own(opened) {
        return Err(vec![no_appeal(appeal)]);
    }
    let data = if *ruling == Ruling::Withdrawn {
        withdrawable(entries, opened, who)?;
        opened.text("data").to_owned()
    } else {
        if !is_anew {
            undecided(entries, appeal)?;
        }
        let mut faults = closing.partial(entries, opened, who);
        let data = closing.sealed_data(entries).map_err(|fault| faults.push(fault)).unwrap_or_default();
        if !faults.is_empty() {
            return Err(faults);
        }
        data.to_string()
    };
    let mut body = json!({
        "policy": opened.text("policy"),
        "period": opened.text("period"),
        "data": data,
        "appeal": appeal.to_string(),
        "subject": opened.text("subject"),
        "record_kind": opened.text("record_kind"),
        "record": opened.text("record"),
        "outcome": ruling.code(),
        "reason": reason,
    });
    if let (Ruling::Amended(set), Some(body)) = (ruling, body.as_object_mut()) {
        body.insert("set".to_owned(), json!(set));
    }
    if let (true, Some(body)) = (is_anew, body.as_object_mut()) {
        body.insert("instead_of".to_owned(), mended(entries, appeal)?.to_string().into());
    }
    Ok(draft(EntryKind::AppealDecided, body))
}

/// The decision that another one takes the place of: a wrong one, and none that the appellant took back.
fn mended(entries: &[Entry], appeal: u64) -> Result<u64, Vec<Diagnostic>> {
    let before = decision(entries, appeal).filter(|entry| entry.text("outcome") != Ruling::Withdrawn.code());
    before.map(|entry| entry.seq).ok_or_else(|| {
        vec![fault(
            "L022",
            format!("第 {appeal} 条申诉没有可以重作的决定"),
            format!("the appeal of entry {appeal} has no decision that could be made anew"),
        )]
    })
}

/// The entry for the same decision as another one records.
pub(super) fn decide_again(
    closing: &Closing<'_>,
    entries: &[Entry],
    entry: &Entry,
) -> Result<Draft, Vec<Diagnostic>> {
    let ruling = Ruling::of(entry).ok_or_else(|| {
        let outcome = entry.text("outcome");
        vec![fault("L022", format!("没有「{outcome}」这种决定"), format!("there is no outcome `{outcome}`"))]
    })?;
    let said = (number(entry, "appeal"), &ruling, entry.text("reason"));
    decide(closing, entries, &entry.author(), said, entry.body.contains_key("instead_of"))
}

/// Why somebody may not take an appeal back.
fn withdrawable(entries: &[Entry], opened: &Entry, who: &Author) -> Result<(), Vec<Diagnostic>> {
    let by = &opened.by;
    if !who.wrote(opened) {
        return Err(vec![fault(
            "L022",
            format!("只有申诉人「{by}」可以撤回"),
            format!("only `{by}`, who appealed, can take it back"),
        )]);
    }
    let is_withdrawn = |entry: &Entry| entry.text("outcome") == Ruling::Withdrawn.code();
    if decision(entries, opened.seq).is_some_and(is_withdrawn) {
        undecided(entries, opened.seq)
    } else {
        Ok(())
    }
}

fn number(entry: &Entry, key: &str) -> u64 {
    entry.text(key).parse().unwrap_or_default()
}

/// Every appeal of a ledger, with the last decision on it.
pub fn appeals(entries: &[Entry]) -> Vec<(&Entry, Option<&Entry>)> {
    let opened = entries.iter().filter(|entry| entry.kind == EntryKind::AppealOpened);
    opened.map(|entry| (entry, decision(entries, entry.seq))).collect()
}

/// What the decisions so far say of the rows of a period.
pub fn amendments(entries: &[Entry], policy: &str, period: &str) -> Vec<Amendment> {
    let mut last: BTreeMap<&str, &Entry> = BTreeMap::new();
    let decided = entries.iter().filter(|entry| {
        entry.kind == EntryKind::AppealDecided
            && entry.text("policy") == policy
            && entry.text("period") == period
    });
    for entry in decided {
        last.insert(entry.text("appeal"), entry);
    }
    let mut said: Vec<&Entry> = last.into_values().collect();
    said.sort_by_key(|entry| entry.seq);
    let amendment = |entry: &Entry| {
        let set = match entry.text("outcome") {
            "upheld" => None,
            "amended" => Some(texts(entry.body.get("set"))),
            _ => return None,
        };
        let (kind, record) = (entry.text("record_kind").to_owned(), entry.text("record").to_owned());
        Some(Amendment { kind, record, set, entry: entry.seq })
    };
    // of two appeals about one row what was decided last counts
    let mut of_row: BTreeMap<(String, String), Amendment> = BTreeMap::new();
    for amendment in said.into_iter().filter_map(amendment) {
        of_row.insert((amendment.kind.clone(), amendment.record.clone()), amendment);
    }
    let mut amendments: Vec<Amendment> = of_row.into_values().collect();
    amendments.sort_by_key(|amendment| amendment.entry);
    amendments
}

impl Closing<'_> {
    /// The import of the book as it was sealed or adjusted: appeals are about what was sealed, by the organisation of then.
    fn sealed_data(&self, entries: &[Entry]) -> Result<u64, Diagnostic> {
        let import = self.imported(entries).map(|entry| entry.seq);
        let rests =
            |entry: &Entry| entry.kind.seals() && self.is_own(entry) && Some(number(entry, "data")) == import;
        import.filter(|_| entries.iter().any(rests)).ok_or_else(|| {
            let help = Text::new(
                "请用封存时的账簿（renze ledger bundle 的档案包中有）；有更正的，先经 renze adjust 入账",
                "take the book as it was sealed (a bundle of `renze ledger bundle` holds it), or enter the correction by renze adjust first",
            );
            fault(
                "L031",
                "账簿不是封存时的那一本".to_owned(),
                "the book is not the one that was sealed".to_owned(),
            )
            .help(help)
        })
    }

    /// The kind of the row that goes against a sealed card of a subject.
    fn row_against(&self, entries: &[Entry], (subject, record): (&str, &str)) -> Result<String, Diagnostic> {
        let (assessment, standing) = (self.subject.assessment, self.standing(entries));
        let mut known = BTreeSet::new();
        for finding in assessment.findings() {
            let kind_of =
                |card: &CardKey| self.subject.pack.policy.kinds.get(card.kind).map(|kind| kind.name.clone());
            let card = finding.card().filter(|card| card.subject == *subject);
            let card = card.and_then(|card| Some((kind_of(card)?, card.subject.clone())));
            if card.is_none_or(|card| !standing.contains_key(&card)) {
                continue;
            }
            let kind = self.subject.pack.policy.kinds.get(finding.kind());
            // what a clause raised goes back to a row of a table, and that is what can be decided of
            let Some(kind) = kind.filter(|kind| matches!(kind.rows, Rows::Table { .. })) else { continue };
            if finding.record() == record {
                return Ok(kind.name.clone());
            }
            known.insert(finding.record());
        }
        let message = fault(
            "L022",
            format!("「{record}」没有记在「{subject}」已封存的任何卡上"),
            format!("`{record}` stands on no sealed card of `{subject}`"),
        );
        Err(message.suggest(record, known))
    }

    /// The last day to appeal against what an entry seals, where it has not passed.
    fn until(&self, sealed: &Entry, on: NaiveDate) -> Result<NaiveDate, Diagnostic> {
        let Some(appeal) = &self.subject.pack.policy.appeal else {
            return Err(fault(
                "L020",
                "本办法没有规定申诉（[appeal]）".to_owned(),
                "the policy says nothing of appeals ([appeal])".to_owned(),
            ));
        };
        let until = appeal.deadline(sealed.on).map_err(|unknown| {
            let why = unknown.reason();
            fault(
                "L020",
                format!("申诉期限算不出：{}", why.zh),
                format!("the last day to appeal is not known: {}", why.en),
            )
        })?;
        if on <= until {
            return Ok(until);
        }
        let (seq, sealed) = (sealed.seq, sealed.on);
        Err(fault(
            "L020",
            format!("已过申诉期限：{sealed} 封存（第 {seq} 条），至迟 {until}"),
            format!("it is too late: sealed on {sealed} (entry {seq}), the last day was {until}"),
        ))
    }
}

fn opened(entries: &[Entry], appeal: u64) -> Result<&Entry, Vec<Diagnostic>> {
    let found = entries.iter().find(|entry| entry.seq == appeal && entry.kind == EntryKind::AppealOpened);
    found.ok_or_else(|| vec![no_appeal(appeal)])
}

fn no_appeal(appeal: u64) -> Diagnostic {
    fault(
        "L022",
        format!("台账第 {appeal} 条不是这一期的一件申诉"),
        format!("entry {appeal} of the ledger is no appeal of this period"),
    )
}

/// The last decision on an appeal.
fn decision(entries: &[Entry], appeal: u64) -> Option<&Entry> {
    let appeal = appeal.to_string();
    let is_own = |entry: &&Entry| entry.kind == EntryKind::AppealDecided && entry.text("appeal") == appeal;
    entries.iter().rev().find(is_own)
}

fn undecided(entries: &[Entry], appeal: u64) -> Result<(), Vec<Diagnostic>> {
    let Some(decision) = decision(entries, appeal) else { return Ok(()) };
    let (seq, outcome) = (decision.seq, decision.text("outcome"));
    Err(vec![fault(
        "L022",
        format!("该申诉已有决定（第 {seq} 条）；决定有误的，加 --anew 重作"),
        format!(
            "the appeal is decided already (entry {seq}: {outcome}); a wrong decision is made anew with --anew"
        ),
    )])
}

/// The texts of an object.
fn texts(value: Option<&Value>) -> BTreeMap<String, String> {
    let all = value.and_then(Value::as_object).into_iter().flat_map(Map::iter);
    all.filter_map(|(key, one)| Some((key.clone(), one.as_str()?.to_owned()))).collect()
}
