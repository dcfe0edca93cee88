//! The fingerprint of what was read.

use crate::fact::FactType;
use crate::intake::{Book, Intake};
use crate::organisation::Organisation;
use crate::policy::Pack;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// SHA-256 over what was read, independent of the order of rows, columns and files.
pub(super) fn digest_of(
    book: &Book,
    pack: &Pack,
    organisation: &Organisation,
    tables: &BTreeMap<String, Intake>,
) -> String {
    let mut lines: Vec<String> = Vec::new();
    for kind in &pack.policy.kinds {
        let Some(intake) = tables.get(&kind.name) else { continue };
        for row in intake.rows.iter() {
            let mut facts: Vec<String> = kind
                .schema
                .names()
                .zip(&row.values)
                .map(|(name, value)| format!("{name}={}", FactType::plain(value)))
                .collect();
            facts.extend(row.roles.iter().map(|(role, held)| format!("{role}:{}", held.join(","))));
            facts.sort();
            lines.push(format!("{}\u{1f}{}", kind.name, facts.join("\u{1f}")));
        }
        lines.push(format!("{} {} {}", intake.read, intake.outside, intake.set_aside.len()));
        lines.extend(intake.set_aside.iter().map(|aside| format!("set aside {}", aside.id)));
    }
    lines.extend(organisation.members().map(|member| format!("{member:?}")));
    lines.extend(organisation.posts().iter().map(|post| format!("{post:?}")));
    lines.sort();
    let mut digest = Sha256::new();
    digest.update(format!("{}\n{}\n", book.period.code(), book.as_of));
    for line in lines {
        digest.update(line.as_bytes());
        digest.update(b"\n");
    }
    crate::document::hex(&digest.finalize())
}
