//! The table of settings and the limits on what is in it.

use callboard_store::{Database, Migration, Param, Row};
use serde_json::Value;

use crate::error::SettingsError;

/// Most bytes of a value as JSON: what Backstage takes as a body.
pub(crate) const MAX_VALUE: usize = 100 * 1024;
/// Most bytes of the name of a bucket or key.
pub(crate) const MAX_NAME: usize = 255;
/// Most settings of one user.
pub(crate) const MAX_KEYS: i64 = 1_000;
/// Most settings in one request.
pub(crate) const MAX_ITEMS: usize = 1_000;

/// The table isn't called `user_settings`, so that it may stand beside Backstage's own.
const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "settings",
    sql: "CREATE TABLE user_settings_values (
            user_entity_ref TEXT NOT NULL,
            bucket TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            updated_at BIGINT NOT NULL,
            PRIMARY KEY (user_entity_ref, bucket, name)
          ){without_rowid}",
}];

/// The settings of all users.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    database: Database,
}

impl Storage {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    pub(crate) async fn migrate(&self) -> Result<(), SettingsError> {
        Ok(self.database.migrate("user-settings", MIGRATIONS).await?)
    }

    pub(crate) async fn get(
        &self,
        user: &str,
        bucket: &str,
        key: &str,
    ) -> Result<Option<Value>, SettingsError> {
        let sql = "SELECT value FROM user_settings_values \
                   WHERE user_entity_ref = $1 AND bucket = $2 AND name = $3";
        let row = self.database.query_first(sql, &[user.into(), bucket.into(), key.into()]).await?;
        row.as_ref().map(value).transpose()
    }

    pub(crate) async fn set(
        &self,
        user: &str,
        bucket: &str,
        key: &str,
        value: &Value,
    ) -> Result<(), SettingsError> {
        for name in [bucket, key] {
            if name.len() > MAX_NAME {
                let short = name.chars().take(20).collect();
                return Err(SettingsError::NameTooLong { name: short, length: name.len() });
            }
        }
        let text = value.to_string();
        if text.len() > MAX_VALUE {
            return Err(SettingsError::ValueTooLarge { length: text.len() });
        }
        let id: [Param; 3] = [user.into(), bucket.into(), key.into()];
        let mut tx = self.database.begin().await?;
        let others = tx
            .query(
                "SELECT COUNT(*) AS n FROM user_settings_values \
                 WHERE user_entity_ref = $1 AND NOT (bucket = $2 AND name = $3)",
                &id,
            )
            .await?;
        if others.first().map_or(Ok(0), |row| row.int("n"))? >= MAX_KEYS {
            return Err(SettingsError::TooManyKeys);
        }
        let [user, bucket, key] = id;
        tx.execute(
            "INSERT INTO user_settings_values (user_entity_ref, bucket, name, value, updated_at) \
             VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (user_entity_ref, bucket, name) \
             DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
            &[user, bucket, key, text.into(), jiff::Timestamp::now().as_millisecond().into()],
        )
        .await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn delete(&self, user: &str, bucket: &str, key: &str) -> Result<(), SettingsError> {
        let sql = "DELETE FROM user_settings_values \
                   WHERE user_entity_ref = $1 AND bucket = $2 AND name = $3";
        self.database.execute(sql, &[user.into(), bucket.into(), key.into()]).await?;
        Ok(())
    }

    /// The values of several keys, in their order.
    pub(crate) async fn multiget(
        &self,
        user: &str,
        items: &[(String, String)],
    ) -> Result<Vec<Option<Value>>, SettingsError> {
        if items.len() > MAX_ITEMS {
            return Err(SettingsError::TooManyItems(items.len()));
        }
        let names: Vec<String> = items.iter().map(|(_, key)| key.clone()).collect();
        let sql = format!(
            "SELECT bucket, name, value FROM user_settings_values WHERE user_entity_ref = $1 AND {}",
            self.database.dialect().in_list("name", "$2")
        );
        let rows = self.database.query(&sql, &[user.into(), names.into()]).await?;
        let mut found = std::collections::HashMap::new();
        for row in &rows {
            found.insert((row.text("bucket")?, row.text("name")?), value(row)?);
        }
        Ok(items.iter().map(|item| found.get(item).cloned()).collect())
    }
}

/// The stored text was written by [`Storage::set`]; if it isn't JSON any more, it is as good as not there.
fn value(row: &Row) -> Result<Value, SettingsError> {
    Ok(serde_json::from_str(row.str("value")?).unwrap_or(Value::Null))
}
