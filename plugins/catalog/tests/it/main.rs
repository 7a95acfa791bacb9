//! The catalog as a whole, on both databases.

mod support;

mod changes;
mod conflicts;
mod crashes;
mod families;
mod http;
mod locations;
mod orphans;
mod pipeline;
mod processes;
mod processing;
