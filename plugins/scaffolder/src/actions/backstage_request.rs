//! `http:backstage:request`: calls a plugin of this portal on behalf of whoever started the task. The name, the inputs and
//! the outputs are those of `@roadiehq/scaffolder-backend-module-http-request`, which templates in the wild use.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use callboard_config::ConfigError;
use callboard_kit::auth::TokenIssuer;
use callboard_kit::discovery::Discovery;
use callboard_kit::plugin::Services;
use callboard_scm::climbs;
use callboard_scm::egress::{Egress, Policy, Request};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Map, Value, json};
use url::Url;

use super::hosts::once::create_once;
use super::hosts::{HostError, spec};
use crate::action::schema::{boolean, number, object, one_of, string, with_default};
use crate::action::{Action, ActionContext, ActionError, ActionSpec};

const METHODS: [&str; 8] = ["GET", "HEAD", "OPTIONS", "POST", "UPDATE", "DELETE", "PUT", "PATCH"];
/// Those that change nothing, so that they are sent in a dry run.
const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];
/// Headers that belong to the connection and not to the request.
const OWN_HEADERS: [&str; 6] = ["host", "content-length", "transfer-encoding", "connection", "te", "upgrade"];
const DEFAULT_TIMEOUT_MS: u64 = 60_000;
const MAX_TIMEOUT_MS: u64 = 600_000;
/// Bytes of an answer; it becomes an output of the step.
const MAX_ANSWER: u64 = 5 * 1024 * 1024;

/// The action.
pub(crate) struct BackstageRequest {
    spec: ActionSpec,
    egress: Egress,
    tokens: Arc<dyn TokenIssuer>,
    discovery: Discovery,
    /// `scaffolder.http.allowedMethods`; empty: all.
    allowed_methods: Vec<String>,
    /// `scaffolder.http.allowedHosts`; empty: wherever discovery finds a plugin.
    allowed_hosts: Vec<String>,
}

/// A request that is ready, with how its plugin is reached.
struct Prepared {
    request: Request,
    policy: Policy,
}

impl BackstageRequest {
    /// Reads `scaffolder.http` and where plugins are.
    pub(crate) fn action(services: &Services, egress: &Egress) -> Result<Arc<dyn Action>, ConfigError> {
        let any = |what: &str| json!({"description": what});
        let map = |what: &str| json!({"type": "object", "description": what});
        let input = object(
            &["path", "method"],
            [
                ("path", string("The path, starting with the plugin's id: /catalog/entities")),
                ("method", one_of(&METHODS, "The method")),
                ("headers", map("Further headers")),
                ("params", map("Query parameters")),
                ("body", any("The body: text, or data that is sent as JSON")),
                ("logRequestPath", boolean("Whether the log shows the path. The default is true")),
                ("continueOnBadResponse", boolean("Whether the task goes on after a status of 400 or more")),
                ("timeout", with_default(number("Milliseconds to wait for the answer"), DEFAULT_TIMEOUT_MS)),
                ("useBackstageToken", boolean("Has no meaning here: the request is always the caller's own")),
                (
                    "idempotencyKey",
                    string(
                        "A key under which the answer is kept, so that a step that runs again does not ask again",
                    ),
                ),
            ],
        );
        let output = object(
            &[],
            [
                ("code", json!({"type": ["number", "string"], "description": "The status"})),
                ("headers", map("The headers of the answer")),
                ("body", any("The answer: data, or {message} with its text")),
            ],
        );
        let described = spec(
            "http:backstage:request",
            "Calls a plugin of this portal on behalf of whoever started the task.",
            input,
            Some(output),
        );
        let list = |key: &str| services.config.opt_string_array(key).map(Option::unwrap_or_default);
        Ok(Arc::new(Self {
            spec: ActionSpec { supports_dry_run: true, ..described },
            egress: egress.clone(),
            tokens: services.tokens.clone(),
            discovery: Discovery::read(&services.config)?,
            allowed_methods: list("scaffolder.http.allowedMethods")?,
            allowed_hosts: list("scaffolder.http.allowedHosts")?,
        }))
    }

