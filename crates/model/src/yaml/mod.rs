//! YAML text as JSON values: YAML 1.2 with the core schema, merge keys disabled, as tolerant and as strict as npm
//! `yaml` 2.9, which is what the files of Backstage installations were written against.
//!
//! Known differences, all in files that no other tool would read alike: a byte order mark inside a document is
//! refused; a lone carriage return ends a line; quotes that are never closed end with their document instead of
//! taking the following ones along; keys of different types with the same text (`1`, `"1"`) count as duplicates.
//!
//! Each document of a file stands for itself: a broken one does not take the others with it. What JSON cannot say is
//! written as Backstage's JSON would say it: `.inf` and `.nan` become null, keys become strings.

mod build;
mod error;
mod input;
mod position;
mod positions;
mod scalar;
mod split;
mod write;

use serde_json::Value;

pub use error::{Position, YamlError};
pub use positions::Positions;
pub use write::to_yaml;

/// How much one text may ask for. Every limit has its own error.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Length of the text in bytes.
    pub max_bytes: usize,
    /// How deep lists and mappings may be nested, what aliases bring in counted.
    pub max_depth: usize,
    /// Documents in one text.
    pub max_documents: usize,
    /// What all aliases of one document may bring in together, in bytes of text; each value counts 32 on top.
    pub max_alias_bytes: usize,
}

impl Default for Limits {
    /// 32 MiB, 100 levels, 100,000 documents, 8 MiB through aliases.
    fn default() -> Self {
        Self { max_bytes: 32 << 20, max_depth: 100, max_documents: 100_000, max_alias_bytes: 8 << 20 }
    }
}

/// One document and where in the text it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its value; null for an empty document.
    pub value: Value,
    /// Where it starts: line of its first text, 1-based.
    pub line: usize,
    range: std::ops::Range<usize>,
    first_line: usize,
}

impl Document {
    /// Where a field stands, for `source` being the text that this document was parsed from: the key of a field, the
    /// first character of a list item. `pointer` is a JSON pointer (`/spec/owner`); of a field that is missing, the
    /// nearest one around it that is there answers. `None` only where `source` is another text.
    ///
    /// Reads the document again: positions cost nothing until a fault asks for one.
    pub fn position(&self, source: &str, pointer: &str) -> Option<Position> {
        position::find(source.get(self.range.clone())?, self.first_line, pointer)
    }

    /// Where every value stands, for `source` being the text that this document was parsed from, in one reading of it.
    /// `None` for an empty document or another text.
    pub fn positions(&self, source: &str) -> Option<Positions> {
        positions::all(source.get(self.range.clone())?, self.first_line)
    }
}

/// Parses a text of any number of documents. Documents of nothing but comments are left out unless `---` announces
/// them; those are null. A limit that ends the reading is the last result.
pub fn parse_documents(text: &str, limits: &Limits) -> Vec<Result<Document, YamlError>> {
    if text.len() > limits.max_bytes {
        let message = format!("the text is {} bytes long; at most {} are read", text.len(), limits.max_bytes);
        return vec![Err(YamlError::new(1, 1, message))];
    }
    let mut documents = Vec::new();
    for chunk in split::documents(text) {
        if documents.len() >= limits.max_documents {
            let message = format!("more than {} documents in one text", limits.max_documents);
            documents.push(Err(YamlError::new(chunk.line, 1, message)));
            break;
        }
        documents.push(build::value(&text[chunk.range.clone()], chunk.line, limits).map(|value| Document {
            value,
            line: chunk.line,
            range: chunk.range,
            first_line: chunk.line,
        }));
    }
    documents
}

/// Parses a text that holds one document, as configuration files do; an empty text is null.
pub fn parse_one(text: &str, limits: &Limits) -> Result<Document, YamlError> {
    let mut documents = parse_documents(text, limits).into_iter();
    let first = match documents.next() {
        Some(first) => first?,
        None => Document { value: Value::Null, line: 1, range: 0..0, first_line: 1 },
    };
    match documents.next() {
        None => Ok(first),
        Some(second) => {
            let line = second.map_or_else(|error| error.position.line, |document| document.line);
            Err(YamlError::new(line, 1, "a second document starts here; only one is expected".to_owned()))
        }
    }
}
