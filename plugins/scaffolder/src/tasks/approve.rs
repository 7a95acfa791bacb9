//! Deciding about a step that waits for an approval.

use callboard_kit::credentials::Credentials;
use serde_json::json;

use crate::core::Core;
use crate::db::changes;
use crate::db::events::NewEvent;
use crate::db::tasks::Approval;
use crate::error::ScaffolderError;
use crate::secrets::TaskMasker;

/// Characters of a comment.
const LONGEST_COMMENT: usize = 2_000;

impl Core {
    /// Lets a step run, or fails it.
    ///
    /// # Errors
    /// `NotAllowed` for who is no approver, `Conflict` when the task does not wait at this step.
    pub(crate) async fn decide(
        &self,
        id: &str,
        step_id: &str,
        approved: bool,
        comment: Option<&str>,
        credentials: &Credentials,
    ) -> Result<(), ScaffolderError> {
        if comment.is_some_and(|comment| comment.chars().count() > LONGEST_COMMENT) {
            let message =
                format!("request/body/comment must NOT have more than {LONGEST_COMMENT} characters");
            return Err(ScaffolderError::Input(message));
        }
        let task = self.readable(id, &[], credentials).await?;
        let waiting =
            task.waiting.as_ref().filter(|waiting| waiting.step_id == step_id).ok_or_else(|| {
                ScaffolderError::Conflict(format!(
                    "The task does not wait for a decision about step '{step_id}'"
                ))
            })?;
        if !self.may_decide(&task, waiting, credentials).await? {
            return Err(ScaffolderError::NotAllowed(format!(
                "Only {} may decide about step '{step_id}'",
                waiting.approvers.join(", ")
            )));
        }
        let comment = comment.map(|text| TaskMasker::new(self.environment_secrets()).text(text));
        let by = credentials.subject().to_owned();
        let word = if approved { "approved" } else { "rejected" };
        let said = comment.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
        let body = json!({"message": format!("Step {step_id} was {word} by {by}{said}"), "stepId": step_id});
        let approval = Approval { step_id: step_id.to_owned(), approved, by, comment };
        changes::decide(&self.database, id, approval, NewEvent::log(body)).await
    }
}
