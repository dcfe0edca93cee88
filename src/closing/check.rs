//! What entries of a ledger say of a book, held against the book as it is now.

use super::adjust::adjust;
use super::appeal::{Claim, amendments, appeal, decide_again, evidence_again};
use super::approve::approve;
use super::confirm::{cards_of, confirm, root_of};
use super::seal::{seal, too_early};
use super::{Card, CardName, Closing, Step, fault, figures};
use crate::diagnostic::{Diagnostic, Place};
use crate::language::Text;
use crate::ledger::{Draft, Entry, EntryKind};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

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

/// Entries about a period of a policy that rest on the same decisions, and how many entries there were before the first of
/// them.
#[derive(Clone, Debug)]
pub struct Group<'e> {
    /// How many entries there were before.
    pub before: usize,
    /// The entries.
    pub entries: Vec<&'e Entry>,
}

impl<'e> Group<'e> {
    /// Those of the entries that seal or adjust cards.
    pub fn sealings(&self) -> impl Iterator<Item = &'e Entry> {
        self.entries.iter().copied().filter(|entry| entry.kind.seals())
    }
}

/// The entries about a period of a policy, in groups that rest on the same decisions. The last group is that of now: where
/// something was decided behind everything else, it is empty.
pub fn groups<'e>(entries: &'e [Entry], policy: &str, period: &str) -> Vec<Group<'e>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = None;
    for (before, entry) in entries.iter().enumerate() {
        let has_period = entry.kind.has_period() && entry.text("period") == period;
        if entry.text("policy") != policy || !(has_period || entry.kind == EntryKind::PolicyApproved) {
            continue;
        }
        let decided = Some(amendments(entries.get(..before).unwrap_or_default(), policy, period));
        match groups.last_mut().filter(|_| known == decided) {
            Some(group) => group.entries.push(entry),
            None => groups.push(Group { before, entries: vec![entry] }),
        }
        known = decided;
    }
    if known != Some(amendments(entries, policy, period)) {
        groups.push(Group { before: entries.len(), entries: Vec::new() });
    }
    groups
}

/// Holds an assessment, made with what was decided before them, against entries: what each says is done again behind the
/// entries before it, and must come to the same.
pub fn check(closing: &Closing<'_>, all: &[Entry], group: &Group<'_>) -> Check {
    let mut check = Check::default();
    let imports = || closing.entries(all, EntryKind::DataImported);
    let inputs = closing.files.digest_of_all();
    let is_known = imports().any(|entry| entry.text("inputs") == inputs);
    let last = imports().last().map(|entry| entry.seq);
    for entry in &group.entries {
        let before = all.get(..all.iter().position(|own| own.seq == entry.seq).unwrap_or_default());
        let before = before.unwrap_or_default();
        let is_own = match closing.rests_on(entry, before) {
            Rests::Nowhere => {
                check.faults.push(no_data(entry));
                continue;
            }
            Rests::Elsewhere => continue,
            Rests::Nothing => true,
            Rests::On(data) if is_known => data.text("inputs") == inputs,
            // files that nobody took in are held against what was taken in last: what they change is named
            Rests::On(data) => Some(data.seq) == last && entry.kind.seals(),
        };
        if !is_own {
            check.of_other_files.push(entry.seq);
            continue;
        }
        check.looked.push(entry.seq);
        let (policy, changed) = (closing.other_policy(entry), closing.other_cards(entry));
        // of a result that is another one, nothing else can be said
        if changed.is_empty() && policy.is_none() {
            check.faults.extend(closing.unlike(entry, before));
        }
        check.faults.extend(policy);
        check.faults.extend(changed);
    }
    check
}

/// On which import of the data an entry rests.
enum Rests<'e> {
    /// On this one.
    On(&'e Entry),
    /// It says one that is none.
    Nowhere,
    /// Its kind rests on no data.
    Nothing,
    /// It is about another version of the policy.
    Elsewhere,
}

fn no_data(entry: &Entry) -> Diagnostic {
    let (seq, data) = (entry.seq, entry.text("data"));
    fault(
        "L019",
        format!("第 {seq} 条所依据的第 {data} 条不是它之前的数据入账"),
        format!("entry {seq} rests on entry {data}, which is no import of its data before it"),
    )
}

