//! The index against the simplest possible model of it.

mod compaction;
mod model;
mod queries;
