//! Cuts a text into documents, so that each can fail on its own and the parser never sees more than one.
//!
//! This is safe because YAML forbids a line that starts with `---` or `...` inside any scalar or collection: such a
//! line always ends a document.

use std::ops::Range;

/// The part of a text that holds one document.
pub(super) struct Chunk {
    pub(super) range: Range<usize>,
    /// The line of its first character, 1-based.
    pub(super) line: usize,
}

/// The documents of a text in order; a byte order mark in front belongs to none.
pub(super) fn documents(text: &str) -> Vec<Chunk> {
    let mut splitter = Splitter { chunks: Vec::new(), start: 0, line: 1, holds: Holds::Nothing };
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    splitter.start = at;
    let mut number = 1;
    for line in text[at..].split_inclusive('\n') {
        if is_marker(line, "---") {
            if splitter.holds >= Holds::Marker {
                splitter.cut(at, number);
            }
            splitter.holds = Holds::Marker;
        } else if is_marker(line, "...") {
            let end = at + line.len();
            if splitter.holds > Holds::Nothing {
                splitter.cut(end, number + 1);
            } else {
                (splitter.start, splitter.line) = (end, number + 1);
            }
        } else if splitter.holds < Holds::Content {
            let lead = line.trim_start();
            if line.starts_with('%') && splitter.holds < Holds::Marker {
                splitter.holds = Holds::Directive;
            } else if !lead.is_empty() && !lead.starts_with('#') {
                splitter.holds = Holds::Content;
            }
        }
        at += line.len();
        number += 1;
    }
    if splitter.holds > Holds::Nothing {
        splitter.cut(at, number);
    }
    splitter.chunks
}

/// What the part since the last cut holds so far.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Nothing,
    Directive,
    Marker,
    Content,
}

struct Splitter {
    chunks: Vec<Chunk>,
    start: usize,
    line: usize,
    holds: Holds,
}

impl Splitter {
    fn cut(&mut self, end: usize, next_line: usize) {
        self.chunks.push(Chunk { range: self.start..end, line: self.line });
        (self.start, self.line, self.holds) = (end, next_line, Holds::Nothing);
    }
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}
