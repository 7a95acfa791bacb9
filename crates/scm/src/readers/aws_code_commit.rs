//! Reads AWS CodeCommit through its JSON protocol. It has no archives: trees are walked folder by folder.

use super::aws_keys::AwsKeySource;
use super::host::{Fetch, HostReader, Target, TreeFiles, tagged, text};
use super::sigv4::{AwsKeys, sign};
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::aws::AwsCodeCommitConfig;
use crate::integrations::{Located, safe_url};
use async_trait::async_trait;
use base64::Engine;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::HeaderName;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

/// Folders of one tree.
const MAX_FOLDERS: usize = 5_000;

pub(crate) struct CodeCommitReader {
    config: Arc<AwsCodeCommitConfig>,
    fetch: Fetch,
    keys: AwsKeySource,
}

impl CodeCommitReader {
    pub(crate) fn new(config: Arc<AwsCodeCommitConfig>, fetch: Fetch, main: Option<AwsKeys>) -> Self {
        let keys = AwsKeySource::new(config.credentials.clone(), main);
        Self { config, fetch, keys }
    }

    async fn call(&self, operation: &str, at: &Located, mut arguments: Value) -> Result<Value, ReadError> {
        arguments["repositoryName"] = json!(at.name);
        if let Some(git_ref) = &at.git_ref {
            arguments["commitSpecifier"] = json!(git_ref);
        }
        let request = Request::post(
            format!("{}/", self.config.endpoint),
            "application/x-amz-json-1.1",
            arguments.to_string(),
        )
        .header(HeaderName::from_static("x-amz-target"), &format!("CodeCommit_20150413.{operation}"));
        let region = &self.config.region;
        let Some(keys) = self.keys.keys(&self.fetch, region).await? else {
            return Err(ReadError::Failed(format!(
                "{} has no keys; set accessKeyId and secretAccessKey there or in aws.mainAccount",
                self.fetch.config_key
            )));
        };
        let response = self
            .fetch
            .egress
            .request(&self.fetch.policy, sign(request, &keys, region, "codecommit", Timestamp::now()))
            .await?;
        let status = response.status();
        let answer = response.json().await?;
        if status.is_success() {
            return Ok(answer);
        }
        // The reason stands in the body, 404 doesn't exist in this protocol.
        let kind = answer.get("__type").and_then(Value::as_str).unwrap_or_default();
        let message =
            format!("CodeCommit {operation} of {} in {} answered {status} {kind}", at.path, at.name);
        if kind.contains("DoesNotExist") {
            return Err(ReadError::NotFound(message));
        }
        Err(ReadError::Failed(message))
    }
}

#[async_trait]
impl HostReader for CodeCommitReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        let at = &target.at;
        let answer = self.call("GetFile", at, json!({"filePath": at.path})).await?;
        let content = text(&answer, "/fileContent", "CodeCommit GetFile").unwrap_or_default();
        let body = base64::engine::general_purpose::STANDARD
            .decode(content)
            .map_err(|error| ReadError::Failed(format!("CodeCommit answered broken base64: {error}")))?;
        let blob = answer.get("blobId").and_then(Value::as_str).map(str::to_owned);
        tagged(body.into(), blob, etag)
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let mut folders = vec![wanted.base.clone()];
        let mut visited = 0;
        let mut paths = Vec::new();
        let mut at = target.at.clone();
        while let Some(folder) = folders.pop() {
            visited += 1;
            if visited > MAX_FOLDERS {
                return Err(ReadError::Failed(format!(
                    "{} has more than {MAX_FOLDERS} folders; read a deeper directory",
                    at.name
                )));
            }
            let answer = self.call("GetFolder", &at, json!({"folderPath": format!("/{folder}")})).await?;
            // Everything after the first answer is read from its commit, so that a push in between can't mix two.
            let commit = text(&answer, "/commitId", "CodeCommit GetFolder")?.to_owned();
            if etag == Some(commit.as_str()) {
                return Err(ReadError::NotModified);
            }
            at.git_ref = Some(commit);
            let of = |list: &str| -> Vec<String> {
                answer
                    .get(list)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(|item| item.get("absolutePath").and_then(Value::as_str))
                    .map(|path| path.trim_matches('/').to_owned())
                    .filter(|path| !safe_url::climbs(path))
                    .collect()
            };
            folders.extend(of("subFolders"));
            paths.extend(of("files").into_iter().filter(|path| wanted.matches(path)));
        }
        paths.sort();
        let files = self
            .fetch
            .listed(paths, async |path| {
                let file = Target { url: target.url.clone(), at: Located { path, ..at.clone() } };
                Ok(self.read_url(&file, None).await?.body)
            })
            .await?;
        Ok(TreeFiles { files, etag: at.git_ref.unwrap_or_default() })
    }
}
