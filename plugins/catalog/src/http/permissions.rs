//! What the permission framework asks every plugin that has permissions: which ones, which rules, and what a
//! condition comes to for given entities.

use axum::extract::State;
use axum::response::Response;
use callboard_kit::credentials::Principal;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use callboard_kit::permission::Condition;
use callboard_model::filter::Filter;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::Api;
use super::answer;
use super::body::{JsonBody, wrong};
use crate::query::permissions::{CATALOG_ENTITY, ENTITY_READ, LISTED, to_wire};
use crate::query::rules::{self, RuleError};

pub(super) async fn metadata(headers: HeaderMap) -> Response {
    let permissions: Vec<Value> = LISTED.iter().map(to_wire).collect();
    answer::tagged_json(&headers, &json!({"permissions": permissions, "rules": rules::metadata()}))
}

pub(super) async fn apply_conditions(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<Response> {
    // Nobody tries out on entities what they may not read: only plugins ask, on a user's behalf or their own.
    if matches!(credentials.principal, Principal::User { actor: None, .. }) {
        return Err(ApiError::not_allowed("This endpoint only allows calls from other plugins"));
    }
    if let Principal::Service { restrictions: Some(limits), .. } = &credentials.principal
        && !limits.allow(&ENTITY_READ)
    {
        return Err(ApiError::not_allowed(
            "The access of this token is restricted; it may not read entities",
        ));
    }
    let items = body.required("items")?.as_array().ok_or_else(|| wrong("items", "must be array"))?;
    let mut results = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let invalid = |what: &str| wrong(&format!("items/{at}"), what);
        let id = item.get("id").and_then(Value::as_str).ok_or_else(|| invalid("must have a string 'id'"))?;
        let filter = condition(item, &invalid)?;
        let result = match item.get("resourceRef") {
            Some(Value::String(entity_ref)) => decision(&api, entity_ref, &filter),
            Some(Value::Array(refs)) => refs
                .iter()
                .map(|entity_ref| match entity_ref.as_str() {
                    Some(entity_ref) => Ok(decision(&api, entity_ref, &filter)),
                    None => Err(invalid("must have strings in 'resourceRef'")),
                })
                .collect::<ApiResult<_>>()?,
            _ => return Err(invalid("must have a 'resourceRef', a string or a list of strings")),
        };
        results.push(json!({"id": id, "result": result}));
    }
    Ok(answer::json(StatusCode::OK, &json!({"items": results})))
}

fn condition(item: &Value, invalid: &dyn Fn(&str) -> ApiError) -> ApiResult<Filter> {
    match item.get("resourceType").and_then(Value::as_str) {
        Some(CATALOG_ENTITY) => {}
        Some(other) => return Err(ApiError::input(format!("Unexpected resource types: {other}."))),
        None => return Err(invalid("must have a string 'resourceType'")),
    }
    let conditions = item.get("conditions").cloned().unwrap_or_default();
    let condition: Condition = serde_json::from_value(conditions)
        .map_err(|_| invalid("must have 'conditions' of the known form"))?;
    rules::to_filter(&condition).map_err(|error| match error {
        RuleError::UnknownRule { .. } => {
            ApiError::new("Error", StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        }
        _ => ApiError::input(error.to_string()),
    })
}

/// An entity that is not there satisfies nothing, not even a negation.
fn decision(api: &Api, entity_ref: &str, filter: &Filter) -> Value {
    let index = api.catalog.index();
    let index = index.read();
    let slot = index.by_ref(&entity_ref.to_lowercase());
    match slot.is_some_and(|slot| index.slot_matches(slot, filter)) {
        true => "ALLOW".into(),
        false => "DENY".into(),
    }
}
