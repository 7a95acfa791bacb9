//! Permissions on the running program: what users may see and do, route by route and entity by entity.

mod cli;
mod conditions;
mod matrix;
mod people;
