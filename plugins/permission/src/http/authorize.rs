//! `POST /authorize`: decisions over the wire (`permission-backend` 0.7.16).

use axum::Json;
use axum::extract::State;
use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use callboard_kit::permission::Decision;
use serde_json::{Value, json};

use super::Api;
use super::body::JsonBody;
use crate::engine::decide::Asked;

/// The resources that an item asks about.
enum Refs<'a> {
    None,
    One(&'a str),
    Many(Vec<&'a str>),
}

struct Item<'a> {
    id: &'a str,
    asked: Asked<'a>,
    refs: Refs<'a>,
}

pub(super) async fn authorize(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<Json<Value>> {
    if matches!(credentials.principal, Principal::Service { .. }) {
        return Err(ApiError::not_allowed("This endpoint does not allow 'service' credentials"));
    }
    let items = body.0["items"].as_array().ok_or_else(|| invalid("items", "must be a list"))?;
    let items = items.iter().enumerate().map(|(at, item)| read(at, item)).collect::<ApiResult<Vec<_>>>()?;
    // The conditions of a policy are nobody's business but the plugins'.
    let is_direct = !matches!(credentials.principal, Principal::User { actor: Some(_), .. });
    if is_direct
        && items.iter().any(|item| item.asked.resource_type.is_some() && matches!(item.refs, Refs::None))
    {
        return Err(ApiError::input(
            "Resource permissions require a resourceRef to be set. Direct user requests without a resourceRef are \
             not allowed.",
        ));
    }
    let mut answers = Vec::with_capacity(items.len());
    for item in &items {
        answers.push(answer(&api, item, &credentials).await?);
    }
    Ok(Json(json!({"items": answers})))
}

fn invalid(place: &str, what: &str) -> ApiError {
    ApiError::input(format!("request/body/{place} {what}"))
}

fn read(at: usize, item: &Value) -> ApiResult<Item<'_>> {
    let wrong = |what: &str| invalid(&format!("items/{at}"), what);
    let permission = &item["permission"];
    let id = item["id"].as_str().ok_or_else(|| wrong("must have a string 'id'"))?;
    let name = permission["name"].as_str().ok_or_else(|| wrong("must have a string 'permission.name'"))?;
    if !permission["attributes"].is_object() {
        return Err(wrong("must have an object 'permission.attributes'"));
    }
    let action = match &permission["attributes"]["action"] {
        Value::Null => None,
        Value::String(action) if ["create", "read", "update", "delete"].contains(&action.as_str()) => {
            Some(action.as_str())
        }
        _ => return Err(wrong("must have 'permission.attributes.action' of create, read, update, delete")),
    };
    let resource_type = match (permission["type"].as_str(), &permission["resourceType"]) {
        (Some("basic"), Value::Null) => None,
        (Some("resource"), Value::String(resource_type)) => Some(resource_type.as_str()),
        _ => {
            return Err(wrong(
                "must have a 'permission' of type basic, or of type resource with a resourceType",
            ));
        }
    };
    let refs = match &item["resourceRef"] {
        Value::Null => Refs::None,
        _ if resource_type.is_none() => {
            return Err(wrong("must not have a 'resourceRef' for a basic permission"));
        }
        Value::String(one) => Refs::One(one),
        Value::Array(many) => match many.iter().map(Value::as_str).collect::<Option<Vec<_>>>() {
            Some(many) if !many.is_empty() => Refs::Many(many),
            _ => return Err(wrong("must have at least one 'resourceRef', and only strings")),
        },
        _ => return Err(wrong("must have a 'resourceRef' that is a string or a list of strings")),
    };
    Ok(Item { id, asked: Asked { name, action, resource_type }, refs })
}

async fn answer(api: &Api, item: &Item<'_>, credentials: &Credentials) -> ApiResult<Value> {
    let id = item.id;
    let conditional = match api.service.decide(&credentials.principal, item.asked).await? {
        Decision::Allow => return Ok(json!({"id": id, "result": "ALLOW"})),
        Decision::Deny => return Ok(json!({"id": id, "result": "DENY"})),
        Decision::Conditional(conditional) => conditional,
    };
    let Some(resource_type) = item.asked.resource_type else {
        // Only resources can satisfy anything.
        return Ok(json!({"id": id, "result": "DENY"}));
    };
    let shown = |allowed: bool| if allowed { "ALLOW" } else { "DENY" };
    match &item.refs {
        Refs::None => Ok(json!({
            "id": id,
            "result": "CONDITIONAL",
            "pluginId": conditional.plugin_id(),
            "resourceType": resource_type,
            "conditions": conditional.condition(),
        })),
        Refs::One(one) => {
            let holds = api.service.apply(&conditional, resource_type, &[one], credentials).await?;
            Ok(json!({"id": id, "result": shown(holds == [true])}))
        }
        Refs::Many(many) => {
            let holds = api.service.apply(&conditional, resource_type, many, credentials).await?;
            let holds: Vec<&str> = holds.into_iter().map(shown).collect();
            Ok(json!({"id": id, "result": holds}))
        }
    }
}
