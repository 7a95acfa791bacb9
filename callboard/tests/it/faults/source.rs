//! A source of catalog files that can misbehave. Each name is a file of its own, `/<name>/catalog.yaml`, with
//! components `<name>-0`, `<name>-1`, …

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::{StreamExt, stream};
use tokio::net::TcpListener;

/// Seconds that a rate-limited source asks to wait; longer than a request waits by itself.
pub(crate) const RETRY_AFTER: u64 = 12;
const TEN_GIGABYTES: u64 = 10 * 1024 * 1024 * 1024;

/// How a file is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// The whole file, or 304 where the caller has it.
    Well,
    /// No answer at all.
    Hangs,
    /// The first half of the file, and then silence.
    Stalls,
    /// The first half of the file, and then the connection ends.
    Breaks,
    /// Only the first half of the entities, as if the others had been deleted.
    Shrinks,
    /// Random bytes.
    Binary,
    /// A sign-in page with status 200.
    Html,
    /// The file with an open bracket in it.
    BrokenYaml,
    /// 304, whatever was asked.
    NotModified,
    /// 429 that asks to wait for [`RETRY_AFTER`].
    RateLimited,
    /// 500.
    Fails,
    /// 404.
    Missing,
    /// 10 GB, as the header says.
    Huge,
    /// As long as somebody listens.
    Endless,
}

#[derive(Default)]
struct Shared {
    components: usize,
    generation: AtomicU64,
    behaviours: Mutex<HashMap<String, Behaviour>>,
    requests: Mutex<Vec<Instant>>,
    most_sent: AtomicU64,
}

/// A running source; it ends with the runtime of its test.
pub(crate) struct Source {
    /// `127.0.0.1:<port>`, as `backend.reading.allow` names it.
    pub(crate) host: String,
    shared: Arc<Shared>,
}

impl Source {
    /// Starts one whose files hold so many components each.
    pub(crate) async fn start(components: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = listener.local_addr().expect("its address").to_string();
        let shared = Arc::new(Shared { components, ..Shared::default() });
        let router = Router::new().route("/{name}/catalog.yaml", get(answer)).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { host, shared }
    }

    /// The address of a file.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("http://{}/{name}/catalog.yaml", self.host)
    }

    /// What every component says from now on in its label `generation`.
    pub(crate) fn set_generation(&self, generation: u64) {
        self.shared.generation.store(generation, Ordering::SeqCst);
    }

    /// How a file is answered from now on; well, unless something else was said.
    pub(crate) fn set(&self, name: &str, behaviour: Behaviour) {
        self.shared.behaviours.lock().expect("behaviours").insert(name.to_owned(), behaviour);
    }

    /// When something was asked for, since the start or the last [`Self::forget_requests`].
    pub(crate) fn requests(&self) -> Vec<Instant> {
        self.shared.requests.lock().expect("requests").clone()
    }

    /// Forgets the requests so far.
    pub(crate) fn forget_requests(&self) {
        self.shared.requests.lock().expect("requests").clear();
    }

    /// The most bytes that one answer without end has come to.
    pub(crate) fn most_sent(&self) -> u64 {
        self.shared.most_sent.load(Ordering::SeqCst)
    }
}

/// The catalog file; each component depends on the next.
fn document(name: &str, generation: u64, components: usize) -> String {
    let mut text = String::new();
    for number in 0..components {
        let next = (number + 1) % components;
        write!(
            text,
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}-{number}\n  labels:\n    generation: \"{generation}\"\nspec:\n  type: service\n  lifecycle: production\n  owner: others\n  dependsOn: [component:{name}-{next}]\n---\n"
        )
        .expect("writing to a string");
    }
    text
}

async fn answer(State(shared): State<Arc<Shared>>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    shared.requests.lock().expect("requests").push(Instant::now());
    let behaviour = shared.behaviours.lock().expect("behaviours").get(&name).copied();
    let generation = shared.generation.load(Ordering::SeqCst);
    let whole = document(&name, generation, shared.components);
    let half = whole[..whole.len() / 2].to_owned();
    let first = |rest| stream::iter([Ok::<_, std::io::Error>(Bytes::from(half.clone()))]).chain(rest);
    match behaviour.unwrap_or(Behaviour::Well) {
        Behaviour::Well => {
            let tag = format!("\"{name}-{generation}\"");
            if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == tag.as_str()) {
                return StatusCode::NOT_MODIFIED.into_response();
            }
            ([(header::ETAG, tag)], whole).into_response()
        }
        Behaviour::Hangs => std::future::pending().await,
        Behaviour::Stalls => Body::from_stream(first(stream::pending().boxed())).into_response(),
        Behaviour::Breaks => {
            let end = stream::iter([Err(std::io::Error::other("the line is cut"))]).boxed();
            ([(header::CONTENT_LENGTH, whole.len().to_string())], Body::from_stream(first(end))).into_response()
        }
        Behaviour::Shrinks => document(&name, generation, shared.components / 2).into_response(),
        Behaviour::Binary => {
            let bytes: Vec<u8> = (0..64 * 1024u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
            bytes.into_response()
        }
        Behaviour::Html => {
            "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\n<body><form action=\"/in\">\n<p>User: <input>\n</form></body></html>\n".into_response()
        }
        Behaviour::BrokenYaml => format!("{whole}kind: [Component\nmetadata: }}\n").into_response(),
        Behaviour::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Behaviour::RateLimited => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, RETRY_AFTER.to_string())]).into_response()
        }
        Behaviour::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Behaviour::Missing => StatusCode::NOT_FOUND.into_response(),
        Behaviour::Huge => ([(header::CONTENT_LENGTH, TEN_GIGABYTES.to_string())], endless(shared)).into_response(),
        Behaviour::Endless => endless(shared).into_response(),
    }
}

/// Comments without end; only so much is made as is sent.
fn endless(shared: Arc<Shared>) -> Body {
    let piece = Bytes::from("# nothing here\n".repeat(1_000));
    Body::from_stream(stream::unfold(0, move |sent| {
        let (shared, piece) = (shared.clone(), piece.clone());
        let sent = sent + piece.len() as u64;
        shared.most_sent.fetch_max(sent, Ordering::SeqCst);
        async move { (sent < TEN_GIGABYTES).then_some((Ok::<_, Infallible>(piece), sent)) }
    }))
}
