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
        let referrer = match config.get("backend.referrer.policy") {
            Some(serde_json::Value::Array(_)) => {
                config.opt_string_array("backend.referrer.policy")?.unwrap_or_default().join(",")
            }
            _ => config.opt_string("backend.referrer.policy")?.unwrap_or_else(|| "no-referrer".to_owned()),
        };
        headers.push((header::REFERRER_POLICY, HeaderValue::from_str(&referrer)?));
        if let Some(policy) = content_security_policy(config) {
            headers.push((header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy)?));
        }
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

/// `backend.csp.<directive>`: a list replaces the default of that directive, `false` removes it. `backend.csp: false` sends
/// none at all.
fn content_security_policy(config: &Config) -> Option<String> {
    let mut directives: Vec<(String, String)> =
        CSP_DEFAULTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut replace = |name: &str, value: &str| {
        directives.retain(|(known, _)| known != name);
        directives.push((name.to_owned(), value.to_owned()));
    };
    if config.has("app.distDir") {
        // A stock app compiles expressions in the browser.
        replace("script-src", "'self' 'unsafe-eval'");
    }
    if config.opt_str("backend.baseUrl").ok().flatten().is_some_and(|url| url.starts_with("https:")) {
        replace("upgrade-insecure-requests", "");
    }
    let configured = config.get("backend.csp");
    if configured.as_ref().is_some_and(|value| value == false) {
        return None;
    }
    for (name, value) in configured.as_ref().and_then(|value| value.as_object()).into_iter().flatten() {
        let name = &dashed(name);
        directives.retain(|(known, _)| known != name);
        if let Some(sources) = value.as_array() {
            let sources: Vec<&str> = sources.iter().filter_map(|source| source.as_str()).collect();
            directives.push((name.clone(), sources.join(" ")));
        }
    }
    let parts: Vec<String> =
        directives.into_iter().map(|(name, value)| format!("{name} {value}").trim_end().to_owned()).collect();
    Some(parts.join("; "))
}

/// `scriptSrc` is `script-src`, as helmet takes both.
fn dashed(name: &str) -> String {
    let mut dashed = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            dashed.push('-');
        }
        dashed.push(letter.to_ascii_lowercase());
    }
    dashed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn policy(csp: serde_json::Value) -> String {
        content_security_policy(&Config::from_value(json!({"backend": {"csp": csp}}))).unwrap_or_default()
    }

    #[test]
    fn a_configured_directive_replaces_the_default() {
        let policy = policy(json!({"connect-src": ["'self'", "https:"], "img-src": ["'self'"]}));
        assert!(policy.contains("connect-src 'self' https:"), "{policy}");
        assert!(policy.contains("img-src 'self'") && !policy.contains("img-src 'self' data:"), "{policy}");
    }

    #[test]
    fn false_sends_no_policy_and_names_are_taken_in_both_spellings() {
        assert_eq!(policy(json!(false)), "");
        assert!(policy(json!({"scriptSrc": ["'none'"]})).contains("script-src 'none'"));
    }

    #[test]
    fn a_stock_app_may_compile_expressions_and_https_stays_https() {
        let config = json!({"app": {"distDir": "dist"}, "backend": {"baseUrl": "https://a"}});
        let policy = content_security_policy(&Config::from_value(config)).expect("a policy");
        assert!(policy.contains("script-src 'self' 'unsafe-eval'"), "{policy}");
        assert!(policy.contains("upgrade-insecure-requests"), "{policy}");
    }

    #[test]
    fn false_removes_a_directive() {
        let policy = policy(json!({"script-src-attr": false}));
        assert!(!policy.contains("script-src-attr"), "{policy}");
    }
}
