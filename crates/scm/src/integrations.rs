//! Source hosts: which ones the configuration names, and what their URLs mean. Pure: nothing here does I/O.
//!
//! Names, defaults and URL forms are those of `@backstage/integration` 2.1.2.

pub mod aws;
pub mod azure;
pub mod azure_blob;
pub mod bitbucket_cloud;
pub mod bitbucket_server;
pub mod gerrit;
pub mod gitea;
pub mod github;
pub mod gitlab;
pub mod google_gcs;
pub mod harness;
mod located;
mod resolve;
pub(crate) mod safe_url;
pub(crate) mod section;

pub use located::Located;
pub use resolve::Repository;
pub use safe_url::{
    ScmUrlError, climbs, path as encode_path, query as encode_query, segment as encode_segment,
};
pub use section::ScmConfigError;

use crate::egress::Policy;
use callboard_config::{Config, ConfigError};
use section::{Section, authority};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// One configured source host.
#[derive(Debug, Clone)]
pub enum Integration {
    /// `integrations.github`.
    Github(Arc<github::GithubConfig>),
    /// `integrations.gitlab`.
    Gitlab(Arc<gitlab::GitlabConfig>),
    /// `integrations.bitbucketCloud`.
    BitbucketCloud(Arc<bitbucket_cloud::BitbucketCloudConfig>),
    /// `integrations.bitbucketServer`.
    BitbucketServer(Arc<bitbucket_server::BitbucketServerConfig>),
    /// `integrations.azure`.
    Azure(Arc<azure::AzureConfig>),
    /// `integrations.gerrit`.
    Gerrit(Arc<gerrit::GerritConfig>),
    /// `integrations.gitea`.
    Gitea(Arc<gitea::GiteaConfig>),
    /// `integrations.harness`.
    Harness(Arc<harness::HarnessConfig>),
    /// `integrations.awsS3`.
    AwsS3(Arc<aws::AwsS3Config>),
    /// `integrations.awsCodeCommit`.
    AwsCodeCommit(Arc<aws::AwsCodeCommitConfig>),
    /// `integrations.googleGcs`.
    GoogleGcs(Arc<google_gcs::GoogleGcsConfig>),
    /// `integrations.azureBlobStorage`.
    AzureBlob(Arc<azure_blob::AzureBlobConfig>),
}

