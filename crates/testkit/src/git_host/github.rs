//! What publishing asks of GitHub's REST API, answered from bare repositories.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::{Shared, broken, failure, tree};

type Repository = Path<(String, String)>;
type Below = Path<(String, String, String)>;

/// The routes below `/api/v3`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/users/{owner}", get(user))
        .route("/orgs/{owner}/repos", post(create))
        .route("/user/repos", post(create_own))
        .route("/repos/{owner}/{name}", get(repository).patch(ok))
        .route("/repos/{owner}/{name}/contents/{*path}", get(contents))
        .route("/repos/{owner}/{name}/commits/{*reference}", get(commit))
        .route("/repos/{owner}/{name}/tarball/{sha}", get(tarball))
        .route("/repos/{owner}/{name}/branches/{*branch}", get(branch).put(ok).post(ok))
        .route("/repos/{owner}/{name}/git/blobs", post(blob))
        .route("/repos/{owner}/{name}/git/trees", post(new_tree))
        .route("/repos/{owner}/{name}/git/commits", post(new_commit))
        .route("/repos/{owner}/{name}/git/refs", post(new_ref))
        .route("/repos/{owner}/{name}/git/refs/{*reference}", axum::routing::patch(move_ref))
        .route("/repos/{owner}/{name}/pulls", post(open_pull).get(pulls))
        .route("/repos/{owner}/{name}/topics", put(ok))
}

async fn ok() -> Json<Value> {
    Json(json!({}))
}

async fn user(Path(owner): Path<String>) -> Json<Value> {
    Json(json!({"login": owner, "type": if owner == "callboard" { "User" } else { "Organization" }}))
}

async fn create(
    State(shared): State<Arc<Shared>>,
    Path(owner): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    new_repository(&shared, &owner, &body).await
}

async fn create_own(State(shared): State<Arc<Shared>>, Json(body): Json<Value>) -> Response {
    new_repository(&shared, "callboard", &body).await
}

async fn repository(State(shared): State<Arc<Shared>>, Path((owner, name)): Repository) -> Response {
    match shared.repositories.exists(&owner, &name) {
        true => Json(described(&shared, &owner, &name).await).into_response(),
        false => failure(StatusCode::NOT_FOUND, "Not Found"),
    }
}

async fn open_pull(
    State(shared): State<Arc<Shared>>,
    Path((owner, name)): Repository,
    Json(body): Json<Value>,
) -> Response {
    let head = body["head"].as_str().unwrap_or_default();
    let head = head.split_once(':').map_or(head, |(_, head)| head);
    let base = body["base"].as_str().unwrap_or("main");
    let page = format!("{}/{owner}/{name}", shared.github_url());
    let pull = shared.pulls.open(&format!("{owner}/{name}"), &page, head, base, &body);
    (StatusCode::CREATED, Json(pull)).into_response()
}

async fn new_repository(shared: &Shared, owner: &str, body: &Value) -> Response {
    let name = body["name"].as_str().unwrap_or_default();
    match shared.repositories.create(owner, name).await {
        Ok(true) => (StatusCode::CREATED, Json(described(shared, owner, name).await)).into_response(),
        Ok(false) => {
            let errors = json!([{"resource": "Repository", "code": "custom", "field": "name",
                "message": "name already exists on this account"}]);
            let body = json!({"message": "Repository creation failed.", "errors": errors});
            (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
        }
        Err(error) => broken(&error),
    }
}

async fn described(shared: &Shared, owner: &str, name: &str) -> Value {
    let url = shared.github_url();
    let head = shared.repositories.git(owner, name, &["symbolic-ref", "--short", "HEAD"], b"").await;
    json!({
        "name": name, "full_name": format!("{owner}/{name}"), "owner": {"login": owner},
        "html_url": format!("{url}/{owner}/{name}"), "clone_url": format!("{url}/{owner}/{name}.git"),
        "default_branch": head.unwrap_or_else(|_| "main".to_owned()),
        "permissions": {"admin": true, "push": true, "pull": true},
    })
}

async fn contents(
    State(shared): State<Arc<Shared>>,
    Path((owner, name, path)): Below,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let at = format!("{}:{path}", query.get("ref").map_or("HEAD", String::as_str));
    let Ok(body) = shared.repositories.git_bytes(&owner, &name, &["cat-file", "blob", &at], b"").await else {
        return failure(StatusCode::NOT_FOUND, "Not Found");
    };
    let raw = headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().ends_with(b"raw"));
    if raw {
        return body.into_response();
    }
    let sha = shared.repositories.git(&owner, &name, &["rev-parse", &at], b"").await.unwrap_or_default();
    Json(json!({"path": path, "sha": sha, "encoding": "base64", "content": STANDARD.encode(body)}))
        .into_response()
}

