//! Builds the files that an OpenAPI or AsyncAPI document refers to into it.
//!
//! The first reference to a part of another file is replaced by that part; further references, and those from inside
//! it to itself, point to the place where it now stands. References within the main document stay as they are.

use std::collections::HashMap;

use callboard_model::yaml;
use serde_json::{Map, Value};

use super::placeholder::escape;
use super::placeholder_read::{Reader, one_document};
use crate::processing::failure::Failure;
use crate::processing::limits::{MAX_BUNDLE_DEPTH, MAX_BUNDLED_DOCUMENTS, MAX_PLACEHOLDER_BYTES};

/// The document at `url` as one text, without references to other files.
pub(super) async fn bundle(reader: &mut Reader<'_>, url: &str, text: &str) -> Result<String, Failure> {
    let root = one_document(text, url)?;
    let mut bundle = Bundle {
        documents: HashMap::from([(url.to_owned(), root.clone())]),
        main: url.to_owned(),
        placed: HashMap::new(),
        size: 0,
    };
    let bundled = bundle.walk(reader, root, url, "#".to_owned(), 0).await?;
    if bundle.documents.len() == 1 {
        // Nothing was built in: the author's own text, comments and all, says it better.
        return Ok(text.to_owned());
    }
    Ok(yaml::to_yaml(&bundled))
}

struct Bundle {
    /// Everything that was read, by URL.
    documents: HashMap<String, Value>,
    main: String,
    /// Where a part of another file (`url#pointer`) stands in the result.
    placed: HashMap<String, String>,
    /// Rough size of what was built in.
    size: usize,
}

impl Bundle {
    /// `value`, which stands in the file `base`, with its references built in; it will stand at `place`.
    async fn walk(
        &mut self,
        reader: &mut Reader<'_>,
        value: Value,
        base: &str,
        place: String,
        depth: usize,
    ) -> Result<Value, Failure> {
        if depth > MAX_BUNDLE_DEPTH {
            return Err(Failure::input(format!(
                "The references of {} nest deeper than {MAX_BUNDLE_DEPTH}",
                self.main
            )));
        }
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    let reference = reference.clone();
                    return self.reference(reader, map, &reference, base, place, depth).await;
                }
                let mut walked = Map::with_capacity(map.len());
                for (key, item) in map {
                    let item = if item.is_object() || item.is_array() {
                        let place = format!("{place}/{}", escape(&key));
                        Box::pin(self.walk(reader, item, base, place, depth + 1)).await?
                    } else {
                        item
                    };
                    walked.insert(key, item);
                }
                Ok(Value::Object(walked))
            }
            Value::Array(items) => {
                let mut walked = Vec::with_capacity(items.len());
                for (index, item) in items.into_iter().enumerate() {
                    let place = format!("{place}/{index}");
                    walked.push(Box::pin(self.walk(reader, item, base, place, depth + 1)).await?);
                }
                Ok(Value::Array(walked))
            }
            other => Ok(other),
        }
    }

    async fn reference(
        &mut self,
        reader: &mut Reader<'_>,
        mut map: Map<String, Value>,
        reference: &str,
        base: &str,
        place: String,
        depth: usize,
    ) -> Result<Value, Failure> {
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let url = if file.is_empty() { base.to_owned() } else { self.resolve(reader, file, base)? };
        if url == self.main {
            map.insert("$ref".to_owned(), format!("#{pointer}").into());
            return Ok(Value::Object(map));
        }
        let key = format!("{url}#{pointer}");
        if let Some(there) = self.placed.get(&key) {
            map.insert("$ref".to_owned(), there.clone().into());
            return Ok(Value::Object(map));
        }
        let part = self.part(reader, &url, pointer, reference).await?;
        self.placed.insert(key, place.clone());
        Box::pin(self.walk(reader, part, &url, place, depth + 1)).await
    }

    fn resolve(&self, reader: &Reader<'_>, file: &str, base: &str) -> Result<String, Failure> {
        reader.resolve_url(file, base).map_err(|problem| {
            Failure::input(format!("The reference '{file}' in {base} is not a URL: {problem}")).at(base)
        })
    }

    /// A copy of the part of a file that a reference names.
    async fn part(
        &mut self,
        reader: &mut Reader<'_>,
        url: &str,
        pointer: &str,
        reference: &str,
    ) -> Result<Value, Failure> {
        if !self.documents.contains_key(url) {
            if self.documents.len() >= MAX_BUNDLED_DOCUMENTS {
                return Err(Failure::input(format!(
                    "{} refers to more than {MAX_BUNDLED_DOCUMENTS} files",
                    self.main
                )));
            }
            let text = reader.text(url).await.map_err(|problem| {
                Failure::input(format!("The reference '{reference}' could not be read: {problem}")).at(url)
            })?;
            self.documents.insert(url.to_owned(), one_document(&text, url)?);
        }
        let pointer = percent_decoded(pointer);
        let part = self.documents.get(url).and_then(|document| document.pointer(&pointer)).cloned();
        let part = part.ok_or_else(|| {
            Failure::input(format!("The reference '{reference}' names nothing: {url} has no '{pointer}'"))
                .at(url)
        })?;
        self.size += rough_size(&part);
        if self.size > MAX_PLACEHOLDER_BYTES {
            return Err(Failure::input(format!(
                "{} with its references is larger than {MAX_PLACEHOLDER_BYTES} bytes",
                self.main
            )));
        }
        Ok(part)
    }
}

/// References are URIs: a pointer in one may be percent-encoded.
fn percent_decoded(pointer: &str) -> String {
    if !pointer.contains('%') {
        return pointer.to_owned();
    }
    let bytes = pointer.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| pointer.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok()))
            .flatten();
        decoded.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn rough_size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(rough_size).sum::<usize>() + 2,
        Value::Object(map) => {
            map.iter().map(|(key, item)| key.len() + 4 + rough_size(item)).sum::<usize>() + 2
        }
        _ => 4,
    }
}
