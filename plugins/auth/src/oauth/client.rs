//! Talking to a provider: authorization URLs, the token endpoint, and JSON behind an access token. All of it goes
//! through the guarded client, and no answer is larger or slower than the policy allows.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_scm::egress::{Egress, EgressError, Policy, Request, Response};
use http::header::{ACCEPT, AUTHORIZATION};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use super::error::OAuthError;
use super::once::Binding;

const FORM: &str = "application/x-www-form-urlencoded";
/// Bytes of an answer.
const MOST_BYTES: u64 = 1024 * 1024;
/// Characters of a provider's own words that are passed on.
const MOST_WORDS: usize = 300;

/// How a client says at the token endpoint who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    /// `client_secret_basic`
    Basic,
    /// `client_secret_post`
    Post,
    /// `client_secret_post`, and the same once more as `Authorization`, not encoded (`includeBasicAuth`).
    PostAndBasic,
    /// `none`: a public client, which only PKCE protects.
    None,
}

/// A registered client of one provider.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) egress: Egress,
    pub(crate) policy: Policy,
    pub(crate) id: String,
    pub(crate) secret: SecretString,
    pub(crate) auth: ClientAuth,
    pub(crate) callback_url: String,
}

/// What a token endpoint gives out.
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) id_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) expires_in: Option<u64>,
}

impl Client {
    /// The policy for requests of sign-ins: public hosts, and those that the configuration names.
    pub(crate) fn policy(named: &[&str]) -> Policy {
        let mut policy = Policy::public();
        policy.max_body = MOST_BYTES;
        policy.timeout = std::time::Duration::from_secs(10);
        policy.retries = 1;
        named.iter().fold(policy, |policy, url| policy.naming(url))
    }

    /// Where the browser is sent, with PKCE.
    pub(crate) fn authorization_url(
        &self,
        endpoint: &str,
        scope: &str,
        state: &str,
        binding: &Binding,
        further: &[(String, String)],
    ) -> Result<Url, OAuthError> {
        let mut url = Url::parse(endpoint)
            .map_err(|error| OAuthError::Failed(format!("the authorization endpoint is no URL: {error}")))?;
        {
            let mut query = url.query_pairs_mut();
            for (name, value) in further {
                query.append_pair(name, value);
            }
            query
                .append_pair("response_type", "code")
                .append_pair("redirect_uri", &self.callback_url)
                .append_pair("scope", scope)
                .append_pair("state", state)
                .append_pair("client_id", &self.id)
                .append_pair("code_challenge", &binding.challenge())
                .append_pair("code_challenge_method", "S256");
        }
        Ok(url)
    }

    /// The code for tokens.
    pub(crate) async fn exchange(
        &self,
        endpoint: &str,
        code: &str,
        binding: &Binding,
    ) -> Result<Tokens, OAuthError> {
        let answer = self
            .grant(
                endpoint,
                &[
                    ("grant_type", "authorization_code"),
                    ("code", code),
                    ("redirect_uri", &self.callback_url),
                    ("code_verifier", &binding.verifier),
                ],
            )
            .await?;
        Tokens::read(&answer)
    }

    /// A refresh token for new tokens.
    pub(crate) async fn refresh(
        &self,
        endpoint: &str,
        refresh_token: &str,
        scope: Option<&str>,
    ) -> Result<Tokens, OAuthError> {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        form.extend(scope.filter(|scope| !scope.is_empty()).map(|scope| ("scope", scope)));
        Tokens::read(&self.grant(endpoint, &form).await?)
    }

