//! What can be said of the entries of a ledger without any book: whether each rests on what it says it rests on, whether those
//! who wrote them may, and whether what is adjusted adds up.

use super::adjust::differences;
use super::confirm::{cards_of, root_of};
use super::{CardName, fault};
use crate::calendar::Period;
use crate::diagnostic::Diagnostic;
use crate::fingerprint;
use crate::intake::is_invisible;
use crate::ledger::{Author, Entry, EntryKind, canonical};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The entries so far, as far as later ones rest on them.
#[derive(Debug, Default)]
pub struct Procedure {
    /// Who approved which pack of which policy, by the number of the entry.
    approvals: BTreeMap<u64, (Author, String, String)>,
    months: BTreeMap<(String, String), Month>,
}

/// What is known of a period of a policy.
#[derive(Debug, Default)]
struct Month {
    imports: BTreeSet<u64>,
    /// Who confirmed, sealed or adjusted something.
    assessed: Vec<(u64, Author)>,
    /// Whether anything is sealed.
    is_sealed: bool,
    confirmed: BTreeMap<CardName, String>,
    /// What stands of each card, and since which entry.
    standing: BTreeMap<CardName, (Value, u64)>,
    appeals: BTreeMap<u64, Appeal>,
    decisions: Vec<(u64, Author)>,
}

#[derive(Debug)]
struct Appeal {
    by: Author,
    about: [String; 3],
    decided: Option<(u64, String)>,
}

type Said = Result<(), (String, String)>;

fn says(zh: impl Into<String>, en: impl Into<String>) -> Said {
    Err((zh.into(), en.into()))
}

impl Procedure {
    /// Takes the next entry, and tells what is wrong with it.
    pub fn take(&mut self, entry: &Entry) -> Vec<Diagnostic> {
        let seq = entry.seq;
        let said = [name(entry), day(entry), self.enter(entry)];
        let wrong = said.into_iter().filter_map(Result::err);
        wrong.map(|(zh, en)| fault("L033", format!("第 {seq} 条{zh}"), format!("entry {seq} {en}"))).collect()
    }

    fn enter(&mut self, entry: &Entry) -> Said {
        if entry.kind == EntryKind::Note {
            return Ok(());
        }
        let word = |key: &str| entry.text(key).to_owned();
        if word("policy").is_empty() || (entry.kind.has_period() && word("period").is_empty()) {
            return says("没有写明是哪个办法、哪一期的", "does not say of which policy and period it is");
        }
        if entry.kind == EntryKind::PolicyApproved {
            self.approvals.insert(entry.seq, (entry.author(), word("policy"), word("pack")));
            return Ok(());
        }
        let approved = self.approved(entry);
        let effect = self.takes_effect(entry);
        let month = self.months.entry((word("policy"), word("period"))).or_default();
        match entry.kind {
            EntryKind::DataImported => month.import(entry),
            EntryKind::Confirmed => month.rests(entry).and(month.confirm(entry)),
            EntryKind::AssessmentSealed => approved.and(month.rests(entry)).and(month.seal(entry)),
            EntryKind::AdjustmentSealed => {
                approved.and(effect).and(month.rests(entry)).and(month.adjust(entry)).and(month.seal(entry))
            }
            EntryKind::AppealOpened => month.rests(entry).and(month.open(entry)),
            EntryKind::EvidenceAdded => month.add(entry),
            EntryKind::AppealDecided => month.decide(entry),
            EntryKind::PolicyApproved | EntryKind::Note => Ok(()),
        }
    }

    /// That the policy was approved before, by somebody else.
    fn approved(&self, entry: &Entry) -> Said {
        let approval = self.approvals.get(&number(entry, "approval"));
        let (policy, pack) = (entry.text("policy"), entry.text("pack"));
        let is_free = approval.is_some_and(|(author, own_policy, own_pack)| {
            (own_policy.as_str(), own_pack.as_str()) == (policy, pack) && !author.wrote(entry)
        });
        if is_free || !entry.kind.seals() {
            return Ok(());
        }
        says("所依据的办法并非由他人事先批准", "rests on no approval of its policy before, by somebody else")
    }

