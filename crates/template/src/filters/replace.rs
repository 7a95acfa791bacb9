//! The filter `replace`, and JavaScript's replacement of what a regular expression matches.

use super::{Arguments, like, made, text_of};
use crate::error::Fallible;
use crate::js;
use crate::regex::{Captures, Regex};
use crate::value::{Heap, Value};

pub(super) fn replace<'a>(input: Value<'a>, args: Arguments<'_, 'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let search = args.get(0);
    if let Value::Regex(regex) = &search {
        let text = text_of(&input)?;
        let replacement = args.get(1).to_text(heap)?;
        let (replaced, _) = substitute(regex.regex, 0, text, &replacement, heap)?;
        return made(replaced, heap);
    }
    let (Value::Str(_) | Value::Number(_)) = search else { return Ok(input) };
    let coerced = match &input {
        Value::Number(_) => Value::string(input.to_text(heap)?),
        other => other.clone(),
    };
    let Some(text) = coerced.as_text() else { return Ok(coerced) };
    let needle = search.to_text(heap)?;
    if needle.is_empty() {
        let replacement = args.get(1).to_text(heap)?;
        // As in JavaScript: joining with undefined joins with commas.
        let separator = if matches!(args.get(1), Value::Undefined) { "," } else { &replacement };
        let mut out = replacement.clone();
        heap.made(text.len().saturating_mul(separator.len() + 1))?;
        for (index, unit) in js::units(text).enumerate() {
            if index > 0 {
                out.push_str(separator);
            }
            js::concat(&mut out, &js::from_units([unit]));
        }
        js::concat(&mut out, &replacement);
        return like(&coerced, out, heap);
    }
    let most = match args.get(2) {
        Value::Undefined => -1.0,
        most => match most {
            Value::Number(number) => number,
            ref other => {
                // Only the number 0 means that nothing is replaced; everything else is counted up to.
                let number = other.to_number(heap)?;
                if number == 0.0 { f64::NAN } else { number }
            }
        },
    };
    let matches = text.matches(needle.as_str()).count();
    if most == 0.0 || matches == 0 {
        return Ok(coerced.clone());
    }
    let replacement = args.get(1).to_text(heap)?;
    heap.made(text.len().saturating_add(matches.saturating_mul(replacement.len())))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; NaN becomes 0")]
    let replaced = if most == -1.0 {
        text.replace(needle.as_str(), &replacement)
    } else {
        text.replacen(needle.as_str(), &replacement, most.max(0.0).ceil() as usize)
    };
    like(&input, replaced, heap)
}

/// `text.replace(regex, replacement)`; returns where the next search begins, too.
pub(crate) fn substitute<'a>(
    regex: &Regex,
    last_index: usize,
    text: &str,
    replacement: &str,
    heap: &Heap<'a>,
) -> Fallible<(String, usize)> {
    let units: Vec<u16> = js::units(text).collect();
    heap.touch(units.len() * 2)?;
    let mut out: Vec<u16> = Vec::with_capacity(units.len());
    let mut kept = 0;
    let mut from = if regex.global || !regex.sticky { 0 } else { last_index };
    let mut next_search = if regex.global { 0 } else { last_index };
    while from <= units.len() {
        let Some(captures) = heap.search(|steps| regex.find(&units, from, false, steps))? else {
            if regex.sticky {
                next_search = 0;
            }
            break;
        };
        let Some((start, end)) = captures[0] else { break };
        out.extend_from_slice(&units[kept..start]);
        expand(&mut out, replacement, &units, &captures, regex);
        heap.made(out.len() * 2)?;
        kept = end;
        if !regex.global {
            if regex.sticky {
                next_search = end;
            }
            break;
        }
        from = if end == start { end + 1 } else { end };
    }
    if from > units.len() && regex.sticky && !regex.global {
        next_search = 0;
    }
    out.extend_from_slice(units.get(kept..).unwrap_or_default());
    Ok((js::from_units(out), next_search))
}

/// Puts in a replacement with its `$1`, `$&`, `$<name>` and so on.
fn expand(out: &mut Vec<u16>, replacement: &str, text: &[u16], captures: &Captures, regex: &Regex) {
    let (start, end) = captures[0].unwrap_or_default();
    let group = |index: usize| {
        captures.get(index).copied().flatten().map_or(&[][..], |(start, end)| &text[start..end])
    };
    let mut rest = replacement;
    while let Some(dollar) = rest.find('$') {
        out.extend(js::units(&rest[..dollar]));
        let behind = &rest[dollar + 1..];
        let mut length = 1;
        match behind.chars().next() {
            Some('$') => out.push(0x24),
            Some('&') => out.extend_from_slice(&text[start..end]),
            Some('`') => out.extend_from_slice(&text[..start]),
            Some('\'') => out.extend_from_slice(&text[end..]),
            Some('0'..='9') => {
                let digits = behind.bytes().take(2).take_while(u8::is_ascii_digit).count();
                let number = |digits: usize| behind[..digits].parse::<usize>().unwrap_or(0);
                let digits = (1..=digits).rev().find(|digits| (1..captures.len()).contains(&number(*digits)));
                match digits {
                    Some(digits) => {
                        out.extend_from_slice(group(number(digits)));
                        length = digits;
                    }
                    None => {
                        out.push(0x24);
                        length = 0;
                    }
                }
            }
            Some('<') if !regex.names().is_empty() && behind.contains('>') => {
                let close = behind.find('>').unwrap_or(0);
                if let Some((_, index)) = regex.names().iter().find(|(name, _)| *name == behind[1..close]) {
                    out.extend_from_slice(group(*index));
                }
                length = close + 1;
            }
            _ => {
                out.push(0x24);
                length = 0;
            }
        }
        rest = &behind[length..];
    }
    out.extend(js::units(rest));
}

/// `text.replace(search, replacement)` for a string: the first place only, with `$&` and so on.
pub(crate) fn substitute_text(text: &str, search: &str, replacement: &str) -> String {
    let Some(index) = text.find(search) else { return text.to_owned() };
    let units: Vec<u16> = js::units(text).collect();
    let start = js::units(&text[..index]).count();
    let captures: Captures = vec![Some((start, start + js::units(search).count()))];
    let mut out = units[..start].to_vec();
    if let Ok(none) = Regex::new("", "") {
        expand(&mut out, replacement, &units, &captures, &none);
    }
    out.extend_from_slice(&units[start + js::units(search).count()..]);
    js::from_units(out)
}
