//! What actions on source hosts share: which host it is and with which credential, and what is pushed there.

pub(crate) mod action;
pub(crate) mod api;
pub(crate) mod branch;
mod credential;
mod examples;
mod files;
pub(crate) mod inputs;
pub(crate) mod once;
mod publish;
mod repo_url;

use std::sync::Arc;

use callboard_config::{Config, ConfigError};
use callboard_scm::egress::Egress;
use callboard_scm::git::{GitError, Signature};
use callboard_scm::{HostCredentials, Integrations};

use crate::action::ActionError;

pub(crate) use action::{host_action, spec};
pub(crate) use api::{Api, HostError, path};
pub(crate) use credential::Credential;
pub(crate) use files::{SourceFile, collect};
pub(crate) use publish::{First, check_first, publish_first};
pub(crate) use repo_url::RepoUrl;

/// The configured hosts, their credentials, and what commits say unless a step says otherwise.
#[derive(Debug)]
pub(crate) struct Hosts {
    pub(crate) integrations: Arc<Integrations>,
    pub(crate) egress: Egress,
    pub(crate) credentials: HostCredentials,
    author_name: Option<String>,
    author_email: Option<String>,
    message: Option<String>,
    require_user_credentials: bool,
}

impl Hosts {
    /// Reads `scaffolder.defaultAuthor`, `scaffolder.defaultCommitMessage` and `scaffolder.requireScmUserCredentials`.
    pub(crate) fn new(
        integrations: Arc<Integrations>,
        egress: Egress,
        config: &Config,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            credentials: HostCredentials::new(&integrations, &egress),
            integrations,
            egress,
            author_name: config.opt_string("scaffolder.defaultAuthor.name")?,
            author_email: config.opt_string("scaffolder.defaultAuthor.email")?,
            message: config.opt_string("scaffolder.defaultCommitMessage")?,
            require_user_credentials: config
                .opt_bool("scaffolder.requireScmUserCredentials")?
                .unwrap_or(false),
        })
    }

    /// The author of a commit: of the step, else of the configuration, else Backstage's own default.
    pub(crate) fn author(&self, name: Option<&str>, email: Option<&str>, seconds: i64) -> Signature {
        let chosen = |given: Option<&str>, configured: &Option<String>, usual: &str| {
            given
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .or_else(|| configured.clone())
                .unwrap_or_else(|| usual.to_owned())
        };
        Signature {
            name: chosen(name, &self.author_name, "Scaffolder"),
            email: chosen(email, &self.author_email, "scaffolder@backstage.io"),
            seconds,
        }
    }

    /// What a commit says: the step's words, else those of the configuration.
    pub(crate) fn message(&self, given: Option<&str>) -> String {
        given
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .or_else(|| self.message.clone())
            .unwrap_or_else(|| "initial commit".to_owned())
    }

    /// `scaffolder.requireScmUserCredentials`: whoever starts a task must bring a token.
    pub(crate) fn check_user_token(&self, token: Option<&str>, host: &str) -> Result<(), ActionError> {
        if self.require_user_credentials && token.is_none() {
            return Err(ActionError::Input(format!(
                "scaffolder.requireScmUserCredentials is on, so this step needs the input token for {host}; ask for it \
                 with requestUserCredentials of the RepoUrlPicker and pass ${{{{ secrets.<name> }}}}"
            )));
        }
        Ok(())
    }
}

/// An input that must not be there: signing needs a key that this server has no use for.
pub(crate) fn refuse_signing(sign: Option<bool>) -> Result<(), ActionError> {
    match sign {
        Some(true) => Err(ActionError::Input(
            "signCommit is not supported: commits are made by this server, which holds no signing key; leave it out, or \
             let the host sign (GitHub signs the commits of publish:github:pull-request)"
                .to_owned(),
        )),
        _ => Ok(()),
    }
}

impl From<GitError> for ActionError {
    fn from(error: GitError) -> Self {
        let text = error.to_string();
        match error {
            GitError::Name(_) => Self::Input(text),
            GitError::Denied { .. } => Self::NotAllowed(text),
            GitError::NotFound(_) => Self::NotFound(text),
            GitError::Rejected { .. } | GitError::Moved(_) => Self::Conflict(text),
            GitError::TooLarge(_) | GitError::Protocol { .. } | GitError::Egress(_) => Self::Failed(text),
        }
    }
}

impl From<crate::action::WorkspaceError> for ActionError {
    fn from(error: crate::action::WorkspaceError) -> Self {
        match error {
            crate::action::WorkspaceError::Outside(_) => Self::Input(error.to_string()),
            crate::action::WorkspaceError::Io { .. } => Self::Failed(error.to_string()),
        }
    }
}
