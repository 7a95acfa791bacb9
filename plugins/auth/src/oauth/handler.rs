//! One provider in one environment, and its four steps.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use callboard_config::{Config, ConfigError};
use callboard_kit::audit::{AuditEvent, AuditLog, Severity};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::identity::UserDirectory;
use http::header::{CONTENT_LENGTH, LOCATION, ORIGIN};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::answer;
use super::cookies::{Cookies, Name, Sent};
use super::environments::Environments;
use super::error::OAuthError;
use super::once::Once;
use super::origins::Origins;
use super::page::post_message;
use super::provider::{Callback, Definition, Provider, Refresh, Setup, Start};
use super::request::{Params, header};
use super::scopes::{Scopes, is_granted};
use super::state::State;
use crate::service::AuthService;
use crate::sign_in::resolver::Resolvers;

/// A provider in one environment.
pub(crate) struct Handler {
    pub(crate) definition: &'static Definition,
    pub(crate) resolvers: Option<Resolvers>,
    provider: Box<dyn Provider>,
    cookies: Cookies,
    scopes: Scopes,
}

/// What all steps need.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) environments: Arc<Environments>,
    pub(crate) auth: Arc<AuthService>,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) users: Option<Arc<dyn UserDirectory>>,
}

impl Context {
    fn origins(&self) -> &Origins {
        &self.environments.origins
    }

    /// Who is signed in or isn't. What the provider said stays out of it, because it may name anything.
    fn record(&self, provider: &str, user: Option<&str>, error: Option<&OAuthError>) {
        self.audit.record(AuditEvent {
            plugin: "auth",
            event_id: "user-sign-in",
            severity: Severity::Medium,
            actor: user.unwrap_or("anonymous").to_owned(),
            meta: json!({"provider": provider}),
            error: error.map(ToString::to_string),
        });
    }
}

impl Handler {
    /// Reads the section of one environment.
    pub(crate) fn read(
        definition: &'static Definition,
        section: &Config,
        setup: &Setup,
    ) -> Result<Self, ConfigError> {
        let callback = Url::parse(&setup.callback_url)
            .map_err(|error| section.error("callbackUrl", format!("expected a URL: {error}")))?;
        let duration = section.opt_duration("sessionDuration")?;
        Ok(Self {
            definition,
            resolvers: Resolvers::read(section, definition.resolvers)?,
            provider: (definition.make)(section, setup)?,
            cookies: Cookies::new(definition.id, &callback, duration),
            scopes: Scopes::read(section, definition.scopes)?,
        })
    }

    /// `GET /start`: sends the browser to the provider.
    pub(crate) async fn start(
        &self,
        context: &Context,
        env: &str,
        params: &Params,
        headers: &HeaderMap,
    ) -> Result<Response, OAuthError> {
        let origin = params.get("origin").map(|origin| context.origins().allowed(origin)).transpose()?;
        let redirect_url = params.get("redirectUrl");
        if let Some(url) = redirect_url {
            context.origins().allowed(url).map_err(|_| OAuthError::RedirectNotAllowed)?;
        }
        let sent = Sent::read(headers);
        let now = context.auth.now();
        let granted = self.granted(&sent);
        let scope = self.scopes.wanted(params.get("scope").unwrap_or_default(), &granted);
        let state = State {
            nonce: Once::nonce(now),
            env: env.to_owned(),
            origin: origin.clone(),
            redirect_url: redirect_url.map(str::to_owned),
            flow: params.get("flow").map(str::to_owned),
            scope: self.scopes.persist().then(|| scope.clone()),
            audience: None,
        };
        let mut answer = HeaderMap::new();
        let app = origin.as_deref().unwrap_or(&context.origins().app);
        self.cookies.set(&mut answer, &sent, Name::Nonce, &state.nonce, app)?;
        let binding = context.environments.once.binding(self.definition.id, env, &state.nonce).await?;
        let url = self.provider.start(Start { scope: &scope, state, binding: &binding, params, now }).await?;
        answer.insert(LOCATION, location(url.as_str())?);
        answer.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        Ok((StatusCode::FOUND, answer).into_response())
    }

