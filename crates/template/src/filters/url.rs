//! Filters of addresses.

use std::fmt::Write as _;

use super::{Arguments, made, text_of};
use crate::error::{Fallible, Fault};
use crate::js;
use crate::value::{Heap, Value};

/// `encodeURIComponent`.
fn encode(out: &mut String, text: &str) -> Fallible<()> {
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || "-_.!~*'()".contains(character) {
            out.push(character);
        } else if js::lone(character).is_some() {
            return Err(Fault::evaluation("half of a character cannot be part of an address"));
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    Ok(())
}

pub(super) fn urlencode<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let mut out = String::new();
    match input {
        Value::Str(_) | Value::Safe(_) => encode(&mut out, input.as_text().unwrap_or_default())?,
        Value::Record(record) => {
            for (index, (key, value)) in record.entries(heap).into_iter().enumerate() {
                pair(&mut out, index, &Value::Str(key), &value, heap)?;
            }
        }
        Value::Array(array) => {
            for (index, entry) in array.to_vec().iter().enumerate() {
                if entry.is_nullish() {
                    return Err(Fault::evaluation("undefined and null are no pairs of a name and a value"));
                }
                pair(&mut out, index, &entry.member("0", heap), &entry.member("1", heap), heap)?;
            }
        }
        _ => {}
    }
    made(out, heap)
}

fn pair<'a>(
    out: &mut String,
    index: usize,
    key: &Value<'a>,
    value: &Value<'a>,
    heap: &Heap<'a>,
) -> Fallible<()> {
    heap.charge(1)?;
    if index > 0 {
        out.push('&');
    }
    encode(out, &key.to_text(heap)?)?;
    out.push('=');
    encode(out, &value.to_text(heap)?)
}

pub(super) fn urlize<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let text = text_of(input)?;
    let length = match args.get(0) {
        Value::Undefined => usize::MAX,
        Value::Number(number) if number.is_nan() => usize::MAX,
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        length => length.to_number(heap)?.max(0.0) as usize,
    };
    let nofollow = if matches!(args.get(1), Value::Bool(true)) { " rel=\"nofollow\"" } else { "" };
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let space = rest.len() - js::trim_start(rest).len();
        out.push_str(&rest[..space]);
        rest = &rest[space..];
        let end = rest.find(js::is_space).unwrap_or(rest.len());
        link(&mut out, &rest[..end], length, nofollow);
        rest = &rest[end..];
    }
    made(out, heap)
}

fn link(out: &mut String, word: &str, length: usize, nofollow: &str) {
    let inner = ["(", "<", "&lt;"].iter().find_map(|open| word.strip_prefix(open)).unwrap_or(word);
    let inner = ["&gt;", ".", ",", ")"].iter().find_map(|close| inner.strip_suffix(close)).unwrap_or(inner);
    let short = || js::slice_units(inner, 0, length);
    let _ = if inner.starts_with("http://") || inner.starts_with("https://") {
        write!(out, "<a href=\"{inner}\"{nofollow}>{}</a>", short())
    } else if inner.starts_with("www.") {
        write!(out, "<a href=\"http://{inner}\"{nofollow}>{}</a>", short())
    } else if is_email(inner) {
        write!(out, "<a href=\"mailto:{inner}\">{inner}</a>")
    } else if has_common_domain(inner) {
        write!(out, "<a href=\"http://{inner}\"{nofollow}>{}</a>", short())
    } else {
        out.write_str(word)
    };
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    !name.is_empty()
        && name.chars().all(|letter| js::is_word(letter) || ".!#$%&'*+-/=?^`{|}~".contains(letter))
        && domain.contains('.')
        && domain.split('.').all(label)
}

fn has_common_domain(text: &str) -> bool {
    [".org", ".net", ".com"].iter().any(|ending| {
        text.match_indices(ending).any(|(index, _)| {
            let rest = &text[index + ending.len()..];
            rest.is_empty() || rest.starts_with([':', '/'])
        })
    })
}
