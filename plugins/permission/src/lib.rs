//! Permissions: the framework on Backstage's wire, and role-based access control.
//!
//! [`PermissionService`] decides for every plugin of the process; [`PermissionPlugin`] is what stands at
//! `/api/permission`. The wire is that of `permission-backend` 0.7.16 and of `plugin-rbac-backend` 8.1.3.

mod engine;
mod error;
mod files;
mod http;
mod integration;
mod model;
mod plugin;
mod remote;
mod service;
mod settings;
mod sources;
mod stored;
mod validate;

pub use engine::explain::{Explanation, Step};
pub use error::RbacError;
pub use plugin::PermissionPlugin;
pub use service::{PermissionService, Question};
