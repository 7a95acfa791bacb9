//! What a request for the frontend gets: a file, an older file, or the page.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use callboard_kit::error::ApiError;
use callboard_kit::http::error_response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tokio_util::io::ReaderStream;

use crate::bundle::{Bundle, Bundles};
use crate::content_type;
use crate::old_assets::OldAssets;
use crate::safe_path::file_below;
use crate::sign_in::{SignIn, Visitor};

/// Two weeks: the names of these files hold a hash.
const LONG: &str = "public, max-age=1209600";
const NO_STORE: &str = "no-store, max-age=0";

/// The frontend.
#[derive(Clone)]
pub(crate) struct Frontend {
    pub(crate) bundles: Arc<Bundles>,
    pub(crate) old: Option<OldAssets>,
    pub(crate) sign_in: SignIn,
}

/// Answers every path that no other route has.
pub(crate) async fn answer(State(frontend): State<Frontend>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    match *request.method() {
        Method::GET | Method::HEAD => frontend.get(path, request.headers()).await,
        Method::POST if frontend.bundles.public.is_some() => frontend.post(request).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The same below `/api/app`, where Backstage has it too.
pub(crate) async fn answer_below_api(State(frontend): State<Frontend>, request: Request) -> Response {
    frontend.get(request.uri().path(), request.headers()).await
}

impl Frontend {
    async fn get(&self, path: &str, headers: &HeaderMap) -> Response {
        let visitor = match self.bundles.public {
            None => Visitor::SignedIn,
            Some(_) => self.sign_in.visitor(headers).await,
        };
        let bundle = match (&self.bundles.public, visitor) {
            (None, _) | (_, Visitor::SignedIn) => &self.bundles.main,
            (Some(public), _) => public,
        };
        let below =
            path.strip_prefix(&*self.bundles.base).filter(|below| below.starts_with('/')).unwrap_or(path);
        let mut response = self.found(bundle, below, headers).await;
        if visitor == Visitor::StaleCookie
            && let Ok(cleared) = HeaderValue::from_str(&self.sign_in.cookies.cleared())
        {
            response.headers_mut().insert(header::SET_COOKIE, cleared);
        }
        response.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        if self.bundles.public.is_some() {
            // Which page it is depends on the cookie.
            response.headers_mut().append(header::VARY, HeaderValue::from_static("cookie"));
        }
        response
    }

    async fn found(&self, bundle: &Bundle, path: &str, headers: &HeaderMap) -> Response {
        if path == "/index.html" || path == "/index.html.tmpl" || path.starts_with("/public/") {
            return page(bundle);
        }
        let is_static = path.starts_with("/static/");
        if let Some(response) = file(bundle, path, is_static, headers).await {
            return response;
        }
        if !is_static {
            return page(bundle);
        }
        match &self.old {
            Some(old) => old_file(old, bundle.name, path).await,
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    async fn post(&self, request: Request) -> Response {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let cookie = self.sign_in.cookie_for(request).await;
        let cookie = cookie
            .and_then(|cookie| HeaderValue::from_str(&cookie).map_err(|error| ApiError::internal(&error)));
        match cookie {
            Ok(cookie) => {
                let mut response = page(&self.bundles.main);
                response.headers_mut().insert(header::SET_COOKIE, cookie);
                response.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
                response
            }
            Err(error) => error_response(&error, &method, &uri),
        }
    }
}

fn page(bundle: &Bundle) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, NO_STORE)];
    (headers, bundle.page.to_string()).into_response()
}

/// A file of the build; `None` if there is no such one.
async fn file(bundle: &Bundle, path: &str, is_static: bool, headers: &HeaderMap) -> Option<Response> {
    let found = file_below(&bundle.root, path)?;
    let name = found.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let kind = content_type::of(name);
    if let Some(script) = bundle.script.as_ref().filter(|script| script.path == found) {
        let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
        return Some((headers, script.text.to_string()).into_response());
    }
    let file = tokio::fs::File::open(&found).await.ok()?;
    let metadata = file.metadata().await.ok()?;
    let modified = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let tag = format!("W/\"{:x}-{:x}\"", metadata.len(), modified.unwrap_or_default().as_millis());
    let cache = match is_static {
        true => LONG,
        false if kind.starts_with("text/html") => NO_STORE,
        false => "public, max-age=0",
    };
    let shown = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache), (header::ETAG, &tag)];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Some((StatusCode::NOT_MODIFIED, shown).into_response());
    }
    let length = [(header::CONTENT_LENGTH, metadata.len().to_string())];
    Some((shown, length, Body::from_stream(ReaderStream::new(file))).into_response())
}

async fn old_file(old: &OldAssets, entry: &str, path: &str) -> Response {
    let name = percent_encoding::percent_decode_str(path.trim_start_matches("/static/")).decode_utf8();
    let Ok(name) = name.map(|name| name.into_owned()) else { return StatusCode::NOT_FOUND.into_response() };
    match old.get(entry, &name).await {
        Ok(Some(content)) => {
            let headers = [(header::CONTENT_TYPE, content_type::of(&name)), (header::CACHE_CONTROL, LONG)];
            (headers, content).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::debug!(%error, "an old file of the app could not be looked up");
            StatusCode::NOT_FOUND.into_response()
        }
    }
}
