//! What somebody takes away to prove a figure without the ledger and without the figures of others: the rows of one subject,
//! their ways to the root, the root's way to its entry, and the entry's to the head.

use super::check::groups;
use super::confirm::cards_of;
use super::row::Row;
use super::{Cards, Closing, fault, sealable};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::hex;
use crate::language::Text;
use crate::ledger::{Entry, EntryKind, Head, is_signed, link, member, members, merkle, unhex};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the schema.
const SCHEMA: &str = "renze.proof/1";
/// The members of an entry that a proof shows, where it has them.
const SHOWN: [&str; 13] = [
    "as_of",
    "by",
    "engine",
    "key",
    "leaves",
    "on",
    "pack",
    "period",
    "policy",
    "reason",
    "root",
    "signature",
    "takes_effect",
];
/// Those that every sealing entry has.
const NEEDED: [&str; 8] = ["by", "engine", "leaves", "on", "pack", "period", "policy", "root"];

/// How many members the body of an entry of the kind has, unsigned: by that a key cannot be left out unseen.
fn count(kind: EntryKind) -> usize {
    if kind == EntryKind::AdjustmentSealed { 17 } else { 22 }
}

/// An object that has these keys and no others.
fn only<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v Map<String, Value>> {
    let object = value.as_object()?;
    (object.len() == keys.len() && keys.iter().all(|key| object.contains_key(*key))).then_some(object)
}

/// A number as it is written in the one way.
fn plain<N: std::str::FromStr + ToString>(value: &Value, key: &str) -> Option<N> {
    let text = value.get(key)?.as_str()?;
    text.parse::<N>().ok().filter(|number| number.to_string() == text)
}

/// A proof that was checked.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Whose rows are proven.
    pub subject: String,
    /// What each entry seals of them.
    pub sealed: Vec<Sealed>,
    /// The last entry that the proof reaches.
    pub head: Head,
}

/// What an entry seals of a subject.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The number of the entry.
    pub seq: u64,
    /// Whether it adjusts.
    pub is_adjustment: bool,
    /// The rows.
    pub rows: Vec<Row>,
    /// What the entry says.
    shown: BTreeMap<String, String>,
}

impl Sealed {
    /// What the sealing entry says under a key of its body; blank where it says nothing.
    pub fn says(&self, key: &str) -> &str {
        self.shown.get(key).map_or("", String::as_str)
    }
}

/// Makes the proof of the cards of a subject from the entries by which they were sealed or adjusted last.
///
/// # Errors
/// None is sealed, or the assessment is not the one that was sealed.
pub fn prove(
    closing: &Closing<'_>,
    entries: &[Entry],
    (sealing, subject): (&[&Entry], &str),
) -> Result<Value, Vec<Diagnostic>> {
    let Some(first) = sealing.first() else { return Err(vec![not_sealed(subject)]) };
    let from = usize::try_from(first.seq.saturating_sub(1)).unwrap_or(usize::MAX);
    let links = entries
        .iter()
        .skip(from)
        .map(|entry| json!({ "kind": entry.kind.code(), "body": hex(&merkle::root(&members(&entry.body))) }));
    let links: Vec<Value> = links.collect();
    let sealed: Vec<Value> =
        sealing.iter().map(|entry| closing.sealed_by(entry, subject)).collect::<Result<_, _>>()?;
    let head = entries.last().map_or("", |entry| entry.hash.as_str());
    Ok(json!({
        "schema": SCHEMA,
        "subject": subject,
        "sealed": sealed,
        "first": { "seq": first.seq.to_string(), "parent": first.parent },
        "links": links,
        "head": { "seq": entries.len().to_string(), "hash": head },
    }))
}

/// That no card of a subject is sealed.
pub(super) fn not_sealed(subject: &str) -> Diagnostic {
    fault(
        "L015",
        format!("台账中没有封存「{subject}」的卡"),
        format!("no card of `{subject}` is sealed in the ledger"),
    )
}

/// The entries by which cards of a subject were sealed or adjusted last, and how many entries there were before them.
pub fn sealing_of<'e>(
    entries: &'e [Entry],
    (policy, period): (&str, &str),
    subject: &str,
) -> (usize, Vec<&'e Entry>) {
    let has_own = |entry: &&Entry| cards_of(entry).any(|((_, own), _)| own == subject);
    let groups = groups(entries, policy, period).into_iter();
    let mut own = groups.map(|group| (group.before, group.sealings().filter(has_own).collect::<Vec<_>>()));
    let mut last = (0, Vec::new());
    own.by_ref().filter(|(_, group)| !group.is_empty()).for_each(|found| last = found);
    last
}

