//! The plugins of this binary: a list that can be read.

use std::sync::Arc;

use anyhow::Context;
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_app::AppPlugin;
use callboard_plugin_audit::AuditPlugin;
use callboard_plugin_auth::AuthPlugin;
use callboard_plugin_catalog::CatalogPlugin;
use callboard_plugin_permission::PermissionPlugin;
use callboard_plugin_scaffolder::{ScaffolderParts, ScaffolderPlugin};
use callboard_plugin_user_settings::UserSettingsPlugin;
use callboard_store::Database;

use crate::commands::serve::Ground;

/// The ids, for telling which sections of a configuration belong to a plugin that is not here.
pub(crate) const IDS: &[&str] =
    &["app", "audit", "auth", "catalog", "permission", "scaffolder", "user-settings"];

/// Makes them all, over one database. `app` has its place in the list like the others, and is also what answers the paths
/// that no plugin has.
pub(crate) fn all(
    services: &Services,
    database: &Database,
    ground: &Ground,
    app: &AppPlugin,
) -> anyhow::Result<Vec<Arc<dyn Plugin>>> {
    let Ground { integrations, auth, permission, egress } = ground;
    let catalog = CatalogPlugin::new(services.clone(), database.clone(), integrations.clone())
        .context("the catalog plugin could not be made")?;
    let users = catalog.catalog().clone();
    let changes = users.change_feed();
    let sign_in = AuthPlugin::new(services.clone(), auth.clone())
        .with_users(users.clone())
        .with_oauth(egress.clone(), None)
        .context("auth.providers")?;
    let scaffolder = ScaffolderParts {
        database: database.clone(),
        integrations: integrations.clone(),
        egress: egress.clone(),
        catalog: users.clone(),
        users: auth.clone(),
        roles: permission.clone(),
        notifications: None,
        actions: Vec::new(),
        autocomplete: callboard_plugin_scaffolder::autocomplete::providers(integrations, egress),
    };
    let scaffolder = ScaffolderPlugin::new(services.clone(), scaffolder)
        .context("the scaffolder plugin could not be made")?;
    let plugins: Vec<Arc<dyn Plugin>> = vec![
        Arc::new(app.clone()),
        Arc::new(sign_in),
        Arc::new(PermissionPlugin::new(services.clone(), permission.clone())),
        Arc::new(catalog),
        Arc::new(scaffolder),
        Arc::new(UserSettingsPlugin::new(services.clone(), database.clone())),
        Arc::new(AuditPlugin::new(services.clone(), database.clone()).with_changes(changes)),
    ];
    permission.connect(plugins.iter().filter_map(|plugin| plugin.permissions()).collect(), users);
    Ok(plugins)
}
