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

    /// The parser's error in our words; `first_line` is the line at which the parsed part starts.
    pub(super) fn from_scan(error: &ScanError, first_line: usize) -> Self {
        let mark = error.marker();
        Self::new(first_line + mark.line().max(1) - 1, mark.col() + 1, explain(error.info()))
    }
}

/// Parts of the parser's texts, and what the writer of the file should hear.
const EXPLANATIONS: &[(&str, &str)] = &[
    (
        "mapping values are not allowed",
        "a mapping cannot start here; check the indentation, and quote text that holds \": \"",
    ),
    ("unknown anchor", "this alias names an anchor that does not stand before it in the document"),
];

fn explain(info: &str) -> String {
    EXPLANATIONS
        .iter()
        .find(|(part, _)| info.contains(part))
        .map_or_else(|| info.to_owned(), |(_, explanation)| (*explanation).to_owned())
}
