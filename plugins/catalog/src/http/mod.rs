//! The HTTP face of the catalog: one module for each resource. Here stands only the list of routes.

mod analyze;
mod ancestry;
mod answer;
mod body;
mod by_name;
mod by_query;
mod by_refs;
mod by_uid;
mod changes;
mod entities;
mod error;
mod facets;
mod full_text;
mod history;
mod items;
mod locations;
mod openapi;
mod params;
mod permissions;
mod refresh;
mod streams;
mod tasks;
mod unprocessed;
mod validate;

use std::sync::Arc;

use axum::routing::{MethodRouter, delete, get, post, put};
use callboard_kit::access::{Access, Routes};
use callboard_kit::audit::{AuditEvent, Severity};
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiResult;
use http::Method;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::Catalog;
use crate::query::access::{self, Allowed};
use crate::query::permissions::{
    ENTITY_DELETE, ENTITY_READ, ENTITY_REFRESH, ENTITY_VALIDATE, LOCATION_ANALYZE, LOCATION_CREATE,
    LOCATION_DELETE, LOCATION_READ, UNPROCESSED_DELETE, UNPROCESSED_READ,
};

pub(crate) use openapi::document;
pub(crate) use streams::Streams;

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) catalog: Arc<Catalog>,
    /// Cancelled when the server stops, so that open streams end. Shared, because cloning a token takes its lock.
    pub(crate) shutdown: Arc<CancellationToken>,
    /// Who waits for changes.
    pub(crate) streams: Streams,
}

impl Api {
    /// The entities that the caller may read.
    async fn readable(&self, credentials: &Credentials) -> ApiResult<Allowed> {
        access::allowed(self.catalog.services().authorizer.as_ref(), ENTITY_READ, credentials).await
    }

    /// Takes down a change, or an attempt at one, in the audit log.
    fn audit(
        &self,
        event_id: &'static str,
        credentials: &Credentials,
        meta: Value,
        outcome: Result<(), String>,
    ) {
        self.catalog.services().audit.record(AuditEvent {
            plugin: "catalog",
            event_id,
            severity: Severity::Medium,
            actor: credentials.subject().to_owned(),
            meta,
            error: outcome.err(),
        });
    }
}

/// All routes of the catalog, each with who may call it.
pub(crate) fn routes(api: Api) -> Routes {
    let read = Access::Permission(ENTITY_READ.name);
    let location_read = Access::Permission(LOCATION_READ.name);
    let location_create = Access::Permission(LOCATION_CREATE.name);
    let list: Vec<(Method, &str, Access, MethodRouter<Api>)> = vec![
        (Method::POST, "/refresh", Access::Permission(ENTITY_REFRESH.name), post(refresh::refresh)),
        (Method::GET, "/entities", read, get(entities::list)),
        (Method::GET, "/entities/by-query", read, get(by_query::by_parameters)),
        (Method::POST, "/entities/by-query", read, post(by_query::by_predicate)),
        (Method::POST, "/entities/by-refs", read, post(by_refs::by_refs)),
        (Method::GET, "/entities/by-uid/{uid}", read, get(by_uid::read)),
        (
            Method::DELETE,
            "/entities/by-uid/{uid}",
            Access::Permission(ENTITY_DELETE.name),
            delete(by_uid::remove),
        ),
        (Method::GET, "/entities/by-name/{kind}/{namespace}/{name}", read, get(by_name::read)),
        (Method::GET, "/entities/by-name/{kind}/{namespace}/{name}/ancestry", read, get(ancestry::ancestry)),
        (Method::GET, "/entities/by-name/{kind}/{namespace}/{name}/history", read, get(history::history)),
        (Method::GET, "/changes", read, get(changes::changes)),
        (Method::GET, "/entity-facets", read, get(facets::by_parameters)),
        (Method::POST, "/entity-facets", read, post(facets::by_predicate)),
        (
            Method::GET,
            "/entities/unprocessed/failed",
            Access::Permission(UNPROCESSED_READ.name),
            get(unprocessed::failed),
        ),
        (
            Method::GET,
            "/entities/unprocessed/pending",
            Access::Permission(UNPROCESSED_READ.name),
            get(unprocessed::pending),
        ),
        (
            Method::DELETE,
            "/entities/unprocessed/delete/{entity_id}",
            Access::Permission(UNPROCESSED_DELETE.name),
            delete(unprocessed::remove),
        ),
        (Method::GET, "/locations", location_read, get(locations::list)),
        (Method::POST, "/locations", location_create, post(locations::create)),
        (Method::POST, "/locations/by-query", location_read, post(locations::by_query)),
        (Method::GET, "/locations/{id}", location_read, get(locations::read)),
        // Backstage asks for the permission to create here too.
        (Method::PUT, "/locations/{id}", location_create, put(locations::update)),
        (
            Method::DELETE,
            "/locations/{id}",
            Access::Permission(LOCATION_DELETE.name),
            delete(locations::remove),
        ),
        (
            Method::GET,
            "/locations/by-entity/{kind}/{namespace}/{name}",
            location_read,
            get(locations::by_entity),
        ),
        (
            Method::POST,
            "/analyze-location",
            Access::Permission(LOCATION_ANALYZE.name),
            post(analyze::analyze),
        ),
        (
            Method::POST,
            "/validate-entity",
            Access::Permission(ENTITY_VALIDATE.name),
            post(validate::validate),
        ),
        (
            Method::GET,
            "/.well-known/backstage/permissions/metadata",
            Access::Authenticated,
            get(permissions::metadata),
        ),
        (
            Method::POST,
            "/.well-known/backstage/permissions/apply-conditions",
            Access::Authenticated,
            post(permissions::apply_conditions),
        ),
        (Method::GET, "/.backstage/scheduler/v1/tasks", Access::Authenticated, get(tasks::list)),
    ];
    list.into_iter().fold(Routes::new(), |routes, (method, path, access, handler)| {
        routes.add(method, path, access, handler.with_state(api.clone()))
    })
}