/// The files of a book that are not those that were taken in last; none where any import is of these files.
pub fn other_files(closing: &Closing<'_>, entries: &[Entry]) -> Vec<Diagnostic> {
    let inputs = closing.files.digest_of_all();
    let mut imports = closing.entries(entries, EntryKind::DataImported);
    if imports.any(|entry| entry.text("inputs") == inputs) {
        return Vec::new();
    }
    let last = closing.entries(entries, EntryKind::DataImported).last();
    last.map(|entry| closing.other_files(entry)).unwrap_or_default()
}

impl Closing<'_> {
    fn rests_on<'e>(&self, entry: &'e Entry, before: &'e [Entry]) -> Rests<'e> {
        match entry.kind {
            EntryKind::PolicyApproved if entry.text("pack") != self.digests.pack => Rests::Elsewhere,
            EntryKind::PolicyApproved | EntryKind::EvidenceAdded | EntryKind::Note => Rests::Nothing,
            EntryKind::DataImported => Rests::On(entry),
            _ => {
                let data = entry.text("data");
                let mut imports = self.entries(before, EntryKind::DataImported);
                imports.find(|own| own.seq.to_string() == data).map_or(Rests::Nowhere, Rests::On)
            }
        }
    }

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
        (entry.kind.seals() && entry.text("pack") != self.digests.pack).then(|| {
            fault(
                "L018",
                format!("办法不是第 {seq} 条封存时的那一版（{version}）"),
                format!("the policy is not the one ({version}) by which entry {seq} is sealed"),
            )
        })
    }

    /// The cards that come to something else, each figure with what it was and is.
    fn other_cards(&self, entry: &Entry) -> Vec<Diagnostic> {
        let now: BTreeMap<CardName, Card<'_>> = self.cards().map(|card| (card.name(), card)).collect();
        let (mut faults, seq) = (Vec::new(), entry.seq);
        let mut cards: BTreeMap<String, usize> = BTreeMap::new();
        for ((_, subject), _) in cards_of(entry) {
            let count = cards.entry(subject).or_default();
            *count = count.saturating_add(1);
        }
        let called = |name: &CardName| self.called(name, cards.get(&name.1).is_some_and(|count| *count > 1));
        for (name, said) in cards_of(entry).filter(|_| entry.kind.seals()) {
            let Some(card) = now.get(&name) else {
                let whose = called(&name);
                faults.push(fault(
                    "L019",
                    format!("{}：第 {seq} 条封存的卡，现在没有了", whose.zh),
                    format!("{}: entry {seq} seals a card that is not there now", whose.en),
                ));
                continue;
            };
            let mut parts = Vec::new();
            // of a card that stays as it was, the figures are those of before
            if !stays(said) {
                differing("", &without_origin(said), &figures::settled(card.score).into(), &mut parts);
            }
            if root_of(said) == card.root && parts.is_empty() {
                continue;
            }
            let is_open = !card.row.is_final();
            let zh = parts.iter().map(|(name, was, is)| format!("{name} 封存为 {was}，现为 {is}"));
            let en = parts.iter().map(|(name, was, is)| format!("{name} was sealed as {was} and is {is}"));
            let (mut zh, mut en) = (zh.collect::<Vec<_>>().join("；"), en.collect::<Vec<_>>().join("; "));
            if parts.is_empty() {
                (zh, en) = (
                    "数相同，所依据的事项或该行的其他内容不同".to_owned(),
                    "its figures are as they were, and what stands behind them or else on its row is not"
                        .to_owned(),
                );
            }
            if is_open {
                (zh, en) = (format!("{zh}；现在待定"), format!("{en}; it is open now"));
            }
            let whose = called(&name);
            faults.push(fault(
                "L019",
                format!("{}（第 {seq} 条）：{zh}", whose.zh),
                format!("{} (entry {seq}): {en}", whose.en),
            ));
        }
        faults
    }

    /// A card by its subject; of a subject with several, by its kind too.
    fn called(&self, (kind, subject): &CardName, has_several: bool) -> Text {
        let title = self.subject.pack.policy.kind(kind).map(|(_, kind)| kind.title.clone());
        match title.filter(|_| has_several) {
            Some(title) => Text::new(format!("{subject} {}", title.zh), format!("{subject} {}", title.en)),
            None => Text::same(subject),
        }
    }

    /// What an entry says that does not come out when it is done again, by the same person and behind the same entries.
    fn unlike(&self, entry: &Entry, before: &[Entry]) -> Vec<Diagnostic> {
        let seq = entry.seq;
        let again = match self.again(entry, before) {
            Ok(Step::Adds(body)) => body,
            Ok(Step::Stands(other)) => {
                return vec![fault(
                    "L019",
                    format!("第 {seq} 条：所记的内容此前已在第 {other} 条"),
                    format!("entry {seq}: what it says stood in entry {other} before"),
                )];
            }
            Err(faults) => return faults.into_iter().map(|fault| of_entry(seq, fault)).collect(),
        };
        let said: Map<String, Value> =
            entry.body.iter().filter(|(key, _)| is_worked_out(key)).map(owned).collect();
        let again = again.iter().filter(|(key, _)| is_worked_out(key)).map(owned).collect();
        let mut parts = Vec::new();
        differing("", &Value::Object(said), &Value::Object(again), &mut parts);
        let unlike = parts.into_iter().map(|(key, said, is)| {
            fault(
                "L019",
                format!("第 {seq} 条 {key}：所记为 {said}，重做得 {is}"),
                format!("entry {seq}, {key}: it says {said}, and done again it is {is}"),
            )
        });
        unlike.collect()
    }

    /// The body of an entry as it would be, were it entered once more behind the same entries.
    fn again(&self, entry: &Entry, before: &[Entry]) -> Result<Step<Map<String, Value>>, Vec<Diagnostic>> {
        let who = entry.author();
        let one = |draft: Draft| vec![draft];
        let drafts = match entry.kind {
            EntryKind::PolicyApproved => approve(self.subject.pack, before, &who).map(one),
            EntryKind::DataImported => match self.imported(before) {
                Some(same) => Step::Stands(same.seq),
                None => match too_early(self, &who) {
                    Some(fault) => return Err(vec![fault]),
                    None => Step::Adds(one(self.import())),
                },
            },
            EntryKind::Confirmed => confirm(self, before, &who)?.map(|(drafts, _)| drafts),
            EntryKind::AssessmentSealed => seal(self, before, &who, false)?.map(|sealing| sealing.drafts),
            EntryKind::AppealOpened => appeal(self, before, &who, Claim::of(entry))?.map(one),
            EntryKind::EvidenceAdded => evidence_again(before, entry)?.map(one),
            EntryKind::AppealDecided => Step::Adds(one(decide_again(self, before, entry)?)),
            EntryKind::AdjustmentSealed => {
                let said = (&who, entry.text("takes_effect"), entry.text("reason"));
                adjust(self, before, Some(said))?.map(|adjusting| adjusting.drafts)
            }
            EntryKind::Note => Step::Adds(Vec::new()),
        };
        Ok(drafts.map(|drafts| drafts.into_iter().last().map(|draft| draft.body).unwrap_or_default()))
    }
}

