//! A task as it is stored, and reading one.

use callboard_store::{Database, Row};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ScaffolderError;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Waits for a worker.
    Open,
    /// Runs, or waits for an approval.
    Processing,
    /// Ended well.
    Completed,
    /// Ended with an error.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl Status {
    /// As it goes over the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "open" => Self::Open,
            "processing" => Self::Processing,
            "completed" => Self::Completed,
            "cancelled" => Self::Cancelled,
            _ => Self::Failed,
        }
    }

    /// Whether nothing more comes.
    pub(crate) fn has_ended(self) -> bool {
        !matches!(self, Self::Open | Self::Processing)
    }
}

/// What a task waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Waiting {
    /// The step that needs the approval.
    pub(crate) step_id: String,
    /// Who decides: references of users, groups, roles or owned entities, or `owner` for the template's owner.
    pub(crate) approvers: Vec<String>,
    /// What is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
}

/// What has been decided about a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Approval {
    /// The step.
    pub(crate) step_id: String,
    /// Yes or no.
    pub(crate) approved: bool,
    /// By whom.
    pub(crate) by: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<String>,
}

/// A task.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// A uuid.
    pub(crate) id: String,
    /// What is to be done.
    pub(crate) spec: Value,
    /// Where it stands.
    pub(crate) status: Status,
    /// `template:default/x`, lower-case.
    pub(crate) template_ref: String,
    /// `spec.owner` of the template when the task was created.
    pub(crate) template_owner: Option<String>,
    /// The user who created it; empty if it was no user.
    pub(crate) created_by: String,
    /// In milliseconds since the epoch.
    pub(crate) created_at: i64,
    /// The last sign of life of whoever runs it.
    pub(crate) last_heartbeat_at: Option<i64>,
    /// What it waits for.
    pub(crate) waiting: Option<Waiting>,
    /// What has been decided.
    pub(crate) approvals: Vec<Approval>,
    /// Whether it is to be cancelled.
    pub(crate) cancel_requested: bool,
}

pub(super) const COLUMNS: &str = "id, spec, status, template_ref, template_owner, created_by, created_at, \
                                  last_heartbeat_at, waiting, approvals, cancel_requested";

pub(super) fn read(row: &Row) -> Result<Task, ScaffolderError> {
    let waiting = row.opt_str("waiting")?.and_then(|text| serde_json::from_str(text).ok());
    let approvals = row.opt_str("approvals")?.and_then(|text| serde_json::from_str(text).ok());
    Ok(Task {
        id: row.text("id")?,
        spec: serde_json::from_str(row.str("spec")?).unwrap_or(Value::Null),
        status: Status::parse(row.str("status")?),
        template_ref: row.text("template_ref")?,
        template_owner: row.opt_text("template_owner")?,
        created_by: row.text("created_by")?,
        created_at: row.int("created_at")?,
        last_heartbeat_at: row.opt_int("last_heartbeat_at")?,
        waiting,
        approvals: approvals.unwrap_or_default(),
        cancel_requested: row.bool("cancel_requested")?,
    })
}

/// One task.
pub(crate) async fn get(database: &Database, id: &str) -> Result<Task, ScaffolderError> {
    let sql = format!("SELECT {COLUMNS} FROM scaffolder_tasks WHERE id = $1");
    match database.query_first(&sql, &[id.into()]).await {
        Ok(Some(row)) => read(&row),
        Ok(None) | Err(callboard_store::StoreError::NulCharacter) => Err(not_found(id)),
        Err(error) => Err(error.into()),
    }
}

/// 404, in Backstage's words.
pub(crate) fn not_found(id: &str) -> ScaffolderError {
    ScaffolderError::NotFound(format!("No task with id '{id}' found"))
}
