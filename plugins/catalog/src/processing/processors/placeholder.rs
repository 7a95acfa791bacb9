//! Replaces `$text`, `$json`, `$yaml`, `$openapi` and `$asyncapi` in an entity by what they name.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::url_reader::UrlReader;
use callboard_model::Entity;
use callboard_scm::Integrations;
use serde_json::{Map, Value};

use super::placeholder_read::Reader;
use super::{Context, Processor};
use crate::processing::cache::ProcessorCache;
use crate::processing::emitted::Emitted;
use crate::processing::failure::Failure;
use crate::processing::limits::MAX_PLACEHOLDERS;

/// Under this name the configuration and the cache know it.
pub(super) const NAME: &str = "PlaceholderProcessor";

pub(super) struct PlaceholderProcessor {
    urls: Arc<dyn UrlReader>,
    integrations: Arc<Integrations>,
}

impl PlaceholderProcessor {
    pub(super) fn new(urls: Arc<dyn UrlReader>, integrations: Arc<Integrations>) -> Self {
        Self { urls, integrations }
    }
}

/// What a placeholder makes of the text that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolver {
    Text,
    Json,
    Yaml,
    /// `$openapi` and `$asyncapi`: the document with the files that its references name built in.
    Bundle,
}

impl Resolver {
    fn of(key: &str) -> Option<Self> {
        match key {
            "$text" => Some(Self::Text),
            "$json" => Some(Self::Json),
            "$yaml" => Some(Self::Yaml),
            "$openapi" | "$asyncapi" => Some(Self::Bundle),
            _ => None,
        }
    }
}

/// One placeholder and where it stands.
#[derive(Debug)]
pub(super) struct Placeholder {
    /// JSON pointer of the object that it replaces.
    pub(super) pointer: String,
    /// As written, `$text`.
    pub(super) key: String,
    pub(super) resolver: Resolver,
    /// URL or relative path.
    pub(super) argument: String,
}

#[async_trait]
impl Processor for PlaceholderProcessor {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn pre_process(
        &self,
        entity: &mut Entity,
        context: &Context<'_>,
        emitted: &mut Emitted,
        cache: &mut ProcessorCache,
    ) -> Result<(), Failure> {
        if !any_in(entity.as_map()) {
            return Ok(());
        }
        let mut found = Vec::new();
        for (key, value) in entity.as_map() {
            find(value, format!("/{}", escape(key)), &mut found);
        }
        if found.len() > MAX_PLACEHOLDERS {
            return Err(Failure::input(format!(
                "The entity has {} placeholders; at most {MAX_PLACEHOLDERS} are replaced",
                found.len()
            )));
        }
        let mut reader = Reader::new(self.urls.as_ref(), &self.integrations, context.location, cache);
        let mut replaced = Vec::with_capacity(found.len());
        for placeholder in found {
            let value = reader
                .resolve(&placeholder)
                .await
                .map_err(|failure| failure.at_field(placeholder.pointer.clone()))?;
            replaced.push((placeholder.pointer, value));
        }
        for url in reader.finish() {
            emitted.refresh_key(&format!("url:{url}"));
        }
        let mut whole = Value::Object(std::mem::take(entity.as_map_mut()));
        for (pointer, value) in replaced {
            if let Some(place) = whole.pointer_mut(&pointer) {
                *place = value;
            }
        }
        if let Value::Object(map) = whole {
            *entity.as_map_mut() = map;
        }
        Ok(())
    }
}

/// Whether an entity may have placeholders. Most have none, and need no pointers to them.
pub(in crate::processing) fn has_placeholders(entity: &Value) -> bool {
    entity.as_object().is_some_and(any_in)
}

fn any_in(map: &Map<String, Value>) -> bool {
    fn any(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(any),
            Value::Object(map) => map.keys().any(|key| key.starts_with('$')) || map.values().any(any),
            _ => false,
        }
    }
    map.values().any(any)
}

/// Finds objects with exactly one key that is a placeholder with a string. An object with any other `$key` is left
/// alone with all that is in it: JSON schemas are full of them.
fn find(value: &Value, pointer: String, found: &mut Vec<Placeholder>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if item.is_array() || item.is_object() {
                    find(item, format!("{pointer}/{index}"), found);
                }
            }
        }
        Value::Object(map) if map.keys().any(|key| key.starts_with('$')) => {
            let mut entries = map.iter();
            if let (Some((key, Value::String(argument))), None) = (entries.next(), entries.next())
                && let Some(resolver) = Resolver::of(key)
            {
                found.push(Placeholder { pointer, key: key.clone(), resolver, argument: argument.clone() });
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                if item.is_array() || item.is_object() {
                    find(item, format!("{pointer}/{}", escape(key)), found);
                }
            }
        }
        _ => {}
    }
}

/// A key as one step of a JSON pointer.
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
