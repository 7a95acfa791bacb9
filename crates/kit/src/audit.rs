//! The record of who did what. The sinks are a later room; today events go to the structured log.

use serde_json::Value;

/// How much an event matters; decides the log level (`backend.auditor.severityLogLevelMappings`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Reading.
    Low,
    /// Changing something.
    Medium,
    /// Changing who may do what.
    High,
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
    /// User reference, service subject or `plugin:<id>`.
    pub actor: String,
    /// What was asked, without secrets.
    pub meta: Value,
    /// `None` when it succeeded, the reason when it failed.
    pub error: Option<String>,
}

/// Takes events.
pub trait AuditLog: Send + Sync {
    /// Records one event; never blocks and never fails the request.
    fn record(&self, event: AuditEvent);
}

/// Writes events to the structured log.
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
            Severity::Medium | Severity::High => tracing::info!(
                target: "audit", is_audit_event = true, plugin = event.plugin, event_id = event.event_id,
                actor = %event.actor, meta = %event.meta, status, error, "{}.{}", event.plugin, event.event_id
            ),
        }
    }
}
