//! The plugins of this binary: a list that can be read.

use std::sync::Arc;

use anyhow::Context;
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_auth::{AuthPlugin, AuthService};
use callboard_plugin_catalog::CatalogPlugin;
use callboard_plugin_user_settings::UserSettingsPlugin;
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;
use callboard_store::Database;

/// The ids, for telling which sections of a configuration belong to a plugin that is not here.
pub(crate) const IDS: &[&str] = &["app", "auth", "catalog", "user-settings"];

/// Makes them all, over one database.
pub(crate) fn all(
    services: &Services,
    database: &Database,
    integrations: &Arc<Integrations>,
    auth: &Arc<AuthService>,
) -> anyhow::Result<Vec<Arc<dyn Plugin>>> {
    let catalog = CatalogPlugin::new(services.clone(), database.clone(), integrations.clone())
        .context("the catalog plugin could not be made")?;
    let sign_in = AuthPlugin::new(services.clone(), auth.clone())
        .with_users(catalog.catalog().clone())
        .with_oauth(Egress::new()?, None)
        .context("auth.providers")?;
    Ok(vec![
        Arc::new(sign_in),
        Arc::new(catalog),
        Arc::new(UserSettingsPlugin::new(services.clone(), database.clone())),
    ])
}
