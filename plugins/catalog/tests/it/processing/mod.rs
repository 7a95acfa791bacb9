//! Processing from the outside: entities in, outcomes out, with sources in memory or on disk.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod analyze;
mod attacks;
mod conformance;
mod corpus;
mod dry_run;
mod mutations;
mod placeholders;
mod sources;
mod steps;
mod support;
mod targets;
mod validate;
