//! What entries of a ledger say of a book, held against the book as it is now.

use super::appeal::amendments;
use super::confirm::cards_of;
use super::row::CARDS;
use super::{Cards, Closing, fault, figures};
use crate::diagnostic::{Diagnostic, Place};
use crate::fingerprint::hex;
use crate::ledger::{Entry, EntryKind, merkle};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What entries say of a book, held against it.
#[derive(Clone, Debug, Default)]
pub struct Check {
    /// The entries that were looked at.
    pub looked: Vec<u64>,
    /// Those that rest on other files, which must be at hand to look at them.
    pub of_other_files: Vec<u64>,
    /// Everything that differs.
    pub faults: Vec<Diagnostic>,
}

/// The entries about a period of a policy that seal or adjust something, in groups that rest on the same decisions; each with
/// how many entries there were before it.
pub fn sealings<'e>(entries: &'e [Entry], policy: &str, period: &str) -> Vec<(usize, Vec<&'e Entry>)> {
    let mut groups: Vec<(usize, Vec<&Entry>)> = Vec::new();
    let mut known = None;
    let kinds = [EntryKind::AssessmentSealed, EntryKind::AdjustmentSealed];
    for (place, entry) in entries.iter().enumerate() {
        let is_own = entry.text("policy") == policy && entry.text("period") == period;
        if !(is_own && kinds.contains(&entry.kind)) {
            continue;
        }
        let decided = Some(amendments(entries.get(..place).unwrap_or_default(), policy, period));
        match groups.last_mut().filter(|_| known == decided) {
            Some((_, group)) => group.push(entry),
            None => groups.push((place, vec![entry])),
        }
        known = decided;
    }
    groups
}

/// Holds an assessment, made with what was decided before them, against entries that seal or adjust it.
pub fn check(closing: &Closing<'_>, all: &[Entry], sealings: &[&Entry]) -> Check {
    let mut check = Check::default();
    let last = closing.entries(all, EntryKind::DataImported).last();
    for entry in sealings {
        let data = entry.text("data");
        if last.is_some_and(|last| last.seq.to_string() != data) {
            check.of_other_files.push(entry.seq);
            continue;
        }
        check.looked.push(entry.seq);
        check.faults.extend(closing.other_policy(entry));
        let changed = closing.other_cards(entry);
        if changed.is_empty() {
            check.faults.extend(closing.other_root(entry));
        }
        check.faults.extend(changed);
    }
    check
}

/// The files of a book that are not those that were taken in last.
pub fn other_files(closing: &Closing<'_>, entries: &[Entry]) -> Vec<Diagnostic> {
    let last = closing.entries(entries, EntryKind::DataImported).last();
    last.map(|entry| closing.other_files(entry)).unwrap_or_default()
}

