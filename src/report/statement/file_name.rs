//! File names out of codes. A code is kept where it is a name on every system and no other code comes to the same one;
//! else what can stand of it is followed by a part of its SHA-256.

use crate::fingerprint;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;

/// Letters of a name that are kept; with its ending it fits every file system, also where a letter has four bytes.
const LONGEST: usize = 48;
/// Hexadecimal digits that tell names apart.
const DIGITS: usize = 16;
/// Names that Windows keeps for itself, whatever comes behind a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// The same, each with a digit.
const PORTS: [&str; 2] = ["com", "lpt"];

/// The file names of a set of codes.
pub(super) struct FileNames {
    /// How many codes come to the same name where letters of either case are one.
    alike: BTreeMap<String, usize>,
}

impl FileNames {
    pub(super) fn of<'c>(codes: impl Iterator<Item = &'c str>) -> Self {
        let mut alike: BTreeMap<String, usize> = BTreeMap::new();
        for code in codes {
            let count = alike.entry(folded(code)).or_default();
            *count = count.saturating_add(1);
        }
        Self { alike }
    }

    /// The name for a code, without the ending.
    pub(super) fn of_code(&self, code: &str) -> String {
        let is_alone = self.alike.get(&folded(code)).is_none_or(|count| *count < 2);
        if is_alone && is_plain(code) {
            return code.to_owned();
        }
        let kept: String =
            code.chars().map(|letter| if is_kept(letter) { letter } else { '_' }).take(LONGEST).collect();
        let digest: String = fingerprint::of(code).chars().take(DIGITS).collect();
        format!("{kept}-{digest}")
    }
}

/// As a file system sees it that does not tell upper case from lower, nor one way of writing a letter from another.
fn folded(code: &str) -> String {
    code.nfkc().flat_map(char::to_lowercase).collect()
}

fn is_kept(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-' || letter == '_'
}

/// Whether a code is a file name as it stands.
fn is_plain(code: &str) -> bool {
    let lower = folded(code);
    let is_port = PORTS.iter().any(|port| {
        lower
            .strip_prefix(port)
            .is_some_and(|rest| rest.chars().count() == 1 && rest.chars().all(char::is_numeric))
    });
    !code.is_empty()
        && code.chars().count() <= LONGEST
        && code.chars().all(is_kept)
        && !code.starts_with('-')
        && !DEVICES.contains(&lower.as_str())
        && !is_port
        && !is_numbered(code)
}

/// Whether a code looks like a name that was made here.
fn is_numbered(code: &str) -> bool {
    code.rsplit_once('-')
        .is_some_and(|(_, end)| end.len() == DIGITS && end.chars().all(|letter| letter.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn names(codes: &[&str]) -> Vec<String> {
        let names = FileNames::of(codes.iter().copied());
        codes.iter().map(|code| names.of_code(code)).collect()
    }

    #[test]
    fn an_ordinary_code_is_its_own_name() {
        for code in ["P042", "E1", "张三", "a-b_c", "2026"] {
            assert_eq!(names(&[code]), [code]);
        }
    }

    #[test]
    fn no_code_leaves_the_folder_or_means_something_to_a_system() {
        let long = "长".repeat(400);
        for code in [
            "../x",
            "..",
            ".",
            "",
            "/etc/passwd",
            "C:\\x",
            "a/b",
            "CON",
            "con",
            "nul",
            "Lpt1",
            "COM９",
            "a.b",
            "a b",
            "a\0b",
            "x\u{202e}y",
            "-rf",
            "*?",
            &long,
        ] {
            let [name] = &names(&[code])[..] else { panic!() };
            assert!(name.chars().all(is_kept), "{code:?} → {name}");
            assert!(is_numbered(name) && name.len() < 250 && !name.starts_with('.'), "{code:?} → {name}");
        }
    }

    #[test]
    fn no_two_codes_have_one_file_on_any_system() {
        // case, full width, composed and decomposed letters, what is replaced, and a name made here
        let codes = ["p1", "P1", "Ｐ1", "é", "e\u{301}", "a/b", "a\\b", "a_b", "../x", "x"];
        let made = names(&["a/b"]).remove(0);
        let all: Vec<&str> = codes.iter().copied().chain([made.as_str()]).collect();
        let names = names(&all);
        let distinct: BTreeSet<String> = names.iter().map(|name| folded(name)).collect();
        assert_eq!(distinct.len(), all.len(), "{names:?}");
    }
}
