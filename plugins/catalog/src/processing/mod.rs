//! From one unprocessed entity to its final form, its children and its relations.

mod outcome;

pub use outcome::{Deferred, EmittedRelation, ProcessingError, ProcessingInput, ProcessingOutcome};
