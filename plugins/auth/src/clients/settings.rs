//! What the configuration says about clients: `auth.clientIdMetadataDocuments`,
//! `auth.experimentalDynamicClientRegistration` and `auth.experimentalRefreshToken`.

use std::time::Duration;

use callboard_config::{Config, ConfigError};
use url::Url;

use super::pattern::UrlPattern;

const CIMD: &str = "auth.clientIdMetadataDocuments";
const OLD_CIMD: &str = "auth.experimentalClientIdMetadataDocuments";
const DCR: &str = "auth.experimentalDynamicClientRegistration";
const REFRESH: &str = "auth.experimentalRefreshToken";

/// Clients that are let in when the configuration says nothing; the document of the command line is always there.
const CLIENT_IDS: [&str; 3] =
    ["https://claude.ai/*", "https://vscode.dev/*", "https://chatgpt.com/oauth/codex/*/client.json"];
/// Redirects to programs on the user's own machine.
const LOOPBACK: [&str; 3] = ["http://localhost:*/*", "http://127.0.0.1:*/*", "http://[::1]:*/*"];
/// Further redirects of clients that register themselves.
const REGISTERED: [&str; 2] = ["cursor://*", "https://www.cursor.com/*"];

const DAY: u64 = 86_400;

/// All settings about clients.
#[derive(Debug)]
pub(crate) struct ClientSettings {
    /// Clients whose id is the URL of a document about them.
    pub(super) documents: Option<DocumentSettings>,
    /// Where clients that register themselves may send users; `None` if none may register.
    pub(super) registration: Option<Vec<UrlPattern>>,
    /// `None` without refresh tokens.
    pub(super) refresh: Option<RefreshSettings>,
    /// `app.baseUrl`, with a slash at its end.
    pub(super) app_url: Url,
    /// The id of the command line's own client.
    pub(super) cli_id: String,
}

/// `auth.clientIdMetadataDocuments`
#[derive(Debug)]
pub(super) struct DocumentSettings {
    pub(super) client_ids: Vec<UrlPattern>,
    pub(super) redirects: Vec<UrlPattern>,
}

/// `auth.experimentalRefreshToken`; times in seconds.
#[derive(Debug, Clone)]
pub(crate) struct RefreshSettings {
    /// How long a token may lie unused.
    pub(super) lifetime: i64,
    /// How long its successors may go on.
    pub(super) longest: i64,
    pub(super) most_per_user: i64,
    pub(super) ask_catalog: bool,
}

impl ClientSettings {
    /// Reads the sections; `config` is the whole configuration, `issuer` the base URL of this plugin.
    pub(crate) fn read(config: &Config, issuer: &str) -> Result<Self, ConfigError> {
        let app = config.opt_str("app.baseUrl")?.or(config.opt_str("backend.baseUrl")?);
        let app = app.unwrap_or("http://localhost:7007");
        let app_url = Url::parse(&format!("{}/", app.trim_end_matches('/')))
            .map_err(|error| config.error("app.baseUrl", error.to_string()))?;
        let section = if config.has(CIMD) { CIMD } else { OLD_CIMD };
        let documents = if config.opt_bool(&format!("{section}.enabled"))?.unwrap_or(false) {
            Some(DocumentSettings {
                client_ids: patterns(config, &format!("{section}.allowedClientIdPatterns"), &[&CLIENT_IDS])?,
                redirects: patterns(config, &format!("{section}.allowedRedirectUriPatterns"), &[&LOOPBACK])?,
            })
        } else {
            None
        };
        let registration = if config.opt_bool(&format!("{DCR}.enabled"))?.unwrap_or(false) {
            tracing::warn!(target: "auth", "{DCR} is deprecated, in Backstage too; use {CIMD}");
            Some(patterns(config, &format!("{DCR}.allowedRedirectUriPatterns"), &[&REGISTERED, &LOOPBACK])?)
        } else {
            None
        };
        let cli_id = format!("{issuer}/.well-known/oauth-client/cli.json");
        Ok(Self { documents, registration, refresh: RefreshSettings::read(config)?, app_url, cli_id })
    }

    /// Whether there can be clients at all.
    pub(super) fn any(&self) -> bool {
        self.documents.is_some() || self.registration.is_some()
    }
}

impl RefreshSettings {
    fn read(config: &Config) -> Result<Option<Self>, ConfigError> {
        if !config.opt_bool(&format!("{REFRESH}.enabled"))?.unwrap_or(false) {
            return Ok(None);
        }
        let seconds = |key: &str, default: u64| -> Result<i64, ConfigError> {
            let path = format!("{REFRESH}.{key}");
            let wanted = config.opt_duration(&path)?.unwrap_or(Duration::from_secs(default)).as_secs();
            match i64::try_from(wanted) {
                Ok(seconds) if seconds > 0 && wanted < 100 * 366 * DAY => Ok(seconds),
                _ => Err(config.error(&path, "expected a time of a second to a hundred years")),
            }
        };
        let lifetime = seconds("tokenLifetime", 30 * DAY)?;
        let longest = seconds("maxRotationLifetime", 365 * DAY)?;
        if longest <= lifetime {
            let message = "must be longer than tokenLifetime";
            return Err(config.error(&format!("{REFRESH}.maxRotationLifetime"), message));
        }
        let most = config.opt_u64(&format!("{REFRESH}.maxTokensPerUser"))?.unwrap_or(20);
        let most_per_user = i64::try_from(most).ok().filter(|most| (1..=10_000).contains(most));
        let most_per_user = most_per_user.ok_or_else(|| {
            config.error(&format!("{REFRESH}.maxTokensPerUser"), "expected a number from 1 to 10000")
        })?;
        let unchecked = config.opt_bool(&format!("{REFRESH}.dangerouslyDisableCatalogPresenceCheck"))?;
        Ok(Some(Self { lifetime, longest, most_per_user, ask_catalog: !unchecked.unwrap_or(false) }))
    }
}

fn patterns(config: &Config, path: &str, defaults: &[&[&str]]) -> Result<Vec<UrlPattern>, ConfigError> {
    let texts = match config.opt_string_array(path)? {
        Some(texts) => texts,
        None => defaults.concat().into_iter().map(str::to_owned).collect(),
    };
    let parse = |text: &String| {
        UrlPattern::parse(text).map_err(|reason| config.error(path, format!("\"{text}\": {reason}")))
    };
    texts.iter().map(parse).collect()
}