impl Integration {
    /// The type as Backstage names it: `github`, `bitbucketCloud`, …
    pub fn host_type(&self) -> &'static str {
        match self {
            Self::Github(_) => "github",
            Self::Gitlab(_) => "gitlab",
            Self::BitbucketCloud(_) => "bitbucketCloud",
            Self::BitbucketServer(_) => "bitbucketServer",
            Self::Azure(_) => "azure",
            Self::Gerrit(_) => "gerrit",
            Self::Gitea(_) => "gitea",
            Self::Harness(_) => "harness",
            Self::AwsS3(_) => "awsS3",
            Self::AwsCodeCommit(_) => "awsCodeCommit",
            Self::GoogleGcs(_) => "googleGcs",
            Self::AzureBlob(_) => "azureBlobStorage",
        }
    }

    /// Host with optional port, as JavaScript's `URL.host` has it.
    pub fn host(&self) -> &str {
        match self {
            Self::Github(config) => &config.host,
            Self::Gitlab(config) => &config.host,
            Self::BitbucketCloud(config) => &config.host,
            Self::BitbucketServer(config) => &config.host,
            Self::Azure(config) => &config.host,
            Self::Gerrit(config) => &config.host,
            Self::Gitea(config) => &config.host,
            Self::Harness(config) => &config.host,
            Self::AwsS3(config) => &config.host,
            Self::AwsCodeCommit(config) => &config.host,
            Self::GoogleGcs(config) => &config.host,
            Self::AzureBlob(config) => &config.host,
        }
    }

    /// Every base URL that the configuration names for this host; private addresses are allowed only there.
    pub(crate) fn base_urls(&self) -> Vec<String> {
        let own = format!("https://{}", self.host());
        let mut urls = vec![own];
        match self {
            Self::Github(config) => {
                urls.extend(config.api_base_url.clone());
                urls.extend(config.raw_base_url.clone());
            }
            Self::Gitlab(config) => urls.extend([config.api_base_url.clone(), config.base_url.clone()]),
            Self::BitbucketCloud(config) => {
                urls.extend([config.api_base_url.clone(), config.base_url.clone(), config.token_url.clone()]);
            }
            Self::BitbucketServer(config) => urls.push(config.api_base_url.clone()),
            Self::Gerrit(config) => urls.extend([
                config.base_url.clone(),
                config.gitiles_base_url.clone(),
                config.clone_url.clone(),
            ]),
            Self::Gitea(config) => urls.push(config.base_url.clone()),
            Self::AwsS3(config) => urls.extend(config.endpoint.clone()),
            Self::AwsCodeCommit(config) => urls.push(config.endpoint.clone()),
            Self::GoogleGcs(config) => urls.extend([config.api_base_url.clone(), config.token_url.clone()]),
            Self::AzureBlob(config) => urls.extend(config.endpoint.clone()),
            Self::Harness(config) => urls.push(config.base_url.clone()),
            Self::Azure(config) => {
                urls.push(config.base_url.clone());
                urls.extend(
                    config
                        .credentials
                        .iter()
                        .filter_map(|credential| credential.authority().map(str::to_owned)),
                );
            }
        }
        urls
    }

    /// The rules for requests to this host: its own base URLs may be private, everything else has to be public.
    pub fn policy(&self) -> Policy {
        self.base_urls().iter().fold(Policy::public(), |policy, url| policy.naming(url))
    }

    /// Whether a clone URL, for example one that the host's API answered, is at this host, so that its credential may be
    /// sent there: its web host over https, or exactly where a base URL of the configuration points.
    pub fn is_at_host(&self, url: &Url) -> bool {
        let at_base = || {
            self.base_urls()
                .iter()
                .any(|base| Url::parse(base).is_ok_and(|base| base.origin() == url.origin()))
        };
        (url.scheme() == "https" && authority(url) == self.host()) || at_base()
    }

    fn form(&self) -> &'static str {
        match self {
            Self::Github(_) => github::FORM,
            Self::Gitlab(_) => gitlab::FORM,
            Self::BitbucketCloud(_) => bitbucket_cloud::FORM,
            Self::BitbucketServer(_) => bitbucket_server::FORM,
            Self::Azure(_) => azure::FORM,
            Self::Gerrit(_) => gerrit::FORM,
            Self::Gitea(_) => gitea::FORM,
            Self::Harness(_) => harness::FORM,
            Self::AwsS3(_) => aws::S3_FORM,
            Self::AwsCodeCommit(_) => aws::CODE_COMMIT_FORM,
            Self::GoogleGcs(_) => google_gcs::FORM,
            Self::AzureBlob(_) => azure_blob::FORM,
        }
    }

    fn locate_parsed(&self, url: &Url) -> Option<Located> {
        match self {
            Self::Github(config) => config.locate(url),
            Self::Gitlab(config) => config.locate(url),
            Self::BitbucketCloud(config) => config.locate(url),
            Self::BitbucketServer(config) => config.locate(url),
            Self::Azure(config) => config.locate(url),
            Self::Gerrit(config) => config.locate(url),
            Self::Gitea(config) => config.locate(url),
            Self::Harness(config) => config.locate(url),
            Self::AwsS3(config) => config.locate(url),
            Self::AwsCodeCommit(config) => config.locate(url),
            Self::GoogleGcs(config) => config.locate(url),
            Self::AzureBlob(config) => config.locate(url),
        }
    }

    /// Takes a URL apart by the rules of this host. A URL that could climb out of its repository in any encoding is
    /// refused (CVE-2026-29185).
    pub fn locate(&self, url: &str) -> Result<Located, ScmUrlError> {
        let parsed = safe_url::parse(url)?;
        self.locate_parsed(&parsed).ok_or_else(|| ScmUrlError::Form {
            url: safe_url::redact(url),
            host_type: self.host_type(),
            expected: self.form(),
        })
    }

    fn is_object_store(&self) -> bool {
        matches!(self, Self::AwsS3(_) | Self::GoogleGcs(_) | Self::AzureBlob(_))
    }
}

/// All configured source hosts and Backstage's defaults.
#[derive(Debug, Clone, Default)]
pub struct Integrations {
    list: Vec<Integration>,
}

