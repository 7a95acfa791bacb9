//! Entities, kinds, references, relations, filters and YAML as pure code: no I/O, no clock, no tokio.

pub mod filter;
pub mod search_rows;
