//! `backend.cors` as Backstage writes it (the `cors` package, `backend-defaults` 0.18.0); without the section, and for
//! an origin that is not named, no header of it is sent.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use callboard_config::{Config, ConfigError};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

const DEFAULT_METHODS: &str = "GET,HEAD,PUT,PATCH,POST,DELETE";

#[derive(Clone)]
struct Cors(Arc<Settings>);

struct Settings {
    origins: Vec<String>,
    methods: HeaderValue,
    /// `None` allows what the browser asks for.
    allowed_headers: Option<HeaderValue>,
    exposed_headers: Option<HeaderValue>,
    credentials: bool,
    max_age: Option<HeaderValue>,
    preflight_continues: bool,
    preflight_status: StatusCode,
}

/// Adds CORS to `router` if the config asks for it.
pub(crate) fn apply(router: Router, config: &Config) -> anyhow::Result<Router> {
    let Some(settings) = Settings::read(config)? else { return Ok(router) };
    Ok(router.layer(from_fn_with_state(Cors(Arc::new(settings)), pass)))
}

impl Settings {
    fn read(config: &Config) -> anyhow::Result<Option<Self>> {
        // `false` switches it off, as does leaving it out.
        if !config.get("backend.cors").is_some_and(|section| section.is_object()) {
            return Ok(None);
        }
        let cors = config.get_config("backend.cors")?;
        let listed = |key: &str| -> anyhow::Result<Option<HeaderValue>> {
            let Some(list) = list(&cors, key)? else { return Ok(None) };
            let value = HeaderValue::from_str(&list.join(","));
            Ok(Some(value.map_err(|_| cors.error(key, "this can't stand in a header"))?))
        };
        let status = cors.opt_u64("optionsSuccessStatus")?.unwrap_or(204);
        let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        let max_age = cors.opt_u64("maxAge")?.map(HeaderValue::from);
        Ok(Some(Self {
            origins: list(&cors, "origin")?.unwrap_or_default(),
            methods: listed("methods")?.unwrap_or(HeaderValue::from_static(DEFAULT_METHODS)),
            allowed_headers: listed("allowedHeaders")?,
            exposed_headers: listed("exposedHeaders")?,
            credentials: cors.opt_bool("credentials")?.unwrap_or(false),
            max_age,
            preflight_continues: cors.opt_bool("preflightContinue")?.unwrap_or(false),
            preflight_status: status
                .ok_or_else(|| cors.error("optionsSuccessStatus", "expected a status like 204"))?,
        }))
    }

    /// What an allowed origin is told, on every answer.
    fn headers(&self, origin: HeaderValue) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.credentials {
            let yes = HeaderValue::from_static("true");
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        }
        if let Some(exposed) = &self.exposed_headers {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
        }
        headers
    }

    fn preflight(&self, asked: Option<&HeaderValue>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, self.methods.clone());
        if let Some(allowed) = self.allowed_headers.as_ref().or(asked) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed.clone());
        }
        if let Some(age) = &self.max_age {
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, age.clone());
        }
        headers
    }
}

/// One text, several divided by commas, or a list.
fn list(cors: &Config, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
    match cors.get(key) {
        Some(serde_json::Value::Array(_)) => cors.opt_string_array(key),
        // `true` in Backstage's own list of origins is the text.
        Some(serde_json::Value::Bool(_)) => Ok(Some(Vec::new())),
        _ => {
            let text = cors.opt_string(key)?;
            Ok(text.map(|text| text.split(',').map(|part| part.trim().to_owned()).collect()))
        }
    }
}

async fn pass(State(Cors(settings)): State<Cors>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let allowed = origin.filter(|origin| {
        origin.to_str().is_ok_and(|origin| settings.origins.iter().any(|known| origin_matches(known, origin)))
    });
    let preflight = allowed.is_some() && request.method() == Method::OPTIONS;
    let mut added = allowed.map(|origin| settings.headers(origin)).unwrap_or_default();
    if preflight {
        let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS);
        added.extend(settings.preflight(asked));
    }
    let mut response = match preflight && !settings.preflight_continues {
        true => {
            let empty = [(header::CONTENT_LENGTH, HeaderValue::from_static("0"))];
            (settings.preflight_status, empty).into_response()
        }
        false => next.run(request).await,
    };
    // Also where the origin is not allowed, so that no cache hands the answer for one origin to another.
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
    if preflight && settings.allowed_headers.is_none() {
        let name = HeaderName::from_static("access-control-request-headers");
        response.headers_mut().append(header::VARY, HeaderValue::from_name(name));
    }
    response.headers_mut().extend(added);
    response
}

