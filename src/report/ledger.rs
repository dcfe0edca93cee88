//! A ledger in words: its entries in a table, and one of them whole.

use super::{Digests, Ledgered, Report, Table};
use crate::amount::Unit;
use crate::fingerprint::short;
use crate::intake::is_invisible;
use crate::language::{Language, Text};
use crate::ledger::{Entry, EntryKind, Head};
use serde_json::Value;

/// The entries, a line each.
pub fn ledger_log(entries: &[Entry], head: &Head, language: Language) -> Report {
    let mut report = Report::default();
    let headings = match language {
        Language::Zh => ["序号", "日期", "种类", "经办", "内容", "指纹"],
        Language::En => ["entry", "day", "kind", "by", "what", "fingerprint"],
    };
    let rows = entries.iter().map(|entry| {
        let behind = vec![what(entry, language), short(&entry.hash).to_owned()];
        [log_row(entry, language), behind].concat()
    });
    report.table(Table {
        headings: headings.map(str::to_owned).to_vec(),
        numeric: vec![true],
        rows: rows.collect(),
        ..Table::default()
    });
    report.gap();
    report.line(language.pick(
        "经办一栏：有密钥的由签名证明，其余为自报，未经证明",
        "by: whoever has a key signed; every other name is claimed, not proven",
    ));
    report.line(head_line(head, language));
    report
}

/// With what a line about an entry begins: its number, its day, its kind, and who entered it.
pub(super) fn log_row(entry: &Entry, language: Language) -> Vec<String> {
    vec![
        entry.seq.to_string(),
        entry.on.to_string(),
        entry.kind.title().get(language).to_owned(),
        signed(&entry.by, entry.key(), language),
    ]
}

/// Words with whatever would do something to a terminal spelt out.
pub(super) fn visible(words: &str) -> String {
    let sign = |sign: char| match sign.is_control() || is_invisible(sign) {
        true => sign.escape_unicode().to_string(),
        false => sign.to_string(),
    };
    words.chars().map(sign).collect()
}

/// A name, and whether it is proven.
pub fn signed(by: &str, key: Option<&str>, language: Language) -> String {
    let by = visible(by);
    match key {
        Some(key) => {
            language.pick(format!("{by}（密钥 {}）", short(key)), format!("{by} (key {})", short(key)))
        }
        None => language.pick(format!("{by}（自报）"), format!("{by} (claimed)")),
    }
}

/// Where a ledger stands.
pub fn head_line(head: &Head, language: Language) -> String {
    let (seq, hash) = (head.seq, &head.hash);
    if hash.is_empty() {
        return language.pick(
            format!("台账共 {seq} 行，末行不是一条记录"),
            format!("{seq} lines; the last one is no entry"),
        );
    }
    match language {
        Language::Zh => format!("台账共 {seq} 条，末条指纹 {hash}"),
        Language::En if seq == 1 => format!("1 entry; the head is {hash}"),
        Language::En => format!("{seq} entries; the head is {hash}"),
    }
}

/// Where the ledger stood when something was written, and what of it is about the period; nothing where none was given.
pub(super) fn ledger_line(digests: &Digests, language: Language) -> Option<String> {
    let Ledgered { head, sealed, adjusted, .. } = digests.ledger.as_ref()?;
    let entries = sealed.iter().map(u64::to_string).collect::<Vec<_>>();
    let head = head_line(head, language);
    if entries.is_empty() {
        return Some(
            language.pick(format!("本期尚未封存 · {head}"), format!("not sealed yet · ledger: {head}")),
        );
    }
    let mut said = language.pick(
        format!("本期由台账第 {} 条封存", entries.join("、")),
        format!("sealed by entry {}", entries.join(", ")),
    );
    for (entry, effect) in adjusted {
        let effect = visible(effect);
        said.push_str(&language.pick(
            format!("，第 {entry} 条调整（计入 {effect}）"),
            format!(", adjusted by entry {entry} (in effect in {effect})"),
        ));
    }
    Some(format!("{said}{}{head}", language.pick(" · ", " · ledger: ")))
}

