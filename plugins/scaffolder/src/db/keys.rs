//! The key of a database without `scaffolder.secretsKey`, made by whoever comes first.

use callboard_store::Database;

use super::now_ms;
use crate::error::ScaffolderError;
use crate::secrets::Vault;

/// The one key.
pub(crate) async fn shared(database: &Database) -> Result<Vec<u8>, ScaffolderError> {
    let sql =
        "INSERT INTO scaffolder_keys (id, secret, created_at) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING";
    database.execute(sql, &[Vault::generate().into(), now_ms().into()]).await?;
    let row = database.query_first("SELECT secret FROM scaffolder_keys WHERE id = 1", &[]).await?;
    match row {
        Some(row) => Ok(row.bytes("secret")?),
        None => Err(ScaffolderError::Sealed("the key of the database has been removed".to_owned())),
    }
}
