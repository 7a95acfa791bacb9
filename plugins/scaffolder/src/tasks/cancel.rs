//! Cancelling a task.

use callboard_kit::credentials::Credentials;

use crate::core::Core;
use crate::db::changes;
use crate::db::tasks::Status;
use crate::error::ScaffolderError;
use crate::permissions::TASK_CANCEL;

impl Core {
    /// Has a task stopped, wherever it runs. One that has ended stays as it is.
    pub(crate) async fn cancel(&self, id: &str, credentials: &Credentials) -> Result<(), ScaffolderError> {
        let task = self.readable(id, &[TASK_CANCEL], credentials).await?;
        if changes::cancel(&self.database, id).await? {
            self.metrics.task_ended(&task.template_ref, "cancelled", 0.0);
            self.announce(id, Status::Cancelled);
        }
        Ok(())
    }
}
