//! The routes below `/api/user-settings`. Users only: a service has no settings.

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::{delete, get, post, put};
use bytes::Bytes;
use callboard_kit::access::{Access, Routes};
use callboard_kit::audit::route::Audited;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::events::EventBus;
use callboard_kit::http::Caller;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::SettingsError;
use crate::storage::{MAX_VALUE, Storage};

/// A body is a value and its wrapping, or a list of keys.
const MAX_BODY: usize = 2 * MAX_VALUE;
/// Settings are a user's own and change with every star, so these events are of low severity. Values stay out.
static FETCH: Audited = Audited::read("setting-fetch", &[("queryType", "by-key")]);
static FETCH_MANY: Audited = Audited::read("setting-fetch", &[("queryType", "multiget")]);
static CHANGE: Audited = Audited::read("setting-mutate", &[("actionType", "update")]);
static REMOVE: Audited = Audited::read("setting-mutate", &[("actionType", "delete")]);
/// A key may contain slashes.
const ONE: &str = "/buckets/{bucket}/keys/{*key}";

#[derive(Clone)]
struct Settings {
    storage: Storage,
    events: EventBus,
}

impl Settings {
    /// Tells the user's other windows (`user-settings-backend` 0.4.7, channel `user-settings`).
    fn tell(&self, user: &str, what: &str, key: &str) {
        let signal = json!({
            "recipients": {"type": "user", "entityRef": user},
            "channel": "user-settings",
            "message": {"type": what, "key": key},
        });
        self.events.publish("signals", signal);
    }
}

pub(crate) fn routes(storage: &Storage, events: &EventBus) -> Routes {
    let state = || Settings { storage: storage.clone(), events: events.clone() };
    let limit = DefaultBodyLimit::max(MAX_BODY);
    Routes::new()
        .add_audited(Method::GET, ONE, Access::User, Some(&FETCH), get(read).with_state(state()))
        .add_audited(
            Method::PUT,
            ONE,
            Access::User,
            Some(&CHANGE),
            put(write).with_state(state()).layer(limit),
        )
        .add_audited(Method::DELETE, ONE, Access::User, Some(&REMOVE), delete(remove).with_state(state()))
        .add_audited(
            Method::POST,
            "/multiget",
            Access::User,
            Some(&FETCH_MANY),
            post(multiget).with_state(state()).layer(limit),
        )
}

#[derive(Deserialize)]
struct MultigetBody {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    bucket: String,
    key: String,
}

async fn read(
    State(settings): State<Settings>,
    caller: Caller,
    Path((bucket, key)): Path<(String, String)>,
) -> ApiResult<Json<Value>> {
    match settings.storage.get(user(&caller)?, &bucket, &key).await? {
        Some(value) => Ok(Json(json!({"bucket": bucket, "key": key, "value": value}))),
        None => Err(SettingsError::NotFound { bucket, key }.into()),
    }
}

async fn write(
    State(settings): State<Settings>,
    caller: Caller,
    Path((bucket, key)): Path<(String, String)>,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<Json<Value>> {
    let mut body: Map<String, Value> = parse(body)?;
    let value = body.remove("value").ok_or(SettingsError::NoValue)?;
    let user = user(&caller)?;
    settings.storage.set(user, &bucket, &key, &value).await?;
    settings.tell(user, "key-changed", &key);
    Ok(Json(json!({"bucket": bucket, "key": key, "value": value})))
}

async fn remove(
    State(settings): State<Settings>,
    caller: Caller,
    Path((bucket, key)): Path<(String, String)>,
) -> ApiResult<StatusCode> {
    let user = user(&caller)?;
    settings.storage.delete(user, &bucket, &key).await?;
    settings.tell(user, "key-deleted", &key);
    Ok(StatusCode::NO_CONTENT)
}

async fn multiget(
    State(settings): State<Settings>,
    caller: Caller,
    body: Result<Bytes, BytesRejection>,
) -> ApiResult<Json<Value>> {
    let body: MultigetBody = parse(body)?;
    let items: Vec<_> = body.items.into_iter().map(|item| (item.bucket, item.key)).collect();
    let values = settings.storage.multiget(user(&caller)?, &items).await?;
    let items: Vec<Value> =
        values.into_iter().map(|value| value.map_or(Value::Null, |value| json!({"value": value}))).collect();
    Ok(Json(json!({"items": items})))
}

fn parse<T: serde::de::DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, SettingsError> {
    let body = body.map_err(|_| SettingsError::BodyTooLarge)?;
    serde_json::from_slice(&body).map_err(|error| SettingsError::Body(error.to_string()))
}

/// The barrier has let only users through.
fn user(caller: &Caller) -> Result<&str, ApiError> {
    caller.0.user_entity_ref().ok_or_else(|| ApiError::not_allowed("Only users have settings"))
}
