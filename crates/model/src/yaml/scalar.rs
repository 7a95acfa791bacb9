//! Plain scalars and tags of the core schema as JSON.

use std::borrow::Cow;

use saphyr_parser::{ScalarStyle, Tag};
use serde_json::{Number, Value};

use crate::search_rows::js_number;

/// The value of a scalar.
pub(super) fn resolve(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    match tag {
        Some(tag) => core_tag(tag)
            .and_then(|name| tagged(name, &text))
            .unwrap_or_else(|| Value::String(text.into_owned())),
        None if style == ScalarStyle::Plain => plain(text),
        None => Value::String(text.into_owned()),
    }
}

/// The text of a key: JSON has no others. A null key is empty; a list or mapping is written in flow style, which is
/// what becomes of a template's `{{ name }}` that nobody has rendered.
pub(super) fn key(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => js_number(&number),
        collection => super::write::flow(&collection),
    }
}

/// Whether this text, written plain, is text and nothing else.
pub(super) fn is_text(text: &str) -> bool {
    plain(Cow::Borrowed(text)).is_string()
}

/// A tag's name in the core schema.
fn core_tag(tag: &Tag) -> Option<&str> {
    const CORE: &str = "tag:yaml.org,2002:";
    if tag.handle == CORE { Some(&tag.suffix) } else { tag.suffix.strip_prefix(CORE) }
}

/// What a plain scalar without a tag means.
fn plain(text: Cow<'_, str>) -> Value {
    let special = match text.as_bytes().first() {
        None => Some(Value::Null),
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => word(&text),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number(&text),
        Some(_) => None,
    };
    special.unwrap_or_else(|| Value::String(text.into_owned()))
}

/// What a scalar with a tag of the core schema means; `None` where the text does not fit the tag, which leaves it text.
fn tagged(suffix: &str, text: &str) -> Option<Value> {
    match suffix {
        "null" => word(text).filter(Value::is_null).or_else(|| text.is_empty().then_some(Value::Null)),
        "bool" => word(text).filter(Value::is_boolean),
        "int" => number(text).filter(|_| !text.contains(['.', 'e', 'E']) || text.starts_with("0x")),
        "float" => number(text),
        _ => None,
    }
}

fn word(text: &str) -> Option<Value> {
    match text {
        "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn number(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |b| matches!(b, b'0'..=b'7')).then(|| whole(digits, 8));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, |b| b.is_ascii_hexdigit()).then(|| whole(digits, 16));
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Value::Null);
    }
    if all(unsigned, |b| b.is_ascii_digit()) && unsigned.len() <= 15 {
        return text.parse::<i64>().ok().map(|number| Value::Number(number.into()));
    }
    is_decimal(unsigned).then(|| text.parse().ok().map_or(Value::Null, float))
}

/// Digits with an optional fraction and exponent; a digit must stand somewhere before the exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| all(e.strip_prefix(['+', '-']).unwrap_or(e), |b| b.is_ascii_digit()))
}

fn all(text: &str, ok: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(ok)
}

fn whole(digits: &str, radix: u32) -> Value {
    match i64::from_str_radix(digits, radix) {
        Ok(number) if number <= MAX_SAFE => Value::Number(number.into()),
        _ => float(
            digits
                .chars()
                .filter_map(|c| c.to_digit(radix))
                .fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit)),
        ),
    }
}

/// The largest whole number up to which JavaScript's numbers are exact.
const MAX_SAFE: i64 = 9_007_199_254_740_991;

/// Numbers are JavaScript's: `1.0` is written `1`, and what is too large for JSON is null.
fn float(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= MAX_SAFE as f64 {
        return Value::Number((number as i64).into());
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}
