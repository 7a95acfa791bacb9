//! Why an action failed, in words for the author of the template and for whoever runs it.

/// A step's failure. The text never holds a secret: it is masked again before anybody sees it, but don't rely on that.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ActionError {
    /// The input or what it names is wrong.
    #[error("{0}")]
    Input(String),
    /// Not there.
    #[error("{0}")]
    NotFound(String),
    /// Not allowed, here or at the host.
    #[error("{0}")]
    NotAllowed(String),
    /// It is there already.
    #[error("{0}")]
    Conflict(String),
    /// The task was cancelled or the step's time is over.
    #[error("{0}")]
    Cancelled(String),
    /// Anything else: a host that doesn't answer, a full disk.
    #[error("{0}")]
    Failed(String),
}

impl ActionError {
    /// The error's name on Backstage's wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Input(_) => "InputError",
            Self::NotFound(_) => "NotFoundError",
            Self::NotAllowed(_) => "NotAllowedError",
            Self::Conflict(_) => "ConflictError",
            Self::Cancelled(_) => "AbortError",
            Self::Failed(_) => "Error",
        }
    }
}