    /// The URL of a path, which can't leave the plugin that its first part names.
    fn url(&self, path: &str, params: Option<&Value>) -> Result<(String, Url, Policy), ActionError> {
        let refused = |why: &str| ActionError::Input(format!("the path \"{path}\" {why}"));
        let (plain, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        if plain.contains("://") || plain.starts_with("//") || climbs(plain) || plain.contains(['#', '\\']) {
            return Err(refused(
                "is no path of this portal; it starts with the id of a plugin: /catalog/entities",
            ));
        }
        let parts = plain.trim_start_matches('/');
        // "/api/catalog" and "/catalog" are the same.
        let parts = parts.strip_prefix("api/").unwrap_or(parts);
        let (plugin, rest) = parts.split_once('/').unwrap_or((parts, ""));
        let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if plugin.is_empty() || !plugin.chars().all(is_id) {
            return Err(refused("does not start with the id of a plugin: /catalog/entities"));
        }
        let base = self.discovery.base_url(plugin);
        let mut url = Url::parse(&format!("{base}/{rest}")).map_err(|_| refused("makes no URL"))?;
        let stays = Url::parse(&base).is_ok_and(|base| {
            base.origin() == url.origin()
                && url.path().starts_with(&format!("{}/", base.path().trim_end_matches('/')))
        });
        if !stays {
            return Err(refused("leads out of the plugin"));
        }
        url.set_query(query.filter(|query| !query.is_empty()));
        for (name, value) in params.and_then(Value::as_object).into_iter().flatten() {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            url.query_pairs_mut().append_pair(name, &text);
        }
        if !self.allowed_hosts.is_empty() {
            let host = url.host_str().unwrap_or_default();
            let fits = |allowed: &String| host == allowed || host.ends_with(&format!(".{allowed}"));
            if !self.allowed_hosts.iter().any(fits) {
                return Err(ActionError::NotAllowed(format!(
                    "the plugin {plugin} is at {host}, which is not among scaffolder.http.allowedHosts"
                )));
            }
        }
        Ok((plugin.to_owned(), url, Policy::public().naming(&base)))
    }

    async fn prepare(&self, context: &ActionContext) -> Result<Prepared, ActionError> {
        let method = context.text("method").unwrap_or("GET");
        if !self.allowed_methods.is_empty() && !self.allowed_methods.iter().any(|allowed| allowed == method) {
            return Err(ActionError::NotAllowed(format!(
                "{method} is not among scaffolder.http.allowedMethods"
            )));
        }
        let (plugin, url, mut policy) =
            self.url(context.text("path").unwrap_or_default(), context.input.get("params"))?;
        let asked = context.input.get("timeout").and_then(Value::as_u64).unwrap_or(DEFAULT_TIMEOUT_MS);
        policy.timeout = Duration::from_millis(asked.clamp(1, MAX_TIMEOUT_MS));
        policy.redirects = false;
        policy.retries = 0;
        let mut request = Request::get(url.as_str());
        request.method = Method::from_bytes(method.as_bytes())
            .map_err(|_| ActionError::Input(format!("\"{method}\" is no method")))?;
        for (name, value) in context.input.get("headers").and_then(Value::as_object).into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let parsed = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(&text).ok());
            let (name, value) = parsed
                .filter(|(name, _)| !OWN_HEADERS.contains(&name.as_str()))
                .ok_or_else(|| ActionError::Input(format!("the header \"{name}\" can't be sent")))?;
            request.headers.insert(name, value);
        }
        match context.input.get("body") {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => request.body = text.clone().into(),
            Some(data) => {
                request.body = data.to_string().into();
                if !request.headers.contains_key(CONTENT_TYPE) {
                    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                }
            }
        }
        if !request.headers.contains_key(AUTHORIZATION) {
            let token = self
                .tokens
                .plugin_token("scaffolder", &plugin, &context.credentials)
                .await
                .map_err(|error| ActionError::NotAllowed(error.message))?;
            request = request.secret_header(AUTHORIZATION, &format!("Bearer {token}"));
        }
        Ok(Prepared { request, policy })
    }

    /// Sends; `{code, headers, body}`.
    async fn send(&self, prepared: Prepared) -> Result<Value, HostError> {
        let nobody = |error: callboard_scm::egress::EgressError| HostError {
            status: 0,
            said: String::new(),
            text: error.to_string(),
        };
        let response = self.egress.request(&prepared.policy, prepared.request).await.map_err(nobody)?;
        let code = response.status().as_u16();
        let is_json = response.header("content-type").is_some_and(|kind| kind.contains("application/json"));
        let headers: Map<String, Value> = response
            .headers()
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "set-cookie" | "authorization"))
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.into())))
            .collect();
        let bytes = response.with_limit(MAX_ANSWER).bytes().await.map_err(nobody)?;
        let data = if is_json { serde_json::from_slice(&bytes).ok() } else { None };
        let body = data.unwrap_or_else(|| json!({"message": String::from_utf8_lossy(&bytes)}));
        Ok(json!({"code": code, "headers": headers, "body": body}))
    }

    async fn answer(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let method = context.text("method").unwrap_or("GET").to_owned();
        let shown = match context.flag("logRequestPath").unwrap_or(true) {
            true => format!(" against {}", context.text("path").unwrap_or_default()),
            false => String::new(),
        };
        context.log.info(format!("Creating {method} request with {} scaffolder action{shown}", self.spec.id));
        let prepared = self.prepare(context).await?;
        if context.dry_run && !SAFE.contains(&method.as_str()) {
            context.log.info(format!("Dry run mode. Skipping non dry-run safe method '{method}'"));
            return Ok(());
        }
        let answer = match context.text("idempotencyKey").filter(|key| !key.is_empty()) {
            Some(key) => {
                let unknown = || HostError { status: 404, said: String::new(), text: String::new() };
                create_once(context, &format!("request {key}"), self.send(prepared), async { Err(unknown()) })
                    .await?
            }
            None => self.send(prepared).await?,
        };
        let code = answer["code"].as_u64().unwrap_or_default();
        if code >= 400 {
            let body: String = answer["body"].to_string().chars().take(500).collect();
            let text =
                format!("There was an issue with your request. Status code: {code} Response body: {body}");
            if context.flag("continueOnBadResponse") != Some(true) {
                return Err(ActionError::Failed(text));
            }
            context.log.error(text);
        }
        for name in ["code", "headers", "body"] {
            context.output(name, answer[name].clone());
        }
        Ok(())
    }
}

#[async_trait]
impl Action for BackstageRequest {
    fn spec(&self) -> &ActionSpec {
        &self.spec
    }

    async fn run(&self, context: &mut ActionContext) -> Result<(), ActionError> {
        let cancelled = context.cancelled.clone();
        tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(ActionError::Cancelled(format!("{} was cancelled", self.spec.id))),
            result = self.answer(context) => result,
        }
    }
}
