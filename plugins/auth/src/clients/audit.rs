//! What clients and users did, for the record.

use callboard_kit::audit::{AuditEvent, Severity};
use serde_json::json;

use super::Clients;

impl Clients {
    /// Records an event about a client.
    pub(super) fn record(&self, event_id: &'static str, actor: &str, client_id: &str, error: Option<String>) {
        self.audit.record(AuditEvent {
            plugin: "auth",
            event_id,
            severity: Severity::Medium,
            actor: actor.to_owned(),
            meta: json!({"clientId": client_id}),
            error,
        });
    }
}
