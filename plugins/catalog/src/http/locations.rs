//! The registered locations: listing, reading, registering, changing, removing.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use callboard_kit::audit::request::note;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use callboard_model::LocationRef;
use callboard_model::entity::generated_location_name;
use callboard_model::entity::well_known::MANAGED_BY_ORIGIN_LOCATION;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::Api;
use super::answer;
use super::body::JsonBody;
use super::by_name::{NamePath, reference};
use super::error::input;
use super::params::Params;
use crate::config::LocationConflict;
use crate::locations::{Location, Registered};
use crate::processing::DryRunError;
use crate::query::access;
use crate::query::locations::{LocationCursor, to_wire};
use crate::query::permissions::{LOCATION_CREATE, LOCATION_DELETE, LOCATION_READ};

/// Rows of this type stand for configured locations in old databases and are not shown.
const BOOTSTRAP: &str = "bootstrap";
/// What counts as "yes" in `dryRun`, as in Backstage.
const YES: [&str; 5] = ["y", "yes", "true", "1", "on"];

impl Api {
    async fn may_read_locations(&self, credentials: &Credentials) -> ApiResult<bool> {
        access::is_allowed(self.catalog.services().authorizer.as_ref(), LOCATION_READ, credentials).await
    }

    async fn shown_locations(&self) -> ApiResult<Vec<Location>> {
        let mut locations = self.catalog.locations().list().await?;
        locations.retain(|location| location.kind != BOOTSTRAP);
        Ok(locations)
    }

    fn refuse_if_readonly(&self) -> ApiResult<()> {
        match self.catalog.config().readonly {
            true => Err(ApiError::not_allowed("This operation not allowed in readonly mode")),
            false => Ok(()),
        }
    }
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let shown = match api.may_read_locations(&credentials).await? {
        true => api.shown_locations().await?,
        false => Vec::new(),
    };
    let items: Vec<Value> = shown.iter().map(|location| json!({"data": to_wire(location)})).collect();
    Ok(answer::tagged_json(&headers, &items))
}

pub(super) async fn by_query(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let limit = body.count("limit")?;
    let cursor = match body.text("cursor")? {
        Some(cursor) => {
            let cursor = LocationCursor::decode(cursor).map_err(input)?;
            LocationCursor { limit: limit.or(cursor.limit), ..cursor }
        }
        None => LocationCursor { limit, query: body.get("query").cloned(), after_id: None },
    };
    let locations = match api.may_read_locations(&credentials).await? {
        true => api.shown_locations().await?,
        false => Vec::new(),
    };
    let page = cursor.page(locations).map_err(ApiError::input)?;
    Ok(answer::json(StatusCode::OK, &page))
}

pub(super) async fn read(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    if !api.may_read_locations(&credentials).await? {
        return Err(ApiError::not_found(format!("Found no location with ID {id}")));
    }
    let location = api.catalog.locations().get(&id).await?;
    Ok(answer::tagged_json(&headers, &to_wire(&location)))
}

pub(super) async fn by_entity(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): NamePath,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let entity_ref = reference(&kind, &namespace, &name);
    let unknown = || ApiError::not_found(format!("found no entity for ref {entity_ref}"));
    if !api.may_read_locations(&credentials).await? {
        return Err(unknown());
    }
    let filter = api.readable(&credentials).await?.filter();
    let bytes = {
        let index = api.catalog.index();
        let index = index.read();
        let slot = index.by_ref(&entity_ref).filter(|slot| index.slot_matches(*slot, &filter));
        slot.map(|slot| index.bytes(slot)).ok_or_else(unknown)?
    };
    let entity: Value = serde_json::from_slice(&bytes).map_err(|error| ApiError::internal(&error))?;
    let origin = entity.pointer("/metadata/annotations").and_then(|all| all.get(MANAGED_BY_ORIGIN_LOCATION));
    let origin = origin
        .and_then(Value::as_str)
        .and_then(|text| LocationRef::parse(text).ok())
        .ok_or_else(|| ApiError::not_found(format!("found no origin annotation for ref {entity_ref}")))?;
    let location = api.catalog.locations().find(&origin.kind, &origin.target).await?.ok_or_else(|| {
        ApiError::not_found(format!(
            "Found no location with type {} and target {}",
            origin.kind, origin.target
        ))
    })?;
    Ok(answer::tagged_json(&headers, &to_wire(&location)))
}

