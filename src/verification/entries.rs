//! Entries of a document: each with the one at the same place.

use super::{Difference, Wrong};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a whole entry that are shown.
const SHOWN: usize = 60;

/// Holds a written document against the same document worked out anew.
pub fn compare_json(file: &str, written: &[u8], again: &[u8]) -> Vec<Difference> {
    let whole = |wrong| Difference { file: file.to_owned(), row: None, about: String::new(), wrong };
    let (Ok(old), Ok(new)) = (serde_json::from_slice::<Json>(written), serde_json::from_slice::<Json>(again))
    else {
        return vec![whole(Wrong::Unreadable)];
    };
    let mut differences = Vec::new();
    compare(file, String::new(), (&old, &new), &mut differences);
    if differences.is_empty() && written != again {
        differences.push(whole(Wrong::Bytes));
    }
    differences
}

fn compare(file: &str, at: String, (old, new): (&Json, &Json), differences: &mut Vec<Difference>) {
    let mut note = |about: String, wrong| {
        differences.push(Difference { file: file.to_owned(), row: None, about, wrong });
    };
    match (old, new) {
        (Json::Object(one), Json::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                match (one.get(key), other.get(key)) {
                    (Some(old), Some(new)) => compare(file, at, (old, new), differences),
                    (Some(_), None) => {
                        let wrong = Wrong::Extra;
                        differences.push(Difference { file: file.to_owned(), row: None, about: at, wrong });
                    }
                    _ => {
                        let wrong = Wrong::Missing;
                        differences.push(Difference { file: file.to_owned(), row: None, about: at, wrong });
                    }
                }
            }
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            for (place, pair) in one.iter().zip(other).enumerate() {
                compare(file, format!("{at}[{place}]"), pair, differences);
            }
        }
        (Json::Array(one), Json::Array(other)) => {
            let without = |these: &[Json], those: &[Json]| {
                let mut left: BTreeMap<String, usize> = BTreeMap::new();
                for that in those {
                    let count = left.entry(that.to_string()).or_default();
                    *count = count.saturating_add(1);
                }
                let alone = these.iter().filter(|this| match left.get_mut(&this.to_string()) {
                    Some(count) if *count > 0 => {
                        *count = count.saturating_sub(1);
                        false
                    }
                    _ => true,
                });
                alone.map(shown).collect::<Vec<String>>()
            };
            for entry in without(one, other) {
                note(format!("{at}: {entry}"), Wrong::Extra);
            }
            for entry in without(other, one) {
                note(format!("{at}: {entry}"), Wrong::Missing);
            }
        }
        (old, new) if old != new => {
            let (written, again) = (shown(old), shown(new));
            note(at.clone(), Wrong::Value { column: String::new(), written, again });
        }
        _ => {}
    }
}

fn shown(value: &Json) -> String {
    let text = match value {
        Json::String(text) => text.clone(),
        value => value.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
