//! The routes below `/api/permission`. Here stands only their list, and what the handlers share.

mod authorize;
mod body;
mod conditions;
mod explain;
mod guard;
mod plugins;
mod policies;
mod preview;
mod roles;

use std::sync::Arc;

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, delete, get, post, put};
use callboard_kit::access::{Access, Routes};
use callboard_kit::audit::{AuditEvent, AuditLog, Severity};
use callboard_kit::error::ApiError;
use callboard_kit::permission::{PermissionIntegration, add_permission_routes};
use http::Method;
use serde_json::{Value, json};

use crate::integration::{CREATE, DELETE, READ, UPDATE};
use crate::service::PermissionService;
use body::MAX_BODY;

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) service: Arc<PermissionService>,
    pub(crate) audit: Arc<dyn AuditLog>,
}

impl Api {
    /// Takes down a change, or an attempt at one.
    fn record(&self, event_id: &'static str, actor: &str, meta: Value, error: Option<&ApiError>) {
        self.audit.record(AuditEvent {
            plugin: "permission",
            event_id,
            severity: Severity::High,
            actor: actor.to_owned(),
            meta,
            error: error.map(|error| error.message.clone()),
        });
    }
}

/// All routes, each with who may call it. Those of RBAC are there only with it.
pub(crate) fn routes(api: Api, integration: Option<Arc<dyn PermissionIntegration>>) -> Routes {
    let mut list: Vec<(Method, &str, Access, MethodRouter<Api>)> = vec![
        (Method::GET, "/health", Access::Authenticated, get(health)),
        // A user, or nobody where the default policy is off; the handler refuses services.
        (Method::POST, "/authorize", Access::Authenticated, post(authorize::authorize)),
    ];
    let mut routes = Routes::new();
    if let Some(integration) = integration {
        routes = add_permission_routes(routes, integration);
        list.extend(rbac());
    }
    list.into_iter().fold(routes, |routes, (method, path, access, handler)| {
        routes.add(
            method,
            path,
            access,
            handler.with_state(api.clone()).layer(DefaultBodyLimit::max(MAX_BODY)),
        )
    })
}

fn rbac() -> Vec<(Method, &'static str, Access, MethodRouter<Api>)> {
    const POLICIES: &str = "/policies/{kind}/{namespace}/{name}";
    const ROLE: &str = "/roles/{kind}/{namespace}/{name}";
    const CONDITION: &str = "/roles/conditions/{id}";
    let read = Access::Permission(READ.name);
    let create = Access::Permission(CREATE.name);
    let update = Access::Permission(UPDATE.name);
    let remove = Access::Permission(DELETE.name);
    vec![
        (Method::GET, "/", read, get(guard::status)),
        (Method::GET, "/policies", read, get(policies::list)),
        (Method::POST, "/policies", create, post(policies::create)),
        (Method::GET, POLICIES, read, get(policies::of_role)),
        (Method::PUT, POLICIES, update, put(policies::update)),
        (Method::DELETE, POLICIES, remove, delete(policies::remove)),
        (Method::GET, "/roles", read, get(roles::list)),
        (Method::POST, "/roles", create, post(roles::create)),
        (Method::GET, ROLE, read, get(roles::one)),
        (Method::PUT, ROLE, update, put(roles::update)),
        (Method::DELETE, ROLE, remove, delete(roles::remove)),
        (Method::GET, "/roles/conditions", read, get(conditions::list)),
        (Method::POST, "/roles/conditions", create, post(conditions::create)),
        (Method::GET, CONDITION, read, get(conditions::one)),
        (Method::PUT, CONDITION, update, put(conditions::update)),
        (Method::DELETE, CONDITION, remove, delete(conditions::remove)),
        (Method::GET, "/plugins/policies", read, get(plugins::policies)),
        (Method::GET, "/plugins/condition-rules", read, get(plugins::condition_rules)),
        (Method::GET, "/plugins/id", read, get(plugins::ids)),
        (Method::POST, "/plugins/id", create, post(plugins::add_ids)),
        (Method::DELETE, "/plugins/id", remove, delete(plugins::remove_ids)),
        (Method::POST, "/refresh/{id}", create, post(plugins::refresh)),
        (Method::POST, "/.callboard/explain", read, post(explain::explain)),
        (Method::POST, "/.callboard/preview", read, post(preview::preview)),
    ]
}

async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}
