//! Why somebody can't be signed in. Texts are Backstage's where it has one.

use callboard_kit::error::ApiError;
use http::StatusCode;

/// A sign-in that failed.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum SignInError {
    /// The provider said nothing about what the resolver goes by.
    #[error("Login failed, user profile does not contain {0}")]
    NoClaim(&'static str),
    /// There is an address, and nobody has checked whose it is.
    #[error(
        "Login failed, the email of the user profile is not verified by the identity provider (email_verified is not \
         true)"
    )]
    UnverifiedEmail,
    /// Not one of `allowedDomains`.
    #[error("Sign-in user email is not from an allowed domain")]
    DomainNotAllowed,
    /// Nobody in the catalog; the next resolver is asked.
    #[error("User not found")]
    NotFound,
    /// More than one in the catalog.
    #[error("User lookup resulted in multiple matches")]
    Conflict,
    /// No resolver knew who it is.
    #[error(
        "Failed to sign-in, unable to resolve user identity. Please verify that your catalog contains the expected \
         User entities that would match your configured sign-in resolver."
    )]
    Unresolved,
    /// The catalog could not be asked.
    #[error(transparent)]
    Directory(#[from] ApiError),
}

impl SignInError {
    /// `error.name` on the wire.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::NoClaim(_) | Self::UnverifiedEmail | Self::Unresolved => "Error",
            Self::DomainNotAllowed => "NotAllowedError",
            Self::NotFound => "NotFoundError",
            Self::Conflict => "ConflictError",
            Self::Directory(error) => error.name,
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        let status = match &error {
            SignInError::Directory(inner) => return inner.clone(),
            // Backstage's plain errors, which its error handler answers with this status.
            SignInError::NoClaim(_) | SignInError::UnverifiedEmail | SignInError::Unresolved => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            SignInError::DomainNotAllowed => StatusCode::FORBIDDEN,
            SignInError::NotFound => StatusCode::NOT_FOUND,
            SignInError::Conflict => StatusCode::CONFLICT,
        };
        Self::new(error.name(), status, error.to_string())
    }
}
