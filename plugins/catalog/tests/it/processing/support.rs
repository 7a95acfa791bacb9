//! A reader of URLs in memory, an orchestrator over it, and short ways to ask it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadFile, ReadOptions, ReadSearch, ReadTree, ReadUrl, UrlReader};
use callboard_model::LocationRef;
use callboard_plugin_catalog::processing::{Orchestrator, ProcessingInput, ProcessingOutcome};
use callboard_scm::Integrations;
use callboard_scm::file::FileReader;
use serde_json::{Value, json};

/// What a URL answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Text(String),
    /// Text under a tag.
    Tagged(String, String),
    /// Several files, for a pattern.
    Files(Vec<(String, String)>),
    Bytes(Vec<u8>),
    Fails(ReadError),
    Hangs,
}

/// URLs and their answers; notes every request with the tag that it sent.
#[derive(Debug, Default)]
pub(crate) struct FakeUrls {
    answers: Mutex<BTreeMap<String, Answer>>,
    requests: Mutex<Vec<(String, Option<String>)>>,
}

impl FakeUrls {
    pub(crate) fn set(&self, url: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(url.to_owned(), answer);
    }

    pub(crate) fn requests(&self) -> Vec<(String, Option<String>)> {
        self.requests.lock().unwrap().clone()
    }

    async fn answer(&self, url: &str, options: &ReadOptions) -> Result<ReadSearch, ReadError> {
        self.requests.lock().unwrap().push((url.to_owned(), options.etag.clone()));
        let file =
            |body: Vec<u8>| vec![ReadFile { path: url.to_owned(), body: body.into(), executable: false }];
        let answer = self.answers.lock().unwrap().get(url).cloned();
        match answer {
            None => Err(ReadError::NotFound(format!("{url} does not exist"))),
            Some(Answer::Text(text)) => Ok(ReadSearch { files: file(text.into_bytes()), etag: None }),
            Some(Answer::Bytes(bytes)) => Ok(ReadSearch { files: file(bytes), etag: None }),
            Some(Answer::Tagged(tag, _)) if options.etag.as_ref() == Some(&tag) => {
                Err(ReadError::NotModified)
            }
            Some(Answer::Tagged(tag, text)) => {
                Ok(ReadSearch { files: file(text.into_bytes()), etag: Some(tag) })
            }
            Some(Answer::Files(files)) => Ok(ReadSearch {
                files: files
                    .into_iter()
                    .map(|(path, text)| ReadFile { path, body: text.into_bytes().into(), executable: false })
                    .collect(),
                etag: None,
            }),
            Some(Answer::Fails(error)) => Err(error),
            Some(Answer::Hangs) => std::future::pending().await,
        }
    }
}

#[async_trait]
impl UrlReader for FakeUrls {
    async fn read_url(&self, url: &str, options: &ReadOptions) -> Result<ReadUrl, ReadError> {
        let found = self.answer(url, options).await?;
        let body = found.files.into_iter().next().map(|file| file.body).unwrap_or_default();
        Ok(ReadUrl { body, etag: found.etag })
    }

    async fn read_tree(&self, url: &str, _options: &ReadOptions) -> Result<ReadTree, ReadError> {
        Err(ReadError::Failed(format!("{url} is no tree")))
    }

    async fn search(&self, url: &str, options: &ReadOptions) -> Result<ReadSearch, ReadError> {
        // As the real one: nothing there is an empty list, not an error.
        match self.answer(url, options).await {
            Err(ReadError::NotFound(_)) => Ok(ReadSearch { files: Vec::new(), etag: None }),
            other => other,
        }
    }
}

/// An orchestrator and its sources.
pub(crate) struct World {
    pub(crate) urls: Arc<FakeUrls>,
    pub(crate) integrations: Arc<Integrations>,
    pub(crate) orchestrator: Orchestrator,
}

/// Rules that let every kind in.
pub(crate) fn everything() -> Value {
    json!({"rules": [{"allow": [
        "Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template", "AiResource"
    ]}]})
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(everything())
    }

    /// A world with this `catalog` section.
    pub(crate) fn with(catalog: Value) -> Self {
        let urls = Arc::new(FakeUrls::default());
        let integrations = Arc::new(Integrations::from_value(None).unwrap());
        let reader: Arc<dyn UrlReader> = urls.clone();
        let orchestrator = Orchestrator::from_config(
            &catalog,
            &reader,
            &integrations,
            FileReader::default(),
            &str::to_owned,
        )
        .unwrap();
        Self { urls, integrations, orchestrator }
    }

    pub(crate) fn text(self, url: &str, text: &str) -> Self {
        self.urls.set(url, Answer::Text(text.to_owned()));
        self
    }

    pub(crate) fn answer(self, url: &str, answer: Answer) -> Self {
        self.urls.set(url, answer);
        self
    }

    /// Processes an entity that was read at `location`.
    pub(crate) async fn process(&self, entity: Value, location: &str) -> ProcessingOutcome {
        self.process_cached(entity, location, None).await
    }

    pub(crate) async fn process_cached(
        &self,
        mut entity: Value,
        location: &str,
        cache: Option<Value>,
    ) -> ProcessingOutcome {
        let annotations = &mut entity["metadata"]["annotations"];
        annotations["backstage.io/managed-by-location"] = location.into();
        if annotations["backstage.io/managed-by-origin-location"].is_null() {
            annotations["backstage.io/managed-by-origin-location"] = location.into();
        }
        self.orchestrator.process(ProcessingInput { entity, location_key: None, cache }).await
    }

    /// Reads a location of the given type and target.
    pub(crate) async fn read(&self, kind: &str, target: &str) -> ProcessingOutcome {
        self.process(location(json!({"type": kind, "target": target})), &format!("{kind}:{target}")).await
    }
}

/// A Location entity with this spec.
pub(crate) fn location(spec: Value) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": "root", "namespace": "default"},
        "spec": spec,
    })
}

/// A valid component as YAML.
pub(crate) fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
         spec: {{type: service, lifecycle: production, owner: team-a}}\n"
    )
}

/// A valid component as a value.
pub(crate) fn component_value(name: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": name},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
    })
}

/// The references of the children in order.
pub(crate) fn children(outcome: &ProcessingOutcome) -> Vec<&str> {
    outcome.deferred.iter().map(|child| child.entity_ref.as_str()).collect()
}

/// The only error as `Name: message`.
pub(crate) fn error(outcome: &ProcessingOutcome) -> String {
    assert!(!outcome.ok, "an error was expected");
    assert_eq!(outcome.errors.len(), 1, "{:?}", outcome.errors);
    format!("{}: {}", outcome.errors[0].name, outcome.errors[0].message)
}

/// A file of the recorded material that lies beside the project in some workplaces, or `None` with a line that says so.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CALLBOARD_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    println!("skipped: {} is not here; CALLBOARD_SHARED can name its folder", found.display());
    None
}

pub(crate) fn location_ref(text: &str) -> LocationRef {
    LocationRef::parse(text).unwrap()
}
