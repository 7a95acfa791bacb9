//! One event as it leaves: the members of Backstage's auditor, secrets taken out, every part within bounds.

use std::sync::Arc;

use bytes::Bytes;
use callboard_config::Masker;
use callboard_kit::audit::request::RequestFacts;
use callboard_kit::audit::{AuditEvent, Severity};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::request_url::{cut, shown};

const LONGEST_AGENT: usize = 512;
const LONGEST_ERROR: usize = 1_024;
const LONGEST_NAME: usize = 1_024;
/// Of `meta` as JSON.
const LONGEST_META: usize = 16 * 1024;

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Initiated,
    Succeeded,
    Failed,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// An event as it was given, with its circumstances.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) event: AuditEvent,
    pub(crate) status: Status,
    pub(crate) facts: Option<Arc<RequestFacts>>,
    pub(crate) at: Timestamp,
    /// Events like this one that were left out before it.
    pub(crate) left_out: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Actor {
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hostname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
}

#[derive(Serialize)]
struct Request {
    url: String,
    method: String,
}

/// The event as every sink gets it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'e> {
    uuid: String,
    timestamp: String,
    plugin: &'e str,
    event_id: &'e str,
    severity_level: &'static str,
    status: &'static str,
    actor: Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Request>,
    #[serde(skip_serializing_if = "is_empty")]
    meta: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

fn is_empty(meta: &Value) -> bool {
    meta.is_null() || meta.as_object().is_some_and(Map::is_empty)
}

/// An event ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) severity: Severity,
    /// The document as JSON on one line.
    pub(crate) json: Bytes,
}

impl Taken {
    /// Makes the document. `masker` knows the secrets of the configuration; those of the request are taken out too.
    pub(crate) fn into_entry(self, masker: &Masker) -> Entry {
        let Self { event, status, facts, at, left_out } = self;
        let of_request = facts.as_ref().map(|facts| Masker::new(&facts.secrets())).unwrap_or_default();
        let clean = |text: &str, longest: usize| {
            let masked = masker.mask(text);
            cut(&of_request.mask(&masked), longest).into_owned()
        };
        let request = facts.as_ref().map(|facts| Request {
            url: clean(&shown(facts.url()), LONGEST_NAME * 2),
            method: facts.method().to_owned(),
        });
        let actor = Actor {
            actor_id: (event.actor != "anonymous").then(|| clean(&event.actor, LONGEST_NAME)),
            ip: facts.as_ref().and_then(|facts| facts.ip()).map(|ip| ip.to_canonical().to_string()),
            hostname: facts.as_ref().and_then(|facts| facts.hostname()).map(|name| clean(name, LONGEST_NAME)),
            user_agent: facts
                .as_ref()
                .and_then(|facts| facts.user_agent())
                .map(|name| clean(name, LONGEST_AGENT)),
        };
        let mut meta = cleaned(event.meta, &clean);
        if meta.to_string().len() > LONGEST_META {
            meta = json!({"tooLong": true});
        }
        if left_out > 0
            && let Value::Object(members) = &mut meta
        {
            members.insert("notRecordedBefore".to_owned(), left_out.into());
        }
        let document = Document {
            uuid: uuid::Uuid::new_v4().to_string(),
            timestamp: format!("{at:.3}"),
            plugin: event.plugin,
            event_id: event.event_id,
            severity_level: event.severity.as_str(),
            status: status.as_str(),
            actor,
            request,
            meta,
            error: event.error.map(|error| clean(&error, LONGEST_ERROR)),
        };
        // Texts and numbers can always be written.
        let json = serde_json::to_vec(&document).unwrap_or_default();
        Entry { severity: event.severity, json: json.into() }
    }
}

/// Every text in a value, names too, without secrets.
fn cleaned(value: Value, clean: &impl Fn(&str, usize) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text, LONGEST_META)),
        Value::Array(items) => items.into_iter().map(|item| cleaned(item, clean)).collect(),
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(key, value)| (clean(&key, LONGEST_NAME), cleaned(value, clean)))
                .collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(meta: Value, error: Option<&str>) -> Taken {
        let event = AuditEvent {
            plugin: "catalog",
            event_id: "location-mutate",
            severity: Severity::Medium,
            actor: "user:default/ada".to_owned(),
            meta,
            error: error.map(str::to_owned),
        };
        let status = if error.is_some() { Status::Failed } else { Status::Succeeded };
        Taken { event, status, facts: None, at: Timestamp::UNIX_EPOCH, left_out: 0 }
    }

    fn document(taken: Taken, masker: &Masker) -> Value {
        serde_json::from_slice(&taken.into_entry(masker).json).expect("JSON")
    }

    #[test]
    fn the_members_are_those_of_backstages_auditor() {
        let document =
            document(taken(json!({"actionType": "create"}), Some("ConflictError: x")), &Masker::default());
        let expected = json!({
            "uuid": document["uuid"], "timestamp": "1970-01-01T00:00:00.000Z", "plugin": "catalog",
            "eventId": "location-mutate", "severityLevel": "medium", "status": "failed",
            "actor": {"actorId": "user:default/ada"}, "meta": {"actionType": "create"}, "error": "ConflictError: x",
        });
        assert_eq!(document, expected);
    }

    #[test]
    fn secrets_are_taken_out_of_keys_values_and_errors() {
        let masker = Masker::new(&["canary-secret-77"]);
        let meta = json!({"canary-secret-77": ["x canary-secret-77 y", {"deep": "77-terces-yranac"}]});
        let document = document(taken(meta, Some("no canary-secret-77")), &masker).to_string();
        assert!(!document.contains("canary") && !document.contains("yranac"), "{document}");
    }

    #[test]
    fn what_is_too_long_is_left_out_and_said_so() {
        let document = document(taken(json!({"a": "x".repeat(40_000)}), None), &Masker::default());
        assert_eq!(document["meta"], json!({"tooLong": true}));
    }
}
