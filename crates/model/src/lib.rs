//! Entities, kinds, references, relations, filters and YAML as pure code: no I/O, no clock, no tokio.

pub mod entity;
pub mod filter;
pub mod kinds;
pub mod policy;
pub mod projection;
pub mod relations;
pub mod search_rows;
pub mod stable_json;
pub mod validation;
pub mod yaml;

pub use entity::{Entity, EntityRef, LocationRef};
