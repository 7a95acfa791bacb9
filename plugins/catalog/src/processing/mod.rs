//! From one unprocessed entity to its final form, its children and its relations (catalog-backend 4.0.0, the steps
//! of its processing orchestrator).

mod cache;
mod dry_run;
mod emitted;
mod failure;
mod limits;
mod orchestrator;
mod outcome;
mod parse;
mod place;
mod processors;
mod setup;
mod targets;

pub use dry_run::{DryRunError, EntityFault, dry_run, location_entity};
pub use emitted::bounded_refresh_key;
pub(crate) use emitted::described_twice;
pub use failure::Failure;
pub use orchestrator::Orchestrator;
pub(crate) use outcome::TakesChildren;
pub use outcome::{Deferred, EmittedRelation, ProcessingError, ProcessingInput, ProcessingOutcome};
pub use setup::SetupError;
