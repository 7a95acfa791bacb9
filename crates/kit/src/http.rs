//! What stands between a request and a plugin's handler: credentials, the access barrier, the error body.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use crate::access::Access;
use crate::auth::Authenticator;
use crate::credentials::{Credentials, Principal};
use crate::error::ApiError;

/// Put into each request by the server, so that barriers know whom to ask and for which plugin.
#[derive(Clone)]
pub struct AuthContext {
    /// Verifies tokens.
    pub authenticator: Arc<dyn Authenticator>,
    /// The plugin that is being called.
    pub plugin_id: &'static str,
    /// `backend.auth.dangerouslyDisableDefaultAuthPolicy`: callers without a token pass as nobody, where the route
    /// asks for no particular kind of caller.
    pub open: bool,
}

/// The bearer token of a request: `^Bearer[ ]+(\S+)$`, case-insensitive, and nothing else
/// (`backend-defaults` 0.18.0, httpAuth).
pub fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    let token = rest.trim_start_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains(char::is_whitespace))
        .then_some(token)
}

/// The `backstage-auth` cookie of a request.
pub fn auth_cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("backstage-auth="))
}

/// Middleware of every route: authenticates as `access` says and puts [`Credentials`] into the request.
pub(crate) async fn barrier(access: Access, mut request: Request, next: Next) -> Response {
    let context = request.extensions().get::<AuthContext>();
    match authenticate(access, request.headers(), context).await {
        Ok(credentials) => {
            request.extensions_mut().insert(credentials);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

/// The part of a path whose percent-encoding is no text.
fn undecodable(path: &str) -> Option<&str> {
    if !path.contains('%') {
        return None;
    }
    path.split('/').find(|part| percent_encoding::percent_decode_str(part).decode_utf8().is_err())
}

async fn authenticate(
    access: Access,
    headers: &HeaderMap,
    context: Option<&AuthContext>,
) -> Result<Credentials, ApiError> {
    let Some(context) = context else {
        return Err(ApiError::service_unavailable("The server has not finished starting"));
    };
    let credentials = if let Some(token) = bearer_token(headers) {
        match context.authenticator.authenticate(token, context.plugin_id).await {
            Ok(credentials) => credentials,
            // A public route serves a caller with a stale token as it serves one with none.
            Err(_) if access == Access::Public => Credentials::none(),
            Err(error) => return Err(error),
        }
    } else if let (Access::Cookie, Some(cookie)) = (access, auth_cookie(headers)) {
        context.authenticator.authenticate_cookie(cookie, context.plugin_id).await?
    } else {
        Credentials::none()
    };
    let allowed = match (access, &credentials.principal) {
        (Access::Public, _) => true,
        (Access::Cookie | Access::Authenticated | Access::Permission(_), Principal::None) if context.open => {
            true
        }
        (_, Principal::None) => return Err(ApiError::authentication("Missing credentials")),
        (Access::User, Principal::Service { .. }) => false,
        (Access::Service, Principal::User { .. }) => false,
        _ => true,
    };
    if !allowed {
        let kind = if access == Access::User { "service" } else { "user" };
        return Err(ApiError::not_allowed(format!("This endpoint does not allow '{kind}' credentials")));
    }
    Ok(credentials)
}

/// Middleware around a plugin's router, inside its mount: turns an [`ApiError`] into Backstage's error body.
/// Must run where the URI is already the one below the mount, because the body repeats that.
pub async fn error_body(request: Request, next: Next) -> Response {
    // Both are cheap to clone, and only an error needs their text.
    let (method, uri) = (request.method().clone(), request.uri().clone());
    if let Some(part) = undecodable(uri.path()) {
        // As Express answers it; without this the extractors would answer plain text.
        let message = format!("Failed to decode param '{part}'");
        return error_response(&ApiError::new("URIError", StatusCode::BAD_REQUEST, message), &method, &uri);
    }
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) => with_error_body(response, &error, &method, &uri),
        None => response,
    }
}

/// An error as an answer, where no [`error_body`] is around.
pub fn error_response(error: &ApiError, method: &Method, uri: &Uri) -> Response {
    with_error_body(error.status.into_response(), error, method, uri)
}

fn with_error_body(mut response: Response, error: &ApiError, method: &Method, uri: &Uri) -> Response {
    let url = uri.path_and_query().map_or("", |part| part.as_str());
    let body = error.body(method.as_str(), url).to_string();
    *response.status_mut() = error.status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
    response
}

/// 404 with an empty body: what Backstage answers for a path that no route matches.
pub async fn empty_not_found() -> Response {
    http::StatusCode::NOT_FOUND.into_response()
}

/// The caller, as an extractor; the barrier has put it there.
#[derive(Debug, Clone)]
pub struct Caller(pub Credentials);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        _state: &S,
    ) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get::<Credentials>()
            .cloned()
            .map(Caller)
            .ok_or_else(|| ApiError::authentication("Missing credentials"))
    }
}