    /// `/handler/frame`: the browser comes back. Whatever happens, the app is told.
    pub(crate) async fn frame(
        &self,
        context: &Context,
        env: &str,
        params: &Params,
        headers: &HeaderMap,
    ) -> Response {
        let mut answer = HeaderMap::new();
        let state = State::decode(params.get("state").unwrap_or_default());
        // Where the outcome goes: to the origin of the state if it is allowed, else to the app.
        let origin = match state.as_ref().ok().and_then(|state| state.origin.as_deref()) {
            Some(origin) => context.origins().allowed(origin),
            None => Ok(context.origins().app.clone()),
        };
        let target = origin.as_ref().unwrap_or(&context.origins().app).clone();
        let redirect = state
            .as_ref()
            .ok()
            .filter(|state| state.flow.as_deref() == Some("redirect"))
            .and_then(|state| state.redirect_url.clone())
            .filter(|url| context.origins().allowed(url).is_ok());
        let outcome = match (state, origin) {
            (Ok(state), Ok(origin)) => {
                self.finish(context, env, &state, &origin, params, headers, &mut answer).await
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        let message = match (outcome, redirect) {
            (Ok(_), Some(url)) => return redirect_to(&url, answer),
            (Err(error), Some(url)) => {
                context.record(self.definition.id, None, Some(&error));
                return redirect_to(&with_error(&url, &error.public().1), HeaderMap::new());
            }
            (Ok(body), None) => json!({"type": "authorization_response", "response": body}),
            (Err(error), None) => {
                context.record(self.definition.id, None, Some(&error));
                answer = HeaderMap::new();
                let (name, message) = error.public();
                json!({"type": "authorization_response", "error": {"name": name, "message": message}})
            }
        };
        (answer, post_message(&target, &message)).into_response()
    }

    /// Checks the browser, exchanges the code and signs the user in.
    #[expect(clippy::too_many_arguments, reason = "all of the request, and the cookies of the answer")]
    async fn finish(
        &self,
        context: &Context,
        env: &str,
        state: &State,
        origin: &str,
        params: &Params,
        headers: &HeaderMap,
        answer: &mut HeaderMap,
    ) -> Result<Value, OAuthError> {
        let (sent, now) = (Sent::read(headers), context.auth.now());
        let once = &context.environments.once;
        let nonce = self.cookies.get(&sent, Name::Nonce).ok_or(OAuthError::NoNonceCookie)?;
        once.check(&nonce, &state.nonce, now).await?;
        // A state that was made for one environment says nothing in another.
        if state.env != env {
            return Err(OAuthError::WrongNonce);
        }
        if state.flow.as_deref() == Some("redirect") {
            let url = state.redirect_url.as_deref().ok_or(OAuthError::NoRedirectUrl)?;
            context.origins().allowed(url).map_err(|_| OAuthError::RedirectNotAllowed)?;
        }
        let binding = once.binding(self.definition.id, env, &state.nonce).await?;
        let session = self.provider.authenticate(Callback { params, state, binding: &binding, now }).await?;
        once.use_up(&state.nonce, now).await?;
        let scope = match (self.scopes.persist(), &state.scope) {
            (true, Some(scope)) => Some(scope.as_str()),
            (true, None) => return Err(OAuthError::NoScope),
            (false, _) => None,
        };
        let made =
            answer::make(&context.auth, context.users.as_ref(), self.resolvers.as_ref(), &session, scope)
                .await?;
        if let Some(scope) = scope {
            self.cookies.set(answer, &sent, Name::GrantedScope, scope, origin)?;
        }
        if let Some(token) = &session.tokens.refresh_token {
            self.cookies.set(answer, &sent, Name::RefreshToken, token, origin)?;
        }
        if self.resolvers.is_some() {
            context.record(self.definition.id, made.user.as_deref(), None);
        }
        Ok(made.body)
    }

    /// `/refresh`: new tokens for the session that the cookie holds.
    pub(crate) async fn refresh(
        &self,
        context: &Context,
        params: &Params,
        headers: &HeaderMap,
    ) -> ApiResult<Response> {
        requested_by_script(headers)?;
        let mut answer = HeaderMap::new();
        match self.renew(context, params, headers, &mut answer).await {
            Ok(body) => Ok((answer, Json(body)).into_response()),
            Err(error) => Err(error.refresh_failed()),
        }
    }

    async fn renew(
        &self,
        context: &Context,
        params: &Params,
        headers: &HeaderMap,
        answer: &mut HeaderMap,
    ) -> Result<Value, OAuthError> {
        let sent = Sent::read(headers);
        let token = self.cookies.get(&sent, Name::RefreshToken).ok_or(OAuthError::NoSession)?;
        let granted = self.granted(&sent);
        let scope = self.scopes.wanted(params.get("scope").unwrap_or_default(), &granted);
        let refresh = Refresh {
            refresh_token: &token,
            scope: &scope,
            scope_granted: self.scopes.persist().then(|| is_granted(&scope, &granted)),
            now: context.auth.now(),
        };
        let session = self.provider.refresh(refresh).await?;
        let origin = header(headers, ORIGIN.as_str()).unwrap_or(&context.origins().app);
        // First of all: a provider that rotates its tokens has forgotten the one in the browser.
        if let Some(new) = session.tokens.refresh_token.as_deref().filter(|new| *new != token) {
            self.cookies.set(answer, &sent, Name::RefreshToken, new, origin)?;
        }
        let scope = self.scopes.persist().then_some(scope.as_str());
        if let Some(scope) = scope {
            self.cookies.set(answer, &sent, Name::GrantedScope, scope, origin)?;
        }
        let made =
            answer::make(&context.auth, context.users.as_ref(), self.resolvers.as_ref(), &session, scope)
                .await?;
        Ok(made.body)
    }

    /// `POST /logout`: forgets the session here, and tells the provider. A provider that can't be told doesn't keep
    /// anybody signed in.
    pub(crate) async fn logout(&self, context: &Context, headers: &HeaderMap) -> ApiResult<Response> {
        requested_by_script(headers)?;
        let origin = header(headers, ORIGIN.as_str());
        let origin = origin.map(|origin| context.origins().allowed(origin)).transpose();
        let origin = origin.map_err(ApiError::from)?;
        let sent = Sent::read(headers);
        let token = self.cookies.get(&sent, Name::RefreshToken);
        let end = self.provider.logout(token.as_deref(), origin.as_deref(), context.auth.now()).await;
        let page = end.unwrap_or_else(|error| {
            tracing::warn!(target: "auth", provider = self.definition.id, "the provider was not told of a sign-out: {error}");
            None
        });
        let mut answer = HeaderMap::new();
        let app = origin.as_deref().unwrap_or(&context.origins().app);
        self.cookies.remove(&mut answer, &sent, Name::RefreshToken, app);
        if self.scopes.persist() {
            self.cookies.remove(&mut answer, &sent, Name::GrantedScope, app);
        }
        let page = page.filter(|page| {
            Url::parse(page).is_ok_and(|url| url.scheme() == "https" || url.host_str() == Some("localhost"))
        });
        Ok(match page {
            Some(page) => (answer, Json(json!({"logoutUrl": page}))).into_response(),
            None => (StatusCode::OK, answer).into_response(),
        })
    }

    fn granted(&self, sent: &Sent) -> String {
        let granted = self.scopes.persist().then(|| self.cookies.get(sent, Name::GrantedScope));
        granted.flatten().unwrap_or_default()
    }
}

/// A page of another site can't set this header without asking first, which CORS refuses.
fn requested_by_script(headers: &HeaderMap) -> Result<(), OAuthError> {
    if header(headers, "x-requested-with") == Some("XMLHttpRequest") {
        Ok(())
    } else {
        Err(OAuthError::NotRequestedByScript)
    }
}

fn location(url: &str) -> Result<HeaderValue, OAuthError> {
    HeaderValue::from_str(url).map_err(|_| OAuthError::Failed("the address is no header".to_owned()))
}

/// The redirect URL of an app, parsed once more, so that what goes out is what was checked.
fn redirect_to(url: &str, mut answer: HeaderMap) -> Response {
    let parsed = Url::parse(url).map(String::from).unwrap_or_default();
    match HeaderValue::from_str(&parsed) {
        Ok(value) => {
            answer.insert(LOCATION, value);
            (StatusCode::FOUND, answer).into_response()
        }
        Err(_) => ApiError::from(OAuthError::RedirectNotAllowed).into_response(),
    }
}

fn with_error(url: &str, message: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return String::new() };
    let others: Vec<(String, String)> =
        url.query_pairs().filter(|(name, _)| name != "error").map(|(n, v)| (n.into(), v.into())).collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair("error", message);
    url.into()
}
