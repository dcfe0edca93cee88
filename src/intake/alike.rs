//! Names that look alike and are not the same: invisible characters, other letters of the same shape, other forms of one
//! character. They are never taken for each other; which of it it is, is said.

use crate::language::Text;
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

/// What parts a name from one that is known, where a reader could not see it.
pub(super) fn unseen<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<Text> {
    if name.is_ascii() && !name.contains(|letter: char| letter.is_ascii_control()) {
        return known.into_iter().filter(|other| !other.is_ascii()).find_map(|other| between(name, other));
    }
    known.into_iter().find_map(|other| between(name, other))
}

fn between(name: &str, known: &str) -> Option<Text> {
    if name == known {
        return None;
    }
    let (bare, known_bare) = (visible(name), visible(known));
    let composed = |text: &str| text.nfc().collect::<String>();
    let shown = &known_bare;
    if bare == known_bare {
        let own = places(name, is_invisible);
        let (zh, en) = if own.is_empty() {
            (places(known, is_invisible), "the known name has")
        } else {
            (own, "this one has")
        };
        let side = if en.starts_with("this") { "此处多出" } else { "已知的名称中有" };
        return Some(Text::new(
            format!("与「{shown}」只差看不见的字符：{side} {zh}"),
            format!("it differs from `{shown}` only by characters that cannot be seen: {en} {zh}"),
        ));
    }
    if composed(&bare) == composed(&known_bare) {
        return Some(Text::new(
            format!("与「{shown}」字形相同，只是 Unicode 写法不同（NFC 与 NFD）"),
            format!("it is `{shown}` written in another form of Unicode (NFC and NFD)"),
        ));
    }
    if bare.nfkc().eq(known_bare.nfkc()) {
        return Some(Text::new(
            format!("与「{shown}」只差全角与半角等写法"),
            format!("it differs from `{shown}` only by the width or form of its letters"),
        ));
    }
    if skeleton(&bare).eq(skeleton(&known_bare)) {
        let other = |letter: char| !known_bare.contains(letter);
        let own = places(&bare, other);
        return Some(Text::new(
            format!("看起来与「{shown}」一样，但用了别的字母：{own}"),
            format!("it looks like `{shown}`, but has other letters: {own}"),
        ));
    }
    None
}

/// Whether a character shows nothing and takes no room: joiners, marks of direction, selectors, byte-order marks.
pub fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text without what cannot be seen, and with plain spaces.
pub(super) fn visible(text: &str) -> String {
    text.chars().filter(|letter| !is_invisible(*letter)).collect::<String>().trim().to_owned()
}

/// The characters of a sort in a text, each with its place: `U+200B (character 2)`.
pub(super) fn places(text: &str, is: impl Fn(char) -> bool) -> String {
    let found = text.chars().enumerate().filter(|(_, letter)| is(*letter));
    let shown =
        found.map(|(place, letter)| format!("U+{:04X} ({})", u32::from(letter), place.saturating_add(1)));
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_said() {
        for (name, known, said) in [
            ("张\u{200b}三", "张三", "this one has U+200B (2)"),
            ("张三", "张三\u{202e}", "the known name has U+202E (3)"),
            ("Rene\u{301}", "René", "another form of Unicode"),
            ("Ｐ１", "P1", "width or form"),
            ("Р1", "P1", "other letters: U+0420 (1)"),
        ] {
            let found = unseen(name, [known]).map(|text| text.en).unwrap_or_default();
            assert!(found.contains(said), "{name}: {found}");
        }
        assert_eq!(unseen("张四", ["张三"]), None);
        assert_eq!(unseen("P1", ["P1", "P2"]), None);
    }
}
