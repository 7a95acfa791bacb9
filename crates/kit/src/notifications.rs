//! Sending notifications to people, as other plugins see it. The `notifications` plugin implements it.

use async_trait::async_trait;
use serde_json::Value;

use crate::credentials::Credentials;
use crate::error::ApiError;

/// Who gets a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipients {
    /// Everybody.
    Broadcast,
    /// These users, and the members of these groups.
    Entities(Vec<String>),
}

/// Sends notifications.
#[async_trait]
pub trait NotificationSender: Send + Sync {
    /// Sends one. `payload` is Backstage's: `{title, description?, link?, severity?, scope?, topic?}`.
    async fn send(
        &self,
        recipients: &Recipients,
        payload: Value,
        credentials: &Credentials,
    ) -> Result<(), ApiError>;
}