impl Closing<'_> {
    /// What an entry seals of a subject, each row with its way to the root.
    fn sealed_by(&self, entry: &Entry, subject: &str) -> Result<Value, Vec<Diagnostic>> {
        let cards: Cards = cards_of(entry).map(|(card, _)| card).collect();
        let (mut leaves, mut own) = (Vec::new(), Vec::new());
        for row in sealable(self.subject).map_err(unreadable)?.filter(|row| row.is_of(&cards)) {
            if row.card().1 == subject {
                own.push((leaves.len(), row.clone()));
            }
            leaves.push(row.hash());
        }
        if hex(&merkle::root(&leaves)) != entry.text("root") {
            let seq = entry.seq;
            return Err(vec![fault(
                "L016",
                format!("这次考核与第 {seq} 条封存的不是同一结果"),
                format!("this assessment is not what entry {seq} seals"),
            )]);
        }
        let rows: Vec<Value> = own
            .iter()
            .map(|(place, row)| {
                let mut said = row.value();
                if let Some(said) = said.as_object_mut() {
                    said.insert("place".to_owned(), place.to_string().into());
                    said.insert("path".to_owned(), hexes(&merkle::path(&leaves, *place)));
                }
                said
            })
            .collect();
        Ok(json!({
            "seq": entry.seq.to_string(),
            "body": hexes(&members(&entry.body)),
            "members": shown(entry),
            "rows": rows,
        }))
    }
}

/// The members of an entry that a proof shows, each with its place among the leaves of the body.
fn shown(entry: &Entry) -> Map<String, Value> {
    let keys = entry.body.keys().collect::<BTreeSet<_>>().into_iter().zip(0_usize..);
    let own = keys.filter(|(key, _)| SHOWN.contains(&key.as_str()));
    let said = own.filter_map(|(key, place)| {
        let value = entry.body.get(key)?;
        Some((key.clone(), json!({ "value": value, "place": place.to_string() })))
    });
    said.collect()
}

fn hexes(path: &[merkle::Hash]) -> Value {
    path.iter().map(|hash| Value::from(hex(hash))).collect()
}

pub(super) fn unreadable(error: std::io::Error) -> Vec<Diagnostic> {
    vec![fault("L017", format!("读不出考核结果：{error}"), format!("the results cannot be read: {error}"))]
}

/// Checks a proof by itself.
///
/// # Errors
/// Something in it does not lead to its head.
pub fn check_proof(proof: &Value) -> Result<Proof, Diagnostic> {
    checked(proof).ok_or_else(|| {
        let message = fault(
            "L017",
            "这份证明不成立：所示各行推不到台账末条".to_owned(),
            "the proof does not hold: what it shows does not lead to the head of the ledger".to_owned(),
        );
        message.help(Text::new("文件被改动过或不完整", "the file was changed, or is not whole"))
    })
}

/// The proof, where everything in it leads to its head.
fn checked(proof: &Value) -> Option<Proof> {
    let text = |value: &'_ Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    only(proof, &["schema", "subject", "sealed", "first", "links", "head"])?;
    if text(proof, "schema")? != SCHEMA {
        return None;
    }
    let (first, head) = (proof.get("first")?, proof.get("head")?);
    only(first, &["seq", "parent"])?;
    only(head, &["seq", "hash"])?;
    let from = plain::<u64>(first, "seq")?;
    let links = proof.get("links")?.as_array()?;
    let (mut seq, mut parent) = (from, text(first, "parent")?);
    let mut parents = Vec::new();
    for next in links {
        only(next, &["kind", "body"])?;
        parents.push(parent.clone());
        parent = link(&text(next, "body")?, &text(next, "kind")?, &parent, &seq.to_string());
        seq = seq.checked_add(1)?;
    }
    let head = Head { seq: plain(head, "seq")?, hash: text(head, "hash")? };
    if head != (Head { seq: seq.checked_sub(1)?, hash: parent }) {
        return None;
    }
    let subject = text(proof, "subject")?;
    let mut all: Vec<Sealed> = Vec::new();
    for sealed in proof.get("sealed")?.as_array()? {
        only(sealed, &["seq", "body", "members", "rows"])?;
        let own = plain(sealed, "seq").filter(|own| all.last().is_none_or(|last| last.seq < *own))?;
        let place = usize::try_from(own.checked_sub(from)?).ok()?;
        let (at, parent) = (links.get(place)?, parents.get(place)?);
        let kind = text(at, "kind")?;
        let kind = EntryKind::ALL.into_iter().find(|known| known.seals() && known.code() == kind)?;
        let shown = members_of(sealed, &unhex(&text(at, "body")?)?, (kind, parent, own))?;
        let rows = rows_of(sealed, (&unhex(shown.get("root")?)?, shown.get("leaves")?), &subject)?;
        all.push(Sealed { seq: own, is_adjustment: kind == EntryKind::AdjustmentSealed, rows, shown });
    }
    let has_rows = all.iter().any(|sealed| !sealed.rows.is_empty());
    has_rows.then_some(Proof { subject, sealed: all, head })
}

