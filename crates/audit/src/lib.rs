//! Where audit events go: the structured log, rotating files, Elasticsearch or OpenSearch, webhooks, and the table that
//! the portal reads.
//!
//! [`Auditor`] takes an event without waiting. One task writes it into the [`journal`], which is on disk where events leave
//! the process, and one task for each sink delivers from there, so that a sink which is down loses nothing and holds up
//! nobody. What is delivered is at least once; each event has a `uuid` by which a repetition is known.

mod auditor;
mod entry;
mod error;
mod flood;
mod journal;
mod lane;
mod metrics;
mod pump;
mod request_url;
mod settings;
mod sinks;
mod store;

pub use auditor::{Auditor, LogLines};
pub use error::AuditError;
pub use settings::AuditSettings;
pub use store::query::{Facet, Facets, Page, Query};
pub use store::{AuditStore, EVENTS_CHANNEL, StoredEvent};
