//! Reads S3 and servers that speak its protocol.

use super::aws_keys::AwsKeySource;
use super::host::{Fetch, HostReader, Target, TreeFiles, listing_tag};
use super::sigv4::{AwsKeys, aws_encode, aws_encode_path, sign};
use super::wanted::Wanted;
use super::xml;
use crate::egress::Request;
use crate::integrations::aws::AwsS3Config;
use crate::integrations::{Located, safe_url};
use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use jiff::Timestamp;
use std::sync::Arc;

/// Pages of 1,000 keys that one listing may have.
const MAX_PAGES: usize = 100;

pub(crate) struct AwsS3Reader {
    config: Arc<AwsS3Config>,
    fetch: Fetch,
    keys: AwsKeySource,
}

impl AwsS3Reader {
    pub(crate) fn new(config: Arc<AwsS3Config>, fetch: Fetch, main: Option<AwsKeys>) -> Self {
        let keys = AwsKeySource::new(config.credentials.clone(), main);
        Self { config, fetch, keys }
    }

    /// The bucket's base URL, ending with a slash. Built from the configuration, never from the URL that was asked for.
    fn bucket(&self, at: &Located) -> String {
        let region = at.organization.as_deref().unwrap_or("us-east-1");
        let (scheme, host) = match &self.config.endpoint {
            Some(endpoint) => endpoint.split_once("://").unwrap_or(("https", endpoint)),
            None => ("https", ""),
        };
        let host = if host.is_empty() { format!("s3.{region}.amazonaws.com") } else { host.to_owned() };
        if at.kind == "path" || self.config.force_path_style {
            format!("{scheme}://{host}/{}/", aws_encode(&at.name))
        } else {
            format!("{scheme}://{}.{host}/", at.name)
        }
    }

    async fn get(&self, at: &Located, rest: &str) -> Result<Request, ReadError> {
        let region = at.organization.as_deref().unwrap_or("us-east-1");
        let request = Request::get(format!("{}{rest}", self.bucket(at)));
        Ok(match self.keys.keys(&self.fetch, region).await? {
            Some(keys) => sign(request, &keys, region, "s3", Timestamp::now()),
            None => request,
        })
    }

    /// Keys and tags below a directory.
    async fn list(&self, at: &Located, directory: &str) -> Result<Vec<(String, String)>, ReadError> {
        // The slash keeps "team-ab" out of "team-a" (CVE-2026-106493).
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let mut found = Vec::new();
        let mut continuation: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let token =
                continuation.map(|t| format!("continuation-token={}&", aws_encode(&t))).unwrap_or_default();
            let query = format!("?{token}list-type=2&prefix={}", aws_encode(&prefix));
            let body = self.fetch.send(self.get(at, &query).await?).await?.bytes().await?;
            for mut record in xml::records(&body, "Contents")? {
                if let Some(key) = record.remove("Key") {
                    found.push((key, record.remove("ETag").unwrap_or_default()));
                }
            }
            continuation =
                xml::texts(&body, "NextContinuationToken")?.pop().filter(|token| !token.is_empty());
            if continuation.is_none() {
                return Ok(found);
            }
        }
        Err(ReadError::Failed(format!(
            "the bucket {} has more than {MAX_PAGES},000 objects below \"{directory}\"; read a deeper directory",
            at.name
        )))
    }
}

#[async_trait]
impl HostReader for AwsS3Reader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        let request = self.get(&target.at, &aws_encode_path(&target.at.path)).await?;
        self.fetch.document(request, etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let mut listed = self.list(&target.at, &wanted.base).await?;
        listed.retain(|(key, _)| !key.ends_with('/') && !safe_url::climbs(key) && wanted.matches(key));
        let tag = listing_tag(listed.iter().map(|(key, tag)| (key.as_str(), tag.as_str())));
        if etag == Some(tag.as_str()) {
            return Err(ReadError::NotModified);
        }
        let keys = listed.into_iter().map(|(key, _)| key).collect();
        let fetch_one = async |key: String| {
            let request = self.get(&target.at, &aws_encode_path(&key)).await?;
            Ok(self.fetch.document(request, None).await?.body)
        };
        let files = self.fetch.listed(keys, fetch_one).await?;
        Ok(TreeFiles { files, etag: tag })
    }
}
