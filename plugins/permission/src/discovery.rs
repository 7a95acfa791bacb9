//! `discovery.endpoints`: which plugins run in another backend, and where.

use callboard_config::{Config, ConfigError};

/// Where plugins are that are not here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Discovery {
    endpoints: Vec<(Vec<String>, String)>,
}

impl Discovery {
    /// Reads the section; `config` is the whole configuration.
    pub(crate) fn read(config: &Config) -> Result<Self, ConfigError> {
        let mut endpoints = Vec::new();
        if config.has("discovery.endpoints") {
            for entry in config.config_array("discovery.endpoints")? {
                // The target of calls between backends: the text itself, or `internal`.
                let target = match entry.get("target") {
                    Some(serde_json::Value::Object(_)) => entry.opt_str("target.internal")?,
                    _ => entry.opt_str("target")?,
                };
                if let Some(target) = target {
                    let plugins = entry.opt_string_array("plugins")?.unwrap_or_default();
                    endpoints.push((plugins, target.to_owned()));
                }
            }
        }
        Ok(Self { endpoints })
    }

    /// Whether any plugin is elsewhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.endpoints.is_empty()
    }

    /// The base URL of a plugin that runs elsewhere. A plugin of this process does so only if it is named: `*` stands for
    /// those that are not here.
    pub(crate) fn elsewhere(&self, plugin_id: &str, is_here: bool) -> Option<String> {
        let named = |wanted: &str| {
            let found = self.endpoints.iter().find(|(plugins, _)| plugins.iter().any(|one| one == wanted));
            found.map(|(_, target)| target)
        };
        let target = named(plugin_id).or_else(|| named("*").filter(|_| !is_here))?;
        Some(target.replace("{{pluginId}}", plugin_id).replace("{{ pluginId }}", plugin_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_plugin_of_this_process_is_elsewhere_only_if_it_is_named() {
        let config = Config::from_value(json!({"discovery": {"endpoints": [
            {"target": "http://one/api/{{pluginId}}", "plugins": ["*"]},
            {"target": {"internal": "http://two/api/{{pluginId}}", "external": "http://x"}, "plugins": ["catalog", "b"]},
            {"target": {"external": "http://x"}, "plugins": ["c"]},
        ]}}));
        let discovery = Discovery::read(&config).unwrap();
        let here = |id| discovery.elsewhere(id, true);
        assert_eq!(here("catalog").as_deref(), Some("http://two/api/catalog"));
        assert_eq!(here("permission"), None);
        assert_eq!(discovery.elsewhere("scaffolder", false).as_deref(), Some("http://one/api/scaffolder"));
    }
}