impl Integrations {
    /// Reads the value of `integrations`; `None` gives the defaults.
    pub fn from_value(integrations: Option<&Value>) -> Result<Self, ScmConfigError> {
        let root = Section::new(integrations, "integrations");
        let mut list = Vec::new();
        for entry in root.list("github")? {
            list.push(Integration::Github(Arc::new(github::GithubConfig::read(&entry)?)));
        }
        for entry in root.list("gitlab")? {
            list.push(Integration::Gitlab(Arc::new(gitlab::GitlabConfig::read(&entry)?)));
        }
        for entry in root.list("bitbucketCloud")? {
            list.push(Integration::BitbucketCloud(Arc::new(bitbucket_cloud::BitbucketCloudConfig::read(
                &entry,
            )?)));
        }
        for entry in root.list("bitbucketServer")? {
            list.push(Integration::BitbucketServer(Arc::new(bitbucket_server::BitbucketServerConfig::read(
                &entry,
            )?)));
        }
        for entry in root.list("azure")? {
            list.push(Integration::Azure(Arc::new(azure::AzureConfig::read(&entry)?)));
        }
        for entry in root.list("gerrit")? {
            list.push(Integration::Gerrit(Arc::new(gerrit::GerritConfig::read(&entry)?)));
        }
        for entry in root.list("gitea")? {
            list.push(Integration::Gitea(Arc::new(gitea::GiteaConfig::read(&entry)?)));
        }
        for entry in root.list("harness")? {
            list.push(Integration::Harness(Arc::new(harness::HarnessConfig::read(&entry)?)));
        }
        for entry in root.list("awsS3")? {
            list.push(Integration::AwsS3(Arc::new(aws::AwsS3Config::read(&entry)?)));
        }
        for entry in root.list("awsCodeCommit")? {
            list.push(Integration::AwsCodeCommit(Arc::new(aws::AwsCodeCommitConfig::read(&entry)?)));
        }
        for entry in root.list("azureBlobStorage")? {
            list.push(Integration::AzureBlob(Arc::new(azure_blob::AzureBlobConfig::read(&entry)?)));
        }
        list.push(Integration::GoogleGcs(Arc::new(google_gcs::GoogleGcsConfig::read(
            &root.child("googleGcs")?,
        )?)));
        let mut integrations = Self { list };
        integrations.add_defaults()?;
        Ok(integrations)
    }

    /// Reads `integrations` of the configuration; the error names file and line.
    pub fn from_config(config: &Config) -> Result<Self, ConfigError> {
        Self::from_value(config.get("integrations").as_ref())
            .map_err(|error| config.error(&error.key, error.problem))
    }

    /// Public hosts are known without configuration.
    fn add_defaults(&mut self) -> Result<(), ScmConfigError> {
        let none = Section::new(None, "integrations");
        let defaults = [
            Integration::Github(Arc::new(github::GithubConfig::read(&none)?)),
            Integration::Gitlab(Arc::new(gitlab::GitlabConfig::read(&none)?)),
            Integration::BitbucketCloud(Arc::new(bitbucket_cloud::BitbucketCloudConfig::read(&none)?)),
            Integration::Azure(Arc::new(azure::AzureConfig::read(&none)?)),
            Integration::Harness(Arc::new(harness::HarnessConfig::read(&none)?)),
            Integration::AwsS3(Arc::new(aws::AwsS3Config::read(&none)?)),
            Integration::AzureBlob(Arc::new(azure_blob::AzureBlobConfig::read(&none)?)),
        ];
        for default in defaults {
            if !self.list.iter().any(|known| known.host() == default.host()) {
                self.list.push(default);
            }
        }
        Ok(())
    }

    /// All of them, configured ones first.
    pub fn list(&self) -> &[Integration] {
        &self.list
    }

    /// The integration whose host is exactly the URL's host (with port).
    pub fn by_url(&self, url: &str) -> Option<&Integration> {
        self.by_host(&authority(&Url::parse(url).ok()?))
    }

    /// The integration with exactly this host (with port).
    pub fn by_host(&self, host: &str) -> Option<&Integration> {
        self.list.iter().find(|integration| integration.host() == host)
    }

    /// As [`Self::by_url`], and object stores also for the hosts below theirs (`bucket.s3.eu-west-1.amazonaws.com`).
    pub fn by_url_for_reading(&self, url: &str) -> Option<&Integration> {
        let parsed = Url::parse(url).ok()?;
        let host = authority(&parsed);
        self.by_host(&host).or_else(|| {
            self.list.iter().filter(|integration| integration.is_object_store()).find(|integration| {
                host.strip_suffix(integration.host()).is_some_and(|rest| rest.ends_with('.'))
                    && integration.locate_parsed(&parsed).is_some()
            })
        })
    }
}
