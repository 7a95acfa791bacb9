//! The processors, as the list that [`default_processors`] is, and what each of them may do.

mod annotate_location;
mod bundle;
mod file_reader;
mod kinds;
mod placeholder;
mod placeholder_read;
mod url_reader;

use std::sync::Arc;

use async_trait::async_trait;
use callboard_kit::url_reader::UrlReader;
use callboard_model::{Entity, LocationRef};
use callboard_scm::Integrations;
use callboard_scm::file::FileReader;
use serde_json::Value;

use super::cache::ProcessorCache;
use super::emitted::Emitted;
use super::failure::Failure;
use super::outcome::EmittedRelation;
use super::targets::Target;

pub(super) use placeholder::has_placeholders;

/// The priority of a processor that the configuration gives none; lower runs earlier.
const DEFAULT_PRIORITY: i64 = 20;

/// Where the entity at hand comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The location that it was read at.
    pub(crate) location: &'a LocationRef,
    /// The location at the root of its tree.
    pub(crate) origin: &'a LocationRef,
}

/// What was found at a location.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The documents, each with the location of its own file.
    pub(crate) entities: Vec<(Value, LocationRef)>,
    /// Sources whose change means that the location must be read again.
    pub(crate) refresh_keys: Vec<String>,
    /// What could not be read.
    pub(crate) failures: Vec<Failure>,
    /// What to hand in as `cached` the next time.
    pub(crate) remember: Option<Value>,
    /// How much was read.
    pub(crate) bytes: usize,
}

/// One step in the processing of entities. A processor does what it knows and leaves the rest to the others.
#[async_trait]
pub(crate) trait Processor: Send + Sync {
    /// The name under which `catalog.processorOptions` and errors know it.
    fn name(&self) -> &'static str;

    /// Completes or changes the entity before it is checked.
    async fn pre_process(
        &self,
        _entity: &mut Entity,
        _context: &Context<'_>,
        _emitted: &mut Emitted,
        _cache: &mut ProcessorCache,
    ) -> Result<(), Failure> {
        Ok(())
    }

    /// Whether the entity is of a kind that this processor knows; an error if it is and breaks that kind's rules.
    fn validate_kind(&self, _entity: &Entity) -> Result<bool, Failure> {
        Ok(false)
    }

    /// Reads a location; `None` if its type is none of this processor's. `cached` is what it remembered last time.
    async fn read_location(&self, _target: &Target, _cached: Option<&Value>) -> Option<Read> {
        None
    }

    /// The relations that follow from a valid entity, in both directions.
    fn relations(&self, _entity: &Entity) -> Result<Vec<EmittedRelation>, Failure> {
        Ok(Vec::new())
    }
}

/// The processors of a stock catalog in the order in which they run (catalog-backend 4.0.0 with the openapi and
/// scaffolder-entity-model modules).
pub(super) fn default_processors(
    urls: &Arc<dyn UrlReader>,
    integrations: &Arc<Integrations>,
    files: FileReader,
) -> Vec<Box<dyn Processor>> {
    vec![
        Box::new(placeholder::PlaceholderProcessor::new(urls.clone(), integrations.clone())),
        Box::new(kinds::BUILTIN_KINDS),
        Box::new(file_reader::FileReaderProcessor::new(files)),
        Box::new(url_reader::UrlReaderProcessor::new(urls.clone())),
        Box::new(annotate_location::AnnotateLocationEntityProcessor::new(integrations.clone())),
        Box::new(kinds::SCAFFOLDER_ENTITIES),
    ]
}

/// Applies `catalog.disableDefaultProcessors` and `catalog.processorOptions.<name>.{disabled,priority}`. The kinds
/// stay even then: without them no entity could be valid.
pub(super) fn configured(processors: Vec<Box<dyn Processor>>, catalog: &Value) -> Vec<Box<dyn Processor>> {
    let no_defaults = catalog["disableDefaultProcessors"] == true;
    let option = |name: &str, key: &str| &catalog["processorOptions"][name][key];
    let mut kept: Vec<_> = processors
        .into_iter()
        .filter(|processor| option(processor.name(), "disabled") != true)
        .filter(|processor| !no_defaults || kinds::is_one(processor.name()))
        .collect();
    // A stable sort: among equals the order of the list stays.
    kept.sort_by_key(|processor| option(processor.name(), "priority").as_i64().unwrap_or(DEFAULT_PRIORITY));
    kept
}