pub(super) async fn create(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    let params = Params::read(&uri, &["dryRun", "onConflict"])?;
    let dry_run = params.text("dryRun")?.is_some_and(|text| YES.contains(&text.to_lowercase().as_str()));
    let conflict = match params.one_of("onConflict", &["refresh", "reject"])? {
        None => api.catalog.config().location_conflict,
        Some("refresh") => LocationConflict::Refresh,
        Some(_) => LocationConflict::Reject,
    };
    let location = location_input(&body, &["type", "target", "presence"])?;
    note("location", location.to_string());
    note("isDryRun", dry_run);
    if !dry_run {
        api.refuse_if_readonly()?;
    }
    access::require(api.catalog.services().authorizer.as_ref(), LOCATION_CREATE, &credentials).await?;
    let types = api.catalog.orchestrator().allowed_location_types();
    if !types.contains(&location.kind) {
        let types = json!(types);
        return Err(ApiError::input(format!("Registered locations must be of an allowed type {types}")));
    }
    if dry_run {
        return preview(&api, &location).await;
    }
    let outcome = api.catalog.create_location(&location, conflict).await?;
    let (Registered::Created(location) | Registered::Refreshed(location)) = outcome;
    note("id", location.id.as_str());
    Ok(answer::json(StatusCode::CREATED, &json!({"location": to_wire(&location), "entities": []})))
}

/// What registering would bring. Every fault stands in `error.details`, the first one in the message.
async fn preview(api: &Api, location: &LocationRef) -> ApiResult<Response> {
    let exists = api.catalog.locations().find(&location.kind, &location.target).await?.is_some();
    let entities = api.catalog.dry_run(location).await.map_err(|error| {
        let answer = ApiError::input(error.to_string());
        match &error {
            DryRunError::Faults(faults) => answer.with(
                "details",
                faults
                    .iter()
                    .map(|fault| {
                        json!({
                            "entityRef": fault.entity_ref,
                            "name": fault.error.name,
                            "message": fault.error.message,
                            "location": fault.error.location,
                        })
                    })
                    .collect(),
            ),
            _ => answer,
        }
    })?;
    let name = generated_location_name(&location.kind, &location.target);
    let location = json!({
        "type": location.kind,
        "target": location.target,
        "id": location.to_string(),
        "entityRef": format!("location:default/{name}"),
    });
    let body = json!({"exists": exists, "location": location, "entities": entities});
    Ok(answer::json(StatusCode::CREATED, &body))
}

pub(super) async fn update(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let location = location_input(&body, &["type", "target"])?;
    note("location", location.to_string());
    api.refuse_if_readonly()?;
    access::require(api.catalog.services().authorizer.as_ref(), LOCATION_CREATE, &credentials).await?;
    let types = api.catalog.orchestrator().allowed_location_types();
    if !types.contains(&location.kind) {
        let types = json!(types);
        return Err(ApiError::input(format!("Registered locations must be of an allowed type {types}")));
    }
    let location = api.catalog.update_location(&id, &location).await?;
    Ok(answer::json(StatusCode::OK, &to_wire(&location)))
}

pub(super) async fn remove(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    api.refuse_if_readonly()?;
    access::require(api.catalog.services().authorizer.as_ref(), LOCATION_DELETE, &credentials).await?;
    let location = api.catalog.delete_location(&id).await?;
    note("location", format!("{}:{}", location.kind, location.target));
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A location in a body that has no other members than `known`.
fn location_input(body: &JsonBody, known: &[&str]) -> ApiResult<LocationRef> {
    let kind = body.required_text("type")?;
    let target = body.required_text("target")?;
    if let Some(other) = body.0.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(ApiError::input(format!("Malformed request: unknown member '{other}'")));
    }
    LocationRef::new(kind, target).map_err(|error| ApiError::input(format!("Malformed request: {error}")))
}