/// What an entry says: the leaves of its body lead to the root, every member shown is one of them, and where it is signed
/// the signature holds of all the others.
fn members_of(
    sealed: &Value,
    root: &merkle::Hash,
    (kind, parent, seq): (EntryKind, &str, u64),
) -> Option<BTreeMap<String, String>> {
    let leaves = sealed.get("body")?.as_array()?.iter();
    let leaves: Vec<merkle::Hash> = leaves.map(|leaf| unhex(leaf.as_str()?)).collect::<Option<_>>()?;
    (merkle::root(&leaves) == *root).then_some(())?;
    let (mut says, mut signed_at) = (BTreeMap::new(), None);
    for (key, said) in sealed.get("members")?.as_object()? {
        only(said, &["value", "place"])?;
        let value = said.get("value")?;
        let place: usize = plain(said, "place")?;
        (SHOWN.contains(&key.as_str()) && *leaves.get(place)? == member(key, value)).then_some(())?;
        if key == "signature" {
            signed_at = Some(place);
        }
        says.insert(key.clone(), value.as_str()?.to_owned());
    }
    NEEDED.iter().all(|key| says.contains_key(*key)).then_some(())?;
    let is_adjustment = kind == EntryKind::AdjustmentSealed;
    let is_told = says.contains_key("takes_effect") && says.contains_key("reason");
    (is_told == is_adjustment).then_some(())?;
    let unsigned = count(kind);
    match (says.get("key"), says.get("signature"), signed_at) {
        (None, None, _) if leaves.len() == unsigned => Some(says),
        (Some(key), Some(signature), Some(place)) if leaves.len().checked_sub(2) == Some(unsigned) => {
            let rest = leaves.iter().enumerate().filter(|(own, _)| *own != place);
            let rest: Vec<merkle::Hash> = rest.map(|(_, leaf)| *leaf).collect();
            let unsigned = link(&hex(&merkle::root(&rest)), kind.code(), parent, &seq.to_string());
            is_signed(&unsigned, key, signature).then_some(says)
        }
        _ => None,
    }
}

/// The rows of a subject, where each leads to the root.
fn rows_of(sealed: &Value, (root, leaves): (&merkle::Hash, &str), subject: &str) -> Option<Vec<Row>> {
    let leaves: usize = leaves.parse().ok()?;
    let (mut rows, mut places) = (Vec::new(), BTreeSet::new());
    for said in sealed.get("rows")?.as_array()? {
        only(said, &["file", "row", "place", "path"])?;
        let cells = said.get("row")?.as_object()?.iter();
        let cells = cells.map(|(heading, cell)| Some((heading.clone(), cell.as_str()?.to_owned())));
        let row = Row { file: said.get("file")?.as_str()?.to_owned(), cells: cells.collect::<Option<_>>()? };
        // shown twice, a row would count twice with whoever adds them up
        let is_new = places.insert(plain::<usize>(said, "place")?);
        (is_new && row.card().1 == subject && climbed(row.hash(), said, leaves)? == *root).then_some(())?;
        rows.push(row);
    }
    Some(rows)
}

/// The root to which a leaf leads by the way that is said.
fn climbed(leaf: merkle::Hash, said: &Value, count: usize) -> Option<merkle::Hash> {
    let place = said.get("place")?.as_str()?.parse().ok()?;
    let path = said.get("path")?.as_array()?.iter();
    let path: Vec<merkle::Hash> = path.map(|hash| unhex(hash.as_str()?)).collect::<Option<_>>()?;
    merkle::climb(leaf, (place, count), &path)
}
