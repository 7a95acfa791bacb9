//! What goes into the processing of one entity and what comes out of it: the seam to the processing loop.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::Failure;

/// One entity that is due.
#[derive(Debug, Clone)]
pub struct ProcessingInput {
    /// The entity as its provider or parent gave it, with its location annotations.
    pub entity: Value,
    /// Who owns the row; handed on to the children that name no key of their own.
    pub location_key: Option<String>,
    /// What the processors kept from the last run.
    pub cache: Option<Value>,
}

/// An entity that came out of another one and is to be processed on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Deferred {
    /// The child, with its location annotations.
    pub entity: Value,
    /// Its reference, lower-case.
    pub entity_ref: String,
    /// The key that owns it.
    pub location_key: Option<String>,
}

/// One relation, in one direction. References are full and lower-case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmittedRelation {
    /// Where it starts.
    pub source_ref: String,
    /// `ownedBy`, `partOf`, …
    pub relation_type: String,
    /// Where it ends.
    pub target_ref: String,
}

/// Why an entity could not be processed, as it will stand in its `status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessingError {
    /// Backstage's name of the error: `InputError`, `NotAllowedError`, …
    pub name: String,
    /// What was wrong and what to do.
    pub message: String,
    /// `file:line:column`, or the URL that was read.
    pub location: Option<String>,
}

/// What came out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProcessingOutcome {
    /// Whether everything went well. If not, only `errors` (and `cache`) count; the last good state stays.
    pub ok: bool,
    /// The entity after all processors, when it is valid.
    pub completed: Option<Value>,
    /// Its children, without duplicates.
    pub deferred: Vec<Deferred>,
    /// Its relations, sorted and distinct, in both directions.
    pub relations: Vec<EmittedRelation>,
    /// What a change notice may name to have this entity processed again.
    pub refresh_keys: Vec<String>,
    /// What went wrong.
    pub errors: Vec<ProcessingError>,
    /// What to hand in the next time.
    pub cache: Option<Value>,
}

/// Who takes the children of a location while its other targets are still being read.
#[async_trait]
pub(crate) trait TakesChildren: Send {
    /// Takes children, among which no entity is twice. An error ends the reading.
    async fn take(&mut self, children: Vec<Deferred>) -> Result<(), Failure>;
}
