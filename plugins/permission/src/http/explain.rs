//! `POST /.callboard/explain`: why somebody may or may not do something.

use axum::Json;
use axum::extract::State;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use serde::Deserialize;

use super::Api;
use super::body::JsonBody;
use super::guard::{Reach, readable};
use crate::engine::explain::Explanation;
use crate::engine::snapshot::Snapshot;
use crate::service::Question;
use crate::validate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    user_entity_ref: String,
    permission: String,
    action: Option<String>,
    resource_type: Option<String>,
    resource_ref: Option<String>,
}

pub(super) async fn explain(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<Json<Explanation>> {
    let reach = readable(&api, &credentials).await?;
    let body: Body = serde_json::from_value(body.0)
        .map_err(|error| ApiError::input(format!("The body is not what this route takes: {error}")))?;
    let user = body.user_entity_ref.to_lowercase();
    validate::person(&user, &["user"])?;
    let question = Question {
        user_entity_ref: user,
        permission: body.permission,
        action: body.action,
        resource_type: body.resource_type,
        resource_ref: body.resource_ref,
    };
    let mut explanation = api.service.explain(&question, &credentials).await?;
    hide(&mut explanation, &api.service.snapshot(), &reach);
    Ok(Json(explanation))
}

/// Roles that the caller may not read had a say too, but which and how is not told.
fn hide(explanation: &mut Explanation, snapshot: &Snapshot, reach: &Reach) {
    let is_seen = |name: &str| snapshot.role(name).is_none_or(|role| reach.holds(&role.metadata));
    explanation.user.roles.retain(|role| is_seen(&role.role));
    for step in &mut explanation.steps {
        if step.role.as_deref().is_some_and(|name| !is_seen(name)) {
            (step.role, step.source) = (None, None);
            step.detail = "a role that you may not read".to_owned();
        }
    }
}
