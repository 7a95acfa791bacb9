//! Puts the server together: plugins, health, metrics and portal, inside the layers that every request passes.

use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use callboard_kit::http::{AuthContext, error_body};
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_auth::AuthService;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use super::access_log::{self, RequestMetrics};
use super::health::{self, Readiness};
use super::{cors, headers, metrics, mount, portal};

/// The whole server as one router.
pub(crate) fn router(
    plugins: &[Arc<dyn Plugin>],
    services: &Services,
    auth: &Arc<AuthService>,
    readiness: Readiness,
) -> anyhow::Result<Router> {
    let mut router = portal::routes(&services.config)?;
    let open = services.config.opt_bool("backend.auth.dangerouslyDisableDefaultAuthPolicy")?.unwrap_or(false);
    if open {
        tracing::warn!(
            "backend.auth.dangerouslyDisableDefaultAuthPolicy: everybody may read and change the catalog"
        );
    }
    for plugin in plugins {
        router = router.merge(mount::mount(plugin, services, auth, &readiness, open));
    }
    if services.config.opt_str("backend.metrics.listen")?.is_none() {
        let (guarded, _) = metrics::guarded(services.metrics.clone()).into_parts();
        let authenticator = services.authenticator.clone();
        let auth = AuthContext { authenticator, plugin_id: "metrics", open: false };
        router = router.merge(guarded.layer(from_fn(error_body)).layer(Extension(auth)));
    }
    let router = router
        .merge(health::routes(readiness))
        .layer(from_fn_with_state(RequestMetrics::new(&services.metrics), access_log::log))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    headers::apply(cors::apply(router, &services.config)?, &services.config)
}
