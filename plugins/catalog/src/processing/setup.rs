//! Builds the orchestrator from the configuration.

use std::sync::Arc;

use callboard_kit::url_reader::UrlReader;
use callboard_scm::Integrations;
use callboard_scm::file::FileReader;
use serde_json::Value;

use super::orchestrator::Orchestrator;
use super::place::Places;
use super::processors;
use crate::rules::{CatalogRules, RulesError};

/// The types of locations that may be registered and named by other locations, besides their own.
const ALLOWED_LOCATION_TYPES: [&str; 1] = ["url"];

/// What keeps the orchestrator from being built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A rule of the catalog cannot be understood.
    #[error(transparent)]
    Rules(#[from] RulesError),
}

impl Orchestrator {
    /// An orchestrator for the `catalog` section of the configuration. `resolve_file` turns the target of a
    /// configured `file` location into the absolute path that its entity carries.
    ///
    /// # Errors
    /// When `catalog.rules` or the rules of a location are not in their form.
    pub fn from_config(
        catalog: &Value,
        urls: &Arc<dyn UrlReader>,
        integrations: &Arc<Integrations>,
        files: FileReader,
        resolve_file: &dyn Fn(&str) -> String,
    ) -> Result<Self, SetupError> {
        Ok(Self {
            processors: processors::configured(
                processors::default_processors(urls, integrations, files),
                catalog,
            ),
            rules: CatalogRules::from_config(catalog, resolve_file)?,
            integrations: integrations.clone(),
            allowed_location_types: ALLOWED_LOCATION_TYPES.map(str::to_owned).to_vec(),
            places: Places::default(),
        })
    }

    /// The location types that may be registered over the API.
    pub fn allowed_location_types(&self) -> &[String] {
        &self.allowed_location_types
    }
}
