//! What entries of a ledger say of a book, held against the book as it is now.

use super::appeal::amendments;
use super::approve::approvals;
use super::confirm::cards_of;
use super::name::is_same;
use super::row::CARDS;
use super::{Cards, Closing, fault, figures};
use crate::diagnostic::{Diagnostic, Place};
use crate::fingerprint::hex;
use crate::language::Text;
use crate::ledger::{Entry, EntryKind};
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
    for (place, entry) in entries.iter().enumerate() {
        let is_own = entry.text("policy") == policy && entry.text("period") == period;
        if !(is_own && entry.kind.seals()) {
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
    let imports = || closing.entries(all, EntryKind::DataImported);
    let inputs = closing.files.digest_of_all();
    let is_known = imports().any(|entry| entry.text("inputs") == inputs);
    let last = imports().last().map(|entry| entry.seq);
    for entry in sealings {
        let place = all.iter().position(|own| own.seq == entry.seq).unwrap_or_default();
        let before = all.get(..place).unwrap_or_default();
        let Some(data) = rests_on(closing, entry, before) else {
            check.faults.push(no_data(entry));
            continue;
        };
        // files that nobody took in are held against what was taken in last: what they change is named
        let is_own = if is_known { data.text("inputs") == inputs } else { Some(data.seq) == last };
        if !is_own {
            check.of_other_files.push(entry.seq);
            continue;
        }
        check.looked.push(entry.seq);
        let (policy, changed) = (closing.other_policy(entry), closing.other_cards(entry));
        check.faults.extend(wrongly_approved(entry, before));
        // of a result that is another one, nothing else can be said
        if changed.is_empty() && policy.is_none() {
            check.faults.extend(closing.other_members(entry));
            check.faults.extend(closing.wrongly_confirmed(entry, before));
        }
        check.faults.extend(policy);
        check.faults.extend(changed);
    }
    check
}

/// The import that an entry says it rests on.
fn rests_on<'e>(closing: &Closing<'_>, entry: &Entry, before: &'e [Entry]) -> Option<&'e Entry> {
    let data = entry.text("data");
    closing.entries(before, EntryKind::DataImported).find(|own| own.seq.to_string() == data)
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
            let is_same = said.get("leaf").and_then(Value::as_str) == Some(&hex(&row.hash()));
            let mut parts = Vec::new();
            // of a card that stays as it was, the figures are those of before
            if !stays(said) {
                differing("", &without_origin(said), &figures::settled(card).into(), &mut parts);
            }
            if is_same && parts.is_empty() {
                continue;
            }
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

    /// Where every card is as it was, what else an entry says that does not come out again.
    fn other_members(&self, entry: &Entry) -> Vec<Diagnostic> {
        let names: Cards = cards_of(entry).map(|(card, _)| card).collect();
        let Some(again) = self.said_again(entry, &names) else { return Vec::new() };
        let seq = entry.seq;
        let differs = again.iter().filter(|(key, value)| {
            // another version of this program is no difference, as long as it comes to the same
            *key != "engine" && entry.body.get(*key) != Some(*value)
        });
        differs
            .map(|(key, _)| {
                let (zh, en) = match key.as_str() {
                    "root" => (
                        "各卡的数相同，认定事项的内容不同",
                        "every card is as it was, and what was found is not",
                    ),
                    _ => ("所记与重算不同", "is not what comes out again"),
                };
                fault("L019", format!("第 {seq} 条 {key}：{zh}"), format!("entry {seq}, {key}: {en}"))
            })
            .collect()
    }

    /// What an entry that seals these cards must say, but for who wrote it.
    fn said_again(&self, entry: &Entry, names: &Cards) -> Option<Map<String, Value>> {
        let cards = self.subject.assessment.scorecards.iter().zip(&self.cards);
        let (fresh, rest): (Vec<_>, Vec<_>) = cards.partition(|(_, row)| row.is_of(names));
        let open: Vec<_> = rest.into_iter().filter(|(_, row)| !row.is_final()).collect();
        let number = |key: &str| entry.text(key).parse::<u64>().ok();
        let again = self.body((&fresh, &open), (number("approval")?, number("data")?));
        let mut again = again.as_object().cloned()?;
        if entry.kind == EntryKind::AdjustmentSealed {
            // an adjustment says of its cards what they replace, too
            let kept = [
                "policy", "version", "period", "approval", "data", "book", "pack", "result", "root", "leaves",
            ];
            again.retain(|key, _| kept.contains(&key.as_str()));
        }
        Some(again)
    }

    /// That what an entry seals was not confirmed before.
    fn wrongly_confirmed(&self, entry: &Entry, before: &[Entry]) -> Option<Diagnostic> {
        let (seq, names) = (entry.seq, cards_of(entry).map(|(card, _)| card).collect());
        self.not_confirmed(before, &names).map(|fault| {
            let Text { zh, en } = &fault.message;
            let message = Text::new(format!("第 {seq} 条：{zh}"), format!("entry {seq}: {en}"));
            Diagnostic { message, help: None, ..fault }
        })
    }
}

/// That the policy of an entry was not approved before by somebody else.
fn wrongly_approved(entry: &Entry, before: &[Entry]) -> Option<Diagnostic> {
    let is_same =
        |own: &Entry| is_same(&own.by, &entry.by) || (own.key().is_some() && own.key() == entry.key());
    let approved = approvals(before, entry.text("pack"));
    let named = approved.iter().any(|own| own.seq.to_string() == entry.text("approval") && !is_same(own));
    let seq = entry.seq;
    (!named).then(|| {
        fault(
            "L011",
            format!("第 {seq} 条：所依据的办法并非由他人事先批准"),
            format!("entry {seq}: its policy was not approved before, by somebody else"),
        )
    })
}

/// Whether an entry lets a card stay as it was.
fn stays(said: &Value) -> bool {
    said.get("stays").and_then(Value::as_bool).unwrap_or_default()
}

/// The figures of a card as an entry says them, without what they came from.
pub(super) fn without_origin(said: &Value) -> Value {
    let kept = said.as_object().into_iter().flatten();
    let kept = kept.filter(|(key, _)| !["differences", "replaces", "stays"].contains(&key.as_str()));
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