impl Closing<'_> {
    /// The files that are not those that were taken in.
    fn other_files(&self, entry: &Entry) -> Vec<Diagnostic> {
        let seq = entry.seq;
        let empty = Map::new();
        let written = entry.body.get("files").and_then(Value::as_object).unwrap_or(&empty);
        let now = json!(self.files.all());
        let mut faults = Vec::new();
        for (purpose, files) in written {
            for (file, digest) in files.as_object().into_iter().flatten() {
                let found = now.get(purpose).and_then(|files| files.get(file));
                if found == Some(digest) {
                    continue;
                }
                let (zh, en) = match found {
                    Some(_) => ("内容与当时不同", "is not what it was"),
                    None => ("现在没有这个文件", "is not there now"),
                };
                let fault = fault("L018", format!("{zh}（第 {seq} 条）"), format!("{en} (entry {seq})"));
                faults.push(fault.at(Place::File { file: format!("{purpose}/{file}") }));
            }
        }
        let known =
            |purpose: &str, file: &str| written.get(purpose).is_some_and(|files| files.get(file).is_some());
        for (purpose, files) in self.files.all() {
            for file in files.keys().filter(|file| !known(purpose, file)) {
                let fault = fault(
                    "L018",
                    format!("当时没有这个文件（第 {seq} 条）"),
                    format!("was not there (entry {seq})"),
                );
                faults.push(fault.at(Place::File { file: format!("{purpose}/{file}") }));
            }
        }
        faults
    }

    fn other_policy(&self, entry: &Entry) -> Option<Diagnostic> {
        let (seq, version) = (entry.seq, entry.text("version"));
        (entry.text("pack") != self.digests.pack).then(|| {
            fault(
                "L018",
                format!("办法不是第 {seq} 条封存时的那一版（{version}）"),
                format!("the policy is not the one ({version}) by which entry {seq} is sealed"),
            )
        })
    }

    /// The cards that come to something else, each figure with what it was and is.
    fn other_cards(&self, entry: &Entry) -> Vec<Diagnostic> {
        let assessment = self.subject.assessment;
        let cards = assessment.scorecards.iter().zip(&self.cards);
        let now: BTreeMap<(&str, &str), _> = cards.map(|(card, row)| (row.card(), (card, row))).collect();
        let mut faults = Vec::new();
        for ((kind, subject), said) in cards_of(entry) {
            let seq = entry.seq;
            let Some((card, row)) = now.get(&(kind.as_str(), subject.as_str())) else {
                faults.push(fault(
                    "L019",
                    format!("{subject}：第 {seq} 条封存的卡，现在没有了"),
                    format!("{subject}: entry {seq} seals a card that is not there now"),
                ));
                continue;
            };
            if said.get("leaf").and_then(Value::as_str) == Some(&hex(&row.hash())) {
                continue;
            }
            let mut parts = Vec::new();
            differing("", &without_origin(said), &figures::settled(card).into(), &mut parts);
            let is_open = !row.is_final();
            let zh = parts.iter().map(|(name, was, is)| format!("{name} 封存为 {was}，现为 {is}"));
            let en = parts.iter().map(|(name, was, is)| format!("{name} was sealed as {was} and is {is}"));
            let (mut zh, mut en) = (zh.collect::<Vec<_>>().join("；"), en.collect::<Vec<_>>().join("; "));
            if parts.is_empty() {
                (zh, en) = (format!("{CARDS} 的该行不同"), format!("its row of {CARDS} differs"));
            }
            if is_open {
                (zh, en) = (format!("{zh}；现在待定"), format!("{en}; it is open now"));
            }
            faults.push(fault(
                "L019",
                format!("{subject}（第 {seq} 条）：{zh}"),
                format!("{subject} (entry {seq}): {en}"),
            ));
        }
        faults
    }

    /// Where every card is as it was, and something behind one is not.
    fn other_root(&self, entry: &Entry) -> Option<Diagnostic> {
        let names: Cards = cards_of(entry).map(|(card, _)| card).collect();
        let cards = self.cards.iter().filter(|row| row.is_of(&names)).map(super::Row::hash);
        let leaves: Vec<merkle::Hash> = cards.chain(self.behind(&names).map(|leaf| leaf.hash)).collect();
        let seq = entry.seq;
        (hex(&merkle::root(&leaves)) != entry.text("root")).then(|| {
            fault(
                "L019",
                format!("第 {seq} 条：各卡的数相同，认定事项的内容不同"),
                format!("entry {seq}: every card is as it was, and what was found is not"),
            )
        })
    }
}

/// The figures of a card as an entry says them, without what they came from.
pub(super) fn without_origin(said: &Value) -> Value {
    let kept = said.as_object().into_iter().flatten();
    let kept = kept.filter(|(key, _)| !["differences", "replaces"].contains(&key.as_str()));
    kept.map(|(key, one)| (key.clone(), one.clone())).collect::<Map<_, _>>().into()
}

/// The texts in which two values differ, by their names.
pub(super) fn differing(name: &str, was: &Value, is: &Value, parts: &mut Vec<(String, String, String)>) {
    if let (Value::Object(was), Value::Object(is)) = (was, is) {
        for (key, was) in was.iter().filter(|(key, _)| key.as_str() != "leaf") {
            differing(key, was, is.get(key).unwrap_or(&Value::Null), parts);
        }
    } else if was != is {
        let plain = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => "—".to_owned(),
            other => other.to_string(),
        };
        parts.push((name.to_owned(), plain(was), plain(is)));
    }
}
