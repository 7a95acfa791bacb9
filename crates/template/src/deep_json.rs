//! JSON that is nested deeper than serde_json reads, as contexts of templates may be.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// What is nested deeper than this is not read.
const DEEPEST: usize = 1000;

/// Parses JSON that is nested up to 1,000 levels deep; serde_json alone reads 127.
///
/// # Errors
///
/// When it is not JSON, or is nested deeper still.
pub fn parse_deep_json(text: &str) -> Result<Json, serde_json::Error> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        // A raw value is skipped without recursion, so that the text can be taken apart level by level.
        Err(error) if nesting(text) > 127 && nesting(text) <= DEEPEST => {
            let raw: &RawValue = serde_json::from_str(text).map_err(|_| error)?;
            level(raw.get())
        }
        Err(error) => Err(error),
    }
}

/// How deep the brackets of a text are nested, those in strings left out.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if string => escaped = true,
            b'"' => string = !string,
            b'[' | b'{' if !string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn level(text: &str) -> Result<Json, serde_json::Error> {
    if nesting(text) <= 127 {
        return serde_json::from_str(text);
    }
    if text.trim_start().starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text)?;
        return items.into_iter().map(|item| level(item.get())).collect::<Result<_, _>>().map(Json::Array);
    }
    let entries: Entries<'_> = serde_json::from_str(text)?;
    entries
        .0
        .into_iter()
        .map(|(key, value)| level(value.get()).map(|value| (key, value)))
        .collect::<Result<_, _>>()
        .map(Json::Object)
}

/// The members of an object, unread.
struct Entries<'t>(Vec<(String, &'t RawValue)>);

impl<'t> Deserialize<'t> for Entries<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'t> Visitor<'t> for Members {
    type Value = Entries<'t>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_json_is_read_and_deeper_json_is_refused() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse_deep_json(&nested(600)).is_ok());
        assert!(parse_deep_json(&nested(2000)).is_err());
        assert!(parse_deep_json("[1").is_err());
        let object = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
        assert_eq!(parse_deep_json(&object).map(|value| value.to_string()).ok(), Some(object));
    }
}
