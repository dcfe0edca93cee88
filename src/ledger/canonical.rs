//! The one way in which something is written down, so that its fingerprint can be worked out by anybody: JSON of texts, yes
//! or no, lists and objects, the keys of an object in the order of their characters, no blanks, every character as it is but
//! for `"`, `\` and what cannot be printed. What RFC 8785 makes of such a value is the same, byte for byte.

use serde_json::Value;
use std::collections::BTreeMap;

/// The canonical form of a value. A number has none of its own: amounts and counts are texts. Nor has nothing at all.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("\"\""),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => write_text(&number.to_string(), out),
        Value::String(text) => write_text(text, out),
        Value::Array(all) => {
            out.push('[');
            for (place, one) in all.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(one, out);
            }
            out.push(']');
        }
        Value::Object(all) => {
            let sorted: BTreeMap<&String, &Value> = all.iter().collect();
            out.push('{');
            for (place, (key, one)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write(one, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for sign in text.chars() {
        match sign {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..'\u{20}' => out.push_str(&format!("\\u{:04x}", u32::from(sign))),
            _ => out.push(sign),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_and_only_what_cannot_be_printed_is_escaped() {
        let value = json!({ "b": ["x", true], "a": { "é": "认责", "e": "\"\\\n\u{1}\u{7f}/" }, "": "" });
        assert_eq!(
            canonical(&value),
            "{\"\":\"\",\"a\":{\"e\":\"\\\"\\\\\\n\\u0001\u{7f}/\",\"é\":\"认责\"},\"b\":[\"x\",true]}"
        );
    }

    #[test]
    fn a_number_and_nothing_are_not_their_own_form() {
        for text in ["{\"a\":1}", "[null]", "1.50"] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_ne!(canonical(&value), text);
        }
    }
}
