//! Elasticsearch and OpenSearch, through their `_bulk` route. An event's `uuid` is the id of its document, so that one which
//! comes twice is there once; `create` works for indexes and data streams alike.

use async_trait::async_trait;
use callboard_scm::egress::{Egress, Policy, Request};
use http::header::AUTHORIZATION;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, Sink, accepted};
use crate::journal::Record;

pub(super) struct Elasticsearch {
    egress: Egress,
    policy: Policy,
    url: String,
    index: String,
    authorization: Option<SecretString>,
}

impl Elasticsearch {
    pub(super) fn new(egress: Egress, url: &str, index: String, authorization: Option<SecretString>) -> Self {
        let policy = Policy::public().naming(url);
        Self { egress, policy, url: format!("{url}/_bulk"), index, authorization }
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    errors: bool,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    create: Option<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    status: u16,
    #[serde(default)]
    error: Value,
}

#[async_trait]
impl Sink for Elasticsearch {
    async fn deliver(&self, records: &[&Record]) -> Result<(), Failure> {
        let mut body = Vec::new();
        for record in records {
            let mut document: Value =
                serde_json::from_slice(&record.json).map_err(|error| Failure::Refused(error.to_string()))?;
            let action = json!({"create": {"_index": self.index, "_id": document["uuid"]}});
            // What data streams and the usual dashboards go by.
            document["@timestamp"] = document["timestamp"].clone();
            for line in [action, document] {
                body.extend_from_slice(line.to_string().as_bytes());
                body.push(b'\n');
            }
        }
        let mut request = Request::post(&self.url, "application/x-ndjson", body);
        if let Some(authorization) = &self.authorization {
            request = request.secret_header(AUTHORIZATION, authorization.expose_secret());
        }
        let answer = accepted(self.egress.request(&self.policy, request).await)?;
        let answer = answer.bytes().await.map_err(|error| Failure::Unavailable(error.to_string()))?;
        let answer: Answer = serde_json::from_slice(&answer)
            .map_err(|error| Failure::Unavailable(format!("its answer is not that of _bulk: {error}")))?;
        if !answer.errors {
            return Ok(());
        }
        let mut refused = None;
        for outcome in answer.items.iter().filter_map(|item| item.create.as_ref()) {
            match outcome.status {
                // 409: it has this event already.
                200..=299 | 409 => {}
                400..=428 | 430..=499 => refused = Some(outcome.error["reason"].to_string()),
                status => return Err(Failure::Unavailable(format!("it answers {status} for an event"))),
            }
        }
        refused.map_or(Ok(()), |reason| Err(Failure::Refused(reason)))
    }
}
