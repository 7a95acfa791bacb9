//! Clients that have registered themselves (RFC 7591). Backstage and the MCP specification have left that way.

use callboard_store::Database;
use uuid::Uuid;

use super::error::OAuthError;
use super::secret;
use crate::error::AuthError;

/// Clients there may be.
const MOST: i64 = 10_000;
/// Seconds after which a client that no user has let in yet, or that none has let in again, is forgotten. Anybody can
/// register.
const WAITS_FOR: i64 = 86_400;
const FORGOTTEN_AFTER: i64 = 90 * 86_400;

/// The table of registered clients.
#[derive(Debug, Clone)]
pub(super) struct RegisteredClients {
    database: Database,
}

/// A registered client.
#[derive(Debug, Clone)]
pub(super) struct RegisteredClient {
    pub(super) name: String,
    pub(super) redirect_uris: Vec<String>,
    secret_hash: String,
}

/// What a client learns when it registers; the secret is told only then.
#[derive(Debug)]
pub(super) struct NewClient {
    pub(super) id: String,
    pub(super) secret: String,
}

impl RegisteredClient {
    /// Whether that is its secret.
    pub(super) fn has_secret(&self, given: &str) -> bool {
        secret::same(&secret::digest(given), &self.secret_hash)
    }
}

impl RegisteredClients {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    pub(super) async fn add(
        &self,
        name: &str,
        redirect_uris: &[String],
        now: i64,
    ) -> Result<NewClient, OAuthError> {
        let client = NewClient { id: Uuid::new_v4().to_string(), secret: secret::random() };
        let uris = serde_json::Value::from(redirect_uris.to_vec()).to_string();
        let count = self
            .database
            .query_first("SELECT COUNT(*) AS clients FROM auth_clients", &[])
            .await
            .map_err(AuthError::from)?;
        if count.is_some_and(|row| row.int("clients").is_ok_and(|clients| clients >= MOST)) {
            return Err(OAuthError::unavailable("Too many clients have registered already"));
        }
        self.database
            .execute(
                "INSERT INTO auth_clients (client_id, client_name, secret_hash, redirect_uris, created_at) \
                 VALUES ($1, $2, $3, $4, $5)",
                &[
                    client.id.as_str().into(),
                    name.into(),
                    secret::digest(&client.secret).into(),
                    uris.into(),
                    now.into(),
                ],
            )
            .await
            .map_err(AuthError::from)?;
        Ok(client)
    }

    pub(super) async fn find(&self, id: &str) -> Result<Option<RegisteredClient>, AuthError> {
        let sql = "SELECT client_name, secret_hash, redirect_uris FROM auth_clients WHERE client_id = $1";
        let Some(row) = self.database.query_first(sql, &[id.into()]).await? else { return Ok(None) };
        let redirect_uris = serde_json::from_str(row.str("redirect_uris")?).unwrap_or_default();
        Ok(Some(RegisteredClient {
            name: row.text("client_name")?,
            redirect_uris,
            secret_hash: row.text("secret_hash")?,
        }))
    }

    /// Remembers that a user has let the client in.
    pub(super) async fn used(&self, id: &str, now: i64) -> Result<(), AuthError> {
        let sql = "UPDATE auth_clients SET last_used_at = $2 WHERE client_id = $1";
        self.database.execute(sql, &[id.into(), now.into()]).await?;
        Ok(())
    }

    /// Forgets clients that nobody uses.
    pub(super) async fn delete_unused(&self, now: i64) -> Result<(), AuthError> {
        let sql = "DELETE FROM auth_clients WHERE (last_used_at IS NULL AND created_at <= $1) OR last_used_at <= $2";
        self.database.execute(sql, &[(now - WAITS_FOR).into(), (now - FORGOTTEN_AFTER).into()]).await?;
        Ok(())
    }
}
