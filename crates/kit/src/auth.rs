//! Verifying and issuing tokens, as other plugins see it. The `auth` plugin implements it.

use async_trait::async_trait;

use crate::credentials::Credentials;
use crate::error::ApiError;

/// Verifies what a caller sends.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// Credentials of a bearer token sent to `plugin_id`, or 401/403.
    async fn authenticate(&self, token: &str, plugin_id: &str) -> Result<Credentials, ApiError>;

    /// Credentials of a `backstage-auth` cookie (a limited user token), or 401.
    async fn authenticate_cookie(&self, cookie: &str, plugin_id: &str) -> Result<Credentials, ApiError>;
}

/// Makes the cookie with which a browser loads pages and pictures.
#[async_trait]
pub trait CookieIssuer: Send + Sync {
    /// `Set-Cookie` for a user who has signed in.
    async fn cookie(&self, user: &Credentials) -> Result<String, ApiError>;

    /// `Set-Cookie` that takes the cookie away.
    fn cleared(&self) -> String;
}

/// Issues tokens for calls from one plugin to another.
#[async_trait]
pub trait TokenIssuer: Send + Sync {
    /// A token with which `from` calls `target` for `on_behalf_of`.
    async fn plugin_token(
        &self,
        from: &str,
        target: &str,
        on_behalf_of: &Credentials,
    ) -> Result<String, ApiError>;

    /// The public keys of a plugin as a JWKS document.
    async fn jwks(&self, plugin_id: &str) -> Result<serde_json::Value, ApiError>;
}
