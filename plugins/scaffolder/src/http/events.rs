//! The events of a task: `eventstream` as server-sent events, `events` as one answer that waits for the next ones.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use futures::StreamExt;
use http::{Uri, header};
use tokio::time::Instant;

use super::Api;
use super::params::Params;
use crate::db::{events, tasks};
use crate::error::ScaffolderError;
use crate::follow::Follower;

/// How long `events` waits.
const POLL: Duration = Duration::from_secs(30);
/// A comment is sent so often on a quiet stream, so that nothing in between takes it for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often a stream looks by itself: between processes over SQLite nobody wakes it.
const LOOK: Duration = Duration::from_secs(2);
/// A token that holds longer, in seconds, does not keep a stream open for longer.
const LONGEST: i64 = 24 * 3_600;

pub(super) async fn poll(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> ApiResult<Response> {
    let after = Params::read(&uri, &["after"])?.integer("after", 0)?;
    api.core.readable(&id, &[], &credentials).await?;
    let mut follower = api.core.followers.follow(&id, &credentials)?;
    let deadline = Instant::now() + POLL;
    let mut reader = Reader { api, id, after: after.unwrap_or_default() };
    loop {
        follower.seen();
        let found = reader.next().await?;
        if !found.is_empty() || !reader.wait(&mut follower, deadline).await {
            let list: Vec<&str> = found.iter().map(|event| event.json.as_str()).collect();
            let body = format!("[{}]", list.join(","));
            return Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response());
        }
    }
}

/// Reads on in the events of a task.
struct Reader {
    api: Api,
    id: String,
    after: i64,
}

impl Reader {
    async fn next(&mut self) -> Result<Vec<events::Event>, ScaffolderError> {
        let found = events::after(&self.api.core.database, &self.id, self.after).await?;
        if let Some(last) = found.last() {
            self.after = last.id;
        }
        Ok(found)
    }

    /// Whether there may be more before `deadline`.
    async fn wait(&self, follower: &mut Follower, deadline: Instant) -> bool {
        if Instant::now() >= deadline {
            return false;
        }
        tokio::select! {
            () = follower.news() => true,
            () = tokio::time::sleep_until(deadline.min(Instant::now() + LOOK)) => true,
            () = self.api.shutdown.cancelled() => false,
        }
    }
}

pub(super) async fn stream(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> ApiResult<Response> {
    let after = Params::read(&uri, &["after"])?.integer("after", 0)?.unwrap_or_default();
    api.core.readable(&id, &[], &credentials).await?;
    let follower = api.core.followers.follow(&id, &credentials)?;
    let left = credentials
        .expires_at
        .map(|at| at.saturating_sub(jiff::Timestamp::now().as_second()).clamp(0, LONGEST));
    let ends = Instant::now() + Duration::from_secs(left.unwrap_or(LONGEST).unsigned_abs());
    let stream = Stream { reader: Reader { api, id, after }, follower, credentials, ends, state: At::Start };
    let events = futures::stream::unfold(stream, |mut stream| async move {
        let text = stream.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), stream))
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    // Layers above may ask once more after the end.
    Ok((headers, Body::from_stream(events.fuse())).into_response())
}

/// An open stream. It ends behind the completion of the task, and with the token that it was asked for with.
struct Stream {
    reader: Reader,
    follower: Follower,
    credentials: Credentials,
    ends: Instant,
    state: At,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Running,
    End,
}

impl Stream {
    /// The next piece; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        if self.state == At::End {
            return None;
        }
        let begins = self.state == At::Start;
        self.state = At::Running;
        let beat = Instant::now() + HEARTBEAT;
        let mut first = true;
        loop {
            self.follower.seen();
            // Whoever may no longer read the task reads nothing more.
            if !begins
                && !first
                && self.reader.api.core.readable(&self.reader.id, &[], &self.credentials).await.is_err()
            {
                return None;
            }
            first = false;
            match self.read(begins).await {
                Ok(text) if !text.is_empty() => return Some(text),
                Ok(_) if self.state == At::End => return None,
                Ok(_) if begins => return Some(": events\n\n".to_owned()),
                Ok(_) => {}
                // The client comes back with its last id and gets the status that says why.
                Err(_) => return None,
            }
            if Instant::now() >= self.ends {
                return None;
            }
            if !self.reader.wait(&mut self.follower, beat.min(self.ends)).await {
                let over = self.reader.api.shutdown.is_cancelled() || Instant::now() >= self.ends;
                return (!over).then(|| ": still here\n\n".to_owned());
            }
        }
    }

    async fn read(&mut self, begins: bool) -> Result<String, ScaffolderError> {
        let (core, id) = (self.reader.api.core.clone(), self.reader.id.clone());
        // Asked before the events are read: of a task that is over by now, all events are there.
        let over = tasks::get(&core.database, &id).await?.status.has_ended();
        let asked_after = self.reader.after;
        let mut text = String::new();
        let mut completed = false;
        loop {
            let page = self.reader.next().await?;
            if page.is_empty() {
                break;
            }
            for event in &page {
                completed |= event.kind == "completion";
                text.push_str(&format!("event: {}\ndata: {}\n\n", event.kind, event.json));
            }
            if completed || text.len() > (1 << 20) {
                break;
            }
        }
        if over && !completed && text.len() <= (1 << 20) {
            // Who has seen the end before is told once more; without an end, this is it all the same.
            if begins
                && let Some(event) = events::completion(&core.database, &id).await?
                && event.id <= asked_after
            {
                text.push_str(&format!("event: {}\ndata: {}\n\n", event.kind, event.json));
            }
            self.state = At::End;
        }
        if completed {
            self.state = At::End;
        }
        Ok(text)
    }
}

/// For routes that answer the events as values.
pub(super) async fn all(
    api: &Api,
    id: &str,
    after: i64,
    credentials: &Credentials,
) -> Result<Vec<String>, ApiError> {
    api.core.readable(id, &[], credentials).await?;
    let found = events::after(&api.core.database, id, after).await?;
    Ok(found.into_iter().map(|event| event.json).collect())
}
