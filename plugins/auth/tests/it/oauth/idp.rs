//! An identity provider of this test: its keys are real, and it does wrong what a test tells it to.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Method, StatusCode, Uri};
use jsonwebtoken::EncodingKey;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};

use crate::forge::{es256, own_key};

/// A request that the provider got.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) form: HashMap<String, String>,
}

/// A code that was given out.
#[derive(Debug, Clone)]
struct Code {
    challenge: String,
    nonce: String,
    redirect_uri: String,
    scope: String,
}

/// Makes a token of a header and claims.
type Forge = Box<dyn Fn(&Value, &Value) -> String + Send>;

/// What the provider is to do, and what it has seen.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) seen: Vec<Seen>,
    /// Answers by path, before anything else.
    pub(crate) documents: HashMap<String, (u16, Value)>,
    /// Raw answers by path, before those.
    pub(crate) raw: HashMap<String, Vec<u8>>,
    /// Laid over the claims of id tokens; null removes one.
    pub(crate) claims: Map<String, Value>,
    /// Makes the id token out of header and claims; none signs as one should.
    pub(crate) forge: Option<Forge>,
    /// What `/userinfo` says.
    pub(crate) user_info: Value,
    /// Laid over the answers of the token endpoint; null removes a member.
    pub(crate) token_answer: Map<String, Value>,
    /// Headers of every answer.
    pub(crate) headers: Vec<(&'static str, String)>,
    codes: HashMap<String, Code>,
    refresh_tokens: HashMap<String, String>,
    made: u32,
}

/// The running provider.
#[derive(Clone)]
pub(crate) struct Idp {
    pub(crate) url: String,
    pub(crate) shared: Arc<Mutex<Shared>>,
    pub(crate) clock: Arc<AtomicI64>,
}

impl Idp {
    /// Starts one on a free port, with the clock of the app.
    pub(crate) async fn start(clock: Arc<AtomicI64>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Shared {
            user_info: json!({
                "sub": "1815", "email": "ada@engines.example", "email_verified": true,
                "name": "Ada Lovelace", "preferred_username": "ada", "picture": "https://engines.example/ada.png",
            }),
            ..Shared::default()
        };
        let idp = Self { url, shared: Arc::new(Mutex::new(shared)), clock };
        let router = Router::new().fallback(answer).with_state(idp.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        idp
    }

    /// Changes what it does.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Shared)) {
        change(&mut self.shared.lock().unwrap());
    }

    /// What it has seen on a path.
    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        self.shared.lock().unwrap().seen.iter().filter(|seen| seen.path == path).cloned().collect()
    }

    /// Lets the user of an authorization URL in: the query with which the browser comes back.
    pub(crate) fn let_in(&self, authorization_url: &str) -> String {
        let url = Url::parse(authorization_url).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let part = |name: &str| query.get(name).cloned().unwrap_or_default();
        let mut shared = self.shared.lock().unwrap();
        shared.made += 1;
        let code = format!("code-{}", shared.made);
        shared.codes.insert(
            code.clone(),
            Code {
                challenge: part("code_challenge"),
                nonce: part("nonce"),
                redirect_uri: part("redirect_uri"),
                scope: part("scope"),
            },
        );
        form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", &part("state"))
            .finish()
    }

    /// The key that signs, and its public half.
    pub(crate) fn key() -> (EncodingKey, Value) {
        own_key("idp-1")
    }

    fn token(&self, form: &HashMap<String, String>) -> (u16, Value) {
        let mut shared = self.shared.lock().unwrap();
        let grant = form.get("grant_type").map(String::as_str).unwrap_or_default();
        let refused = |why: &str| (400, json!({"error": "invalid_grant", "error_description": why}));
        let (scope, nonce) = match grant {
            "authorization_code" => {
                let Some(code) = form.get("code").and_then(|code| shared.codes.remove(code)) else {
                    return refused("the code was used or never given out");
                };
                let verifier = form.get("code_verifier").map(String::as_str).unwrap_or_default();
                if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) != code.challenge {
                    return refused("the code verifier is wrong");
                }
                if form.get("redirect_uri") != Some(&code.redirect_uri) {
                    return refused("the redirect_uri is another");
                }
                (code.scope, Some(code.nonce))
            }
            "refresh_token" => {
                let token = form.get("refresh_token").map(String::as_str).unwrap_or_default();
                let Some(scope) = shared.refresh_tokens.remove(token) else {
                    return refused("the refresh token was used or never given out");
                };
                (scope, None)
            }
            "urn:ietf:params:oauth:grant-type:token-exchange" => {
                let audience = form.get("audience").cloned().unwrap_or_default();
                return (
                    200,
                    json!({"access_token": format!("id token for {audience}"), "token_type": "N_A"}),
                );
            }
            _ => return (400, json!({"error": "unsupported_grant_type"})),
        };
        shared.made += 1;
        let refresh_token = format!("refresh-{}", shared.made);
        shared.refresh_tokens.insert(refresh_token.clone(), scope.clone());
        let access_token = format!("access-{}", shared.made);
        let mut answer = json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": 3_600,
            "scope": scope, "refresh_token": refresh_token,
        });
        answer["id_token"] = self.id_token(&shared, nonce.as_deref()).into();
        lay_over(&mut answer, &shared.token_answer);
        (200, answer)
    }

    fn id_token(&self, shared: &Shared, nonce: Option<&str>) -> String {
        let now = self.clock.load(Ordering::SeqCst);
        let mut claims = json!({
            "iss": self.url, "sub": "1815", "aud": "portal", "iat": now, "exp": now + 300,
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        lay_over(&mut claims, &shared.claims);
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": "idp-1"});
        match &shared.forge {
            Some(forge) => forge(&header, &claims),
            None => es256(&header, &claims, &Self::key().0),
        }
    }
}

fn lay_over(value: &mut Value, over: &Map<String, Value>) {
    for (name, other) in over {
        if other.is_null() {
            value.as_object_mut().unwrap().remove(name);
        } else {
            value[name] = other.clone();
        }
    }
}

async fn answer(
    State(idp): State<Idp>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().to_owned();
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let authorization = headers.get("authorization").and_then(|value| value.to_str().ok());
    let more = {
        let mut shared = idp.shared.lock().unwrap();
        let authorization = authorization.unwrap_or_default().to_owned();
        shared.seen.push(Seen { method, path: path.clone(), authorization, form: form.clone() });
        if let Some(raw) = shared.raw.get(&path) {
            return raw.clone().into_response();
        }
        shared.headers.clone()
    };
    let document = idp.shared.lock().unwrap().documents.get(&path).cloned();
    let (status, body) = match document {
        Some(document) => document,
        None if path.ends_with("/.well-known/openid-configuration") => (
            200,
            json!({
                "issuer": idp.url,
                "authorization_endpoint": format!("{}/authorize", idp.url),
                "token_endpoint": format!("{}/token", idp.url),
                "userinfo_endpoint": format!("{}/userinfo", idp.url),
                "jwks_uri": format!("{}/jwks", idp.url),
                "revocation_endpoint": format!("{}/revoke", idp.url),
            }),
        ),
        None if path.ends_with("/token") || path.ends_with("/access_token") => idp.token(&form),
        None => match path.as_str() {
            "/jwks" => (200, json!({"keys": [Idp::key().1]})),
            "/userinfo" => (200, idp.shared.lock().unwrap().user_info.clone()),
            path if path.ends_with("/revoke") => (200, json!({})),
            _ => (404, json!({"error": "not_found"})),
        },
    };
    let mut response = (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response();
    for (name, value) in more {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
