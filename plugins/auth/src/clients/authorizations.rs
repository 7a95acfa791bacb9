//! What clients have asked for: from the request over the user's answer to the code, which is good once.

use callboard_store::{Database, Row};
use uuid::Uuid;

use super::error::OAuthError;
use super::secret;
use crate::error::AuthError;

/// How long the user may think about it, and how long a code is good, in seconds.
const LIFETIME: i64 = 3_600;
const CODE_LIFETIME: i64 = 600;
/// Requests that may wait for an answer. Anybody can make one.
const MOST_PENDING: i64 = 10_000;

const COLUMNS: &str = "id, client_id, client_name, public_client, redirect_uri, scope, state, code_challenge, \
                       code_challenge_method, status, user_entity_ref, code_expires_at, code_used_at, expires_at";

/// A request of a client.
#[derive(Debug, Clone)]
pub(super) struct NewAuthorization<'a> {
    pub(super) client_id: &'a str,
    pub(super) client_name: &'a str,
    pub(super) public_client: bool,
    pub(super) redirect_uri: &'a str,
    pub(super) scope: Option<&'a str>,
    pub(super) state: Option<&'a str>,
    pub(super) code_challenge: Option<&'a str>,
    pub(super) code_challenge_method: Option<&'a str>,
}

/// A request as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Authorization {
    pub(super) id: String,
    pub(super) client_id: String,
    pub(super) client_name: String,
    pub(super) public_client: bool,
    pub(super) redirect_uri: String,
    pub(super) scope: Option<String>,
    pub(super) state: Option<String>,
    pub(super) code_challenge: Option<String>,
    pub(super) code_challenge_method: Option<String>,
    pub(super) status: String,
    pub(super) user_entity_ref: Option<String>,
    pub(super) code_expires_at: Option<i64>,
    pub(super) code_used_at: Option<i64>,
    expires_at: i64,
}

/// The table of requests.
#[derive(Debug, Clone)]
pub(super) struct Authorizations {
    database: Database,
}

impl Authorizations {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Keeps a request and returns its id.
    pub(super) async fn add(&self, new: &NewAuthorization<'_>, now: i64) -> Result<String, OAuthError> {
        let sql = "SELECT COUNT(*) AS waiting FROM auth_authorizations WHERE status = 'pending' AND expires_at > $1";
        let count = self.database.query_first(sql, &[now.into()]).await.map_err(AuthError::from)?;
        if count.is_some_and(|row| row.int("waiting").is_ok_and(|waiting| waiting >= MOST_PENDING)) {
            return Err(OAuthError::unavailable("Too many requests wait for their users; try again later"));
        }
        let id = Uuid::new_v4().to_string();
        self.database
            .execute(
                "INSERT INTO auth_authorizations (id, client_id, client_name, public_client, redirect_uri, scope, \
                 state, code_challenge, code_challenge_method, status, created_at, expires_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11)",
                &[
                    id.as_str().into(),
                    new.client_id.into(),
                    new.client_name.into(),
                    new.public_client.into(),
                    new.redirect_uri.into(),
                    new.scope.into(),
                    new.state.into(),
                    new.code_challenge.into(),
                    new.code_challenge_method.into(),
                    now.into(),
                    (now + LIFETIME).into(),
                ],
            )
            .await
            .map_err(AuthError::from)?;
        Ok(id)
    }

    /// A request that waits for its user.
    pub(super) async fn pending(&self, id: &str, now: i64) -> Result<Authorization, OAuthError> {
        let sql = format!("SELECT {COLUMNS} FROM auth_authorizations WHERE id = $1");
        let row = match Uuid::parse_str(id) {
            Ok(_) => self.database.query_first(&sql, &[id.into()]).await.map_err(AuthError::from)?,
            Err(_) => None,
        };
        let found = row.map(|row| read(&row)).transpose()?;
        found
            .filter(|found| found.status == "pending" && found.expires_at > now)
            .ok_or_else(|| OAuthError::not_found("Authorization session not found or expired"))
    }

    /// The user says yes; returns the code. `None` if somebody was faster.
    pub(super) async fn approve(&self, id: &str, user: &str, now: i64) -> Result<Option<String>, AuthError> {
        let code = secret::random();
        let changed = self
            .database
            .execute(
                "UPDATE auth_authorizations SET status = 'approved', user_entity_ref = $2, code_hash = $3, \
                 code_expires_at = $4 WHERE id = $1 AND status = 'pending'",
                &[id.into(), user.into(), secret::digest(&code).into(), (now + CODE_LIFETIME).into()],
            )
            .await?;
        Ok((changed == 1).then_some(code))
    }

    /// The user says no.
    pub(super) async fn reject(&self, id: &str, user: &str) -> Result<bool, AuthError> {
        let sql = "UPDATE auth_authorizations SET status = 'rejected', user_entity_ref = $2 \
                   WHERE id = $1 AND status = 'pending'";
        Ok(self.database.execute(sql, &[id.into(), user.into()]).await? == 1)
    }

    /// The request that a code belongs to, whether the code is still good or not.
    pub(super) async fn of_code(&self, code: &str) -> Result<Option<Authorization>, AuthError> {
        let sql = format!("SELECT {COLUMNS} FROM auth_authorizations WHERE code_hash = $1");
        let row = self.database.query_first(&sql, &[secret::digest(code).into()]).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Uses the code up; `false` if it is used up already.
    pub(super) async fn use_code(&self, id: &str, now: i64) -> Result<bool, AuthError> {
        let sql = "UPDATE auth_authorizations SET code_used_at = $2 WHERE id = $1 AND code_used_at IS NULL";
        Ok(self.database.execute(sql, &[id.into(), now.into()]).await? == 1)
    }

    /// Forgets what has ended. A used code is remembered until then, so that its second use is noticed.
    pub(super) async fn delete_ended(&self, now: i64) -> Result<(), AuthError> {
        let sql = "DELETE FROM auth_authorizations WHERE expires_at <= $1 \
                   AND (code_expires_at IS NULL OR code_expires_at <= $1)";
        self.database.execute(sql, &[now.into()]).await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<Authorization, AuthError> {
    Ok(Authorization {
        id: row.text("id")?,
        client_id: row.text("client_id")?,
        client_name: row.text("client_name")?,
        public_client: row.bool("public_client")?,
        redirect_uri: row.text("redirect_uri")?,
        scope: row.opt_text("scope")?,
        state: row.opt_text("state")?,
        code_challenge: row.opt_text("code_challenge")?,
        code_challenge_method: row.opt_text("code_challenge_method")?,
        status: row.text("status")?,
        user_entity_ref: row.opt_text("user_entity_ref")?,
        code_expires_at: row.opt_int("code_expires_at")?,
        code_used_at: row.opt_int("code_used_at")?,
        expires_at: row.int("expires_at")?,
    })
}
