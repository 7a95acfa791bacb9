//! What is known about users who have signed in: the claims of their last token. This is how other plugins learn what
//! a user owns, because the token itself doesn't carry it.

use callboard_store::Database;
use serde_json::{Value, json};

use crate::error::AuthError;

/// The table of user info.
#[derive(Debug, Clone)]
pub(crate) struct UserInfo {
    database: Database,
}

impl UserInfo {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Remembers who signed in and what they own.
    pub(crate) async fn put(&self, user: &str, ownership: &[String], now: i64) -> Result<(), AuthError> {
        let claims = json!({"sub": user, "ent": ownership}).to_string();
        self.database
            .execute(
                "INSERT INTO auth_user_info (user_entity_ref, claims, updated_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (user_entity_ref) \
                 DO UPDATE SET claims = excluded.claims, updated_at = excluded.updated_at",
                &[user.into(), claims.into(), now.into()],
            )
            .await?;
        Ok(())
    }

    /// What a user owned at the last sign-in; `None` for one who never signed in.
    pub(crate) async fn ownership(&self, user: &str) -> Result<Option<Vec<String>>, AuthError> {
        match self.get(user).await {
            Ok(info) => Ok(serde_json::from_value(info["claims"]["ent"].clone()).ok()),
            Err(AuthError::NoUserInfo) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `{"claims": {"sub", "ent"}}`
    pub(crate) async fn get(&self, user: &str) -> Result<Value, AuthError> {
        let sql = "SELECT claims FROM auth_user_info WHERE user_entity_ref = $1";
        let row = self.database.query_first(sql, &[user.into()]).await?.ok_or(AuthError::NoUserInfo)?;
        let claims: Value = serde_json::from_str(row.str("claims")?).map_err(|_| AuthError::NoUserInfo)?;
        Ok(json!({"claims": claims}))
    }
}
