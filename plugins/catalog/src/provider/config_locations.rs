//! `ConfigLocationProvider`: the locations of `catalog.locations`.

use std::path::{Path, PathBuf};

use callboard_config::Config;
use callboard_model::LocationRef;
use callboard_scm::file::resolve_file_target;

use super::{Mutation, ProvidedEntity};
use crate::config::ConfiguredLocation;
use crate::error::CatalogError;
use crate::processing::location_entity;

/// The name that Backstage gives it; rows in the database carry it.
pub(crate) const NAME: &str = "ConfigLocationProvider";

/// Turns the target of a configured `file` location into an absolute path.
#[derive(Debug, Clone)]
pub(crate) struct FileTargets {
    working_directory: PathBuf,
    config_directory: PathBuf,
}

impl FileTargets {
    /// Relative targets are tried from the working directory, then as stock configurations mean them.
    pub(crate) fn new(config: &Config) -> Self {
        let working_directory = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        let file = config.origin("catalog.locations").map(|origin| working_directory.join(&*origin.source));
        let config_directory =
            file.as_deref().and_then(Path::parent).unwrap_or(&working_directory).to_path_buf();
        Self { working_directory, config_directory }
    }

    /// The path; for a file that is nowhere, where it was looked for first. Reading it then says what is wrong.
    pub(crate) fn resolve(&self, target: &str) -> String {
        match resolve_file_target(target, &self.working_directory, &self.config_directory) {
            Ok(path) => path.to_string_lossy().into_owned(),
            Err(error) => {
                tracing::warn!(target, %error, "a configured location is not there");
                self.working_directory.join(target).to_string_lossy().into_owned()
            }
        }
    }
}

/// All configured locations.
pub(crate) fn mutation(
    locations: &[ConfiguredLocation],
    files: &FileTargets,
) -> Result<Mutation, CatalogError> {
    let entities = locations.iter().enumerate().map(|(index, location)| {
        let target = match location.kind.as_str() {
            "file" => files.resolve(&location.target),
            _ => location.target.clone(),
        };
        let location = LocationRef::new(&location.kind, &target)
            .map_err(|error| CatalogError::Setting(format!("catalog.locations[{index}]: {error}")))?;
        Ok(ProvidedEntity { entity: location_entity(&location), location_key: Some(location.to_string()) })
    });
    Ok(Mutation::Full(entities.collect::<Result<_, CatalogError>>()?))
}
