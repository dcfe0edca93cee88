//! Whether two names are one person's: written wider, narrower, with blanks or with letters that look alike, they still are.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

/// Whether a reader would take two names for one.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    bare(one) == bare(other)
}

/// A name without whatever a reader does not see or would not mind.
fn bare(name: &str) -> String {
    let compatible: String = name.nfkc().collect::<String>().to_lowercase();
    let letters: String = compatible.chars().filter(|letter| letter.is_alphanumeric()).collect();
    skeleton(&letters).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::is_same;

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
