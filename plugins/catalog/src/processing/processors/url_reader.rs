//! Reads `url` locations through the guarded reader, and only when they changed.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadOptions, ReadSearch, UrlReader};
use callboard_model::LocationRef;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{Processor, Read};
use crate::processing::failure::Failure;
use crate::processing::limits::{MAX_CACHED_BYTES, MAX_ERROR_CHARS, READ_TIMEOUT, READS_AT_ONCE};
use crate::processing::parse;
use crate::processing::targets::Target;

/// What it remembers of a target: `{etag, entities: [{location, entity}]}`. A source that has not changed gives
/// the same entities again without being sent or parsed again.
pub(super) struct UrlReaderProcessor {
    urls: Arc<dyn UrlReader>,
    slots: Semaphore,
}

impl UrlReaderProcessor {
    pub(super) fn new(urls: Arc<dyn UrlReader>) -> Self {
        Self { urls, slots: Semaphore::new(READS_AT_ONCE) }
    }

    async fn search(&self, url: &str, etag: Option<&str>) -> Result<ReadSearch, ReadError> {
        // The semaphore is never closed, so waiting for a slot cannot fail.
        let _slot = self.slots.acquire().await.ok();
        let options = ReadOptions { etag: etag.map(str::to_owned) };
        tokio::time::timeout(READ_TIMEOUT, self.urls.search(url, &options)).await.unwrap_or_else(|_| {
            Err(ReadError::Failed(format!("no answer within {} s", READ_TIMEOUT.as_secs())))
        })
    }

    async fn documents(&self, found: ReadSearch, target: &Target) -> Read {
        let mut read = Read::default();
        for file in found.files {
            let location = match LocationRef::new(&target.location.kind, &file.path) {
                Ok(location) => location,
                Err(error) => {
                    read.failures.push(Failure::type_error(error.to_string()));
                    continue;
                }
            };
            read.bytes += file.body.len();
            let parsed = parse::parse(file.body, &location).await;
            read.failures.extend(parsed.failures);
            read.entities.extend(parsed.entities.into_iter().map(|entity| (entity, location.clone())));
        }
        read.remember = found
            .etag
            .filter(|_| read.failures.is_empty() && read.bytes <= MAX_CACHED_BYTES)
            .map(|etag| remembered(&etag, &read.entities));
        read
    }
}

#[async_trait]
impl Processor for UrlReaderProcessor {
    fn name(&self) -> &'static str {
        "url-reader"
    }

    async fn read_location(&self, target: &Target, cached: Option<&Value>) -> Option<Read> {
        if target.location.kind != "url" {
            return None;
        }
        let url = &target.location.target;
        let etag = cached.and_then(|cached| cached["etag"].as_str());
        let mut read = match self.search(url, etag).await {
            Ok(found) if found.files.is_empty() && !target.optional => failed(
                Failure::not_found(format!("Unable to read url, no matching files found for {url}")),
                url,
            ),
            Ok(found) => self.documents(found, target).await,
            Err(ReadError::NotModified) if cached.is_some() => recalled(cached),
            Err(ReadError::NotFound(_)) if target.optional => Read::default(),
            // The same words for a missing file, whether the host says so or a search finds nothing.
            Err(ReadError::NotFound(_)) => failed(
                Failure::not_found(format!("Unable to read url, no matching files found for {url}")),
                url,
            ),
            Err(error) => failed(unreadable(&error), url),
        };
        read.refresh_keys.push(target.location.to_string());
        Some(read)
    }
}

fn failed(failure: Failure, url: &str) -> Read {
    Read { failures: vec![failure.at(url)], ..Read::default() }
}

/// A failed read; what was read before stays in the catalog until a read succeeds.
fn unreadable(error: &ReadError) -> Failure {
    let text: String = error.to_string().chars().take(MAX_ERROR_CHARS).collect();
    let message = format!("Unable to read url, {text}");
    match error {
        ReadError::NotAllowed(_) => Failure::not_allowed(message),
        // Without the seconds that are left: the same error must read the same in every run, or each run is a change.
        ReadError::RateLimited { url, .. } => Failure::general(format!(
            "Unable to read url, {url} answered that its rate limit is used up; until the host allows more, the \
             catalog keeps what it read last"
        )),
        _ => Failure::general(message),
    }
}

fn remembered(etag: &str, entities: &[(Value, LocationRef)]) -> Value {
    let entities: Vec<Value> = entities
        .iter()
        .map(|(entity, location)| json!({"location": location.target, "entity": entity}))
        .collect();
    json!({"etag": etag, "entities": entities})
}

/// What was read last time; `cached` is known to be there.
fn recalled(cached: Option<&Value>) -> Read {
    let mut read = Read { remember: cached.cloned(), ..Read::default() };
    let entries = cached.and_then(|cached| cached["entities"].as_array());
    for entry in entries.into_iter().flatten() {
        if let Some(location) = entry["location"].as_str().and_then(|url| LocationRef::new("url", url).ok()) {
            read.entities.push((entry["entity"].clone(), location));
        }
    }
    read
}
