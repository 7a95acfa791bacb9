//! The software catalog: ingestion, stitching, the index and the API.

pub mod processing;
