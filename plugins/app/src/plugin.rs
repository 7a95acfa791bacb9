//! The plugin as the server sees it.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use callboard_kit::access::{Access, Routes};
use callboard_kit::auth::CookieIssuer;
use callboard_kit::error::ApiError;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::plugin::{Plugin, Services};
use callboard_store::Database;
use http::Method;

use crate::bundle::Bundles;
use crate::error::AppError;
use crate::old_assets::OldAssets;
use crate::serve::{self, Frontend};
use crate::settings::AppSettings;
use crate::sign_in::SignIn;

/// `/api/app`, and with `app.distDir` every path that is no route.
#[derive(Clone)]
pub struct AppPlugin {
    frontend: Option<Frontend>,
}

impl AppPlugin {
    /// Reads the build that `app.distDir` names, if there is one.
    ///
    /// # Errors
    /// When the configuration or the build can't be used.
    pub fn new(
        services: &Services,
        database: Database,
        cookies: Arc<dyn CookieIssuer>,
    ) -> Result<Self, AppError> {
        let Some(settings) = AppSettings::read(&services.config)? else { return Ok(Self { frontend: None }) };
        let bundles = Arc::new(Bundles::open(&settings, &services.config)?);
        let old = (!settings.no_old_assets).then(|| OldAssets::new(database));
        let sign_in = SignIn { authenticator: services.authenticator.clone(), cookies };
        tracing::info!(dist = %bundles.main.root.display(), protected = bundles.public.is_some(),
            "the portal is the app in app.distDir");
        Ok(Self { frontend: Some(Frontend { bundles, old, sign_in }) })
    }

    /// What answers every path that no route has; `None` without `app.distDir`.
    pub fn fallback(&self) -> Option<Router> {
        let frontend = self.frontend.clone()?;
        Some(Router::new().fallback(serve::answer).with_state(frontend))
    }
}

#[async_trait]
impl Plugin for AppPlugin {
    fn id(&self) -> &'static str {
        "app"
    }

    fn routes(&self) -> Routes {
        match &self.frontend {
            None => Routes::new(),
            Some(frontend) => Routes::new().add(
                Method::GET,
                "/{*path}",
                Access::Public,
                get(serve::answer_below_api).with_state(frontend.clone()),
            ),
        }
    }

    async fn start(&self, lifecycle: &Lifecycle) -> Result<(), ApiError> {
        let Some(Frontend { bundles, old: Some(old), .. }) = &self.frontend else { return Ok(()) };
        old.migrate().await.map_err(|error| ApiError::internal(&error))?;
        let folders = std::iter::once(&bundles.main).chain(&bundles.public);
        let folders = folders.map(|bundle| (bundle.name, bundle.root.join("static"))).collect();
        lifecycle.spawn(old.clone().keep(folders, lifecycle.shutdown()));
        Ok(())
    }
}

impl std::fmt::Debug for AppPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppPlugin").field("serves", &self.frontend.is_some()).finish()
    }
}
