//! Appeals (申诉): somebody is not content with what was sealed against them; somebody else decides.

use super::confirm::cards_of;
use super::proof::not_sealed;
use super::{Closing, Step, draft, fault};
use crate::diagnostic::Diagnostic;
use crate::intake::Amendment;
use crate::language::Text;
use crate::ledger::{Author, Draft, Entry, EntryKind, is_same_name};
use crate::organisation::Organisation;
use crate::policy::Rows;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody appeals against, and why.
#[derive(Clone, Debug)]
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
    let sealing = closing.entries(entries, EntryKind::AssessmentSealed);
    let sealed = sealing.filter(|entry| cards_of(entry).any(|((_, own), _)| own == *subject)).last();
    let Some(sealed) = sealed else {
        return Err(vec![not_sealed(subject)]);
    };
    let mut faults = Vec::new();
    let data = closing.sealed_data(entries).map_err(|fault| faults.push(fault)).ok();
    let kind = closing.row_against(subject, &claim.record).map_err(|fault| faults.push(fault)).ok();
    let until = closing.until(sealed, who.on).map_err(|fault| faults.push(fault)).ok();
    let (Some(data), Some(kind), Some(until), true) = (data, kind, until, faults.is_empty()) else {
        return Err(faults);
    };
    let is_same = |entry: &&Entry| entry.text("subject") == subject && entry.text("record") == claim.record;
    let open = closing.entries(entries, EntryKind::AppealOpened).filter(is_same);
    let undecided = open.filter(|entry| decision(entries, entry.seq).is_none()).last();
    if let Some(same) = undecided {
        return Ok(Step::Stands(same.seq));
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
) -> Result<Draft, Vec<Diagnostic>> {
    let opened = opened(entries, appeal)?;
    undecided(entries, appeal)?;
    let body = json!({
        "policy": opened.text("policy"),
        "period": opened.text("period"),
        "appeal": appeal.to_string(),
        "text": text,
        "evidence": files,
    });
    Ok(draft(EntryKind::EvidenceAdded, body))
}

/// The entry for the same words and files as another one adds.
pub(super) fn evidence_again(entries: &[Entry], entry: &Entry) -> Result<Draft, Vec<Diagnostic>> {
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
) -> Result<Draft, Vec<Diagnostic>> {
    let opened = opened(entries, appeal)?;
    if !closing.is_own(opened) {
        return Err(vec![no_appeal(appeal)]);
    }
    let data = if *ruling == Ruling::Withdrawn {
        withdrawable(entries, opened, who)?;
        opened.text("data").to_owned()
    } else {
        undecided(entries, appeal)?;
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
    Ok(draft(EntryKind::AppealDecided, body))
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
    decide(closing, entries, &entry.author(), said)
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
    said.into_iter().filter_map(amendment).collect()
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

    /// The kind of the row that goes against a card of a subject.
    fn row_against(&self, subject: &str, record: &str) -> Result<String, Diagnostic> {
        let assessment = self.subject.assessment;
        let mut known = BTreeSet::new();
        for finding in assessment.findings() {
            if finding.card().is_none_or(|card| card.subject != *subject) {
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
            format!("「{record}」没有记在「{subject}」的任何卡上"),
            format!("`{record}` stands on no card of `{subject}`"),
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

impl Closing<'_> {
    /// Why whoever decides is not free to.
    fn partial(&self, entries: &[Entry], opened: &Entry, who: &Author) -> Vec<Diagnostic> {
        let (by, subject) = (&who.by, opened.text("subject"));
        let barred = |zh: String, en: String| {
            fault("L021", format!("「{by}」{zh}，不能作决定"), format!("`{by}` {en} and cannot decide"))
        };
        let mut faults = Vec::new();
        let mut assessed = entries.iter().filter(|entry| {
            matches!(
                entry.kind,
                EntryKind::AssessmentSealed | EntryKind::Confirmed | EntryKind::AdjustmentSealed
            ) && self.is_own(entry)
        });
        if let Some(entry) = assessed.rfind(|entry| who.wrote(entry)) {
            let seq = entry.seq;
            faults.push(barred(
                format!("参与过考核（第 {seq} 条）"),
                format!("took part in the assessment (entry {seq})"),
            ));
        }
        if who.wrote(opened) {
            faults.push(barred("是申诉人".to_owned(), "appealed".to_owned()));
        }
        let organisation = self.subject.organisation;
        let line = line_of(organisation, subject, opened.on);
        if let Some(role) = line.iter().find(|role| is_called(organisation, role, by)) {
            faults.push(barred(
                format!("（{role}）在「{subject}」的管理线上"),
                format!("({role}) is in the line of `{subject}`"),
            ));
        } else if let Some(bearer) = self.bearers(opened).find(|own| is_called(organisation, own, by)) {
            faults.push(barred(
                format!("（{bearer}）也因这一行受考核"),
                format!("({bearer}) is charged or credited by the same row"),
            ));
        }
        faults
    }

    /// Whose cards the row is on that an appeal is about.
    fn bearers<'c>(&'c self, opened: &Entry) -> impl Iterator<Item = &'c str> + use<'c> {
        let record = opened.text("record").to_owned();
        let findings = self.subject.assessment.findings();
        let of_row = findings.filter(move |finding| finding.record() == record);
        of_row.filter_map(|finding| Some(finding.card()?.subject.as_str()))
    }
}

/// Whoever the subject is, and whoever holds a post of a unit above it on a day.
fn line_of(organisation: &Organisation, subject: &str, day: NaiveDate) -> BTreeSet<String> {
    let mut units = vec![subject.to_owned()];
    let mut next = organisation.on(subject, day).and_then(|member| member.parent.clone());
    while let Some(unit) = next.filter(|unit| !units.contains(unit)) {
        next = organisation.on(&unit, day).and_then(|member| member.parent.clone());
        units.push(unit);
    }
    let posts =
        organisation.posts().iter().filter(|post| units.contains(&post.of) && post.days.contains(day));
    posts.map(|post| post.person.clone()).chain([subject.to_owned()]).collect()
}

/// Whether a person of that code is meant by a name.
fn is_called(organisation: &Organisation, code: &str, name: &str) -> bool {
    let mut rows = organisation.rows_of(code).iter();
    let is_own = |other: &str| is_same_name(name, other);
    is_own(code)
        || rows.any(|member| {
            let both = [format!("{} {code}", member.name.zh), format!("{} {code}", member.name.en)];
            let turned = [format!("{code} {}", member.name.zh), format!("{code} {}", member.name.en)];
            let names = [member.name.zh.as_str(), member.name.en.as_str()];
            names.into_iter().chain(both.iter().chain(&turned).map(String::as_str)).any(is_own)
        })
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
        format!("该申诉已有决定（第 {seq} 条：{outcome}）"),
        format!("the appeal is decided already (entry {seq}: {outcome})"),
    )])
}

/// The texts of an object.
fn texts(value: Option<&Value>) -> BTreeMap<String, String> {
    let all = value.and_then(Value::as_object).into_iter().flat_map(Map::iter);
    all.filter_map(|(key, one)| Some((key.clone(), one.as_str()?.to_owned()))).collect()
}
