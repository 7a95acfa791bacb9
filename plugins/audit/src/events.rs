//! `GET /events`: pages, newest first, or a stream of what comes.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use callboard_audit::StoredEvent;
use callboard_kit::audit::request::note;
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use http::{HeaderMap, Uri, header};
use serde_json::{Map, Value, json};

use crate::error::AuditApiError;
use crate::params::Params;
use crate::plugin::Api;
use crate::{permissions, stream};

/// An event with its id first.
pub(crate) fn to_wire(stored: StoredEvent) -> Value {
    let mut item = Map::new();
    item.insert("id".to_owned(), stored.id.into());
    if let Value::Object(members) = stored.event {
        item.extend(members);
    }
    Value::Object(item)
}

pub(crate) async fn list(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(&uri, true)?;
    permissions::require(api.services.authorizer.as_ref(), &credentials).await?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/event-stream") {
        note("queryType", "follow");
        return stream::follow(api, params, &headers, credentials.expires_at).await;
    }
    note("queryType", "page");
    let page =
        api.store.page(&params.query, params.after, params.limit).await.map_err(AuditApiError::from)?;
    let mut body = json!({"items": page.items.into_iter().map(to_wire).collect::<Vec<_>>()});
    if let Some(next) = page.next {
        body["next"] = next.to_string().into();
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}
