//! `openid-configuration`: what this server offers to clients (`auth-backend` 0.30.1).

use serde_json::{Value, json};

use super::Clients;

impl Clients {
    /// The document. Members come and go with what the configuration switches on.
    pub(crate) fn openid_configuration(&self) -> Value {
        let settings = self.settings();
        let issuer = &self.auth.settings.issuer;
        let documents = settings.documents.is_some();
        let mut scopes = vec!["openid"];
        let mut grants = vec!["authorization_code"];
        if settings.refresh.is_some() {
            scopes.push("offline_access");
            grants.push("refresh_token");
        }
        let mut methods = vec!["client_secret_basic", "client_secret_post"];
        if documents {
            methods.push("none");
        }
        let mut document = json!({
            "issuer": issuer,
            "token_endpoint": format!("{issuer}/v1/token"),
            "userinfo_endpoint": format!("{issuer}/v1/userinfo"),
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [
                "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA",
            ],
            "scopes_supported": scopes,
            "token_endpoint_auth_methods_supported": methods,
            "claims_supported": ["sub", "ent"],
            "grant_types_supported": grants,
            "authorization_endpoint": format!("{issuer}/v1/authorize"),
            "code_challenge_methods_supported": ["S256", "plain"],
        });
        if settings.registration.is_some() {
            document["registration_endpoint"] = format!("{issuer}/v1/register").into();
        }
        if settings.any() {
            document["revocation_endpoint"] = format!("{issuer}/v1/revoke").into();
        }
        if documents {
            document["client_id_metadata_document_supported"] = true.into();
        }
        document
    }
}
