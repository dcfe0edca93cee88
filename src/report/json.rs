//! `assessment.json`: the whole result for programs. The schema is versioned and described in docs/assessment.md.

use super::files::{direction, formula, grading};
use super::findings::PART;
use super::withholding::withholding_json;
use super::{Digests, Subject};
use crate::amount;
use crate::assess::{Bounds, CardKey, Finding, Open, Outcome, Raised, Scorecard, Totals, Veto};
use crate::clause::Record;
use crate::fact::{FactType, Value, reason_of};
use crate::ordered;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

/// The version of the schema.
pub const SCHEMA: &str = "renze.assessment/1";

/// Where the findings stand in the document.
const FINDINGS: &str = "\n  \"findings\": [";
/// How far a finding stands to the right.
const INDENT: &str = "\n    ";

/// Writes the assessment as JSON, amounts as text so that no reader takes them for binary floats.
///
/// # Errors
/// `out` cannot be written to.
pub fn assessment_json(
    subject: &Subject<'_>,
    digests: &Digests,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let document = serde_json::to_string_pretty(&frame(subject, digests))? + "\n";
    // the findings of a large month are written one by one: the document never has to be held whole
    let parts = document.split_once(FINDINGS);
    let (before, after) = parts.ok_or_else(|| io::Error::other("no findings"))?;
    out.write_all(before.as_bytes())?;
    out.write_all(FINDINGS.as_bytes())?;
    let count = subject.assessment.count();
    let write = |part: Range<usize>, text: &mut Vec<u8>| {
        for position in part {
            let Some(found) = subject.assessment.finding(position) else { continue };
            let found = serde_json::to_string_pretty(&finding(subject, &found)).unwrap_or_default();
            let separator = if position == 0 { "" } else { "," };
            text.extend([separator, INDENT, &found.replace('\n', INDENT)].concat().bytes());
        }
    };
    ordered::in_order(&ordered::parts(count, PART), write, |text| out.write_all(text))?;
    if count > 0 {
        out.write_all(b"\n  ")?;
    }
    out.write_all(after.as_bytes())
}

/// The document without the findings.
fn frame(subject: &Subject<'_>, digests: &Digests) -> Json {
    let assessment = subject.assessment;
    let policy = &subject.pack.policy;
    let readings: Vec<Json> = policy
        .readings
        .iter()
        .map(|reading| {
            json!({
                "question": { "zh": reading.question.zh, "en": reading.question.en },
                "answer": { "zh": reading.answer.zh, "en": reading.answer.en },
                "clauses": reading.clauses,
            })
        })
        .collect();
    let set_aside: Vec<Json> = assessment
        .set_aside
        .iter()
        .map(|aside| {
            let reasons: Vec<&str> = aside.reasons.iter().map(|reason| reason.message.en.as_str()).collect();
            json!({ "record": aside.id, "reasons": reasons })
        })
        .collect();
    let mut document = json!({
        "schema": SCHEMA,
        "title": { "zh": subject.book.title.zh, "en": subject.book.title.en },
        "policy": { "id": policy.id, "version": policy.version, "from": policy.from.to_string() },
        "period": assessment.period.code(),
        "as_of": assessment.as_of.to_string(),
        "provisional": assessment.is_provisional(),
        "digests": {
            "book": digests.book,
            "pack": digests.pack,
            "engine": format!("renze {}", env!("CARGO_PKG_VERSION")),
            "result": digests.result,
        },
        "totals": totals(&assessment.totals),
        "readings": readings,
        "scorecards": assessment.scorecards.iter().map(|card| scorecard(subject, card)).collect::<Vec<_>>(),
        "findings": [],
        "open": assessment.open.iter().map(open).collect::<Vec<_>>(),
        "raised": raised(subject),
        "set_aside": set_aside,
    });
    if let Some(keys) = document.as_object_mut().filter(|_| policy.wage_guard.is_some()) {
        let withholdings = assessment.withholdings().iter().map(|own| withholding_json(subject, own));
        keys.insert("withholdings".to_owned(), withholdings.collect());
    }
    document
}

fn open(open: &Open) -> Json {
    let lacking: Vec<_> = open.lacking.iter().map(|root| lacking(root)).collect();
    let mut entry = json!({ "clause": open.clause, "record": open.record, "lacking": lacking });
    if let Some(entry) = entry.as_object_mut().filter(|_| !open.relieves.is_empty()) {
        entry.insert("relieves".to_owned(), open.relieves.clone().into());
    }
    entry
}

/// What became of the rows; what only some packs have stands there only with those.
fn totals(totals: &Totals) -> Json {
    let mut all = json!({
        "read": totals.read,
        "judged": totals.judged,
        "set_aside": totals.set_aside,
        "outside_period": totals.outside,
    });
    if let Some(all) = all.as_object_mut() {
        for (name, rows) in [("not_ended", totals.open), ("of_no_kind", totals.unpicked)] {
            if rows > 0 {
                all.insert(name.to_owned(), rows.into());
            }
        }
    }
    all
}

/// What a value lacks: a fact by its name, or why it is not known.
fn lacking(root: &str) -> String {
    reason_of(root).map_or_else(|| root.to_owned(), |reason| reason.en)
}