    /// Any grant at the token endpoint.
    pub(crate) async fn grant(
        &self,
        endpoint: &str,
        form: &[(&str, &str)],
    ) -> Result<Map<String, Value>, OAuthError> {
        let answer = self.post(endpoint, form).await?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| failed(&error))?;
        let json = match serde_json::from_slice(&body) {
            Ok(Value::Object(json)) => json,
            _ => {
                return Err(OAuthError::Failed(format!(
                    "the token endpoint {endpoint} answered {} with something that is no JSON object",
                    status.as_u16()
                )));
            }
        };
        if json.contains_key("error") || !status.is_success() {
            let text = |name: &str| json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let reason = text("error_description").or(text("error")).unwrap_or("it gave no reason");
            return Err(OAuthError::Failed(format!("the token endpoint refused: {}", words(reason))));
        }
        Ok(json)
    }

    /// Tells the provider that a token is not used any more.
    pub(crate) async fn revoke(&self, endpoint: &str, token: &str) -> Result<(), OAuthError> {
        let answer = self.post(endpoint, &[("token", token)]).await?;
        if answer.status().is_success() {
            return Ok(());
        }
        let status = answer.status().as_u16();
        Err(OAuthError::Failed(format!("the revocation endpoint {endpoint} answered {status}")))
    }

    async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Result<Response, OAuthError> {
        let request = self.form(endpoint, form);
        self.egress.request(&self.policy, request).await.map_err(|error| failed(&error))
    }

    /// A form with what says who this client is.
    fn form(&self, endpoint: &str, form: &[(&str, &str)]) -> Request {
        let secret = self.secret.expose_secret();
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        match self.auth {
            ClientAuth::Basic => {}
            ClientAuth::Post | ClientAuth::PostAndBasic => {
                body.append_pair("client_id", &self.id).append_pair("client_secret", secret);
            }
            ClientAuth::None => {
                body.append_pair("client_id", &self.id);
            }
        }
        let mut request = Request::post(endpoint, FORM, body.finish()).header(ACCEPT, "application/json");
        let basic = match self.auth {
            ClientAuth::Basic => Some(format!("{}:{}", encoded(&self.id), encoded(secret))),
            ClientAuth::PostAndBasic => Some(format!("{}:{secret}", self.id)),
            ClientAuth::Post | ClientAuth::None => None,
        };
        if let Some(basic) = basic {
            request = request.secret_header(AUTHORIZATION, &format!("Basic {}", STANDARD.encode(basic)));
        }
        request
    }

    /// A document behind an access token.
    pub(crate) async fn get(&self, url: &str, access_token: &str) -> Result<Value, OAuthError> {
        let request = Request::get(url)
            .header(ACCEPT, "application/json")
            .secret_header(AUTHORIZATION, &format!("Bearer {access_token}"));
        let answer = self.egress.request(&self.policy, request).await.map_err(|error| failed(&error))?;
        match answer.status().as_u16() {
            200..=299 => answer.json().await.map_err(|error| failed(&error)),
            401 => Err(OAuthError::AccessToken),
            status => Err(OAuthError::Failed(format!("{url} answered {status}"))),
        }
    }

    /// A document without a token.
    pub(crate) async fn get_public(&self, url: &str) -> Result<Value, OAuthError> {
        let request = Request::get(url).header(ACCEPT, "application/json");
        let answer = self.egress.request(&self.policy, request).await.map_err(|error| failed(&error))?;
        if !answer.status().is_success() {
            return Err(OAuthError::Failed(format!("{url} answered {}", answer.status().as_u16())));
        }
        answer.json().await.map_err(|error| failed(&error))
    }
}

impl Tokens {
    /// Reads the answer of a token endpoint.
    pub(crate) fn read(json: &Map<String, Value>) -> Result<Self, OAuthError> {
        let text = |name: &str| {
            json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let access_token = text("access_token")
            .ok_or_else(|| OAuthError::Failed("the token endpoint gave no access token".to_owned()))?;
        // Some providers write the number as a text.
        let expires_in = json.get("expires_in").and_then(|value| match value {
            Value::String(text) => text.parse().ok(),
            value => value.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64),
        });
        Ok(Self {
            access_token,
            id_token: text("id_token"),
            refresh_token: text("refresh_token"),
            scope: text("scope"),
            expires_in,
        })
    }
}

/// A provider's own words, short and without anything that could be more than words.
pub(crate) fn words(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect()
}

pub(crate) fn failed(error: &EgressError) -> OAuthError {
    OAuthError::Failed(error.to_string())
}
