//! One entry of a ledger: what was done, by whom, on which day, and the fingerprint of all that came before.

use super::key::{Key, is_signed};
use super::name::is_same_name;
use super::{canonical, merkle};
use crate::calendar::read_day;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::{self, hex};
use crate::language::Text;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The parent of the first entry.
pub const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The keys of an entry, in the order in which they stand.
const KEYS: [&str; 5] = ["body", "hash", "kind", "parent", "seq"];

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// Somebody approved a version of a policy.
    PolicyApproved,
    /// The data of a period were taken in.
    DataImported,
    /// Somebody confirmed vetoes and charges.
    Confirmed,
    /// Cards of a period were sealed.
    AssessmentSealed,
    /// Somebody appealed.
    AppealOpened,
    /// Something was added to an appeal.
    EvidenceAdded,
    /// An appeal was decided.
    AppealDecided,
    /// What a sealed card comes to is adjusted.
    AdjustmentSealed,
    /// Words of whoever keeps the ledger.
    Note,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::PolicyApproved,
        Self::DataImported,
        Self::Confirmed,
        Self::AssessmentSealed,
        Self::AppealOpened,
        Self::EvidenceAdded,
        Self::AppealDecided,
        Self::AdjustmentSealed,
        Self::Note,
    ];

    /// The word in the ledger.
    pub fn code(self) -> &'static str {
        match self {
            Self::PolicyApproved => "policy_approved",
            Self::DataImported => "data_imported",
            Self::Confirmed => "confirmed",
            Self::AssessmentSealed => "assessment_sealed",
            Self::AppealOpened => "appeal_opened",
            Self::EvidenceAdded => "evidence_added",
            Self::AppealDecided => "appeal_decided",
            Self::AdjustmentSealed => "adjustment_sealed",
            Self::Note => "note",
        }
    }

    /// The words for people.
    pub fn title(self) -> Text {
        match self {
            Self::PolicyApproved => Text::new("办法批准", "policy approved"),
            Self::DataImported => Text::new("数据入账", "data imported"),
            Self::Confirmed => Text::new("人工确认", "confirmed"),
            Self::AssessmentSealed => Text::new("考核封存", "assessment sealed"),
            Self::AppealOpened => Text::new("提出申诉", "appeal opened"),
            Self::EvidenceAdded => Text::new("补充证据", "evidence added"),
            Self::AppealDecided => Text::new("申诉决定", "appeal decided"),
            Self::AdjustmentSealed => Text::new("调整封存", "adjustment sealed"),
            Self::Note => Text::new("备注", "note"),
        }
    }

    /// Whether entries of the kind are about a period of a policy.
    pub fn has_period(self) -> bool {
        !matches!(self, Self::PolicyApproved | Self::Note)
    }

    /// Whether entries of the kind seal cards.
    pub fn seals(self) -> bool {
        matches!(self, Self::AssessmentSealed | Self::AdjustmentSealed)
    }

    fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is to be entered.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it is about.
    pub kind: EntryKind,
    /// All of it but for who enters it and when.
    pub body: Map<String, Value>,
}

/// Who enters something, and on which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub by: String,
    /// The public part of the key with which it is signed; without one the name is only claimed.
    pub key: Option<String>,
    /// The day.
    pub on: NaiveDate,
}

impl Author {
    /// Whether an entry is theirs: by the name, or by the key.
    pub fn wrote(&self, entry: &Entry) -> bool {
        is_same_name(&entry.by, &self.by) || (self.key.is_some() && entry.key() == self.key.as_deref())
    }
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// The fingerprint of the entry before.
    pub parent: String,
    /// What it is about.
    pub kind: EntryKind,
    /// Who entered it.
    pub by: String,
    /// On which day.
    pub on: NaiveDate,
    /// All of it, `by` and `on` too.
    pub body: Map<String, Value>,
    /// Its own fingerprint.
    pub hash: String,
}

impl Entry {
    /// The next entry behind one, signed where there is a key.
    pub fn next(
        draft: Draft,
        (by, on, key): (&str, NaiveDate, Option<&Key>),
        (seq, parent): (u64, &str),
    ) -> Self {
        let Draft { kind, mut body } = draft;
        let by = by.to_owned();
        body.insert("by".to_owned(), by.clone().into());
        body.insert("on".to_owned(), on.to_string().into());
        if let Some(key) = key {
            body.insert("key".to_owned(), key.public().into());
            let unsigned = fingerprint(&body, kind.code(), parent, &seq.to_string());
            body.insert("signature".to_owned(), key.sign(&unsigned).into());
        }
        let hash = fingerprint(&body, kind.code(), parent, &seq.to_string());
        Self { seq, parent: parent.to_owned(), kind, by, on, body, hash }
    }

