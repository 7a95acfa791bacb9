//! Answering questions: what a caller may see, and what the index and the tables say about it.

pub(crate) mod access;
pub(crate) mod ancestry;
pub(crate) mod by_query;
pub(crate) mod change_log;
pub(crate) mod cursor;
pub(crate) mod locations;
pub(crate) mod permissions;
pub(crate) mod pieces;
pub(crate) mod rules;
pub(crate) mod unprocessed;
