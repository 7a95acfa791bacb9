//! Completion of what a form asks about a source host, with the user's own token.

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use serde_json::{Map, Value};

/// Completes for one kind of host.
#[async_trait]
pub trait AutocompleteProvider: Send + Sync {
    /// `github`
    fn id(&self) -> &'static str;

    /// `[{id, title?}]` of a resource (`branches`). `context` is what the form knows already.
    ///
    /// # Errors
    /// 400 `Invalid resource: …` for a resource that is not known, or what the host has against it.
    async fn complete(
        &self,
        resource: &str,
        token: &str,
        context: &Map<String, Value>,
    ) -> Result<Vec<Value>, ApiError>;
}
