//! Filters of strings.

use super::{Arguments, like, made, text_of, text_or_empty};
use crate::error::{Fallible, Fault};
use crate::js;
use crate::value::{Heap, Str, Value};

/// The most spaces that a filter puts in.
const MOST_SPACES: f64 = 16.0 * 1024.0 * 1024.0;

/// Upper case for the first unit: characters beyond the first 65,536 are two and stay.
fn upper_first(word: &str) -> String {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) if first.len_utf16() == 1 => first.to_uppercase().chain(characters).collect(),
        _ => word.to_owned(),
    }
}

pub(super) fn capitalize<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let text = text_or_empty(input)?.to_lowercase();
    like(input, upper_first(&text), heap)
}

pub(super) fn title<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let words: Vec<String> =
        text_or_empty(input)?.split(' ').map(|word| upper_first(&word.to_lowercase())).collect();
    like(input, words.join(" "), heap)
}

pub(super) fn lower<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    made(text_or_empty(input)?.to_lowercase(), heap)
}

pub(super) fn upper<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    made(text_or_empty(input)?.to_uppercase(), heap)
}

pub(super) fn trim<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    like(input, js::trim(text_of(input)?).to_owned(), heap)
}

fn spaces(count: f64) -> Fallible<usize> {
    if count.is_nan() || count <= 0.0 {
        return Ok(0);
    }
    if count > MOST_SPACES {
        return Err(Fault::evaluation("that is more space than a filter may make"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    Ok(count.ceil() as usize)
}

/// `value.length`, whatever that is for the value.
fn direct_length<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Value<'a> {
    match input {
        Value::Str(_) | Value::Safe(_) | Value::Array(_) | Value::Record(_) => input.member("length", heap),
        _ => Value::Undefined,
    }
}

fn normalized(input: Value<'_>) -> Value<'_> {
    match input {
        Value::Undefined | Value::Null | Value::Bool(false) => Value::Str(Str::Borrowed("")),
        other => other,
    }
}

pub(super) fn center<'a>(input: Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let input = normalized(input);
    let width = args.or(0, 80.0);
    let length = direct_length(&input, heap);
    if length.order(&width, heap)?.is_some_and(std::cmp::Ordering::is_ge) {
        return Ok(input);
    }
    let room = width.to_number(heap)? - length.to_number(heap)?;
    let before = spaces(room / 2.0 - room % 2.0)?;
    let behind = spaces(room / 2.0)?;
    let text = input.to_text(heap)?;
    heap.made(text.len() + before + behind)?;
    like(&input, format!("{}{text}{}", " ".repeat(before), " ".repeat(behind)), heap)
}

pub(super) fn indent<'a>(input: &Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let text = text_or_empty(input)?;
    if text.is_empty() && !matches!(input, Value::Safe(_)) {
        return Ok(Value::Str(Str::Borrowed("")));
    }
    let width = spaces(args.or(0, 4.0).to_number(heap)?)?;
    let first = args.get(1).is_truthy();
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + usize::from(first);
    heap.made(text.len().saturating_add(lines.saturating_mul(width)))?;
    let indentation = " ".repeat(width);
    let mut out = String::with_capacity(text.len() + lines * width);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if index > 0 || first {
            out.push_str(&indentation);
        }
        out.push_str(line);
    }
    like(input, out, heap)
}

pub(super) fn safe<'a>(input: Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    Ok(match input {
        Value::Safe(_) => input,
        Value::Str(text) => Value::safe(text),
        other => {
            let mut text = String::new();
            other.push_rendered(&mut text, heap)?;
            Value::safe(Str::from(text))
        }
    })
}

pub(super) fn string<'a>(input: Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    match input {
        Value::Undefined | Value::Null => Err(Fault::evaluation("undefined and null are no strings")),
        Value::Safe(_) | Value::Str(_) => Ok(input),
        other => made(other.to_text(heap)?, heap),
    }
}

pub(super) fn truncate<'a>(
    input: Value<'a>,
    args: Arguments<'_, 'a>,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let normal = normalized(input.clone());
    let wanted = args.or(0, 255.0);
    if direct_length(&normal, heap).order(&wanted, heap)?.is_some_and(std::cmp::Ordering::is_le) {
        return Ok(normal);
    }
    let text = text_of(&normal)?;
    let length = wanted.to_number(heap)?;
    let end = if args.get(1).is_truthy() { length } else { last_space(text, length).unwrap_or(length) };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "NaN and negative ones become 0"
    )]
    let mut cut = js::slice_units(text, 0, end.max(0.0) as usize);
    match args.get(2) {
        Value::Undefined | Value::Null => cut.push_str("..."),
        end => js::concat(&mut cut, &end.to_text(heap)?),
    }
    like(&input, cut, heap)
}

/// `text.lastIndexOf(' ', from)`.
#[expect(clippy::cast_precision_loss, reason = "indexes of strings are far below 2^53")]
fn last_space(text: &str, from: f64) -> Option<f64> {
    let from = if from.is_nan() { f64::INFINITY } else { from.max(0.0) };
    let mut found = None;
    for (index, unit) in js::units(text).enumerate() {
        if index as f64 > from {
            break;
        }
        if unit == 0x20 {
            found = Some(index as f64);
        }
    }
    found
}

pub(super) fn wordcount<'a>(input: &Value<'a>) -> Fallible<Value<'a>> {
    if !input.is_truthy() {
        return Ok(Value::Null);
    }
    let text = text_or_empty(input)?;
    let mut words = 0;
    let mut inside = false;
    for character in text.chars() {
        let word = js::is_word(character);
        words += usize::from(word && !inside);
        inside = word;
    }
    Ok(if words == 0 { Value::Null } else { Value::count(words) })
}
