//! Reading the audit log: `/api/audit`. What is in it, `callboard-audit` writes; Backstage has no such plugin.

mod error;
mod events;
mod facets;
mod ingestion;
mod params;
mod permissions;
mod plugin;
mod stream;

pub use permissions::EVENT_READ;
pub use plugin::AuditPlugin;
