//! `POST /refresh`: read an entity again now.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use callboard_kit::audit::request::note;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::{StatusCode, Uri};

use super::Api;
use super::body::JsonBody;
use super::params::Params;
use crate::query::access::{self, Allowed};
use crate::query::permissions::ENTITY_REFRESH;

pub(super) async fn refresh(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let entity_ref = body.required_text("entityRef")?.to_lowercase();
    body.only(&["entityRef", "authorizationToken"])?;
    note("entityRef", entity_ref.as_str());
    let authorizer = &api.catalog.services().authorizer;
    let allowed = access::allowed(authorizer.as_ref(), ENTITY_REFRESH, &credentials).await?;
    if allowed != Allowed::Everything {
        let filter = allowed.filter();
        let index = api.catalog.index();
        let index = index.read();
        let slot = index.by_ref(&entity_ref);
        if !slot.is_some_and(|slot| index.slot_matches(slot, &filter)) {
            return Err(ApiError::not_allowed("You may not refresh this entity (catalog.entity.refresh)"));
        }
    }
    api.catalog.refresh(&entity_ref).await?;
    Ok(StatusCode::OK.into_response())
}
