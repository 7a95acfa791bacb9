//! The routes of the OAuth providers below `/api/auth`.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use callboard_kit::access::{Access, Routes};
use callboard_kit::error::{ApiError, ApiResult};
use http::{HeaderMap, Method};

use super::handler::{Context, Handler};
use super::providers;
use super::request::Params;
use super::state::State as OAuthState;

/// A provider's routes share this.
#[derive(Clone)]
struct Step {
    context: Context,
    provider: &'static str,
}

/// Adds the routes of all providers that this server knows; those without configuration say so.
pub(crate) fn add(mut routes: Routes, context: &Context) -> Routes {
    for definition in providers::ALL {
        let step = || Step { context: context.clone(), provider: definition.id };
        let path = |rest: &str| format!("/{}/{rest}", definition.id);
        routes = routes
            .add(Method::GET, &path("start"), Access::Public, get(start).with_state(step()))
            .add(Method::GET, &path("handler/frame"), Access::Public, get(frame).with_state(step()))
            .add(Method::POST, &path("handler/frame"), Access::Public, post(frame).with_state(step()))
            .add(Method::GET, &path("refresh"), Access::Public, get(refresh).with_state(step()))
            .add(Method::POST, &path("refresh"), Access::Public, post(refresh).with_state(step()))
            .add(Method::POST, &path("logout"), Access::Public, post(logout).with_state(step()));
    }
    routes
}

impl Step {
    /// The handler of the environment that the query names, or else the state.
    fn handler(&self, params: &Params) -> ApiResult<(&Handler, String)> {
        let env = match (params.get("env"), params.get("state")) {
            (Some(env), _) => Some(env.to_owned()),
            (None, Some(state)) => Some(OAuthState::decode(state).map_err(ApiError::from)?.env),
            (None, None) => None,
        };
        let handler = self.context.environments.find(self.provider, env.as_deref());
        Ok((handler.map_err(ApiError::from)?, env.unwrap_or_default()))
    }
}

async fn start(
    State(step): State<Step>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(query.as_deref(), &[]);
    let (handler, env) = step.handler(&params)?;
    Ok(handler.start(&step.context, &env, &params, &headers).await?)
}

async fn frame(
    State(step): State<Step>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<Response> {
    let params = Params::read(query.as_deref(), &body);
    let (handler, env) = step.handler(&params)?;
    Ok(handler.frame(&step.context, &env, &params, &headers).await)
}

async fn refresh(
    State(step): State<Step>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(query.as_deref(), &[]);
    let (handler, _) = step.handler(&params)?;
    Ok(no_store(handler.refresh(&step.context, &params, &headers).await?))
}

async fn logout(
    State(step): State<Step>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(query.as_deref(), &[]);
    let (handler, _) = step.handler(&params)?;
    handler.logout(&step.context, &headers).await
}

/// There are tokens in it.
fn no_store(answer: Response) -> Response {
    ([(http::header::CACHE_CONTROL, "no-store")], answer).into_response()
}
