//! Strings as `JSON.stringify` writes them.

use std::fmt::Write as _;

use super::text::lone;

/// Appends a string in quotes; half of a surrogate pair is written as an escape.
pub(crate) fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (index, character) in text.char_indices() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\0'..'\u{20}' => "",
            _ if lone(character).is_some() => "",
            _ => continue,
        };
        out.push_str(&text[plain..index]);
        plain = index + character.len_utf8();
        if escape.is_empty() {
            let unit = lone(character).map_or(u32::from(character), u32::from);
            let _ = write!(out, "\\u{unit:04x}");
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}
