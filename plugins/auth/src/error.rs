//! What can be wrong with a token, a sign-in or the configuration of both.

use callboard_config::ConfigError;
use callboard_kit::error::ApiError;
use callboard_scm::egress::EgressError;
use callboard_store::StoreError;

/// An error about identity. The texts about tokens are Backstage's, and say nothing about why: who forges one
/// learns nothing.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// No token was sent where one must be.
    #[error("No token provided")]
    NoToken,
    /// No kind of token that this server knows.
    #[error("Illegal token")]
    IllegalToken,
    /// A user token that isn't valid.
    #[error("Failed user token verification")]
    UserToken,
    /// A plugin token that isn't valid.
    #[error("Failed plugin token verification")]
    PluginToken,
    /// The caller's server has no keys for it: it is of the time before tokens were signed.
    #[error(
        "Received a plugin token where the source '{0}' plugin unexpectedly does not have a JWKS endpoint. The target \
         plugin needs to be migrated to be installed in an app using the new backend system."
    )]
    NoKeysOfPlugin(String),
    /// A cookie's token, used as a bearer token.
    #[error("Illegal limited user token")]
    LimitedUserToken,
    /// Nobody can't be acted for.
    #[error("Missing credentials")]
    NoCredentials,
    /// The token may reach other plugins only.
    #[error("This token's access is restricted to plugin(s) {0}")]
    RestrictedToPlugins(String),
    /// A limited token may not be passed on.
    #[error("This token's access is restricted and it can't be used to call other plugins")]
    RestrictedFromDelegating,
    /// A user without a token can't be passed on.
    #[error("The user has no token with which another plugin could be called")]
    NoUserToken,
    /// Guests may only sign in during development.
    #[error(
        "The guest provider can't be used outside of development; start with NODE_ENV=development, or set \
         auth.providers.guest.dangerouslyAllowOutsideDevelopment to true if everybody who reaches this server may \
         be let in"
    )]
    GuestOutsideDevelopment,
    /// Not a provider of this server.
    #[error("Unknown auth provider '{0}'")]
    UnknownProvider(String),
    /// A provider without a section in the configuration.
    #[error("No auth provider registered for '{0}'")]
    ProviderNotConfigured(&'static str),
    /// A provider whose section can't be used, on a developer's machine; elsewhere the server doesn't start.
    #[error(
        "Auth provider registered for '{0}' is misconfigured. This could mean the configs under auth.providers.{0} are \
         missing or the environment variables used are not defined. Check the auth backend plugin logs when the \
         backend starts to see more details."
    )]
    ProviderMisconfigured(&'static str),
    /// A step that this provider doesn't have.
    #[error("Not implemented")]
    NoSuchStep,
    /// Only users have user info.
    #[error("Userinfo endpoint must be called with a token that represents a user principal")]
    UserInfoOfService,
    /// The user has not signed in here.
    #[error("User info not found")]
    NoUserInfo,
    /// The token would be longer than Backstage takes.
    #[error("The token for {user} would have {length} bytes; the limit is {limit}")]
    TokenTooLong {
        /// Entity reference.
        user: String,
        /// Bytes.
        length: usize,
        /// Most bytes there may be.
        limit: usize,
    },
    /// The configuration can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The catalog doesn't answer.
    #[error("The catalog can't be asked about the user at the moment; try again")]
    UserDirectory,
    /// The database.
    #[error("the keys can't be reached")]
    Store(#[from] StoreError),
    /// The client for requests to others can't be made.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// Making or using a key failed.
    #[error("a signing key can't be used: {0}")]
    Key(String),
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        let message = error.to_string();
        match &error {
            AuthError::NoToken
            | AuthError::IllegalToken
            | AuthError::UserToken
            | AuthError::PluginToken
            | AuthError::NoKeysOfPlugin(_)
            | AuthError::LimitedUserToken
            | AuthError::NoCredentials => Self::authentication(message),
            AuthError::RestrictedToPlugins(_)
            | AuthError::RestrictedFromDelegating
            | AuthError::GuestOutsideDevelopment => Self::not_allowed(message),
            AuthError::UnknownProvider(_)
            | AuthError::ProviderNotConfigured(_)
            | AuthError::ProviderMisconfigured(_)
            | AuthError::NoUserInfo => Self::not_found(message),
            AuthError::NoSuchStep => Self::not_implemented(message),
            AuthError::UserInfoOfService => Self::input(message),
            AuthError::UserDirectory => Self::service_unavailable(message),
            AuthError::Store(store) if store.is_unavailable() => {
                Self::service_unavailable("The database is not available at the moment; try again")
            }
            AuthError::NoUserToken
            | AuthError::TokenTooLong { .. }
            | AuthError::Config(_)
            | AuthError::Store(_)
            | AuthError::Egress(_)
            | AuthError::Key(_) => Self::internal(&error),
        }
    }
}
