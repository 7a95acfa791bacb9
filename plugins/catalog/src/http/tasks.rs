//! `GET /.backstage/scheduler/v1/tasks`: the scheduled tasks of the plugin.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::answer;

/// The catalog has none: processing, stitching and cleaning are claimed by lease and follow signals.
pub(super) async fn list() -> Response {
    answer::json(StatusCode::OK, &json!({"tasks": []}))
}
