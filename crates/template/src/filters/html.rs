//! Filters of markup.

use super::{Arguments, like, text_of, text_or_empty};
use crate::error::{Fallible, Fault};
use crate::js;
use crate::value::{Heap, Str, Value};

/// Markup inside of what looks like markup is taken away so many times.
const MOST_PASSES: usize = 8;

pub(super) fn escape<'a>(input: Value<'a>, heap: &Heap<'a>, forced: bool) -> Fallible<Value<'a>> {
    if matches!(input, Value::Safe(_)) && !forced {
        return Ok(input);
    }
    let mut text = String::new();
    input.push_rendered(&mut text, heap)?;
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' => escaped.push_str("&#92;"),
            other => escaped.push(other),
        }
    }
    heap.made(escaped.len())?;
    Ok(Value::safe(Str::from(escaped)))
}

pub(super) fn nl2br<'a>(input: &Value<'a>, heap: &Heap<'a>) -> Fallible<Value<'a>> {
    let text = if input.is_nullish() { "" } else { text_of(input)? };
    like(input, text.replace("\r\n", "\n").replace('\n', "<br />\n"), heap)
}

pub(super) fn striptags<'a>(
    input: &Value<'a>,
    args: Arguments<'_, 'a>,
    heap: &Heap<'a>,
) -> Fallible<Value<'a>> {
    let mut text = text_or_empty(input)?.to_owned();
    let mut passes = 0;
    while let Some(stripped) = without_tags(&text) {
        heap.touch(text.len())?;
        if passes == MOST_PASSES {
            return Err(Fault::evaluation("the markup is nested in itself too often"));
        }
        passes += 1;
        text = stripped;
    }
    let text = js::trim(&text);
    let text = if args.get(0).is_truthy() { with_lines(text) } else { one_line(text) };
    like(input, text, heap)
}

/// The text without tags and comments; `None` if it has none.
fn without_tags(text: &str) -> Option<String> {
    let mut stripped: Option<String> = None;
    let (mut kept, mut at) = (0, 0);
    // Once there is no end of a tag or comment, there is none further on either.
    let (mut has_end, mut has_comment_end) = (true, true);
    while let Some(step) = text[at..].find('<') {
        let start = at + step;
        let rest = &text[start..];
        let end = if rest.starts_with("<!--") && has_comment_end {
            let end = rest[4..].find("-->").map(|end| end + 7);
            has_comment_end = end.is_some();
            end
        } else if has_end && is_tag(rest) {
            let end = rest.find('>').map(|end| end + 1);
            has_end = end.is_some();
            end
        } else {
            None
        };
        match end {
            Some(length) => {
                stripped.get_or_insert_default().push_str(&text[kept..start]);
                at = start + length;
                kept = at;
            }
            None => at = start + 1,
        }
    }
    stripped.map(|mut stripped| {
        stripped.push_str(&text[kept..]);
        stripped
    })
}

/// Does a tag begin here: `<`, maybe `/`, and a name of letters and digits that ends as a word?
fn is_tag(text: &str) -> bool {
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && !name.trim_start_matches(|character: char| character.is_ascii_alphanumeric()).starts_with('_')
}

fn one_line(text: &str) -> String {
    text.split(js::is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Keeps line breaks: spaces at the edges of lines go, as do further ones in a row, and more than one empty line.
fn with_lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            lines.push('\n');
        }
        let (line, carriage) = match line.strip_suffix('\r') {
            Some(line) => (line.trim_end_matches(' '), "\r"),
            None => (line.trim_end_matches(' '), ""),
        };
        let mut space = false;
        for character in line.trim_start_matches(' ').chars() {
            if character != ' ' || !space {
                lines.push(character);
            }
            space = character == ' ';
        }
        lines.push_str(carriage);
    }
    let mut lines = lines.replace("\r\n", "\n");
    while lines.contains("\n\n\n") {
        lines = lines.replace("\n\n\n", "\n\n");
    }
    lines
}
