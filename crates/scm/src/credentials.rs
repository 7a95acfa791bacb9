//! The configured credentials of source hosts, for whoever writes there.

use crate::egress::{DEFAULT_MAX_BODY, Egress};
use crate::integrations::{Integration, Integrations};
use crate::readers::azure::AzureReader;
use crate::readers::bitbucket_cloud::BitbucketCloudReader;
use crate::readers::fetch_for;
use crate::readers::github::GithubReader;
use callboard_kit::url_reader::ReadError;
use secrecy::SecretString;
use std::collections::HashMap;

/// Tokens that have to be asked for, kept until shortly before they end: of GitHub Apps, and of OAuth clients at Azure
/// DevOps and Bitbucket Cloud. Other credentials stand in the configuration of their integration.
pub struct HostCredentials {
    github: HashMap<String, GithubReader>,
    azure: HashMap<String, AzureReader>,
    bitbucket_cloud: HashMap<String, BitbucketCloudReader>,
}

impl std::fmt::Debug for HostCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostCredentials").finish_non_exhaustive()
    }
}

impl HostCredentials {
    /// Those of all configured hosts.
    pub fn new(integrations: &Integrations, egress: &Egress) -> Self {
        let mut this =
            Self { github: HashMap::new(), azure: HashMap::new(), bitbucket_cloud: HashMap::new() };
        for integration in integrations.list() {
            let host = integration.host().to_owned();
            let fetch = fetch_for(integration, egress, DEFAULT_MAX_BODY);
            match integration {
                Integration::Github(config) => {
                    this.github.insert(host, GithubReader::new(config.clone(), fetch));
                }
                Integration::Azure(config) => {
                    this.azure.insert(host, AzureReader::new(config.clone(), fetch));
                }
                Integration::BitbucketCloud(config) => {
                    this.bitbucket_cloud.insert(host, BitbucketCloudReader::new(config.clone(), fetch));
                }
                _ => {}
            }
        }
        this
    }

    /// A token for the repositories of an owner at a GitHub host: of an app that is installed there, else the configured
    /// one.
    pub async fn github(&self, host: &str, owner: &str) -> Result<Option<SecretString>, ReadError> {
        match self.github.get(host) {
            Some(reader) => reader.token(owner).await,
            None => Ok(None),
        }
    }

    /// The `Authorization` for an organization of an Azure DevOps host.
    pub async fn azure(&self, host: &str, organization: &str) -> Result<Option<SecretString>, ReadError> {
        match self.azure.get(host) {
            Some(reader) => Ok(reader.authorization(organization).await?.map(SecretString::from)),
            None => Ok(None),
        }
    }

    /// The `Authorization` for Bitbucket Cloud.
    pub async fn bitbucket_cloud(&self, host: &str) -> Result<Option<SecretString>, ReadError> {
        match self.bitbucket_cloud.get(host) {
            Some(reader) => Ok(reader.authorization().await?.map(SecretString::from)),
            None => Ok(None),
        }
    }
}
