//! The scaffolder: templates, tasks and actions (`plugin-scaffolder-backend` 4.2.0).

pub mod action;
pub mod actions;
pub mod autocomplete;
pub mod config;
mod core;
mod db;
mod dry_run;
pub mod error;
mod follow;
mod http;
mod metrics;
mod permissions;
pub mod plugin;
mod run;
mod secrets;
mod tasks;
mod template;
mod worker;

pub use error::ScaffolderError;
pub use plugin::{ScaffolderParts, ScaffolderPlugin};
