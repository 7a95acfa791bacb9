//! Records what ingestion changed and through what: one event for each change of an entity, in the order of the catalog's
//! own log. Of several processes one records each change.

use std::sync::Arc;
use std::time::Duration;

use callboard_audit::AuditStore;
use callboard_kit::audit::{AuditEvent, AuditLog, Severity};
use callboard_kit::changes::{EntityChange, EntityChanges};
use callboard_kit::error::ApiError;
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// Changes in one step.
const STEP: usize = 500;
/// Between two looks at a full queue.
const BREATH: Duration = Duration::from_millis(20);
/// Between two looks when nothing is new.
const PAUSE: Duration = Duration::from_secs(2);

/// Records until `stop`.
pub(crate) async fn record(
    changes: Arc<dyn EntityChanges>,
    store: AuditStore,
    audit: Arc<dyn AuditLog>,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        if !audit.has_room() {
            tokio::time::sleep(BREATH).await;
            continue;
        }
        let more = match step(changes.as_ref(), &store, audit.as_ref()).await {
            Ok(more) => more,
            Err(error) => {
                tracing::warn!(target: "audit", %error, "changes of the catalog could not be recorded; tried again");
                false
            }
        };
        if !more {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}

/// Records what comes next; whether there may be more.
async fn step(
    changes: &dyn EntityChanges,
    store: &AuditStore,
    audit: &dyn AuditLog,
) -> Result<bool, ApiError> {
    let internal = |error: callboard_store::StoreError| ApiError::internal(&error);
    let from = store.catalog_cursor().await.map_err(internal)?;
    let (oldest, newest) = changes.bounds().await?;
    let Some(after) = from else {
        // What was before somebody wanted to know stays unrecorded.
        return store.move_catalog_cursor(None, newest).await.map_err(internal);
    };
    // A log that was trimmed, or a database that has lost its last commits, is gone on with where it is.
    let start = after.max(oldest - 1).min(newest);
    let found = changes.after(start, STEP).await?;
    let to = found.last().map_or(start, |last| last.sequence);
    if to == after {
        return Ok(false);
    }
    // Who moves the cursor records, so that no change is recorded by two.
    if store.move_catalog_cursor(from, to).await.map_err(internal)? {
        found.into_iter().for_each(|change| audit.record(event(change)));
    }
    Ok(true)
}

fn event(change: EntityChange) -> AuditEvent {
    let action = match change.kind.as_str() {
        "created" => "create",
        "deleted" => "delete",
        _ => "update",
    };
    AuditEvent {
        plugin: "catalog",
        event_id: "entity-mutate",
        severity: Severity::Low,
        actor: "plugin:catalog".to_owned(),
        meta: json!({
            "actionType": action,
            "entityRef": change.entity_ref,
            "cause": change.cause,
            "sequence": change.sequence,
        }),
        error: None,
    }
}
