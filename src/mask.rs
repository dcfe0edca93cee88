//! Keyed pseudonyms: who is meant can only be told by whoever has the key, and the same person is the same in every
//! report under one key.

use crate::diagnostic::Diagnostic;
use crate::language::Text;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What separates this use of a key from any other.
const PURPOSE: &str = "renze.mask/1";
/// The signs of a pseudonym: no two look alike (Crockford's base 32).
const SIGNS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];
/// How many signs: fifty bits, so that two of a hundred thousand people share one in a case of two hundred thousand.
const LENGTH: usize = 10;
/// The shortest key, in bytes: a shorter one can be found by trying.
const SHORTEST: usize = 16;

/// Pseudonyms of people, and of whatever text else might say who is meant.
#[derive(Clone)]
pub struct Mask {
    keyed: Hmac<Sha256>,
    persons: BTreeMap<String, String>,
    open: BTreeSet<String>,
}

impl Mask {
    /// A mask for these people under a key, which leaves the other codes as they are.
    ///
    /// # Errors
    /// The key is too short, or two people would have the same pseudonym.
    pub fn new(
        key: &[u8],
        persons: impl IntoIterator<Item = String>,
        open: impl IntoIterator<Item = String>,
    ) -> Result<Self, Diagnostic> {
        let keyed = Hmac::<Sha256>::new_from_slice(key).ok().filter(|_| key.len() >= SHORTEST);
        let keyed = keyed.ok_or_else(too_short)?;
        let mut mask = Self { keyed, persons: BTreeMap::new(), open: BTreeSet::new() };
        let mut taken = BTreeSet::new();
        for code in persons {
            let pseudonym = mask.pseudonym('M', &code);
            if mask.persons.insert(code, pseudonym.clone()).is_none() && !taken.insert(pseudonym) {
                return Err(shared());
            }
        }
        mask.open = open.into_iter().filter(|code| !mask.persons.contains_key(code)).collect();
        Ok(mask)
    }

    /// The pseudonym of a person; none for anybody and anything else.
    pub fn person(&self, code: &str) -> Option<&str> {
        self.persons.get(code).map(String::as_str)
    }

    /// The code as it may be shown.
    pub fn code<'c>(&'c self, code: &'c str) -> &'c str {
        self.person(code).unwrap_or(code)
    }

    /// The identifier of a raised row as it may be shown: it is made of codes, which a slash joins and which may hold one.
    pub fn joined(&self, id: &str) -> String {
        let mut parts: Vec<&str> = Vec::new();
        let mut rest = id;
        loop {
            let ends = rest.match_indices('/').map(|(at, _)| at).chain([rest.len()]);
            let heads: Vec<&str> = ends.filter_map(|end| rest.get(..end)).collect();
            let person = heads.iter().rev().find_map(|head| Some((*head, self.person(head)?)));
            let (head, shown) =
                person.unwrap_or_else(|| heads.first().map_or((rest, rest), |head| (*head, *head)));
            parts.push(shown);
            match rest.strip_prefix(head).and_then(|rest| rest.strip_prefix('/')) {
                Some(after) => rest = after,
                None => return parts.join("/"),
            }
        }
    }

    /// The text as it may be shown: a pseudonym of its own, unless it is the code of a unit or nothing.
    pub fn text<'t>(&'t self, text: &'t str) -> Cow<'t, str> {
        if let Some(person) = self.person(text) {
            return Cow::Borrowed(person);
        }
        if text.is_empty() || self.open.contains(text) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(self.pseudonym('X', text))
    }

    fn pseudonym(&self, letter: char, of: &str) -> String {
        let mut keyed = self.keyed.clone();
        for part in [PURPOSE, letter.to_string().as_str(), of] {
            keyed.update(part.as_bytes());
            keyed.update(&[0]);
        }
        let code = keyed.finalize().into_bytes();
        let signs = code.iter().take(LENGTH).filter_map(|byte| SIGNS.get(usize::from(byte % 32)));
        [letter, '-'].iter().chain(signs).collect()
    }
}

fn too_short() -> Diagnostic {
    let message = Text::new(
        format!("隐名密钥至少须有 {SHORTEST} 个字节"),
        format!("the key of the mask must have at least {SHORTEST} bytes"),
    );
    let help = Text::new(
        "例如：openssl rand -hex 32 > mask.key，并妥善保管",
        "for example: openssl rand -hex 32 > mask.key, and keep it safe",
    );
    Diagnostic::error("A007", message).help(help)
}

fn shared() -> Diagnostic {
    let message =
        Text::new("此密钥下有两个人的代号相同", "under this key two people would have the same pseudonym");
    Diagnostic::error("A007", message).help(Text::new("请换一个密钥", "take another key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(key: &str) -> Mask {
        let people = ["P001", "P002", "P/3"].map(str::to_owned);
        Mask::new(key.as_bytes(), people, ["U1".to_owned()])
            .unwrap_or_else(|fault| panic!("{}", fault.message.en))
    }

    #[test]
    fn a_person_is_the_same_under_one_key_and_another_under_another() {
        let (one, other) = (mask("a key of sixteen"), mask("a key of sixteen and more"));
        let called = one.person("P001").unwrap();
        assert_eq!(called.len(), LENGTH + 2);
        assert_eq!(mask("a key of sixteen").person("P001"), Some(called));
        assert_ne!(other.person("P001"), Some(called));
        assert_ne!(one.person("P002"), Some(called));
    }

    #[test]
    fn units_stay_and_every_other_text_does_not() {
        let mask = mask("a key of sixteen");
        assert_eq!((mask.text("U1"), mask.text("")), ("U1".into(), "".into()));
        assert_eq!(mask.text("P001"), mask.code("P001"));
        assert_eq!(mask.code("U1"), "U1");
        assert!(mask.text("13800000000").starts_with("X-"));
    }

    #[test]
    fn whoever_stands_in_a_joined_identifier_is_hidden() {
        let mask = mask("a key of sixteen");
        let (one, slashed) = (mask.code("P001"), mask.code("P/3"));
        assert_eq!(mask.joined("T-1"), "T-1");
        assert_eq!(mask.joined("P001"), one);
        assert_eq!(mask.joined("T-1/praise/P001/2"), format!("T-1/praise/{one}/2"));
        assert_eq!(mask.joined("T/1/praise/P/3/warn/P/3"), format!("T/1/praise/{slashed}/warn/{slashed}"));
        assert_eq!(mask.joined("/P/3/"), format!("/{slashed}/"));
    }

    #[test]
    fn a_short_key_is_refused() {
        let people = ["P001".to_owned()];
        assert_eq!(Mask::new(b"secret", people, []).err().map(|fault| fault.code), Some("A007"));
    }
}
