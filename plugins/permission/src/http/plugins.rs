//! `/plugins`: which permissions and rules there are to build policies of.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, State};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use serde_json::{Value, json};

use super::Api;
use super::body::JsonBody;
use super::guard::{changeable, readable};
use super::policies::make;
use crate::error::RbacError;
use crate::integration::{CREATE, DELETE};
use crate::stored::change::Change;

/// `{permissions, rules}` of every plugin that has any: those of this process, those of the configuration and those that
/// were added. One that doesn't answer is left out.
async fn metadata(api: &Api) -> BTreeMap<String, Value> {
    let service = &api.service;
    let mut found = BTreeMap::new();
    for here in service.integrations() {
        let permissions: Vec<Value> = here.permissions().iter().map(|one| one.to_wire()).collect();
        let metadata = json!({"permissions": permissions, "rules": here.rules()});
        found.insert(here.plugin_id().to_owned(), metadata);
    }
    let snapshot = service.snapshot();
    let configured = service.rbac().map_or(&[][..], |settings| &settings.plugin_ids);
    for plugin_id in configured.iter().chain(&snapshot.plugin_ids) {
        if found.contains_key(plugin_id) {
            continue;
        }
        let Some(base_url) = service.remote().base_url(plugin_id, false) else {
            tracing::debug!(
                plugin_id,
                "a plugin with permissions is neither here nor in discovery.endpoints"
            );
            continue;
        };
        match service.remote().metadata(&base_url, plugin_id).await {
            Ok(metadata) => {
                found.insert(plugin_id.clone(), metadata);
            }
            Err(error) => tracing::warn!(plugin_id, %error, "the permissions of a plugin can't be listed"),
        }
    }
    found
}

pub(super) async fn policies(
    State(api): State<Api>,
    Caller(credentials): Caller,
) -> ApiResult<Json<Vec<Value>>> {
    readable(&api, &credentials).await?;
    let listed = metadata(&api).await.into_iter().map(|(plugin_id, metadata)| {
        let permissions = metadata["permissions"].as_array().cloned().unwrap_or_default();
        let policies: Vec<Value> = permissions
            .iter()
            .map(|one| {
                let action = one["attributes"]["action"].as_str().unwrap_or("use");
                let mut policy = json!({"name": one["name"], "policy": action});
                if let Some(resource_type) = one["resourceType"].as_str() {
                    policy["resourceType"] = resource_type.into();
                }
                policy
            })
            .collect();
        json!({"pluginId": plugin_id, "policies": policies})
    });
    Ok(Json(listed.collect()))
}

pub(super) async fn condition_rules(
    State(api): State<Api>,
    Caller(credentials): Caller,
) -> ApiResult<Json<Vec<Value>>> {
    readable(&api, &credentials).await?;
    let with_rules = metadata(&api)
        .await
        .into_iter()
        .filter(|(_, metadata)| metadata["rules"].as_array().is_some_and(|rules| !rules.is_empty()));
    let listed =
        with_rules.map(|(plugin_id, metadata)| json!({"pluginId": plugin_id, "rules": metadata["rules"]}));
    Ok(Json(listed.collect()))
}

pub(super) async fn ids(State(api): State<Api>, Caller(credentials): Caller) -> ApiResult<Json<Value>> {
    readable(&api, &credentials).await?;
    Ok(Json(listed(&api)))
}

fn listed(api: &Api) -> Value {
    let snapshot = api.service.snapshot();
    let configured = api.service.rbac().map_or(&[][..], |settings| &settings.plugin_ids);
    let ids: BTreeSet<&String> = configured.iter().chain(&snapshot.plugin_ids).collect();
    json!({"ids": ids})
}

fn ids_of(body: &Value) -> Result<BTreeSet<String>, RbacError> {
    let is_id = |id: &str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let wrong = || RbacError::Input("'ids' must be a list of plugin ids".to_owned());
    let entries = body["ids"].as_array().ok_or_else(wrong)?;
    let id = |entry: &Value| entry.as_str().filter(|id| is_id(id)).map(str::to_owned).ok_or_else(wrong);
    entries.iter().map(id).collect()
}

pub(super) async fn add_ids(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<Json<Value>> {
    let (reach, user) = changeable(&api, CREATE, &credentials).await?;
    let change = Change::AddPluginIds(ids_of(&body.0)?);
    make(&api, "plugin-ids-write", &user, &reach, change, json!({"actionType": "add", "ids": body.0["ids"]}))
        .await?;
    Ok(Json(listed(&api)))
}

pub(super) async fn remove_ids(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<Json<Value>> {
    let (reach, user) = changeable(&api, DELETE, &credentials).await?;
    let change = Change::RemovePluginIds(ids_of(&body.0)?);
    let meta = json!({"actionType": "remove", "ids": body.0["ids"]});
    make(&api, "plugin-ids-write", &user, &reach, change, meta).await?;
    Ok(Json(listed(&api)))
}

/// Providers of roles are code of a Backstage backend; there are none here, so none has this id.
pub(super) async fn refresh(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
) -> ApiResult<()> {
    changeable(&api, CREATE, &credentials).await?;
    Err(ApiError::not_found(format!("The RBAC provider {id} was not found")))
}
