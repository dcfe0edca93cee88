//! Appeals (申诉): somebody is not content with what was sealed against them; somebody else decides.

use super::confirm::cards_of;
use super::name::is_same;
use super::proof::not_sealed;
use super::{Closing, Step, Who, fault};
use crate::diagnostic::Diagnostic;
use crate::intake::Amendment;
use crate::language::Text;
use crate::ledger::{Draft, Entry, EntryKind};
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

impl Ruling {
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
/// No card of the subject is sealed, the row goes against none of its cards, the policy knows no appeals, or it is too late.
pub fn appeal(
    closing: &Closing<'_>,
    entries: &[Entry],
    who: Who,
    claim: Claim,
) -> Result<Step<Draft>, Vec<Diagnostic>> {
    let subject = &claim.subject;
    let sealing = closing.entries(entries, EntryKind::AssessmentSealed);
    let sealed = sealing.filter(|entry| cards_of(entry).any(|((_, own), _)| own == *subject)).last();
    let Some(sealed) = sealed else {
        return Err(vec![not_sealed(subject)]);
    };
    let mut faults = Vec::new();
    let kind = closing.row_against(subject, &claim.record).map_err(|fault| faults.push(fault)).ok();
    let until = closing.until(sealed, who.on).map_err(|fault| faults.push(fault)).ok();
    let (Some(kind), Some(until), true) = (kind, until, faults.is_empty()) else { return Err(faults) };
    let is_same = |entry: &&Entry| entry.text("subject") == subject && entry.text("record") == claim.record;
    let open = closing.entries(entries, EntryKind::AppealOpened).filter(is_same);
    let undecided = open.filter(|entry| decision(entries, entry.seq).is_none()).last();
    if let Some(same) = undecided {
        return Ok(Step::Stands(same.seq));
    }
    let body = json!({
        "policy": closing.subject.pack.policy.id,
        "period": closing.subject.assessment.period.code(),
        "subject": claim.subject,
        "record_kind": kind,
        "record": claim.record,
        "grounds": claim.grounds,
        "evidence": claim.evidence,
        "against": sealed.seq.to_string(),
        "until": until.to_string(),
    });
    Ok(Step::Adds(who.draft(EntryKind::AppealOpened, body)))
}

/// The entry by which something is added to an appeal.
///
/// # Errors
/// There is no such appeal, or it is decided.
pub fn evidence(
    entries: &[Entry],
    who: Who,
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
    Ok(who.draft(EntryKind::EvidenceAdded, body))
}

/// The entry by which an appeal is decided, or taken back.
///
/// # Errors
/// There is no such appeal, it is decided already, or whoever decides assessed, appealed or answers for the appellant.
pub fn decide(
    organisation: &Organisation,
    entries: &[Entry],
    who: Who,
    (appeal, ruling, reason): (u64, &Ruling, &str),
) -> Result<Draft, Vec<Diagnostic>> {
    let opened = opened(entries, appeal)?;
    if *ruling == Ruling::Withdrawn {
        let by = &opened.by;
        if !who.wrote(opened) {
            return Err(vec![fault(
                "L022",
                format!("只有申诉人「{by}」可以撤回"),
                format!("only `{by}`, who appealed, can take it back"),
            )]);
        }
        if decision(entries, appeal).is_some_and(|entry| entry.text("outcome") == ruling.code()) {
            undecided(entries, appeal)?;
        }
    } else {
        undecided(entries, appeal)?;
        let faults = partial(organisation, entries, opened, &who);
        if !faults.is_empty() {
            return Err(faults);
        }
    }
    let mut body = json!({
        "policy": opened.text("policy"),
        "period": opened.text("period"),
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
    Ok(who.draft(EntryKind::AppealDecided, body))
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

/// Why whoever decides is not free to.
fn partial(organisation: &Organisation, entries: &[Entry], opened: &Entry, who: &Who) -> Vec<Diagnostic> {
    let by = &who.by;
    let mut faults = Vec::new();
    let mut assessed = entries.iter().filter(|entry| {
        matches!(entry.kind, EntryKind::AssessmentSealed | EntryKind::Confirmed)
            && (entry.text("policy"), entry.text("period")) == (opened.text("policy"), opened.text("period"))
    });
    if let Some(entry) = assessed.rfind(|entry| who.wrote(entry)) {
        let seq = entry.seq;
        faults.push(fault(
            "L021",
            format!("「{by}」参与过考核（第 {seq} 条），不能作决定"),
            format!("`{by}` took part in the assessment (entry {seq}) and cannot decide"),
        ));
    }
    if who.wrote(opened) {
        faults.push(fault(
            "L021",
            format!("「{by}」是申诉人，不能作决定"),
            format!("`{by}` appealed and cannot decide"),
        ));
    }
    let line = line_of(organisation, opened.text("subject"), opened.on);
    if let Some(role) = line.iter().find(|role| is_called(organisation, role, by)) {
        let subject = opened.text("subject");
        faults.push(fault(
            "L021",
            format!("「{by}」（{role}）在「{subject}」的管理线上，不能作决定"),
            format!("`{by}` ({role}) is in the line of `{subject}` and cannot decide"),
        ));
    }
    faults
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
    let is_own = |other: &str| is_same(name, other);
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
    found.ok_or_else(|| {
        let message = Text::new(
            format!("台账第 {appeal} 条不是一件申诉"),
            format!("entry {appeal} of the ledger is no appeal"),
        );
        vec![Diagnostic::error("L022", message)]
    })
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
