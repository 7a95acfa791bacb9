//! Why git at a host failed. No text holds a credential.

use crate::egress::EgressError;

/// A failed push or fetch, or something that can't be pushed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GitError {
    /// A branch or a path that git does not take.
    #[error("{0}")]
    Name(String),
    /// The host does not let this credential do it.
    #[error("{url} answered {status}: the credential is missing, wrong, or may not {doing} there")]
    Denied {
        /// The repository.
        url: String,
        /// 401 or 403.
        status: u16,
        /// `read` or `write`.
        doing: &'static str,
    },
    /// No such repository, or one that the credential may not see.
    #[error("{0} was not found: there is no such repository, or the credential may not see it")]
    NotFound(String),
    /// The host refused to move a branch.
    #[error("{url} refused {reference}: {reason}")]
    Rejected {
        /// The repository.
        url: String,
        /// The branch.
        reference: String,
        /// What the host said.
        reason: String,
    },
    /// The branch is not where it was expected.
    #[error("{0}")]
    Moved(String),
    /// More than is pushed or fetched in one go.
    #[error("{0}")]
    TooLarge(String),
    /// An answer that makes no sense.
    #[error("{url}: {problem}")]
    Protocol {
        /// The repository.
        url: String,
        /// What is wrong with the answer.
        problem: String,
    },
    /// Nobody answered, or the address is not allowed.
    #[error(transparent)]
    Egress(#[from] EgressError),
}