    /// That an adjustment takes effect in a later period, of which nothing was sealed before.
    fn takes_effect(&self, entry: &Entry) -> Said {
        let (policy, effect) = (entry.text("policy").to_owned(), entry.text("takes_effect").to_owned());
        let own = Period::parse(entry.text("period"));
        let later = Period::parse(&effect).filter(|later| later.code() == effect);
        if own.zip(later).is_none_or(|(own, later)| later.first <= own.last) {
            return says(
                format!("计入的「{effect}」不是以后的一期"),
                format!("takes effect in `{effect}`, which is no later period"),
            );
        }
        if self.months.get(&(policy, effect.clone())).is_some_and(|month| month.is_sealed) {
            return says(
                format!("计入的 {effect} 已经封存"),
                format!("takes effect in {effect}, which was sealed before"),
            );
        }
        Ok(())
    }
}

impl Month {
    fn import(&mut self, entry: &Entry) -> Said {
        self.imports.insert(entry.seq);
        let files = entry.body.get("files").cloned().unwrap_or_else(|| json!({}));
        if fingerprint::of(canonical(&files)) == entry.text("inputs") {
            return Ok(());
        }
        says(
            "的 inputs 不是所列各文件的指纹",
            "has `inputs` that are not the fingerprint of the files it lists",
        )
    }

    /// That an entry rests on an import before it.
    fn rests(&self, entry: &Entry) -> Said {
        let data = entry.text("data");
        if self.imports.contains(&number(entry, "data")) {
            return Ok(());
        }
        says(
            format!("所依据的第 {data} 条不是它之前的数据入账"),
            format!("rests on entry {data}, which is no import of its data before it"),
        )
    }

    fn confirm(&mut self, entry: &Entry) -> Said {
        if self.took_part(entry) {
            return says("由参与申诉的人确认", "is confirmed by whoever took part in an appeal");
        }
        self.assessed.push((entry.seq, entry.author()));
        self.confirmed.extend(cards_of(entry).map(|(card, said)| (card, root_of(said).to_owned())));
        Ok(())
    }

    /// That every card that was confirmed is sealed as it was confirmed last.
    fn seal(&mut self, entry: &Entry) -> Said {
        self.is_sealed |= entry.kind == EntryKind::AssessmentSealed;
        self.assessed.push((entry.seq, entry.author()));
        let mut other = None;
        for (card, said) in cards_of(entry) {
            if self.confirmed.get(&card).is_some_and(|root| root != root_of(said)) {
                other.get_or_insert_with(|| card.1.clone());
            }
            if entry.kind == EntryKind::AssessmentSealed && self.standing.contains_key(&card) {
                other.get_or_insert_with(|| card.1.clone());
            }
            self.standing.insert(card, (said.clone(), entry.seq));
        }
        match other {
            None => Ok(()),
            Some(subject) => says(
                format!("封存的「{subject}」不是所确认的那张卡，或此前已经封存"),
                format!(
                    "seals a card of `{subject}` that is not the one that was confirmed, or was sealed before"
                ),
            ),
        }
    }

    /// That an adjustment replaces what stood, and differs from it by what it says.
    fn adjust(&self, entry: &Entry) -> Said {
        if self.took_part(entry) {
            return says("由参与申诉的人调整", "is adjusted by whoever took part in an appeal");
        }
        let decisions: Vec<Value> = self.decisions.iter().map(|(seq, _)| seq.to_string().into()).collect();
        if entry.body.get("decisions") != Some(&Value::from(decisions)) {
            return says("所依据的决定不是此前的全部决定", "does not rest on all decisions before it");
        }
        for (card, said) in cards_of(entry) {
            let subject = &card.1;
            let Some((was, seq)) = self.standing.get(&card) else {
                return says(
                    format!("调整的「{subject}」没有封存过"),
                    format!("adjusts a card of `{subject}` that was never sealed"),
                );
            };
            let is_rightly_replaced = said.get("replaces").and_then(Value::as_str) == Some(&seq.to_string());
            if !is_rightly_replaced || said.get("differences") != Some(&differences(was, said).into()) {
                return says(
                    format!("对「{subject}」的调整与第 {seq} 条所记接不上"),
                    format!("adjusts a card of `{subject}` by what does not lead from entry {seq} to it"),
                );
            }
        }
        if cards_of(entry).next().is_none() {
            return says("没有调整任何卡", "adjusts no card");
        }
        Ok(())
    }