async fn commit(State(shared): State<Arc<Shared>>, Path((owner, name, reference)): Below) -> Response {
    let at = format!("{reference}^{{commit}}");
    match shared.repositories.git(&owner, &name, &["rev-parse", "--verify", &at], b"").await {
        Ok(sha) => sha.into_response(),
        Err(_) => failure(StatusCode::NOT_FOUND, "No commit found for SHA"),
    }
}

async fn tarball(State(shared): State<Arc<Shared>>, Path((owner, name, sha)): Below) -> Response {
    let prefix = format!("--prefix={name}-{sha}/");
    match shared
        .repositories
        .git_bytes(&owner, &name, &["archive", "--format=tar.gz", &prefix, &sha], b"")
        .await
    {
        Ok(archive) => archive.into_response(),
        Err(error) => broken(&error),
    }
}

async fn branch(State(shared): State<Arc<Shared>>, Path((owner, name, branch)): Below) -> Response {
    let reference = format!("refs/heads/{branch}");
    let git = async |arguments: &[&str]| shared.repositories.git(&owner, &name, arguments, b"").await;
    let Ok(sha) = git(&["rev-parse", "--verify", &reference]).await else {
        return failure(StatusCode::NOT_FOUND, "Branch not found");
    };
    let tree = git(&["rev-parse", &format!("{sha}^{{tree}}")]).await.unwrap_or_default();
    Json(json!({"name": branch, "commit": {"sha": sha, "commit": {"tree": {"sha": tree}}}})).into_response()
}

fn made(sha: anyhow::Result<String>) -> Response {
    match sha {
        Ok(sha) => (StatusCode::CREATED, Json(json!({"sha": sha}))).into_response(),
        Err(error) => broken(&error),
    }
}

async fn blob(
    State(shared): State<Arc<Shared>>,
    Path((owner, name)): Repository,
    Json(body): Json<Value>,
) -> Response {
    let content = body["content"].as_str().unwrap_or_default();
    let content = match body["encoding"].as_str() {
        Some("base64") => STANDARD.decode(content).unwrap_or_default(),
        _ => content.as_bytes().to_vec(),
    };
    made(shared.repositories.git(&owner, &name, &["hash-object", "-w", "--stdin"], &content).await)
}

async fn new_tree(
    State(shared): State<Arc<Shared>>,
    Path((owner, name)): Repository,
    Json(body): Json<Value>,
) -> Response {
    let entries = body["tree"].as_array().cloned().unwrap_or_default();
    made(tree::tree(&shared.repositories, &owner, &name, body["base_tree"].as_str(), &entries).await)
}

async fn new_commit(
    State(shared): State<Arc<Shared>>,
    Path((owner, name)): Repository,
    Json(body): Json<Value>,
) -> Response {
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    let (tree, message) = (text("tree"), text("message"));
    let mut arguments = vec!["commit-tree", tree.as_str(), "-m", message.as_str()];
    for parent in body["parents"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        arguments.extend(["-p", parent]);
    }
    made(shared.repositories.git(&owner, &name, &arguments, b"").await)
}

async fn new_ref(
    State(shared): State<Arc<Shared>>,
    Path((owner, name)): Repository,
    Json(body): Json<Value>,
) -> Response {
    let (reference, sha) =
        (body["ref"].as_str().unwrap_or_default(), body["sha"].as_str().unwrap_or_default());
    let zero = "0".repeat(40);
    match shared.repositories.git(&owner, &name, &["update-ref", reference, sha, &zero], b"").await {
        Ok(_) => {
            (StatusCode::CREATED, Json(json!({"ref": reference, "object": {"sha": sha}}))).into_response()
        }
        Err(_) => failure(StatusCode::UNPROCESSABLE_ENTITY, "Reference already exists"),
    }
}

async fn move_ref(
    State(shared): State<Arc<Shared>>,
    Path((owner, name, reference)): Below,
    Json(body): Json<Value>,
) -> Response {
    let reference = format!("refs/{reference}");
    let sha = body["sha"].as_str().unwrap_or_default();
    match shared.repositories.git(&owner, &name, &["update-ref", &reference, sha], b"").await {
        Ok(_) => Json(json!({"ref": reference, "object": {"sha": sha}})).into_response(),
        Err(error) => broken(&error),
    }
}

async fn pulls(
    State(shared): State<Arc<Shared>>,
    Path((owner, name)): Repository,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<Value>> {
    let head = query.get("head").map(|head| head.split_once(':').map_or(head.as_str(), |(_, head)| head));
    Json(shared.pulls.of(&format!("{owner}/{name}"), head))
}
