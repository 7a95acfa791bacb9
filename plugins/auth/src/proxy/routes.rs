//! The routes of proxies: only `refresh` does anything, since there is nothing to start and nothing to come back from.

use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::routing::{get, post};
use callboard_kit::access::{Access, Routes};
use callboard_kit::audit::{AuditEvent, AuditLog, Severity};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::PeerAddress;
use callboard_kit::identity::UserDirectory;
use http::{HeaderMap, Method};
use serde_json::{Map, Value, json};

use super::{Claimed, ProxyError, ProxyProvider};
use crate::error::AuthError;
use crate::service::AuthService;
use crate::sign_in::{Identity, SignIn};

#[derive(Clone)]
struct Context {
    provider: Arc<ProxyProvider>,
    auth: Arc<AuthService>,
    audit: Arc<dyn AuditLog>,
    users: Option<Arc<dyn UserDirectory>>,
}

/// The routes of all proxies that are configured.
pub(crate) fn add(
    mut routes: Routes,
    auth: &Arc<AuthService>,
    audit: &Arc<dyn AuditLog>,
    users: Option<&Arc<dyn UserDirectory>>,
) -> Routes {
    for provider in &auth.proxies {
        let id = provider.proxy.id();
        let state = || Context {
            provider: provider.clone(),
            auth: auth.clone(),
            audit: audit.clone(),
            users: users.cloned(),
        };
        let frame = format!("/{id}/handler/frame");
        routes = routes
            .add(Method::GET, &format!("/{id}/refresh"), Access::Public, get(refresh).with_state(state()))
            .add(Method::POST, &format!("/{id}/refresh"), Access::Public, post(refresh).with_state(state()))
            .add(Method::GET, &format!("/{id}/start"), Access::Public, get(no_such_step))
            .add(Method::GET, &frame, Access::Public, get(no_such_step))
            .add(Method::POST, &frame, Access::Public, post(no_such_step));
    }
    routes
}

/// `GET|POST /<provider>/refresh`: signs in whom the proxy names. No header is asked for, because no cookie of ours is
/// involved.
async fn refresh(
    State(context): State<Context>,
    peer: Option<Extension<PeerAddress>>,
    headers: HeaderMap,
) -> ApiResult<Json<Value>> {
    match context.sign_in(peer.map(|Extension(peer)| peer), &headers).await {
        Ok((user, body)) => {
            context.record(&user, None);
            Ok(Json(body))
        }
        Err(error) => {
            context.record("anonymous", Some(error.to_string()));
            Err(error)
        }
    }
}

impl Context {
    async fn sign_in(&self, peer: Option<PeerAddress>, headers: &HeaderMap) -> ApiResult<(String, Value)> {
        let ProxyProvider { proxy, resolvers, peers } = self.provider.as_ref();
        if peers.as_ref().is_some_and(|peers| !peers.contain(peer)) {
            return Err(ProxyError::UntrustedPeer(proxy.id()).into());
        }
        let now = self.auth.now();
        let Claimed { identity, info } = proxy.authenticate(headers, now).await?;
        let SignIn { user_entity_ref, ownership_entity_refs } =
            resolvers.resolve(&identity, self.users.as_ref()).await?;
        let token = self.auth.sign_in(&user_entity_ref, &ownership_entity_refs).await?;
        let mut body = Map::new();
        body.insert("profile".to_owned(), profile(&identity));
        if let Some(info) = info {
            body.insert("providerInfo".to_owned(), info);
        }
        // The token was issued at the beginning of this second, so less than its whole life is left.
        let left = (token.expires_at - now - 1).max(0);
        let identity = json!({
            "type": "user",
            "userEntityRef": user_entity_ref,
            "ownershipEntityRefs": ownership_entity_refs,
        });
        body.insert(
            "backstageIdentity".to_owned(),
            json!({"token": token.token, "identity": identity, "expiresInSeconds": left}),
        );
        Ok((user_entity_ref, body.into()))
    }

    fn record(&self, actor: &str, error: Option<String>) {
        self.audit.record(AuditEvent {
            plugin: "auth",
            event_id: "user-sign-in",
            severity: Severity::Low,
            actor: actor.to_owned(),
            meta: json!({"provider": self.provider.proxy.id()}),
            error,
        });
    }
}

/// What is known, and nothing for what isn't.
fn profile(identity: &Identity) -> Value {
    let known =
        [("email", &identity.email), ("displayName", &identity.display_name), ("picture", &identity.picture)];
    let known = known.into_iter().filter_map(|(name, value)| {
        value.as_ref().map(|value| (name.to_owned(), Value::from(value.as_str())))
    });
    known.collect::<Map<_, _>>().into()
}

async fn no_such_step() -> ApiError {
    AuthError::NoSuchStep.into()
}

impl From<ProxyError> for ApiError {
    fn from(error: ProxyError) -> Self {
        match error {
            ProxyError::UntrustedPeer(_) => Self::not_allowed(error.to_string()),
            _ => Self::authentication(error.to_string()),
        }
    }
}
