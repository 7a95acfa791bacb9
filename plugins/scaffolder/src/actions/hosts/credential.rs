//! With which credential a host is spoken to: its API and its git.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_scm::Integration;
use secrecy::{ExposeSecret, SecretString};

use super::{Api, Hosts, RepoUrl};
use crate::action::{ActionContext, ActionError};

/// Values of the `Authorization` header.
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    /// For the API.
    pub(crate) api: SecretString,
    /// For git.
    pub(crate) git: SecretString,
}

fn basic(user: &str, password: &str) -> SecretString {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))).into()
}

fn bearer(token: &str) -> SecretString {
    format!("Bearer {token}").into()
}

impl Credential {
    fn same(value: SecretString) -> Self {
        Self { api: value.clone(), git: value }
    }

    /// A token, with the name that stands before it as a password of git.
    fn token(token: &str, git_user: &str) -> Self {
        Self { api: bearer(token), git: basic(git_user, token) }
    }
}

impl Hosts {
    /// The credential for a step: its `token`, else that of the integration.
    pub(crate) async fn credential(
        &self,
        context: &ActionContext,
        integration: &Integration,
        at: &RepoUrl,
    ) -> Result<Credential, ActionError> {
        let given = context.text("token").filter(|token| !token.is_empty());
        if given.is_some_and(|token| token.chars().any(char::is_control)) {
            return Err(ActionError::Input("the input token holds a character that no token has".to_owned()));
        }
        let unreadable = |error: callboard_kit::url_reader::ReadError| ActionError::Failed(error.to_string());
        let found = match integration {
            Integration::Github(_) => {
                self.check_user_token(given, &at.host)?;
                let token = match given {
                    Some(token) => Some(SecretString::from(token)),
                    None => self.credentials.github(&at.host, at.owner()?).await.map_err(unreadable)?,
                };
                token.map(|token| Credential::token(token.expose_secret(), "x-access-token"))
            }
            Integration::Gitlab(config) => {
                self.check_user_token(given, &at.host)?;
                let token = given.or(config.token.as_ref().map(|token| token.expose_secret()));
                token.map(|token| Credential::token(token, "oauth2"))
            }
            Integration::Gitea(config) => {
                let password = config.password.as_ref().map(|password| password.expose_secret());
                match (given, &config.username, password) {
                    (Some(token), _, _) | (None, None, Some(token)) => {
                        Some(Credential { api: format!("token {token}").into(), git: basic("token", token) })
                    }
                    (None, Some(user), Some(password)) => Some(Credential::same(basic(user, password))),
                    _ => None,
                }
            }
            Integration::BitbucketCloud(config) => match given {
                Some(token) => Some(Credential::token(token, "x-token-auth")),
                None => {
                    let api = self.credentials.bitbucket_cloud(&at.host).await.map_err(unreadable)?;
                    api.map(|api| {
                        let git = match (api.expose_secret().strip_prefix("Bearer "), &config.token) {
                            (Some(token), _) => basic("x-token-auth", token),
                            // An API token has a user of its own for git; an app password has the account's.
                            (None, Some(token)) => basic("x-bitbucket-api-token-auth", token.expose_secret()),
                            (None, None) => api.clone(),
                        };
                        Credential { api, git }
                    })
                }
            },
            Integration::BitbucketServer(config) => {
                match (given, &config.username, &config.password, &config.token) {
                    (Some(token), ..) => Some(Credential::same(bearer(token))),
                    (None, Some(user), Some(password), _) => {
                        Some(Credential::same(basic(user, password.expose_secret())))
                    }
                    (None, _, _, Some(token)) => Some(Credential::same(bearer(token.expose_secret()))),
                    _ => None,
                }
            }
            Integration::Azure(_) => match given {
                Some(token) => Some(Credential::same(basic("", token))),
                None => {
                    let organization = at.organization.as_deref().unwrap_or_default();
                    let found = self.credentials.azure(&at.host, organization).await.map_err(unreadable)?;
                    found.map(Credential::same)
                }
            },
            Integration::Gerrit(config) => match (&config.username, &config.password) {
                (Some(user), Some(password)) => Some(Credential::same(basic(user, password.expose_secret()))),
                _ => None,
            },
            other => {
                return Err(ActionError::Input(format!(
                    "{} is a {} host, to which nothing can be published",
                    at.host,
                    other.host_type()
                )));
            }
        };
        found.ok_or_else(|| {
            ActionError::Input(format!(
                "No token available for host: {}, with owner {}, and repo {}; pass the input token, or put a credential \
                 under integrations.{}",
                at.host,
                at.owner.as_deref().or(at.workspace.as_deref()).or(at.project.as_deref()).unwrap_or("-"),
                at.repo,
                integration.host_type()
            ))
        })
    }

    /// The host's API at this base, with a credential.
    pub(crate) fn api(
        &self,
        integration: &Integration,
        name: &'static str,
        base: &str,
        credential: &Credential,
    ) -> Api {
        Api {
            egress: self.egress.clone(),
            policy: integration.policy(),
            base: base.trim_end_matches('/').to_owned(),
            authorization: Some(credential.api.clone()),
            name,
            config_key: format!("integrations.{} ({})", integration.host_type(), integration.host()),
            accept: "application/json",
        }
    }
}
