//! The record of who did what, in the format of Backstage's auditor (`backend-defaults` 0.18.0).
//!
//! A route says with [`route::Audited`] which event it is; the barrier in [`crate::http`] then records the attempt and
//! its outcome, and a denial of any route. What only the handler knows it adds with [`request::note`]. A plugin whose
//! events are not its routes (a sign-in, say) gives them to [`AuditLog::record`] itself. Either way the event gets the
//! address, browser and URL of the request that is being answered.

pub mod request;
pub mod route;

use serde_json::Value;

/// How much an event matters; decides which sinks take it and its log level
/// (`backend.auditor.severityLogLevelMappings`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Reading, and what happens all the time.
    Low,
    /// Changing something; signing in.
    Medium,
    /// Changing who may do what.
    High,
    /// Somebody should look at this at once.
    Critical,
}

impl Severity {
    /// All, lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// As it is written: `low`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity that is written like this.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == text)
    }
}

/// One event in the format of Backstage's auditor.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    /// Plugin id.
    pub plugin: &'static str,
    /// `entity-mutate`, `location-mutate`, …
    pub event_id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// User reference, service subject or `plugin:<id>`; `anonymous` for nobody.
    pub actor: String,
    /// What was asked, without secrets.
    pub meta: Value,
    /// `None` when it succeeded, the reason when it failed.
    pub error: Option<String>,
}

/// Takes events.
pub trait AuditLog: Send + Sync {
    /// Records how something ended; never blocks and never fails the request.
    fn record(&self, event: AuditEvent);

    /// Records that something has begun, so that an attempt is known of which nobody saw the end. `event.error` means
    /// nothing here.
    fn initiated(&self, event: AuditEvent) {
        drop(event);
    }

    /// Whether anybody takes events of this severity. Who would have to gather much for an event asks first.
    fn wants(&self, severity: Severity) -> bool {
        severity > Severity::Low || tracing::enabled!(target: "audit", tracing::Level::DEBUG)
    }

    /// Whether many events may follow each other now. Background work that records thousands waits for it; a request
    /// never does.
    fn has_room(&self) -> bool {
        true
    }
}

/// Writes events to the structured log and nowhere else, for tests and tools.
#[derive(Debug, Default, Clone, Copy)]
pub struct LogAudit;

impl AuditLog for LogAudit {
    fn record(&self, event: AuditEvent) {
        let status = if event.error.is_some() { "failed" } else { "succeeded" };
        let error = event.error.unwrap_or_default();
        match event.severity {
            Severity::Low => tracing::debug!(
                target: "audit", is_audit_event = true, plugin = event.plugin, event_id = event.event_id,
                actor = %event.actor, meta = %event.meta, status, error, "{}.{}", event.plugin, event.event_id
            ),
            _ => tracing::info!(
                target: "audit", is_audit_event = true, plugin = event.plugin, event_id = event.event_id,
                actor = %event.actor, meta = %event.meta, status, error, "{}.{}", event.plugin, event.event_id
            ),
        }
    }
}
