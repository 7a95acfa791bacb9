//! Where a plugin is reached: `discovery.endpoints`, and this server for every plugin that they don't name
//! (`backend-defaults` 0.18.0).

use std::collections::HashMap;

use callboard_config::{Config, ConfigError};
use serde_json::Value;
use url::Url;

const DEFAULT_BASE_URL: &str = "http://localhost:7007";
const DEFAULT_PORT: &str = "7007";
/// The name that stands for all plugins that are not named.
const ALL: &str = "*";

/// The addresses of plugins, as backends and as browsers reach them.
#[derive(Debug, Clone)]
pub struct Discovery {
    internal: Targets,
    external: Targets,
}

/// URLs with `{{pluginId}}` in them.
#[derive(Debug, Clone)]
struct Targets {
    named: HashMap<String, String>,
    own: String,
}

impl Discovery {
    /// Reads `discovery.endpoints`, `backend.listen` and `backend.baseUrl`; `config` is the whole configuration.
    ///
    /// # Errors
    /// A target is no http(s) URL, or one that would have to be looked up as an SRV record.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let base = config.opt_str("backend.baseUrl")?.unwrap_or(DEFAULT_BASE_URL).trim_end_matches('/');
        let mut internal = Targets::new(format!("{}/api/{{{{pluginId}}}}", own_address(config)?));
        let mut external = Targets::new(format!("{base}/api/{{{{pluginId}}}}"));
        for endpoint in config.config_array("discovery.endpoints")? {
            let plugins = endpoint.opt_string_array("plugins")?.unwrap_or_default();
            match endpoint.get("target") {
                Some(Value::String(_)) => {
                    let target = target(&endpoint, "target")?;
                    internal.add(&plugins, target.as_deref());
                    external.add(&plugins, target.as_deref());
                }
                _ => {
                    internal.add(&plugins, target(&endpoint, "target.internal")?.as_deref());
                    external.add(&plugins, target(&endpoint, "target.external")?.as_deref());
                }
            }
        }
        Ok(Self { internal, external })
    }

    /// The base URL at which other backends call a plugin, without a slash at its end.
    pub fn base_url(&self, plugin_id: &str) -> String {
        self.internal.url(plugin_id)
    }

    /// The base URL at which browsers call a plugin.
    pub fn external_base_url(&self, plugin_id: &str) -> String {
        self.external.url(plugin_id)
    }

    /// Whether the configuration sends no plugin anywhere.
    pub fn is_empty(&self) -> bool {
        self.internal.named.is_empty()
    }

    /// As [`Self::elsewhere`], for a process that runs the plugin itself: only its own name sends it elsewhere then, `*`
    /// stands for plugins that are not here.
    pub fn elsewhere_by_name(&self, plugin_id: &str) -> Option<String> {
        self.internal.named.get(plugin_id).map(|target| fill(target, plugin_id))
    }

    /// The base URL of a plugin that the configuration sends somewhere; `None` for one that is looked for here.
    pub fn elsewhere(&self, plugin_id: &str) -> Option<String> {
        self.internal.named(plugin_id).map(|target| fill(target, plugin_id))
    }
}

impl Targets {
    fn new(own: String) -> Self {
        Self { named: HashMap::new(), own }
    }

    /// A later endpoint replaces an earlier one.
    fn add(&mut self, plugins: &[String], target: Option<&str>) {
        if let Some(target) = target {
            self.named.extend(plugins.iter().map(|plugin| (plugin.clone(), target.to_owned())));
        }
    }

    fn named(&self, plugin_id: &str) -> Option<&String> {
        self.named.get(plugin_id).or_else(|| self.named.get(ALL))
    }

    fn url(&self, plugin_id: &str) -> String {
        fill(self.named(plugin_id).unwrap_or(&self.own), plugin_id)
    }
}

/// A target of the configuration, checked.
fn target(endpoint: &Config, key: &str) -> Result<Option<String>, ConfigError> {
    let Some(text) = endpoint.opt_str(key)? else { return Ok(None) };
    if text.starts_with("http+srv://") || text.starts_with("https+srv://") {
        let message = "SRV records are not looked up; give the host and port that they name";
        return Err(endpoint.error(key, message));
    }
    match Url::parse(&fill(text, "plugin")) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            Ok(Some(text.trim_end_matches('/').to_owned()))
        }
        _ => Err(endpoint.error(key, "expected an http or https URL, with {{pluginId}} for the plugin")),
    }
}

