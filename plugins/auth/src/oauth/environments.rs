//! Which providers the configuration has, and in which environments: `auth.providers.<id>.<environment>`.

use std::collections::BTreeMap;

use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Egress;
use callboard_store::Database;

use super::error::OAuthError;
use super::handler::Handler;
use super::once::Once;
use super::origins::Origins;
use super::provider::{Definition, Setup};
use super::providers;
use crate::error::AuthError;

/// `auth.environment` where nothing is said.
const DEFAULT_ENVIRONMENT: &str = "development";

/// All providers of a server.
pub(crate) struct Environments {
    pub(crate) origins: Origins,
    pub(crate) once: Once,
    /// The environment that the app asks for.
    pub(crate) current: String,
    configured: BTreeMap<&'static str, Configured>,
}

/// What the configuration says about one provider.
enum Configured {
    In(BTreeMap<String, Handler>),
    /// Something that can't be used; only a developer's server starts all the same.
    Wrongly,
}

/// What providers are made with.
pub(crate) struct Parts<'a> {
    pub(crate) config: &'a Config,
    /// `<backend.baseUrl>/api/auth`
    pub(crate) base_url: &'a str,
    pub(crate) database: Database,
    pub(crate) egress: Egress,
    pub(crate) development: bool,
    /// See [`Setup::stand_in`].
    pub(crate) stand_in: Option<String>,
}

impl Environments {
    pub(crate) fn read(parts: &Parts<'_>) -> Result<Self, ConfigError> {
        let mut configured = BTreeMap::new();
        for definition in providers::ALL {
            let path = format!("auth.providers.{}", definition.id);
            if !parts.config.has(&path) {
                continue;
            }
            let state = match handlers(parts, definition, &path) {
                Ok(handlers) => Configured::In(handlers),
                Err(error) if parts.development => {
                    tracing::warn!(target: "auth", "Skipping {} auth provider, {error}", definition.id);
                    Configured::Wrongly
                }
                Err(error) => return Err(error),
            };
            configured.insert(definition.id, state);
        }
        let current = parts.config.opt_str("auth.environment")?.unwrap_or(DEFAULT_ENVIRONMENT);
        Ok(Self {
            origins: Origins::read(parts.config)?,
            once: Once::new(parts.database.clone()),
            current: current.to_owned(),
            configured,
        })
    }

    /// The provider in the environment that a request asks for.
    pub(crate) fn find(&self, id: &'static str, env: Option<&str>) -> Result<&Handler, OAuthError> {
        let handlers = match self.configured.get(id) {
            Some(Configured::In(handlers)) => handlers,
            Some(Configured::Wrongly) => return Err(AuthError::ProviderMisconfigured(id).into()),
            None => return Err(AuthError::ProviderNotConfigured(id).into()),
        };
        let env = env.ok_or(OAuthError::NoEnvironment)?;
        handlers.get(env).ok_or_else(|| OAuthError::UnknownEnvironment(env.to_owned()))
    }

    /// The providers that sign somebody in, in the environment of the app.
    pub(crate) fn signing_in(&self) -> impl Iterator<Item = &'static Definition> {
        self.configured.values().filter_map(|configured| match configured {
            Configured::In(handlers) => handlers
                .get(&self.current)
                .filter(|handler| handler.resolvers.is_some())
                .map(|handler| handler.definition),
            Configured::Wrongly => None,
        })
    }
}

fn handlers(
    parts: &Parts<'_>,
    definition: &'static Definition,
    path: &str,
) -> Result<BTreeMap<String, Handler>, ConfigError> {
    let provider = parts.config.get_config(path)?;
    let mut handlers = BTreeMap::new();
    for (env, section) in provider.entries("")? {
        let section = section.get_config("")?;
        let own = || format!("{}/{}/handler/frame", parts.base_url, definition.id);
        let setup = Setup {
            egress: parts.egress.clone(),
            callback_url: section.opt_string("callbackUrl")?.unwrap_or_else(own),
            stand_in: parts.stand_in.clone(),
        };
        handlers.insert(env, Handler::read(definition, &section, &setup)?);
    }
    Ok(handlers)
}