    /// Whether whoever wrote an entry appealed or decided before.
    fn took_part(&self, entry: &Entry) -> bool {
        let mut people = self
            .appeals
            .values()
            .map(|appeal| &appeal.by)
            .chain(self.decisions.iter().map(|(_, author)| author));
        people.any(|author| author.wrote(entry))
    }

    fn open(&mut self, entry: &Entry) -> Said {
        let subject = entry.text("subject");
        self.appeals.insert(entry.seq, Appeal { by: entry.author(), about: about(entry), decided: None });
        let against = number(entry, "against");
        let is_sealed = self.standing.iter().any(|((_, own), (_, seq))| own == subject && *seq >= against);
        let until = entry.text("until").parse::<NaiveDate>().ok();
        if !is_sealed || against == 0 || against >= entry.seq {
            return says(
                format!("针对的「{subject}」没有封存"),
                format!("is against `{subject}`, of whom nothing was sealed before"),
            );
        }
        if until.is_none_or(|until| entry.on > until) {
            return says("已过所写的申诉期限", "is of a day after the last one it gives itself");
        }
        Ok(())
    }

    fn add(&self, entry: &Entry) -> Said {
        match self.appeals.get(&number(entry, "appeal")) {
            Some(appeal) if appeal.decided.is_none() => Ok(()),
            _ => says("补充的申诉不存在或已有决定", "adds to an appeal that is none, or is decided"),
        }
    }

    fn decide(&mut self, entry: &Entry) -> Said {
        self.decisions.push((entry.seq, entry.author()));
        let about = about(entry);
        let Some(appeal) =
            self.appeals.get_mut(&number(entry, "appeal")).filter(|appeal| appeal.about == about)
        else {
            return says("所决定的申诉不存在", "decides an appeal that is none");
        };
        let before = appeal.decided.replace((entry.seq, entry.text("outcome").to_owned()));
        if entry.text("outcome") == "withdrawn" {
            if appeal.by.wrote(entry) && before.is_none_or(|(_, outcome)| outcome != "withdrawn") {
                return Ok(());
            }
            return says(
                "撤回的不是申诉人本人，或已撤回",
                "takes back what somebody else appealed, or was taken back before",
            );
        }
        let instead = before.as_ref().map(|(seq, _)| seq.to_string()).unwrap_or_default();
        if entry.text("instead_of") != instead || before.is_some_and(|(_, outcome)| outcome == "withdrawn") {
            return says("所决定的申诉此前已有决定", "decides an appeal that was decided before");
        }
        if appeal.by.wrote(entry) || self.assessed.iter().any(|(_, author)| author.wrote(entry)) {
            return says(
                "由申诉人或参与考核的人决定",
                "is decided by whoever appealed or took part in the assessment",
            );
        }
        Ok(())
    }
}

/// That the name is one that the program itself would take.
fn name(entry: &Entry) -> Said {
    let by = &entry.by;
    if by.trim().is_empty() || !by.chars().any(char::is_alphanumeric) || by.chars().any(is_invisible) {
        return says("的经办人不是姓名", "has a name that is none");
    }
    Ok(())
}

/// That nothing is taken in or sealed before the day as of which it is assessed; and that what is sealed says by which program.
fn day(entry: &Entry) -> Said {
    let is_due = matches!(entry.kind, EntryKind::DataImported | EntryKind::AssessmentSealed);
    let as_of = entry.text("as_of");
    if is_due && as_of.parse::<NaiveDate>().map_or(true, |as_of| entry.on < as_of) {
        return says(
            format!("早于考核截至日 {as_of}"),
            format!("is of a day before {as_of}, as of which it is assessed"),
        );
    }
    if entry.kind.seals() && entry.text("engine").is_empty() {
        return says("没有写明由哪个程序写出", "does not say which program wrote it");
    }
    Ok(())
}

/// Whose card an appeal or a decision is about, and which row.
fn about(entry: &Entry) -> [String; 3] {
    ["subject", "record_kind", "record"].map(|key| entry.text(key).to_owned())
}

fn number(entry: &Entry, key: &str) -> u64 {
    entry.text(key).parse().unwrap_or_default()
}
