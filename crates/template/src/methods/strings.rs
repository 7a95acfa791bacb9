//! Methods of strings, and of regular expressions.

use super::{clamp, optional, relative};
use crate::error::Fallible;
use crate::filters::{substitute, substitute_text};
use crate::js;
use crate::value::{Heap, RegexValue, Value};

pub(super) fn call<'a>(text: &str, name: &str, args: &[Value<'a>], heap: &Heap<'a>) -> Fallible<Value<'a>> {
    heap.touch(text.len())?;
    let first = args.first();
    let second = args.get(1);
    let needle = || first.map_or_else(|| Ok("undefined".to_owned()), |value| value.to_text(heap));
    let string = |text: String| heap.made(text.len()).map(|()| Value::string(text));
    match name {
        "trim" => string(js::trim(text).to_owned()),
        "trimStart" => string(js::trim_start(text).to_owned()),
        "trimEnd" => string(js::trim_end(text).to_owned()),
        "toLowerCase" => string(text.to_lowercase()),
        "toUpperCase" => string(text.to_uppercase()),
        "concat" => {
            let mut out = text.to_owned();
            for value in args {
                js::concat(&mut out, &value.to_text(heap)?);
                heap.made(out.len())?;
            }
            string(out)
        }
        "replace" => replace(text, args, heap),
        "split" => split(text, first, second, heap),
        "charAt" => {
            let index = optional(first, heap)?.unwrap_or(0.0);
            Ok(unit(text, index)
                .map_or_else(|| Value::string(""), |unit| Value::string(js::from_units([unit]))))
        }
        "charCodeAt" => {
            let index = optional(first, heap)?.unwrap_or(0.0);
            Ok(Value::Number(unit(text, index).map_or(f64::NAN, f64::from)))
        }
        "slice" => {
            let length = js::units_len(text);
            let start = optional(first, heap)?.map_or(0, |index| relative(index, length));
            let end = optional(second, heap)?.map_or(length, |index| relative(index, length));
            string(js::slice_units(text, start, end))
        }
        "substring" => {
            let length = js::units_len(text);
            let start = optional(first, heap)?.map_or(0, |index| clamp(index, length));
            let end = optional(second, heap)?.map_or(length, |index| clamp(index, length));
            string(js::slice_units(text, start.min(end), start.max(end)))
        }
        "includes" | "indexOf" => {
            let from = clamp(optional(second, heap)?.unwrap_or(0.0), js::units_len(text));
            let found = js::find_unit(text, &needle()?, from);
            Ok(if name == "includes" { Value::Bool(found.is_some()) } else { index_of(found) })
        }
        "startsWith" => {
            let from = clamp(optional(second, heap)?.unwrap_or(0.0), js::units_len(text));
            let rest: Vec<u16> = js::units(text).skip(from).collect();
            let needle: Vec<u16> = js::units(&needle()?).collect();
            Ok(Value::Bool(rest.starts_with(&needle)))
        }
        "endsWith" => {
            let length = js::units_len(text);
            let end = optional(second, heap)?.map_or(length, |index| clamp(index, length));
            let front: Vec<u16> = js::units(text).take(end).collect();
            let needle: Vec<u16> = js::units(&needle()?).collect();
            Ok(Value::Bool(front.ends_with(&needle)))
        }
        _ => last_index_of(text, &needle()?, second, heap),
    }
}

fn index_of<'a>(found: Option<usize>) -> Value<'a> {
    found.map_or(Value::Number(-1.0), Value::count)
}

fn unit(text: &str, index: f64) -> Option<u16> {
    js::units(text).nth(crate::value::whole(index)?)
}

fn last_index_of<'a>(
    text: &str,
    needle: &str,
    from: Option<&Value<'a>>,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let units: Vec<u16> = js::units(text).collect();
    let needle: Vec<u16> = js::units(needle).collect();
    let number = match from {
        None | Some(Value::Undefined) => f64::NAN,
        Some(value) => value.to_number(heap)?,
    };
    let from = if number.is_nan() { units.len() } else { clamp(number.trunc(), units.len()) };
    let found = (0..=from).rev().find(|index| units[*index..].starts_with(&needle));
    Ok(index_of(found))
}

