//! Refresh tokens. Each is good once: using it brings its successor, and using it again later ends all of them,
//! because then somebody has it who should not.

use callboard_store::{Database, Row};
use uuid::Uuid;

use super::secret::{self, SlowHash};
use super::settings::RefreshSettings;
use crate::error::AuthError;

/// A client that didn't get the answer, or two of its processes at once, use a token twice within this many seconds.
/// The second use is refused, and nothing ends.
const GRACE: i64 = 10;
/// Longest refresh token: a UUID, a dot and 32 bytes.
const LONGEST: usize = 128;

/// A line of refresh tokens that follow each other.
#[derive(Debug, Clone)]
pub(super) struct RefreshSession {
    pub(super) id: String,
    pub(super) user_entity_ref: String,
    pub(super) client_id: String,
    pub(super) client_name: String,
    token_hash: String,
    pub(super) created_at: i64,
    pub(super) last_used_at: i64,
    pub(super) expires_at: i64,
    ends_at: i64,
}

/// Whose tokens, for which client and by which consent.
#[derive(Debug)]
pub(super) struct NewSession<'a> {
    pub(super) user: &'a str,
    pub(super) client_id: &'a str,
    pub(super) client_name: &'a str,
    pub(super) authorization_id: &'a str,
}

/// What a token is found to be.
#[derive(Debug)]
pub(super) enum Presented {
    /// The newest of its line.
    Good(RefreshSession),
    /// Unknown, forged, ended, or just used.
    Bad,
    /// Used before: its line has been ended.
    Reused(RefreshSession),
}

/// The table of refresh tokens.
#[derive(Debug, Clone)]
pub(super) struct RefreshSessions {
    database: Database,
    settings: Option<RefreshSettings>,
    slow: SlowHash,
}

impl RefreshSessions {
    pub(super) fn new(database: Database, settings: Option<RefreshSettings>) -> Self {
        Self { database, settings, slow: SlowHash::default() }
    }

    /// A first token. The user's oldest lines end if there are too many. `None` where there are no refresh tokens.
    pub(super) async fn start(&self, new: &NewSession<'_>, now: i64) -> Result<Option<String>, AuthError> {
        let Some(settings) = &self.settings else { return Ok(None) };
        let id = Uuid::new_v4().to_string();
        let token = format!("{id}.{}", secret::random());
        let hash = self.slow.make(&token).await?;
        let mut tx = self.database.begin().await?;
        tx.execute(
            "INSERT INTO auth_refresh_sessions (id, user_entity_ref, client_id, client_name, authorization_id, \
             token_hash, created_at, last_used_at, expires_at, ends_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)",
            &[
                id.as_str().into(),
                new.user.into(),
                new.client_id.into(),
                new.client_name.into(),
                new.authorization_id.into(),
                hash.into(),
                now.into(),
                (now + settings.lifetime).into(),
                (now + settings.longest).into(),
            ],
        )
        .await?;
        tx.execute(
            "DELETE FROM auth_refresh_sessions WHERE user_entity_ref = $1 AND id <> $2 AND id NOT IN \
             (SELECT id FROM auth_refresh_sessions WHERE user_entity_ref = $1 AND id <> $2 \
              ORDER BY last_used_at DESC, id LIMIT $3)",
            &[new.user.into(), id.as_str().into(), (settings.most_per_user - 1).into()],
        )
        .await?;
        tx.commit().await?;
        Ok(Some(token))
    }

    /// What a token is. One that was used before ends its line.
    pub(super) async fn present(&self, token: &str, now: i64) -> Result<Presented, AuthError> {
        let Some(session) = self.find(token).await? else { return Ok(Presented::Bad) };
        if now >= session.expires_at {
            self.delete(&session.id).await?;
            return Ok(Presented::Bad);
        }
        // Looking up a used token is cheap, and the slow hash is for the newest one only.
        let sql = "SELECT used_at FROM auth_refresh_used WHERE session_id = $1 AND token_digest = $2";
        let used = self
            .database
            .query_first(sql, &[session.id.as_str().into(), secret::digest(token).into()])
            .await?;
        if let Some(row) = used {
            if now - row.int("used_at")? <= GRACE {
                return Ok(Presented::Bad);
            }
            self.delete(&session.id).await?;
            return Ok(Presented::Reused(session));
        }
        let good = self.slow.verify(token, &session.token_hash).await?;
        Ok(if good { Presented::Good(session) } else { Presented::Bad })
    }

