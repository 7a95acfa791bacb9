//! The engine: from roles and policies to a decision. It knows no database, no files and no HTTP.

pub(crate) mod aliases;
pub(crate) mod decide;
pub(crate) mod explain;
pub(crate) mod owner;
pub(crate) mod snapshot;
pub(crate) mod view;
