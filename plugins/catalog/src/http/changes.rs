//! `GET /changes`: the feed of changes, as pages that wait for the next change or as a stream of events.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use futures::StreamExt;
use http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Api;
use super::answer;
use super::params::Params;
use super::streams::Place;
use crate::query::access::Allowed;
use crate::query::change_log::visible;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1_000;
const MAX_TIMEOUT: i64 = 60;
/// A comment is sent so often on a quiet stream, so that nothing in between takes it for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A token that holds longer, in seconds, does not keep a stream open for longer.
const MAX_STREAM: i64 = 24 * 3_600;

/// A part of the log.
#[derive(Serialize)]
pub(super) struct ChangesPage {
    pub(super) items: Vec<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<i64>,
}

/// `limit` within its bounds.
pub(super) fn limit(params: &Params, default: usize, max: usize) -> ApiResult<usize> {
    match params.integer("limit", 1)? {
        None => Ok(default),
        Some(limit) => match usize::try_from(limit) {
            Ok(limit) if limit <= max => Ok(limit),
            _ => Err(ApiError::input(format!("request/query/limit must be <= {max}"))),
        },
    }
}

pub(super) async fn changes(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(&uri, &["after", "limit", "timeout"])?;
    let limit = limit(&params, DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = params.integer("after", 0)?;
    let timeout = params.integer("timeout", 0)?.unwrap_or_default();
    if timeout > MAX_TIMEOUT {
        return Err(ApiError::input(format!("request/query/timeout must be <= {MAX_TIMEOUT}")));
    }
    let allowed = api.readable(&credentials).await?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/event-stream") {
        let last_event = headers.get(HeaderName::from_static("last-event-id"));
        let last_event = last_event.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
        let place = api.streams.take(&credentials)?;
        return stream(api, allowed, last_event.or(after), credentials.expires_at, place).await;
    }
    let _place = if timeout > 0 { Some(api.streams.take(&credentials)?) } else { None };
    let after = match after {
        Some(after) => after,
        None => api.catalog.change_bounds().await?.0 - 1,
    };
    let deadline = Instant::now() + Duration::from_secs(timeout.unsigned_abs());
    let mut reader = Reader::new(api, allowed, after);
    loop {
        let items = reader.read(limit).await?;
        if !items.is_empty() || !reader.wait_until(deadline).await {
            let page = ChangesPage { items, next: Some(reader.after) };
            return Ok(answer::json(StatusCode::OK, &page));
        }
    }
}

/// Reads on in the log and waits for it to grow.
struct Reader {
    api: Api,
    allowed: Allowed,
    applied: watch::Receiver<i64>,
    /// The last change looked at, whether the caller may see it or not.
    after: i64,
    /// When the caller's token ends; only streams look at it.
    ends: Option<Instant>,
    /// What an open stream holds.
    place: Option<Place>,
}

impl Reader {
    fn new(api: Api, allowed: Allowed, after: i64) -> Self {
        Self { applied: api.catalog.subscribe(), api, allowed, after, ends: None, place: None }
    }

    /// What comes next that the caller may read.
    async fn read(&mut self, limit: usize) -> ApiResult<Vec<Box<RawValue>>> {
        let changes = self.api.catalog.changes_after(self.after, limit).await?;
        if let Some(last) = changes.last() {
            self.after = last.sequence;
        }
        Ok(changes.iter().filter_map(|change| visible(change, &self.allowed)).collect())
    }

    /// Returns true when there may be more, false when the time is over or the server stops.
    async fn wait_until(&mut self, deadline: Instant) -> bool {
        let after = self.after;
        tokio::select! {
            grown = self.applied.wait_for(|at| *at > after) => grown.is_ok(),
            () = tokio::time::sleep_until(deadline) => false,
            () = self.api.shutdown.cancelled() => false,
        }
    }
}

/// Events from `after` on, or from now on. The id of an event is its sequence; a client that comes back sends the
/// last one in `Last-Event-ID`.
///
/// A stream is over when the token is that it was asked for with (seconds since the epoch), so that nobody reads on
/// whom nobody would let in any more.
async fn stream(
    api: Api,
    allowed: Allowed,
    after: Option<i64>,
    expires_at: Option<i64>,
    place: Place,
) -> ApiResult<Response> {
    let after = match after {
        Some(after) => after,
        None => api.catalog.change_bounds().await?.1,
    };
    let mut reader = Reader::new(api, allowed, after);
    reader.place = Some(place);
    let left =
        expires_at.map(|at| at.saturating_sub(jiff::Timestamp::now().as_second()).clamp(0, MAX_STREAM));
    reader.ends = left.map(|left| Instant::now() + Duration::from_secs(left.unsigned_abs()));
    // Read once before the answer begins: what is no longer kept is a status, not an event.
    let first = reader.read(DEFAULT_LIMIT).await?;
    let mut text = String::from(": changes\n\n");
    first.iter().for_each(|item| push_event(&mut text, item));
    let events = futures::stream::unfold((reader, Some(text)), |(mut reader, ready)| async move {
        let text = match ready {
            Some(text) => text,
            None => next_events(&mut reader).await?,
        };
        Some((Ok::<_, Infallible>(Bytes::from(text)), (reader, None)))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    // Layers above may ask once more after the end.
    Ok((headers, Body::from_stream(events.fuse())).into_response())
}

/// The next piece of a stream; `None` at its end.
async fn next_events(reader: &mut Reader) -> Option<String> {
    let beat = Instant::now() + HEARTBEAT;
    let waited = reader.wait_until(reader.ends.map_or(beat, |ends| ends.min(beat))).await;
    if reader.api.shutdown.is_cancelled() || reader.ends.is_some_and(|ends| ends <= Instant::now()) {
        return None;
    }
    let mut text = String::new();
    if waited {
        match reader.read(DEFAULT_LIMIT).await {
            Ok(items) => items.iter().for_each(|item| push_event(&mut text, item)),
            // The client comes back with its last id and gets the status that says why.
            Err(_) => return None,
        }
    }
    if text.is_empty() {
        text.push_str(": still here\n\n");
    }
    Some(text)
}

fn push_event(text: &mut String, item: &RawValue) {
    let sequence = serde_json::from_str::<Value>(item.get()).ok().and_then(|item| item["sequence"].as_i64());
    if let Some(sequence) = sequence {
        text.push_str(&format!("id: {sequence}\nevent: change\ndata: {}\n\n", item.get()));
    }
}
