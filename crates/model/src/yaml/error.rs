//! What is wrong with a YAML text, and where.

use saphyr_parser::{Marker, ScanError};

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

    /// The parser's error in our words; `first_line` is the line at which `text`, the part it parsed, starts.
    pub(super) fn from_scan(error: &ScanError, text: &str, first_line: usize) -> Self {
        Self { position: Position::of(*error.marker(), text, first_line), message: explain(error.info()) }
    }
}

impl Position {
    /// Where the parser's mark is in the whole text. A mark behind the last line, where something is missing at the
    /// end, is put at the end of that line: the next one belongs to the next document.
    pub(super) fn of(mark: Marker, text: &str, first_line: usize) -> Self {
        let (mut line, mut column) = (mark.line().max(1), mark.col() + 1);
        if let Some((last, content)) = text.lines().enumerate().last()
            && line > last + 1
        {
            (line, column) = (last + 1, content.chars().count() + 1);
        }
        Self { line: first_line + line - 1, column }
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
    ("did not find expected node content", "a value is missing here, or a bracket is not closed"),
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
