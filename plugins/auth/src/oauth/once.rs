//! What ties a sign-in to one browser and to one use.
//!
//! The nonce in the cookie and in the `state` is time and chance. PKCE verifier and OIDC nonce are derived from it with
//! a secret that all processes share, so a start needs no place in the database, which strangers could fill. Only a
//! nonce with which a provider has let somebody in is remembered, until it is too old to be shown again.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use callboard_store::{Database, Migration};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::error::OAuthError;

/// How long somebody may be at the provider, as long as the cookie lives.
const LONGEST: i64 = 600;
/// Clocks of processes differ by this much at most, in seconds.
const SKEW: i64 = 60;

/// The name under which the tables are migrated.
pub(crate) const MIGRATIONS_OF: &str = "auth-oauth";
pub(crate) const MIGRATION: Migration = Migration {
    version: 1,
    name: "sign-ins that were used, and the secret that ties them to a browser",
    sql: "CREATE TABLE auth_oauth_secret (
            id BIGINT PRIMARY KEY,
            secret TEXT NOT NULL
          );
          CREATE TABLE auth_oauth_used (
            nonce TEXT PRIMARY KEY,
            kept_until BIGINT NOT NULL
          )",
};

/// What only this server can derive from a nonce.
pub(crate) struct Binding {
    /// PKCE's `code_verifier`.
    pub(crate) verifier: String,
    /// The `nonce` that an id token must carry.
    pub(crate) nonce: String,
}

impl Binding {
    /// PKCE's `code_challenge` for S256.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }
}

/// Makes nonces and sees that each is used once.
#[derive(Debug)]
pub(crate) struct Once {
    database: Database,
    secret: OnceCell<[u8; 32]>,
}

impl Once {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, secret: OnceCell::new() }
    }

    /// A new nonce: 16 bytes in base64, of which four are the time.
    pub(crate) fn nonce(now: i64) -> String {
        let mut bytes: [u8; 16] = rand::random();
        bytes[..4].copy_from_slice(&u32::try_from(now).unwrap_or(0).to_be_bytes());
        STANDARD.encode(bytes)
    }

    /// What belongs to a nonce for one provider in one environment.
    pub(crate) async fn binding(
        &self,
        provider: &str,
        env: &str,
        nonce: &str,
    ) -> Result<Binding, OAuthError> {
        let secret = self.secret().await?;
        let derive = |purpose: &str| {
            // The key of an HMAC has any length, so this can't fail.
            let mut mac =
                Hmac::<Sha256>::new_from_slice(secret).map_err(|e| OAuthError::Failed(e.to_string()))?;
            for part in [purpose, provider, env, nonce] {
                mac.update(&(part.len() as u64).to_be_bytes());
                mac.update(part.as_bytes());
            }
            Ok::<_, OAuthError>(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
        };
        Ok(Binding { verifier: derive("verifier")?, nonce: derive("nonce")? })
    }

    /// Refuses a nonce that is not the cookie's, too old, or used.
    pub(crate) async fn check(&self, cookie: &str, state: &str, now: i64) -> Result<(), OAuthError> {
        // Hashes, because comparing them tells nothing about how much was right.
        if Sha256::digest(cookie.as_bytes()) != Sha256::digest(state.as_bytes()) {
            return Err(OAuthError::WrongNonce);
        }
        let bytes = STANDARD.decode(state).map_err(|_| OAuthError::WrongNonce)?;
        let Some(made) = bytes.first_chunk::<4>().filter(|_| bytes.len() == 16) else {
            return Err(OAuthError::WrongNonce);
        };
        let made = i64::from(u32::from_be_bytes(*made));
        if !(made - SKEW..=made + LONGEST + SKEW).contains(&now) {
            return Err(OAuthError::TooLate);
        }
        let sql = "SELECT 1 FROM auth_oauth_used WHERE nonce = $1";
        match self.database.query_first(sql, &[hash(state).into()]).await? {
            Some(_) => Err(OAuthError::UsedAlready),
            None => Ok(()),
        }
    }

    /// Uses a nonce up; of two that come at the same time one is refused.
    pub(crate) async fn use_up(&self, nonce: &str, now: i64) -> Result<(), OAuthError> {
        let mut tx = self.database.begin().await?;
        tx.execute("DELETE FROM auth_oauth_used WHERE kept_until < $1", &[now.into()]).await?;
        let sql = "INSERT INTO auth_oauth_used (nonce, kept_until) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let until = now + LONGEST + 3 * SKEW;
        let inserted = tx.execute(sql, &[hash(nonce).into(), until.into()]).await?;
        tx.commit().await?;
        if inserted == 0 { Err(OAuthError::UsedAlready) } else { Ok(()) }
    }

    /// The secret of this installation; whoever is first makes it.
    async fn secret(&self) -> Result<&[u8; 32], OAuthError> {
        self.secret
            .get_or_try_init(|| async {
                let made: [u8; 32] = rand::random();
                let insert =
                    "INSERT INTO auth_oauth_secret (id, secret) VALUES (1, $1) ON CONFLICT DO NOTHING";
                self.database.execute(insert, &[STANDARD.encode(made).into()]).await?;
                let select = "SELECT secret FROM auth_oauth_secret WHERE id = 1";
                let row = self.database.query_first(select, &[]).await?;
                let text = row.as_ref().map(|row| row.str("secret")).transpose()?.unwrap_or_default();
                let bytes = STANDARD.decode(text).unwrap_or_default();
                <[u8; 32]>::try_from(bytes.as_slice())
                    .map_err(|_| OAuthError::Failed("the stored secret is broken".to_owned()))
            })
            .await
    }
}

fn hash(nonce: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(nonce.as_bytes()))
}
