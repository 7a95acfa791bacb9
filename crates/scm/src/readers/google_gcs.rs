//! Reads Google Cloud Storage through its JSON API, anonymously or as a service account.

use super::host::{Fetch, HostReader, Target, TreeFiles, listing_tag};
use super::oauth::{TokenCache, issue};
use super::wanted::Wanted;
use crate::egress::Request;
use crate::integrations::google_gcs::GoogleGcsConfig;
use crate::integrations::{Located, safe_url};
use async_trait::async_trait;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::Arc;

const SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_only";
/// Pages of 1,000 objects that one listing may have.
const MAX_PAGES: usize = 100;

pub(crate) struct GcsReader {
    config: Arc<GoogleGcsConfig>,
    fetch: Fetch,
    tokens: TokenCache,
}

impl GcsReader {
    pub(crate) fn new(config: Arc<GoogleGcsConfig>, fetch: Fetch) -> Self {
        Self { config, fetch, tokens: TokenCache::default() }
    }

    async fn signed(&self, url: String) -> Result<Request, ReadError> {
        let request = Request::get(url);
        let (Some(email), Some(key)) = (&self.config.client_email, &self.config.private_key) else {
            return Ok(request);
        };
        let token = self
            .tokens
            .get(async || {
                let bad_key = |error: jsonwebtoken::errors::Error| {
                    ReadError::Failed(format!(
                        "the privateKey in {} can't be used: {error}",
                        self.fetch.config_key
                    ))
                };
                let key = EncodingKey::from_rsa_pem(key.expose_secret().as_bytes()).map_err(bad_key)?;
                let now = Timestamp::now().as_second();
                let claims = json!({
                    "iss": email, "scope": SCOPE, "aud": self.config.token_url, "iat": now, "exp": now + 3600,
                });
                let assertion = encode(&Header::new(Algorithm::RS256), &claims, &key).map_err(bad_key)?;
                let form = [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    ("assertion", assertion.as_str()),
                ];
                issue(&self.fetch, &self.config.token_url, &form, None).await
            })
            .await?;
        Ok(request.secret_header(AUTHORIZATION, &format!("Bearer {}", token.expose_secret())))
    }

    fn objects(&self, at: &Located) -> String {
        format!("{}/storage/v1/b/{}/o", self.config.api_base_url, safe_url::segment(&at.name))
    }

    async fn object(&self, at: &Located, path: &str) -> Result<Request, ReadError> {
        self.signed(format!("{}/{}?alt=media", self.objects(at), safe_url::segment(path))).await
    }

    async fn list(&self, at: &Located, directory: &str) -> Result<Vec<(String, String)>, ReadError> {
        // The slash keeps "team-ab" out of "team-a" (CVE-2026-106493).
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let mut found = Vec::new();
        let mut page = String::new();
        for _ in 0..MAX_PAGES {
            let url = format!(
                "{}?fields=items(name,etag),nextPageToken&prefix={}{page}",
                self.objects(at),
                safe_url::query(&prefix)
            );
            let answer = self.fetch.json(self.signed(url).await?).await?;
            for item in answer.get("items").and_then(Value::as_array).into_iter().flatten() {
                let of = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                found.push((of("name"), of("etag")));
            }
            match answer.get("nextPageToken").and_then(Value::as_str) {
                Some(token) => page = format!("&pageToken={}", safe_url::query(token)),
                None => return Ok(found),
            }
        }
        Err(ReadError::Failed(format!(
            "the bucket {} has more than {MAX_PAGES},000 objects below \"{directory}\"; read a deeper directory",
            at.name
        )))
    }
}

#[async_trait]
impl HostReader for GcsReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        self.fetch.document(self.object(&target.at, &target.at.path).await?, etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let mut listed = self.list(&target.at, &wanted.base).await?;
        listed.retain(|(name, _)| !name.ends_with('/') && !safe_url::climbs(name) && wanted.matches(name));
        let tag = listing_tag(listed.iter().map(|(name, tag)| (name.as_str(), tag.as_str())));
        if etag == Some(tag.as_str()) {
            return Err(ReadError::NotModified);
        }
        let names = listed.into_iter().map(|(name, _)| name).collect();
        let fetch_one = async |name: String| {
            Ok(self.fetch.document(self.object(&target.at, &name).await?, None).await?.body)
        };
        let files = self.fetch.listed(names, fetch_one).await?;
        Ok(TreeFiles { files, etag: tag })
    }
}
