//! A catalog behind its router, as the server mounts it, with callers that a token names.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::{Extension, Router};
use callboard_config::Config;
use callboard_kit::audit::LogAudit;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::ApiError;
use callboard_kit::events::EventBus;
use callboard_kit::http::{AuthContext, error_body};
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::metrics::Metrics;
use callboard_kit::permission::{AllowAll, Authorizer, Condition, Conditional, Decision, PermissionRequest};
use callboard_kit::plugin::{Plugin, Services};
use callboard_plugin_catalog::config::CatalogConfig;
use callboard_plugin_catalog::{Catalog, CatalogPlugin};
use callboard_scm::Integrations;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::openapi::assert_documented;
use crate::support::{FakeHost, TestDatabase, eventually, quick};

/// Where the server mounts the catalog.
pub(crate) const MOUNT: &str = "/api/catalog";
/// A caller who may do everything.
pub(crate) const SERVICE: &str = "service";

/// The catalog under test.
pub(crate) struct App {
    pub(crate) host: FakeHost,
    pub(crate) catalog: Arc<Catalog>,
    plugin: CatalogPlugin,
    router: Router,
    document: Value,
    lifecycle: Lifecycle,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    /// A header as text, empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// `error.name`, empty if there is none.
    pub(crate) fn error(&self) -> &str {
        self.json["error"]["name"].as_str().unwrap_or_default()
    }
}

impl App {
    /// An empty catalog in which everybody may do everything.
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        Self::start_with(database, json!({}), Arc::new(AllowAll)).await
    }

    /// An empty catalog with members of the `catalog` section and with permissions.
    pub(crate) async fn start_with(
        database: &TestDatabase,
        section: Value,
        authorizer: Arc<dyn Authorizer>,
    ) -> Self {
        let host = FakeHost::default();
        let mut catalog = json!({"rules": [{"allow": [
            "Component", "API", "Location", "Group", "User", "System", "Domain", "Resource"]}]});
        for (key, value) in section.as_object().expect("members of the section") {
            catalog[key] = value.clone();
        }
        let config = Arc::new(Config::from_value(json!({"catalog": catalog})));
        let integrations = Arc::new(Integrations::from_config(&config).expect("integrations"));
        let services = Services {
            config: config.clone(),
            authenticator: Arc::new(Tokens),
            tokens: Arc::new(Tokens),
            authorizer,
            urls: Arc::new(host.clone()),
            audit: Arc::new(LogAudit),
            events: EventBus::default(),
            metrics: Metrics::default(),
        };
        let mut settings = CatalogConfig::read(&config).expect("a catalog section");
        settings.timing = quick();
        let catalog = Catalog::with_config(services, database.database().clone(), integrations, settings);
        let catalog = Arc::new(catalog.expect("a catalog"));
        let plugin = CatalogPlugin::over(catalog.clone());
        let lifecycle = Lifecycle::default();
        plugin.start(&lifecycle).await.expect("the catalog starts");
        let context = AuthContext { authenticator: Arc::new(Tokens), plugin_id: "catalog", open: false };
        let (routes, _) = plugin.routes().into_parts();
        let routes = routes.layer(axum::middleware::from_fn(error_body)).layer(Extension(context));
        let router = Router::new().nest(MOUNT, routes);
        let document = plugin.openapi().expect("a document");
        Self { host, catalog, plugin, router, document, lifecycle }
    }

    pub(crate) fn plugin(&self) -> &CatalogPlugin {
        &self.plugin
    }

    pub(crate) async fn stop(self) {
        self.lifecycle.stop().await;
    }

    /// Registers a file with these entities and waits until the last one is there.
    pub(crate) async fn register(&self, name: &str, entities: &[Value]) -> Answer {
        let url = format!("https://host/{name}");
        // JSON is YAML.
        let text: Vec<String> = entities.iter().map(Value::to_string).collect();
        self.host.put(&url, &text.join("\n---\n"));
        let answer = self.post("/locations", json!({"type": "url", "target": url})).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        for entity in entities {
            let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str).unwrap_or("default");
            let namespace = text("/metadata/namespace");
            let entity_ref =
                format!("{}:{namespace}/{}", text("/kind"), text("/metadata/name")).to_lowercase();
            let index = self.catalog.index();
            eventually(&entity_ref, async || index.read().by_ref(&entity_ref).is_some()).await;
        }
        // Relations between them come with the stitching that follows.
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(SERVICE, Method::GET, path, None, &[]).await
    }

    pub(crate) async fn get_as(&self, caller: &str, path: &str) -> Answer {
        self.call(caller, Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(SERVICE, Method::POST, path, Some(body), &[]).await
    }

    /// Sends a request below the mount; `caller` is the token, empty for none. The answer must be as documented.
    pub(crate) async fn call(
        &self,
        caller: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = body.map(|body| body.to_string());
        let mut request = Request::builder().method(method.clone()).uri(format!("{MOUNT}{path}"));
        if !caller.is_empty() {
            request = request.header("authorization", format!("Bearer {caller}"));
        }
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let json = serde_json::from_str(&text).unwrap_or_default();
        let answer = Answer { status, headers, text, json };
        if status != 304 {
            let is_stream = answer.header("content-type") == "text/event-stream";
            let body = (!answer.text.is_empty() && !is_stream).then_some(&answer.json);
            assert_documented(&self.document, method.as_str(), path, status, body);
        }
        answer
    }

    /// Opens a stream and hands out its body piece by piece.
    pub(crate) async fn open(&self, path: &str, headers: &[(&str, &str)]) -> (u16, Body) {
        let mut request = Request::builder()
            .uri(format!("{MOUNT}{path}"))
            .header("authorization", format!("Bearer {SERVICE}"))
            .header("accept", "text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        (response.status().as_u16(), response.into_body())
    }
}

/// `service` is a service, `<ref>+<actor>` a user through a plugin, any other token the user of that name.
struct Tokens;

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, token: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        let principal = match token.split_once('+') {
            _ if token == SERVICE => {
                Principal::Service { subject: "external:test".into(), restrictions: None }
            }
            Some((user, actor)) => Principal::User { entity_ref: user.into(), actor: Some(actor.into()) },
            None => Principal::User { entity_ref: token.into(), actor: None },
        };
        // Checked when it came, and over at once.
        let expires_at = token.ends_with("/just-expired").then_some(0);
        Ok(Credentials { principal, token: None, expires_at })
    }

    async fn authenticate_cookie(&self, _cookie: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        Err(ApiError::authentication("no cookies here"))
    }
}