/// Whether a member of a body is worked out: who wrote it is not, and another version of this program is no difference, as
/// long as it comes to the same.
fn is_worked_out(key: &str) -> bool {
    !["by", "on", "key", "signature", "engine"].contains(&key)
}

fn owned((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}

/// A fault with the entry in which it is.
fn of_entry(seq: u64, fault: Diagnostic) -> Diagnostic {
    let Text { zh, en } = &fault.message;
    let message = Text::new(format!("第 {seq} 条：{zh}"), format!("entry {seq}: {en}"));
    Diagnostic { message, help: None, ..fault }
}

/// Whether an entry lets a card stay as it was.
fn stays(said: &Value) -> bool {
    said.get("stays").and_then(Value::as_bool).unwrap_or_default()
}

/// The figures of a card as an entry says them, without what they came from.
pub(super) fn without_origin(said: &Value) -> Value {
    let kept = said.as_object().into_iter().flatten();
    let kept = kept.filter(|(key, _)| !["root", "differences", "replaces", "stays"].contains(&key.as_str()));
    kept.map(|(key, one)| (key.clone(), one.clone())).collect::<Map<_, _>>().into()
}

/// The texts in which two values differ, by their names.
pub(super) fn differing(name: &str, was: &Value, is: &Value, parts: &mut Vec<(String, String, String)>) {
    if let (Value::Object(was), Value::Object(is)) = (was, is) {
        let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        for key in keys {
            let value = |of: &Map<String, Value>| of.get(key).cloned().unwrap_or(Value::Null);
            differing(key, &value(was), &value(is), parts);
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
