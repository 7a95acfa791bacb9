//! `backend.cors` as Backstage writes it; without the section no CORS header is sent.

use std::time::Duration;

use axum::Router;
use callboard_config::Config;
use http::{HeaderName, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Adds CORS to `router` if the config asks for it.
pub(crate) fn apply(router: Router, config: &Config) -> anyhow::Result<Router> {
    let Some(cors) = config.opt_config("backend.cors")? else { return Ok(router) };
    let patterns = match cors.get("origin") {
        Some(serde_json::Value::Array(_)) => cors.opt_string_array("origin")?.unwrap_or_default(),
        _ => cors.opt_string("origin")?.into_iter().collect(),
    };
    let allow_credentials = cors.opt_bool("credentials")?.unwrap_or(false);
    let mut layer = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origin.to_str().is_ok_and(|origin| patterns.iter().any(|pattern| origin_matches(pattern, origin)))
        }))
        .allow_credentials(allow_credentials);
    let methods = cors
        .opt_string_array("methods")?
        .unwrap_or_else(|| ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"].map(String::from).to_vec());
    let methods: Result<Vec<Method>, _> = methods.iter().map(|m| m.parse()).collect();
    layer = layer.allow_methods(methods?);
    layer = match cors.opt_string_array("allowedHeaders")? {
        Some(names) => layer.allow_headers(header_names(&names)?),
        None => layer.allow_headers(tower_http::cors::AllowHeaders::mirror_request()),
    };
    if let Some(names) = cors.opt_string_array("exposedHeaders")? {
        layer = layer.expose_headers(header_names(&names)?);
    }
    if let Some(seconds) = cors.opt_f64("maxAge")? {
        layer = layer.max_age(Duration::from_secs_f64(seconds.clamp(0.0, 86_400.0)));
    }
    Ok(router.layer(layer))
}

fn header_names(names: &[String]) -> anyhow::Result<Vec<HeaderName>> {
    names.iter().map(|name| Ok(name.parse()?)).collect()
}

/// One origin against one configured origin, in which `*` stands for any run of characters other than `.`, `/` and
/// `:`; a scheme, dot or port is never swallowed (CVE-2026-73563 is what happens when it is).
fn origin_matches(pattern: &str, origin: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == origin };
    let Some(rest) = origin.strip_prefix(head) else { return false };
    let stop = rest.find(['.', '/', ':']).unwrap_or(rest.len());
    (0..=stop).any(|end| rest.is_char_boundary(end) && origin_matches(tail, &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_within_one_host_label() {
        let cases = [
            ("https://*.example.com", "https://app.example.com", true),
            ("https://*.example.com", "https://evil.test/x.example.com", false),
            ("https://*.example.com", "https://a.b.example.com", false),
            ("http://localhost:*", "http://localhost:3000", true),
            ("http://localhost:3000", "http://localhost:3001", false),
        ];
        for (pattern, origin, expected) in cases {
            assert_eq!(origin_matches(pattern, origin), expected, "{pattern} {origin}");
        }
    }
}
