//! Cursors of `by-query`: base64 of JSON that clients look into, so its keys are wire (contract: catalog-client
//! 1.16.2 decides by the key `query` whether the next page is asked for by POST or GET).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use callboard_index::FullText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Clients send base64 with and without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Asc,
    Desc,
}

/// A key to sort by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderField {
    pub(crate) field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<Direction>,
}

/// A text to search for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FullTextFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) term: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fields: Option<Vec<String>>,
}

/// Fields that a full text looks at: each is a scan, so each is looked at once, and no more than this many.
const TEXT_FIELDS: usize = 20;

impl FullTextFilter {
    /// As the index takes it.
    pub(crate) fn to_index(&self) -> FullText {
        let mut keys: Vec<String> = Vec::new();
        for field in self.fields.iter().flatten() {
            if keys.len() < TEXT_FIELDS && !keys.contains(field) {
                keys.push(field.clone());
            }
        }
        FullText { term: self.term.clone().unwrap_or_default(), keys }
    }
}

/// `[value, uid]` with an order, `[uid]` without.
pub(crate) type SortValues = Vec<Option<String>>;

/// A place in a listing and what the listing is of. The permission filter never stands in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cursor {
    #[serde(default)]
    pub(crate) order_fields: Vec<OrderField>,
    #[serde(default)]
    pub(crate) is_previous: bool,
    /// A predicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) query: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) full_text_filter: Option<FullTextFilter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order_field_values: Option<SortValues>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_sort_field_values: Option<SortValues>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) total_items: Option<u64>,
    /// How Backstage before 4.0.0 wrote the filter; only looked for, to say that such a cursor can't go on.
    #[serde(default, skip_serializing)]
    pub(crate) filter: Option<Value>,
}

/// A cursor that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Malformed cursor: {0}")]
pub(crate) struct MalformedCursor(pub(crate) String);

impl Cursor {
    /// As it is sent to the client.
    pub(crate) fn encode(&self) -> String {
        encode_json(self)
    }

    /// What a client sent.
    pub(crate) fn decode(text: &str) -> Result<Self, MalformedCursor> {
        let cursor: Self = decode_json(text)?;
        if cursor.filter.is_some() {
            let reason = "it comes from an older server; start again from the first page";
            return Err(MalformedCursor(reason.to_owned()));
        }
        Ok(cursor)
    }
}

/// Any cursor: base64 of JSON.
pub(crate) fn encode_json(cursor: &impl Serialize) -> String {
    let mut text = Vec::with_capacity(512);
    match serde_json::to_writer(&mut text, cursor) {
        Ok(()) => STANDARD.encode(text),
        // Plain structs always serialise; an empty text would only be answered with "malformed".
        Err(_) => String::new(),
    }
}

/// Reads any cursor.
pub(crate) fn decode_json<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, MalformedCursor> {
    let bytes = LENIENT.decode(text.trim()).map_err(|error| MalformedCursor(error.to_string()))?;
    // By way of an object: a list would do for a structure too.
    let object: Map<String, Value> =
        serde_json::from_slice(&bytes).map_err(|error| MalformedCursor(error.to_string()))?;
    serde_json::from_value(Value::Object(object)).map_err(|error| MalformedCursor(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cursor_has_the_keys_of_backstage_in_its_order() {
        let cursor = Cursor {
            order_fields: vec![OrderField { field: "metadata.name".into(), order: Some(Direction::Desc) }],
            query: Some(json!({"kind": "component"})),
            full_text_filter: Some(FullTextFilter { term: Some(String::new()), fields: None }),
            order_field_values: Some(vec![Some("x".into()), Some("id".into())]),
            first_sort_field_values: Some(vec![Some("z".into()), Some("id".into())]),
            total_items: Some(26),
            ..Cursor::default()
        };
        let text = String::from_utf8(STANDARD.decode(cursor.encode()).unwrap()).unwrap();
        assert_eq!(
            text,
            r#"{"orderFields":[{"field":"metadata.name","order":"desc"}],"isPrevious":false,"query":{"kind":"component"},"fullTextFilter":{"term":""},"orderFieldValues":["x","id"],"firstSortFieldValues":["z","id"],"totalItems":26}"#
        );
        assert_eq!(Cursor::decode(cursor.encode().trim_end_matches('=')).unwrap(), cursor);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["garbage", "", "W10=", "eyJmaWx0ZXIiOnsia2V5IjoiYSJ9fQ==", "eyJpc1ByZXZpb3VzIjoxfQ=="] {
            let error = Cursor::decode(text).unwrap_err().to_string();
            assert!(error.starts_with("Malformed cursor: "), "{text}: {error}");
        }
    }
}
