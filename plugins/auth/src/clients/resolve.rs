//! Who a client is, by its id, and whether it may send users to an address.

use serde_json::Value;
use serde_json::json;
use url::Url;

use super::Clients;
use super::error::OAuthError;
use super::params::ClientCredentials;
use super::{metadata, redirect};

/// Where the command line of Backstage waits for the code.
const CLI_REDIRECT: &str = "http://127.0.0.1:8055/callback";
const CLI_NAME: &str = "Backstage CLI";

/// A client that may go on.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) name: String,
    /// Without a secret, so its code has to be bound to it by a challenge.
    pub(super) public: bool,
    pub(super) redirect: Url,
}

impl Clients {
    /// The document about the command line's own client.
    pub(super) fn cli_document(&self) -> Value {
        json!({
            "client_id": self.settings().cli_id,
            "client_name": CLI_NAME,
            "redirect_uris": [CLI_REDIRECT],
            "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "none",
            "scope": "openid offline_access",
        })
    }

    /// The client with this id, if it may send users to this address. Nothing is sent anywhere before this is known.
    pub(super) async fn resolve(&self, id: &str, redirect_uri: &str) -> Result<Client, OAuthError> {
        let redirect = redirect::parse(redirect_uri)?;
        let (name, registered, public) = if is_url(id) {
            self.document(id, &redirect).await?
        } else {
            let unknown = || OAuthError::invalid_request("Invalid client_id");
            if self.settings().registration.is_none() || id.len() > 64 {
                return Err(unknown());
            }
            let client = self.registered.find(id).await?.ok_or_else(unknown)?;
            (client.name, client.redirect_uris, false)
        };
        if !redirect::is_registered(redirect_uri, &redirect, &registered) {
            let text = "Invalid redirect_uri: the client has not registered it";
            return Err(OAuthError::invalid_request(text));
        }
        Ok(Client { name, public, redirect })
    }

    /// Name and redirect addresses of a client that is described by a document.
    async fn document(&self, id: &str, redirect: &Url) -> Result<(String, Vec<String>, bool), OAuthError> {
        let Some(settings) = &self.settings().documents else {
            return Err(OAuthError::invalid_request("Client ID metadata documents are not enabled"));
        };
        if !redirect::is_allowed(redirect, &settings.redirects) {
            return Err(OAuthError::invalid_request("Invalid redirect_uri: it is not allowed here"));
        }
        // What this server says itself needs no request, and no https.
        if id == self.settings().cli_id {
            return Ok((CLI_NAME.to_owned(), vec![CLI_REDIRECT.to_owned()], true));
        }
        let url = metadata::parse_id(id, self.auth.development)?;
        let Some(_) = settings.client_ids.iter().find(|pattern| pattern.matches(&url)) else {
            return Err(OAuthError::invalid_request("Invalid client_id: it is not allowed here"));
        };
        let named = settings.client_ids.iter().any(|pattern| pattern.is_exact() && pattern.matches(&url));
        let document = self.documents.fetch(&url, named).await?;
        Ok((document.name.clone(), document.redirect_uris.clone(), true))
    }

    /// Checks the secret that a client gave, if it gave one. `true` if it proved who it is.
    pub(super) async fn prove(&self, client: &ClientCredentials) -> Result<bool, OAuthError> {
        let Some(secret) = &client.secret else { return Ok(false) };
        match self.registered.find(&client.id).await? {
            Some(known) if known.has_secret(secret) => Ok(true),
            _ => Err(OAuthError::invalid_client("Invalid client credentials")),
        }
    }
}

fn is_url(id: &str) -> bool {
    id.contains(':')
}
