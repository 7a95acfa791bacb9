//! ${{ values.description }}

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

/// All routes.
pub fn app() -> Router {
    Router::new()
        .route("/", get(about))
        .route("/healthz", get(health))
}

async fn about() -> Json<Value> {
    Json(json!({"service": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")}))
}

/// 200 while the process can answer; the platform restarts it otherwise.
async fn health() -> &'static str {
    "ok"
}
