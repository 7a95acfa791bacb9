//! Values as they leave the engine: JSON, and what JavaScript has beyond it.

use indexmap::IndexMap;
use serde_json::{Map, Number, Value as Json, json};

use crate::js;

/// A value that crosses the border between the engine and its host.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Native {
    /// JavaScript's `undefined`: no value.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number: NaN, the infinities and -0 included.
    Number(f64),
    /// A string.
    String(String),
    /// A list.
    Array(Vec<Native>),
    /// A record, in JavaScript's order: integer keys first.
    Object(IndexMap<String, Native>),
}

impl From<&Json> for Native {
    fn from(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(value) => Self::Number(js::json_number(value)),
            Json::String(value) => Self::String(value.clone()),
            Json::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Json::Object(entries) => Self::Object(
                js::ordered(entries).map(|(key, value)| (key.clone(), Self::from(value))).collect(),
            ),
        }
    }
}

impl Native {
    /// The value as JSON, as `JSON.stringify` would have it: undefined members are left out, undefined items and
    /// numbers that JSON lacks are null. `None` for undefined itself.
    #[must_use]
    pub fn into_json(self) -> Option<Json> {
        Some(match self {
            Self::Undefined => return None,
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(value) => number(value).map_or(Json::Null, Json::Number),
            Self::String(value) => Json::String(value),
            Self::Array(items) => {
                Json::Array(items.into_iter().map(|item| item.into_json().unwrap_or(Json::Null)).collect())
            }
            Self::Object(entries) => Json::Object(
                entries
                    .into_iter()
                    .filter_map(|(key, value)| Some((key, value.into_json()?)))
                    .collect::<Map<_, _>>(),
            ),
        })
    }

    /// The value as JSON that loses nothing: `{"$undefined":true}` and `{"$number":"NaN"}` (`Infinity`, `-Infinity`,
    /// `-0`) stand for what JSON lacks.
    #[must_use]
    pub fn encoded(&self) -> Json {
        match self {
            Self::Undefined => json!({ "$undefined": true }),
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(value) if *value == 0.0 && value.is_sign_negative() => json!({ "$number": "-0" }),
            Self::Number(value) => number(*value)
                .map_or_else(|| json!({ "$number": js::number_to_string(*value) }), Json::Number),
            Self::String(value) => Json::String(value.clone()),
            Self::Array(items) => Json::Array(items.iter().map(Self::encoded).collect()),
            Self::Object(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.clone(), value.encoded())).collect())
            }
        }
    }
}

/// The largest integer that every JavaScript number below it can hold exactly.
const SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

fn number(value: f64) -> Option<Number> {
    if value.fract() == 0.0 && value.abs() <= SAFE_INTEGER {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
        return Some(Number::from(value as i64));
    }
    Number::from_f64(value)
}
