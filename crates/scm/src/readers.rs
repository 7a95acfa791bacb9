//! The `UrlReader` of the kit: finds the source host of a URL and reads from it.

mod allow;
mod archive;
mod aws_code_commit;
mod aws_keys;
mod aws_s3;
pub(crate) mod azure;
mod azure_blob;
pub(crate) mod bitbucket_cloud;
mod bitbucket_server;
mod flight;
mod gerrit;
mod gitea;
pub(crate) mod github;
mod github_app;
mod gitlab;
mod google_gcs;
mod harness;
mod host;
mod oauth;
mod own_token;
mod sigv4;
mod wanted;
mod xml;

use crate::egress::{Egress, Policy, Request};
use crate::integrations::{Integration, Integrations, ScmConfigError, ScmUrlError, safe_url};
use allow::Reading;
use async_trait::async_trait;
use callboard_config::{Config, ConfigError};
use callboard_kit::url_reader::{ReadError, ReadFile, ReadOptions, ReadSearch, ReadTree, ReadUrl, UrlReader};
use flight::Flights;
use host::{Fetch, HostReader, Target};
use secrecy::SecretString;
use sigv4::AwsKeys;
use std::collections::HashMap;
use std::sync::Arc;
use wanted::{Wanted, is_glob};

/// Reads URLs of source hosts and of `backend.reading.allow`. Cloning is cheap.
#[derive(Clone)]
pub struct ScmUrlReader {
    inner: Arc<Inner>,
    documents: Flights<ReadUrl>,
    searches: Flights<ReadSearch>,
    trees: Flights<ReadTree>,
}

struct Inner {
    integrations: Integrations,
    /// By type and host of the integration.
    hosts: HashMap<(&'static str, String), Box<dyn HostReader>>,
    allowed: Fetch,
}

impl std::fmt::Debug for ScmUrlReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScmUrlReader").finish_non_exhaustive()
    }
}

impl ScmUrlReader {
    /// A reader over `integrations`, `aws` and `backend.reading`, with a client of its own.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let egress = Egress::new().map_err(|error| config.error("integrations", error.to_string()))?;
        Self::with_egress(config, egress)
    }

    /// The same on a client that others use too.
    pub fn with_egress(config: &Config, egress: Egress) -> Result<Self, ConfigError> {
        let integrations = Integrations::from_config(config)?;
        let placed = |error: ScmConfigError| config.error(&error.key, error.problem);
        let reading = Reading::read(config.get("backend.reading").as_ref()).map_err(placed)?;
        let main_keys = aws_keys::main_keys(config.get("aws").as_ref()).map_err(placed)?;
        let mut allowed = Policy::only(reading.allow);
        allowed.max_body = reading.max_bytes;
        let hosts = integrations
            .list()
            .iter()
            .map(|integration| {
                let key = (integration.host_type(), integration.host().to_owned());
                (key, host_reader(integration, &egress, reading.max_bytes, main_keys.clone()))
            })
            .collect();
        let allowed = Fetch { egress, policy: allowed, config_key: "backend.reading.allow".to_owned() };
        Ok(Self {
            inner: Arc::new(Inner { integrations, hosts, allowed }),
            documents: Flights::default(),
            searches: Flights::default(),
            trees: Flights::default(),
        })
    }

    /// The source hosts this reader knows, for the pure URL questions.
    pub fn integrations(&self) -> &Integrations {
        &self.inner.integrations
    }
}

/// The client for one host, under its policy.
pub(crate) fn fetch_for(integration: &Integration, egress: &Egress, max_bytes: u64) -> Fetch {
    let mut policy = integration.policy();
    policy.max_body = max_bytes;
    if let Integration::Gitlab(config) = integration {
        policy.retries = config.max_retries.unwrap_or(policy.retries);
        policy.retry_statuses = config.retry_status_codes.clone();
    }
    let config_key = format!("integrations.{} ({})", integration.host_type(), integration.host());
    Fetch { egress: egress.clone(), policy, config_key }
}

fn host_reader(
    integration: &Integration,
    egress: &Egress,
    max_bytes: u64,
    main_keys: Option<AwsKeys>,
) -> Box<dyn HostReader> {
    let fetch = fetch_for(integration, egress, max_bytes);
    match integration {
        Integration::Github(config) => Box::new(github::GithubReader::new(config.clone(), fetch)),
        Integration::Gitlab(config) => Box::new(gitlab::GitlabReader::new(config.clone(), fetch)),
        Integration::BitbucketCloud(config) => {
            Box::new(bitbucket_cloud::BitbucketCloudReader::new(config.clone(), fetch))
        }
        Integration::BitbucketServer(config) => {
            Box::new(bitbucket_server::BitbucketServerReader::new(config.clone(), fetch))
        }
        Integration::Azure(config) => Box::new(azure::AzureReader::new(config.clone(), fetch)),
        Integration::Gerrit(config) => Box::new(gerrit::GerritReader::new(config.clone(), fetch)),
        Integration::Gitea(config) => Box::new(gitea::GiteaReader::new(config.clone(), fetch)),
        Integration::Harness(config) => Box::new(harness::HarnessReader::new(config.clone(), fetch)),
        Integration::AwsS3(config) => Box::new(aws_s3::AwsS3Reader::new(config.clone(), fetch, main_keys)),
        Integration::AwsCodeCommit(config) => {
            Box::new(aws_code_commit::CodeCommitReader::new(config.clone(), fetch, main_keys))
        }
        Integration::GoogleGcs(config) => Box::new(google_gcs::GcsReader::new(config.clone(), fetch)),
        Integration::AzureBlob(config) => Box::new(azure_blob::AzureBlobReader::new(config.clone(), fetch)),
    }
}

