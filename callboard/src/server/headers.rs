//! Security headers on every answer: what helmet sends in a stock Backstage, with `backend.csp` merged in.
//! Callboard's own portal needs no `unsafe-eval`, so its `script-src` is only `'self'` unless the config says more.

use std::sync::Arc;

use callboard_config::Config;
use http::{HeaderMap, HeaderName, HeaderValue, header};

const CSP_DEFAULTS: &[(&str, &str)] = &[
    ("default-src", "'self'"),
    ("base-uri", "'self'"),
    ("font-src", "'self' https: data:"),
    ("frame-ancestors", "'self'"),
    ("img-src", "'self' data: https:"),
    ("object-src", "'none'"),
    ("script-src", "'self'"),
    ("script-src-attr", "'none'"),
    ("style-src", "'self' https: 'unsafe-inline'"),
];

const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "SAMEORIGIN"),
    ("x-dns-prefetch-control", "off"),
    ("x-download-options", "noopen"),
    ("x-permitted-cross-domain-policies", "none"),
    ("x-xss-protection", "0"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
];

/// The headers, made once.
#[derive(Debug, Clone)]
pub(crate) struct SecurityHeaders(Arc<[(HeaderName, HeaderValue)]>);

impl SecurityHeaders {
    /// Reads `backend.csp` and `backend.referrer.policy`.
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        let mut headers: Vec<(HeaderName, HeaderValue)> = FIXED
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let referrer = config.opt_str("backend.referrer.policy")?.unwrap_or("no-referrer");
        headers.push((header::REFERRER_POLICY, HeaderValue::from_str(referrer)?));
        let policy = content_security_policy(config);
        headers.push((header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy)?));
        Ok(Self(headers.into()))
    }

    /// Adds those that an answer has not set itself.
    pub(crate) fn add_to(&self, answer: &mut HeaderMap) {
        answer.reserve(self.0.len());
        for (name, value) in self.0.iter() {
            answer.entry(name).or_insert_with(|| value.clone());
        }
    }
}

/// `backend.csp.<directive>`: a list replaces the default of that directive, `false` removes it.
fn content_security_policy(config: &Config) -> String {
    let mut directives: Vec<(String, String)> =
        CSP_DEFAULTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let configured = config.get("backend.csp");
    for (name, value) in configured.as_ref().and_then(|value| value.as_object()).into_iter().flatten() {
        directives.retain(|(known, _)| known != name);
        if let Some(sources) = value.as_array() {
            let sources: Vec<&str> = sources.iter().filter_map(|source| source.as_str()).collect();
            directives.push((name.clone(), sources.join(" ")));
        }
    }
    let parts: Vec<String> =
        directives.into_iter().map(|(name, value)| format!("{name} {value}").trim_end().to_owned()).collect();
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn policy(csp: serde_json::Value) -> String {
        content_security_policy(&Config::from_value(json!({"backend": {"csp": csp}})))
    }

    #[test]
    fn a_configured_directive_replaces_the_default() {
        let policy = policy(json!({"connect-src": ["'self'", "https:"], "img-src": ["'self'"]}));
        assert!(policy.contains("connect-src 'self' https:"), "{policy}");
        assert!(policy.contains("img-src 'self'") && !policy.contains("img-src 'self' data:"), "{policy}");
    }

    #[test]
    fn false_removes_a_directive() {
        let policy = policy(json!({"script-src-attr": false}));
        assert!(!policy.contains("script-src-attr"), "{policy}");
    }
}
