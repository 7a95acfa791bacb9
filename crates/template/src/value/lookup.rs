//! What stands behind a dot or in brackets: members that a value itself has.

use super::{Heap, Str, Value};
use crate::error::{Fallible, Fault};
use crate::js;

/// The index that a key is, if it is one as JavaScript writes it.
pub(crate) fn array_index(key: &str) -> Option<usize> {
    let bytes = key.as_bytes();
    if bytes.is_empty() || bytes.len() > 15 || bytes[0] == b'0' && bytes.len() > 1 {
        return None;
    }
    if bytes.iter().all(u8::is_ascii_digit) { key.parse().ok() } else { None }
}

impl<'a> Value<'a> {
    /// A member by its name; undefined if there is none. Nothing of JavaScript's prototypes is ever found.
    pub(crate) fn member(&self, key: &str, heap: &Heap<'a>) -> Value<'a> {
        match self {
            Self::Record(record) => record.get(key, heap).unwrap_or_default(),
            Self::Array(array) if key == "length" => Self::count(array.len()),
            Self::Array(array) => array_index(key).and_then(|index| array.get(index)).unwrap_or_default(),
            Self::Str(text) => text_member(text, key),
            Self::Safe(text) if key == "val" => Self::Str((**text).clone()),
            Self::Safe(text) => text_member(text, key),
            _ => Self::Undefined,
        }
    }

    /// The member at an index that is a value.
    pub(crate) fn at(&self, index: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
        if let (Self::Array(array), Self::Number(number)) = (self, index)
            && let Some(index) = whole(*number)
        {
            return Ok(array.get(index).unwrap_or_default());
        }
        if let Self::Str(key) = index {
            return Ok(self.member(key.as_str(), heap));
        }
        let key = index.to_text(heap)?;
        Ok(self.member(&key, heap))
    }

    /// Does the value itself have this member?
    pub(crate) fn has_member(&self, key: &str) -> bool {
        match self {
            Self::Record(record) => record.has(key),
            Self::Array(array) => {
                key == "length" || array_index(key).is_some_and(|index| index < array.len())
            }
            Self::Str(text) => text_has(text.as_str(), key),
            Self::Safe(text) => key == "val" || text_has(text.as_str(), key),
            _ => false,
        }
    }

    /// An attribute that a filter asks for: values without any have none to ask for.
    pub(crate) fn attribute(&self, key: &str, heap: &Heap<'a>) -> Fallible<Value<'a>> {
        if self.is_nullish() {
            return Err(Fault::evaluation(format!("undefined or null has no attribute {key}")));
        }
        Ok(self.member(key, heap))
    }
}

/// The index that a number is, if it is one.
pub(crate) fn whole(number: f64) -> Option<usize> {
    if number.fract() != 0.0 || !(0.0..=9e15).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number in range")]
    Some(number as usize)
}

fn text_member<'a>(text: &Str<'a>, key: &str) -> Value<'a> {
    if key == "length" {
        return Value::count(js::units_len(text.as_str()));
    }
    array_index(key)
        .and_then(|index| js::unit_at(text.as_str(), index))
        .map_or(Value::Undefined, Value::string)
}

fn text_has(text: &str, key: &str) -> bool {
    key == "length" || array_index(key).is_some_and(|index| index < js::units_len(text))
}
