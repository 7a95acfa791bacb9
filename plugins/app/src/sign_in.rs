//! Protected mode: who is signed in gets the app, everybody else the small entry point, which signs in and posts the
//! user's token here for a cookie.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use callboard_kit::auth::{Authenticator, CookieIssuer};
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::http::{auth_cookie, bearer_token};
use http::{HeaderMap, header};

/// The plugin that the cookie is for.
const PLUGIN: &str = "app";
/// A token has 32 KiB at most.
const LONGEST_FORM: usize = 64 * 1024;

/// Who asks for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visitor {
    SignedIn,
    Nobody,
    /// With a cookie that does not hold; it has to go.
    StaleCookie,
}

/// Tells visitors apart and makes their cookies.
#[derive(Clone)]
pub(crate) struct SignIn {
    pub(crate) authenticator: Arc<dyn Authenticator>,
    pub(crate) cookies: Arc<dyn CookieIssuer>,
}

impl SignIn {
    pub(crate) async fn visitor(&self, headers: &HeaderMap) -> Visitor {
        if let Some(token) = bearer_token(headers)
            && self.authenticator.authenticate(token, PLUGIN).await.is_ok()
        {
            return Visitor::SignedIn;
        }
        match auth_cookie(headers) {
            None => Visitor::Nobody,
            Some(cookie) => match self.authenticator.authenticate_cookie(cookie, PLUGIN).await {
                Ok(_) => Visitor::SignedIn,
                Err(_) => Visitor::StaleCookie,
            },
        }
    }

    /// The `Set-Cookie` for the form of the small entry point: `type=sign-in&token=<user token>`.
    pub(crate) async fn cookie_for(&self, request: Request) -> Result<String, ApiError> {
        let (parts, body) = request.into_parts();
        if !from_here(&parts.headers) {
            // Otherwise any page could sign a visitor in as somebody else.
            return Err(ApiError::not_allowed("This form can only be sent by the app itself"));
        }
        let credentials = self.credentials(&parts.headers, body).await?;
        self.cookies.cookie(&credentials).await
    }

    async fn credentials(&self, headers: &HeaderMap, body: Body) -> Result<Credentials, ApiError> {
        let kind =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(ApiError::input("Expected a form (application/x-www-form-urlencoded)"));
        }
        let body = to_bytes(body, LONGEST_FORM).await.map_err(|_| ApiError::input("The form is too long"))?;
        let (mut is_sign_in, mut token) = (false, None);
        for (name, value) in url::form_urlencoded::parse(&body) {
            match &*name {
                "type" => is_sign_in = value == "sign-in",
                "token" => token = Some(value.into_owned()),
                _ => {}
            }
        }
        let token = token
            .filter(|_| is_sign_in)
            .ok_or_else(|| ApiError::input("Expected type=sign-in and a token"))?;
        let credentials = self.authenticator.authenticate(&token, PLUGIN).await?;
        if credentials.user_entity_ref().is_none() {
            return Err(ApiError::not_allowed("Only users sign in"));
        }
        Ok(credentials)
    }
}

/// Whether a form was sent by a page of this server: browsers say where a form comes from.
fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, origin)| origin == host),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_from_another_site_is_told_apart() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
                .collect()
        };
        assert!(from_here(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(!from_here(&headers(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://a"),
            ("host", "a")
        ])));
        assert!(from_here(&headers(&[("origin", "http://a:7007"), ("host", "a:7007")])));
        assert!(!from_here(&headers(&[("origin", "http://evil.test"), ("host", "a:7007")])));
        assert!(!from_here(&headers(&[("origin", "null"), ("host", "a:7007")])));
    }
}
