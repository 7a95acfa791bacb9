//! Reads what the placeholders of one entity name: each source once, only when it changed, within limits.

use std::collections::BTreeMap;

use callboard_kit::url_reader::{ReadError, ReadOptions, UrlReader};
use callboard_model::{LocationRef, yaml};
use callboard_scm::Integrations;
use serde_json::{Value, json};

use super::bundle;
use super::placeholder::{NAME, Placeholder, Resolver};
use crate::processing::cache::ProcessorCache;
use crate::processing::failure::Failure;
use crate::processing::limits::{
    MAX_CACHED_PLACEHOLDER_BYTES, MAX_ERROR_CHARS, MAX_PLACEHOLDER_BYTES, READ_TIMEOUT,
};

/// The sources of one entity's placeholders.
pub(super) struct Reader<'a> {
    urls: &'a dyn UrlReader,
    integrations: &'a Integrations,
    base: &'a LocationRef,
    cache: &'a mut ProcessorCache,
    texts: BTreeMap<String, String>,
    bytes: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        urls: &'a dyn UrlReader,
        integrations: &'a Integrations,
        base: &'a LocationRef,
        cache: &'a mut ProcessorCache,
    ) -> Self {
        Self { urls, integrations, base, cache, texts: BTreeMap::new(), bytes: 0 }
    }

    /// The value that takes the place of a placeholder.
    pub(super) async fn resolve(&mut self, placeholder: &Placeholder) -> Result<Value, Failure> {
        let Placeholder { key, argument, resolver, .. } = placeholder;
        let url = self.integrations.resolve_url(argument, &self.base.target, None).map_err(|error| {
            Failure::input(format!(
                "Placeholder {key} could not form a URL out of {} and {argument}, {error}; \
                 a relative path needs an entity that was read from a url location",
                self.base.target
            ))
        })?;
        // Not for $openapi and $asyncapi: specifications are commonly put together from several repositories.
        if *resolver != Resolver::Bundle
            && self.integrations.same_repository(&url, &self.base.target) == Some(false)
        {
            return Err(Failure::not_allowed(format!(
                "Placeholder may only reference files from the same repository as the entity: {key} names {url}, \
                 the entity is described in {}",
                self.base.target
            )));
        }
        let text = self.text(&url).await.map_err(|problem| {
            Failure::input(format!("Placeholder {key} could not read location {url}, {problem}"))
                .at(url.clone())
        })?;
        match resolver {
            Resolver::Text => Ok(Value::String(text)),
            Resolver::Json => serde_json::from_str(&text).map_err(|error| {
                Failure::input(format!("Placeholder {key} failed to parse JSON data at {argument}, {error}"))
                    .at(format!("{url}:{}:{}", error.line(), error.column()))
            }),
            Resolver::Yaml => one_document(&text, &url).map_err(|failure| {
                Failure::input(format!("Placeholder {key} at {argument}")).because(failure)
            }),
            Resolver::Bundle => {
                bundle::bundle(self, &url, &text).await.map(Value::String).map_err(|failure| {
                    Failure::input(format!("Placeholder {key} at {argument}")).because(failure)
                })
            }
        }
    }

    /// The text at a URL; the error says why there is none.
    pub(super) async fn text(&mut self, url: &str) -> Result<String, String> {
        if let Some(text) = self.texts.get(url) {
            return Ok(text.clone());
        }
        let known = self.cache.get(NAME, url).cloned();
        let etag = known.as_ref().and_then(|known| known["etag"].as_str()).map(str::to_owned);
        let read = tokio::time::timeout(READ_TIMEOUT, self.urls.read_url(url, &ReadOptions { etag })).await;
        let (text, etag) = match read {
            Err(_) => return Err(format!("no answer within {} s", READ_TIMEOUT.as_secs())),
            Ok(Err(ReadError::NotModified)) => {
                match known.as_ref().and_then(|known| known["text"].as_str()) {
                    Some(text) => (
                        text.to_owned(),
                        known.as_ref().and_then(|known| known["etag"].as_str()).map(str::to_owned),
                    ),
                    None => {
                        return Err("the host says that it has not changed, but it was never read".to_owned());
                    }
                }
            }
            Ok(Err(error)) => return Err(error.to_string().chars().take(MAX_ERROR_CHARS).collect()),
            Ok(Ok(read)) => (String::from_utf8_lossy(&read.body).into_owned(), read.etag),
        };
        self.bytes += text.len();
        if self.bytes > MAX_PLACEHOLDER_BYTES {
            return Err(format!(
                "the placeholders of one entity may bring in {MAX_PLACEHOLDER_BYTES} bytes together"
            ));
        }
        if let Some(etag) = etag.filter(|_| text.len() <= MAX_CACHED_PLACEHOLDER_BYTES) {
            self.cache.set(NAME, url, json!({"etag": etag, "text": text}));
        }
        self.texts.insert(url.to_owned(), text.clone());
        Ok(text)
    }

    /// Resolves a reference inside a document that was read.
    pub(super) fn resolve_url(&self, reference: &str, base: &str) -> Result<String, String> {
        self.integrations.resolve_url(reference, base, None).map_err(|error| error.to_string())
    }

    /// The URLs that were read.
    pub(super) fn finish(self) -> impl Iterator<Item = String> {
        self.texts.into_keys()
    }
}

/// The only document of a text.
pub(super) fn one_document(text: &str, url: &str) -> Result<Value, Failure> {
    let document = yaml::parse_one(text, &yaml::Limits::default()).map_err(|error| {
        let at = format!("{url}:{}:{}", error.position.line, error.position.column);
        Failure::general(format!("YAML error at {url}, {error}")).at(at)
    })?;
    Ok(document.value)
}
