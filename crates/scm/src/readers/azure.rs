//! Reads Azure DevOps. Its only archive format is zip, which can't be unpacked while it arrives, so trees are listed
//! and the wanted files are fetched one by one.

use super::host::{Fetch, HostReader, Target, TreeFiles, text};
use super::oauth::{TokenCache, basic, issue};
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::azure::{AzureConfig, AzureCredentialKind};
use crate::integrations::{Located, safe_url};
use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::header::{ACCEPT, AUTHORIZATION};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::sync::Arc;

/// The resource of Azure DevOps at Microsoft Entra.
const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";

pub(crate) struct AzureReader {
    config: Arc<AzureConfig>,
    fetch: Fetch,
    /// One for each credential of the configuration.
    tokens: Vec<TokenCache>,
}

impl AzureReader {
    pub(crate) fn new(config: Arc<AzureConfig>, fetch: Fetch) -> Self {
        let tokens = config.credentials.iter().map(|_| TokenCache::default()).collect();
        Self { config, fetch, tokens }
    }

    /// The credential of the organization, else the one for all.
    pub(crate) async fn authorization(&self, organization: &str) -> Result<Option<String>, ReadError> {
        let all = || self.config.credentials.iter().zip(&self.tokens);
        let named = all().find(|(credential, _)| {
            credential.organizations.iter().any(|o| o.eq_ignore_ascii_case(organization))
        });
        let Some((credential, tokens)) =
            named.or_else(|| all().find(|(credential, _)| credential.organizations.is_empty()))
        else {
            return Ok(None);
        };
        match &credential.kind {
            AzureCredentialKind::PersonalAccessToken(token) => Ok(Some(basic("", token.expose_secret()))),
            AzureCredentialKind::ClientSecret { client_id, client_secret, tenant_id, authority } => {
                let url = format!("{authority}/{}/oauth2/v2.0/token", safe_url::segment(tenant_id));
                let form = [
                    ("grant_type", "client_credentials"),
                    ("client_id", client_id.as_str()),
                    ("client_secret", client_secret.expose_secret()),
                    ("scope", SCOPE),
                ];
                let token = tokens.get(|| issue(&self.fetch, &url, &form, None)).await?;
                Ok(Some(format!("Bearer {}", token.expose_secret())))
            }
        }
    }

    async fn signed(&self, url: String, at: &Located) -> Result<Request, ReadError> {
        let request = Request::get(url);
        Ok(match self.authorization(at.organization.as_deref().unwrap_or_default()).await? {
            Some(value) => request.secret_header(AUTHORIZATION, &value),
            None => request,
        })
    }

    async fn file(&self, at: &Located, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        let request = self.signed(self.config.items(at), at).await?;
        let request = request.header(ACCEPT, "application/octet-stream");
        self.fetch.document(request, etag).await
    }
}

#[async_trait]
impl HostReader for AzureReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        self.file(&target.at, etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let at = &target.at;
        let repository = self.config.repository_api(at);
        let branch = at.git_ref.as_deref();
        let of_branch =
            |name: &str| branch.map(|b| format!("&{name}={}", safe_url::query(b))).unwrap_or_default();
        let commits = format!(
            "{repository}/commits?api-version=6.0&searchCriteria.$top=1{}",
            of_branch("searchCriteria.itemVersion.version")
        );
        let answer = self.fetch.json(self.signed(commits.clone(), at).await?).await?;
        let commit = text(&answer, "/value/0/commitId", &commits)?.to_owned();
        if etag == Some(commit.as_str()) {
            return Err(ReadError::NotModified);
        }
        let listing = format!(
            "{repository}/items?api-version=6.0&recursionLevel=full&scopePath=/{}{}",
            safe_url::query(&wanted.base),
            of_branch("version")
        );
        let answer =
            self.fetch.json(self.signed(listing, at).await?.header(ACCEPT, "application/json")).await?;
        let items = answer.get("value").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let paths = items
            .iter()
            .filter(|item| item.get("gitObjectType").and_then(Value::as_str) == Some("blob"))
            .filter_map(|item| item.get("path").and_then(Value::as_str))
            .map(|path| path.trim_start_matches('/').to_owned())
            .filter(|path| !safe_url::climbs(path) && wanted.matches(path))
            .collect();
        let files = self
            .fetch
            .listed(paths, async |path| {
                let at = Located { path, ..at.clone() };
                Ok(self.file(&at, None).await?.body)
            })
            .await?;
        Ok(TreeFiles { files, etag: commit })
    }
}
