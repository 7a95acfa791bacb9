//! Trims the table to its age and number, a little at a time.

use std::time::Duration;

use callboard_store::StoreError;
use tokio_util::sync::CancellationToken;

use super::AuditStore;

/// Events removed in one statement.
const BATCH: i64 = 5_000;
/// Between two looks.
const PERIOD: Duration = Duration::from_secs(600);

impl AuditStore {
    /// Keeps the table within its bounds until `stop`.
    pub async fn keep_trimmed(self, age: Duration, max_events: u64, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.trim(age, max_events).await {
                tracing::warn!(target: "audit", %error, "old audit events could not be removed; tried again");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(PERIOD) => {}
            }
        }
    }

    /// Removes what is too old or too much; how many events that were.
    ///
    /// # Errors
    /// When the database can't be used.
    pub async fn trim(&self, age: Duration, max_events: u64) -> Result<u64, StoreError> {
        let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        let oldest = jiff::Timestamp::now().as_millisecond().saturating_sub(age);
        let first = self.newest().await?.saturating_sub(i64::try_from(max_events).unwrap_or(i64::MAX));
        let mut removed = 0;
        loop {
            let sql = "DELETE FROM audit_events WHERE id IN \
                       (SELECT id FROM audit_events WHERE at < $1 OR id <= $2 ORDER BY id LIMIT $3)";
            let now = self.database.execute(sql, &[oldest.into(), first.into(), BATCH.into()]).await?;
            removed += now;
            if now < BATCH.unsigned_abs() {
                return Ok(removed);
            }
        }
    }
}