fn replace<'a>(text: &str, args: &[Value<'a>], heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let replacement = args.get(1).cloned().unwrap_or_default().to_text(heap)?;
    let out = match args.first() {
        Some(Value::Regex(regex)) => {
            let (out, last) = substitute(regex.regex, regex.last_index.get(), text, &replacement, heap)?;
            regex.last_index.set(last);
            out
        }
        search => substitute_text(text, &search.cloned().unwrap_or_default().to_text(heap)?, &replacement),
    };
    heap.made(out.len())?;
    Ok(Value::string(out))
}

fn split<'a>(
    text: &str,
    separator: Option<&Value<'a>>,
    limit: Option<&Value<'a>>,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let limit = match limit {
        None | Some(Value::Undefined) => usize::MAX,
        Some(limit) => unsigned(limit.to_number(heap)?),
    };
    let mut parts: Vec<Value<'a>> = match separator {
        _ if limit == 0 => Vec::new(),
        None | Some(Value::Undefined) => vec![Value::string(text)],
        Some(Value::Regex(regex)) => split_by(regex, text, limit, heap)?,
        Some(separator) => {
            let separator = separator.to_text(heap)?;
            if separator.is_empty() {
                js::units(text).map(|unit| Value::string(js::from_units([unit]))).collect()
            } else {
                text.split(separator.as_str()).map(Value::string).collect()
            }
        }
    };
    heap.items(parts.len())?;
    parts.truncate(limit);
    Ok(Value::array(parts))
}

/// JavaScript's conversion to a 32-bit number without a sign.
fn unsigned(number: f64) -> usize {
    if !number.is_finite() {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the remainder is below 2^32"
    )]
    let number = number.trunc().rem_euclid(4_294_967_296.0) as usize;
    number
}

fn split_by<'a>(
    regex: &RegexValue<'a>,
    text: &str,
    limit: usize,
    heap: &Heap<'a>,
) -> Fallible<Vec<Value<'a>>> {
    let units: Vec<u16> = js::units(text).collect();
    let find = |from: usize| heap.search(|steps| regex.regex.find(&units, from, true, steps));
    let part = |start: usize, end: usize| Value::string(js::from_units(units[start..end].iter().copied()));
    if units.is_empty() {
        return Ok(if find(0)?.is_some() { Vec::new() } else { vec![part(0, 0)] });
    }
    let mut parts = Vec::new();
    let (mut kept, mut at) = (0, 0);
    while at < units.len() && parts.len() < limit {
        let found = find(at)?.filter(|captures| captures[0].is_some_and(|(_, end)| end != kept));
        let Some(captures) = found else {
            at += 1;
            continue;
        };
        let (start, end) = captures[0].unwrap_or((at, at));
        parts.push(part(kept, start));
        kept = end;
        for group in &captures[1..] {
            parts.push(group.map_or(Value::Undefined, |(start, end)| part(start, end)));
        }
        heap.items(parts.len())?;
        at = kept;
    }
    parts.push(part(kept, units.len()));
    Ok(parts)
}

/// `regex.test(text)`.
pub(super) fn test<'a>(regex: &RegexValue<'a>, args: &[Value<'a>], heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let text = args.first().cloned().unwrap_or_default().to_text(heap)?;
    let units: Vec<u16> = js::units(&text).collect();
    heap.touch(units.len() * 2)?;
    let remembers = regex.regex.global || regex.regex.sticky;
    let from = if remembers { regex.last_index.get() } else { 0 };
    let found = if from > units.len() {
        None
    } else {
        heap.search(|steps| regex.regex.find(&units, from, false, steps))?
    };
    if remembers {
        regex.last_index.set(found.as_ref().and_then(|captures| captures[0]).map_or(0, |(_, end)| end));
    }
    Ok(Value::Bool(found.is_some()))
}
