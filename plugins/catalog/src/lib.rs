//! The software catalog: ingestion, stitching, the index and the API.

pub mod analyze;
pub mod processing;
pub mod rules;
pub mod validate;
