//! `GET` and `DELETE /entities/by-uid/:uid`.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use callboard_kit::audit::request::note;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::{HeaderMap, StatusCode, Uri};
use uuid::Uuid;

use super::Api;
use super::answer::{self, Tag};
use super::params::Params;
use crate::error::CatalogError;
use crate::query::access;
use crate::query::permissions::ENTITY_DELETE;

pub(super) async fn read(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(uid): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let filter = api.readable(&credentials).await?.filter();
    let index = api.catalog.index();
    let index = index.read();
    let slot = Uuid::parse_str(&uid).ok().and_then(|uid| index.by_uid(uid));
    let slot = slot
        .filter(|slot| index.slot_matches(*slot, &filter))
        .ok_or_else(|| ApiError::not_found(format!("No entity with uid {uid}")))?;
    let bytes = index.bytes(slot);
    let tag = Tag::of_bytes(&bytes);
    Ok(tag.not_modified(&headers).unwrap_or_else(|| answer::bytes(bytes, Some(&tag))))
}

pub(super) async fn remove(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(uid): Path<String>,
    uri: Uri,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let authorizer = &api.catalog.services().authorizer;
    let allowed = access::allowed(authorizer.as_ref(), ENTITY_DELETE, &credentials).await?;
    if allowed != access::Allowed::Everything {
        let filter = allowed.filter();
        let index = api.catalog.index();
        let index = index.read();
        let slot = Uuid::parse_str(&uid).ok().and_then(|uid| index.by_uid(uid));
        if !slot.is_some_and(|slot| index.slot_matches(slot, &filter)) {
            return Err(ApiError::not_allowed("You may not remove this entity (catalog.entity.delete)"));
        }
    }
    match api.catalog.remove_entity(&uid).await {
        Ok(entity_ref) => note("entityRef", entity_ref),
        // Removing what is not there leaves nothing to do, as in Backstage.
        Err(CatalogError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