#[async_trait]
impl TokenIssuer for Tokens {
    async fn plugin_token(&self, _: &str, _: &str, _: &Credentials) -> Result<String, ApiError> {
        Err(ApiError::authentication("no tokens here"))
    }

    async fn jwks(&self, _plugin_id: &str) -> Result<Value, ApiError> {
        Ok(json!({"keys": []}))
    }
}

/// Services may do everything; users may do what this says.
pub(crate) struct Users(pub(crate) Decision);

impl Users {
    /// Users may do it to entities that satisfy the condition.
    pub(crate) fn only(condition: Value) -> Arc<Self> {
        let condition: Condition = serde_json::from_value(condition).expect("a condition");
        Arc::new(Self(Decision::Conditional(Conditional::new("catalog", condition))))
    }
}

#[async_trait]
impl Authorizer for Users {
    async fn authorize(
        &self,
        requests: &[PermissionRequest],
        credentials: &Credentials,
    ) -> Result<Vec<Decision>, ApiError> {
        let decide = |request: &PermissionRequest| match (&credentials.principal, &self.0) {
            (Principal::Service { .. }, _) => Decision::Allow,
            // A policy can't put conditions on what is about no resource.
            (_, Decision::Conditional(_)) if request.permission.resource_type.is_none() => Decision::Deny,
            (_, decision) => decision.clone(),
        };
        Ok(requests.iter().map(decide).collect())
    }
}

/// A component with an owner, a title and tags.
pub(crate) fn component(name: &str, title: Option<&str>, tags: &[&str]) -> Value {
    let mut entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name, "tags": tags},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team"},
    });
    if let Some(title) = title {
        entity["metadata"]["title"] = title.into();
    }
    entity
}

/// An API of the same team.
pub(crate) fn api(name: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "API",
        "metadata": {"name": name},
        "spec": {"type": "openapi", "lifecycle": "production", "owner": "other", "definition": "x"},
    })
}
