//! Which origins may start a sign-in and receive its outcome: that of `app.baseUrl`, and the patterns of
//! `auth.experimentalExtraAllowedOrigins`.

use callboard_config::{Config, ConfigError};
use globset::{GlobBuilder, GlobMatcher};
use url::Url;

use super::error::OAuthError;

/// The allowed origins.
#[derive(Debug)]
pub(crate) struct Origins {
    /// Origin of `app.baseUrl`.
    pub(crate) app: String,
    patterns: Vec<GlobMatcher>,
}

impl Origins {
    /// Reads both keys; without `app.baseUrl` the app is where the backend is.
    pub(crate) fn read(config: &Config) -> Result<Self, ConfigError> {
        let key = if config.has("app.baseUrl") { "app.baseUrl" } else { "backend.baseUrl" };
        let app = config.opt_str(key)?.unwrap_or("http://localhost:7007");
        let app = origin(app).ok_or_else(|| config.error(key, "expected an http or https URL"))?;
        let mut patterns = Vec::new();
        let key = "auth.experimentalExtraAllowedOrigins";
        for (at, pattern) in config.opt_string_array(key)?.unwrap_or_default().iter().enumerate() {
            // A star stays inside scheme, host or port: an origin has slashes only behind its scheme.
            let glob = GlobBuilder::new(pattern).literal_separator(true).case_insensitive(true).build();
            let glob = glob.map_err(|error| config.error(&format!("{key}[{at}]"), error.to_string()))?;
            patterns.push(glob.compile_matcher());
        }
        Ok(Self { app, patterns })
    }

    /// The origin of a URL, if it is allowed.
    pub(crate) fn allowed(&self, url: &str) -> Result<String, OAuthError> {
        let origin = origin(url).ok_or(OAuthError::BadOrigin)?;
        if origin == self.app || self.patterns.iter().any(|pattern| pattern.is_match(&origin)) {
            Ok(origin)
        } else {
            Err(OAuthError::OriginNotAllowed(origin))
        }
    }
}

/// `https://host:port` of an http(s) URL. Other schemes have no origin that anything could be sent to, and a user in
/// front of the host only serves to look like another host.
fn origin(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && matches!(url.scheme(), "http" | "https")).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cve_2026_73563_a_star_does_not_reach_over_a_slash_or_into_another_host() {
        let config = Config::from_value(json!({
            "app": {"baseUrl": "https://portal.example/base"},
            "auth": {"experimentalExtraAllowedOrigins": ["https://*.preview.example", "http://localhost:*"]},
        }));
        let origins = Origins::read(&config).unwrap();
        for url in [
            "https://portal.example",
            "https://PORTAL.example/any/path?x",
            "https://pr-1.preview.example",
            "http://localhost:3000/",
        ] {
            assert!(origins.allowed(url).is_ok(), "{url}");
        }
        for url in [
            "https://evil/x.preview.example",
            "https://evil.example/.preview.example",
            "https://evil.example\\.preview.example",
            "https://evil.example#.preview.example",
            "https://evil.example@pr.preview.example",
            "https://pr.preview.example@evil.example",
            "http://pr-1.preview.example",
            "https://portal.example:444",
            "https://portal.example.evil.example",
            "http://localhost:3000.evil.example",
            "javascript:alert(1)//https://portal.example",
            "data:text/html,https://portal.example",
            "//portal.example",
            "",
        ] {
            assert!(origins.allowed(url).is_err(), "{url}");
        }
    }
}