    /// The successor of a token that was found good. `None` if somebody else has used it meanwhile.
    pub(super) async fn rotate(
        &self,
        session: &RefreshSession,
        token: &str,
        now: i64,
    ) -> Result<Option<String>, AuthError> {
        let Some(settings) = &self.settings else { return Ok(None) };
        let next = format!("{}.{}", session.id, secret::random());
        let hash = self.slow.make(&next).await?;
        let mut tx = self.database.begin().await?;
        let changed = tx
            .execute(
                "UPDATE auth_refresh_sessions SET token_hash = $3, last_used_at = $4, expires_at = $5 \
                 WHERE id = $1 AND token_hash = $2",
                &[
                    session.id.as_str().into(),
                    session.token_hash.as_str().into(),
                    hash.into(),
                    now.into(),
                    (now + settings.lifetime).min(session.ends_at).into(),
                ],
            )
            .await?;
        if changed != 1 {
            tx.rollback().await?;
            return Ok(None);
        }
        let digest = secret::digest(token);
        tx.execute(
            "INSERT INTO auth_refresh_used (session_id, token_digest, used_at) VALUES ($1, $2, $3)",
            &[session.id.as_str().into(), digest.into(), now.into()],
        )
        .await?;
        // Older ones had ended by themselves.
        tx.execute(
            "DELETE FROM auth_refresh_used WHERE session_id = $1 AND used_at < $2",
            &[session.id.as_str().into(), (now - settings.lifetime).into()],
        )
        .await?;
        tx.commit().await?;
        Ok(Some(next))
    }

    /// The line that a token belongs to, by its first part; the token itself may be anything.
    async fn find(&self, token: &str) -> Result<Option<RefreshSession>, AuthError> {
        let id = token.split_once('.').map(|(id, _)| id).filter(|id| Uuid::parse_str(id).is_ok());
        let Some(id) = id.filter(|_| token.len() <= LONGEST && self.settings.is_some()) else {
            return Ok(None);
        };
        let row = self
            .database
            .query_first("SELECT * FROM auth_refresh_sessions WHERE id = $1", &[id.into()])
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// The lines of a user that have not ended, the last used first.
    pub(super) async fn of_user(&self, user: &str, now: i64) -> Result<Vec<RefreshSession>, AuthError> {
        let sql = "SELECT * FROM auth_refresh_sessions WHERE user_entity_ref = $1 AND expires_at > $2 \
                   ORDER BY last_used_at DESC, id";
        let rows = self.database.query(sql, &[user.into(), now.into()]).await?;
        rows.iter().map(read).collect()
    }

    /// Ends a line of a user; `false` if the user has none such.
    pub(super) async fn delete_of_user(&self, id: &str, user: &str) -> Result<bool, AuthError> {
        let sql = "DELETE FROM auth_refresh_sessions WHERE id = $1 AND user_entity_ref = $2";
        let deleted = self.database.execute(sql, &[id.into(), user.into()]).await? == 1;
        if deleted {
            self.forget_used(id).await?;
        }
        Ok(deleted)
    }

    /// Ends a line.
    pub(super) async fn delete(&self, id: &str) -> Result<(), AuthError> {
        self.database.execute("DELETE FROM auth_refresh_sessions WHERE id = $1", &[id.into()]).await?;
        self.forget_used(id).await
    }

    /// Ends what came of one consent.
    pub(super) async fn delete_of_authorization(&self, authorization_id: &str) -> Result<(), AuthError> {
        let sql = "DELETE FROM auth_refresh_sessions WHERE authorization_id = $1";
        self.database.execute(sql, &[authorization_id.into()]).await?;
        Ok(())
    }

    /// Forgets what has ended.
    pub(super) async fn delete_ended(&self, now: i64) -> Result<(), AuthError> {
        self.database
            .execute("DELETE FROM auth_refresh_sessions WHERE expires_at <= $1", &[now.into()])
            .await?;
        let sql =
            "DELETE FROM auth_refresh_used WHERE session_id NOT IN (SELECT id FROM auth_refresh_sessions)";
        self.database.execute(sql, &[]).await?;
        Ok(())
    }

    async fn forget_used(&self, id: &str) -> Result<(), AuthError> {
        self.database.execute("DELETE FROM auth_refresh_used WHERE session_id = $1", &[id.into()]).await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<RefreshSession, AuthError> {
    Ok(RefreshSession {
        id: row.text("id")?,
        user_entity_ref: row.text("user_entity_ref")?,
        client_id: row.text("client_id")?,
        client_name: row.text("client_name")?,
        token_hash: row.text("token_hash")?,
        created_at: row.int("created_at")?,
        last_used_at: row.int("last_used_at")?,
        expires_at: row.int("expires_at")?,
        ends_at: row.int("ends_at")?,
    })
}