/// An entry, member by member.
pub fn ledger_entry(entry: &Entry, language: Language) -> Report {
    let mut report = Report::default();
    let (seq, on, title) = (entry.seq, entry.on, entry.kind.title());
    let by = signed(&entry.by, entry.key(), language);
    report.line(language.pick(
        format!("第 {seq} 条 · {} · {on} · {by}", title.zh),
        format!("entry {seq} · {} · {on} · {by}", title.en),
    ));
    report.line(format!("  hash    {}", entry.hash));
    report.line(format!("  parent  {}", entry.parent));
    report.gap();
    let mut rows = Vec::new();
    let mut body = entry.body.clone();
    body.retain(|key, _| key != "by" && key != "on");
    flat(String::new(), &Value::Object(body), &mut rows);
    report.table(Table { indent: 2, rows, ..Table::default() });
    report
}

/// Appeals, each with the last decision on it, where there is one.
pub fn ledger_appeals(appeals: &[(&Entry, Option<&Entry>)], language: Language) -> Report {
    let mut report = Report::default();
    let headings = match language {
        Language::Zh => ["编号", "日期", "考核期", "对象", "记录", "申诉人", "结果", "决定", "经办"],
        Language::En => {
            ["appeal", "day", "period", "subject", "record", "by", "outcome", "decision", "decided by"]
        }
    };
    let rows = appeals.iter().map(|(opened, decision)| {
        let undecided = language.pick("待决定", "undecided");
        let of = |key: &str| visible(opened.text(key));
        vec![
            opened.seq.to_string(),
            opened.on.to_string(),
            format!("{} {}", of("policy"), of("period")),
            of("subject"),
            of("record"),
            signed(&opened.by, opened.key(), language),
            decision.map_or(undecided, |own| outcome(own.text("outcome"), language)).to_owned(),
            decision.map(|own| format!("{} · {}", own.seq, own.on)).unwrap_or_default(),
            decision.map(|own| signed(&own.by, own.key(), language)).unwrap_or_default(),
        ]
    });
    report.table(Table {
        headings: headings.map(str::to_owned).to_vec(),
        numeric: vec![true],
        rows: rows.collect(),
        ..Table::default()
    });
    report.gap();
    report
}

/// Lines for an auditor to fill in, the first of them headings. The cells are those of the data files.
pub fn worksheet_csv(rows: &[Vec<String>]) -> Vec<u8> {
    super::files::write(rows)
}

