//! Plugins and sign-in that live elsewhere: `discovery.endpoints` says where, and their keys are fetched from there.

use std::sync::Arc;

use callboard_kit::discovery::Discovery;
use callboard_scm::egress::Egress;
use moka::future::Cache;

use crate::error::AuthError;
use crate::keys::{KeysError, RemoteKeys, VerifyingKey};
use crate::tokens::Header;

/// Plugins whose keys are remembered.
const MOST_PLUGINS: u64 = 500;
/// The longest plugin id that is asked for.
const LONGEST_ID: usize = 64;
/// Seconds between two fetches that unknown keys cause.
const PAUSE: i64 = 1;

/// The keys of all services that are not here.
#[derive(Debug)]
pub(crate) struct RemoteServices {
    discovery: Discovery,
    egress: Egress,
    known: Cache<String, Arc<RemoteKeys>>,
}

impl RemoteServices {
    pub(crate) fn new(discovery: Discovery, egress: Egress) -> Self {
        Self { discovery, egress, known: Cache::new(MOST_PLUGINS) }
    }

    /// The key of a plugin that lives elsewhere. `None` if it has no such key, or nothing says that it lives
    /// elsewhere.
    pub(crate) async fn plugin_key(
        &self,
        plugin_id: &str,
        header: &Header,
        issued_at: Option<i64>,
        now: i64,
    ) -> Result<Option<Arc<VerifyingKey>>, AuthError> {
        let Some(base) = self.discovery.elsewhere(plugin_id).filter(|_| plugin_id.len() <= LONGEST_ID) else {
            return Ok(None);
        };
        let keys = self.keys(format!("{base}/.backstage/auth/v1/jwks.json")).await;
        match keys.find(header, issued_at, now).await {
            Ok(key) => Ok(key),
            Err(KeysError::NotThere(_)) => Err(AuthError::NoKeysOfPlugin(plugin_id.to_owned())),
            Err(KeysError::Unreachable(_)) => Err(AuthError::PluginToken),
        }
    }

    /// The key of a sign-in service that lives elsewhere.
    pub(crate) async fn user_key(
        &self,
        header: &Header,
        issued_at: Option<i64>,
        now: i64,
    ) -> Option<Arc<VerifyingKey>> {
        let base = self.discovery.elsewhere("auth")?;
        let keys = self.keys(format!("{base}/.well-known/jwks.json")).await;
        keys.find(header, issued_at, now).await.ok()?
    }

    async fn keys(&self, url: String) -> Arc<RemoteKeys> {
        let egress = self.egress.clone();
        let make = async { Arc::new(RemoteKeys::new(egress, url.clone(), PAUSE)) };
        self.known.get_with(url.clone(), make).await
    }
}