/// Puts the plugin's id in, also where spaces stand around the name.
fn fill(target: &str, plugin_id: &str) -> String {
    let id: String = url::form_urlencoded::byte_serialize(plugin_id.as_bytes()).collect();
    let mut filled = String::new();
    let mut rest = target;
    while let Some((before, after)) = rest.split_once("{{") {
        match after.split_once("}}") {
            Some((name, behind)) if name.trim() == "pluginId" => {
                filled.push_str(before);
                filled.push_str(&id);
                rest = behind;
            }
            _ => {
                filled.push_str(before);
                filled.push_str("{{");
                rest = after;
            }
        }
    }
    filled + rest
}

/// `http://localhost:7007`: how this server reaches itself.
fn own_address(config: &Config) -> Result<String, ConfigError> {
    let (host, port) = match config.get("backend.listen") {
        None => (String::new(), DEFAULT_PORT.to_owned()),
        Some(Value::Number(port)) => (String::new(), port.to_string()),
        Some(Value::String(text)) => match text.rsplit_once(':') {
            Some((host, port)) => (host.to_owned(), port.to_owned()),
            None => (String::new(), text),
        },
        Some(_) => {
            let port = match config.get("backend.listen.port") {
                None => DEFAULT_PORT.to_owned(),
                Some(Value::String(port)) => port,
                Some(port) => port.to_string(),
            };
            (config.opt_string("backend.listen.host")?.unwrap_or_default(), port)
        }
    };
    let host = match host.trim_matches(['[', ']']) {
        "" | "::" => "localhost".to_owned(),
        "0.0.0.0" => "127.0.0.1".to_owned(),
        host if host.contains(':') => format!("[{host}]"),
        host => host.to_owned(),
    };
    let scheme = if config.has("backend.https") { "https" } else { "http" };
    Ok(format!("{scheme}://{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn discovery(value: Value) -> Discovery {
        Discovery::read(&Config::from_value(value)).expect("a discovery")
    }

    #[test]
    fn a_plugin_that_nothing_names_is_here() {
        let found = discovery(
            json!({"backend": {"baseUrl": "https://portal.example.com/", "listen": "0.0.0.0:8000"}}),
        );
        assert_eq!(found.base_url("catalog"), "http://127.0.0.1:8000/api/catalog");
        assert_eq!(found.external_base_url("catalog"), "https://portal.example.com/api/catalog");
        assert_eq!(found.elsewhere("catalog"), None);
        assert_eq!(discovery(json!({})).base_url("auth"), "http://localhost:7007/api/auth");
        let listen = json!({"backend": {"listen": {"host": "::1", "port": 9000}}});
        assert_eq!(discovery(listen).base_url("auth"), "http://[::1]:9000/api/auth");
    }

    #[test]
    fn endpoints_send_plugins_elsewhere_and_a_name_wins_over_the_star() {
        let found = discovery(json!({"discovery": {"endpoints": [
            {"target": "http://node.internal/api/{{ pluginId }}/", "plugins": ["*"]},
            {"target": {"internal": "http://docs.internal/x"}, "plugins": ["techdocs"]},
            {"target": {"external": "https://search.example.com/{{pluginId}}"}, "plugins": ["search"]},
        ]}}));
        assert_eq!(found.base_url("scaffolder"), "http://node.internal/api/scaffolder");
        assert_eq!(found.external_base_url("scaffolder"), "http://node.internal/api/scaffolder");
        assert_eq!(found.elsewhere("techdocs").as_deref(), Some("http://docs.internal/x"));
        assert_eq!(found.external_base_url("search"), "https://search.example.com/search");
        assert_eq!(found.elsewhere_by_name("techdocs").as_deref(), Some("http://docs.internal/x"));
        assert_eq!(found.elsewhere_by_name("catalog"), None);
        assert_eq!(found.base_url("a/../b"), "http://node.internal/api/a%2F..%2Fb");
    }

    #[test]
    fn a_target_that_can_not_be_called_is_refused_at_start_with_its_key() {
        for target in [json!("http+srv://x/api"), json!("ftp://x"), json!({"internal": "nowhere"})] {
            let config = json!({"discovery": {"endpoints": [{"target": target, "plugins": ["a"]}]}});
            let error = Discovery::read(&Config::from_value(config)).expect_err("no target").to_string();
            assert!(error.contains("discovery.endpoints[0].target"), "{error}");
        }
    }
}
