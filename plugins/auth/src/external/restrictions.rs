//! `accessRestrictions`: to which plugins and permissions a token is limited.

use callboard_config::{Config, ConfigError};
use callboard_kit::credentials::{AccessRestrictions, PluginRestriction};

use super::words;

/// The values of the `action` attribute.
const ACTIONS: [&str; 4] = ["create", "read", "update", "delete"];

/// The restrictions of an entry; `None` if it has none.
pub(super) fn read(entry: &Config) -> Result<Option<AccessRestrictions>, ConfigError> {
    if !entry.has("accessRestrictions") {
        return Ok(None);
    }
    let mut plugins: Vec<PluginRestriction> = Vec::new();
    for limit in entry.config_array("accessRestrictions")? {
        let plugin = limit.get_str("plugin")?.to_owned();
        if plugins.iter().any(|other| other.plugin == plugin) {
            let message = format!("'{plugin}' is restricted twice; put all permissions into one entry");
            return Err(limit.error("plugin", message));
        }
        if let Some(other) = limit.keys("permissionAttribute").iter().find(|key| *key != "action") {
            let path = format!("permissionAttribute.{other}");
            return Err(limit.error(&path, "is not an attribute; only 'action' is"));
        }
        let actions = words(&limit, "permissionAttribute.action")?;
        if let Some(wrong) = actions.iter().find(|action| !ACTIONS.contains(&action.as_str())) {
            let message = format!("'{wrong}' is not one of {}", ACTIONS.join(", "));
            return Err(limit.error("permissionAttribute.action", message));
        }
        plugins.push(PluginRestriction { plugin, permissions: words(&limit, "permission")?, actions });
    }
    // An empty list would restrict to nothing in one reading and not at all in the other.
    if plugins.is_empty() {
        return Err(entry.error("accessRestrictions", "is empty; name a plugin, or leave the key out"));
    }
    Ok(Some(AccessRestrictions { plugins }))
}
