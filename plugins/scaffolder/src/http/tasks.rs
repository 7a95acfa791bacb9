//! Tasks: creating, listing, reading, cancelling and retrying them.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use callboard_kit::audit::request::note;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::Api;
use super::body::JsonBody;
use super::error::Refusal;
use super::params::Params;
use crate::db::list::{Listing, ORDERED_BY, Order};
use crate::secrets::TaskMasker;
use crate::tasks::NewTaskRequest;

/// Columns of one order.
const MOST_ORDERS: usize = 3;

pub(super) async fn create(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> Result<Response, Refusal> {
    Params::read(&uri, &[])?;
    let request = NewTaskRequest {
        template_ref: body.required_text("templateRef")?.to_owned(),
        values: Value::Object(body.object("values")?),
        secrets: body.object("secrets")?,
    };
    note("templateRef", request.template_ref.as_str());
    note("parameters", audited(&api, &request));
    let id = api.core.create(request, &credentials).await?;
    note("taskId", id.as_str());
    Ok((StatusCode::CREATED, Json(json!({"id": id}))).into_response())
}

/// The values as the audit log may have them: long ones cut, secrets masked.
fn audited(api: &Api, request: &NewTaskRequest) -> Value {
    let secrets = request.secrets.values().filter_map(Value::as_str).map(str::to_owned);
    let masked = TaskMasker::new(secrets).value(&request.values);
    match api.core.config.audited_length {
        None => masked,
        Some(most) => cut(&masked, most),
    }
}

fn cut(value: &Value, most: usize) -> Value {
    match value {
        Value::String(text) if text.chars().count() > most => {
            let beginning: String = text.chars().take(most).collect();
            Value::String(format!("{beginning}…"))
        }
        Value::Array(items) => items.iter().map(|item| cut(item, most)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), cut(value, most))).collect()
        }
        other => other.clone(),
    }
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
) -> ApiResult<Json<Value>> {
    let params = Params::read(&uri, &["createdBy", "status", "order", "limit", "offset"])?;
    let all = |name: &str| params.all(name).map(str::to_owned).collect();
    let listing = Listing {
        created_by: all("createdBy"),
        status: all("status"),
        order: params.all("order").map(order).collect::<ApiResult<_>>()?,
        limit: params.integer("limit", 0)?,
        offset: params.integer("offset", 0)?.unwrap_or_default(),
    };
    if listing.order.len() > MOST_ORDERS {
        return Err(ApiError::input(format!(
            "request/query/order must NOT have more than {MOST_ORDERS} items"
        )));
    }
    let (tasks, total) = api.core.list(&listing, &credentials).await?;
    let mut shown = Vec::with_capacity(tasks.len());
    for task in &tasks {
        shown.push(api.core.seen(task, &credentials).await?.0);
    }
    Ok(Json(json!({"tasks": shown, "totalTasks": total})))
}

fn order(text: &str) -> ApiResult<Order> {
    let wrong = || {
        ApiError::input(format!(
            "Invalid order parameter \"{text}\", expected \"<asc or desc>:<field name>\""
        ))
    };
    let (direction, column) = text.split_once(':').ok_or_else(wrong)?;
    let descending = match direction {
        "asc" => false,
        "desc" => true,
        _ => return Err(wrong()),
    };
    let column = ORDERED_BY.into_iter().find(|known| *known == column).ok_or_else(wrong)?;
    Ok(Order { column, descending })
}

pub(super) async fn read(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> ApiResult<Json<Value>> {
    Params::read(&uri, &[])?;
    let task = api.core.readable(&id, &[], &credentials).await?;
    Ok(Json(api.core.seen(&task, &credentials).await?.0))
}

pub(super) async fn cancel(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> ApiResult<Json<Value>> {
    Params::read(&uri, &[])?;
    api.core.cancel(&id, &credentials).await?;
    Ok(Json(json!({"status": "cancelled"})))
}

pub(super) async fn retry(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let secrets = body.object("secrets")?;
    let from_step = body.text("fromStep")?;
    api.core.retry(&id, &secrets, from_step, &credentials).await?;
    Ok((StatusCode::CREATED, Json(json!({"id": id}))).into_response())
}
