//! Looks at the repository behind a URL: are there catalog files already, and if not, what could one say?
//! (contract: POST /analyze-location)

mod repository;

use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, UrlReader};
use callboard_model::LocationRef;
use callboard_scm::Integrations;
use serde_json::{Value, json};

use crate::processing::{Orchestrator, dry_run};

/// The name of a catalog file where neither caller nor `catalog.import.entityFilename` says another.
pub const DEFAULT_CATALOG_FILENAME: &str = "catalog-info.yaml";

/// Why a location cannot be analyzed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnalyzeError {
    /// The target is not an absolute URL.
    #[error("The given location.target is not a URL")]
    NotAUrl,
    /// The catalog's own records could not be asked.
    #[error("Could not look up whether {location} is registered: {reason}")]
    Lookup {
        /// The location in question.
        location: String,
        /// What happened.
        reason: String,
    },
}

/// Knows which locations are registered.
#[async_trait]
pub trait RegisteredLocations: Send + Sync {
    /// Whether this location is registered. The error says why it could not be found out.
    async fn is_registered(&self, location: &LocationRef) -> Result<bool, String>;
}

/// What analyzing needs.
pub struct Analyzer<'a> {
    /// Processes what is found.
    pub orchestrator: &'a Orchestrator,
    /// Reads the repository.
    pub urls: &'a dyn UrlReader,
    /// Knows the source hosts.
    pub integrations: &'a Integrations,
    /// Knows what is registered.
    pub registered: &'a dyn RegisteredLocations,
}

/// A URL and the name that a catalog file would have there.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `location.target`
    pub target: &'a str,
    /// `catalogFilename`, else [`DEFAULT_CATALOG_FILENAME`].
    pub catalog_filename: Option<&'a str>,
}

impl Analyzer<'_> {
    /// `{existingEntityFiles, generateEntities}` as the contract has it: the first if the repository has a catalog
    /// file, else a proposal for one.
    ///
    /// # Errors
    /// When the target is not a URL, or the catalog cannot say what is registered. A repository that cannot be read
    /// is no error: it counts as one without catalog files.
    pub async fn analyze(&self, request: Request<'_>) -> Result<Value, AnalyzeError> {
        let url = url::Url::parse(request.target).map_err(|_| AnalyzeError::NotAUrl)?;
        let existing = self.existing(&request).await?;
        if !existing.is_empty() {
            return Ok(json!({"existingEntityFiles": existing, "generateEntities": []}));
        }
        let entity = self.proposal(request.target, &url);
        Ok(json!({"existingEntityFiles": [], "generateEntities": [{"entity": entity, "fields": []}]}))
    }

    /// The entities of the catalog file at the repository's root, if the host is known and it has one.
    async fn existing(&self, request: &Request<'_>) -> Result<Vec<Value>, AnalyzeError> {
        let filename = request.catalog_filename.unwrap_or(DEFAULT_CATALOG_FILENAME);
        let Some(file) = repository::catalog_file(self.integrations, request.target, filename) else {
            return Ok(Vec::new());
        };
        match self.urls.search(&file, &Default::default()).await {
            Ok(found) if !found.files.is_empty() => {}
            Ok(_) | Err(ReadError::NotFound(_)) => return Ok(Vec::new()),
            Err(error) => {
                tracing::info!(%error, url = %file, "could not look for a catalog file");
                return Ok(Vec::new());
            }
        }
        let location = LocationRef { kind: "url".to_owned(), target: file };
        let entities = match dry_run(self.orchestrator, &location).await {
            Ok(entities) => entities,
            Err(error) => {
                tracing::info!(%error, %location, "the catalog file that is there is not valid");
                return Ok(Vec::new());
            }
        };
        let is_registered = self
            .registered
            .is_registered(&location)
            .await
            .map_err(|reason| AnalyzeError::Lookup { location: location.to_string(), reason })?;
        let file = json!({"type": location.kind, "target": location.target});
        let entry = |entity| json!({"location": file, "isRegistered": is_registered, "entity": entity});
        Ok(entities.into_iter().map(entry).collect())
    }

    fn proposal(&self, target: &str, url: &url::Url) -> Value {
        let (owner, name) = match self.integrations.repository(target) {
            Some(found) => (found.owner, found.name),
            None => repository::owner_and_name(url),
        };
        let mut entity = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": name},
            "spec": {"type": "other", "lifecycle": "unknown"},
        });
        let host_type = self.integrations.by_url(target).map(|integration| integration.host_type());
        if let Some(prefix) = host_type.and_then(repository::annotation_prefix) {
            let slug = if owner.is_empty() { name } else { format!("{owner}/{name}") };
            entity["metadata"]["annotations"] = json!({format!("{prefix}/project-slug"): slug});
        }
        entity
    }
}
