//! The HTTP face of the scaffolder: one module for each resource. Here stands only the list of routes.

mod actions;
mod approvals;
mod audited;
mod autocomplete;
mod body;
mod dry_run;
mod error;
mod events;
mod extensions;
mod openapi;
mod params;
mod registry;
mod tasks;
mod templates;

use std::sync::Arc;

use axum::routing::{MethodRouter, get, post};
use callboard_kit::access::{Access, Routes};
use callboard_kit::permission::add_permission_routes;
use http::Method;
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::permissions::{
    DRY_RUN, PARAMETER_READ, ScaffolderPermissions, TASK_CANCEL, TASK_CREATE, TASK_READ,
};

pub(crate) use openapi::document;

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) core: Arc<Core>,
    /// Cancelled when the server stops, so that open streams end.
    pub(crate) shutdown: Arc<CancellationToken>,
}

/// All routes, each with who may call it.
pub(crate) fn routes(api: Api) -> Routes {
    let read = Access::Permission(TASK_READ.name);
    let create = Access::Permission(TASK_CREATE.name);
    let list: Vec<(Method, &str, Access, MethodRouter<Api>)> = vec![
        (
            Method::GET,
            "/v2/templates/{namespace}/{kind}/{name}/parameter-schema",
            Access::Permission(PARAMETER_READ.name),
            get(templates::parameter_schema),
        ),
        (Method::GET, "/v2/actions", Access::Authenticated, get(actions::list)),
        (Method::GET, "/v2/templating-extensions", Access::Authenticated, get(extensions::list)),
        (Method::POST, "/v2/tasks", create, post(tasks::create)),
        (Method::GET, "/v2/tasks", read, get(tasks::list)),
        (Method::GET, "/v2/tasks/{id}", read, get(tasks::read)),
        (Method::POST, "/v2/tasks/{id}/cancel", Access::Permission(TASK_CANCEL.name), post(tasks::cancel)),
        (Method::POST, "/v2/tasks/{id}/retry", create, post(tasks::retry)),
        (Method::POST, "/v2/tasks/{id}/approvals", Access::User, post(approvals::decide)),
        (Method::GET, "/v2/tasks/{id}/events", read, get(events::poll)),
        (Method::GET, "/v2/tasks/{id}/eventstream", read, get(events::stream)),
        (Method::POST, "/v2/dry-run", Access::Permission(DRY_RUN.name), post(dry_run::run)),
        (
            Method::POST,
            "/v2/autocomplete/{provider}/{resource}",
            Access::Authenticated,
            post(autocomplete::complete),
        ),
        (Method::GET, "/.backstage/actions/v1/actions", Access::Authenticated, get(registry::list)),
        (
            Method::POST,
            "/.backstage/actions/v1/actions/{id}/invoke",
            Access::Authenticated,
            post(registry::invoke),
        ),
    ];
    let permissions = Arc::new(ScaffolderPermissions(api.core.database.clone()));
    let routes = add_permission_routes(Routes::new(), permissions);
    list.into_iter().fold(routes, |routes, (method, path, access, handler)| {
        let event = audited::of(&method, path);
        routes.add_audited(method, path, access, event, handler.with_state(api.clone()))
    })
}