fn card_key(subject: &Subject<'_>, key: &CardKey) -> Json {
    json!({ "kind": subject.kind_name(key.kind), "subject": key.subject })
}

fn bounds(bounds: &Bounds) -> Json {
    let optional = |value: Option<Decimal>| value.map(amount::plain);
    json!({ "low": optional(bounds.low), "so_far": amount::plain(bounds.so_far), "high": optional(bounds.high) })
}

fn scorecard(subject: &Subject<'_>, card: &Scorecard) -> Json {
    let balances: Vec<Json> = card
        .balances
        .iter()
        .map(|balance| {
            json!({
                "account": balance.account,
                "unit": balance.unit.code(),
                "opening": balance.opening.is_settled().then(|| amount::plain(balance.opening.so_far)),
                "entered": amount::plain(balance.entered),
                "before_veto": bounds(&balance.before_veto),
                "settled": bounds(&balance.settled),
            })
        })
        .collect();
    let mut document = json!({
        "card": card_key(subject, &card.key),
        "name": { "zh": card.name.zh, "en": card.name.en },
        "balances": balances,
        "veto": match card.veto {
            Veto::None => "none",
            Veto::Possible => "possible",
            Veto::Stands => "stands",
        },
        "grade": card.grades.first(),
        "grades_possible": card.grades,
        "facts": facts(&card.record),
        "weight": card.weight.map(amount::plain),
        "coefficient": card.coefficient.map(amount::plain),
        "provisional": card.is_provisional(),
        "findings": card.findings,
    });
    if let (Some(rank), Some(keys)) = (&card.rank, document.as_object_mut()) {
        let (place, peers) = (bounds(&rank.place), bounds(&rank.peers));
        let rank = json!({ "place": place, "peers": peers, "certain": rank.is_certain });
        keys.insert("rank".to_owned(), rank);
    }
    document
}

/// Facts as data files carry them; what is missing is left out.
fn facts(record: &Record) -> Json {
    let known =
        record.schema.facts().iter().zip(&record.values).filter(|(_, value)| **value != Value::Missing);
    known.map(|(fact, value)| (fact.name.clone(), Json::from(FactType::plain(value)))).collect()
}

/// The rows that clauses raised.
fn raised(subject: &Subject<'_>) -> Vec<Json> {
    let assessment = subject.assessment;
    let rows = assessment.rows.iter().flat_map(|(kind, rows)| {
        rows.raised().iter().enumerate().map(move |(row, raised)| (*kind, rows.record(row), raised))
    });
    let row = |(kind, record, raised): (usize, Option<Arc<Record>>, &Raised)| {
        let clause = subject.rules.clauses().get(raised.clause).map(|clause| clause.name.clone());
        json!({
            "kind": subject.kind_name(kind),
            "id": raised.id,
            "at": raised.at.format("%Y-%m-%dT%H:%M:%S").to_string(),
            "counted_on": raised.counted_on.to_string(),
            "card": assessment.card_of(raised).map(|key| card_key(subject, key)),
            "role": raised.role,
            "clause": clause,
            "root": raised.root,
            "certain": raised.certain,
            "facts": record.map(|record| facts(&record)),
        })
    };
    rows.map(row).collect()
}

fn finding(subject: &Subject<'_>, finding: &Finding) -> Json {
    let (working, reason) = match finding.way() {
        Some(way) => (way.amount().map(formula), way.reason()),
        None => (finding.working().as_deref().map(formula), finding.reason()),
    };
    let outcome = match &finding.outcome() {
        Outcome::Veto { certain } => json!({ "veto": true, "certain": certain }),
        Outcome::Grade { grade, how, certain } => {
            json!({ "grade": grade, "how": grading(*how), "certain": certain })
        }
        Outcome::Entry { account, unit, sign, found, counted } => json!({
            "account": account,
            "unit": unit.code(),
            "direction": direction(*sign),
            "amount": amount::plain(found.least),
            "amount_most": found.most.map(amount::plain),
            "counted": amount::plain(counted.least),
            "counted_most": counted.most.map(amount::plain),
            "certain": finding.is_certain(),
        }),
    };
    let suppressed: Vec<Json> = finding
        .suppressed()
        .iter()
        .map(|part| json!({ "by": { "zh": part.by.zh, "en": part.by.en }, "amount": amount::plain(part.amount) }))
        .collect();
    let mut said = json!({
        "clause": finding.clause(),
        "record_kind": subject.kind_name(finding.kind()),
        "record": finding.record(),
        "at": finding.at().format("%Y-%m-%dT%H:%M:%S").to_string(),
        "role": finding.role(),
        "card": finding.card().map(|key| card_key(subject, key)),
        "outcome": outcome,
        "working": working,
        "reason": reason,
        "suppressed": suppressed,
    });
    if let Some(said) = said.as_object_mut() {
        if finding.is_outside() {
            said.insert("outside".to_owned(), Json::Bool(true));
        }
        if let Some(heir) = finding.in_place_of() {
            said.insert("borne_by".to_owned(), Json::String(heir.name.clone()));
        }
    }
    said
}
