//! Following the log: server-sent events, woken by the database.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use callboard_audit::{AuditStore, EVENTS_CHANNEL, StoredEvent};
use callboard_kit::error::ApiResult;
use callboard_store::{Database, Notification};
use futures::StreamExt;
use http::{HeaderMap, HeaderName, header};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::AuditApiError;
use crate::events::to_wire;
use crate::params::Params;
use crate::plugin::Api;

/// Events in one piece of a stream.
const PIECE: usize = 200;
/// A comment is sent so often on a quiet stream, so that nothing in between takes it for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A token that holds longer, in seconds, does not keep a stream open for longer.
const MAX_STREAM: i64 = 24 * 3_600;
/// How often the table is looked at where the database tells nothing.
const POLL: Duration = Duration::from_secs(5);

/// Keeps `newest` up to what is stored, by whichever process.
pub(crate) async fn listen(
    database: Database,
    store: AuditStore,
    newest: Arc<watch::Sender<i64>>,
    stop: CancellationToken,
) {
    let mut heard = database.listen(EVENTS_CHANNEL).await.ok();
    while !stop.is_cancelled() {
        let notification = async {
            match &mut heard {
                Some(heard) => heard.recv().await,
                None => std::future::pending().await,
            }
        };
        let told = tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(POLL) => None,
            notification = notification => match notification {
                Some(Notification::Payload(id)) => id.parse().ok(),
                Some(Notification::Gap) => None,
                // Looking from time to time is what is left.
                None => {
                    heard = None;
                    None
                }
            },
        };
        let id = match told {
            Some(id) => Some(id),
            None => store.newest().await.ok(),
        };
        if let Some(id) = id {
            newest.send_if_modified(|known| std::mem::replace(known, id) != id);
        }
    }
}

struct Reader {
    api: Api,
    params: Params,
    after: i64,
    /// When the caller's token ends.
    ends: Option<Instant>,
}

/// The answer: events after `Last-Event-ID` or `after`, or from now on. It is over when the token is with which it was
/// asked for (seconds since the epoch).
pub(crate) async fn follow(
    api: Api,
    params: Params,
    headers: &HeaderMap,
    expires_at: Option<i64>,
) -> ApiResult<Response> {
    let last = headers.get(HeaderName::from_static("last-event-id"));
    let last = last.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let after = match last.or(params.after) {
        Some(after) => after,
        None => api.store.newest().await.map_err(AuditApiError::from)?,
    };
    let left =
        expires_at.map(|at| at.saturating_sub(jiff::Timestamp::now().as_second()).clamp(0, MAX_STREAM));
    let ends = left.map(|left| Instant::now() + Duration::from_secs(left.unsigned_abs()));
    let reader = Reader { api, params, after, ends };
    let first = Some(": audit\n\n".to_owned());
    let events = futures::stream::unfold((reader, first), |(mut reader, ready)| async move {
        let text = match ready {
            Some(text) => text,
            None => reader.next().await?,
        };
        Some((Ok::<_, Infallible>(Bytes::from(text)), (reader, None)))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    // Layers above may ask once more after the end.
    Ok((headers, Body::from_stream(events.fuse())).into_response())
}

impl Reader {
    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        let beat = Instant::now() + HEARTBEAT;
        let until = self.ends.map_or(beat, |ends| ends.min(beat));
        let after = self.after;
        let grown = tokio::select! {
            grown = self.api.newest.wait_for(|newest| *newest > after) => grown.is_ok(),
            () = tokio::time::sleep_until(until) => false,
            () = self.api.shutdown.cancelled() => return None,
        };
        if self.ends.is_some_and(|ends| ends <= Instant::now()) {
            return None;
        }
        let mut text = String::new();
        if grown {
            // An error ends the stream; the client comes back with its last id.
            let (items, looked) = self.api.store.after(&self.params.query, self.after, PIECE).await.ok()?;
            self.after = looked;
            items.into_iter().for_each(|item| push(&mut text, item));
        }
        if text.is_empty() {
            text.push_str(": still here\n\n");
        }
        Some(text)
    }
}

fn push(text: &mut String, item: StoredEvent) {
    let id = item.id;
    text.push_str(&format!("id: {id}\nevent: audit\ndata: {}\n\n", to_wire(item)));
}
