//! The routes that every plugin with permissions answers: which ones, which rules, and what a condition comes to for
//! given resources (`permission-node` 0.11.4, `createPermissionIntegrationRouter`).

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Condition, PermissionIntegration};
use crate::access::{Access, Routes};
use crate::credentials::{Credentials, Principal};
use crate::error::{ApiError, ApiResult};
use crate::http::Caller;

/// Bytes of a request; conditions name every group of a user.
const MAX_BODY: usize = 4 << 20;

/// Adds the two routes.
pub fn add_permission_routes(routes: Routes, integration: Arc<dyn PermissionIntegration>) -> Routes {
    routes
        .add(
            Method::GET,
            "/.well-known/backstage/permissions/metadata",
            Access::Authenticated,
            get(metadata).with_state(integration.clone()),
        )
        .add(
            Method::POST,
            "/.well-known/backstage/permissions/apply-conditions",
            Access::Authenticated,
            post(apply_conditions).with_state(integration).layer(DefaultBodyLimit::max(MAX_BODY)),
        )
}

async fn metadata(State(integration): State<Arc<dyn PermissionIntegration>>) -> Json<Value> {
    let permissions: Vec<Value> = integration.permissions().iter().map(|one| one.to_wire()).collect();
    Json(json!({"permissions": permissions, "rules": integration.rules()}))
}

async fn apply_conditions(
    State(integration): State<Arc<dyn PermissionIntegration>>,
    Caller(credentials): Caller,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<Json<Value>> {
    let body = body.map_err(|_| {
        let message = format!("The body can't be read, or is larger than the limit of {MAX_BODY} bytes");
        ApiError::new("PayloadTooLargeError", StatusCode::PAYLOAD_TOO_LARGE, message)
    })?;
    // Nobody tries out on resources what they may not read: only plugins ask, on a user's behalf or their own.
    if matches!(credentials.principal, Principal::User { actor: None, .. } | Principal::None) {
        return Err(ApiError::not_allowed("This endpoint only allows calls from other plugins"));
    }
    let body: Value = serde_json::from_slice(&body)
        .map_err(|error| ApiError::input(format!("The body is not JSON: {error}")))?;
    let items = body["items"].as_array().ok_or_else(|| invalid("items", "must be a list"))?;
    let mut results = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        results.push(apply(integration.as_ref(), &credentials, &format!("items/{at}"), item).await?);
    }
    Ok(Json(json!({"items": results})))
}

async fn apply(
    integration: &dyn PermissionIntegration,
    credentials: &Credentials,
    place: &str,
    item: &Value,
) -> ApiResult<Value> {
    let id = item["id"].as_str().ok_or_else(|| invalid(place, "must have a string 'id'"))?;
    let resource_type =
        item["resourceType"].as_str().ok_or_else(|| invalid(place, "must have a string 'resourceType'"))?;
    if !integration.permissions().iter().any(|one| one.resource_type == Some(resource_type)) {
        return Err(ApiError::input(format!("Unexpected resource types: {resource_type}.")));
    }
    refuse_restricted(integration, credentials, resource_type)?;
    let condition: Condition = serde_json::from_value(item["conditions"].clone())
        .map_err(|_| invalid(place, "must have 'conditions' of the known form"))?;
    let answer = |allowed: bool| if allowed { "ALLOW" } else { "DENY" };
    let result = match &item["resourceRef"] {
        Value::String(one) => {
            let allowed = integration.apply(resource_type, &[one], &condition).await?;
            json!(answer(allowed.first() == Some(&true)))
        }
        Value::Array(refs) => {
            let refs: Option<Vec<&str>> = refs.iter().map(Value::as_str).collect();
            let refs = refs.ok_or_else(|| invalid(place, "must have strings in 'resourceRef'"))?;
            let allowed = integration.apply(resource_type, &refs, &condition).await?;
            allowed.into_iter().map(answer).collect()
        }
        _ => return Err(invalid(place, "must have a 'resourceRef', a string or a list of strings")),
    };
    Ok(json!({"id": id, "result": result}))
}

/// A token that may not read these resources tries no conditions on them.
fn refuse_restricted(
    integration: &dyn PermissionIntegration,
    credentials: &Credentials,
    resource_type: &str,
) -> ApiResult<()> {
    let Principal::Service { restrictions: Some(limits), .. } = &credentials.principal else {
        return Ok(());
    };
    let of_type = || integration.permissions().iter().filter(|one| one.resource_type == Some(resource_type));
    let reading = of_type().find(|one| one.action == Some("read"));
    let may_read = match reading {
        Some(read) => limits.allow(read),
        None => of_type().any(|one| limits.allow(one)),
    };
    if may_read {
        return Ok(());
    }
    Err(ApiError::not_allowed(format!(
        "The access of this token is restricted; it may not read {resource_type} resources"
    )))
}

fn invalid(place: &str, what: &str) -> ApiError {
    ApiError::input(format!("request/body/{place} {what}"))
}
