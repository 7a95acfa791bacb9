//! What publishing asks of Gitea's REST API, answered from bare repositories.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Shared, broken, failure};

/// The routes below `/api/v1`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/orgs/{owner}", get(organization))
        .route("/orgs/{owner}/repos", post(create))
        .route("/repos/{owner}/{name}", get(repository))
        .route("/repos/{owner}/{name}/contents/{*path}", get(contents))
        .route("/repos/{owner}/{name}/branches/{*branch}", get(branch))
        .route("/repos/{owner}/{name}/git/commits/{reference}", get(commit))
        .route("/repos/{owner}/{name}/archive/{archive}", get(archive))
}

async fn organization(Path(owner): Path<String>) -> Response {
    match owner.as_str() {
        "nobody" => failure(StatusCode::NOT_FOUND, "The target couldn't be found."),
        _ => Json(json!({"username": owner})).into_response(),
    }
}

async fn repository(
    State(shared): State<Arc<Shared>>,
    Path((owner, name)): Path<(String, String)>,
) -> Response {
    match shared.repositories.exists(&owner, &name) {
        true => Json(described(&shared, &owner, &name)).into_response(),
        false => failure(StatusCode::NOT_FOUND, "The target couldn't be found."),
    }
}

async fn create(
    State(shared): State<Arc<Shared>>,
    Path(owner): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    let name = body["name"].as_str().unwrap_or_default();
    match shared.repositories.create(&owner, name).await {
        Ok(true) => (StatusCode::CREATED, Json(described(&shared, &owner, name))).into_response(),
        Ok(false) => failure(StatusCode::CONFLICT, "The repository with the same name already exists."),
        Err(error) => broken(&error),
    }
}

fn described(shared: &Shared, owner: &str, name: &str) -> Value {
    let url = shared.gitea_url();
    json!({
        "name": name, "full_name": format!("{owner}/{name}"), "html_url": format!("{url}/{owner}/{name}"),
        "clone_url": format!("{url}/{owner}/{name}.git"), "default_branch": "main",
    })
}

async fn contents(
    State(shared): State<Arc<Shared>>,
    Path((owner, name, path)): Path<(String, String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let at = format!("{}:{path}", query.get("ref").map_or("HEAD", String::as_str));
    let Ok(body) = shared.repositories.git_bytes(&owner, &name, &["cat-file", "blob", &at], b"").await else {
        return failure(StatusCode::NOT_FOUND, "The target couldn't be found.");
    };
    let sha = shared.repositories.git(&owner, &name, &["rev-parse", &at], b"").await.unwrap_or_default();
    Json(json!({"path": path, "sha": sha, "encoding": "base64", "content": STANDARD.encode(body)}))
        .into_response()
}

async fn commit(
    State(shared): State<Arc<Shared>>,
    Path((owner, name, reference)): Path<(String, String, String)>,
) -> Response {
    let at = format!("{reference}^{{commit}}");
    match shared.repositories.git(&owner, &name, &["rev-parse", "--verify", &at], b"").await {
        Ok(sha) => Json(json!({"sha": sha})).into_response(),
        Err(_) => failure(StatusCode::NOT_FOUND, "The target couldn't be found."),
    }
}

async fn archive(
    State(shared): State<Arc<Shared>>,
    Path((owner, name, archive)): Path<(String, String, String)>,
) -> Response {
    let (prefix, sha) = (format!("--prefix={name}/"), archive.trim_end_matches(".tar.gz").to_owned());
    match shared
        .repositories
        .git_bytes(&owner, &name, &["archive", "--format=tar.gz", &prefix, &sha], b"")
        .await
    {
        Ok(archive) => archive.into_response(),
        Err(error) => broken(&error),
    }
}

async fn branch(
    State(shared): State<Arc<Shared>>,
    Path((owner, name, branch)): Path<(String, String, String)>,
) -> Response {
    let reference = format!("refs/heads/{branch}");
    match shared.repositories.git(&owner, &name, &["rev-parse", "--verify", &reference], b"").await {
        Ok(sha) => Json(json!({"name": branch, "commit": {"id": sha}})).into_response(),
        Err(_) => failure(StatusCode::NOT_FOUND, "The target couldn't be found."),
    }
}
