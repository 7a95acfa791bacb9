//! `git http-backend` as a CGI program: everything that is no API call.

use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use tokio::io::AsyncWriteExt;

use super::{Shared, failure};

/// Answers what a git client asks.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match run(&shared, request).await {
        Ok(response) => response,
        Err(error) => failure(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")),
    }
}

async fn run(shared: &Shared, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let header = |name| {
        parts.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok()).unwrap_or("")
    };
    let Some(path) = path_on_disk(shared, parts.uri.path()) else {
        return Ok((StatusCode::NOT_FOUND, "Repository not found\n").into_response());
    };
    let mut child = shared
        .repositories
        .command()
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", shared.repositories.root())
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", path)
        .env("QUERY_STRING", parts.uri.query().unwrap_or(""))
        .env("REQUEST_METHOD", parts.method.as_str())
        .env("CONTENT_TYPE", header(header::CONTENT_TYPE))
        .env("HTTP_CONTENT_ENCODING", header(header::CONTENT_ENCODING))
        .env("GIT_PROTOCOL", parts.headers.get("git-protocol").and_then(|v| v.to_str().ok()).unwrap_or(""))
        .env("REMOTE_USER", "callboard")
        .env("REMOTE_ADDR", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let body = to_bytes(body, super::MAX_BODY).await?;
    let mut stdin = child.stdin.take().context("its input")?;
    let feeding = tokio::spawn(async move {
        // It may answer before it has read everything.
        let _ = stdin.write_all(&body).await;
    });
    let output = child.wait_with_output().await?;
    feeding.abort();
    let split = output.stdout.windows(4).position(|window| window == b"\r\n\r\n").context("its headers")?;
    let mut response = Response::builder().status(200);
    for line in String::from_utf8_lossy(&output.stdout[..split]).lines() {
        match line.split_once(": ") {
            Some(("Status", status)) => {
                response = response.status(status.split(' ').next().unwrap_or("500").parse::<u16>()?);
            }
            Some((name, value)) => response = response.header(name, value),
            None => {}
        }
    }
    Ok(response.body(Body::from(output.stdout[split + 4..].to_vec()))?)
}

/// `/<owner>/<name>.git/…` for the forms that hosts have; `None` if there is no such repository.
fn path_on_disk(shared: &Shared, path: &str) -> Option<String> {
    let at = path.find("/info/refs").or_else(|| path.find("/git-"))?;
    let (repository, service) = path.split_at(at);
    let parts: Vec<&str> = repository.trim_start_matches('/').split('/').collect();
    let (owner, name) = match parts.as_slice() {
        ["scm", owner, name] | [_, owner, "_git", name] | [owner, name] if *owner != "a" => (*owner, *name),
        ["a", name] => ("projects", *name),
        _ => return None,
    };
    let name = name.strip_suffix(".git").unwrap_or(name);
    shared.repositories.exists(owner, name).then(|| format!("/{owner}/{name}.git{service}"))
}