/// The entries as a table for other programs.
pub fn ledger_csv(entries: &[Entry]) -> Vec<u8> {
    let headings = ["seq", "on", "kind", "by", "policy", "period", "what", "hash", "parent"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    rows.extend(entries.iter().map(|entry| {
        let cells = [
            entry.seq.to_string(),
            entry.on.to_string(),
            entry.kind.code().to_owned(),
            visible(&entry.by),
            entry.text("policy").to_owned(),
            entry.text("period").to_owned(),
            what(entry, Language::En),
            entry.hash.clone(),
            entry.parent.clone(),
        ];
        cells.iter().map(|cell| super::files::safe(cell).into_owned()).collect()
    }));
    super::files::write(&rows)
}

/// What an entry comes to, in a few words.
pub(super) fn what(entry: &Entry, language: Language) -> String {
    let text = |key: &str| entry.text(key);
    let (about, appeal) = (format!("{} {}", text("policy"), text("period")), text("appeal"));
    let said = match entry.kind {
        EntryKind::PolicyApproved => {
            Text::same(format!("{} {} · {}", text("policy"), text("version"), short(text("pack"))))
        }
        EntryKind::DataImported => {
            let (read, judged, book) = (text("read"), text("judged"), short(text("book")));
            Text::new(
                format!("{about} · 读入 {read}，已判 {judged} · {book}"),
                format!("{about} · {read} read, {judged} judged · {book}"),
            )
        }
        EntryKind::Confirmed => {
            let cards = cards(entry, "cards");
            Text::new(
                format!("{about} · {cards} 张卡的扣款与否决"),
                format!("{about} · charges and vetoes of {cards} cards"),
            )
        }
        EntryKind::AssessmentSealed => {
            let (sealed, open) = (cards(entry, "cards"), cards(entry, "provisional"));
            let (charged, vetoed) = (money(text("charged"), language), text("vetoed"));
            Text::new(
                format!("{about} · {sealed} 张卡，扣款 {charged}，否决 {vetoed}；待定 {open} 张"),
                format!("{about} · {sealed} cards, {charged} charged, {vetoed} vetoed; {open} open"),
            )
        }
        EntryKind::AppealOpened => {
            let (subject, record, until) = (text("subject"), text("record"), text("until"));
            Text::new(
                format!("{about} · {subject} 就 {record} 申诉，期限至 {until}"),
                format!("{about} · {subject} against {record}, until {until}"),
            )
        }
        EntryKind::EvidenceAdded => {
            let files = entry.body.get("evidence").and_then(Value::as_object).into_iter().flatten();
            let files = files.map(|(name, _)| name.as_str());
            let words = std::iter::once(text("text")).filter(|words| !words.is_empty()).chain(files);
            let words = words.collect::<Vec<_>>().join(", ");
            Text::new(format!("补充第 {appeal} 条：{words}"), format!("to entry {appeal}: {words}"))
        }
        EntryKind::AppealDecided => {
            let (outcome, reason) = (outcome(text("outcome"), language), text("reason"));
            Text::new(
                format!("{about} · 第 {appeal} 条{outcome}：{reason}"),
                format!("{about} · entry {appeal} {outcome}: {reason}"),
            )
        }
        EntryKind::AdjustmentSealed => {
            let (cards, effect, reason) = (cards(entry, "cards"), text("takes_effect"), text("reason"));
            Text::new(
                format!("{about} · 调整 {cards} 张卡，计入 {effect}：{reason}"),
                format!("{about} · {cards} cards adjusted, in effect in {effect}: {reason}"),
            )
        }
        EntryKind::Note => Text::same(text("text")),
    };
    visible(said.get(language))
}

/// How many cards an entry names under a key.
fn cards(entry: &Entry, key: &str) -> usize {
    let kinds = entry.body.get(key).and_then(Value::as_object).into_iter().flatten();
    let counts = kinds.filter_map(|(_, cards)| cards.as_object()).map(serde_json::Map::len);
    counts.fold(0_usize, usize::saturating_add)
}

/// An amount as reports show it.
fn money(plain: &str, language: Language) -> String {
    plain.parse().map_or_else(|_| plain.to_owned(), |amount| Unit::Yuan.show(amount, language))
}

/// How an appeal ended.
fn outcome(code: &str, language: Language) -> &str {
    match code {
        "upheld" => language.pick("成立，该行不计", "upheld"),
        "amended" => language.pick("更正事实", "amended"),
        "rejected" => language.pick("驳回", "rejected"),
        "withdrawn" => language.pick("撤回", "withdrawn"),
        other => other,
    }
}

/// The members of a value, each under its way of keys.
fn flat(way: String, value: &Value, rows: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(all) => {
            for (key, one) in all {
                let way = if way.is_empty() { key.clone() } else { format!("{way} / {key}") };
                // a card is one line
                let is_card = one.get("root").is_some() || one.get("waits_for").is_some();
                if is_card { rows.push(vec![way, words(one)]) } else { flat(way, one, rows) }
            }
        }
        other => rows.push(vec![way, words(other)]),
    }
}

/// A value in one line.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => visible(text),
        Value::Array(all) => all.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(all) => {
            let shown = all.iter().filter(|(key, _)| key.as_str() != "root");
            shown.map(|(key, one)| format!("{key} {}", words(one))).collect::<Vec<_>>().join(" · ")
        }
        other => other.to_string(),
    }
}
