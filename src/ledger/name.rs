//! Whether two names are one person's: written wider, narrower, with blanks or with letters that look alike, they still are;
//! and whether whoever has signed once still does.

use super::entry::Author;
use crate::diagnostic::Diagnostic;
use crate::language::Text;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

/// Whether a reader would take two names for one.
pub fn is_same_name(one: &str, other: &str) -> bool {
    bare(one) == bare(other)
}

/// A name without whatever a reader does not see or would not mind.
fn bare(name: &str) -> String {
    let compatible: String = name.nfkc().collect::<String>().to_lowercase();
    let letters: String = compatible.chars().filter(|letter| letter.is_alphanumeric()).collect();
    skeleton(&letters).collect::<String>().to_lowercase()
}

/// The keys of the names that have signed: from then on nothing may be entered in such a name without it.
#[derive(Clone, Debug, Default)]
pub(super) struct Signers {
    keys: BTreeMap<String, (String, u64)>,
    /// Names as they are written, without what a reader does not see: few people write many entries.
    bare: BTreeMap<String, String>,
}

impl Signers {
    /// Takes in who wrote an entry, and tells what is wrong with it.
    pub(super) fn take(&mut self, author: &Author, seq: u64) -> Option<Diagnostic> {
        let fault = self.fault(author);
        let name = self.bare.entry(author.by.clone()).or_insert_with(|| bare(&author.by)).clone();
        if let Some(key) = &author.key {
            self.keys.entry(name).or_insert_with(|| (key.clone(), seq));
        }
        fault
    }

    /// That a name which has signed before is given without its key.
    pub(super) fn fault(&self, author: &Author) -> Option<Diagnostic> {
        let known = self.bare.get(&author.by);
        let own = known.map_or_else(|| self.keys.get(&bare(&author.by)), |name| self.keys.get(name));
        let (_, seq) = own.filter(|(key, _)| author.key.as_ref() != Some(key))?;
        let by = &author.by;
        let message = Text::new(
            format!("「{by}」在第 {seq} 条已用密钥签名，此处没有用同一把密钥"),
            format!("`{by}` signed entry {seq}, and not this one with the same key"),
        );
        let help = Text::new(
            "一个姓名一旦签过名，此后都须用同一把密钥签名（--key）；密钥遗失的，换一个写法可辨的姓名",
            "a name that has signed goes on signing with that key (--key); whoever lost it takes another name",
        );
        Some(Diagnostic::error("L030", message).help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::is_same_name as is_same;

    #[test]
    fn one_name_written_otherwise_is_the_same() {
        for other in ["wang", "WANG", "Ｗang", "W ang", "Wa\u{200b}ng", "W\u{ad}ang", "W\u{430}ng", " Wang "]
        {
            assert!(is_same("Wang", other), "{other:?}");
        }
        assert!(is_same("李", "\u{f9e1}"));
        assert!(!is_same("Wang", "Wong") && !is_same("王", "玉") && !is_same("P1", "P2"));
    }
}
