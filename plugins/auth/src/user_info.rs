//! What is known about users who have signed in: the claims of their last token. This is how other plugins learn what
//! a user owns, because the token itself doesn't carry it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_kit::user_info::UserInfoSource;
use callboard_store::Database;
use moka::future::Cache;
use serde_json::{Value, json};

use crate::error::AuthError;

/// Users whose ownership is remembered, and for how long: a sign-in at another process counts after that.
const MOST_REMEMBERED: u64 = 10_000;
const REMEMBERED_FOR: Duration = Duration::from_secs(10);

/// What a user owns; `None` if it has never signed in.
type Ownership = Option<Arc<[String]>>;

/// The table of user info.
#[derive(Debug, Clone)]
pub(crate) struct UserInfo {
    database: Database,
    remembered: Cache<String, Ownership>,
}

impl UserInfo {
    pub(crate) fn new(database: Database) -> Self {
        let remembered = Cache::builder().max_capacity(MOST_REMEMBERED).time_to_live(REMEMBERED_FOR).build();
        Self { database, remembered }
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
        self.remembered.invalidate(user).await;
        Ok(())
    }

    /// `{"claims": {"sub", "ent"}}`
    pub(crate) async fn get(&self, user: &str) -> Result<Value, AuthError> {
        let sql = "SELECT claims FROM auth_user_info WHERE user_entity_ref = $1";
        let row = self.database.query_first(sql, &[user.into()]).await?.ok_or(AuthError::NoUserInfo)?;
        let claims: Value = serde_json::from_str(row.str("claims")?).map_err(|_| AuthError::NoUserInfo)?;
        Ok(json!({"claims": claims}))
    }

    /// What a user owned at the last sign-in, from the database.
    pub(crate) async fn read_ownership(&self, user: &str) -> Result<Ownership, AuthError> {
        let info = match self.get(user).await {
            Ok(info) => info,
            Err(AuthError::NoUserInfo) => return Ok(None),
            Err(error) => return Err(error),
        };
        let refs = info["claims"]["ent"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Ok(Some(refs.map(str::to_lowercase).collect()))
    }
}

#[async_trait]
impl UserInfoSource for UserInfo {
    async fn ownership(&self, user_entity_ref: &str) -> Result<Ownership, ApiError> {
        if let Some(known) = self.remembered.get(user_entity_ref).await {
            return Ok(known);
        }
        let ownership = self.read_ownership(user_entity_ref).await?;
        self.remembered.insert(user_entity_ref.to_owned(), ownership.clone()).await;
        Ok(ownership)
    }
}
