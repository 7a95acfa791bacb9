//! JSON text that is the same for equal values: keys sorted, no white space. Hashes of entities are made from it.

use serde_json::Value;
use sha1::{Digest, Sha1};

/// The value as JSON with the keys of every object sorted.
pub fn stable_json(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

/// SHA-1 of [`stable_json`], in lower-case hexadecimal (40 characters).
pub fn stable_hash(value: &Value) -> String {
    hex::encode(Sha1::digest(stable_json(value)))
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut fields: Vec<_> = map.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (at, (key, field)) in fields.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_value(field, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Value::String(text) => write_text(text, out),
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number.to_string()),
    }
}

/// Writes a text in quotes, as JSON.
pub fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0x00..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[plain_from..at]);
        if escape.is_empty() {
            out.push_str(&format!("\\u{byte:04x}"));
        } else {
            out.push_str(escape);
        }
        plain_from = at + 1;
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = json!({"b": [{"z": 1, "a": null}], "a": "x\"\n\u{1}", "é": 1.5});
        assert_eq!(stable_json(&value), r#"{"a":"x\"\n\u0001","b":[{"a":null,"z":1}],"é":1.5}"#);
    }

    #[test]
    fn the_text_is_json_again() {
        let value = json!({"text": "tab\t back\u{8} feed\u{c} slash\\ del\u{7f} line\u{2028}", "n": [1, -2, 3.25, true, null]});
        assert_eq!(serde_json::from_str::<Value>(&stable_json(&value)).ok(), Some(value));
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_keys() {
        let one: Value = serde_json::from_str(r#"{"a":1,"b":{"c":2,"d":3}}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"b":{"d":3,"c":2},"a":1}"#).unwrap();
        assert_eq!(stable_hash(&one), stable_hash(&two));
        assert_eq!(stable_hash(&json!({})), "bf21a9e8fbc5a3846fb05b4fa0859e0917b2202f");
    }
}