impl From<ScmUrlError> for ReadError {
    fn from(error: ScmUrlError) -> Self {
        match error {
            ScmUrlError::Traversal(_) | ScmUrlError::Scheme { .. } => Self::NotAllowed(error.to_string()),
            ScmUrlError::NotAUrl(_) | ScmUrlError::Form { .. } => Self::Failed(error.to_string()),
        }
    }
}

impl Inner {
    /// The host's reader and the URL taken apart; `None` if no source host is configured for it.
    fn host_of(&self, url: &str) -> Result<Option<(&dyn HostReader, &Integration, Target)>, ReadError> {
        let parsed = safe_url::parse(url)?;
        let Some(integration) = self.integrations.by_url_for_reading(url) else { return Ok(None) };
        let key = (integration.host_type(), integration.host().to_owned());
        let Some(reader) = self.hosts.get(&key) else { return Ok(None) };
        let at = match integration.locate(url) {
            Ok(at) => at,
            // Another kind of URL at that host may still be a plain document that the configuration allows.
            Err(ScmUrlError::Form { .. }) if self.allowed.policy.permits(&parsed) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some((reader.as_ref(), integration, Target { url: parsed, at })))
    }

    async fn document(&self, url: &str, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        match self.host_of(url)? {
            Some((_, _, target)) if target.at.path.is_empty() => Err(ReadError::Failed(format!(
                "{} names a repository or directory, not a file",
                safe_url::redact(url)
            ))),
            Some((reader, _, target)) => reader.read_url(&target, etag).await,
            None => self.allowed.document(Request::get(url), etag).await,
        }
    }

    async fn tree(&self, url: &str, etag: Option<&str>) -> Result<ReadTree, ReadError> {
        let Some((reader, _, target)) = self.host_of(url)? else {
            self.not_allowed_unless_permitted(url)?;
            return Err(ReadError::Failed(format!(
                "{} can't be read as a tree: its host has no entry in integrations",
                safe_url::redact(url)
            )));
        };
        let wanted = Wanted::below(&target.at.path);
        let tree = reader.tree(&target, etag, &wanted).await?;
        let skip = if wanted.base.is_empty() { 0 } else { wanted.base.len() + 1 };
        let files = tree
            .files
            .into_iter()
            .map(|file| ReadFile {
                path: file.path.get(skip..).unwrap_or_default().to_owned(),
                body: file.body,
                executable: file.executable,
            })
            .collect();
        Ok(ReadTree { files, etag: Some(tree.etag) })
    }

    async fn search(&self, url: &str, etag: Option<&str>) -> Result<ReadSearch, ReadError> {
        let found = self.host_of(url)?.filter(|(_, _, target)| is_glob(&target.at.path));
        let Some((reader, _, target)) = found else {
            return match self.document(url, etag).await {
                Ok(document) => Ok(ReadSearch {
                    files: vec![ReadFile { path: url.to_owned(), body: document.body, executable: false }],
                    etag: document.etag,
                }),
                Err(ReadError::NotFound(_)) => Ok(ReadSearch { files: Vec::new(), etag: None }),
                Err(error) => Err(error),
            };
        };
        let wanted = Wanted::glob(&target.at.path)?;
        let tree = reader.tree(&target, etag, &wanted).await?;
        let files = tree
            .files
            .into_iter()
            .map(|file| {
                let rooted = format!("/{}", safe_url::path(&file.path));
                let path = self.integrations.resolve_url(&rooted, url, None)?;
                Ok(ReadFile { path, body: file.body, executable: file.executable })
            })
            .collect::<Result<Vec<_>, ReadError>>()?;
        Ok(ReadSearch { files, etag: Some(tree.etag) })
    }

    fn not_allowed_unless_permitted(&self, url: &str) -> Result<(), ReadError> {
        let parsed = safe_url::parse(url)?;
        if self.allowed.policy.permits(&parsed) {
            return Ok(());
        }
        Err(ReadError::NotAllowed(crate::egress::not_permitted(&parsed)))
    }
}

#[async_trait]
impl UrlReader for ScmUrlReader {
    fn with_token(&self, url: &str, token: &SecretString) -> Result<Arc<dyn UrlReader>, ReadError> {
        Ok(Arc::new(self.for_token(url, token)?))
    }

    async fn read_url(&self, url: &str, options: &ReadOptions) -> Result<ReadUrl, ReadError> {
        let (inner, key) = (self.inner.clone(), (url.to_owned(), options.etag.clone()));
        let (url, etag) = key.clone();
        self.documents
            .join(key, || Box::pin(async move { inner.document(&url, etag.as_deref()).await }))
            .await
    }

    async fn read_tree(&self, url: &str, options: &ReadOptions) -> Result<ReadTree, ReadError> {
        let (inner, key) = (self.inner.clone(), (url.to_owned(), options.etag.clone()));
        let (url, etag) = key.clone();
        self.trees.join(key, || Box::pin(async move { inner.tree(&url, etag.as_deref()).await })).await
    }

    async fn search(&self, url: &str, options: &ReadOptions) -> Result<ReadSearch, ReadError> {
        let (inner, key) = (self.inner.clone(), (url.to_owned(), options.etag.clone()));
        let (url, etag) = key.clone();
        self.searches.join(key, || Box::pin(async move { inner.search(&url, etag.as_deref()).await })).await
    }
}
