//! What the configuration says about identity: `auth` and `backend.auth`.

use callboard_config::{Config, ConfigError};
use callboard_model::EntityRef;
use callboard_scm::egress::Egress;
use url::Url;

use crate::clients::ClientSettings;
use crate::external::ExternalAccess;
use crate::guest::GuestSettings;

/// `auth.backstageTokenExpiration` where nothing is said, and its bounds (`auth-backend` 0.30.1), in seconds.
const DEFAULT_LIFETIME: i64 = 3_600;
const SHORTEST_LIFETIME: i64 = 10 * 60;
const LONGEST_LIFETIME: i64 = 24 * 3_600;

/// The settings of the plugin.
#[derive(Debug)]
pub(crate) struct AuthSettings {
    /// `<backend.baseUrl>/api/auth`: the `iss` of user tokens.
    pub(crate) issuer: String,
    /// Host name of `backend.baseUrl`: the domain of the cookie.
    pub(crate) host: String,
    /// Whether browsers take a secure cookie from there.
    pub(crate) secure_cookies: bool,
    /// How long a user token holds, in seconds.
    pub(crate) user_token_lifetime: i64,
    /// Whether user tokens carry `ent`.
    pub(crate) ownership_in_token: bool,
    /// `auth.providers.guest`
    pub(crate) guest: Option<GuestSettings>,
    /// `backend.auth.externalAccess`
    pub(crate) external: ExternalAccess,
    /// Tools and agents.
    pub(crate) clients: ClientSettings,
}

impl AuthSettings {
    /// Reads the sections; `config` is the whole configuration.
    pub(crate) fn read(config: &Config, egress: &Egress) -> Result<Self, ConfigError> {
        let base_url = config.opt_str("backend.baseUrl")?.unwrap_or("http://localhost:7007");
        let url = Url::parse(base_url).map_err(|error| config.error("backend.baseUrl", error.to_string()))?;
        let host = url.host_str().unwrap_or("localhost").to_owned();
        let lifetime = config
            .opt_duration("auth.backstageTokenExpiration")?
            .map_or(DEFAULT_LIFETIME, |wanted| i64::try_from(wanted.as_secs()).unwrap_or(i64::MAX));
        let issuer = format!("{}/api/auth", base_url.trim_end_matches('/'));
        Ok(Self {
            clients: ClientSettings::read(config, &issuer)?,
            issuer,
            secure_cookies: url.scheme() == "https" || host == "localhost",
            host,
            user_token_lifetime: lifetime.clamp(SHORTEST_LIFETIME, LONGEST_LIFETIME),
            ownership_in_token: !config.opt_bool("auth.omitIdentityTokenOwnershipClaim")?.unwrap_or(true),
            guest: GuestSettings::read(config)?,
            external: ExternalAccess::read(config, egress)?,
        })
    }
}

/// An entity reference of the configuration, in the form that goes over the wire.
pub(crate) fn entity_ref(config: &Config, path: &str, text: &str) -> Result<String, ConfigError> {
    EntityRef::parse(text)
        .map(|parsed| parsed.to_string())
        .map_err(|error| config.error(path, error.to_string()))
}
