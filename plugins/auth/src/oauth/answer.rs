//! What a sign-in and a refresh answer.

use std::sync::Arc;

use callboard_kit::identity::UserDirectory;
use serde_json::{Map, Value, json};

use super::error::OAuthError;
use super::provider::Session;
use super::scopes::normalized;
use crate::service::AuthService;
use crate::sign_in::resolver::Resolvers;
use crate::sign_in::{Identity, SignIn};

/// An answer, and who it is about.
pub(crate) struct Answer {
    pub(crate) body: Value,
    /// The user, if somebody was signed in.
    pub(crate) user: Option<String>,
}

/// Makes the answer for a session; with resolvers and a profile it signs the user in.
pub(crate) async fn make(
    auth: &AuthService,
    users: Option<&Arc<dyn UserDirectory>>,
    resolvers: Option<&Resolvers>,
    session: &Session,
    persisted_scope: Option<&str>,
) -> Result<Answer, OAuthError> {
    let tokens = &session.tokens;
    let scope = match persisted_scope {
        Some(scope) => scope.to_owned(),
        None => normalized(tokens.scope.as_deref().unwrap_or_default()),
    };
    let mut info = Map::new();
    if let Some(id_token) = &tokens.id_token {
        info.insert("idToken".into(), id_token.as_str().into());
    }
    info.insert("accessToken".into(), tokens.access_token.as_str().into());
    info.insert("scope".into(), scope.into());
    if let Some(seconds) = tokens.expires_in {
        info.insert("expiresInSeconds".into(), seconds.into());
    }
    let mut body = Map::new();
    body.insert("profile".into(), profile(session.identity.as_ref()));
    body.insert("providerInfo".into(), Value::Object(info));
    let mut user = None;
    if let (Some(resolvers), Some(identity)) = (resolvers, &session.identity) {
        let who = resolvers.resolve(identity, users).await?;
        body.insert("backstageIdentity".into(), identity_of(auth, &who).await?);
        user = Some(who.user_entity_ref);
    }
    Ok(Answer { body: Value::Object(body), user })
}

/// The token of a user who has been signed in.
async fn identity_of(auth: &AuthService, who: &SignIn) -> Result<Value, OAuthError> {
    let token = auth.sign_in(&who.user_entity_ref, &who.ownership_entity_refs).await?;
    // The token was issued at the beginning of this second, so less than its whole life is left.
    let left = token.expires_at - auth.now() - 1;
    Ok(json!({
        "token": token.token,
        "identity": {
            "type": "user",
            "userEntityRef": who.user_entity_ref,
            "ownershipEntityRefs": who.ownership_entity_refs,
        },
        "expiresInSeconds": left.max(0),
    }))
}

/// What is known for people to read. An address that nobody has verified is not known.
fn profile(identity: Option<&Identity>) -> Value {
    let mut profile = Map::new();
    if let Some(identity) = identity {
        let parts = [
            ("email", identity.verified_email()),
            ("picture", identity.picture.as_deref()),
            ("displayName", identity.display_name.as_deref()),
        ];
        for (name, value) in parts {
            if let Some(value) = value {
                profile.insert(name.to_owned(), value.into());
            }
        }
    }
    Value::Object(profile)
}
