//! The embedded portal: hashed assets for ever, every other path the page itself, with the configuration that the
//! browser may see injected as Backstage injects it (`plugin-app-backend` 0.5.18).

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use callboard_config::Config;
use callboard_plugin_app::{base_path, inject};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../ui/dist"]
struct Assets;

const NOT_BUILT: &str = "<!doctype html><title>Callboard</title><p>This binary was built without its portal. \
    Build it with <code>make build</code>, which runs the UI build first. The API answers under <code>/api</code>.";

/// What is served for `/` and every path that is neither an API route nor a file, and the path that the portal lives
/// below (`/portal` of an `app.baseUrl` of `https://host/portal`; empty at the root).
#[derive(Clone)]
struct Page {
    html: Arc<String>,
    base: Arc<str>,
}

/// The portal as the fallback of the whole server.
pub(crate) fn routes(config: &Config) -> anyhow::Result<Router> {
    let injected = callboard_config::frontend_config(config);
    let base = base_path(config.opt_string("app.baseUrl")?.as_deref().unwrap_or_default());
    let page = match Assets::get("index.html") {
        Some(file) => inject(&rebase(&String::from_utf8_lossy(&file.data), &base), &injected),
        None => NOT_BUILT.to_owned(),
    };
    Ok(Router::new().fallback(answer).with_state(Page { html: Arc::new(page), base: base.into() }))
}

/// The page's own addresses are relative to its `<base>`.
fn rebase(page: &str, base: &str) -> String {
    let safe = base.replace(['"', '<', '>', '&'], "");
    page.replacen("<base href=\"/\"", &format!("<base href=\"{safe}/\""), 1)
}

async fn answer(State(page): State<Page>, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let name = path.strip_prefix(&*page.base).unwrap_or(path).trim_start_matches('/');
    if name != "index.html"
        && !name.is_empty()
        && let Some(response) = file(name, request.headers())
    {
        return response;
    }
    if name.starts_with("static/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store, max-age=0"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    (headers, page.html.as_str().to_owned()).into_response()
}

/// A file of the build, in the best encoding that the build made and the browser takes.
fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let variants = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepted.split(',').any(|part| part.trim().starts_with(encoding)))
        .find_map(|(encoding, ending)| Some((Some(encoding), Assets::get(&format!("{name}{ending}"))?)));
    let (encoding, file) = match variants {
        Some(found) => found,
        None => (None, Assets::get(name)?),
    };
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    let cache = if name.starts_with("static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut out = HeaderMap::new();
    let mut put = |key: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(key, value);
        }
    };
    put(header::CONTENT_TYPE, content_type(name));
    put(header::CACHE_CONTROL, cache);
    put(header::VARY, "accept-encoding");
    put(header::ETAG, &tag);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        return Some((StatusCode::NOT_MODIFIED, out).into_response());
    }
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some((out, Body::from(file.data.into_owned())).into_response())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The media types that the build of the portal contains.
fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_finds_its_files_below_the_path_of_app_base_url() {
        let page = "<head><base href=\"/\" /></head>";
        for (url, href) in [
            ("http://localhost:7007", "/"),
            ("https://example.com/", "/"),
            ("https://example.com/portal/", "/portal/"),
            ("", "/"),
        ] {
            assert!(rebase(page, &base_path(url)).contains(&format!("<base href=\"{href}\" />")), "{url}");
        }
    }
}
