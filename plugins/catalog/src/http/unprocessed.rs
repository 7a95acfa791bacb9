//! The operator's lists: entities that failed, and entities that wait for their first run.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use callboard_kit::audit::request::note;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::Api;
use super::answer;
use super::params::Params;
use crate::error::CatalogError;
use crate::query::access;
use crate::query::permissions::{UNPROCESSED_DELETE, UNPROCESSED_READ};
use crate::query::unprocessed::{is_owned_by, to_wire};
use crate::unprocessed::UnprocessedKind;

pub(super) async fn failed(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    list(&api, &credentials, &uri, &headers, "failed", UnprocessedKind::Failed).await
}

pub(super) async fn pending(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    list(&api, &credentials, &uri, &headers, "pending", UnprocessedKind::Pending).await
}

async fn list(
    api: &Api,
    credentials: &Credentials,
    uri: &Uri,
    headers: &HeaderMap,
    name: &str,
    kind: UnprocessedKind,
) -> ApiResult<Response> {
    let params = Params::read(uri, &["owner"])?;
    let owner = params.text("owner")?;
    access::require(api.catalog.services().authorizer.as_ref(), UNPROCESSED_READ, credentials).await?;
    let entities = api.catalog.unprocessed(kind).await?;
    let entities: Vec<Value> =
        entities.iter().filter(|entity| is_owned_by(entity, owner)).map(to_wire).collect();
    Ok(answer::tagged_json(headers, &json!({"type": name, "entities": entities})))
}

pub(super) async fn remove(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(entity_id): Path<String>,
    uri: Uri,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    access::require(api.catalog.services().authorizer.as_ref(), UNPROCESSED_DELETE, &credentials).await?;
    match api.catalog.remove_entity(&entity_id).await {
        Ok(entity_ref) => note("entityRef", entity_ref),
        Err(CatalogError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
