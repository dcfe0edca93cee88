//! HTML put together piece by piece. What is not markup of our own goes through `escaped`: no word of a book or a pack can
//! become an element, an attribute, a script or an address.

use crate::language::Language;
use std::fmt::Write as _;

/// Palette, type and tables: the look that every page shares.
const BASE: &str = include_str!("base.css");

/// Characters that turn the direction of what follows, also of what is not theirs.
const TURNING: [char; 12] = [
    '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// A piece of HTML.
#[derive(Default)]
pub(super) struct Markup {
    html: String,
}

/// What a whole document needs besides its body.
pub(super) struct Frame<'f> {
    pub(super) language: Language,
    pub(super) title: &'f str,
    /// The styles of its own, after the shared ones.
    pub(super) style: &'f str,
    /// A script of its own, and a word that nothing in the document can have foreseen.
    pub(super) script: Option<(&'f str, &'f str)>,
}

impl Markup {
    /// Puts what is HTML already.
    pub(super) fn put(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Puts an element that holds text only; lines of it stay lines.
    pub(super) fn element(&mut self, tag: &str, attributes: &str, text: &str) {
        let text = escaped(text).replace('\n', "<br>");
        let space = if attributes.is_empty() { "" } else { " " };
        // writing to memory cannot fail
        let _ = write!(self.html, "<{tag}{space}{attributes}>{text}</{tag}>");
    }

    /// Puts a list of labels, each with its value; what has no value is left out.
    pub(super) fn pairs(&mut self, attributes: &str, pairs: &[(String, String)]) {
        let space = if attributes.is_empty() { "" } else { " " };
        self.put(&format!("<dl{space}{attributes}>\n"));
        for (label, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
            self.put("<div>");
            self.element("dt", "", label);
            self.element("dd", "", value);
            self.put("</div>\n");
        }
        self.put("</dl>\n");
    }

    /// Puts the caption of a table and its headings; `numeric` columns stand to the right.
    pub(super) fn headings(&mut self, caption: &str, headings: &[&str], numeric: &[bool]) {
        if !caption.is_empty() {
            self.element("caption", "", caption);
        }
        self.put("<thead><tr>");
        for (place, heading) in headings.iter().enumerate() {
            let class = if is_number(numeric, place) { " class=\"amount\"" } else { "" };
            self.element("th", &format!("scope=\"col\"{class}"), heading);
        }
        self.put("</tr></thead>\n");
    }

    /// Puts a row of which the first cell is its heading.
    pub(super) fn row(&mut self, attributes: &str, cells: &[String], numeric: &[bool]) {
        let space = if attributes.is_empty() { "" } else { " " };
        self.put(&format!("<tr{space}{attributes}>"));
        for (place, cell) in cells.iter().enumerate() {
            match (place, is_number(numeric, place)) {
                (0, _) => self.element("th", "scope=\"row\"", cell),
                (_, true) => self.element("td", "class=\"amount\"", cell),
                (_, false) => self.element("td", "", cell),
            }
        }
        self.put("</tr>\n");
    }

    /// The HTML.
    pub(super) fn finish(self) -> String {
        self.html
    }
}

fn is_number(numeric: &[bool], place: usize) -> bool {
    numeric.get(place).copied().unwrap_or_default()
}

/// Everything before the body of a document. Nothing in it can load anything: what it needs stands in it.
pub(super) fn opening(frame: &Frame<'_>) -> String {
    let mut head = Markup::default();
    let language = frame.language.pick("zh-CN", "en");
    let script = frame
        .script
        .map_or_else(String::new, |(_, nonce)| format!("; script-src 'nonce-{}'", escaped(nonce)));
    head.put(&format!("<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n"));
    head.put(&format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'{script}\">\n"
    ));
    head.put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    head.element("title", "", frame.title);
    head.put("\n<style>\n");
    head.put(BASE);
    head.put(frame.style);
    head.put("</style>\n</head>\n<body>\n");
    head.finish()
}

/// Everything behind the body of a document.
pub(super) fn closing(frame: &Frame<'_>) -> String {
    let script = frame.script.map_or_else(String::new, |(script, nonce)| {
        format!("<script nonce=\"{}\">\n{script}</script>\n", escaped(nonce))
    });
    format!("{script}</body>\n</html>\n")
}

/// Text as HTML shows it, between tags and inside quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            turning if TURNING.contains(&turning) => {
                // shown by its number, so that a name cannot pass for another
                let _ = write!(escaped, "[U+{:04X}]", u32::from(turning));
            }
            // what XML and HTML have no place for
            control if control.is_control() && control != '\n' => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    // a number stays with its sign
    escaped.replace(" %", "&nbsp;%").replace("= ¥", "=&nbsp;¥")
}

/// Text as a string of a style shows it: all of ASCII but digits is named by its number, so that it cannot end the string, the
/// rule or the style, and no word of a user is one of the style's.
pub(super) fn styled(text: &str) -> String {
    let mut styled = String::with_capacity(text.len());
    for character in text.chars() {
        // writing to memory cannot fail
        let _ = match character {
            letter if letter.is_numeric() || (letter.is_alphabetic() && !letter.is_ascii()) => {
                write!(styled, "{letter}")
            }
            turning if TURNING.contains(&turning) => {
                write!(styled, r"\5b \55 \2b {:04X}\5d ", u32::from(turning))
            }
            control if control.is_control() => write!(styled, " "),
            other => write!(styled, "\\{:x} ", u32::from(other)),
        };
    }
    styled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_user_becomes_markup() {
        for (text, expected) in [
            ("<script>", "&lt;script&gt;"),
            ("\"><img onerror='x'>", "&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;"),
            ("a&b", "a&amp;b"),
            ("P\u{202e}42", "P[U+202E]42"),
            ("a\u{0}b\u{7}c", "a b c"),
            ("30 %", "30&nbsp;%"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn nothing_of_a_user_leaves_the_string_of_a_style() {
        for (text, expected) in [
            ("甲 (P1)", r"甲\20 \28 \50 1\29 "),
            ("\"; }</s", r"\22 \3b \20 \7d \3c \2f \73 "),
            ("甲\\1\n", r"甲\5c 1 "),
            ("\u{202e}4", r"\5b \55 \2b 202E\5d 4"),
        ] {
            assert_eq!(styled(text), expected);
        }
    }
}
