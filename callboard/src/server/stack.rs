//! Puts the server together: plugins, health, metrics and portal, inside the layers that every request passes.

use std::sync::Arc;

use axum::Extension;
use axum::middleware::{from_fn, from_fn_with_state};
use callboard_kit::http::{AuthContext, error_body};
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_app::AppPlugin;
use callboard_plugin_auth::AuthService;

use super::edge::Edge;
use super::headers::SecurityHeaders;
use super::health::{self, Readiness};
use super::rate_limit::{self, RateLimit};
use super::route_metrics::CountRequests;
use super::{cors, metrics, mount, portal};

/// The whole server.
pub(crate) fn server(
    plugins: &[Arc<dyn Plugin>],
    app: &AppPlugin,
    services: &Services,
    auth: &Arc<AuthService>,
    readiness: Readiness,
) -> anyhow::Result<Edge> {
    let count = CountRequests::new(&services.metrics);
    let mut router = match app.fallback() {
        Some(app) => app,
        None => portal::routes(&services.config)?,
    };
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
        router = router.merge(mount::mount(plugin, services, auth, &readiness, &count, open)?);
    }
    if let Some(limit) = RateLimit::global(&services.config)? {
        router = router.layer(from_fn_with_state(limit, rate_limit::limit));
    }
    // Probes come from one address and must get through.
    router = router.merge(health::routes(readiness).layer(count));
    let router = cors::apply(router, &services.config)?;
    Ok(Edge::new(router, &services.metrics, SecurityHeaders::new(&services.config)?))
}
