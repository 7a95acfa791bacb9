//! What can go wrong between somebody and an identity provider. Texts are Backstage's where it has one.

use callboard_kit::error::ApiError;
use callboard_store::StoreError;
use http::StatusCode;
use serde_json::json;

use crate::error::AuthError;
use crate::sign_in::SignInError;

/// A step of a sign-in that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OAuthError {
    #[error("Must specify 'env' query to select environment")]
    NoEnvironment,
    #[error("No configuration available for the '{0}' environment of this provider.")]
    UnknownEnvironment(String),
    #[error("App origin is invalid, failed to parse")]
    BadOrigin,
    #[error("Origin '{0}' is not allowed")]
    OriginNotAllowed(String),
    #[error("Invalid X-Requested-With header")]
    NotRequestedByScript,
    #[error("OAuth state is invalid, missing {0}")]
    State(&'static str),
    #[error("Auth response is missing cookie nonce")]
    NoNonceCookie,
    #[error("Invalid nonce")]
    WrongNonce,
    #[error("The sign-in took longer than 10 minutes; start it again")]
    TooLate,
    #[error("This sign-in has been used already; start it again")]
    UsedAlready,
    #[error("No redirectUrl provided in request query parameters")]
    NoRedirectUrl,
    #[error("The redirectUrl is not on an allowed origin")]
    RedirectNotAllowed,
    #[error("Missing session cookie")]
    NoSession,
    #[error("No scope found in OAuth state")]
    NoScope,
    #[error("Refresh failed, session has not been granted the requested scope")]
    ScopeNotGranted,
    #[error("Invalid access token")]
    AccessToken,
    #[error("session refresh is disabled for this provider (disableRefresh)")]
    RefreshDisabled,
    #[error(
        "Organization mismatch. The organization provided in the request does not match the organization configured in the strategy."
    )]
    Organization,
    /// The provider said no; its own words.
    #[error("Authentication rejected, {0}")]
    Rejected(String),
    /// The provider did not do what it should.
    #[error("Authentication failed, {0}")]
    Failed(String),
    #[error(transparent)]
    SignIn(#[from] SignInError),
    #[error(transparent)]
    Token(#[from] AuthError),
    #[error("the sign-in can't be remembered")]
    Store(#[from] StoreError),
}

impl OAuthError {
    /// `error.name` on the wire.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::NoEnvironment
            | Self::BadOrigin
            | Self::NoRedirectUrl
            | Self::NoSession
            | Self::Organization => "InputError",
            Self::UnknownEnvironment(_) => "NotFoundError",
            Self::OriginNotAllowed(_)
            | Self::State(_)
            | Self::NoNonceCookie
            | Self::WrongNonce
            | Self::TooLate
            | Self::UsedAlready
            | Self::RedirectNotAllowed => "NotAllowedError",
            Self::NotRequestedByScript | Self::NoScope => "AuthenticationError",
            Self::ScopeNotGranted
            | Self::AccessToken
            | Self::RefreshDisabled
            | Self::Rejected(_)
            | Self::Failed(_) => "Error",
            Self::SignIn(error) => error.name(),
            Self::Token(AuthError::ProviderNotConfigured(_) | AuthError::ProviderMisconfigured(_)) => {
                "NotFoundError"
            }
            Self::Token(_) | Self::Store(_) => "InternalServerError",
        }
    }

    /// Whether it is about this server and not about who signs in; the cause then belongs into the log only.
    fn is_internal(&self) -> bool {
        matches!(self, Self::Token(_) | Self::Store(_))
    }

    /// Name and text as they may leave the server.
    pub(crate) fn public(self) -> (&'static str, String) {
        if self.is_internal() {
            let error = ApiError::from(self);
            return (error.name, error.message);
        }
        (self.name(), self.to_string())
    }

    /// What `/refresh` answers, whatever went wrong.
    pub(crate) fn refresh_failed(self) -> ApiError {
        let (name, message) = self.public();
        let cause = json!({"name": name, "message": message});
        let text = format!("Refresh failed; caused by {name}: {message}");
        ApiError::authentication(text).with("cause", cause)
    }
}

impl From<OAuthError> for ApiError {
    fn from(error: OAuthError) -> Self {
        let status = match error.name() {
            "InputError" => StatusCode::BAD_REQUEST,
            "AuthenticationError" => StatusCode::UNAUTHORIZED,
            "NotAllowedError" => StatusCode::FORBIDDEN,
            "NotFoundError" => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match error {
            OAuthError::SignIn(error) => error.into(),
            OAuthError::Token(error) => error.into(),
            OAuthError::Store(error) => AuthError::Store(error).into(),
            error => Self::new(error.name(), status, error.to_string()),
        }
    }
}