    /// Reads a line.
    ///
    /// # Errors
    /// It is no entry, is not written in the one way, or is not what its fingerprint says.
    pub fn read(line: &[u8]) -> Result<Self, Diagnostic> {
        let text =
            std::str::from_utf8(line).map_err(|_| no_entry("不是 UTF-8 文本", "it is not UTF-8 text"))?;
        let value: Value = serde_json::from_str(text).map_err(|_| no_entry("不是 JSON", "it is no JSON"))?;
        let keys = value.as_object().filter(|keys| keys.len() == KEYS.len());
        let parts = keys.and_then(|keys| {
            let word = |key: &str| keys.get(key)?.as_str();
            Some((
                keys.get("body")?.as_object()?,
                word("hash")?,
                word("kind")?,
                word("parent")?,
                word("seq")?,
            ))
        });
        let Some((body, hash, kind, parent, seq)) = parts else {
            let listed = KEYS.join(", ");
            return Err(no_entry(
                &format!("应恰好有 {listed} 五项"),
                &format!("an entry has {listed} and nothing else"),
            ));
        };
        if canonical(&value) != text {
            let message =
                Text::new("不是规范写法：内容或写法被改动过", "not in canonical form: it was changed");
            return Err(Diagnostic::error("L003", message));
        }
        if fingerprint(body, kind, parent, seq) != hash {
            let message =
                Text::new("内容与指纹不符：被改动过", "not what its fingerprint says: it was changed");
            return Err(Diagnostic::error("L004", message));
        }
        if !is_rightly_signed(body, kind, parent, seq) {
            let message = Text::new("签名不成立", "its signature does not hold");
            return Err(Diagnostic::error("L028", message));
        }
        let word = |key: &str| body.get(key).and_then(Value::as_str);
        let number = seq.parse::<u64>().ok().filter(|number| number.to_string() == seq);
        let day = word("on").and_then(|on| read_day(on).filter(|day| day.to_string() == on));
        let name = word("by").filter(|by| !by.trim_matches(' ').is_empty());
        let known = EntryKind::of(kind).zip(number).zip(name.zip(day));
        let Some(((kind, seq), (by, on))) = known else {
            return Err(no_entry(
                &format!("种类「{kind}」、序号「{seq}」、经办人或日期不成立"),
                &format!("its kind `{kind}`, number `{seq}`, name or day is none"),
            ));
        };
        Ok(Self {
            seq,
            parent: parent.to_owned(),
            kind,
            by: by.to_owned(),
            on,
            body: body.clone(),
            hash: hash.to_owned(),
        })
    }

    /// The line, without its end.
    pub fn line(&self) -> String {
        canonical(&json!({
            "body": self.body,
            "hash": self.hash,
            "kind": self.kind.code(),
            "parent": self.parent,
            "seq": self.seq.to_string(),
        }))
    }

    /// Who entered it, and when.
    pub fn author(&self) -> Author {
        Author { by: self.by.clone(), key: self.key().map(str::to_owned), on: self.on }
    }

    /// The public part of the key with which it is signed; none where the name is only claimed.
    pub fn key(&self) -> Option<&str> {
        self.body.get("key").and_then(Value::as_str)
    }

    /// A text of the body.
    pub fn text(&self, key: &str) -> &str {
        self.body.get(key).and_then(Value::as_str).unwrap_or_default()
    }
}

/// SHA-256 of the canonical form of an entry without its `hash`, in which the root over the members of the body stands for
/// the body: one member can be shown to belong to it without the others.
fn fingerprint(body: &Map<String, Value>, kind: &str, parent: &str, seq: &str) -> String {
    link(&hex(&merkle::root(&members(body))), kind, parent, seq)
}

/// The fingerprint of an entry of which the body is known by its root alone.
pub fn link(body: &str, kind: &str, parent: &str, seq: &str) -> String {
    let plain = canonical(&json!({ "body": body, "kind": kind, "parent": parent, "seq": seq }));
    fingerprint::of(plain)
}

/// The leaves of a body: the canonical form of each member as an object of its own, in the order of the keys.
pub fn members(body: &Map<String, Value>) -> Vec<merkle::Hash> {
    let sorted: BTreeMap<&String, &Value> = body.iter().collect();
    sorted.into_iter().map(|(key, value)| member(key, value)).collect()
}

/// The leaf of a member of a body.
pub fn member(key: &str, value: &Value) -> merkle::Hash {
    merkle::leaf(canonical(&json!({ key: value })).as_bytes())
}

/// Whether an entry has no signature, or one that its key made of everything else in it.
fn is_rightly_signed(body: &Map<String, Value>, kind: &str, parent: &str, seq: &str) -> bool {
    let word = |key: &str| body.get(key).map(|value| value.as_str().unwrap_or_default());
    match (word("key"), word("signature")) {
        (None, None) => true,
        (Some(key), Some(signature)) => {
            let mut unsigned = body.clone();
            unsigned.remove("signature");
            is_signed(&fingerprint(&unsigned, kind, parent, seq), key, signature)
        }
        _ => false,
    }
}

fn no_entry(zh: &str, en: &str) -> Diagnostic {
    Diagnostic::error("L002", Text::new(format!("不是一条记录：{zh}"), format!("not an entry: {en}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        let body = json!({ "text": "第一条" }).as_object().cloned().unwrap();
        let on = read_day("2026-11-03").unwrap();
        Entry::next(Draft { kind: EntryKind::Note, body }, ("HR", on, None), (1, NOTHING_BEFORE))
    }

    #[test]
    fn what_is_written_is_read_again() {
        let line = entry().line();
        assert_eq!(Entry::read(line.as_bytes()).unwrap().line(), line);
    }

    #[test]
    fn every_bit_that_is_turned_over_is_found() {
        let line = entry().line().into_bytes();
        for place in 0..line.len() * 8 {
            let mut turned = line.clone();
            turned[place / 8] ^= 1 << (place % 8);
            assert!(Entry::read(&turned).is_err(), "bit {place}");
        }
    }

    #[test]
    fn another_way_to_write_the_same_is_none() {
        let line = entry().line();
        let spaced = line.replacen(",\"kind\"", ", \"kind\"", 1);
        let numbered = line.replacen("\"seq\":\"1\"", "\"seq\":1", 1);
        let code = |text: &str| Entry::read(text.as_bytes()).map_err(|fault| fault.code).err();
        assert_eq!((code(&spaced), code(&numbered)), (Some("L003"), Some("L002")));
    }
}
