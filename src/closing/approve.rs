//! Somebody approves a version of a policy, before anything is sealed by it.

use super::{Step, draft};
use crate::ledger::{Author, Draft, Entry, EntryKind};
use crate::policy::Pack;
use serde_json::json;

/// The entry by which somebody approves a pack as it stands.
pub fn approve(pack: &Pack, entries: &[Entry], who: &Author) -> Step<Draft> {
    let own = approvals(entries, &pack.digest);
    let is_same = |entry: &&Entry| entry.by == who.by && entry.key() == who.key.as_deref();
    if let Some(entry) = own.into_iter().find(is_same) {
        return Step::Stands(entry.seq);
    }
    let policy = &pack.policy;
    let body = json!({
        "policy": policy.id,
        "version": policy.version,
        "from": policy.from.to_string(),
        "pack": pack.digest,
    });
    Step::Adds(draft(EntryKind::PolicyApproved, body))
}

/// The approvals of a pack of that fingerprint.
pub(super) fn approvals<'e>(entries: &'e [Entry], pack: &str) -> Vec<&'e Entry> {
    let is_own = |entry: &&Entry| entry.kind == EntryKind::PolicyApproved && entry.text("pack") == pack;
    entries.iter().filter(is_own).collect()
}