/// One origin against one configured origin, in which `*` stands for any run of characters other than `.`, `/` and
/// `:`; a scheme, dot or port is never swallowed (CVE-2026-73563 is what happens when it is).
fn origin_matches(pattern: &str, origin: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern.eq_ignore_ascii_case(origin) };
    let Some(start) = origin.get(..head.len()) else { return false };
    if !start.eq_ignore_ascii_case(head) {
        return false;
    }
    let rest = &origin[head.len()..];
    let stop = rest.find(['.', '/', ':']).unwrap_or(rest.len());
    (0..=stop).any(|end| rest.is_char_boundary(end) && origin_matches(tail, &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use serde_json::json;
    use tower::ServiceExt;

    async fn ask(cors: serde_json::Value, method: &str, origin: &str) -> Response {
        let config = Config::from_value(json!({"backend": {"cors": cors}}));
        let router = Router::new().route("/x", axum::routing::any(|| async { "here" }));
        let router = apply(router, &config).expect("a setting");
        let request = Request::builder()
            .method(method)
            .uri("/x")
            .header("origin", origin)
            .header("access-control-request-headers", "authorization")
            .body(Body::empty())
            .expect("a request");
        router.oneshot(request).await.expect("an answer")
    }

    fn header<'r>(response: &'r Response, name: &str) -> &'r str {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[test]
    fn a_star_stays_within_one_host_label() {
        let cases = [
            ("https://*.example.com", "https://app.example.com", true),
            ("https://*.example.com", "https://evil.test/x.example.com", false),
            ("https://*.example.com", "https://a.b.example.com", false),
            ("http://localhost:*", "http://localhost:3000", true),
            ("http://localhost:3000", "http://localhost:3001", false),
            ("http://localhost:3000", "HTTP://LOCALHOST:3000", true),
        ];
        for (pattern, origin, expected) in cases {
            assert_eq!(origin_matches(pattern, origin), expected, "{pattern} {origin}");
        }
    }

    #[tokio::test]
    async fn a_preflight_of_a_named_origin_is_answered_at_once() {
        let cors =
            json!({"origin": "http://localhost:3000", "methods": ["GET", "POST"], "credentials": true});
        let response = ask(cors, "OPTIONS", "http://localhost:3000").await;
        assert_eq!(response.status(), 204);
        assert_eq!(header(&response, "access-control-allow-origin"), "http://localhost:3000");
        assert_eq!(header(&response, "access-control-allow-methods"), "GET,POST");
        assert_eq!(header(&response, "access-control-allow-headers"), "authorization");
        assert_eq!(header(&response, "access-control-allow-credentials"), "true");
    }

    #[tokio::test]
    async fn another_origin_is_told_nothing() {
        let response = ask(json!({"origin": ["http://localhost:3000"]}), "GET", "http://evil.test").await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "access-control-allow-origin"), "");
        assert_eq!(header(&response, "vary"), "Origin");
    }

    #[tokio::test]
    async fn every_further_setting_is_followed() {
        let cors = json!({"origin": "http://a", "allowedHeaders": "x-a", "exposedHeaders": ["x-b", "x-c"],
            "maxAge": 60, "preflightContinue": true, "optionsSuccessStatus": 200});
        let response = ask(cors, "OPTIONS", "http://a").await;
        assert_eq!(header(&response, "access-control-allow-headers"), "x-a");
        assert_eq!(header(&response, "access-control-expose-headers"), "x-b,x-c");
        assert_eq!(header(&response, "access-control-max-age"), "60");
        let body = axum::body::to_bytes(response.into_body(), 100).await.expect("a body");
        assert_eq!(&body[..], b"here");
    }
}
