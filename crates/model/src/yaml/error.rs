//! What is wrong with a YAML text, and where.

use saphyr_parser::ScanError;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
}

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {message}", .position.line, .position.column)]
pub struct YamlError {
    /// Where in the whole text.
    pub position: Position,
    /// What is wrong and what to do.
    pub message: String,
}

impl YamlError {
    pub(super) fn new(line: usize, column: usize, message: String) -> Self {
        Self { position: Position { line, column }, message }
    }

    /// The parser's error in our words; `first_line` is the line at which `text`, the part it parsed, starts. What is
    /// missing at the end is reported at the end of the last line, not on a line that belongs to the next document.
    pub(super) fn from_scan(error: &ScanError, text: &str, first_line: usize) -> Self {
        let mark = error.marker();
        let (mut line, mut column) = (mark.line().max(1), mark.col() + 1);
        if let Some((last, content)) = text.lines().enumerate().last()
            && line > last + 1
            && !text.contains('\r')
        {
            (line, column) = (last + 1, content.chars().count() + 1);
        }
        Self::new(first_line + line - 1, column, explain(error.info()))
    }
}

/// Parts of the parser's texts, and what the writer of the file should hear.
const EXPLANATIONS: &[(&str, &str)] = &[
    (
        "mapping values are not allowed",
        "a mapping cannot start here; check the indentation, and quote text that holds \": \"",
    ),
    ("unknown anchor", "this alias names an anchor that does not stand before it in the document"),
    (
        "simple key expect",
        "a key must stand on one line and be followed by a colon; check the indentation of the text above",
    ),
    ("did not find expected key", "expected another key here; check the indentation of this line"),
    (
        "did not find expected <document start>",
        "this does not belong to the value above; check its indentation",
    ),
    ("did not find expected '-'", "expected another \"- \" item here; check the indentation of this line"),
    ("unexpected character", "text cannot start with this character; put it in quotes"),
    ("unexpected end of stream", "the quotes that were opened before are never closed"),
    ("block indentation", "this line is indented with a tab; indent with spaces"),
    ("tab", "a tab stands where YAML takes spaces only"),
    ("while parsing a flow", "a bracket or brace is not closed, or a comma is missing"),
    ("byte order mark", "a byte order mark stands inside the document; remove this invisible character"),
];

fn explain(info: &str) -> String {
    EXPLANATIONS
        .iter()
        .find(|(part, _)| info.contains(part))
        .map_or_else(|| info.to_owned(), |(_, explanation)| (*explanation).to_owned())
}
