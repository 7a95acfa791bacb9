//! Every route declares who may call it. [`Routes`] is the only way to give a plugin a route, and each of its
//! entries carries an [`Access`]; the barrier in [`crate::http`] enforces it and a test lists them all.

use axum::Router;
use axum::routing::MethodRouter;
use http::Method;

use crate::audit::route::Audited;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a token.
    Public,
    /// A user by the `backstage-auth` cookie or a token, or a service.
    Cookie,
    /// A user with a token.
    User,
    /// A service with a token.
    Service,
    /// A user or a service: Backstage's default for every plugin route.
    Authenticated,
    /// A user or a service for whom the plugin then asks this permission (the name stands in the list of
    /// routes; the check itself is made in the data path).
    Permission(&'static str),
}

/// One line of the list of routes.
#[derive(Debug, Clone)]
pub struct RouteSpec {
    /// HTTP method.
    pub method: Method,
    /// Path below the plugin's mount, in axum's syntax (`/entities/by-uid/{uid}`).
    pub path: String,
    /// Who may call it.
    pub access: Access,
    /// Which event a call of it is; `None` where the plugin records its events itself or there is nothing to record.
    pub audited: Option<&'static Audited>,
}

/// The routes of a plugin: an axum router and the list of what is in it.
#[derive(Debug, Default)]
pub struct Routes {
    pub(crate) router: Router,
    pub(crate) specs: Vec<RouteSpec>,
}

impl Routes {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a route. `handler` must be the [`MethodRouter`] of exactly this method (`get(handler)` for GET).
    pub fn add(self, method: Method, path: &str, access: Access, handler: MethodRouter) -> Self {
        self.add_audited(method, path, access, None, handler)
    }

    /// As [`Self::add`], for a route whose calls are events of the audit log.
    pub fn add_audited(
        mut self,
        method: Method,
        path: &str,
        access: Access,
        audited: Option<&'static Audited>,
        handler: MethodRouter,
    ) -> Self {
        let handler = handler.layer(axum::middleware::from_fn(
            move |request: axum::extract::Request, next: axum::middleware::Next| {
                crate::http::barrier(access, audited, request, next)
            },
        ));
        self.router = self.router.route(path, handler);
        self.specs.push(RouteSpec { method, path: path.to_owned(), access, audited });
        self
    }

    /// What a path without a route gets: an empty 404, behind the barrier, so that nobody learns nothing.
    pub fn unmatched(mut self, access: Access) -> Self {
        let handler = axum::routing::any(crate::http::empty_not_found).layer(axum::middleware::from_fn(
            move |request: axum::extract::Request, next: axum::middleware::Next| {
                crate::http::barrier(access, None, request, next)
            },
        ));
        self.router = self.router.fallback_service(handler);
        self
    }

    /// What is in here, for the tests and the route matrix.
    pub fn specs(&self) -> &[RouteSpec] {
        &self.specs
    }

    /// Takes it apart: the router with its barriers, and the list.
    pub fn into_parts(self) -> (Router, Vec<RouteSpec>) {
        (self.router, self.specs)
    }
}
