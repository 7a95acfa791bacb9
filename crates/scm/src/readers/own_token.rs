//! Reading a host with a token that somebody brought along, in place of what the configuration has for it.

use std::collections::HashMap;
use std::sync::Arc;

use callboard_kit::url_reader::ReadError;
use secrecy::SecretString;

use super::flight::Flights;
use super::{Inner, ScmUrlReader, host_reader};
use crate::integrations::azure::{AzureCredential, AzureCredentialKind};
use crate::integrations::{Integration, safe_url};

impl ScmUrlReader {
    /// A reader for the one host of `url`, which shares nothing with the others: what one token may read, another may not.
    pub(super) fn for_token(&self, url: &str, token: &SecretString) -> Result<Self, ReadError> {
        let refused =
            |reason: &str| Err(ReadError::NotAllowed(format!("{}: {reason}", safe_url::redact(url))));
        let Some(integration) = self.inner.integrations.by_url_for_reading(url) else {
            return refused("a token is sent only to hosts of `integrations`, and this one is none");
        };
        let Some(own) = with_token(integration, token) else {
            return refused("this kind of host takes no token");
        };
        let allowed = &self.inner.allowed;
        let key = (own.host_type(), own.host().to_owned());
        let reader = host_reader(&own, &allowed.egress, allowed.policy.max_body, None);
        Ok(Self {
            inner: Arc::new(Inner {
                integrations: self.inner.integrations.clone(),
                hosts: HashMap::from([(key, reader)]),
                allowed: allowed.clone(),
            }),
            documents: Flights::default(),
            searches: Flights::default(),
            trees: Flights::default(),
        })
    }
}

/// The same host with this token alone; `None` for hosts that sign requests instead.
fn with_token(integration: &Integration, token: &SecretString) -> Option<Integration> {
    let token = || Some(token.clone());
    Some(match integration {
        Integration::Github(config) => {
            let mut own = config.as_ref().clone();
            (own.token, own.apps) = (token(), Vec::new());
            Integration::Github(Arc::new(own))
        }
        Integration::Gitlab(config) => {
            let mut own = config.as_ref().clone();
            own.token = token();
            Integration::Gitlab(Arc::new(own))
        }
        Integration::BitbucketCloud(config) => {
            let mut own = config.as_ref().clone();
            (own.username, own.app_password, own.token) = (None, None, token());
            (own.client_id, own.client_secret) = (None, None);
            Integration::BitbucketCloud(Arc::new(own))
        }
        Integration::BitbucketServer(config) => {
            let mut own = config.as_ref().clone();
            (own.username, own.password, own.token) = (None, None, token());
            Integration::BitbucketServer(Arc::new(own))
        }
        Integration::Azure(config) => {
            let mut own = config.as_ref().clone();
            let kind = AzureCredentialKind::PersonalAccessToken(token()?);
            own.credentials = vec![AzureCredential { organizations: Vec::new(), kind }];
            Integration::Azure(Arc::new(own))
        }
        Integration::Gitea(config) => {
            let mut own = config.as_ref().clone();
            (own.username, own.password) = (None, token());
            Integration::Gitea(Arc::new(own))
        }
        Integration::Harness(config) => {
            let mut own = config.as_ref().clone();
            (own.token, own.api_key) = (token(), None);
            Integration::Harness(Arc::new(own))
        }
        Integration::Gerrit(_)
        | Integration::AwsS3(_)
        | Integration::AwsCodeCommit(_)
        | Integration::GoogleGcs(_)
        | Integration::AzureBlob(_) => return None,
    })
}
