//! A source host to test against: git's own `git http-backend` behind the part of GitHub's and Gitea's API that
//! publishing needs. Repositories are bare ones in a temporary directory, and nothing is answered without the token.

mod cgi;
mod gitea;
mod github;
mod pulls;
mod repositories;
mod tree;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, header};
use serde_json::{Value, json};

use repositories::Repositories;

/// Bytes of a request.
const MAX_BODY: usize = 256 * 1024 * 1024;

/// A running host. It stops when it is dropped.
#[derive(Debug)]
pub struct GitHost {
    shared: Arc<Shared>,
    server: tokio::task::JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    port: u16,
    token: String,
    repositories: Repositories,
    pulls: pulls::Pulls,
    /// Method and path of each request, in order, with its body if that is JSON.
    log: Mutex<Vec<(String, Option<Value>)>>,
    /// What other APIs answer, by method and path.
    canned: Mutex<HashMap<String, (u16, Value)>>,
}

impl Shared {
    fn github_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn gitea_url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }
}

impl Drop for GitHost {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl GitHost {
    /// Starts one on a free port of 127.0.0.1.
    pub async fn start(token: &str) -> Result<Self> {
        Self::start_at(token, 0).await
    }

    /// Starts one on this port of 127.0.0.1.
    pub async fn start_at(token: &str, port: u16) -> Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.context("a free port")?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            port,
            token: token.to_owned(),
            repositories: Repositories::new()?,
            pulls: pulls::Pulls::default(),
            log: Mutex::default(),
            canned: Mutex::default(),
        });
        let router = Router::new()
            .nest("/api/v3", github::routes())
            .nest("/api/v1", gitea::routes())
            .fallback(cgi::serve)
            .layer(middleware::from_fn_with_state(shared.clone(), with_token))
            .with_state(shared.clone());
        let server = tokio::spawn(async move {
            // It ends when the task is aborted, and not before.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { shared, server })
    }

    /// `127.0.0.1:<port>`, the host for an entry of `integrations.github`.
    pub fn github_host(&self) -> String {
        format!("127.0.0.1:{}", self.shared.port)
    }

    /// `localhost:<port>`, the host for an entry of `integrations.gitea`.
    pub fn gitea_host(&self) -> String {
        format!("localhost:{}", self.shared.port)
    }

    /// `integrations` of a configuration that names this host as GitHub and as Gitea.
    pub fn integrations(&self) -> Value {
        let (github, gitea, token) = (self.github_host(), self.gitea_host(), &self.shared.token);
        json!({
            "github": [{"host": github, "apiBaseUrl": format!("http://{github}/api/v3"), "token": token}],
            "gitea": [{
                "host": gitea, "baseUrl": format!("http://{gitea}"), "username": "callboard", "password": token,
            }],
        })
    }

    /// Runs git in a repository of the host and gives what it printed.
    pub async fn git(&self, owner: &str, name: &str, arguments: &[&str]) -> Result<String> {
        self.shared.repositories.git(owner, name, arguments, b"").await
    }

    /// Makes an empty repository, as its API would.
    pub async fn create(&self, owner: &str, name: &str) -> Result<()> {
        self.shared.repositories.create(owner, name).await.map(|_| ())
    }

    /// Puts a file on a branch, on top of what is there.
    pub async fn commit_file(
        &self,
        owner: &str,
        name: &str,
        branch: &str,
        path: &str,
        text: &str,
    ) -> Result<String> {
        tree::commit_file(&self.shared.repositories, owner, name, branch, path, text).await
    }

    /// A script that runs before a push is taken; it refuses by ending with another status than 0.
    pub fn before_push(&self, owner: &str, name: &str, script: &str) -> Result<()> {
        self.shared.repositories.hook(owner, name, script)
    }

    /// `METHOD /path` of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        let log = self.shared.log.lock().map(|log| log.clone()).unwrap_or_default();
        log.into_iter().map(|(request, _)| request).collect()
    }

    /// The body of the last request of this `METHOD /path`, if it was JSON.
    pub fn body_of(&self, request: &str) -> Option<Value> {
        let log = self.shared.log.lock().ok()?;
        log.iter().rev().find(|(known, _)| known == request).and_then(|(_, body)| body.clone())
    }

    /// Makes the host answer a `METHOD /path?query`, as another kind of host would. Git is served below it all the same,
    /// at `/scm/<owner>/<name>`, `/a/<name>` (whose owner is `projects`) and `/<organization>/<owner>/_git/<name>` too.
    pub fn answer(&self, request: &str, status: u16, body: Value) {
        if let Ok(mut canned) = self.shared.canned.lock() {
            canned.insert(request.to_owned(), (status, body));
        }
    }

    /// `http://127.0.0.1:<port>`
    pub fn url(&self) -> String {
        self.shared.github_url()
    }
}

/// Keeps a log and lets nobody in without the token: as a bearer, as Gitea's `token`, or as a password.
async fn with_token(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let named = format!("{} {}", request.method(), request.uri());
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else { return StatusCode::BAD_REQUEST.into_response() };
    if let Ok(mut log) = shared.log.lock() {
        log.push((named.clone(), serde_json::from_slice(&body).ok()));
    }
    let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let is_right = given.and_then(|value| value.split_once(' ')).is_some_and(|(scheme, rest)| {
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" | "token" => rest == shared.token,
            "basic" => {
                STANDARD.decode(rest).ok().and_then(|pair| String::from_utf8(pair).ok()).is_some_and(|pair| {
                    pair.split_once(':').is_some_and(|(_, password)| password == shared.token)
                })
            }
            _ => false,
        }
    });
    if !is_right {
        let challenge = (header::WWW_AUTHENTICATE, "Basic realm=\"git\"");
        let body = axum::Json(json!({"message": "Bad credentials"}));
        return (StatusCode::UNAUTHORIZED, [challenge], body).into_response();
    }
    let canned = shared.canned.lock().ok().and_then(|canned| canned.get(&named).cloned());
    match canned {
        Some((status, body)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, axum::Json(body)).into_response()
        }
        None => next.run(Request::from_parts(parts, Body::from(body))).await,
    }
}

/// An error in GitHub's and Gitea's form.
fn failure(status: StatusCode, message: impl Into<String>) -> Response<Body> {
    (status, axum::Json(json!({"message": message.into()}))).into_response()
}

/// Whatever git itself complains about.
fn broken(error: &anyhow::Error) -> Response<Body> {
    failure(StatusCode::UNPROCESSABLE_ENTITY, format!("{error:#}"))
}
