//! What stands where in `policy.toml`: the pack itself keeps what is declared, and not whether it was written.

use crate::diagnostic::{Faults, Place};
use crate::policy::Pack;
use std::collections::{BTreeMap, BTreeSet};

/// The facts, roles and accounts of every kind as they are written.
#[derive(Default)]
pub(super) struct Declared {
    entries: BTreeMap<[String; 3], Entry>,
    kinds: BTreeMap<String, BTreeSet<String>>,
}

struct Entry {
    place: Place,
    keys: BTreeSet<String>,
}

impl Declared {
    /// Of a pack, read once more.
    pub(super) fn of(pack: &Pack) -> Self {
        let mut declared = Self::default();
        pack.manifest.parse(&Faults::default(), |document| {
            for kind in &pack.policy.kinds {
                let Some(section) = document.named(&kind.name).and_then(|entry| entry.section()) else {
                    continue;
                };
                declared.kinds.insert(kind.name.clone(), section.keys().into_iter().collect());
                for table in ["facts", "roles", "accounts"] {
                    for entry in section.section(table).map(|table| table.entries()).unwrap_or_default() {
                        let keys = entry.section().map(|section| section.keys()).unwrap_or_default();
                        let place = name_of(entry.place(), entry.name());
                        let key = [kind.name.clone(), table.to_owned(), entry.name().to_owned()];
                        declared.entries.insert(key, Entry { place, keys: keys.into_iter().collect() });
                    }
                }
            }
        });
        declared
    }

    /// Where an entry of a kind's table stands.
    pub(super) fn place(&self, kind: &str, table: &str, name: &str) -> Option<Place> {
        self.entry(kind, table, name).map(|entry| entry.place.clone())
    }

    /// Whether an entry of a kind's table has a key.
    pub(super) fn says(&self, kind: &str, table: &str, name: &str, key: &str) -> bool {
        self.entry(kind, table, name).is_some_and(|entry| entry.keys.contains(key))
    }

    /// Whether a kind has a key.
    pub(super) fn has(&self, kind: &str, key: &str) -> bool {
        self.kinds.get(kind).is_some_and(|keys| keys.contains(key))
    }

    fn entry(&self, kind: &str, table: &str, name: &str) -> Option<&Entry> {
        self.entries.get(&[kind, table, name].map(str::to_owned))
    }
}

/// The name before a value, where both stand on one line.
fn name_of(place: Place, name: &str) -> Place {
    match place {
        Place::Line { file, line, excerpt, .. } if excerpt.trim_start().starts_with(name) => {
            let indent = excerpt.chars().take_while(|character| character.is_whitespace()).count();
            let (column, length) = (indent.saturating_add(1), name.chars().count());
            Place::Line { file, line, column, length, excerpt }
        }
        place => place,
    }
}
