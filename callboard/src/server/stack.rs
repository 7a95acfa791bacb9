//! Puts the server together: plugins, health, metrics and portal, inside the layers that every request passes.

use std::sync::Arc;

use axum::Extension;
use axum::middleware::from_fn;
use callboard_kit::http::{AuthContext, error_body};
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_auth::AuthService;

use super::edge::Edge;
use super::headers::SecurityHeaders;
use super::health::{self, Readiness};
use super::route_metrics::CountRequests;
use super::{cors, metrics, mount, portal};

/// The whole server.
pub(crate) fn server(
    plugins: &[Arc<dyn Plugin>],
    services: &Services,
    auth: &Arc<AuthService>,
    readiness: Readiness,
) -> anyhow::Result<Edge> {
    let count = CountRequests::new(&services.metrics);
    let mut router = portal::routes(&services.config)?.merge(health::routes(readiness.clone()));
    let open = services.config.opt_bool("backend.auth.dangerouslyDisableDefaultAuthPolicy")?.unwrap_or(false);
    if open {
        tracing::warn!(
            "backend.auth.dangerouslyDisableDefaultAuthPolicy: everybody may read and change the catalog"
        );
    }
    if services.config.opt_str("backend.metrics.listen")?.is_none() {
        let (guarded, _) = metrics::guarded(services.metrics.clone()).into_parts();
        let authenticator = services.authenticator.clone();
        let auth = AuthContext { authenticator, plugin_id: "metrics", open: false };
        router = router.merge(guarded.layer(from_fn(error_body)).layer(Extension(auth)));
    }
    router = router.layer(count.clone());
    for plugin in plugins {
        router = router.merge(mount::mount(plugin, services, auth, &readiness, &count, open));
    }
    let router = cors::apply(router, &services.config)?;
    Ok(Edge::new(router, &services.metrics, SecurityHeaders::new(&services.config)?))
}
