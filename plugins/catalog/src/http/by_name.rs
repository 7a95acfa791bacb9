//! `GET /entities/by-name/:kind/:namespace/:name`.

use axum::extract::{Path, State};
use axum::response::Response;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::{HeaderMap, Uri};

use super::Api;
use super::answer::{self, Tag};
use super::params::Params;

/// Kind, namespace and name of a path.
pub(super) type NamePath = Path<(String, String, String)>;

/// The reference that a path means, in any case of letters.
pub(super) fn reference(kind: &str, namespace: &str, name: &str) -> String {
    format!("{kind}:{namespace}/{name}").to_lowercase()
}

/// 404 for an entity that is not there, or that the caller may not know of.
pub(super) fn not_found(kind: &str, namespace: &str, name: &str) -> ApiError {
    ApiError::not_found(format!(
        "No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
    ))
}

pub(super) async fn read(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): NamePath,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let filter = api.readable(&credentials).await?.filter();
    let index = api.catalog.index();
    let index = index.read();
    let slot = index
        .by_ref(&reference(&kind, &namespace, &name))
        .filter(|slot| index.slot_matches(*slot, &filter))
        .ok_or_else(|| not_found(&kind, &namespace, &name))?;
    let bytes = index.bytes(slot);
    let tag = Tag::of_bytes(&bytes);
    Ok(tag.not_modified(&headers).unwrap_or_else(|| answer::bytes(bytes, Some(&tag))))
}
