//! Documents about clients: the client's id is the URL of one (draft-ietf-oauth-client-id-metadata-document).

use std::sync::Arc;
use std::time::Duration;

use callboard_scm::egress::{Egress, Policy, Request};
use http::StatusCode;
use moka::future::Cache;
use serde_json::Value;
use url::Url;

use super::error::OAuthError;

/// Bytes of a document, and how long its host has to send it.
const MOST_BYTES: u64 = 64 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);
/// A document is fetched at most once a minute, however often somebody names its client.
const KEPT_FOR: Duration = Duration::from_secs(60);
const MOST_DOCUMENTS: u64 = 1_000;
const LONGEST_ID: usize = 2_048;
const MOST_REDIRECTS: usize = 50;
const LONGEST_NAME: usize = 200;
/// Ways in which only a client with a secret proves who it is.
const WITH_SECRET: [&str; 3] = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];

/// What a document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) name: String,
    pub(super) redirect_uris: Vec<String>,
}

/// Fetches documents.
#[derive(Debug, Clone)]
pub(super) struct MetadataDocuments {
    egress: Egress,
    kept: Cache<String, Arc<Document>>,
}

/// The id as the URL of a document. Plain http is for development on the same machine only.
pub(super) fn parse_id(id: &str, development: bool) -> Result<Url, OAuthError> {
    let refused = |reason: &str| OAuthError::invalid_request(format!("Invalid client_id: {reason}"));
    if id.len() > LONGEST_ID {
        return Err(refused("it is too long"));
    }
    if id.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(refused("it holds a space, a control character or a backslash"));
    }
    let url = Url::parse(id).map_err(|_| refused("it is no URL"))?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    if url.scheme() != "https" && !(url.scheme() == "http" && local && development) {
        return Err(refused("it must use https"));
    }
    if url.path().is_empty() || url.path() == "/" {
        return Err(refused("it must have a path"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it holds a user or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused("it holds a query or fragment"));
    }
    // Parsing has taken dot segments out, in every spelling, and has changed the text by it.
    if url.as_str() != id {
        return Err(refused("it is not in its normal form; a path must not hold dot segments"));
    }
    Ok(url)
}

impl MetadataDocuments {
    pub(super) fn new(egress: Egress) -> Self {
        let kept = Cache::builder().max_capacity(MOST_DOCUMENTS).time_to_live(KEPT_FOR).build();
        Self { egress, kept }
    }

    /// The document of a client. `named` says that the configuration names exactly this URL, which may then be a
    /// private address; any other host has to be a public one. Redirects are not followed.
    pub(super) async fn fetch(&self, url: &Url, named: bool) -> Result<Arc<Document>, OAuthError> {
        let fetched = self.kept.try_get_with(url.to_string(), self.request(url, named)).await;
        fetched.map_err(|error| (*error).clone())
    }

    async fn request(&self, url: &Url, named: bool) -> Result<Arc<Document>, OAuthError> {
        let failed = |reason: String| {
            // The client learns nothing about hosts and addresses that only this server sees.
            tracing::info!(target: "auth", %url, reason, "a client's document could not be fetched");
            OAuthError::invalid_request("Failed to fetch client metadata")
        };
        let mut policy = Policy::public();
        if named {
            policy = policy.naming(url.as_str());
        }
        policy.redirects = false;
        policy.max_body = MOST_BYTES;
        policy.timeout = TIMEOUT;
        policy.retries = 0;
        let request = Request::get(url.as_str()).header(http::header::ACCEPT, "application/json");
        let response =
            self.egress.request(&policy, request).await.map_err(|error| failed(error.to_string()))?;
        if response.status() != StatusCode::OK {
            return Err(failed(format!("it answered {}", response.status())));
        }
        let body = response.bytes().await.map_err(|error| failed(error.to_string()))?;
        let value: Value = serde_json::from_slice(&body)
            .map_err(|_| OAuthError::invalid_request("Invalid client metadata document"))?;
        read(&value, url.as_str()).map(Arc::new)
    }
}

/// Checks a document.
fn read(value: &Value, id: &str) -> Result<Document, OAuthError> {
    let refused = |text: &str| Err(OAuthError::invalid_request(text));
    if value["client_id"].as_str() != Some(id) {
        return refused("Client ID mismatch in metadata document");
    }
    if value.get("client_secret").is_some() || value.get("client_secret_expires_at").is_some() {
        return refused("Client metadata must not contain client_secret");
    }
    if value["token_endpoint_auth_method"].as_str().is_some_and(|method| WITH_SECRET.contains(&method)) {
        return refused("Client metadata uses an auth method that needs a secret");
    }
    let redirect_uris = redirect_uris(&value["redirect_uris"])?;
    Ok(Document { name: name(&value["client_name"]).unwrap_or_else(|| id.to_owned()), redirect_uris })
}

/// Redirect addresses as a client lists them: at least one, and not too many.
pub(super) fn redirect_uris(value: &Value) -> Result<Vec<String>, OAuthError> {
    let texts = value.as_array().map(|uris| uris.iter().map(|uri| uri.as_str().map(str::to_owned)));
    let uris: Option<Vec<String>> = texts.and_then(Iterator::collect);
    match uris {
        Some(uris) if !uris.is_empty() && uris.len() <= MOST_REDIRECTS => Ok(uris),
        _ => Err(OAuthError::invalid_request(format!(
            "redirect_uris is required: 1 to {MOST_REDIRECTS} addresses"
        ))),
    }
}

/// A name that can be shown: no control characters, not too long, not empty.
pub(super) fn name(value: &Value) -> Option<String> {
    let name: String = value.as_str()?.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_id_is_an_https_url_with_a_path_and_nothing_else() {
        assert!(parse_id("https://claude.ai/oauth/client.json", false).is_ok());
        assert!(parse_id("http://localhost:3000/client.json", true).is_ok());
        for id in [
            "http://localhost:3000/client.json",
            "http://claude.ai/client.json",
            "https://claude.ai",
            "https://claude.ai/",
            "https://claude.ai/a?b",
            "https://claude.ai/a#b",
            "https://user@claude.ai/a",
            "https://claude.ai/a/../b",
            "https://claude.ai/./b",
            "https://claude.ai/a/%2e%2e/b",
            "https://claude.ai\\@evil.test/a",
            "https://CLAUDE.ai/a",
            "claude.ai/a",
            "ftp://claude.ai/a",
            " https://claude.ai/a",
        ] {
            assert!(parse_id(id, false).is_err(), "{id}");
        }
    }

    #[test]
    fn a_document_is_about_its_own_id_and_holds_no_secret() {
        let id = "https://claude.ai/client.json";
        let good =
            json!({"client_id": id, "client_name": "Cl\u{7}aude", "redirect_uris": ["http://localhost/cb"]});
        assert_eq!(read(&good, id).expect("a document").name, "Claude");
        for (key, value) in [
            ("client_id", json!("https://claude.ai/other.json")),
            ("redirect_uris", json!([])),
            ("redirect_uris", json!([1])),
            ("redirect_uris", json!("http://localhost/cb")),
            ("client_secret", json!("x")),
            ("client_secret_expires_at", json!(0)),
            ("token_endpoint_auth_method", json!("client_secret_post")),
        ] {
            let mut document = good.clone();
            document[key] = value;
            assert!(read(&document, id).is_err(), "{key}");
        }
    }
}
