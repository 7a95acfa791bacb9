//! `GET /entities/by-name/:kind/:namespace/:name/ancestry`: the entity and everything that led to it.

use axum::extract::{Path, State};
use axum::response::Response;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::{HeaderMap, Uri};
use serde_json::Value;

use super::Api;
use super::answer::{self, Tag};
use super::by_name::{NamePath, reference};
use super::params::Params;
use crate::error::CatalogError;
use crate::query::access::Allowed;
use crate::query::ancestry;

pub(super) async fn ancestry(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): NamePath,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let root = reference(&kind, &namespace, &name);
    let allowed = api.readable(&credentials).await?;
    let items = match ancestry::ancestry(&api.catalog, &root, &allowed).await {
        // Who may not read everything is not told what is there, as in Backstage.
        Err(CatalogError::NotFound(_)) if allowed != Allowed::Everything => Vec::new(),
        items => items?,
    };
    if items.first().is_none_or(|item| item.entity_ref != root) {
        return Err(ApiError::not_allowed(format!("You may not read {root} (catalog.entity.read)")));
    }
    let mut out = Vec::from(b"{\"rootEntityRef\":");
    out.extend_from_slice(Value::from(root).to_string().as_bytes());
    out.extend_from_slice(b",\"items\":[");
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"entity\":");
        out.extend_from_slice(&item.bytes);
        out.extend_from_slice(b",\"parentEntityRefs\":");
        out.extend_from_slice(Value::from(item.parents.clone()).to_string().as_bytes());
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    let tag = Tag::of_bytes(&out);
    Ok(tag.not_modified(&headers).unwrap_or_else(|| answer::bytes(out, Some(&tag))))
}
