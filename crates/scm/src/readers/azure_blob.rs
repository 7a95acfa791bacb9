//! Reads Azure Blob Storage: anonymously, with a shared access signature, a shared key or a service principal.

use super::host::{Fetch, HostReader, Target, TreeFiles, listing_tag};
use super::oauth::{TokenCache, issue};
use super::sigv4::mac;
use super::wanted::Wanted;
use super::xml;
use crate::egress::Request;
use crate::integrations::azure_blob::AzureBlobConfig;
use crate::integrations::safe_url;
use crate::integrations::section::authority;
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_kit::url_reader::{ReadError, ReadUrl};
use http::HeaderName;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::ExposeSecret;
use std::sync::Arc;
use url::Url;

const API_VERSION: &str = "2021-12-02";
/// Pages of 5,000 blobs that one listing may have.
const MAX_PAGES: usize = 20;

pub(crate) struct AzureBlobReader {
    config: Arc<AzureBlobConfig>,
    fetch: Fetch,
    tokens: TokenCache,
}

impl AzureBlobReader {
    pub(crate) fn new(config: Arc<AzureBlobConfig>, fetch: Fetch) -> Self {
        Self { config, fetch, tokens: TokenCache::default() }
    }

    /// The container's URL. Without a configured account it is the URL's own host, always over https.
    fn container(&self, target: &Target) -> String {
        let base =
            self.config.endpoint.clone().unwrap_or_else(|| format!("https://{}", authority(&target.url)));
        format!("{base}/{}", safe_url::segment(&target.at.name))
    }

    async fn signed(&self, mut url: String, etag: Option<&str>) -> Result<Request, ReadError> {
        if let Some(sas) = &self.config.sas_token {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(sas.expose_secret());
        }
        let version = HeaderName::from_static("x-ms-version");
        let mut request = Request::get(url).header(version, API_VERSION);
        if self.config.sas_token.is_some() {
            return Ok(request);
        }
        if let Some(aad) = &self.config.aad {
            let authority = "https://login.microsoftonline.com";
            let url = format!("{authority}/{}/oauth2/v2.0/token", safe_url::segment(&aad.tenant_id));
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", aad.client_id.as_str()),
                ("client_secret", aad.client_secret.expose_secret()),
                ("scope", "https://storage.azure.com/.default"),
            ];
            let token = self.tokens.get(|| issue(&self.fetch, &url, &form, None)).await?;
            return Ok(request.secret_header(AUTHORIZATION, &format!("Bearer {}", token.expose_secret())));
        }
        // The shared key covers this header, so it has to be there before.
        let etag = etag.filter(|tag| !tag.starts_with("sha256:"));
        if let (Some(account), Some(key)) = (&self.config.account_name, &self.config.account_key) {
            let key = STANDARD.decode(key.expose_secret()).map_err(|_| {
                ReadError::Failed(format!("the accountKey in {} is not base64", self.fetch.config_key))
            })?;
            let date =
                Timestamp::now().to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            request = request.header(HeaderName::from_static("x-ms-date"), &date);
            let signature =
                STANDARD.encode(mac(&key, string_to_sign(&request.url, account, &date, etag).as_bytes()));
            request = request.secret_header(AUTHORIZATION, &format!("SharedKey {account}:{signature}"));
        }
        Ok(request)
    }

    async fn blob(&self, target: &Target, path: &str, etag: Option<&str>) -> Result<Request, ReadError> {
        self.signed(format!("{}/{}", self.container(target), safe_url::path(path)), etag).await
    }

    async fn list(&self, target: &Target, directory: &str) -> Result<Vec<(String, String)>, ReadError> {
        // The slash keeps "team-ab" out of "team-a" (CVE-2026-106493).
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let mut found = Vec::new();
        let mut marker = String::new();
        for _ in 0..MAX_PAGES {
            let url = format!(
                "{}?restype=container&comp=list&prefix={}{marker}",
                self.container(target),
                safe_url::query(&prefix)
            );
            let body = self.fetch.send(self.signed(url, None).await?).await?.bytes().await?;
            for mut record in xml::records(&body, "Blob")? {
                if let Some(name) = record.remove("Name") {
                    found.push((name, record.remove("Etag").unwrap_or_default()));
                }
            }
            match xml::texts(&body, "NextMarker")?.pop().filter(|next| !next.is_empty()) {
                Some(next) => marker = format!("&marker={}", safe_url::query(&next)),
                None => return Ok(found),
            }
        }
        Err(ReadError::Failed(format!(
            "the container {} has too many blobs below \"{directory}\"; read a deeper directory",
            target.at.name
        )))
    }
}

/// What a shared key signs, as "Authorize with Shared Key" of the storage REST reference has it. The headers that we
/// don't send are empty lines.
fn string_to_sign(url: &str, account: &str, date: &str, etag: Option<&str>) -> String {
    let Ok(url) = Url::parse(url) else { return String::new() };
    let mut query: Vec<(String, String)> =
        url.query_pairs().map(|(name, value)| (name.to_lowercase(), value.into_owned())).collect();
    query.sort();
    let query: String = query.iter().map(|(name, value)| format!("\n{name}:{value}")).collect();
    // After the method: nine headers we don't send, If-None-Match, and two more that we don't send.
    format!(
        "GET{}{}{}x-ms-date:{date}\nx-ms-version:{API_VERSION}\n/{account}{}{query}",
        "\n".repeat(9),
        etag.unwrap_or_default(),
        "\n".repeat(3),
        url.path()
    )
}

#[async_trait]
impl HostReader for AzureBlobReader {
    async fn read_url(&self, target: &Target, etag: Option<&str>) -> Result<ReadUrl, ReadError> {
        self.fetch.document(self.blob(target, &target.at.path, etag).await?, etag).await
    }

    async fn tree(
        &self,
        target: &Target,
        etag: Option<&str>,
        wanted: &Wanted,
    ) -> Result<TreeFiles, ReadError> {
        let mut listed = self.list(target, &wanted.base).await?;
        listed.retain(|(name, _)| !name.ends_with('/') && !safe_url::climbs(name) && wanted.matches(name));
        let tag = listing_tag(listed.iter().map(|(name, tag)| (name.as_str(), tag.as_str())));
        if etag == Some(tag.as_str()) {
            return Err(ReadError::NotModified);
        }
        let names = listed.into_iter().map(|(name, _)| name).collect();
        let fetch_one = async |name: String| {
            Ok(self.fetch.document(self.blob(target, &name, None).await?, None).await?.body)
        };
        let files = self.fetch.listed(names, fetch_one).await?;
        Ok(TreeFiles { files, etag: tag })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_key_signs_method_date_version_path_and_sorted_query() {
        let text = string_to_sign(
            "https://acc.blob.core.windows.net/c?restype=container&comp=list",
            "acc",
            "D",
            None,
        );
        assert_eq!(
            text,
            "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:D\nx-ms-version:2021-12-02\n/acc/c\ncomp:list\nrestype:container"
        );
    }
}
